import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { assertValidHtml } from '../../test/html-validity.ts'
import { startLapel } from '../../test/lapel.ts'

const list = [
  'Name;Email;Date;Preuve',
  'Zoé Lévesque;zoe@example.org;03/04/2026;https://portfolio.example/zoe',
  'Li Wei;li.wei@northfield;05/06/2026;',
  ';;01/02/2026;',
  'Maya Roy;maya@example.org;03/04/2026;',
  'Sam North;sam@gmial.com;03/04/2026;',
].join('\r\n')

test('every page of issuing is accessible and fits, in both themes and languages, wide and at 320 pixels', async (t) => {
  const lapel = await startLapel(t, { BATCH_HOLD_MINUTES: '5' })
  const issuer = await anIssuer(lapel)
  const held = await issueCredential(lapel, issuer, { to: 'maya@example.org', name: 'Maya Roy' })
  const base = `/console/${issuer.organization.slug}`
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  await page
    .context()
    .addCookies([{ name: 'lapel-session', value: issuer.owner.cookies.get('lapel-session') ?? '', url: lapel.url }])
  const look = async (name: string) => {
    await lookEverywhere(page, name, async (locale, theme) => {
      await lapel.db.updateTable('accounts').set({ locale, theme }).where('id', '=', issuer.owner.accountId).execute()
    })
    await assertValidHtml((await issuer.owner.get(page.url().slice(lapel.url.length))).text)
  }

  await page.goto(`${lapel.url}${base}/issue`)
  await look('issue-1-badge')
  await page.getByRole('button', { name: 'Continue to people' }).click()
  await look('issue-2-people')
  await page
    .getByLabel('CSV or TSV file')
    .setInputFiles({ name: 'cohort.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
  await page.getByRole('button', { name: 'Upload list' }).click()
  await page.getByRole('heading', { name: 'What do the columns mean?' }).waitFor()
  assert.match(await page.locator('main').innerText(), /Is 03\/04\/2026 March 4, 2026 or April 3, 2026\?/)
  await look('issue-3-columns')
  await page.getByLabel('March 4, 2026').check()
  await page.getByRole('button', { name: 'Check the list' }).click()
  await page.getByRole('heading', { name: 'Check', exact: true }).waitFor()
  await look('issue-4-check')
  await page.getByRole('link', { name: 'All' }).click()
  await look('issue-4-check-all')
  await page.getByRole('link', { name: /Continue with/ }).click()
  await look('issue-5-review')
  await page.getByRole('button', { name: 'Issue 2 badges' }).click()
  await page.getByRole('button', { name: 'Cancel' }).waitFor()
  await look('issue-6-held')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('This batch was cancelled').first().waitFor()

  await page.goto(`${lapel.url}${base}/issued`)
  await look('issued-list')
  await page.goto(`${lapel.url}${base}/issued/${held.publicId}`)
  await look('issued-person')
  await page.goto(`${lapel.url}${base}/issued/${held.publicId}/replace`)
  await look('issued-replace')
  await page.goto(`${lapel.url}${base}/issued/${held.publicId}/revoke`)
  await look('issued-revoke')
  await page.getByLabel('Fraud').check()
  await page.getByRole('button', { name: 'Revoke this badge' }).click()
  await page.getByText('The badge is revoked.').waitFor()
  await screenshot(page, 'issued-revoked-flash')
  await page.goto(`${lapel.url}${base}/issued/${held.publicId}`)
  await look('issued-revoked')
})

/** Looks at one page wide and dark, narrow and light and in French, and leaves it wide, light and English. */
async function lookEverywhere(
  page: Page,
  name: string,
  set: (locale: 'en' | 'fr', theme: 'light' | 'dark') => Promise<void>,
): Promise<void> {
  for (const [locale, theme, width] of [
    ['en', 'dark', 1280],
    ['fr', 'light', 320],
  ] as const) {
    await set(locale, theme)
    await page.setViewportSize({ width, height: 800 })
    await page.reload()
    await axeCheck(page)
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
      false,
      `${name} sticks out at ${width} px in ${locale}`,
    )
    await screenshot(page, `${name}-${locale}-${theme}-${width}`)
  }
  await set('en', 'light')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.reload()
}
