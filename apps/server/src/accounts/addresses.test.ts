import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, linkFor, register, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { newId } from '../platform/ids.ts'
import { forgetWhatIsOver } from './tidy.ts'

async function startLink(visitor: Visitor, email: string) {
  return visitor.submit('/settings/account/link', { email }, { shownOn: '/settings/account/link' })
}
async function enterLinkCode(visitor: Visitor, code: string) {
  const path = /action="(\/settings\/account\/link\/[0-9a-f-]{36})"/.exec(visitor.page?.text ?? '')?.[1] ?? ''
  return visitor.submit(path, { code })
}
async function link(lapel: Lapel, visitor: Visitor, email: string) {
  await startLink(visitor, email)
  return enterLinkCode(visitor, await codeFor(lapel, email))
}
const emailsOf = async (lapel: Lapel, accountId: string) =>
  (
    await lapel.db
      .selectFrom('accountEmails')
      .select(['email', 'isPrimary'])
      .where('accountId', '=', accountId)
      .orderBy('confirmedAt')
      .execute()
  ).map(({ email, isPrimary }) => (isPrimary ? `${email}*` : email))

test('linking another address: code, notice to the old one, its badges at once, sign-in by it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const maya = await signUp(lapel, 'maya@northfield.example')
  const page = await startLink(maya, 'Maya@home.example')
  assert.match(page.words, /We sent a 6-digit code to Maya@home\.example/)
  const [mail] = await lapel.mailTo('Maya@home.example')
  assert.equal(mail?.subject, 'Confirm Maya@home.example for your Lapel account')
  assert.match(mail?.text ?? '', /Maya Roy \(m\*\*\*@n\*\*\*\.example\) wants to add/)

  const code = await codeFor(lapel, 'Maya@home.example')
  assert.match((await enterLinkCode(maya, code === '000000' ? '000001' : '000000')).words, /4 tries left/)
  const done = await enterLinkCode(maya, code)
  assert.match(done.words, /Maya@home\.example belongs to your account now\. 1 badge was sent to it/)
  assert.match((await maya.get('/badges')).words, /Data Storytelling/)
  assert.match((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /Maya@home\.example was added/)

  const visitor = lapel.visitor()
  await signIn(lapel, 'maya@home.example', goodPassword, visitor)
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')
})

test('adding an address needs a recent proof, and older wishes die', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  lapel.passMinutes(6)
  const asked = await maya.get('/settings/account/link')
  assert.match(asked.words, /Confirm it is you/)
  await maya.submit('/sign-in/again', { password: goodPassword })
  await startLink(maya, 'first@home.example')
  const first = await codeFor(lapel, 'first@home.example')
  const firstPage = maya.page
  await startLink(maya, 'second@home.example')
  maya.page = firstPage
  assert.match((await enterLinkCode(maya, first)).words, /can no longer be confirmed/)
  // The same address once more is the same wish: the code of its first mail still counts.
  const second = await codeFor(lapel, 'second@home.example')
  lapel.passMinutes(1)
  await startLink(maya, 'second@home.example')
  assert.equal((await lapel.mailTo('second@home.example')).length, 2)
  assert.match((await enterLinkCode(maya, second)).words, /second@home\.example belongs to your account now/)
  assert.match((await startLink(maya, 'maya@northfield.example')).words, /belongs to your account already/)
  assert.match((await startLink(maya, 'not an address')).words, /in the format name@example\.com/)
})

test('the mail’s link confirms signed out, after a button; looking uses nothing up', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example', { givenName: 'Maya', familyName: 'Roy' })
  await startLink(maya, 'maya@home.example')
  const path = await linkFor(lapel, 'maya@home.example', '/email/confirm/')
  const phone = lapel.visitor()
  for (let times = 0; times < 10; times++) assert.equal((await phone.get(path)).status, 200)
  for (let times = 0; times < 3; times++) assert.equal((await phone.request(path, { method: 'HEAD' })).status, 200)
  assert.match(phone.page?.words ?? '', /will belong to the account of Maya Roy \(m\*\*\*@n\*\*\*\.example\)/)
  assert.deepEqual(await emailsOf(lapel, maya.accountId), ['maya@northfield.example*'])
  assert.match((await phone.submit(path)).words, /belongs to the account of Maya Roy now/)
  assert.deepEqual(await emailsOf(lapel, maya.accountId), ['maya@northfield.example*', 'maya@home.example'])
  assert.equal((await lapel.visitor().get(`/email/confirm/${'x'.repeat(43)}`)).status, 404)
})

