import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anIssuer } from '../../test/fixtures/issuing.ts'
import { assertValidHtml } from '../../test/html-validity.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { stopPaths } from './stop-mail.ts'

const settings = '/settings'

/** Somebody with something in every list, and an employer who waits for an answer. */
async function everything(lapel: Lapel) {
  const { earner, issuer } = await anEarner(lapel, { to: 'maya@home.example', visibility: 'public' })
  const employer = await anIssuer(lapel, { name: 'Red Clinic' })
  const people = `/console/${employer.organization.slug}/people-requests`
  for (const what of ['profile', 'directory']) {
    await employer.owner.get(people)
    await employer.owner.submit(`${people}/ask`, {
      email: what === 'profile' ? 'maya@home.example' : 'nobody@home.example',
      what,
      message: 'For the staff list',
    })
  }
  await earner.get(`${settings}/profile`)
  await earner.submit(`${settings}/profile/about`, { handle: 'maya', headline: 'Nurse', bio: 'I *teach*.' })
  await earner.submit(`${settings}/profile/social`, { mastodon: 'https://social.example/@maya' })
  await earner.get(`${settings}/applications`)
  await earner.submit(`${settings}/applications/tokens`, { name: 'My program', scopes: ['badges:read'], days: '30' })
  await earner.get(`${settings}/organizations`)
  await earner.submit(`${settings}/organizations/education`, {
    institution: 'Northfield College',
    signInUrl: 'https://northfield.example/',
  })
  await earner.get(`${settings}/privacy-security/export`)
  await earner.submit(`${settings}/privacy-security/export/start`)
  await lapel.settle()
  return { earner, issuer, employer, people }
}

async function enter(page: Page, visitor: Visitor): Promise<void> {
  await page.context().addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: visitor.url })))
}

test('every page of the settings is accessible and valid, in both themes and languages, wide and at 320 pixels', async (t) => {
  const lapel = await startLapel(t)
  const { earner, employer, people } = await everything(lapel)
  const stop = stopPaths(lapel.deps.secrets, { canonical: 'maya@home.example', event: 'new-badge' })
  const pages: [name: string, path: string, who: Visitor | undefined][] = [
    ['applications', `${settings}/applications`, earner],
    ['organizations', `${settings}/organizations`, earner],
    ['notifications', `${settings}/notifications`, earner],
    ['privacy', `${settings}/privacy-security`, earner],
    ['profile', `${settings}/profile`, earner],
    ['export', `${settings}/privacy-security/export`, earner],
    ['delete', `${settings}/privacy-security/delete`, earner],
    ['news', '/notifications', earner],
    ['people', people, employer.owner],
    ['unsubscribe', stop.page, undefined],
  ]
  const { newPage } = await openBrowser(t)
  const looks = [
    { name: 'en-light', locale: 'en-CA', colorScheme: 'light', width: 1280 },
    { name: 'fr-dark-320', locale: 'fr-CA', colorScheme: 'dark', width: 320 },
  ] as const
  for (const look of looks) {
    const language = look.locale.slice(0, 2) as 'en' | 'fr'
    await lapel.db.updateTable('accounts').set({ locale: language }).execute()
    for (const [name, path, who] of pages) {
      const page = await newPage({
        locale: look.locale,
        colorScheme: look.colorScheme,
        viewport: { width: look.width, height: 800 },
      })
      if (who) await enter(page, who)
      const response = await page.goto(lapel.url + path)
      assert.equal(response?.status(), 200, `${name} ${look.name}`)
      assert.equal(await page.getAttribute('html', 'lang'), language, name)
      await axeCheck(page)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      assert.ok(overflow <= 0, `${name} ${look.name} is ${overflow} pixels too wide`)
      if (look.name === 'en-light') await assertValidHtml((await response?.text()) ?? '')
      await screenshot(page, `settings-${name}-${look.name}`)
      await page.close()
    }
  }
})

for (const javaScriptEnabled of [true, false])
  test(`a person goes through the areas ${javaScriptEnabled ? 'with' : 'without'} scripts`, async (t) => {
    const lapel = await startLapel(t)
    const { earner } = await everything(lapel)
    const { newPage } = await openBrowser(t)
    const page = await newPage({ javaScriptEnabled })
    await enter(page, earner)
    await page.goto(`${lapel.url}${settings}/account`)
    const names = await page.locator('.side-nav-wide a').allInnerTexts()
    assert.deepEqual(names, [
      'Account',
      'Applications',
      'Organizations',
      'Notifications',
      'Privacy + Security',
      'Profile',
    ])

    await page.locator('.side-nav-wide').getByRole('link', { name: 'Organizations' }).click()
    await page.getByRole('button', { name: 'Turn on for Northfield College' }).click()
    await page.getByText('New badges from Northfield College now go straight into your backpack.').waitFor()
    await page.getByRole('button', { name: 'Allow Red Clinic' }).click()
    await page.getByText('Red Clinic can now see what you allowed.').waitFor()
    await page.getByRole('button', { name: 'End access of Red Clinic' }).click()
    await page.getByText('Red Clinic cannot see your profile any more. We told its team.').waitFor()

    await page.locator('.side-nav-wide').getByRole('link', { name: 'Notifications' }).click()
    await page.locator('#mail-reminder').uncheck()
    await page.getByLabel('Once a week').check()
    await page.getByRole('button', { name: 'Save notifications' }).click()
    await page.getByText('Your notifications are saved.').waitFor()
    assert.equal(await page.locator('#mail-reminder').isChecked(), false)

    await page.locator('.side-nav-wide').getByRole('link', { name: 'Applications' }).click()
    await page.getByLabel('Name').fill('Second program')
    await page.getByRole('button', { name: 'Create token' }).click()
    assert.match(await page.locator('#token').inputValue(), /^lapel_pat_/)
    if (javaScriptEnabled) await axeCheck(page)

    await page.locator('.side-nav-wide').getByRole('link', { name: 'Privacy + Security' }).click()
    await page.getByLabel('Everybody can see my profile').check()
    await page.getByRole('button', { name: 'Save privacy' }).click()
    await page.getByText('Your privacy settings are saved.').waitFor()
    await page.getByRole('link', { name: '/u/maya' }).click()
    assert.match(await page.locator('main').innerText(), /Nurse/)

    await page.goto(`${lapel.url}${settings}/profile`)
    await page.getByLabel('First name').fill('')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByRole('alert').getByRole('link', { name: 'Enter your first name' }).waitFor()
    assert.match(await page.title(), /^Error: /)
    if (javaScriptEnabled) await axeCheck(page)

    await page.goto(`${lapel.url}${settings}/privacy-security/delete`)
    await page.getByRole('button', { name: 'Delete my account' }).click()
    await page.getByRole('alert').waitFor()
    if (javaScriptEnabled) await axeCheck(page)
  })
