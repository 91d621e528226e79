import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member } from '../../test/fixtures/console.ts'
import { claimPathOf } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential, type Issuer } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { issuingDeps } from '../app.ts'
import { acceptCredential, declineCredential } from '../claiming/index.ts'
import { completeRebinding, tendRebindings } from './complete-rebinding.ts'
import { forgetClosedRequests, keptDays } from './forget-closed.ts'

const old = 'maya@northfield.example'
const home = 'maya@home.example'
const said = { name: 'Maya Roy', note: 'Class of 2024, student 1138' }
const voice = { how: 'Called the number in her file.', sure: 'on' }

/** Two members who may issue, and a badge at a mailbox that is lost. */
async function aCase(t: Parameters<typeof startLapel>[0]) {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const second = await lapel.person('second@northfield.example', { givenName: 'Sam' })
  await member(lapel, issuer.organization.id, second, 'issuer')
  const award = await issueCredential(lapel, issuer, { to: old, name: 'Maya Roy' })
  return { lapel, issuer, second, award }
}

/** Says that the mailbox is lost, without an account, and proves the new one. */
async function ask(lapel: Lapel, fields: Record<string, string> = {}): Promise<Visitor> {
  const visitor = lapel.visitor()
  const answer = await visitor.submit(
    '/lost-mailbox',
    { oldEmail: old, newEmail: home, ...said, ...fields },
    { shownOn: '/lost-mailbox' },
  )
  assert.match(answer.words, /Check your mail/)
  const path = await proofPath(lapel, fields['newEmail'] ?? home)
  await visitor.submit(path, {}, { shownOn: path })
  await lapel.settle()
  return visitor
}

async function linkTo(lapel: Lapel, address: string, start: string): Promise<string> {
  for (const { links } of await lapel.mailTo(address))
    for (const link of links) if (new URL(link).pathname.startsWith(start)) return new URL(link).pathname
  throw new Error(`No mail to ${address} holds a link to ${start}`)
}
const proofPath = (lapel: Lapel, address: string) => linkTo(lapel, address, '/lost-mailbox/prove/')
const objectionPath = (lapel: Lapel, address: string) => linkTo(lapel, address, '/lost-mailbox/object/')