test('an expired link is sent again in one click', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  await startLink(maya, 'maya@home.example')
  const path = await linkFor(lapel, 'maya@home.example', '/email/confirm/')
  lapel.passMinutes(31)
  const phone = lapel.visitor()
  assert.equal((await phone.get(path)).status, 410)
  await phone.submit(`${path}/again`)
  const fresh = await linkFor(lapel, 'maya@home.example', '/email/confirm/')
  assert.notEqual(fresh, path)
  await phone.submit(fresh, {}, { shownOn: fresh })
  assert.deepEqual(await emailsOf(lapel, maya.accountId), ['maya@northfield.example*', 'maya@home.example'])
})

test('primary and removal: the last door stays, badges stay, and seven days to take it back', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const maya = await signUp(lapel, 'maya@northfield.example')
  await link(lapel, maya, 'maya@home.example')
  const { accountId } = await lapel.db
    .selectFrom('accountEmails')
    .select('accountId')
    .where('email', '=', 'maya@home.example')
    .executeTakeFirstOrThrow()
  const actions = (text: string) =>
    [...text.matchAll(/(?:action|href)="(\/settings\/account\/emails\/[^"]+)"/g)].map(([, path]) => path ?? '')
  const [primary = '', remove = ''] = actions((await maya.get('/settings/account')).text)
  assert.match(primary, /primary$/)
  assert.match(remove, /remove$/)

  const other = lapel.visitor()
  await signIn(lapel, 'maya@home.example', goodPassword, other)
  await maya.get('/settings/account')
  assert.match((await maya.submit(primary)).words, /maya@home\.example is your primary address now/)
  assert.equal(await signedInAs(other), undefined)
  const undoPrimary = await linkFor(lapel, 'maya@northfield.example', '/email/undo/')

  // The primary one cannot be removed, even when asked directly.
  await maya.get('/settings/account')
  const [, removeOther = ''] = actions(maya.page?.text ?? '')
  await maya.get(removeOther)
  const refused = await maya
    .submit(removeOther.replace(/emails\/[^/]+/, remove.match(/emails\/[^/]+/)?.[0] ?? ''), {})
    .catch(() => undefined)
  assert.equal(refused, undefined)
  assert.equal((await emailsOf(lapel, accountId)).length, 2)

  // Undo, by whoever reads the old mailbox, ends every session.
  const reader = lapel.visitor()
  for (let times = 0; times < 5; times++) await reader.get(undoPrimary)
  assert.match((await reader.submit(undoPrimary)).words, /The change was taken back/)
  assert.equal(await signedInAs(maya), undefined)
  assert.deepEqual(await emailsOf(lapel, accountId), ['maya@northfield.example*', 'maya@home.example'])

  await signIn(lapel, 'maya@northfield.example', goodPassword, maya)
  const confirm = await maya.get(remove)
  assert.match(confirm.words, /1 badge came to maya@home\.example\. It stays in your account\./)
  await maya.submit(remove)
  assert.deepEqual(await emailsOf(lapel, accountId), ['maya@northfield.example*'])
  assert.match((await maya.get('/badges')).words, /Data Storytelling/)
  assert.match((await signIn(lapel, 'maya@home.example')).words, /is not right/)
  const undoRemoval = await linkFor(lapel, 'maya@home.example', '/email/undo/')
  lapel.passDays(6)
  await reader.submit(undoRemoval, {}, { shownOn: undoRemoval })
  assert.equal((await emailsOf(lapel, accountId)).length, 2)
  lapel.passDays(2)
  assert.equal((await reader.get(undoRemoval)).status, 410)
})

