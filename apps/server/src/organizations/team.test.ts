import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member, organization } from '../../test/fixtures/console.ts'
import { startLapel } from '../../test/lapel.ts'
import { removeMember } from './team.ts'

const base = '/console/northfield-college'

test('an invitation by mail leads to the team, for the address that was invited', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org', { givenName: 'Ada', familyName: 'Byron' })
  const org = await organization(lapel, { owner: ada })
  const sent = await ada.submit(
    `${base}/team/invite`,
    { email: 'Grace@example.org', role: 'designer' },
    { shownOn: `${base}/team` },
  )
  assert.match(sent.words, /Invitation sent to Grace@example\.org/)
  assert.match(sent.words, /Waiting/)

  const [mail] = await lapel.mailTo('Grace@example.org')
  assert.equal(mail?.subject, 'Ada Byron invited you to Northfield College')
  assert.match(mail?.text ?? '', /role Designer/)
  const link = mail?.links.find((found) => found.includes('/invite/')) ?? ''

  // Looking changes nothing, signed out or as somebody else.
  const nobody = lapel.visitor()
  const shown = await nobody.get(link)
  assert.match(shown.words, /Ada Byron invited you to the team of Northfield College/)
  assert.match(shown.words, /sent to G\*\*\*@e\*\*\*\.org/)
  const mallory = await lapel.person('mallory@example.org')
  assert.match((await mallory.get(link)).words, /You are signed in as mallory@example\.org/)
  const path = new URL(link).pathname
  const forced = await mallory.send(`${path}/join`, {
    csrf: /name="csrf" value="([^"]+)"/.exec(mallory.page?.text ?? '')?.[1] ?? '',
  })
  assert.equal(forced.location, path)
  assert.equal((await mallory.request(base)).status, 404)

  const grace = await lapel.person('grace@example.org')
  const joined = await grace.submit(`${path}/join`, {}, { shownOn: path })
  assert.match(joined.words, /You are on the team of Northfield College/)
  const row = await lapel.db
    .selectFrom('organizationMembers')
    .select('role')
    .where('accountId', '=', grace.accountId)
    .executeTakeFirstOrThrow()
  assert.equal(row.role, 'designer')
  assert.equal((await grace.request(path)).status, 410)
  assert.equal(org.slug, 'northfield-college')
})

test('an invitation ends after seven days and is renewed with one click; the old link stays dead', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  await ada.submit(`${base}/team/invite`, { email: 'grace@example.org', role: 'viewer' }, { shownOn: `${base}/team` })
  const first = pathOf(await lapel.mailTo('grace@example.org'))
  const grace = await lapel.person('grace@example.org')
  lapel.passDays(8)
  assert.match((await grace.get(first)).words, /This invitation has expired/)

  await ada.get(`${base}/team`)
  assert.match(ada.page?.words ?? '', /Expired/)
  const action = /action="([^"]+\/resend)"/.exec(ada.page?.text ?? '')?.[1] ?? ''
  await ada.submit(action)
  const second = pathOf(await lapel.mailTo('grace@example.org'))
  assert.notEqual(second, first)
  assert.equal((await grace.request(first)).status, 404)
  await grace.submit(`${second}/join`, {}, { shownOn: second })
  assert.equal((await grace.request(base)).status, 200)
})

test('a cancelled and a refused invitation lead nowhere', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  await ada.submit(`${base}/team/invite`, { email: 'grace@example.org', role: 'viewer' }, { shownOn: `${base}/team` })
  const cancelled = pathOf(await lapel.mailTo('grace@example.org'))
  await ada.get(`${base}/team`)
  await ada.submit(/action="([^"]+\/cancel)"/.exec(ada.page?.text ?? '')?.[1] ?? '')
  const grace = await lapel.person('grace@example.org')
  assert.equal((await grace.request(cancelled)).status, 404)

  await ada.submit(`${base}/team/invite`, { email: 'grace@example.org', role: 'viewer' }, { shownOn: `${base}/team` })
  const refused = pathOf(await lapel.mailTo('grace@example.org'))
  const nobody = lapel.visitor()
  const answer = await nobody.submit(`${refused}/refuse`, {}, { shownOn: refused })
  assert.match(answer.words, /You will not be added to Northfield College/)
  assert.equal((await grace.request(refused)).status, 410)
})

