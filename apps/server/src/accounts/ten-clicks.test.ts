import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, signedInAs, signUp } from '../../test/fixtures/accounts.ts'
import { startLapel } from '../../test/lapel.ts'
import type { Answer, Visitor } from '../../test/visitor.ts'
import { hashPassword } from './password-hash.ts'
import { totpCode, totpStep } from './totp.ts'

/** Ten clicks at once; every one of them is answered as if it were the only one. */
async function tenClicks(visitor: Visitor, path: string, fields: Record<string, string>): Promise<Answer[]> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.post(path, fields)))
  const [first] = answers
  for (const { status, location } of answers) {
    assert.equal(status, 303, `${path}: ${status}`)
    assert.equal(location, first?.location, path)
  }
  return answers
}

test('ten clicks at once on Register, Next, Sign in, Forgot, Link and Merge are one', async (t) => {
  const lapel = await startLapel(t)
  const email = 'maya@northfield.example'
  const maya = lapel.visitor()
  await maya.get('/register')
  lapel.passMinutes(0.2)
  const person = { givenName: 'Maya', email, password: goodPassword, robot: 'yes', terms: 'yes' }
  await tenClicks(maya, '/register', person)
  assert.equal((await lapel.mailTo(email)).length, 1)
  const code = await codeFor(lapel, email)
  await maya.get('/register/verify')
  await tenClicks(maya, '/register/verify', { code })
  assert.equal((await lapel.db.selectFrom('accounts').select('id').execute()).length, 1)

  await maya.get('/sign-in')
  await tenClicks(maya, '/sign-in', { email, password: goodPassword })
  assert.equal(await signedInAs(maya), email)
  assert.equal((await lapel.db.selectFrom('sessions').select('id').execute()).length, 1)

  const before = (await lapel.mailTo(email)).length
  await maya.get('/forgot')
  await Promise.all(Array.from({ length: 10 }, () => maya.post('/forgot', { email })))
  assert.equal((await lapel.mailTo(email)).length, before + 1)

  await signUp(lapel, 'maya@home.example', { password: 'another phrase entirely' })
  await maya.get('/settings/account/link')
  const [added] = await tenClicks(maya, '/settings/account/link', { email: 'maya@home.example' })
  const confirmations = (await lapel.mailTo('maya@home.example')).filter(({ subject }) =>
    subject.startsWith('Confirm '),
  )
  assert.equal(confirmations.length, 1)
  const change = added?.location ?? ''
  await maya.get(change)
  await tenClicks(maya, change, { code: await codeFor(lapel, 'maya@home.example') })
  const merge = change.replace('/link/', '/merge/')
  await maya.get(merge)
  await tenClicks(maya, merge, { password: 'another phrase entirely' })
  assert.match((await maya.get('/settings/account')).words, /The accounts are merged/)
  assert.equal((await lapel.db.selectFrom('accountMerges').select('id').execute()).length, 1)
})

test('ten clicks at once on the second step: one code, one session, no try lost', async (t) => {
  const lapel = await startLapel(t)
  const email = 'maya@northfield.example'
  const secret = Buffer.from('12345678901234567890')
  const { accountId } = await lapel.person(email, { passwordHash: await hashPassword(goodPassword) })
  await lapel.db
    .insertInto('authenticators')
    .values({
      id: crypto.randomUUID(),
      accountId,
      sealedSecret: lapel.deps.secrets.seal('authenticator', secret),
      createdAt: lapel.now(),
      confirmedAt: lapel.now(),
    })
    .execute()
  const maya = lapel.visitor()
  await maya.submit('/sign-in', { email, password: goodPassword }, { shownOn: '/sign-in' })
  await tenClicks(maya, '/sign-in/second-step', { code: totpCode(secret, totpStep(lapel.now())) })
  assert.equal(await signedInAs(maya), email)
  const { failures } = await lapel.db.selectFrom('authenticators').select('failures').executeTakeFirstOrThrow()
  assert.equal(failures, 0)
})