test('unexpired change: an attacker’s wish to link the victim’s address dies when she proves it', async (t) => {
  const lapel = await startLapel(t)
  const mallory = await signUp(lapel, 'mallory@evil.example')
  await startLink(mallory, 'vera@northfield.example')
  const page = mallory.page
  const mails = await lapel.mailTo('vera@northfield.example')
  const code = mails[0]?.code ?? ''
  const vera = lapel.visitor()
  await register(lapel, vera, { email: 'vera@northfield.example' })
  await vera.submit('/register/verify', { code: await codeFor(lapel, 'vera@northfield.example') })
  mallory.page = page
  assert.match((await enterLinkCode(mallory, code)).words, /can no longer be confirmed/)
  await signIn(lapel, 'vera@northfield.example', goodPassword, vera)
  assert.equal(await signedInAs(vera), 'vera@northfield.example')
})

test('trojan: an address that somebody links while another registration for it waits ends that registration', async (t) => {
  const lapel = await startLapel(t)
  const mallory = lapel.visitor()
  await register(lapel, mallory, { email: 'vera@home.example', password: 'the attackers own phrase' })
  const caused = await codeFor(lapel, 'vera@home.example')
  const vera = await signUp(lapel, 'vera@northfield.example')
  await link(lapel, vera, 'vera@home.example')
  await mallory.get('/register/verify')
  await mallory.submit('/register/verify', { code: caused })
  await signIn(lapel, 'vera@home.example', 'the attackers own phrase', mallory)
  assert.equal(await signedInAs(mallory), undefined)
})

test('merging: both sign-ins are asked for, everything moves, and thirty days to undo it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const home = await signUp(lapel, 'maya@home.example', { password: 'another phrase entirely' })
  await home.get('/badges')
  const maya = await signUp(lapel, 'maya@northfield.example')
  await link(lapel, maya, 'maya@home.example')
  assert.match(maya.page?.words ?? '', /maya@home\.example has its own account\. Merge it into this one\?/)
  const path = /action="(\/settings\/account\/merge\/[0-9a-f-]{36})"/.exec(maya.page?.text ?? '')?.[1] ?? ''
  assert.match((await maya.submit(path)).words, /Enter the password of the other account/)
  assert.match(
    (await maya.submit(path, { password: goodPassword })).words,
    /That is not the password of the other account/,
  )
  const done = await maya.submit(path, { password: 'another phrase entirely' })
  assert.match(done.words, /The accounts are merged/)
  assert.equal(await signedInAs(home), undefined)
  assert.match((await maya.get('/badges')).words, /Data Storytelling/)
  const visitor = lapel.visitor()
  await signIn(lapel, 'maya@home.example', goodPassword, visitor)
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')
  assert.match((await signIn(lapel, 'maya@home.example', 'another phrase entirely')).words, /is not right/)

  lapel.passDays(29)
  const back = lapel.visitor()
  await signIn(lapel, 'maya@northfield.example', goodPassword, back)
  const settings = await back.get('/settings/account')
  const undo = /action="(\/settings\/account\/merges\/[^"]+)"/.exec(settings.text)?.[1] ?? ''
  assert.match((await back.submit(undo)).words, /The merge is undone/)
  const again = lapel.visitor()
  await signIn(lapel, 'maya@home.example', 'another phrase entirely', again)
  assert.equal(await signedInAs(again), 'maya@home.example')
})

/** As if the person had typed in the code for an address that turned out to have an account. */
async function provedOther(lapel: Lapel, accountId: string, email: string): Promise<string> {
  const id = newId()
  await lapel.db
    .insertInto('addressChanges')
    .values({
      id,
      accountId,
      email,
      emailCanonical: email,
      state: 'merging',
      createdAt: lapel.now(),
      expiresAt: new Date(lapel.now().getTime() + 3_600_000),
    })
    .execute()
  return `/settings/account/merge/${id}`
}

