import assert from 'node:assert/strict'
import test from 'node:test'
import { startLapel } from '../../test/lapel.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { badgeOf, claimPathOf } from '../../test/fixtures/earner.ts'
import { inTransaction } from '../platform/database/database.ts'
import { acceptCredential, keepBadgesOfAddress } from './index.ts'

test('the mail carries everything, and its link gives a stranger nothing but a way to register', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'Maya@northfield.example' })
  const [mail] = await lapel.mailTo('Maya@northfield.example')
  assert.ok(mail)
  assert.equal(mail.subject, 'Northfield College sent you a badge: Data Storytelling')
  assert.equal(mail.from, 'Northfield College via Lapel')
  assert.match(mail.raw, /Content-Type: image\/png/)
  assert.match(mail.html, /src="cid:badge-[\w-]{22}@lapel"[^>]*alt="Hexagon badge with the letters DS"/)
  assert.match(mail.text, /Register/)
  assert.ok(!mail.raw.includes('/b/'))

  const path = await claimPathOf(lapel, 'Maya@northfield.example')
  const visitor = lapel.visitor()
  for (let times = 0; times < 10; times++) assert.equal((await visitor.get(path)).status, 200)
  for (let times = 0; times < 3; times++) assert.equal((await visitor.request(path, { method: 'HEAD' })).status, 200)
  const page = await visitor.get(path)
  assert.match(page.words, /Data Storytelling/)
  assert.match(page.words, /Sent to Maya@northfield\.example/)
  assert.match(page.text, /href="\/register\?claim=[\w-]{43}"/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.equal((await badgeOf(lapel, publicId)).decision, 'waiting')

  const wrong = await visitor.get(`/claim/${'x'.repeat(43)}`)
  assert.equal(wrong.status, 404)
})

test('the person it was sent to accepts it, once, however often they click', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  const maya = await lapel.person('maya@northfield.example')

  const page = await maya.get(path)
  assert.match(page.words, /Accept badge/)
  const clicks = await Promise.all([1, 2, 3, 4, 5].map(() => maya.post(`${path}/accept`)))
  for (const click of clicks) assert.equal(click.location, `/badges/${publicId}?accepted=1`)
  const badge = await badgeOf(lapel, publicId)
  assert.equal(badge.accountId, maya.accountId)
  assert.equal(badge.visibility, 'private')
  const events = await lapel.db
    .selectFrom('credentialEvents')
    .select('kind')
    .where('credentialId', '=', badge.id)
    .where('kind', '=', 'accepted')
    .execute()
  assert.equal(events.length, 1)

  const after = await maya.get(`/badges/${publicId}?accepted=1`)
  assert.match(after.words, /Data Storytelling is in your backpack\. Nobody else can see it yet\./)
  assert.match((await maya.get(path)).words, /View badge/)
})

test('who stands before somebody else’s accepted or declined badge is led to the account that has it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const to = 'maya@northfield.example'
  const { publicId } = await issueCredential(lapel, issuer, { to })
  const path = await claimPathOf(lapel, to)
  const maya = await lapel.person(to)
  await maya.submit(`${path}/accept`, {}, { shownOn: path })
  for (const words of [/has been accepted/, /was declined/]) {
    const stranger = await lapel.person('noah@private.example')
    assert.match((await stranger.get(path)).words, words)
    assert.doesNotMatch(stranger.page?.text ?? '', new RegExp(publicId))
    const signIn = await stranger.submit(`${path}/switch-account`)
    assert.match(signIn.text, new RegExp(`name="return" value="${path}"`))
    const nobody = await lapel.visitor().get(path)
    assert.match(nobody.words, words)
    assert.match(nobody.text, new RegExp(`href="/sign-in\\?return=/badges/${publicId}"`))
    await maya.submit(`/badges/${publicId}/decline`, {}, { shownOn: `/badges/${publicId}/decline` })
  }
})

test('200 acceptances at one moment have one effect', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const maya = await lapel.person('maya@northfield.example')
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, () => acceptCredential(lapel.deps, { publicId, accountId: maya.accountId })),
  )
  assert.equal(outcomes.filter(({ isNew }) => isNew).length, 1)
})

test('a forwarded link gives the badge to nobody else', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  const mallory = await lapel.person('mallory@example.org')

  const page = await mallory.get(path)
  assert.match(
    page.words,
    /This badge was sent to maya@northfield\.example\. You are signed in as mallory@example\.org\./,
  )
  assert.match(page.words, /Add maya@northfield\.example and accept/)
  const { csrf = '' } =
    (await import('../../test/visitor.ts')).formsOf(page.text).find(({ action }) => action.startsWith('/claim/'))
      ?.fields ?? {}
  const answer = await mallory.send(`${path}/accept`, { csrf })
  assert.equal(answer.status, 403)
  assert.match(answer.words, /Ask Northfield College to send you one of your own/)
  assert.equal((await badgeOf(lapel, publicId)).accountId, null)
  assert.equal((await mallory.get(`/badges/${publicId}`)).status, 404)
  assert.match((await mallory.get('/badges')).words, /No badges yet\./)

  await lapel.person('maya@northfield.example')
  assert.match((await mallory.get(path)).words, /maya@northfield\.example has an account of its own/)
})

test('an address with an account is asked to sign in, and comes back', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await lapel.person('maya@northfield.example')
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const [mail] = await lapel.mailTo('maya@northfield.example')
  assert.match(mail?.text ?? '', /View badge/)
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  const page = await lapel.visitor().get(path)
  assert.match(page.text, /href="\/sign-in\?claim=[\w-]{43}"[^>]*><span>Sign in to accept/)
})

