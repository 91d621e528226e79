import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodPassword, linkFor, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'

// "Unexpired email change" (USENIX Security 2022): an intruder who was in for a moment begins to link an address of his
// own and waits. SECURITY S1, S7.

const owner = 'vera@northfield.example'
const intruders = 'mallory@elsewhere.example'
const newPassword = 'lantern pebble thursday'

async function addressesOf(lapel: Lapel): Promise<string[]> {
  const rows = await lapel.db.selectFrom('accountEmails').select('email').orderBy('email').execute()
  return rows.map(({ email }) => email)
}

async function intrude(lapel: Lapel): Promise<string> {
  const mallory = lapel.visitor()
  await signIn(lapel, owner, goodPassword, mallory)
  await mallory.get('/settings/account/link')
  await mallory.submit('/settings/account/link', { email: intruders })
  return linkFor(lapel, intruders, '/email/confirm/')
}

async function confirm(lapel: Lapel, path: string): Promise<void> {
  const browser = lapel.visitor()
  await browser.get(path)
  await browser.submit(path).catch(() => undefined)
}

test('an address that an intruder began to link can not be confirmed after the owner reset the password', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, owner)
  const path = await intrude(lapel)
  const vera = lapel.visitor()
  await vera.submit('/forgot', { email: owner }, { shownOn: '/forgot' })
  const reset = await linkFor(lapel, owner, '/reset/')
  await vera.submit(reset, { password: newPassword }, { shownOn: reset })
  await signIn(lapel, owner, newPassword, vera)
  assert.equal(await signedInAs(vera), owner)

  await confirm(lapel, path)
  assert.deepEqual(await addressesOf(lapel), [owner])
})

test('nor after the owner changed the password in the settings', async (t) => {
  const lapel = await startLapel(t)
  const vera = await signUp(lapel, owner)
  const path = await intrude(lapel)
  const page = '/settings/privacy-security/password'
  await vera.submit(page, { password: newPassword }, { shownOn: page })

  await confirm(lapel, path)
  assert.deepEqual(await addressesOf(lapel), [owner])
})
