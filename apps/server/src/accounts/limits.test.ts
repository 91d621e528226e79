import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodPassword, register } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { limitNetwork } from './limits.ts'
import { coarseNetwork } from './sessions.ts'

test('many sign-ups from one source make few mails, and the path without script fewer', async (t) => {
  const lapel = await startLapel(t)
  const robot = lapel.visitor()
  let refused = 0
  for (let times = 0; times < 30; times++) {
    await robot.get('/register')
    lapel.passMinutes(0.1)
    const answer = await robot.submit('/register', {
      givenName: 'R',
      email: `r${times}@example.org`,
      password: goodPassword,
      robot: 'yes',
      terms: 'yes',
    })
    if (answer.status === 429) {
      refused++
      assert.match(answer.words, /There were many registrations from your network\. Try again in \d+ minute/)
      assert.ok(Number(answer.headers.get('retry-after')) > 0)
      assert.match(answer.text, /value="r\d+@example\.org"/)
    }
  }
  await lapel.settle()
  // Five in each hour that the thirty tries touch.
  assert.ok(lapel.allMail().length <= 10, `${lapel.allMail().length} mails`)
  assert.equal(lapel.allMail().length + refused, 30)
})

test('without script: too quick, or with the trap filled in, is no registration', async (t) => {
  const lapel = await startLapel(t)
  const fields = { givenName: 'R', email: 'r@example.org', password: goodPassword, robot: 'yes', terms: 'yes' }
  const robot = lapel.visitor()
  await robot.get('/register')
  assert.match((await robot.submit('/register', fields)).words, /Tick I’m not a robot once more/)
  lapel.passMinutes(1)
  assert.match((await robot.submit('/register', { ...fields, topic: 'Buy' })).words, /Tick I’m not a robot once more/)
  for (const shownAt of ['', 'AAAA', 'x'.repeat(60)])
    assert.match((await robot.submit('/register', { ...fields, shownAt })).words, /once more/)
  for (const proof of ['x', 'e30=', Buffer.from('{"challenge":{},"solution":{}}').toString('base64')]) {
    await robot.get('/register')
    lapel.passMinutes(1)
    assert.match((await robot.submit('/register', { ...fields, proof })).words, /once more/)
  }
  assert.equal((await lapel.db.selectFrom('registrations').selectAll().execute()).length, 0)
})

test('five codes an hour and ten a day go to one address, over all registrations, known here or not', async (t) => {
  const lapel = await startLapel(t, { TRUSTED_PROXIES: '1' })
  await lapel.person('known@example.org')
  for (const email of ['known@example.org', 'unknown@example.org']) {
    // The counters' days and hours are those of UTC: begin with one.
    const dayMs = 86_400_000
    lapel.passMinutes((dayMs - (lapel.now().getTime() % dayMs)) / 60_000 + 1)
    for (let times = 0; times < 8; times++) {
      const visitor = lapel.visitor()
      visitor.headers = { 'x-forwarded-for': `203.0.113.${times}` }
      const answer = await register(lapel, visitor, { email })
      assert.match(answer.words, /Thank you for registering/)
    }
    const visitor = lapel.visitor()
    visitor.headers = { 'x-forwarded-for': '203.0.113.99' }
    await register(lapel, visitor, { email })
    lapel.passMinutes(1)
    const limited = await visitor.submit('/register/verify/resend')
    assert.match(limited.words, /as many codes to this address as we send/)
    assert.equal((await lapel.mailTo(email)).length, 5)
    for (let hours = 0; hours < 6; hours++) {
      lapel.passMinutes(61)
      await visitor.get('/register/verify')
      for (let times = 0; times < 3; times++) {
        lapel.passMinutes(1)
        await visitor.submit('/register/verify/resend')
      }
    }
    const sent = (await lapel.mailTo(email)).length
    assert.ok(sent === 10, `${sent}`)
  }
})

test('whoever knocks at the doors without a narrower limit is stopped after many times, and told when to come back', async (t) => {
  const lapel = await startLapel(t)
  const quarter = 15 * 60_000
  lapel.passMinutes((quarter - (lapel.now().getTime() % quarter)) / 60_000 + 0.1)
  await lapel.db
    .insertInto('rateLimits')
    .values({
      bucket: entryBucket(lapel),
      windowStart: new Date(Math.floor(lapel.now().getTime() / quarter) * quarter),
      used: 299,
    })
    .execute()
  const robot = lapel.visitor()
  assert.equal((await robot.request('/register/challenge')).status, 200)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await robot.get('/forgot')).text)?.[1] ?? ''
  const token = 'x'.repeat(43)
  for (const path of [
    '/register/verify',
    '/sign-in/code',
    '/sign-in/second-step',
    `/reset/${token}`,
    `/email/undo/${token}`,
  ]) {
    const answer = await robot.send(path, { csrf })
    assert.equal(answer.status, 429, path)
    assert.ok(Number(answer.headers.get('retry-after')) > 0, path)
  }
  assert.equal((await robot.request('/register/challenge')).status, 429)
  // Looking is not knocking.
  assert.equal((await robot.request(`/email/undo/${token}`)).status, 404)
  lapel.passMinutes(16)
  assert.equal((await robot.request('/register/challenge')).status, 200)
})

function entryBucket(lapel: Lapel): string {
  return `entry:${lapel.deps.secrets.keyedHash('throttle', 'entry\n127.0.0.1').toString('base64url')}`
}

test('a whole /48 of IPv6 is one source that may do a little more', async (t) => {
  const lapel = await startLapel(t)
  const ask = (address: string) => limitNetwork(lapel.deps, { purpose: 'test', address, limit: 2, windowS: 3600 })
  assert.equal(await ask('2001:db8:1:1::1'), 0)
  assert.equal(await ask('2001:db8:1:1:ffff::2'), 0)
  assert.ok((await ask('2001:db8:1:1::3')) > 0, 'one /64')
  let passed = 0
  for (let net = 2; net < 40; net++) if ((await ask(`2001:db8:1:${net}::1`)) === 0) passed++
  assert.ok(passed <= 16, `${passed} of one /48`)
  assert.equal(await ask('2001:db8:2::1'), 0)
  assert.equal(await ask('192.0.2.1'), 0)
  assert.equal(await ask('::ffff:192.0.2.1'), 0)
  assert.ok((await ask('192.0.2.1')) > 0)
})

test('where somebody signed in from is kept coarsely', () => {
  assert.equal(coarseNetwork('192.0.2.77'), '192.0.2.0/24')
  assert.equal(coarseNetwork('::ffff:192.0.2.77'), '192.0.2.0/24')
  assert.equal(coarseNetwork('2001:db8:1:2:3:4:5:6'), '2001:db8:1::/48')
})

test('one account has codes sent to twenty addresses a day, whoever they belong to', async (t) => {
  const lapel = await startLapel(t)
  const mallory = await lapel.person('mallory@private.example')
  const ask = (email: string) =>
    mallory.submit('/settings/account/link', { email }, { shownOn: '/settings/account/link' })
  for (let at = 0; at < 20; at++) await ask(`nobody${at}@private.example`)
  assert.match((await ask('nobody20@private.example')).words, /You asked for many addresses today/)
  assert.equal((await lapel.mailTo('nobody19@private.example')).length, 1)
  assert.equal((await lapel.mailTo('nobody20@private.example')).length, 0)
})