test('fifty merges at once, in both directions of each pair: one of each wins, nothing is lost or doubled', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const sides: { visitor: Visitor; path: string }[] = []
  const pairs = Array.from({ length: 25 }, (_, n) => [`a${n}@example.org`, `b${n}@example.org`] as const)
  for (const [n, [a, b]] of pairs.entries()) {
    const [one, other] = [await lapel.person(a), await lapel.person(b)]
    // Badges of both sides in some pairs: they are slow to sign.
    if (n < 3) for (const to of [a, b]) await issueCredential(lapel, issuer, { to })
    sides.push({ visitor: one, path: await provedOther(lapel, one.accountId, b) })
    sides.push({ visitor: other, path: await provedOther(lapel, other.accountId, a) })
  }
  for (const { visitor, path } of sides) await visitor.get(path)
  await Promise.all(sides.map(({ visitor, path }) => visitor.post(path)))
  const rows = await lapel.db
    .selectFrom('accountEmails')
    .select(['accountId', 'isPrimary', 'emailCanonical'])
    .where('emailCanonical', 'like', '%@example.org')
    .execute()
  for (const pair of pairs) {
    const own = rows.filter(({ emailCanonical }) => pair.some((email) => email === emailCanonical))
    assert.equal(own.length, 2, pair[0])
    assert.equal(new Set(own.map(({ accountId }) => accountId)).size, 1, pair[0])
    assert.equal(own.filter(({ isPrimary }) => isPrimary).length, 1, pair[0])
  }
  assert.equal((await lapel.db.selectFrom('accountMerges').select('id').execute()).length, 25)
  let looked = 0
  for (const { visitor, path } of sides.slice(0, 6)) {
    if ((await signedInAs(visitor)) === undefined) continue
    const { text } = await visitor.get('/badges')
    const shown = new Set([...text.matchAll(/href="\/(?:badges|claim)\/([\w-]{20,})"/g)].map(([, id]) => id))
    assert.equal(shown.size, 2, path)
    looked++
  }
  assert.equal(looked, 3)
})

test('before a claim that was sent elsewhere: the address is added and the badge accepted', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const claim = await linkFor(lapel, 'maya@home.example', '/claim/')
  const maya = await signUp(lapel, 'maya@northfield.example')
  await maya.submit(`${claim}/add-address`, {}, { shownOn: claim })
  const back = await enterLinkCode(maya, await codeFor(lapel, 'maya@home.example'))
  assert.match(back.words, /Accept badge/)
})

test('a code to the claim’s address signs in, and counts five tries', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await signUp(lapel, 'maya@home.example')
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const claim = await linkFor(lapel, 'maya@home.example', '/claim/')
  const visitor = lapel.visitor()
  await visitor.submit(`${claim}/sign-in-code`, {}, { shownOn: claim })
  const code = await codeFor(lapel, 'maya@home.example')
  assert.match(
    (await visitor.submit('/sign-in/code', { code: code === '111111' ? '222222' : '111111' })).words,
    /does not match/,
  )
  const answer = await visitor.post('/sign-in/code', { code })
  assert.equal(answer.location, claim)
  assert.equal(await signedInAs(visitor), 'maya@home.example')
  // Elsewhere the same code is worth nothing.
  const other = lapel.visitor()
  await other.submit(`${claim}/sign-in-code`, {}, { shownOn: claim })
  await other.submit('/sign-in/code', { code })
  assert.equal(await signedInAs(other), undefined)
})

test('a code to the claim’s address: pressed again, each mail’s code counts, and the tries are shared', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const email = 'maya@home.example'
  await signUp(lapel, email)
  await issueCredential(lapel, issuer, { to: email })
  const claim = await linkFor(lapel, email, '/claim/')
  const visitor = lapel.visitor()
  const mails = async () => (await lapel.mailTo(email)).filter(({ subject }) => /^\d{6} is your/.test(subject)).length
  const before = await mails()
  const page = await visitor.submit(`${claim}/sign-in-code`, {}, { shownOn: claim })
  assert.match(page.words, /We sent a 6-digit code to maya@home\.example\. It works for 30 minutes\./)
  await lapel.settle()
  assert.match((await visitor.submit(`${claim}/sign-in-code`)).words, /after 30 seconds/)
  const first = await codeFor(lapel, email)
  lapel.passMinutes(1)
  const again = await visitor.submit(`${claim}/sign-in-code`)
  assert.match(again.words, /We sent a new code to maya@home\.example/)
  const second = await codeFor(lapel, email)
  assert.equal(await mails(), before + 2)
  const wrong = ['222222', '333333', '444444'].find((code) => code !== first && code !== second) ?? ''
  assert.match((await visitor.submit('/sign-in/code', { code: wrong })).words, /4 tries left/)
  lapel.passMinutes(1)
  await visitor.submit(`${claim}/sign-in-code`)
  assert.match((await visitor.submit('/sign-in/code', { code: wrong })).words, /3 tries left/)
  // Each code has its own end; one that was right is no wrong try.
  lapel.passMinutes(28.5)
  assert.match((await visitor.submit('/sign-in/code', { code: first })).words, /That code has expired/)
  const answer = await visitor.post('/sign-in/code', { code: second })
  assert.equal(answer.location, claim)
  assert.equal(await signedInAs(visitor), email)
  // Signed in, all of them are used up.
  const later = lapel.visitor()
  await later.submit(`${claim}/sign-in-code`, {}, { shownOn: claim })
  await lapel.settle()
  assert.match((await later.submit('/sign-in/code', { code: second })).words, /does not match/)
})

