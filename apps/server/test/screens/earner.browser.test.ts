import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext } from 'playwright-core'
import { setVisibility } from '../../src/backpack/index.ts'
import { axeCheck, openBrowser, screenshot } from '../browser.ts'
import { anEarner, claimPathOf } from '../fixtures/earner.ts'
import { anIssuer, issueCredential } from '../fixtures/issuing.ts'
import { type Lapel, startLapel } from '../lapel.ts'
import type { Visitor } from '../visitor.ts'

async function signIn(context: BrowserContext, lapel: Lapel, visitor: Visitor): Promise<void> {
  await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
}

test('an empty backpack says where the badge may be, and an expired link offers a fresh one', async (t) => {
  const lapel = await startLapel(t)
  const { visitor } = await openBrowser(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'late@northfield.example' })
  const path = await claimPathOf(lapel, 'late@northfield.example')
  const noah = await lapel.person('noah@example.org')
  lapel.passDays(91)
  const context = await visitor({ colorScheme: 'dark' })
  const page = await context.newPage()
  await page.goto(lapel.url + path)
  await axeCheck(page)
  await screenshot(page, 'screen-claim-expired-en-dark')
  await signIn(context, lapel, noah)
  await page.goto(`${lapel.url}/badges`)
  await page.getByText('No badges yet.').waitFor()
  await axeCheck(page)
  await screenshot(page, 'screen-backpack-empty-en-dark')
})

test('the share panel opens as a dialog over the badge, with the focus on the link', async (t) => {
  const lapel = await startLapel(t)
  const { visitor } = await openBrowser(t)
  const { earner, publicId } = await anEarner(lapel)
  await setVisibility(lapel.deps, { publicId, accountId: earner.accountId, visibility: 'public' })
  const context = await visitor()
  await signIn(context, lapel, earner)
  const page = await context.newPage()
  await page.goto(`${lapel.url}/badges/${publicId}`)
  await page
    .locator('.badge-hero')
    .getByRole('link', { name: /^Share/ })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'Share Data Storytelling' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'share-link')
  await axeCheck(page)
  await screenshot(page, 'screen-share-dialog-en-light')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.match(page.url(), new RegExp(`/badges/${publicId}$`))
})
