import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { goodPassword, linkFor, register, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'

const newPassword = 'lantern orchard thursday'

test('unknown address and wrong password get the same answer', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const wrong = await signIn(lapel, 'maya@northfield.example', 'not the password')
  const unknown = await signIn(lapel, 'noah@northfield.example', 'not the password')
  assert.equal(wrong.status, unknown.status)
  assert.match(wrong.words, /The email or password is not right\. Try again, or reset your password\./)
  const plain = (text: string) => text.replace(/value="[^"]*"/g, '')
  assert.equal(plain(wrong.text), plain(unknown.text))
})

test('any spelling of the address signs in, and the way goes on where it was going', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const maya = lapel.visitor()
  await maya.get('/settings/account')
  assert.match(maya.page?.words ?? '', /Sign in/)
  const answer = await maya.post('/sign-in', { email: ' MAYA@Northfield.Example ', password: goodPassword })
  assert.equal(answer.location, '/settings/account')
  for (const trick of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/%2f/evil.example',
    'javascript:alert(1)',
  ]) {
    const visitor = lapel.visitor()
    await visitor.get(`/sign-in?return=${encodeURIComponent(trick)}`)
    const there = await visitor.post('/sign-in', { email: 'maya@northfield.example', password: goodPassword })
    assert.equal(there.location, '/dashboard', trick)
  }
})

test('a registration that waits leads to its code page, with the right password only', async (t) => {
  const lapel = await startLapel(t)
  await register(lapel, lapel.visitor(), { email: 'maya@northfield.example' })
  const elsewhere = lapel.visitor()
  assert.match((await signIn(lapel, 'maya@northfield.example', 'not the password', elsewhere)).words, /is not right/)
  const right = await signIn(lapel, 'maya@northfield.example', goodPassword, elsewhere)
  assert.match(right.words, /We sent a 6-digit code to maya@northfield\.example/)
  assert.equal(await signedInAs(elsewhere), undefined)
})

test('sessions: the cookie is closed to scripts, ends by POST alone, and is renewed by proof', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const noah = lapel.visitor()
  await noah.get('/sign-in')
  const entered = await noah.post('/sign-in', { email: 'maya@northfield.example', password: goodPassword })
  const cookie = entered.headers.getSetCookie().find((line) => line.startsWith('lapel-session=')) ?? ''
  assert.match(cookie, /HttpOnly/i)
  assert.match(cookie, /SameSite=Lax/i)
  assert.match(cookie, /Path=\//i)

  assert.equal((await maya.request('/sign-out')).status, 404)
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
  const old = new Map(maya.cookies)
  await maya.get('/settings/account')
  await maya.submit('/sign-out')
  assert.equal(await signedInAs(maya), undefined)
  // The cookie of before is worth nothing.
  for (const [name, value] of old) maya.cookies.set(name, value)
  assert.equal(await signedInAs(maya), undefined)

  const before = noah.cookies.get('lapel-session') ?? ''
  await noah.get('/sign-in/again?return=/settings/account')
  assert.match(
    (await noah.submit('/sign-in/again', { password: 'not the password' })).words,
    /That password is not right/,
  )
  const answer = await noah.post('/sign-in/again', { password: goodPassword })
  assert.equal(answer.location, '/settings/account')
  assert.notEqual(noah.cookies.get('lapel-session'), before)
  noah.cookies.set('lapel-session', before)
  assert.equal(await signedInAs(noah), undefined)
})

test('on https the cookies are bound to the host', async (t) => {
  const lapel = await startLapel(t, {
    PUBLIC_URL: 'https://lapel.example',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'badges@lapel.example',
    HOST: '127.0.0.1',
  })
  const page = await lapel.visitor().request('/sign-in')
  assert.match(page.headers.getSetCookie().join('\n'), /^__Host-lapel-visitor=.*Secure/im)
  assert.equal((await lapel.visitor().get('/dev/mail')).status, 404)
})

test('after eight failures a pause that says when it ends, and it is forgotten after success', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const attacker = lapel.visitor()
  for (let times = 0; times < 8; times++)
    assert.match(
      (await signIn(lapel, 'maya@northfield.example', `wrong number ${times}`, attacker)).words,
      /is not right/,
    )
  const paused = await signIn(lapel, 'maya@northfield.example', goodPassword, attacker)
  assert.equal(paused.status, 429)
  assert.match(paused.words, /You can try again in 15 minutes/)
  lapel.passMinutes(16)
  assert.equal(await signedInAs(attacker), undefined)
  await signIn(lapel, 'maya@northfield.example', goodPassword, attacker)
  assert.equal(await signedInAs(attacker), 'maya@northfield.example')
})