test('the same person is not invited twice, and members not at all', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const invite = (email: string) =>
    ada.submit(`${base}/team/invite`, { email, role: 'viewer' }, { shownOn: `${base}/team` })
  assert.match((await invite('ADA@example.org')).words, /on the team already|Invitation sent/)
  await invite('grace@example.org')
  assert.match((await invite('grace@EXAMPLE.org')).words, /has an invitation already/)
  assert.match((await invite('nobody')).words, /Enter an email address in the format/)
  assert.equal((await lapel.mailTo('grace@example.org')).length, 1)
})

test('only owners make owners, and the last owner stays', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const org = await organization(lapel, { owner: ada })
  const admin = await lapel.person('admin@example.org')
  await member(lapel, org.id, admin, 'admin')
  const viewer = await lapel.person('viewer@example.org')
  await member(lapel, org.id, viewer, 'viewer')

  await admin.get(`${base}/team/${viewer.accountId}`)
  const promoted = await admin.submit(`${base}/team/${viewer.accountId}/role`, { role: 'owner' })
  assert.match(promoted.words, /Only an owner can give or take the role Owner/)
  assert.doesNotMatch((await admin.get(`${base}/team`)).text, new RegExp(`href="${base}/team/${ada.accountId}"`))
  const demoted = await admin.submit(
    `${base}/team/${ada.accountId}/remove`,
    {},
    { shownOn: `${base}/team/${ada.accountId}/remove` },
  )
  assert.match(demoted.words, /Only an owner/)
  await admin.submit(
    `${base}/team/${viewer.accountId}/role`,
    { role: 'issuer' },
    { shownOn: `${base}/team/${viewer.accountId}` },
  )

  const leaving = await ada.submit(
    `${base}/team/${ada.accountId}/remove`,
    {},
    { shownOn: `${base}/team/${ada.accountId}/remove` },
  )
  assert.match(leaving.words, /You are the only owner/)
  const left = await viewer.submit(
    `${base}/team/${viewer.accountId}/remove`,
    {},
    { shownOn: `${base}/team/${viewer.accountId}/remove` },
  )
  assert.match(left.words, /You have left Northfield College/)
  assert.equal((await viewer.request(base)).status, 404)
})

test('two owners who remove each other at the same moment leave one', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const grace = await lapel.person('grace@example.org')
  const actor = (accountId: string) => ({ accountId, role: 'owner', name: 'Owner', locale: 'en' }) as const
  for (let round = 0; round < 8; round++) {
    const org = await organization(lapel, { owner: ada, name: `Guild ${round}`, slug: `guild-${round}` })
    await member(lapel, org.id, grace, 'owner')
    // Open connections first: a race that waits for one is none.
    await Promise.all(Array.from({ length: 4 }, () => lapel.db.selectFrom('accounts').select('id').execute()))
    const outcomes = await Promise.allSettled([
      removeMember(lapel.deps, { organization: org, actor: actor(ada.accountId), accountId: grace.accountId }),
      removeMember(lapel.deps, { organization: org, actor: actor(grace.accountId), accountId: ada.accountId }),
    ])
    const owners = await lapel.db
      .selectFrom('organizationMembers')
      .select('accountId')
      .where('organizationId', '=', org.id)
      .execute()
    assert.equal(owners.length, 1, `round ${round}`)
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  }
})

function pathOf(mails: { links: string[] }[]): string {
  return new URL(mails[0]?.links.find((link) => link.includes('/invite/')) ?? 'none:').pathname
}
