import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptCredential } from '../claiming/index.ts'
import { newId } from '../platform/ids.ts'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anAchievement, anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

test('the backpack with several chosen, in both languages and themes and at 320 pixels', async (t) => {
  const lapel = await startLapel(t)
  const earner = await lapel.person('maya@students.northfield.edu')
  let first = ''
  for (const name of ['Northfield College', 'Harbour Guild']) {
    const issuer = await anIssuer(lapel, { name })
    for (const badge of ['Data Storytelling', 'First Aid at Sea and in the Workshop, Level 2', 'Workshop Safety']) {
      const achievement = await anAchievement(lapel, issuer.organization.id, { name: badge })
      const { publicId } = await issueCredential(
        lapel,
        { ...issuer, achievement },
        {
          to: earner.email,
          evidence: [
            { id: newId(), name: 'Essay about the harbour', url: 'https://work.example/essay', isPublic: true },
            { id: newId(), name: 'Marks', narrative: 'Nineteen of twenty.', isPublic: false },
          ],
        },
      )
      if (badge !== 'Workshop Safety') await acceptCredential(lapel.deps, { publicId, accountId: earner.accountId })
      first ||= publicId
    }
  }
  const { visitor } = await openBrowser(t)
  const looks = [
    { name: 'fr-dark', locale: 'fr-CA', colorScheme: 'dark', width: 1280 },
    { name: 'en-320', locale: 'en-CA', colorScheme: 'light', width: 320 },
  ] as const
  for (const look of looks) {
    const context = await visitor({
      locale: look.locale,
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: 800 },
    })
    await context.addCookies([...earner.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
    await lapel.db
      .updateTable('accounts')
      .set({ locale: look.locale.startsWith('fr') ? 'fr' : 'en' })
      .where('id', '=', earner.accountId)
      .execute()
    const page = await context.newPage()
    const see = async (path: string, name: string) => {
      await page.goto(lapel.url + path)
      assert.equal(
        await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
        true,
        `${look.name} ${name}`,
      )
      if (look.width === 320) await axeCheck(page)
      await screenshot(page, `${name}-${look.name}`)
    }
    await see('/badges', 'backpack')
    const boxes = page.locator('[data-row-select]')
    assert.equal(await boxes.count(), 4)
    await boxes.first().check()
    await boxes.nth(1).check()
    assert.match((await page.locator('.selection-count').textContent()) ?? '', /^2 /)
    await screenshot(page, `backpack-chosen-${look.name}`)
    await page.locator('.selection-bar button').nth(1).click()
    await page.waitForURL(/\/badges\/selected\/visibility\?badge=/)
    await screenshot(page, `chosen-visibility-${look.name}`)
    await see('/badges?group=issuer', 'backpack-groups')
    await see('/badges?view=table', 'backpack-table')
    await see(`/badges/selected/collection?badge=${first}`, 'chosen-collection')
    await see(`/badges/${first}`, 'details')
    await see('/dashboard', 'dashboard')
  }
  const nobody = await lapel.person('new@home.example')
  const context = await visitor({ viewport: { width: 320, height: 800 } })
  await context.addCookies([...nobody.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
  const page = await context.newPage()
  await page.goto(`${lapel.url}/dashboard`)
  await axeCheck(page)
  await screenshot(page, 'dashboard-empty')
})
