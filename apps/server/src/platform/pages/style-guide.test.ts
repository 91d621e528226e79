import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../../test/browser.ts'
import { assertValidHtml } from '../../../test/html-validity.ts'
import { createAssets } from '../http/assets.ts'
import { type Locale, locales, translator } from '../i18n/messages.ts'
import { renderLayout, type Theme } from './layout.ts'
import { styleGuidePage } from './style-guide.ts'

const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><circle cx="48" cy="48" r="46" fill="#0B5563"/></svg>`
// As strict as the pages' own policy: no inline style, no markup from script.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

function guide(urls: { css: string; js: string; icon: string }, locale: Locale, theme: Theme, signedIn = true): string {
  const t = translator(locale)
  return renderLayout({
    t,
    locale,
    theme,
    productName: 'Lapel',
    title: t('guide.title'),
    heading: null,
    body: styleGuidePage({
      t,
      csrf: 'a-token',
      badgePictures: [1, 2, 3].map((at) => ({ url: `/pictures/${at}`, alt: `${t('guide.type.serif')} ${at}` })),
    }),
    nav: signedIn
      ? [
          { href: '/guide', label: t('guide.nav.badges') },
          { href: '/documents', label: t('guide.nav.documents') },
        ]
      : [],
    account: signedIn
      ? { name: 'Maya Roy', initials: 'MR', items: [{ href: '/settings', label: t('guide.nav.team') }] }
      : undefined,
    demo: true,
    assetUrls: urls,
    currentPath: '/guide',
    csrf: 'a-token',
  }).toString()
}

async function serveGuide(t: Pick<TestContext, 'after'>): Promise<string> {
  const assets = await createAssets()
  const app = new Hono()
  app.route('/', assets.routes)
  app.get('/pictures/:n', (c) => c.body(picture, 200, { 'content-type': 'image/svg+xml' }))
  app.get('/guide', (c) => {
    c.header('content-security-policy', policy)
    return c.html(
      guide(
        assets.urls,
        (c.req.query('language') ?? 'en') as Locale,
        (c.req.query('theme') ?? 'system') as Theme,
        c.req.query('out') === undefined,
      ),
    )
  })
  app.post('/theme', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return c.redirect('/guide', 303)
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  t.after(() => new Promise((resolve) => server.close(resolve)))
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/guide`
}

test('the markup of every component is valid in both languages, signed in and signed out', async () => {
  const { urls } = await createAssets()
  for (const locale of locales) {
    for (const signedIn of [true, false]) await assertValidHtml(guide(urls, locale, 'system', signedIn))
  }
})

test('axe finds nothing, and nothing sticks out, in both themes and languages, wide and at 320 pixels', async (t) => {
  const { newPage } = await openBrowser(t)
  const address = await serveGuide(t)
  for (const theme of ['light', 'dark'] as const) {
    for (const locale of locales) {
      for (const width of [1280, 320]) {
        const page = await newPage({ viewport: { width, height: 800 } })
        const problems = listen(page)
        await page.goto(`${address}?theme=${theme}&language=${locale}`)
        const sticksOut = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.equal(sticksOut, 0, `${theme} ${locale} ${width}: ${sticksOut} pixels too wide`)
        await screenshot(page, `style-guide-${theme}-${locale}-${width}`)
        // Narrow pages hold the same markup; two of the four are enough to catch what only they show.
        if (width === 1280 || (theme === 'light') === (locale === 'fr')) await axeCheck(page)
        assert.deepEqual(problems, [])
        await page.context().close()
      }
    }
  }
})

/** What the browser complains about: refused styles, scripts, Trusted Types, errors. */
function listen(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  return problems
}

test('the error summary takes the focus, and its links lead to the fields', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  await page.goto(await serveGuide(t))
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'alert')
  await page.click('.error-summary a[href="#bad-email"]')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'bad-email')
  const described = await page.getAttribute('#bad-email', 'aria-describedby')
  assert.equal(described, 'bad-email-hint bad-email-error')
  assert.match(await page.textContent('#bad-email-error').then(String), /format name@example\.com/)
})