test('an expired link sends a fresh one to the same address, shown masked, and dies itself', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const old = await claimPathOf(lapel, 'maya@northfield.example')
  lapel.passDays(89)
  const visitor = lapel.visitor()
  assert.match((await visitor.get(old)).words, /Register/)
  lapel.passDays(2)
  const page = await visitor.get(old)
  assert.match(
    page.words,
    /This link has expired\. Your badge is safe\. We can send a fresh link to m\*\*\*@n\*\*\*\.example\./,
  )
  assert.ok(!page.text.includes('maya@northfield.example'))
  const sent = await visitor.submit(`${old}/renew`)
  assert.equal(sent.status, 200)
  assert.ok(!sent.text.includes('maya@northfield.example'))
  const fresh = await claimPathOf(lapel, 'maya@northfield.example')
  assert.notEqual(fresh, old)
  assert.match((await visitor.get(fresh)).words, /Register/)
  assert.match((await visitor.get(old)).words, /This link has expired/)
  for (let times = 0; times < 2; times++) await visitor.submit(`${old}/renew`, {}, { shownOn: old })
  const tooMany = await visitor.submit(`${old}/renew`, {}, { shownOn: old })
  assert.equal(tooMany.status, 429)
})

test('a link that has ended is no obstacle for the person whose address it is', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  lapel.passDays(100)
  const maya = await lapel.person('maya@northfield.example')
  assert.match((await maya.get(path)).words, /Accept badge/)
})

test('"not for me" needs no account, tells the issuer, and is undone from the same link', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  const visitor = lapel.visitor()
  await visitor.get(`${path}/not-for-me`)
  assert.equal((await badgeOf(lapel, publicId)).decision, 'waiting')
  const told = await visitor.submit(`${path}/not-for-me`)
  assert.match(told.words, /This badge was declined\. You can change your mind\./)
  assert.equal((await badgeOf(lapel, publicId)).decision, 'rejected')
  const back = await visitor.submit(`${path}/for-me`)
  assert.match(back.words, /Register/)
  assert.equal((await badgeOf(lapel, publicId)).decision, 'waiting')

  // Once it has been accepted, a link in a mail decides nothing any more.
  const stale = lapel.visitor()
  await stale.get(`${path}/not-for-me`)
  const maya = await lapel.person('maya@northfield.example')
  await maya.submit(`${path}/accept`, {}, { shownOn: path })
  await stale.post(`${path}/not-for-me`)
  assert.equal((await badgeOf(lapel, publicId)).decision, 'accepted')
})

test('a wrong address becomes one correction request with the issuer, and nothing else', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const path = await claimPathOf(lapel, 'maya@northfield.example')
  const visitor = lapel.visitor()
  const page = await visitor.get(`${path}/correction`)
  assert.match(page.words, /This address is not mine/)
  const refused = await visitor.submit(`${path}/correction`, { email: 'nobody', message: 'I moved' })
  assert.equal(refused.status, 422)
  assert.match(refused.words, /There is a problem Enter an email address in the format name@example\.com/)
  assert.match(refused.text, />\nI moved<\/textarea>/)
  const fields = { email: 'maya@home.example', message: 'I moved' }
  const answers = [await visitor.post(`${path}/correction`, fields), await visitor.post(`${path}/correction`, fields)]
  assert.deepEqual(
    answers.map(({ location }) => location),
    [path, path],
  )
  const requests = await lapel.db
    .selectFrom('correctionRequests')
    .select(['kind', 'requested', 'message', 'state'])
    .execute()
  assert.deepEqual(requests, [{ kind: 'address', requested: 'maya@home.example', message: 'I moved', state: 'open' }])
  assert.equal((await lapel.mailTo('maya@home.example')).length, 0)
  assert.equal((await badgeOf(lapel, publicId)).recipientEmail, 'maya@northfield.example')
})

test('standing consent takes the next badge at once, and leaves it private', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const first = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const maya = await lapel.person('maya@northfield.example')
  await maya.submit(`/badges/${first.publicId}/accept`, {}, { shownOn: `/badges/${first.publicId}` })
  const saved = await maya.submit(`/badges/${first.publicId}/auto-accept`, { auto: 'yes' })
  assert.match(saved.words, /now go straight into your backpack/)
  const second = await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const badge = await badgeOf(lapel, second.publicId)
  assert.equal(badge.decision, 'automatic')
  assert.equal(badge.visibility, 'private')
  assert.equal(badge.accountId, maya.accountId)
})

test('a badge that stayed with an account is not for whoever gets the address after it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { publicId } = await issueCredential(lapel, issuer, { to: 'team@northfield.example' })
  const path = await claimPathOf(lapel, 'team@northfield.example')
  const first = await lapel.person('team@northfield.example')
  await inTransaction(lapel.db, (tx) =>
    keepBadgesOfAddress(tx, { accountId: first.accountId, canonical: 'team@northfield.example' }),
  )
  const second = await lapel.person('second@home.example')
  await lapel.db
    .updateTable('accountEmails')
    .set({ accountId: second.accountId, isPrimary: false })
    .where('emailCanonical', '=', 'team@northfield.example')
    .execute()
  await assert.rejects(acceptCredential(lapel.deps, { publicId, accountId: second.accountId }), /claim\.mismatch/)
  assert.doesNotMatch((await second.get(path)).words, /Accept badge/)
  assert.equal((await second.get(`/badges/${publicId}`)).status, 404)
  assert.equal((await acceptCredential(lapel.deps, { publicId, accountId: first.accountId })).isNew, true)
})