async function requestPath(lapel: Lapel, issuer: Issuer): Promise<string> {
  await lapel.settle()
  const row = await lapel.db
    .selectFrom('rebindings')
    .select('publicId')
    .where('organizationId', '=', issuer.organization.id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return `/console/${issuer.organization.slug}/requests/mailbox/${row.publicId}`
}

async function vouch(who: Visitor, path: string) {
  return who.submit(`${path}/vouch`, voice, { shownOn: path })
}

async function passHours(lapel: Lapel, hours: number) {
  lapel.passMinutes(hours * 60)
  await tendRebindings(issuingDeps(lapel.deps))
  await lapel.settle()
}

const stateOf = async (lapel: Lapel) =>
  (await lapel.db.selectFrom('rebindings').select('state').execute()).map(({ state }) => state)
const badges = (lapel: Lapel) =>
  lapel.db
    .selectFrom('credentials')
    .select(['id', 'publicId', 'recipientEmail', 'validity', 'decision', 'visibility', 'accountId', 'replacedBy'])
    .orderBy('id')
    .execute()

test('two members vouch, the old address is told, and after a day the badge waits at the new one', async (t) => {
  const { lapel, issuer, second, award } = await aCase(t)
  await ask(lapel)
  const proof = (await lapel.mailTo(home)).at(-1)
  assert.ok(
    !proof?.raw.includes('1138') && !proof?.raw.includes(old),
    'nothing that was typed stands in the first mail',
  )
  assert.match((await lapel.mailTo('badges@northfield-college.example'))[0]?.subject ?? '', /asks for a badge at a new/)

  const list = await issuer.owner.get(`/console/${issuer.organization.slug}/requests`)
  assert.match(list.words, /maya@northfield\.example Maya Roy/)
  const path = await requestPath(lapel, issuer)
  const page = await issuer.owner.get(path)
  assert.match(page.words, /New address maya@home\.example/)
  assert.match(page.words, /Class of 2024, student 1138/)
  assert.match(page.words, /Data Storytelling Nobody has taken it/)
  assert.match((await vouch(issuer.owner, path)).words, /You vouched\. A second member has to do the same\./)
  assert.equal((await lapel.mailTo(old)).length, 1, 'the old address got the badge and nothing else so far')
  assert.match((await vouch(second, path)).words, /The old address was told; the waiting time runs\./)

  const [told] = await lapel.mailTo(old)
  assert.equal(told?.subject, 'Your badges from Northfield College will move to another address')
  assert.match(told?.text ?? '', /m\*\*\*@h\*\*\*\.example/)
  assert.ok(!told?.raw.includes(home))
  assert.match((await lapel.mailTo(home))[0]?.subject ?? '', /agreed to send your badges here/)

  await passHours(lapel, 23)
  assert.deepEqual(await stateOf(lapel), ['waiting'])
  await passHours(lapel, 2)
  assert.deepEqual(await stateOf(lapel), ['done'])
  const [before, after] = await badges(lapel)
  assert.deepEqual([before?.validity, before?.replacedBy], ['replaced', after?.id])
  assert.deepEqual([after?.recipientEmail, after?.decision, after?.accountId], [home, 'waiting', null])

  // The new mailbox gets an ordinary claim link; its reader still has to prove the address by an account.
  const claim = await claimPathOf(lapel, home)
  assert.match((await lapel.visitor().get(claim)).words, /Sent to maya@home\.example/)
  const maya = await lapel.person(home)
  assert.match((await maya.submit(`${claim}/accept`, {}, { shownOn: claim })).words, /is in your backpack/)
  const history = await issuer.owner.get(`/console/${issuer.organization.slug}/issued/${award.publicId}`)
  for (const words of [/Lost mailbox reported/, /A member vouched for another address Sam/, /Sent to another address/])
    assert.match(history.words, words)
  const audit = await lapel.db
    .selectFrom('auditEvents')
    .select(['action', 'actorAccountId'])
    .where('action', 'like', 'rebinding.%')
    .orderBy('at')
    .execute()
  assert.deepEqual(
    audit.map(({ action, actorAccountId }) => [action, actorAccountId]),
    [
      ['rebinding.vouched', issuer.owner.accountId],
      ['rebinding.vouched', second.accountId],
      ['rebinding.done', null],
    ],
  )

  // A year later nothing is left of what was said; one about somebody else's mailbox still waits and stays.
  await issueCredential(lapel, issuer, { to: 'ana@guild.example', name: 'Ana Cruz' })
  const kept = () =>
    Promise.all(
      (['lostMailboxes', 'rebindings', 'rebindingAwards', 'rebindingVouches'] as const).map(async (table) => {
        const rows = await lapel.db.selectFrom(table).select(lapel.db.fn.countAll<string>().as('n')).execute()
        return Number(rows[0]?.n)
      }),
    )
  lapel.passDays(keptDays - 1)
  await ask(lapel, { oldEmail: 'ana@guild.example', newEmail: 'ana@home.example', name: 'Ana Cruz' })
  await forgetClosedRequests(lapel.deps)
  assert.deepEqual(await kept(), [2, 2, 2, 2])
  lapel.passDays(2)
  await forgetClosedRequests(lapel.deps)
  assert.deepEqual(await kept(), [1, 1, 1, 0])
  assert.deepEqual(await stateOf(lapel), ['open'])
})

test('a badge that an account holds waits three days; that account keeps everything else', async (t) => {
  const { lapel, issuer, second, award } = await aCase(t)
  const other = await anIssuer(lapel, { name: 'Other School' })
  const elsewhere = await issueCredential(lapel, other, { to: old })
  const third = await issueCredential(lapel, issuer, { to: 'maya@third.example' })
  const lost = await lapel.person(old)
  for (const { publicId } of [award, elsewhere])
    await acceptCredential(lapel.deps, { publicId, accountId: lost.accountId })
  await lapel.db
    .insertInto('accountEmails')
    .values({
      id: crypto.randomUUID(),
      accountId: lost.accountId,
      email: 'maya@third.example',
      emailCanonical: 'maya@third.example',
      isPrimary: false,
      confirmedAt: lapel.now(),
    })
    .execute()
  await acceptCredential(lapel.deps, { publicId: third.publicId, accountId: lost.accountId })

  const maya = await lapel.person(home)
  const form = await maya.get('/lost-mailbox')
  assert.match(form.words, /It is proved already/)
  const answer = await maya.submit('/lost-mailbox', { oldEmail: old, ...said })
  assert.match(answer.words, /Your request is on its way/)
  assert.ok(!/Northfield|Other School/.test(answer.words), 'the answer does not say who gave badges to an address')
  const path = await requestPath(lapel, issuer)
  await vouch(issuer.owner, path)
  await vouch(second, path)
  // Every address of the account is told, not the lost one alone.
  for (const address of [old, 'maya@third.example'])
    assert.match((await lapel.mailTo(address))[0]?.subject ?? '', /will move to another address/)
  const untouched = async () =>
    assert.deepEqual(
      (await badges(lapel)).map(({ validity }) => validity),
      ['live', 'live', 'live'],
    )
  await passHours(lapel, 71)
  await untouched()
  await lapel.db.updateTable('organizations').set({ state: 'held' }).where('id', '=', issuer.organization.id).execute()
  await passHours(lapel, 2)
  await untouched()
  // An issuer on hold issues nothing; the request is carried out when it may again.
  await lapel.db
    .updateTable('organizations')
    .set({ state: 'active' })
    .where('id', '=', issuer.organization.id)
    .execute()
  await passHours(lapel, 0)
  const rows = await badges(lapel)
  assert.deepEqual(
    rows.map(({ recipientEmail, validity, accountId }) => [recipientEmail, validity, accountId === lost.accountId]),
    [
      [old, 'replaced', true],
      [old, 'live', true],
      ['maya@third.example', 'live', true],
      [home, 'live', false],
    ],
  )
  assert.equal(rows[3]?.visibility, 'private')
  const seen = await lost.get(`/badges/${award.publicId}`)
  assert.ok(!seen.text.includes(rows[3]?.publicId ?? '-'), 'the former account is not led to the new badge')
  // The other issuer has a request of its own, which nobody there answered.
  assert.deepEqual((await stateOf(lapel)).sort(), ['done', 'open'])
})

test('the second voice is another member, with the right to issue, in this organization, and not the person who asks', async (t) => {
  const { lapel, issuer, second } = await aCase(t)
  await ask(lapel)
  const path = await requestPath(lapel, issuer)
  await vouch(issuer.owner, path)
  const page = await issuer.owner.get(path)
  assert.ok(!page.text.includes(`${path}/vouch`), 'the form is gone for who vouched')
  const { csrf = '' } = (await import('../../test/visitor.ts')).formsOf(page.text)[0]?.fields ?? {}
  const again = await issuer.owner.send(`${path}/vouch`, { csrf, ...voice })
  assert.equal(again.status, 303)
  assert.match((await issuer.owner.get(path)).words, /The second voice has to be another member’s/)
  assert.deepEqual(await stateOf(lapel), ['open'])

  const viewer = await lapel.person('viewer@northfield.example')
  await member(lapel, issuer.organization.id, viewer, 'viewer')
  const seen = await viewer.get(path)
  assert.ok(!seen.text.includes(`${path}/vouch`))
  const token = (await import('../../test/visitor.ts')).formsOf(seen.text)[0]?.fields['csrf'] ?? ''
  assert.equal((await viewer.send(`${path}/vouch`, { csrf: token, ...voice })).status, 403)

  const foreign = await anIssuer(lapel, { name: 'Elsewhere' })
  const swapped = path.replace(issuer.organization.slug, foreign.organization.slug)
  assert.equal((await foreign.owner.get(swapped)).status, 404)
  assert.equal((await foreign.owner.get(path)).status, 404)
  const theirs = (await import('../../test/visitor.ts')).formsOf((await foreign.owner.get('/settings/account')).text)
  assert.equal(
    (await foreign.owner.send(`${swapped}/vouch`, { csrf: theirs[0]?.fields['csrf'] ?? '', ...voice })).status,
    404,
  )

  // A member who asked for themselves cannot vouch for themselves.
  const own = await lapel.person('insider@home.example')
  await member(lapel, issuer.organization.id, own, 'issuer')
  await own.submit('/lost-mailbox', { oldEmail: old, ...said }, { shownOn: '/lost-mailbox' })
  const insider = await requestPath(lapel, issuer)
  assert.notEqual(insider, path)
  assert.match((await vouch(own, insider)).words, /Two other members have to vouch/)

  lapel.passMinutes(6)
  const late = await second.post(`${path}/vouch`, voice, { shownOn: path })
  assert.match(late.location ?? '', /^\/sign-in\/again\?return=/)
})

test('the old address stops it with one button, once, and the issuer hears of it', async (t) => {
  const { lapel, issuer, second } = await aCase(t)
  await ask(lapel)
  const path = await requestPath(lapel, issuer)
  await vouch(issuer.owner, path)
  await vouch(second, path)
  const stop = await objectionPath(lapel, old)
  const visitor = lapel.visitor()
  for (let times = 0; times < 5; times++) assert.match((await visitor.get(stop)).words, /Stop this/)
  assert.deepEqual(await stateOf(lapel), ['waiting'], 'opening the link changes nothing')
  const clicks = await Promise.all(Array.from({ length: 10 }, () => visitor.post(stop)))
  for (const click of clicks) assert.equal(click.location, stop)
  assert.match((await visitor.get(stop)).words, /It is stopped/)
  assert.deepEqual(await stateOf(lapel), ['objected'])
  await passHours(lapel, 200)
  assert.deepEqual(
    (await badges(lapel)).map(({ validity }) => validity),
    ['live'],
  )
  assert.equal((await lapel.mailTo(home)).filter(({ subject }) => /do not move/.test(subject)).length, 1)
  const told = await lapel.mailTo('badges@northfield-college.example')
  assert.equal(told.filter(({ subject }) => /objected/.test(subject)).length, 1)
  const [page] = [await issuer.owner.get(path)]
  assert.match(page.words, /Somebody who opens the old mailbox objected/)
  assert.equal((await visitor.get(`/lost-mailbox/object/${'x'.repeat(43)}`)).status, 404)
})

test('accepting the badge at the old address is an objection too', async (t) => {
  const { lapel, issuer, second, award } = await aCase(t)
  await ask(lapel)
  const path = await requestPath(lapel, issuer)
  await vouch(issuer.owner, path)
  await vouch(second, path)
  const maya = await lapel.person(old)
  await acceptCredential(lapel.deps, { publicId: award.publicId, accountId: maya.accountId })
  await passHours(lapel, 80)
  assert.deepEqual(await stateOf(lapel), ['lapsed'])
  assert.deepEqual(
    (await badges(lapel)).map(({ validity, accountId }) => [validity, accountId]),
    [['live', maya.accountId]],
  )
})

test('ten clicks at once: one request, one voice each, one move', async (t) => {
  const { lapel, issuer, second } = await aCase(t)
  const visitor = lapel.visitor()
  await visitor.get('/lost-mailbox')
  const fields = { oldEmail: old, newEmail: home, ...said }
  await Promise.all(Array.from({ length: 10 }, () => visitor.post('/lost-mailbox', fields)))
  assert.equal((await lapel.mailTo(home)).length, 1)
  const prove = await proofPath(lapel, home)
  await visitor.get(prove)
  await Promise.all(Array.from({ length: 10 }, () => visitor.post(prove)))
  // Asking again while the first request is open adds nothing.
  await ask(lapel)
  assert.deepEqual(await stateOf(lapel), ['open'])
  const path = await requestPath(lapel, issuer)
  await issuer.owner.get(path)
  await second.get(path)
  await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? issuer.owner : second).post(`${path}/vouch`, voice)))
  const voices = await lapel.db.selectFrom('rebindingVouches').select(['place', 'accountId']).execute()
  assert.equal(voices.length, 2)
  assert.equal(new Set(voices.map(({ accountId }) => accountId)).size, 2)
  assert.equal((await lapel.mailTo(old)).length, 2)
  lapel.passDays(2)
  const which = await lapel.db
    .selectFrom('rebindings')
    .select(['organizationId', 'id as rebindingId'])
    .executeTakeFirstOrThrow()
  const deps = issuingDeps(lapel.deps)
  await Promise.all(Array.from({ length: 10 }, () => completeRebinding(deps, which)))
  await lapel.settle()
  assert.equal((await badges(lapel)).length, 2)
})