test('copy, show password, menu and dialog work by keyboard alone and give the focus back', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
  const problems = listen(page)
  await page.goto(await serveGuide(t))

  await page.getByRole('button', { name: 'Copy link' }).first().press('Enter')
  assert.equal(
    await page.evaluate(() => navigator.clipboard.readText()),
    'https://lapel.example/b/Hk3vTq9wXyZ81mNpQrStUv',
  )
  await page.waitForFunction(() => document.getElementById('announcements')?.textContent === 'Link copied')

  const show = page.getByRole('button', { name: 'Show password' })
  await page.fill('#password', 'correct horse')
  await show.press('Enter')
  assert.equal(await page.getAttribute('#password', 'type'), 'text')
  await page.getByRole('button', { name: 'Hide password' }).press('Space')
  assert.equal(await page.getAttribute('#password', 'type'), 'password')

  const menu = page.locator('#cards details[data-menu]').first()
  await menu.locator('summary').press('Enter')
  assert.ok((await menu.getAttribute('open')) !== null)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')
  assert.equal(await menu.getAttribute('open'), null)
  assert.ok(await menu.locator('summary').evaluate((summary) => summary === document.activeElement))

  const opener = page.getByRole('link', { name: 'Open the dialog' })
  await opener.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'dialog-link')
  await axeCheck(page)
  await page.keyboard.press('Escape')
  assert.ok(await opener.evaluate((link) => link === document.activeElement))
  assert.deepEqual(problems, [])
})

test('the count of selected rows follows the boxes, and text with a limit says what is left', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  await page.goto(await serveGuide(t))
  const count = page.locator('.selection-count')
  assert.equal(await count.textContent(), 'Nothing selected')
  await page.getByLabel('Select Maya Roy').check()
  assert.equal(await count.textContent(), '1 selected')
  await page.getByLabel('Select all on this page').check()
  assert.equal(await count.textContent(), '3 selected')
  await page.fill('#about', 'x'.repeat(299))
  assert.equal(await page.textContent('#about-count'), '1 character left')
  await page.fill('#about', 'x'.repeat(302))
  assert.equal(await page.textContent('#about-count'), '2 characters too many')
})

test('the countdown is spoken at its marks and silent otherwise, whatever the clock of the device', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  await page.clock.install({ time: new Date('1999-01-01') })
  await page.goto(await serveGuide(t))
  const timer = page.locator('[role="timer"]')
  assert.match(String(await timer.textContent()), /1:4\d left to continue/)
  await page.clock.runFor(48_000)
  assert.equal(await page.textContent('#announcements'), 'One minute left')
  await page.clock.runFor(30_000)
  assert.equal(await page.textContent('#announcements'), '30 seconds left')
  assert.match(String(await page.getAttribute('#more-time', 'class')), /button-warned/)
  await page.clock.runFor(40_000)
  assert.match(String(await page.textContent('#announcements')), /ran out of time/)
  assert.match(String(await timer.textContent()), /0:00/)
})

test('without script every control is still there, and no dead one', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ javaScriptEnabled: false })
  await page.goto(await serveGuide(t))
  assert.equal(await page.getByRole('button', { name: 'Copy link' }).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Show password' }).count(), 0)
  assert.match(String(await page.textContent('[role="timer"]')), /Works until 14:32:10/)
  const menu = page.locator('.site-header .site-tools details').first()
  await menu.locator('summary').click()
  assert.ok(await page.getByRole('button', { name: 'Dark' }).first().isVisible())
})

test('forced colours keep the ring and the borders; print drops what only a screen needs', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ forcedColors: 'active' })
  const address = await serveGuide(t)
  await page.goto(address)
  await page.keyboard.press('Tab')
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth)
  assert.equal(ring, '3px')
  assert.equal(
    await page
      .locator('.chip')
      .first()
      .evaluate((chip) => getComputedStyle(chip).borderTopWidth),
    '1px',
  )
  await page.emulateMedia({ media: 'print', forcedColors: 'none' })
  for (const gone of ['.site-header', '.site-footer', '#buttons .button', '.pagination'])
    assert.ok(!(await page.locator(gone).first().isVisible()), gone)
  assert.ok(await page.locator('h1').isVisible())
})
