import assert from 'node:assert/strict'
import test from 'node:test'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { remindOfWaiting, tellOfEnding } from './index.ts'

async function remindersTo(lapel: Lapel, address: string) {
  // Two processes may run the hourly job at the same moment.
  await Promise.all([remindOfWaiting(lapel.deps), remindOfWaiting(lapel.deps)])
  return (await lapel.mailTo(address)).filter(({ subject }) => subject.includes('still waiting'))
}

test('a badge that waits is mentioned on the third, tenth and thirtieth day, and then no more', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const counts: number[] = []
  for (const days of [2, 1, 6, 1, 19, 1, 5]) {
    lapel.passDays(days)
    counts.push((await remindersTo(lapel, 'maya@northfield.example')).length)
  }
  assert.deepEqual(counts, [0, 1, 1, 2, 2, 3, 3])
  const [mail] = await lapel.mailTo('maya@northfield.example')
  assert.equal(mail?.subject, 'Data Storytelling is still waiting for you')
  const link = mail?.links.find((found) => /\/claim\/[\w-]{43}$/.test(found)) ?? ''
  assert.match((await lapel.visitor().get(new URL(link).pathname)).words, /Register/)
})

test('an issuer chooses the days or none, and whoever has stopped them gets none on any day', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const profile = `/console/${issuer.organization.slug}/profile`
  await issuer.owner.get(profile)
  for (const wrong of ['0', '60', '3, 10, 20, 30', '3.5', 'three', '-1', '3 days'])
    assert.match(
      (await issuer.owner.submit(profile, { reminderDays: wrong })).words,
      /up to three numbers of days/,
      wrong,
    )
  assert.match((await issuer.owner.submit(profile, { reminderDays: '', endingDays: '200' })).words, /up to two numbers/)
  await issuer.owner.submit(profile, { reminderDays: ' 20;5, 5 ', endingDays: '' })
  const { reminderDays, endingDays } = await lapel.db
    .selectFrom('organizations')
    .select(['reminderDays', 'endingDays'])
    .executeTakeFirstOrThrow()
  assert.deepEqual([reminderDays, endingDays], [[5, 20], []])

  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const soon = new Date(lapel.now().getTime() + 10 * 86_400_000)
  await anEarner(lapel, { issuer, to: 'noor@example.org', validUntil: soon })
  lapel.passDays(4)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 0)
  assert.equal(await tellOfEnding(lapel.deps), 0)
  lapel.passDays(1)
  const [mail] = await remindersTo(lapel, 'maya@northfield.example')
  const stop = new URL(mail?.links.find((found) => found.includes('/unsubscribe/')) ?? '').pathname
  const visitor = lapel.visitor()
  await visitor.submit(stop, {}, { shownOn: stop })
  lapel.passDays(20)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 1)
  await issuer.owner.submit(profile, { reminderDays: '1, 2, 3' }, { shownOn: profile })
  lapel.passDays(1)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 1)
})

test('after an outage one message makes up for the missed ones', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  lapel.passDays(12)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 1)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 1)
})

test('one click stops them, for people and for mail programs, and the page takes it back', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  lapel.passDays(3)
  const [mail] = await remindersTo(lapel, 'maya@northfield.example')
  const header = /^List-Unsubscribe: <([^>]+)>/m.exec(mail?.raw.replace(/\r?\n[ \t]+/g, ' ') ?? '')?.[1] ?? ''
  assert.match(mail?.raw ?? '', /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
  const oneClick = await fetch(header, {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(oneClick.status, 204)
  lapel.passDays(8)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 1)
  const page = mail?.links.find((found) => found.includes('/unsubscribe/')) ?? ''
  const visitor = lapel.visitor()
  const path = new URL(page).pathname
  assert.match((await visitor.get(path)).words, /You get no more reminders and notices about Data Storytelling\./)
  await visitor.submit(`${path}/undo`)
  assert.equal((await remindersTo(lapel, 'maya@northfield.example')).length, 2)
  assert.equal((await visitor.get('/unsubscribe/AAAA')).status, 404)
})

test('nobody is reminded of a badge that was accepted, declined or never to be mailed about', async (t) => {
  const lapel = await startLapel(t)
  const { issuer } = await anEarner(lapel)
  await issueCredential(lapel, issuer, { to: 'quiet@northfield.example', notify: false })
  lapel.passDays(11)
  assert.equal(await remindOfWaiting(lapel.deps), 0)
})

test('the owner is told 60 and 14 days before a badge ends, once each', async (t) => {
  const lapel = await startLapel(t)
  const validUntil = new Date(lapel.now().getTime() + 100 * 86_400_000)
  const { earner } = await anEarner(lapel, { validUntil })
  const counts: number[] = []
  for (const days of [39, 2, 20, 30, 5, 10]) {
    lapel.passDays(days)
    await Promise.all([tellOfEnding(lapel.deps), tellOfEnding(lapel.deps)])
    counts.push((await lapel.mailTo(earner.email)).filter(({ subject }) => subject.includes('expires on')).length)
  }
  assert.deepEqual(counts, [0, 1, 1, 2, 2, 2])
})

test('one run reaches everybody who is due, however many are looked up at a time', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const addresses = [1, 2, 3, 4, 5].map((n) => `maya${n}@northfield.example`)
  for (const to of addresses) await issueCredential(lapel, issuer, { to })
  await lapel.settle()
  // Mail that never arrived is not followed by more of it.
  await lapel.db
    .updateTable('credentials')
    .set({ delivery: 'failed' })
    .where('recipientEmail', '=', addresses[4] ?? '')
    .execute()
  lapel.passDays(3)
  assert.equal(await remindOfWaiting(lapel.deps, 2), 4)
  assert.equal(await remindOfWaiting(lapel.deps, 2), 0)
  await lapel.db.updateTable('organizations').set({ state: 'suspended' }).execute()
  lapel.passDays(8)
  assert.equal(await remindOfWaiting(lapel.deps), 0)
})