test('a request ends by refusal, after 30 days, and when a voice has left the team by the day', async (t) => {
  const { lapel, issuer, second } = await aCase(t)
  await ask(lapel)
  let path = await requestPath(lapel, issuer)
  const empty = await issuer.owner.submit(`${path}/refuse`, {}, { shownOn: path })
  assert.equal(empty.status, 422)
  assert.match(empty.words, /Say why\./)
  const missing = await issuer.owner.submit(`${path}/vouch`, { how: ' ' }, { shownOn: path })
  assert.match(missing.words, /Say how you know that it is this person\./)
  assert.match(missing.words, /Tick the box if you are sure\./)
  const before = (await lapel.mailTo(home)).length
  await issuer.owner.submit(`${path}/refuse`, { answer: 'We do not know you.' }, { shownOn: path })
  assert.deepEqual(await stateOf(lapel), ['refused'])
  assert.equal((await lapel.mailTo(home)).length, before, 'nobody is written to unless the member says so')

  await ask(lapel)
  path = await requestPath(lapel, issuer)
  await vouch(issuer.owner, path)
  await vouch(second, path)
  await lapel.db.deleteFrom('organizationMembers').where('accountId', '=', second.accountId).execute()
  await passHours(lapel, 30)
  assert.deepEqual((await stateOf(lapel)).sort(), ['open', 'refused'])
  assert.match((await issuer.owner.get(path)).words, /You are the only one who can vouch/)
  assert.match((await issuer.owner.get(path)).words, /Invite a colleague/)
  lapel.passDays(31)
  await tendRebindings(issuingDeps(lapel.deps))
  assert.deepEqual((await stateOf(lapel)).sort(), ['lapsed', 'refused'])
  assert.deepEqual(
    (await badges(lapel)).map(({ validity }) => validity),
    ['live'],
  )
})