test('the same pause for an address without account; the pauses grow; after 100 failures only a new password helps', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const [known, unknown] = [lapel.visitor(), lapel.visitor()]
  const pauses: number[] = []
  for (let failures = 0, rounds = 0; failures < 110 && rounds < 18; rounds++) {
    const answers = await Promise.all([
      signIn(lapel, 'maya@northfield.example', 'wrong', known),
      signIn(lapel, 'nobody@northfield.example', 'wrong', unknown),
    ])
    const [a, b] = answers.map(({ words }) => /again in \d+ minutes|in a row|is not right/.exec(words)?.[0])
    assert.equal(a, b)
    const minutes = Number(/in (\d+) min/.exec(a ?? '')?.[1] ?? 0)
    if (a === 'in a row') break
    if (minutes > 0) {
      pauses.push(minutes)
      lapel.passMinutes(minutes + 1)
    } else failures++
  }
  assert.deepEqual(pauses.slice(0, 3), [15, 30, 60])
  await lapel.db.updateTable('signInTries').set({ consecutive: 100 }).execute()
  const capped = await signIn(lapel, 'maya@northfield.example', goodPassword)
  assert.match(capped.words, /Reset your password to sign in again/)
  await lapel.visitor().submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const visitor = lapel.visitor()
  const path = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  await visitor.submit(path, { password: newPassword }, { shownOn: path })
  await signIn(lapel, 'maya@northfield.example', newPassword, visitor)
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')
})

test('strangers’ failures do not slow down a browser that signed in before', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await maya.get('/settings/account')
  await maya.submit('/sign-out')
  const attacker = lapel.visitor()
  for (let times = 0; times < 9; times++) await signIn(lapel, 'maya@northfield.example', 'wrong', attacker)
  await signIn(lapel, 'maya@northfield.example', goodPassword, maya)
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
})

/** As if this network had failed so often before. */
async function failedBefore(lapel: Lapel, times: number): Promise<void> {
  await lapel.db.updateTable('rateLimits').set({ used: times }).where('bucket', 'like', 'sign-in:%').execute()
}

test('a forged X-Forwarded-For neither escapes the limit nor frames others', async (t) => {
  const lapel = await startLapel(t)
  const attacker = lapel.visitor()
  const statuses: number[] = []
  for (let times = 0; times < 6; times++) {
    attacker.headers = { 'x-forwarded-for': `203.0.113.${times}` }
    statuses.push((await signIn(lapel, `guess${times}@northfield.example`, 'wrong', attacker)).status)
    if (times === 0) await failedBefore(lapel, 58)
  }
  assert.deepEqual(statuses, [422, 422, 422, 429, 429, 429])
})

test('behind one named proxy the last hop counts, and only that', async (t) => {
  const lapel = await startLapel(t, { TRUSTED_PROXIES: '1' })
  const attacker = lapel.visitor()
  const statuses: number[] = []
  for (let times = 0; times < 5; times++) {
    attacker.headers = { 'x-forwarded-for': `203.0.113.${times}, 198.51.100.7` }
    statuses.push((await signIn(lapel, `guess${times}@northfield.example`, 'wrong', attacker)).status)
    if (times === 0) await failedBefore(lapel, 59)
  }
  assert.deepEqual(statuses, [422, 422, 429, 429, 429])
  const other = lapel.visitor()
  other.headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }
  assert.equal((await signIn(lapel, 'guess@northfield.example', 'wrong', other)).status, 422)
})

test('a reset link works once, for 60 minutes, ends every session and tells every address', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const visitor = lapel.visitor()
  const known = await visitor.submit('/forgot', { email: 'maya@northfield.example' }, { shownOn: '/forgot' })
  const unknown = await lapel.visitor().submit('/forgot', { email: 'noah@northfield.example' }, { shownOn: '/forgot' })
  assert.match(known.words, /If maya@northfield\.example has an account, a link is on its way\./)
  assert.equal(
    known.text.replaceAll('maya@', '@').replace(/value="[^"]*"/g, ''),
    unknown.text.replaceAll('noah@', '@').replace(/value="[^"]*"/g, ''),
  )
  assert.deepEqual(await lapel.mailTo('noah@northfield.example'), [])

  const path = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  for (let times = 0; times < 10; times++) assert.equal((await lapel.visitor().get(path)).status, 200)
  assert.match((await visitor.submit(path, { password: 'short' }, { shownOn: path })).words, /at least 12 characters/)
  const done = await visitor.submit(path, { password: newPassword }, { shownOn: path })
  assert.match(done.words, /Your new password is saved/)
  assert.equal(await signedInAs(maya), undefined)
  assert.equal((await lapel.mailTo('maya@northfield.example'))[0]?.subject, 'Change to your Lapel account')

  const again = await visitor.get(path)
  assert.equal(again.status, 410)
  assert.match(again.words, /This link has been used/)
  await visitor.submit(`${path}/again`)
  const second = await linkFor(lapel, 'maya@northfield.example', '/reset/')
  assert.notEqual(second, path)
  lapel.passMinutes(61)
  assert.match((await visitor.get(second)).words, /This link has expired/)
  assert.match((await signIn(lapel, 'maya@northfield.example', goodPassword)).words, /is not right/)
  const fresh = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', newPassword, fresh)
  assert.equal(await signedInAs(fresh), 'maya@northfield.example')
})

