import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptCredential } from '../claiming/index.ts'
import { newId } from '../platform/ids.ts'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anAchievement, anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { setVisibility } from './set-visibility.ts'

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
    await page.waitForURL(/\/badges\/selected\/visibility\?.*badge=/)
    await screenshot(page, `chosen-visibility-${look.name}`)
    await see('/badges?group=issuer', 'backpack-groups')
    await see('/badges?view=table', 'backpack-table')
    await see(`/badges/selected/collection?badge=${first}`, 'chosen-collection')
    await see(`/badges/${first}`, 'details')
    await see('/dashboard', 'dashboard')
  }
  // The panel hands over to the device where it can share, and remembers a Mastodon server on this device alone.
  await setVisibility(lapel.deps, { publicId: first, accountId: earner.accountId, visibility: 'public' })
  const device = await visitor({ locale: 'en-CA', viewport: { width: 390, height: 800 } })
  await device.addCookies([...earner.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
  // What a phone brings: the first time the person closes it without choosing.
  await device.addInitScript(`{
    const given = []
    Object.defineProperty(navigator, 'canShare', { value: ({ url }) => url.startsWith('http') })
    Object.defineProperty(navigator, 'share', { value: (data) => given.push(data) === 1
      ? Promise.reject(new DOMException('closed', 'AbortError')) : Promise.resolve() })
    Object.defineProperty(window, 'given', { value: given })
  }`)
  const shared = async () =>
    (
      await lapel.db
        .selectFrom('credentialEvents')
        .select('channel')
        .where('kind', '=', 'shared')
        .orderBy('at')
        .execute()
    ).map(({ channel }) => channel)
  const panel = await device.newPage()
  await panel.goto(`${lapel.url}/badges/${first}/share`)
  const share = panel.getByRole('button', { name: 'Share with this device' })
  await share.click()
  await share.click()
  for (let tries = 0; tries < 50 && (await shared()).length === 0; tries++) await panel.waitForTimeout(100)
  assert.deepEqual(await shared(), ['device'], 'only what was shared is counted')
  assert.deepEqual(
    await panel.evaluate('given'),
    Array.from({ length: 2 }, () => ({ url: `${lapel.config.publicUrl}/b/${first}`, title: 'Data Storytelling' })),
  )
  await panel.getByText('Mastodon', { exact: true }).click()
  await panel.getByLabel('Your Mastodon server').fill('mastodon.example')
  await panel.getByRole('button', { name: 'Go to my server' }).click()
  await panel.waitForURL(/\/share\/mastodon\?server=mastodon\.example$/)
  // Also in the dialog that the list opens, which comes without a new page.
  await panel.goto(`${lapel.url}/badges`)
  await panel.locator(`a[href="/badges/${first}/share"]`).click()
  const dialog = panel.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Share with this device' }).waitFor()
  await dialog.getByText('Mastodon', { exact: true }).click()
  assert.equal(await dialog.getByLabel('Your Mastodon server').inputValue(), 'mastodon.example')
  const elsewhere = await visitor({ locale: 'en-CA' })
  await elsewhere.addCookies([...earner.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
  const other = await elsewhere.newPage()
  await other.goto(`${lapel.url}/badges/${first}/share`)
  assert.equal(await other.locator('input[name="server"]').inputValue(), '')
  assert.equal(await other.locator('[data-web-share] button').count(), 0)

  const nobody = await lapel.person('new@home.example')
  const context = await visitor({ viewport: { width: 320, height: 800 } })
  await context.addCookies([...nobody.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
  const page = await context.newPage()
  await page.goto(`${lapel.url}/dashboard`)
  await axeCheck(page)
  await screenshot(page, 'dashboard-empty')
})
