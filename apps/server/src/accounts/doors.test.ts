import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodPassword, linkFor, signIn, signedInAs, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'

const page = '/settings/privacy-security/doors'

async function accountOf(lapel: Lapel, email: string): Promise<string> {
  const row = await lapel.db
    .selectFrom('accountEmails')
    .select('accountId')
    .where('emailCanonical', '=', email)
    .executeTakeFirstOrThrow()
  return row.accountId
}

/** What an intruder leaves behind. */
async function addDoors(lapel: Lapel, accountId: string): Promise<void> {
  const at = lapel.now()
  await lapel.db
    .insertInto('passkeys')
    .values({
      id: newId(),
      accountId,
      credentialId: newToken(),
      publicKey: Buffer.from('key'),
      name: 'Intruder phone',
      createdAt: at,
    })
    .execute()
  await lapel.db
    .insertInto('linkedSignIns')
    .values({ id: newId(), accountId, provider: 'https://id.example', subject: 'x', label: 'x', createdAt: at })
    .execute()
  await lapel.db
    .insertInto('personalTokens')
    .values({
      id: newId(),
      accountId,
      name: 'Intruder script',
      tokenHash: hashToken(newToken()),
      scopes: ['badges:read'],
      createdAt: at,
      expiresAt: new Date(at.getTime() + 86_400_000),
    })
    .execute()
}

async function doorsLeft(lapel: Lapel, accountId: string): Promise<number[]> {
  const count = async (table: 'passkeys' | 'linkedSignIns' | 'devices') =>
    (await lapel.db.selectFrom(table).select('id').where('accountId', '=', accountId).execute()).length
  const tokens = await lapel.db
    .selectFrom('personalTokens')
    .select('id')
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .execute()
  return [await count('passkeys'), await count('linkedSignIns'), tokens.length, await count('devices')]
}

test('after a reset the person is shown what else opens the account, and ends all of it at once', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const accountId = await accountOf(lapel, 'maya@northfield.example')
  await addDoors(lapel, accountId)
  const intruder = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, intruder)

  const phone = lapel.visitor()
  await phone.submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const reset = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  const password = 'lantern orchard thursday'
  const answer = await phone.submit(reset, { password }, { shownOn: reset })
  assert.match(answer.words, /then we show you what else opens your account/)
  const [mail] = await lapel.mailTo('maya@northfield.example')
  assert.match(mail?.text ?? '', /1 passkey, 1 other way to sign in,? and 1 personal token/)
  assert.ok(mail?.links.includes(`${lapel.url}${page}`))
  assert.equal(await signedInAs(intruder), undefined)

  const shown = await phone.submit('/sign-in', { email: 'maya@northfield.example', password })
  for (const words of [/Intruder phone/, /https:\/\/id\.example/, /Intruder script/, /maya@northfield\.example/])
    assert.match(shown.words, words)
  const before = (await lapel.mailTo('maya@northfield.example')).length
  // Ten clicks at once: one effect, one message.
  await Promise.all(Array.from({ length: 10 }, () => phone.post(`${page}/close-all`, {})))
  assert.deepEqual(await doorsLeft(lapel, accountId), [0, 0, 0, 1])
  const mails = await lapel.mailTo('maya@northfield.example')
  assert.equal(mails.length, before + 1)
  assert.match(mails[0]?.text ?? '', /ways into your account/)
  assert.equal(await signedInAs(phone), 'maya@northfield.example')
})

test('a reset of an account that nothing else opens goes to the plain sign-in page', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const phone = lapel.visitor()
  await phone.submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const reset = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  await phone.get(reset)
  const answer = await phone.post(reset, { password: 'lantern orchard thursday' })
  assert.equal(answer.location, '/sign-in')
  assert.doesNotMatch((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /stays as it was/)
})

test('one door at a time; those of others do not exist; the last one stays while there is no password', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  const noah = await lapel.person('noah@northfield.example')
  await addDoors(lapel, maya.accountId)
  const closing = [...(await maya.get(page)).text.matchAll(/action="([^"]+\/close)"/g)].map(([, path]) => path ?? '')
  assert.equal(closing.length, 3)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await noah.get(page)).text)?.[1] ?? ''
  for (const path of [...closing, `${page}/cellars/${newId()}/close`, `${page}/passkeys/x/close`])
    assert.equal((await noah.send(path, { csrf })).status, 404, path)
  assert.deepEqual(await doorsLeft(lapel, maya.accountId), [1, 1, 1, 0])

  const [passkey = '', service = ''] = closing
  await maya.get(page)
  assert.match((await maya.submit(passkey)).words, /Intruder phone was removed/)
  await maya.get(page)
  assert.match((await maya.submit(service)).words, /Nothing else opens your account/)
  assert.match((await maya.get(page)).words, /Set one first/)
  assert.deepEqual(await doorsLeft(lapel, maya.accountId), [0, 1, 1, 0])
  lapel.passMinutes(6)
  assert.equal((await maya.request(page)).location, `/sign-in/again?return=${encodeURIComponent(page)}`)
})
