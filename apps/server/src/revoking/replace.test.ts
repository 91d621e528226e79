import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimPathOf } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { acceptCredential } from '../claiming/index.ts'

const rowsOf = (lapel: Lapel) =>
  lapel.db
    .selectFrom('credentials')
    .select(['publicId', 'recipientEmail', 'recipientName', 'decision', 'validity', 'replacedBy', 'accountId'])
    .orderBy('id')
    .execute()

test('correcting, and sending to another address, need a recent proof', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { publicId } = await issueCredential(lapel, issuer, { to: 'mayy@example.org' })
  const page = `/console/${organization.slug}/issued/${publicId}`
  await owner.get(page)
  lapel.passMinutes(6)
  const again = /^\/sign-in\/again\?return=/
  assert.match((await owner.request(`${page}/replace`)).location ?? '', again)
  assert.match((await owner.post(`${page}/address`, { email: 'maya@example.org' })).location ?? '', again)
  const { csrf = '' } = (await import('../../test/visitor.ts')).formsOf(owner.page?.text ?? '')[0]?.fields ?? {}
  assert.match((await owner.send(`${page}/replace`, { csrf, name: 'Maya Roy' })).location ?? '', again)
  assert.equal((await rowsOf(lapel)).length, 1)
})

test('one person gets a badge only after a recent proof, and nothing has to be typed twice', async (t) => {
  const lapel = await startLapel(t)
  const { owner, organization } = await anIssuer(lapel)
  const start = `/console/${organization.slug}/issue`
  const people = await owner.submit(start, {}, { shownOn: start })
  const action = /action="([^"]+)\/person"/.exec(people.text)?.[1] ?? ''
  lapel.passMinutes(6)
  const asked = await owner.post(`${action}/person`, { name: 'Maya Roy', email: 'maya@example.org', reference: '42' })
  assert.equal(asked.location, `/sign-in/again?return=${encodeURIComponent(`${action}/people`)}`)
  assert.equal((await rowsOf(lapel)).length, 0)
  await lapel.db
    .updateTable('sessions')
    .set({ provedAt: lapel.now() })
    .where('accountId', '=', owner.accountId)
    .execute()
  // What was typed stands in the form again, so the button is all that is left.
  const done = await owner.submit(`${action}/person`, {}, { shownOn: `${action}/people` })
  assert.match(done.words, /Maya Roy/)
  assert.deepEqual(
    (await rowsOf(lapel)).map(({ recipientEmail }) => recipientEmail),
    ['maya@example.org'],
  )
})

test('an address is changed only while nobody has taken the badge, even when both happen at once', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const maya = await lapel.person('maya@example.org')
  const page = `/console/${organization.slug}/issued/${publicId}`
  await owner.get(page)
  // The page still offers it, and the person accepts meanwhile.
  await acceptCredential(lapel.deps, { publicId, accountId: maya.accountId })
  const late = await owner.submit(`${page}/address`, { email: 'elsewhere@example.org' })
  assert.match(late.words, /accepted or declined meanwhile, so its address cannot be changed/)
  assert.deepEqual(
    (await rowsOf(lapel)).map(({ validity, recipientEmail }) => [validity, recipientEmail]),
    [['live', 'maya@example.org']],
  )
})

test('ten clicks on Replace at once make one new badge', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org', name: 'Maya Ray' })
  const page = `/console/${organization.slug}/issued/${publicId}`
  await owner.get(`${page}/replace`)
  const clicks = await Promise.all(
    Array.from({ length: 10 }, () => owner.post(`${page}/replace`, { name: 'Maya Roy' })),
  )
  await lapel.settle()
  const rows = await rowsOf(lapel)
  assert.equal(rows.length, 2)
  for (const click of clicks) assert.equal(click.location, `/console/${organization.slug}/issued/${rows[1]?.publicId}`)
})

test('an old link tells of the correction in words; only the owner is led to the new badge', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org', name: 'Maya Ray' })
  const old = await claimPathOf(lapel, 'maya@example.org')
  const maya = await lapel.person('maya@example.org')
  const page = `/console/${organization.slug}/issued/${publicId}`
  await owner.submit(`${page}/replace`, { name: 'Maya Roy' }, { shownOn: `${page}/replace` })
  await lapel.settle()
  const successor = (await rowsOf(lapel))[1]?.publicId ?? ''
  lapel.passDays(3)
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'long', timeZone: 'UTC' })
  const replacedOn = day.format(new Date(lapel.now().getTime() - 3 * 86_400_000))

  for (const stranger of [lapel.visitor(), await lapel.person('mallory@example.org')]) {
    const shown = await stranger.get(old)
    assert.match(shown.words, /replaced this badge with a new one/)
    assert.ok(shown.words.includes(replacedOn), 'the day of the replacement, not today')
    assert.match(shown.words, /belongs to the person it was made out to/)
    assert.ok(!shown.text.includes(successor))
  }
  const own = await maya.get(old)
  assert.match(own.text, new RegExp(`href="/badges/${successor}"`))
})

test('whoever agreed to older terms reads the new ones before accepting a badge or joining a team', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const path = await claimPathOf(lapel, 'maya@example.org')
  const maya = await lapel.person('maya@example.org')
  const team = `/console/${issuer.organization.slug}/team`
  await issuer.owner.submit(`${team}/invite`, { email: 'maya@example.org', role: 'viewer' }, { shownOn: team })
  const invitation = (await lapel.mailTo('maya@example.org'))
    .flatMap(({ links }) => links)
    .find((link) => /\/invite\/[\w-]{43}$/.test(link))
  assert.ok(invitation)
  const invited = new URL(invitation).pathname
  await maya.get(path)
  await lapel.db
    .insertInto('consents')
    .values({
      id: crypto.randomUUID(),
      accountId: maya.accountId,
      purpose: 'terms',
      version: '2001-01-01',
      locale: 'en',
      givenAt: lapel.now(),
    })
    .execute()
  for (const action of ['accept', 'decline']) {
    const answer = await maya.post(`${path}/${action}`)
    assert.equal(answer.location, `/sign-in/terms?return=${encodeURIComponent(path)}`)
  }
  const joining = await maya.post(`${invited}/join`, {}, { shownOn: invited })
  assert.equal(joining.location, `/sign-in/terms?return=${encodeURIComponent(invited)}`)
  assert.equal((await rowsOf(lapel))[0]?.decision, 'waiting')
  const back = await maya.submit('/sign-in/terms', { terms: 'on' }, { shownOn: `/sign-in/terms?return=${path}` })
  assert.match(back.words, /Accept badge/)
  assert.match((await maya.post(`${path}/accept`)).location ?? '', /^\/badges\//)
})
