import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEarner, claimPathOf } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { forgetClosedRequests, keptDays } from './forget-closed.ts'

async function reported(lapel: Lapel, requested = 'Maya Roy, with an o') {
  const made = await anEarner(lapel, { name: 'Maya Ray' })
  const at = `/badges/${made.publicId}/report`
  await made.earner.submit(at, { kind: 'name', requested }, { shownOn: at })
  const { id } = await lapel.db.selectFrom('correctionRequests').select('id').executeTakeFirstOrThrow()
  const base = `/console/${made.issuer.organization.slug}`
  return { ...made, base, path: `${base}/requests/correction/${id}` }
}
const states = async (lapel: Lapel) =>
  (await lapel.db.selectFrom('correctionRequests').select('state').orderBy('createdAt').execute()).map(
    ({ state }) => state,
  )

test('a reported error is listed, and closed by the correction; the earner sees how it stands', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, earner, publicId, base, path } = await reported(lapel)
  const { owner } = issuer
  assert.match(
    (await earner.get(`/badges/${publicId}`)).words,
    /You asked Northfield College on .* They have not answered yet\./,
  )
  assert.match((await owner.get(base)).words, /1 request waits for an answer\./)
  assert.ok((await owner.get(`${base}/issued/${publicId}`)).text.includes(`href="${path}"`))
  const list = await owner.get(`${base}/requests`)
  assert.match(list.words, /Maya Ray Data Storytelling Name: Maya Roy, with an o/)
  const page = await owner.get(path)
  assert.match(page.words, /What it should say Maya Roy, with an o/)
  const award = `${base}/issued/${publicId}`
  assert.match(page.text, new RegExp(`href="${award}/replace"`))
  await owner.submit(`${award}/replace`, { name: 'Maya Roy' }, { shownOn: `${award}/replace` })
  await lapel.settle()
  assert.deepEqual(await states(lapel), ['done'])
  assert.match((await owner.get(`${base}/requests`)).words, /Nothing waits for an answer\./)
  assert.doesNotMatch((await owner.get(base)).words, /waits for an answer/)
  assert.match((await owner.get(`${base}/requests?show=closed`)).words, /Corrected/)
  assert.match((await owner.get(path)).words, /Replaced by/)
  const mails = (await lapel.mailTo(earner.email)).map(({ subject }) => subject)
  assert.deepEqual(mails.slice(0, 1), ['Data Storytelling was updated'])
  assert.ok(!mails.includes('Data Storytelling was corrected'), 'one message about one correction')
})

test('a correction that is not announced by itself is told to who asked for it', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, earner, publicId, base } = await reported(lapel)
  const award = `${base}/issued/${publicId}`
  await issuer.owner.get(`${award}/replace`)
  const { formsOf } = await import('../../test/visitor.ts')
  const form = formsOf(issuer.owner.page?.text ?? '').find(({ action }) => action.endsWith('/replace'))
  const { notify: _notify, ...fields } = form?.fields ?? {}
  await issuer.owner.send(`${award}/replace`, { ...fields, name: 'Maya Roy' })
  await lapel.settle()
  assert.equal((await lapel.mailTo(earner.email))[0]?.subject, 'Data Storytelling was corrected')
})

test('a refusal has a reason, which the earner reads by mail and on the badge; ten clicks are one', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, earner, publicId, path } = await reported(lapel)
  const { owner } = issuer
  const empty = await owner.submit(`${path}/refuse`, { answer: '  ' }, { shownOn: path })
  assert.equal(empty.status, 422)
  assert.match(empty.words, /Say why\./)
  const long = await owner.submit(`${path}/refuse`, { answer: 'x'.repeat(1001) }, { shownOn: path })
  assert.match(long.words, /At most 1,000 characters fit/)
  await owner.get(path)
  await Promise.all(
    Array.from({ length: 10 }, () => owner.post(`${path}/refuse`, { answer: 'This is the name in your passport.' })),
  )
  assert.deepEqual(await states(lapel), ['refused'])
  const mails = (await lapel.mailTo(earner.email)).filter(({ subject }) => /answered about/.test(subject))
  assert.equal(mails.length, 1)
  assert.match(mails[0]?.text ?? '', /This is the name in your passport\./)
  assert.match((await earner.get(`/badges/${publicId}`)).words, /did not correct this badge: This is the name in your/)
  assert.match((await owner.get(path)).words, /Refused/)
  assert.match((await owner.get(`${path.replace(/\/correction.*/, '')}?show=closed`)).words, /kept for 365 days/)
  assert.match((await owner.get(`${path.replace(/\/requests.*/, '')}/issued/${publicId}`)).words, /Correction refused/)

  // What was closed is kept for a year; what waits for an answer, for as long as that takes.
  const at = `/badges/${publicId}/report`
  await earner.submit(at, { kind: 'other', requested: 'Still waiting' }, { shownOn: at })
  lapel.passDays(keptDays - 1)
  await forgetClosedRequests(lapel.deps)
  assert.deepEqual(await states(lapel), ['refused', 'open'])
  lapel.passDays(2)
  await forgetClosedRequests(lapel.deps)
  assert.deepEqual(await states(lapel), ['open'])
})

test('requests of another organization do not exist, and viewers answer none', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, path } = await reported(lapel)
  const other = await anIssuer(lapel, { name: 'Elsewhere' })
  const swapped = path.replace(issuer.organization.slug, other.organization.slug)
  assert.equal((await other.owner.get(swapped)).status, 404)
  assert.match((await other.owner.get(`/console/${other.organization.slug}/requests`)).words, /Nothing waits/)
  const { formsOf } = await import('../../test/visitor.ts')
  const csrf = formsOf((await other.owner.get('/settings/account')).text)[0]?.fields['csrf'] ?? ''
  assert.equal((await other.owner.send(`${swapped}/refuse`, { csrf, answer: 'No' })).status, 404)
  assert.equal((await issuer.owner.get(path.replace(/[^/]+$/, 'x'))).status, 404)
  assert.deepEqual(await states(lapel), ['open'])
})

test('a wrong address that was reported behind the link is closed by changing it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'mayy@northfield.example' })
  const claim = await claimPathOf(lapel, 'mayy@northfield.example')
  const visitor = lapel.visitor()
  await visitor.submit(`${claim}/correction`, { email: 'maya@northfield.example' }, { shownOn: `${claim}/correction` })
  assert.match((await visitor.get(claim)).words, /was asked to correct this badge\. They have not answered yet\./)
  assert.ok(!(await visitor.get(claim)).text.includes('maya@northfield.example'))
  const award = `/console/${issuer.organization.slug}/issued/${publicId}`
  await issuer.owner.submit(`${award}/address`, { email: 'maya@northfield.example' }, { shownOn: award })
  await lapel.settle()
  assert.deepEqual(await states(lapel), ['done'])
  assert.match((await visitor.get(claim)).words, /replaced this badge with a new one/)
})