test('an unknown address, wrong values and an old link answer like everything else', async (t) => {
  const { lapel, issuer } = await aCase(t)
  await ask(lapel, { oldEmail: 'nobody@nowhere.example' })
  assert.deepEqual(await stateOf(lapel), [])

  const visitor = lapel.visitor()
  const send = (fields: Record<string, string>) =>
    visitor.submit('/lost-mailbox', { oldEmail: old, newEmail: home, ...said, ...fields }, { shownOn: '/lost-mailbox' })
  for (const [fields, words] of [
    [{ oldEmail: '' }, /Enter an email address in the format/],
    [{ oldEmail: 'maya@@home.example' }, /Enter an email address in the format/],
    [{ newEmail: 'ｍaya＠home.example' }, /Enter an email address in the format/],
    [{ newEmail: old.toUpperCase() }, /Enter an email address|This is the old address/],
    [{ newEmail: old }, /This is the old address\. Enter another one\./],
    [{ name: ' ' }, /Enter your name\./],
    [{ name: 'x'.repeat(201) }, /Enter your name\. At most 200 characters fit\./],
    [{ note: 'x'.repeat(1001) }, /This message is too long/],
  ] as const) {
    const answer = await send(fields)
    assert.equal(answer.status, 422, JSON.stringify(fields))
    assert.match(answer.words, words)
    assert.match(answer.words, /There is a problem/)
  }
  assert.equal((await visitor.send('/lost-mailbox', { csrf: 'x', oldEmail: old })).status, 403)
  const late = await send({ newEmail: 'late@home.example' })
  assert.match(late.words, /Check your mail/)
  const link = await proofPath(lapel, 'late@home.example')
  lapel.passMinutes(25 * 60)
  assert.match((await visitor.get(link)).words, /This link has expired/)
  assert.equal((await visitor.get(`/lost-mailbox/prove/${'x'.repeat(43)}`)).status, 404)
  const maya = await lapel.person(home)
  const own = await maya.submit('/lost-mailbox', { oldEmail: home, ...said }, { shownOn: '/lost-mailbox' })
  assert.match(own.words, /its badges are yours already|This is the old address/)
  void issuer
})

