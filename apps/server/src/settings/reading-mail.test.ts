import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendClaimMail } from '../claiming/award-mail.ts'
import { aPdf, issueDocument } from '../../test/fixtures/documents.ts'
import { signUp } from '../../test/fixtures/accounts.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { sendDigests } from './digest.ts'
import { tellOfOpenedLinks } from './link-opened.ts'
import { mailEvents } from './mail-events.ts'

const page = '/settings/notifications'
const browser = { headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'user-agent': 'Mozilla/5.0' } }

async function choose(person: Visitor, fields: Record<string, string | string[]>): Promise<void> {
  const csrf = hiddenIn((await person.get(page)).text, page, 'csrf')
  await person.send(page, { csrf, digest: 'none', mailLocale: 'account', mail: [...mailEvents], app: [], ...fields })
}

async function consentsOf(lapel: Lapel, accountId: string) {
  const rows = await lapel.db
    .selectFrom('consents')
    .select(['purpose', 'withdrawnAt'])
    .where('accountId', '=', accountId)
    .execute()
  return rows.filter(({ purpose }) => purpose === 'news').map(({ withdrawnAt }) => withdrawnAt === null)
}

test('all mail comes in the language chosen for mail, whatever the pages speak', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example', { locale: 'en' })
  await choose(maya, { mailLocale: 'fr' })
  const { credentialId } = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await lapel.db.transaction().execute((tx) => sendClaimMail(lapel.deps, tx, { credentialId, kind: 'fresh' }))
  await issueDocument(lapel, { issuer, to: 'maya@home.example', bytes: await aPdf() })
  await lapel.visitor().post('/forgot', { email: 'maya@home.example' }, { shownOn: '/forgot' })
  await maya.get('/settings/privacy-security/delete')
  await maya.submit('/settings/privacy-security/delete/confirm', { email: 'maya@home.example' })
  // Several are on their way at once, so they come in any order.
  const subjects = (await lapel.mailTo('maya@home.example')).map(({ subject }) => subject).toSorted()
  assert.deepEqual(subjects, [
    'Northfield College vous a remis un badge : Data Storytelling',
    'Northfield College vous a remis un badge : Data Storytelling',
    'Northfield College vous a remis un parchemin numérique : Transcript of records',
    'Réinitialiser votre mot de passe Lapel',
    'Votre compte Lapel sera supprimé',
  ])
  for (const { html } of await lapel.mailTo('maya@home.example')) assert.match(html, /<html lang="fr-CA"/)
})

test('an opened private link is news once a day, with the number of openings and nobody’s name', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { to: 'maya@home.example' })
  await earner.get(`/badges/${publicId}/share`)
  const made = await earner.submit(`/badges/${publicId}/share/links`, { name: 'HR at Acme', end: '30' })
  const path = new RegExp(`value="${lapel.config.publicUrl}(/s/[\\w-]{43})"`).exec(made.text)?.[1] ?? ''
  const stranger = lapel.visitor()
  const before = (await lapel.mailTo('maya@home.example')).length
  const newest = async () => (await lapel.mailTo('maya@home.example'))[0]
  await tellOfOpenedLinks(lapel.deps)
  assert.equal((await lapel.mailTo('maya@home.example')).length, before, 'nobody opened it')

  await stranger.request(path, browser)
  await Promise.all([1, 2, 3, 4, 5].map(() => tellOfOpenedLinks(lapel.deps)))
  // Mail about it is off until somebody wants it; the account tells at once.
  assert.equal((await lapel.mailTo('maya@home.example')).length, before)
  assert.match((await earner.get('/notifications')).words, /Your link “HR at Acme” was opened/)
  assert.equal((await earner.get('/notifications')).words.split('HR at Acme').length, 2)

  await choose(earner, {})
  await stranger.request(path, browser)
  await stranger.request(path, browser)
  await tellOfOpenedLinks(lapel.deps)
  assert.equal((await lapel.mailTo('maya@home.example')).length, before, 'told of today already')
  lapel.passDays(1)
  await tellOfOpenedLinks(lapel.deps)
  const mail = await newest()
  assert.equal(mail?.subject, 'Your link “HR at Acme” was opened 2 times')
  assert.match(mail?.text ?? '', /private link that you made for Data Storytelling/)
  assert.ok(mail?.links.includes(`${lapel.config.publicUrl}/shares`))
  lapel.passDays(2)
  await tellOfOpenedLinks(lapel.deps)
  assert.equal((await newest())?.messageId, mail?.messageId, 'not opened since')
})

test('one click on a summary stops all that is optional, and no click brings all of it back', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const maya = await lapel.person('maya@home.example')
  await choose(maya, { digest: 'daily', mail: ['new-badge', 'reminder'] })
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  lapel.passDays(1)
  await sendDigests(lapel.deps)
  const [summary] = await lapel.mailTo('maya@home.example')
  const header = /List-Unsubscribe:\s*<([^>]+)>/i.exec(summary?.raw.replace(/\r\n\s+/g, '') ?? '')?.[1] ?? ''
  const link = new URL(summary?.links.find((found) => found.includes('/unsubscribe/mail/')) ?? '').pathname
  const visitor = lapel.visitor()
  assert.match((await visitor.get(link)).words, /from an email of this kind: All optional email/)
  assert.equal((await fetch(header, { method: 'POST' })).status, 204)
  await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  lapel.passDays(2)
  await sendDigests(lapel.deps)
  assert.equal((await lapel.mailTo('maya@home.example'))[0]?.messageId, summary?.messageId)
  const shown = await visitor.get(link)
  assert.doesNotMatch(shown.words, /Stop these emails/)
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? ''
  assert.equal((await visitor.send(link, { csrf, event: 'all', to: 'resume' })).status, 400)
  assert.match((await visitor.submit(link, { event: 'reminder', to: 'resume' })).words, /again: Reminder/)
})

test('news follows the consent, from the box at registration to the link that takes it back', async (t) => {
  const lapel = await startLapel(t)
  const maya = await signUp(lapel, 'maya@home.example', { wantsNews: 'yes' })
  const { accountId } = await lapel.db.selectFrom('accountEmails').select('accountId').executeTakeFirstOrThrow()
  assert.deepEqual(await consentsOf(lapel, accountId), [true])
  assert.match((await maya.get(page)).text, /<input[^>]*id="mail-news"[^>]*checked/)
  const queue = () =>
    lapel.deps.outbox.queue(lapel.db, {
      to: 'maya@home.example',
      template: 'news',
      locale: 'en',
      content: { subject: 'What is new', text: 'x', html: 'x', fromName: 'Lapel' },
    })
  await queue()
  const [mail] = await lapel.mailTo('maya@home.example')
  assert.equal(mail?.subject, 'What is new')
  const header = /List-Unsubscribe:\s*<([^>]+)>/i.exec(mail?.raw.replace(/\r\n\s+/g, '') ?? '')?.[1] ?? ''
  assert.equal((await fetch(header, { method: 'POST' })).status, 204)
  assert.deepEqual(await consentsOf(lapel, accountId), [false])
  await queue()
  assert.equal((await lapel.mailTo('maya@home.example'))[0]?.messageId, mail?.messageId)
  await choose(maya, { mail: ['news'] })
  assert.deepEqual(await consentsOf(lapel, accountId), [false, true])
})
