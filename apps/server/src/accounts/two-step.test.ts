import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodPassword, linkFor, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { totpCode, totpStep } from './totp.ts'

const page = '/settings/privacy-security/two-step'

/** Turns two-step sign-in on as a person does: types the key into an app and its first code into the form. */
async function turnOn(lapel: Lapel, visitor: Visitor): Promise<{ secret: Buffer; recovery: string[]; code: string }> {
  const secret = await secretShown(visitor)
  const wrong = await visitor.submit(page, { code: '000000' })
  assert.match(wrong.words, /That code is not right/)
  const code = totpCode(secret, totpStep(lapel.now()))
  const done = await visitor.submit(page, { code })
  assert.match(done.words, /These codes are shown this once/)
  return { secret, code, recovery: [...new Set(done.text.match(/\b[A-Z2-9]{5}-[A-Z2-9]{5}\b/g) ?? [])] }
}

async function secretShown(visitor: Visitor): Promise<Buffer> {
  const { text } = await visitor.get(page)
  const key = /id="secret"[^>]*value="([^"]+)"/.exec(text)?.[1] ?? /value="([A-Z2-7 ]{30,})"/.exec(text)?.[1]
  assert.ok(key)
  return fromBase32(key.replaceAll(' ', ''))
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (sign) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'),
  ).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

test('with two-step sign-in a password alone opens nothing', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const elsewhere = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, elsewhere)
  const { secret, recovery, code } = await turnOn(lapel, maya)
  assert.equal(recovery.length, 10)
  assert.equal(await signedInAs(elsewhere), undefined, 'other sessions end')
  assert.match((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /Two-step sign-in was turned on/)

  const visitor = lapel.visitor()
  await visitor.get('/sign-in?return=/settings/account')
  const second = await visitor.submit('/sign-in', { email: 'maya@northfield.example', password: goodPassword })
  assert.match(second.words, /Code from your authenticator app/)
  assert.equal(await signedInAs(visitor), undefined)
  // The first code was used when it was turned on; it does not count again.
  const used = await visitor.submit('/sign-in/second-step', { code })
  assert.match(used.words, /That code is not right/)
  lapel.passMinutes(1)
  const answer = await visitor.post('/sign-in/second-step', { code: totpCode(secret, totpStep(lapel.now())) })
  assert.equal(answer.location, '/settings/account')
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')

  // Without the first step there is no second one.
  const stranger = lapel.visitor()
  assert.match((await stranger.get('/sign-in/second-step')).words, /Forgot your password/)
})

test('a recovery code works once and is told; five wrong ones make a pause', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const { recovery } = await turnOn(lapel, maya)
  const enterWith = async (code: string) => {
    const visitor = lapel.visitor()
    await signIn(lapel, 'maya@northfield.example', goodPassword, visitor)
    await visitor.get('/sign-in/recovery-code')
    const answer = await visitor.submit('/sign-in/recovery-code', { code })
    return { visitor, answer }
  }
  const first = await enterWith(recovery[0]?.toLowerCase() ?? '')
  assert.equal(await signedInAs(first.visitor), 'maya@northfield.example')
  assert.match((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /recovery code was used/)
  const again = await enterWith(recovery[0] ?? '')
  assert.equal(await signedInAs(again.visitor), undefined)
  assert.match(again.answer.words, /That recovery code is not right, or it has been used/)
  for (let times = 0; times < 5; times++) await enterWith('AAAAA-AAAAA')
  assert.match((await enterWith(recovery[1] ?? '')).answer.words, /Try again in five minutes/)
  lapel.passMinutes(6)
  assert.equal(await signedInAs((await enterWith(recovery[1] ?? '')).visitor), 'maya@northfield.example')
  assert.match((await first.visitor.get('/settings/privacy-security')).words, /8 recovery codes are left/)
})

test('a remembered device skips the second step for thirty days, until the password is reset', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const { secret } = await turnOn(lapel, maya)
  lapel.passMinutes(1)
  const visitor = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, visitor)
  await visitor.submit('/sign-in/second-step', { code: totpCode(secret, totpStep(lapel.now())), remember: 'yes' })
  const signOut = async () => {
    await visitor.get('/settings/account')
    await visitor.submit('/sign-out')
  }
  await signOut()
  await signIn(lapel, 'maya@northfield.example', goodPassword, visitor)
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')
  await signOut()
  const other = lapel.visitor()
  assert.match(
    (await signIn(lapel, 'maya@northfield.example', goodPassword, other)).words,
    /Code from your authenticator app/,
  )

  await other.submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const path = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  await other.submit(path, { password: 'lantern orchard thursday' }, { shownOn: path })
  // Resetting never switches two-step off, and trust ends.
  const after = await signIn(lapel, 'maya@northfield.example', 'lantern orchard thursday', visitor)
  assert.match(after.words, /Code from your authenticator app/)
})