test('from a claim page the request is about that badge alone, whatever is typed', async (t) => {
  const { lapel, issuer, award } = await aCase(t)
  const second = await issueCredential(lapel, issuer, { to: old })
  const declined = await issueCredential(lapel, issuer, { to: 'declined@northfield.example' })
  const claim = await claimPathOf(lapel, old)
  const visitor = lapel.visitor()
  assert.match((await visitor.get(claim)).text, new RegExp(`href="${claim}/lost-mailbox"`))
  lapel.passDays(91)
  assert.match((await visitor.get(claim)).text, new RegExp(`href="${claim}/lost-mailbox"`))
  const page = await visitor.get(`${claim}/lost-mailbox`)
  assert.match(page.words, /Old address m\*\*\*@n\*\*\*\.example/)
  assert.ok(!page.text.includes(old))
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  const { csrf = '' } = (await import('../../test/visitor.ts')).formsOf(page.text).at(-1)?.fields ?? {}
  const forged = await visitor.send(`${claim}/lost-mailbox`, {
    csrf,
    oldEmail: 'boss@northfield.example',
    newEmail: home,
    ...said,
  })
  assert.equal(forged.status, 400)
  await visitor.submit(`${claim}/lost-mailbox`, { newEmail: home, ...said })
  const prove = await proofPath(lapel, home)
  await visitor.submit(prove, {}, { shownOn: prove })
  await lapel.settle()
  const about = await lapel.db
    .selectFrom('rebindingAwards as a')
    .innerJoin('credentials as c', 'c.id', 'a.credentialId')
    .select('c.publicId')
    .execute()
  assert.equal(about.length, 1)
  assert.ok([award.publicId, second.publicId].includes(about[0]?.publicId ?? ''))

  // Its holder needs no help, and a stranger who opens it for somebody else's account gets none.
  const maya = await lapel.person(old)
  assert.equal((await maya.request(`${claim}/lost-mailbox`)).location, claim)
  const account = await lapel.person('declined@northfield.example')
  await declineCredential(lapel.deps, { publicId: declined.publicId, accountId: account.accountId })
})
