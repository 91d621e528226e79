import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { sendDigests } from './digest.ts'
import { openStopLink, stopPaths } from './stop-mail.ts'

const page = '/settings/notifications'
const all = ['new-badge', 'reminder', 'expires-soon', 'withdrawn', 'employer-request']

/** Path of the page that stops a kind of mail, as the newest message to an address names it. */
async function stopPage(lapel: Lapel, address: string): Promise<string> {
  const [mail] = await lapel.mailTo(address)
  const link = mail?.links.find((found) => found.includes('/unsubscribe/mail/'))
  if (!link) throw new Error('The newest message has no link that stops its kind')
  return new URL(link).pathname
}

test('one click of a mail program stops a kind of mail to an address without an account, and nothing else', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'nobody@home.example' })
  const [mail] = await lapel.mailTo('nobody@home.example')
  assert.match(mail?.raw ?? '', /List-Unsubscribe-Post: List-Unsubscribe=One-Click/i)
  const header = /List-Unsubscribe:\s*<([^>]+)>/i.exec(mail?.raw.replace(/\r\n\s+/g, '') ?? '')?.[1] ?? ''
  // As a mail program sends it: no cookie, no origin, no token of a form.
  const answer = await fetch(header, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  assert.equal(answer.status, 204)
  const second = await issueCredential(lapel, issuer, { to: 'nobody@home.example' })
  assert.equal((await lapel.mailTo('nobody@home.example')).length, 1)
  const row = await lapel.db
    .selectFrom('credentials')
    .select('delivery')
    .where('publicId', '=', second.publicId)
    .executeTakeFirstOrThrow()
  assert.equal(row.delivery, 'suppressed')
  await issueCredential(lapel, issuer, { to: 'somebody@home.example' })
  assert.equal((await lapel.mailTo('somebody@home.example')).length, 1)
  const kept = await lapel.db.selectFrom('mailRefusals').select('event').execute()
  assert.deepEqual(kept, [{ event: 'new-badge' }])
})

test('opening the page changes nothing; a button stops a kind, and Undo takes it back', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'nobody@home.example' })
  const path = await stopPage(lapel, 'nobody@home.example')
  const visitor = lapel.visitor()
  const shown = await visitor.get(path)
  await visitor.get(path)
  assert.match(shown.words, /Nothing has changed yet/)
  assert.equal(shown.headers.get('referrer-policy'), 'no-referrer')
  assert.doesNotMatch(shown.text, /nobody@home\.example/)
  assert.equal((await lapel.db.selectFrom('mailRefusals').selectAll().execute()).length, 0)
  const stopped = await visitor.submit(path)
  assert.match(stopped.words, /You get no more emails of this kind: New badge or document/)
  assert.equal((await lapel.db.selectFrom('mailRefusals').selectAll().execute()).length, 1)
  const undone = await visitor.submit(path, { event: 'new-badge', to: 'resume' })
  assert.match(undone.words, /You get emails of this kind again/)
  assert.equal((await lapel.db.selectFrom('mailRefusals').selectAll().execute()).length, 0)
})

test('a link that was altered, or is for something else, stops nothing', async (t) => {
  const lapel = await startLapel(t)
  const { oneClick } = stopPaths(lapel.deps.secrets, { canonical: 'a@b.example', event: 'news' })
  const token = oneClick.split('/').at(-1) ?? ''
  const last = token.at(10) === 'A' ? 'B' : 'A'
  for (const wrong of ['', 'x', `${token.slice(0, 10)}${last}${token.slice(11)}`, token.slice(0, -4)]) {
    assert.equal(openStopLink(lapel.deps.secrets, wrong), undefined)
    assert.equal((await fetch(`${lapel.url}/api/unsubscribe/mail/${wrong || '-'}`, { method: 'POST' })).status, 404)
  }
  const crossSite = await fetch(`${lapel.url}/unsubscribe/mail/${token}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ event: 'news', to: 'stop' }),
  })
  assert.equal(crossSite.status, 403)
})

test('each event by its own choice, by mail and in the account; security mail goes out whatever was chosen', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  const csrf = hiddenIn((await maya.get(page)).text, page, 'csrf')
  const choose = (fields: Record<string, string | string[]>) =>
    maya.send(page, { csrf, digest: 'none', mailLocale: 'account', ...fields })
  await choose({ mail: all.filter((event) => event !== 'new-badge'), app: all })
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await lapel.mailTo('maya@home.example')).length, 0)
  const news = await maya.get('/notifications')
  assert.match(news.words, /1 unread/)
  assert.match(news.words, /Notifications \(1\)/)
  assert.match(news.words, /Northfield College sent you a badge/)
  await maya.submit('/notifications/read')
  assert.match((await maya.get('/notifications')).words, /Nothing unread/)

  await choose({ mail: all, app: [] })
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await lapel.mailTo('maya@home.example')).length, 1)
  assert.equal((await lapel.db.selectFrom('notifications').selectAll().execute()).length, 1)

  for (const [field, value] of [
    ['mail', 'security'],
    ['digest', 'hourly'],
    ['mailLocale', 'xx'],
  ] as const)
    assert.equal((await choose({ [field]: value })).status, 422, field)
  await choose({ mail: [], app: [] })
  await maya.get('/settings/privacy-security/delete')
  await maya.submit('/settings/privacy-security/delete/confirm', { email: 'maya@home.example' })
  assert.match((await lapel.mailTo('maya@home.example'))[0]?.subject ?? '', /will be deleted/)
})

test('with a daily summary several events are one message, once a day, in the language chosen for mail', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  const csrf = hiddenIn((await maya.get(page)).text, page, 'csrf')
  await maya.send(page, { csrf, mail: all, app: all, digest: 'daily', mailLocale: 'fr' })
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const second = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await lapel.mailTo('maya@home.example')).length, 0)
  await sendDigests(lapel.deps)
  assert.equal((await lapel.mailTo('maya@home.example')).length, 0)
  lapel.passDays(1)
  await Promise.all([sendDigests(lapel.deps), sendDigests(lapel.deps)])
  const mails = await lapel.mailTo('maya@home.example')
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['2 nouvelles de Lapel'],
  )
  assert.ok(mails[0]?.links.some((link) => link.endsWith(`/badges/${second.publicId}`)))
  const { delivery } = await lapel.db
    .selectFrom('credentials')
    .select('delivery')
    .where('publicId', '=', second.publicId)
    .executeTakeFirstOrThrow()
  assert.equal(delivery, 'sent')
})

test('mail of one kind stopped by its link is off in the settings, and switching it on there holds again', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  // Stopped before there was an account.
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  const path = await stopPage(lapel, 'maya@home.example')
  const visitor = lapel.visitor()
  await visitor.get(path)
  await visitor.submit(path)
  const maya = await lapel.person('maya@home.example')
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await lapel.mailTo('maya@home.example')).length, 1)
  const csrf = hiddenIn((await maya.get(page)).text, page, 'csrf')
  await maya.send(page, { csrf, mail: all, app: all, digest: 'none', mailLocale: 'account' })
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  assert.equal((await lapel.mailTo('maya@home.example')).length, 2)
})
