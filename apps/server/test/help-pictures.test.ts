import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { issuingDeps } from '../src/app.ts'
import { demoPassword } from '../src/operating/demo-content.ts'
import { prepareDemo } from '../src/operating/demo.ts'
import { helpGuides, helpPictureFile, helpPictureNames } from '../src/operating/help.ts'
import { allMessages, type Locale, locales, translator } from '../src/platform/i18n/messages.ts'
import { openBrowser } from './browser.ts'
import { member } from './fixtures/console.ts'
import { aPdf, pdfFile } from './fixtures/documents.ts'
import { type Lapel, startLapel } from './lapel.ts'

// The guides of /help show what this test sees: it walks both journeys as a person would and takes every picture that a
// guide asks for. `npm run help:pictures` keeps them; a plain run only proves that each screen is where the guide says.
const keep = process.env.LAPEL_HELP_PICTURES === '1'

/** Around what is shown, in pixels. */
const margin = 20
/** A page that is longer ends here: its beginning is what a guide speaks about. */
const tallest = 1000

const csv = `Name;Email;Student number
Zoé Lévêque;zoe@northfield.example;1001
Li Wei;li.wei@northfield;1002
Jean-Noël Côté;jn@northfield.example;1003
`

// A plain run walks in one language: what it proves is the same in both, and the walk is long.
for (const locale of keep ? (['en', 'fr'] as const) : (['en'] as const)) {
  test(`every picture of the guides can be taken (${locale})`, async (t) => {
    const taken = await walk(t, locale)
    assert.deepEqual(
      helpPictureNames().filter((name) => !taken.has(name)),
      [],
      'asked for by a guide, but not taken',
    )
  })
}

test('every picture of the guides is kept in both languages', () => {
  const files = helpPictureNames().flatMap((name) => locales.map((locale) => helpPictureFile(name, locale)))
  const missing = files.filter((file) => !existsSync(file))
  assert.deepEqual(missing, [], 'asked for by a guide, but not kept; run: npm run help:pictures')
})

test('both languages have the same guides with the same steps and pictures', () => {
  const shape = (locale: Locale) =>
    helpGuides(locale).map(({ slug, audience, steps }) => ({
      slug,
      audience,
      pictures: steps.map(({ picture }) => picture?.name ?? null),
    }))
  assert.deepEqual(shape('fr'), shape('en'))
})

test('what guides print in bold stands on the screens, letter by letter', () => {
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim()
  const strange = locales.flatMap((locale) => {
    const words = new Set([...allMessages(locale).values()].map(flat))
    return helpGuides(locale).flatMap(({ slug, steps }) =>
      steps
        .flatMap(({ body }) => [...body.matchAll(/\*\*([^*]+)\*\*/g)].map(([, bold = '']) => flat(bold)))
        .filter((bold) => !words.has(bold))
        .map((bold) => `${slug}.${locale}: ${bold}`),
    )
  })
  assert.deepEqual(strange, [])
})

