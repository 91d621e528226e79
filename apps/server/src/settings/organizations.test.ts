import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member } from '../../test/fixtures/console.ts'
import { badgeOf } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { clickHidden, hiddenIn } from '../../test/fixtures/settings.ts'
import { startLapel } from '../../test/lapel.ts'
import { forgetPeopleRequests } from './people-requests.ts'

const page = '/settings/organizations'

test('with Auto-Accept badges come straight into the backpack, private; switched off they wait again', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const id = issuer.organization.id
  const shown = await maya.get(page)
  assert.match(
    shown.words,
    /Badges from these organizations go straight into your backpack\. You can still hide or decline them\./,
  )

  const on = await clickHidden(maya, {
    shownOn: page,
    action: `${page}/auto-accept`,
    hidden: { organization: id, to: 'on' },
  })
  assert.match(on.words, /New badges from Northfield College now go straight into your backpack/)
  const second = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await lapel.settle()
  const taken = await badgeOf(lapel, second.publicId)
  assert.deepEqual([taken.decision, taken.visibility, taken.accountId], ['automatic', 'private', maya.accountId])
  assert.equal((await lapel.visitor().get(`/b/${second.publicId}`)).status, 404)

  await clickHidden(maya, { shownOn: page, action: `${page}/auto-accept`, hidden: { organization: id, to: 'off' } })
  const third = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await badgeOf(lapel, third.publicId)).decision, 'waiting')
  const log = await lapel.db
    .selectFrom('auditEvents')
    .select('action')
    .where('actorAccountId', '=', maya.accountId)
    .execute()
  assert.deepEqual(log.map(({ action }) => action).sort(), ['auto-accept.ended', 'auto-accept.given'])
})

test('even who wants new badges public gets the ones that come by themselves private', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  const first = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await maya.get('/settings/privacy-security')
  await maya.submit('/settings/privacy-security/visibility', { isVisible: 'yes', badgeVisibility: 'public' })
  await maya.get(`/badges/${first.publicId}`)
  await maya.submit(`/badges/${first.publicId}/accept`)
  assert.equal((await badgeOf(lapel, first.publicId)).visibility, 'public')
  await clickHidden(maya, {
    shownOn: page,
    action: `${page}/auto-accept`,
    hidden: { organization: issuer.organization.id, to: 'on' },
  })
  const second = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await lapel.settle()
  assert.equal((await badgeOf(lapel, second.publicId)).visibility, 'private')
})

test('an organization whose badges a person never got cannot be switched on for them', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  const answer = await clickHidden(maya, {
    shownOn: page,
    action: `${page}/auto-accept`,
    hidden: { organization: issuer.organization.id, to: 'on' },
  })
  assert.equal(answer.status, 404)
  assert.equal((await lapel.db.selectFrom('autoAccepts').selectAll().execute()).length, 0)
})

test('an employer sees a person only after they allow it, and nothing from the moment they end it', async (t) => {
  const lapel = await startLapel(t)
  const employer = await anIssuer(lapel, { name: 'Red Clinic' })
  const maya = await lapel.person('maya@home.example', { givenName: 'Maya', familyName: 'Roy' })
  assert.match((await maya.get(page)).words, /No employer can see your profile\./)
  const people = `/console/${employer.organization.slug}/people-requests`
  await employer.owner.get(people)
  const asked = await employer.owner.submit(`${people}/ask`, {
    email: 'maya@home.example',
    what: ['profile', 'directory'],
    message: 'For the staff list',
  })
  assert.match(asked.words, /Your request to maya@home\.example is recorded/)
  assert.match(asked.words, /Nobody has allowed you to list them yet/)
  const [mail] = await lapel.mailTo('maya@home.example')
  assert.equal(mail?.subject, 'Red Clinic asks to see your profile')

  const waiting = await maya.get(page)
  assert.match(waiting.words, /For the staff list/)
  const request = hiddenIn(waiting.text, `${page}/employers/allow`, 'request')
  assert.equal((await employer.owner.get(`${people}/${request}`)).status, 404)
  await clickHidden(maya, { shownOn: page, action: `${page}/employers/allow`, hidden: { request } })
  assert.match((await employer.owner.get(people)).words, /Maya Roy/)
  assert.match((await employer.owner.get(`${people}/${request}`)).words, /Maya Roy/)

  const ended = await clickHidden(maya, { shownOn: page, action: `${page}/employers/end`, hidden: { request } })
  assert.match(ended.words, /Red Clinic cannot see your profile any more\. We told its team\./)
  assert.equal((await employer.owner.get(`${people}/${request}`)).status, 404)
  assert.doesNotMatch((await employer.owner.get(people)).words, /Maya Roy/)
  const told = await lapel.mailTo(employer.owner.email)
  assert.equal(told[0]?.subject, 'A person ended your access')
})