test('turning it off needs a recent proof; sessions are listed, ended one by one and all at once', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await turnOn(lapel, maya)
  await maya.get(page)
  lapel.passMinutes(6)
  const stale = await maya.post(`${page}/off`)
  assert.match(stale.location ?? '', /^\/sign-in\/again\?return=/)
  await maya.get(stale.location ?? '')
  await maya.submit('/sign-in/again', { password: goodPassword })
  await maya.get(page)
  assert.match((await maya.submit(`${page}/off`)).words, /Two-step sign-in is off/)

  const others = [lapel.visitor(), lapel.visitor(), lapel.visitor()]
  for (const other of others) {
    other.headers = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0' }
    await signIn(lapel, 'maya@northfield.example', goodPassword, other)
  }
  const listed = await maya.get('/settings/privacy-security')
  assert.match(listed.words, /Firefox, Windows/)
  assert.match(listed.words, /Two-step sign-in turned on/)
  const ends = [...listed.text.matchAll(/action="(\/settings\/privacy-security\/sessions\/[0-9a-f-]{36}\/end)"/g)]
  assert.equal(ends.length, 3)
  await maya.submit(ends[0]?.[1] ?? '')
  const left = await Promise.all(others.map(signedInAs))
  assert.equal(left.filter(Boolean).length, 2)
  await maya.submit('/settings/privacy-security/sessions/end-others')
  assert.deepEqual(await Promise.all(others.map(signedInAs)), [undefined, undefined, undefined])
  assert.equal(await signedInAs(maya), 'maya@northfield.example')

  // Nobody else's session can be ended.
  const noah = await lapel.person('noah@northfield.example')
  await noah.get('/settings/privacy-security')
  const csrf = /name="csrf" value="([^"]+)"/.exec(noah.page?.text ?? '')?.[1] ?? ''
  assert.equal((await noah.send(ends[1]?.[1] ?? '', { csrf })).status, 404)
})

test('a new password ends the other sessions and is told', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const other = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, other)
  await maya.get('/settings/privacy-security/password')
  assert.match(
    (await maya.submit('/settings/privacy-security/password', { password: 'Northfield-2026' })).words,
    /harder to guess/,
  )
  await maya.submit('/settings/privacy-security/password', { password: 'lantern orchard thursday' })
  assert.equal(await signedInAs(other), undefined)
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
  assert.match((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /password of your account was changed/)
  assert.match((await signIn(lapel, 'maya@northfield.example', goodPassword)).words, /is not right/)
})

test('the key stays the same over a reload, for a quarter of an hour and one session, and is new afterwards', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const first = await secretShown(maya)
  assert.deepEqual(await secretShown(maya), first)
  const wrong = await maya.submit(page, { code: '000000' })
  assert.match(wrong.words, /That code is not right/)
  assert.deepEqual(await secretShown(maya), first)

  // Another session, even with the cookie of this one, gets its own.
  const other = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, other)
  other.cookies.set('lapel-two-step', maya.cookies.get('lapel-two-step') ?? '')
  assert.notDeepEqual(await secretShown(other), first)

  await secretShown(maya)
  lapel.passMinutes(16)
  await maya.submit('/sign-in/again', { password: goodPassword }, { shownOn: page })
  await secretShown(maya)
  maya.cookies.delete('lapel-two-step')
  const late = await maya.submit(page, { code: totpCode(first, totpStep(lapel.now())) })
  assert.match(late.words, /Here is a new one/)

  const { secret } = await turnOn(lapel, maya)
  assert.notDeepEqual(secret, first)
  await maya.get(page)
  await maya.submit(`${page}/off`)
  assert.notDeepEqual(await secretShown(maya), secret)
})

test('a hundred wrong codes in a row: the app no longer counts, one message, a recovery code or a reset helps', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const { secret, recovery } = await turnOn(lapel, maya)
  const failures = async (now?: number) => {
    if (now !== undefined) await lapel.db.updateTable('authenticators').set({ failures: now }).execute()
    const row = await lapel.db.selectFrom('authenticators').select('failures').executeTakeFirstOrThrow()
    return row.failures
  }
  const visitor = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, visitor)
  await failures(96)
  const path = '/sign-in/second-step'
  lapel.passMinutes(6)
  // Ten at once: five of them are let through and counted.
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => visitor.post(path, { code: `00000${n}` })))
  assert.equal(answers.filter(({ words }) => /too many wrong codes in a row/.test(words)).length, 2)
  assert.equal(await failures(), 100)
  const told = (await lapel.mailTo('maya@northfield.example')).filter(({ text }) => /hundred wrong codes/.test(text))
  assert.equal(told.length, 1)

  lapel.passMinutes(6)
  const right = () => ({ code: totpCode(secret, totpStep(lapel.now())) })
  assert.match((await visitor.submit(path, right())).words, /too many wrong codes in a row/)
  assert.equal(await signedInAs(visitor), undefined)
  await visitor.submit('/sign-in/recovery-code', { code: recovery[0] ?? '' }, { shownOn: '/sign-in/recovery-code' })
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')
  assert.equal(await failures(), 0)

  // A new password, which whoever guessed does not know, gives ten more tries.
  await failures(100)
  const phone = lapel.visitor()
  await phone.submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const reset = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  await phone.submit(reset, { password: 'lantern orchard thursday' }, { shownOn: reset })
  assert.equal(await failures(), 90)
  lapel.passMinutes(6)
  await signIn(lapel, 'maya@northfield.example', 'lantern orchard thursday', phone)
  await phone.submit(path, right())
  assert.equal(await signedInAs(phone), 'maya@northfield.example')
  assert.equal(await failures(), 0)
})