async function walk(t: TestContext, locale: Locale): Promise<Set<string>> {
  const lapel = await startLapel(t)
  await prepareDemo(issuingDeps(lapel.deps))
  const browser = await openBrowser(t)
  const context = await browser.visitor({
    locale: locale === 'fr' ? 'fr-CA' : 'en-CA',
    viewport: { width: 860, height: 700 },
    deviceScaleFactor: 2,
    // The striped bar of the demo is not on anybody's site, so it is hidden by a style of our own.
    bypassCSP: true,
  })
  await context.addInitScript(() => {
    const style = document.createElement('style')
    style.textContent = '.demo-bar{display:none}'
    document.addEventListener('DOMContentLoaded', () => document.head.append(style))
  })
  const page = await context.newPage()
  let status = 0
  page.on('response', (response) => {
    const request = response.request()
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) status = response.status()
  })
  const taken = new Set<string>()
  const take = async (name: string, what: Locator = page.locator('main')) => {
    await what.first().waitFor()
    await refuseErrors(page, { name, status, t: translator(locale) })
    taken.add(name)
    if (!keep) return
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await what.first().scrollIntoViewIfNeeded()
    // A picture that is loaded when it is scrolled to would be an empty place.
    await what.first().evaluate(async (element) => {
      const pictures = [...element.querySelectorAll('img')].filter((picture) => picture.checkVisibility())
      for (const picture of pictures) picture.loading = 'eager'
      await Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined)))
    })
    const box = await what.first().boundingBox()
    assert.ok(box)
    const top = await page.evaluate(() => window.scrollY)
    const [x, y] = [Math.max(0, box.x - margin), Math.max(0, box.y + top - margin)]
    const height = Math.min(tallest, box.y + top + box.height + margin - y)
    const clip = { x, y, width: box.x + box.width + margin - x, height }
    const png = await page.screenshot({ animations: 'disabled', fullPage: true, clip })
    const file = helpPictureFile(name, locale)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, await sharp(png).png({ palette: true, colours: 64, effort: 8 }).toBuffer())
  }
  const walker: Walker = { lapel, page, take, t: translator(locale), locale }
  await learner(walker)
  const documentId = await aDocument(walker)
  await settings(walker)
  await documents(walker, documentId)
  await twoAccounts(walker)
  await page.context().clearCookies()
  await lostMailbox(walker)
  await issuer(walker)
  await page.goto(`${lapel.url}/nothing-here`)
  await assert.rejects(take('nothing'), /nothing: .*404/)
  await page.goto(`${lapel.url}/lost-mailbox`)
  await page.evaluate(() => document.querySelector('main form')?.setAttribute('novalidate', ''))
  await page.locator('main form button[type=submit]').first().click()
  await page.locator('.error-summary').waitFor()
  await assert.rejects(take('nothing'), /nothing: /)
  return taken
}

/** A guide shows what goes well: a picture of a failure would be kept unseen, since nobody looks at all of them. */
async function refuseErrors(page: Page, o: { name: string; status: number; t: Walker['t'] }): Promise<void> {
  const [title, heading] = [await page.title(), await page.locator('h1').first().innerText()]
  const about = `${o.name}: “${heading}” at ${new URL(page.url()).pathname} answered ${o.status}`
  assert.ok(o.status < 400, about)
  assert.ok(!title.startsWith(o.t('layout.title.error', { title: '' }).trim()), about)
  assert.equal(await page.locator('.error-summary, .field-error').count(), 0, about)
}

interface Walker {
  lapel: Lapel
  page: Page
  take: (name: string, what?: Locator) => Promise<void>
  t: ReturnType<typeof translator>
  locale: Locale
}