test('an address that was never proven is forgotten after a week, and so is what else is over', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await startLink(maya, 'stranger@home.example')
  await link(lapel, maya, 'maya@home.example')
  const kept = async () => {
    await forgetWhatIsOver(lapel.deps)
    const changes = await lapel.db.selectFrom('addressChanges').select('email').execute()
    const undos = await lapel.db.selectFrom('addressUndos').select('id').execute()
    const limits = await lapel.db.selectFrom('rateLimits').select('bucket').execute()
    const answers = await lapel.db.selectFrom('idempotencyKeys').select('key').execute()
    return [changes.length, undos.length, limits.length > 0, answers.length > 0]
  }
  assert.deepEqual(await kept(), [2, 1, true, true])
  lapel.passDays(9)
  assert.deepEqual(await kept(), [0, 1, false, true])
  lapel.passDays(31)
  assert.deepEqual(await kept(), [0, 0, false, true])
  lapel.passDays(60)
  assert.deepEqual(await kept(), [0, 0, false, false])
  assert.equal((await lapel.db.selectFrom('accountEmails').select('id').execute()).length, 2)
})

test('links that were mailed to an address are dead once it is removed', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await link(lapel, maya, 'maya@home.example')
  await lapel.visitor().submit('/forgot', { email: 'maya@home.example' }, { shownOn: '/forgot' })
  const reset = await linkFor(lapel, 'maya@home.example', '/reset/')
  const settings = await maya.get('/settings/account')
  const remove = /href="(\/settings\/account\/emails\/[^"]+\/remove)"/.exec(settings.text)?.[1] ?? ''
  await maya.get(remove)
  await maya.submit(remove)
  assert.equal((await lapel.visitor().get(reset)).status, 410)
})

test('an account that was merged has no doors left: not by an undo link, not by a code that waits', async (t) => {
  const lapel = await startLapel(t)
  const home = await signUp(lapel, 'maya@home.example', { password: 'another phrase entirely' })
  await link(lapel, home, 'maya@club.example')
  const undo = await linkFor(lapel, 'maya@home.example', '/email/undo/')
  await startLink(home, 'maya@late.example')
  const waiting = await linkFor(lapel, 'maya@late.example', '/email/confirm/')
  const maya = await signUp(lapel, 'maya@northfield.example')
  await link(lapel, maya, 'maya@home.example')
  const path = /action="(\/settings\/account\/merge\/[0-9a-f-]{36})"/.exec(maya.page?.text ?? '')?.[1] ?? ''
  await maya.submit(path, { password: 'another phrase entirely' })
  assert.equal((await lapel.visitor().get(undo)).status, 404)
  assert.equal((await lapel.visitor().get(waiting)).status, 410)
  const rows = await lapel.db.selectFrom('accountEmails').select(['email', 'accountId']).orderBy('email').execute()
  assert.deepEqual(
    rows.map(({ email }) => email),
    ['maya@club.example', 'maya@home.example', 'maya@northfield.example'],
  )
  assert.equal(new Set(rows.map(({ accountId }) => accountId)).size, 1)
})

test('an address whose mail comes back says so in the settings, whatever the mail was about', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const anyMail = () => lapel.visitor().submit('/forgot', { email: 'MAYA@northfield.example' }, { shownOn: '/forgot' })
  lapel.refuseMail({ code: 550, text: '5.1.1 no such user' })
  await anyMail()
  await lapel.settle()
  assert.match((await maya.get('/settings/account')).words, /Not reachable.*Mail to this address comes back/)
  lapel.refuseMail(undefined)
  await anyMail()
  await lapel.settle()
  assert.doesNotMatch((await maya.get('/settings/account')).words, /comes back/)
})