test('language and theme are kept in the browser, and in the account once there is one', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  await maya.get('/sign-in?return=/settings/account')
  const french = await maya.submit('/locale', { locale: 'fr' })
  assert.match(french.text, /<html lang="fr"/)
  assert.match(french.text, /name="return" value="\/settings\/account"/)
  await maya.submit('/theme', { theme: 'dark' })
  assert.match(maya.page?.text ?? '', /data-theme="dark"/)

  const noah = await lapel.person('noah@northfield.example')
  await noah.get('/settings/account')
  await noah.submit('/settings/account/language', { locale: 'fr' })
  assert.match(noah.page?.words ?? '', /Votre langue est enregistrée/)
  const { locale } = await lapel.db
    .selectFrom('accounts')
    .select('locale')
    .where('id', '=', noah.accountId)
    .executeTakeFirstOrThrow()
  assert.equal(locale, 'fr')

  // From a message in French, for this browser and a while; the account stays as it is.
  const english = await noah.get('/in/en?to=/settings/account')
  assert.match(english.text, /<html lang="en"[\s\S]*Account Settings/)
  const chosen = await noah.submit('/locale', { locale: 'fr' })
  assert.match(chosen.text, /<html lang="fr"/)
  assert.equal((await noah.request('/in/de?to=/settings/account')).status, 404)
  const away = await noah.request('/in/en?to=//elsewhere.example/')
  assert.deepEqual([away.status, away.headers.get('location')], [303, '/'])
})

test('a form from another site, or without its token, changes nothing', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  await maya.get('/settings/account')
  const foreign = await maya.request('/sign-out', {
    method: 'POST',
    body: new URLSearchParams({}),
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(foreign.status, 403)
  assert.equal((await maya.send('/sign-out', {})).status, 403)
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
})

test('when the terms have changed, everything waits until the person agrees again', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await lapel.db.updateTable('consents').set({ version: '2020-01-01' }).execute()
  const page = await maya.get('/settings/account')
  assert.match(page.words, /Our terms have changed/)
  assert.match((await maya.submit('/sign-in/terms')).words, /Agree to the terms to continue/)
  const on = await maya.post('/sign-in/terms', { terms: 'yes' })
  assert.equal(on.location, '/settings/account')
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
  const versionsOf = () => lapel.db.selectFrom('consents').select('version').where('purpose', '=', 'terms').execute()
  assert.equal((await versionsOf()).length, 2)

  // The operator replaces a text: its words are the version, its white space is not.
  const folder = path.join(lapel.config.dataDirectory, 'content')
  mkdirSync(folder, { recursive: true })
  const write = (text: string) => writeFileSync(path.join(folder, 'terms.fr.md'), text)
  write('# Conditions\n\nVersion {version}. Soyez honnêtes.\n')
  assert.match((await maya.get('/settings/account')).words, /Our terms have changed/)
  await maya.submit('/sign-in/terms', { terms: 'yes' })
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
  write('\uFEFF# Conditions\r\n\r\nVersion {version}.\r\nSoyez   honnêtes.')
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
  const version = (await versionsOf()).at(-1)?.version ?? 'none'
  assert.equal(new Set((await versionsOf()).map((row) => row.version)).size, 3)
  const french = await lapel.visitor().request('/terms', { headers: { 'accept-language': 'fr' } })
  assert.match(french.text, new RegExp(`<h1>Conditions</h1>[\\s\\S]*Version ${version}`))
  rmSync(path.join(folder, 'terms.fr.md'))
  // Back to the words that were agreed to before: nobody is asked twice.
  assert.equal(await signedInAs(maya), 'maya@northfield.example')
})

test('country and time zone are kept, and nothing that is not in the lists', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  await maya.get('/settings/account')
  assert.match(
    (await maya.submit('/settings/account/region', { country: 'CA', timeZone: 'America/Toronto' })).words,
    /are saved/,
  )
  assert.match((await maya.submit('/settings/account/region', { country: 'XX' })).words, /from the list/)
  const { country, timeZone } = await lapel.db
    .selectFrom('accounts')
    .select(['country', 'timeZone'])
    .executeTakeFirstOrThrow()
  assert.deepEqual([country, timeZone], ['CA', 'America/Toronto'])
})

test('signing in within the days of a deletion says that the account stays', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await maya.submit('/sign-out', {}, { shownOn: '/settings/account' })
  assert.doesNotMatch((await signIn(lapel, 'maya@northfield.example')).words, /will not be deleted/)
  const { accountId } = await lapel.db.selectFrom('accountEmails').select('accountId').executeTakeFirstOrThrow()
  const [requestedAt, dueAt] = [lapel.now(), new Date(lapel.now().getTime() + 14 * 86_400_000)]
  await lapel.db.insertInto('accountDeletions').values({ accountId, requestedAt, dueAt }).execute()
  assert.match((await signIn(lapel, 'maya@northfield.example')).words, /your account stays: it will not be deleted/)
})