/** Journey A, with the sister pages that the guides name. */
async function learner({ lapel, page, take, t, locale }: Walker): Promise<void> {
  const [mail] = await lapel.mailTo('sam@northfield.example')
  const claim = mail?.links.find((link) => link.includes('/claim/'))
  assert.ok(claim, 'the mail has a claim link')

  await page.goto(claim)
  await setLocale(page, locale)
  await take('claim')
  await page.goto(`${claim}/correction`)
  await take('not-my-address')
  await page.goto(claim)
  await page.locator('main a[href*="/register"]').first().click()
  await page.fill('[name=password]', 'a quiet street at noon')
  await page.getByLabel(t('register.robot')).check()
  await page.locator('[name=terms]').check()
  await take('register')
  await page.locator('main form button[type=submit]').last().click()
  await page.waitForURL('**/register/verify')
  await take('code')
  const [codeMail] = await lapel.mailTo('sam@northfield.example')
  await page.locator('[autocomplete=one-time-code]').fill(codeMail?.code ?? '')
  await page.locator('main form button[type=submit]').first().click()
  await page.waitForURL('**/sign-in**')
  await take('activated')
  await page.fill('[name=password]', 'a quiet street at noon')
  await page.locator('main form button[type=submit]').first().click()
  await page.waitForURL('**/claim/**')
  await take('accept')
  await page.locator('main form[action$="/accept"] button').first().click()
  await page.waitForURL('**/badges/**')
  const badge = new URL(page.url()).pathname
  await page.goto(`${lapel.url}/badges`)
  await take('backpack')
  await page.goto(`${lapel.url}${badge}/share`)
  await take('share-private')
  await page.locator('main form button[type=submit]').first().click()
  await page.goto(`${lapel.url}${badge}/share`)
  await take('share')
  await take('share-linkedin', page.locator('section, .section', { hasText: 'LinkedIn' }).last())
  for (const id of ['downloads', 'signature']) {
    const part = page.locator('.share-part', { has: page.locator(`#${id}`) })
    await part.locator('summary').first().click()
    await take(`share-${id}`, part)
  }
  await page.goto(`${lapel.url}/badges`)
  await page.locator('main input[type=checkbox]').first().check()
  await take('backpack-select')
  await page.goto(`${lapel.url}/badges/add`)
  await take('add-badge')
  await page.goto(`${lapel.url}/collections`)
  await take('collections')
  await page.goto(`${lapel.url}/settings/account`)
  await take('account')
  await page.goto(`${lapel.url}/verify?b=${badge.split('/').pop() ?? ''}`)
  await take('verify-result')
  await page.goto(`${lapel.url}/verify`)
  await take('verify')
}

/** A signed document for the learner, sent by the demo's organization. @returns its public id. */
async function aDocument({ lapel, locale }: Walker): Promise<string> {
  const priya = await lapel.person('priya@northfield.example')
  const shownOn = '/console/northfield-college/documents/new'
  const title = locale === 'fr' ? 'Relevé de notes' : 'Transcript of records'
  const file = pdfFile(await aPdf({ words: title, name: 'Sam Okafor' }))
  const fields = {
    file,
    title,
    kind: 'transcript',
    date: '2026-03-04',
    name: 'Sam Okafor',
    email: 'sam@northfield.example',
  }
  const answer = await priya.post(shownOn, fields, { shownOn })
  assert.equal(answer.status, 303, answer.words)
  await lapel.settle()
  return answer.location?.split('/').at(-1) ?? ''
}

/** The areas of the settings that guides show. */
async function settings({ lapel, page, take }: Walker): Promise<void> {
  for (const [area, name] of [
    ['organizations', 'settings-organizations'],
    ['notifications', 'settings-notifications'],
    ['privacy-security', 'settings-privacy'],
    ['profile', 'settings-profile'],
    ['privacy-security/export', 'export'],
    ['privacy-security/delete', 'delete'],
  ] as const) {
    await page.goto(`${lapel.url}/settings/${area}`)
    await take(name)
  }
}

async function documents({ lapel, page, take }: Walker, documentId: string): Promise<void> {
  const path = `${lapel.url}/documents/${documentId}`
  await page.goto(path)
  await page.locator('main form[action$="/accept"] button').first().click()
  await page.goto(`${lapel.url}/documents`)
  await take('documents')
  await page.goto(path)
  await page.locator('.document-page').first().waitFor()
  await take('document')
  await page.goto(`${path}/share`)
  await take('document-share')
  const sam = await lapel.person('sam@northfield.example')
  const pdf = await sam.request(`/documents/${documentId}/document.pdf`)
  await page.goto(`${lapel.url}/verify`)
  const file = { name: 'transcript.pdf', mimeType: 'application/pdf', buffer: Buffer.from(pdf.bytes) }
  await page.setInputFiles('input[type=file]', file)
  await page.locator('main form button[type=submit]').first().click()
  await page.locator('#pdf-verdict').waitFor()
  await take('verify-document', page.locator('main .stack', { has: page.locator('#pdf-verdict') }).last())
}