test('asking tells a team nothing about whether an address has an account', async (t) => {
  const lapel = await startLapel(t)
  const employer = await anIssuer(lapel, { name: 'Red Clinic' })
  await lapel.person('maya@home.example')
  const people = `/console/${employer.organization.slug}/people-requests`
  const answers: string[] = []
  for (const email of ['maya@home.example', 'nobody@home.example']) {
    await employer.owner.get(people)
    const answer = await employer.owner.submit(`${people}/ask`, { email, what: ['profile'] })
    answers.push(answer.words.replaceAll(email, 'X'))
  }
  await lapel.settle()
  const rows = await lapel.db.selectFrom('peopleRequests').select(['state', 'accountId']).execute()
  assert.deepEqual(rows, [
    { state: 'requested', accountId: null },
    { state: 'requested', accountId: null },
  ])
  // Apart from the rows themselves, which look alike, the two answers are the same words.
  const plain = answers.map((words) =>
    words.replace(/((?:X|maya@home\.example) Profile Waiting \w+ \d+, \d+ Withdraw )+/, ''),
  )
  assert.equal(plain[1], plain[0])
  assert.equal((await lapel.mailTo('nobody@home.example')).length, 0)

  // What nobody allowed is forgotten after a year, with the address; what is allowed goes on.
  await lapel.db
    .updateTable('peopleRequests')
    .set({ state: 'allowed', answeredAt: lapel.now() })
    .where('email', '=', 'maya@home.example')
    .execute()
  const left = async () => (await lapel.db.selectFrom('peopleRequests').select('email').execute()).length
  lapel.passDays(364)
  await forgetPeopleRequests(lapel.deps)
  assert.equal(await left(), 2)
  lapel.passDays(2)
  await forgetPeopleRequests(lapel.deps)
  assert.deepEqual(await lapel.db.selectFrom('peopleRequests').select('email').execute(), [
    { email: 'maya@home.example' },
  ])
})

test('ten clicks on Allow are one answer; a stranger’s click, and one on a withdrawn request, change nothing', async (t) => {
  const lapel = await startLapel(t)
  const employer = await anIssuer(lapel, { name: 'Red Clinic' })
  const maya = await lapel.person('maya@home.example')
  const mallory = await lapel.person('mallory@else.example')
  const people = `/console/${employer.organization.slug}/people-requests`
  await employer.owner.get(people)
  await employer.owner.submit(`${people}/ask`, { email: 'maya@home.example', what: ['directory'] })
  const shown = await maya.get(page)
  const request = hiddenIn(shown.text, `${page}/employers/allow`, 'request')
  const csrf = hiddenIn(shown.text, `${page}/employers/allow`, 'csrf')

  await clickHidden(mallory, { shownOn: '/settings/account', action: `${page}/employers/allow`, hidden: { request } })
  assert.equal(
    (await lapel.db.selectFrom('peopleRequests').select('state').executeTakeFirstOrThrow()).state,
    'requested',
  )
  await Promise.all(Array.from({ length: 10 }, () => maya.send(`${page}/employers/allow`, { csrf, request })))
  const log = await lapel.db.selectFrom('auditEvents').select('action').where('action', '=', 'people.allowed').execute()
  assert.equal(log.length, 1)
  // Once answered it cannot be withdrawn by the team, nor answered otherwise.
  await clickHidden(employer.owner, { shownOn: people, action: `${people}/withdraw`, hidden: { request } })
  await clickHidden(maya, { shownOn: page, action: `${page}/employers/refuse`, hidden: { request } })
  assert.equal((await lapel.db.selectFrom('peopleRequests').select('state').executeTakeFirstOrThrow()).state, 'allowed')
})

test('another organization finds nothing of a request, and a viewer of the team cannot ask', async (t) => {
  const lapel = await startLapel(t)
  const employer = await anIssuer(lapel, { name: 'Red Clinic' })
  const other = await anIssuer(lapel, { name: 'Blue Clinic' })
  const maya = await lapel.person('maya@home.example')
  const people = `/console/${employer.organization.slug}/people-requests`
  await employer.owner.get(people)
  await employer.owner.submit(`${people}/ask`, { email: 'maya@home.example', what: ['profile'] })
  const request = hiddenIn((await maya.get(page)).text, `${page}/employers/allow`, 'request')
  await clickHidden(maya, { shownOn: page, action: `${page}/employers/allow`, hidden: { request } })
  assert.equal((await other.owner.get(`${people}/${request}`)).status, 404)
  assert.equal((await other.owner.get(`/console/${other.organization.slug}/people-requests/${request}`)).status, 404)

  const viewer = await lapel.person('viewer@clinic.example')
  await member(lapel, employer.organization.id, viewer, 'viewer')
  const seen = await viewer.get(people)
  assert.doesNotMatch(seen.words, /Send request/)
  const refused = await clickHidden(viewer, {
    shownOn: '/settings/account',
    action: `${people}/ask`,
    hidden: { email: 'x@y.example', what: 'profile' },
  })
  assert.equal(refused.status, 403)
})

test('institutions are noted, confirmed by a badge with the same number, and only with safe addresses', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await lapel.db
    .updateTable('credentials')
    .set({ recipientReference: 'N-1234' })
    .where('publicId', '=', publicId)
    .execute()
  await maya.get(`/badges/${publicId}`)
  await maya.submit(`/badges/${publicId}/accept`)
  const action = `${page}/education`
  for (const signInUrl of [
    'javascript:alert(1)',
    'http://northfield.example/',
    'https://me@northfield.example',
    'https://localhost/',
  ]) {
    await maya.get(page)
    const refused = await maya.submit(action, { institution: 'Northfield College', signInUrl })
    assert.equal(refused.status, 422, signInUrl)
  }
  await maya.get(page)
  assert.equal((await maya.submit(action, { institution: ' ' })).status, 422)
  await maya.get(page)
  const added = await maya.submit(action, {
    institution: 'northfield college',
    memberNumber: 'N-1234',
    signInUrl: 'https://portal.northfield.example/',
  })
  assert.match(added.words, /Confirmed by a badge/)
  await maya.get(page)
  assert.match((await maya.submit(action, { institution: 'Elsewhere' })).words, /Stated by you/)
})