async function twoAccounts({ lapel, page, take }: Walker): Promise<void> {
  const other = 'sam@home.example'
  // With a password, so that the page asks for it.
  await lapel.person(other, { givenName: 'Sam', familyName: 'Okafor', passwordHash: 'x' })
  await page.goto(`${lapel.url}/settings/account/link`)
  await take('link-address')
  await page.fill('main [name=email]', other)
  await page.locator('main form button[type=submit]').first().click()
  await page.locator('[autocomplete=one-time-code]').waitFor()
  const [mail] = await lapel.mailTo(other)
  await page.locator('[autocomplete=one-time-code]').fill(mail?.code ?? '')
  await page.locator('main form button[type=submit]').first().click()
  await page.waitForURL('**/account/merge/**')
  await take('merge')
}

async function lostMailbox({ lapel, page, take, locale }: Walker): Promise<void> {
  await page.goto(`${lapel.url}/lost-mailbox`)
  await setLocale(page, locale)
  await take('lost-mailbox')
  const shownOn = '/lost-mailbox'
  const sam = lapel.visitor()
  const fields = { oldEmail: 'sam@northfield.example', newEmail: 'sam.okafor@home.example', name: 'Sam Okafor' }
  await sam.submit(shownOn, { ...fields, note: locale === 'fr' ? 'Promotion 2026' : 'Class of 2026' }, { shownOn })
  const [mail] = await lapel.mailTo('sam.okafor@home.example')
  const link = mail?.links.find((found) => found.includes('/lost-mailbox/prove/'))
  assert.ok(link, 'the new address is asked for a proof')
  const proof = new URL(link).pathname
  await sam.submit(proof, {}, { shownOn: proof })
}

/** What an organization does, from an empty form to the list of issued badges. */
async function issuer({ lapel, page, take, locale }: Walker): Promise<void> {
  await page.goto(`${lapel.url}/sign-in`)
  await setLocale(page, locale)
  await take('sign-in')
  await page.fill('[name=email]', 'priya@northfield.example')
  await page.fill('[name=password]', demoPassword)
  await page.locator('main form button[type=submit]').first().click()
  await page.waitForURL('**/dashboard')
  await setLocale(page, locale)
  await page.goto(`${lapel.url}/console/new`)
  await take('new-organization')
  const console = `${lapel.url}/console/northfield-college`
  await page.goto(`${console}/badges`)
  await page.locator('main table a[href*="/badges/"]').first().click()
  await page.waitForURL('**/badges/*')
  await take('template')
  await page.goto(`${console}/issue`)
  await page.locator('select[name=badge]').selectOption({ index: 1 })
  await page.locator('main form button[type=submit]').last().click()
  await page.waitForURL('**/people')
  await take('issue-one')
  await page.setInputFiles('input[type=file]', { name: 'cohort.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.locator('form[action$="/upload"] button[type=submit]').click()
  await page.waitForURL('**/columns')
  await page.locator('main form[action$="/columns"] button[type=submit]').last().click()
  await page.waitForURL('**/check')
  await take('issue-check')
  await page.goto(`${console}/issued`)
  await take('issued')
  await page.goto(`${console}/documents/new`)
  await take('issue-document')
  await page.goto(`${console}/documents`)
  await take('issued-documents')
  const { id } = await lapel.db
    .selectFrom('organizations')
    .select('id')
    .where('slug', '=', 'northfield-college')
    .executeTakeFirstOrThrow()
  // Two have to vouch.
  await member(lapel, id, await lapel.person('lena@northfield.example'), 'issuer')
  await page.goto(`${console}/requests`)
  await take('requests')
  await page.locator('main a[href*="/requests/mailbox/"]').first().click()
  await page.waitForURL('**/requests/mailbox/**')
  await take('vouch')
}

/** Chooses the language as a person does; the answer is the same page. */
async function setLocale(page: Page, locale: Locale): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === locale) return
  // It stands in the menu at this width.
  const button = page.locator(`button[name=locale][value=${locale}]`).first()
  await button.evaluate((element: HTMLButtonElement) => element.form?.requestSubmit(element))
  await page.locator(`html[lang=${locale}]`).waitFor()
}
