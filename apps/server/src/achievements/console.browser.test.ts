import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { organization } from '../../test/fixtures/console.ts'
import { assertValidHtml } from '../../test/html-validity.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'

async function signIn(context: BrowserContext, lapel: Lapel, person: Visitor): Promise<void> {
  await context.addCookies([
    { name: 'lapel-session', value: person.cookies.get('lapel-session') ?? '', url: lapel.url },
  ])
}

/** What the browser complained about: blocked scripts, missing files, broken policies. */
function complaints(page: Page): string[] {
  const all: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && all.push(message.text())))
  page.on('pageerror', (error) => void all.push(error.message))
  return all
}

test('an issuer creates an organization and publishes a badge template', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org', { givenName: 'Ada', familyName: 'Byron' })
  const { visitor } = await openBrowser(t)
  const context = await visitor()
  await signIn(context, lapel, ada)
  const page = await context.newPage()
  const wrong = complaints(page)
  await page.goto(`${lapel.url}/console`)
  await page.getByRole('link', { name: 'New organization' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill('Northfield College')
  await page.getByRole('textbox', { name: /^About/ }).fill('We teach people to tell stories with data.')
  await page.getByLabel('Website').fill('northfield.example')
  await page.getByLabel('Logo').setInputFiles({
    name: 'logo.png',
    mimeType: 'image/png',
    buffer: await sharp({ create: { width: 200, height: 200, channels: 3, background: '#1b4f9c' } })
      .png()
      .toBuffer(),
  })
  await page.getByRole('button', { name: 'Create organization' }).click()
  await page.getByText('Northfield College is ready.').waitFor()
  assert.equal(
    await page.evaluate(() => document.activeElement?.textContent?.includes('is ready')),
    true,
    'the message has the focus',
  )

  await page.getByRole('link', { name: 'Publish your first badge template' }).click()
  await page.getByRole('link', { name: 'New badge template' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Data Storytelling')
  await page.getByRole('button', { name: 'Start writing' }).click()
  await page.getByRole('heading', { level: 1, name: 'Data Storytelling' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Update preview' }).isVisible(), false, 'the script does it')

  await page.getByLabel('Description', { exact: true }).first().fill('Turns numbers into stories.')
  await page.locator('#preview').getByText('Turns numbers into stories.').waitFor()
  await page.getByLabel('What it takes to earn it').first().fill('Pass **all** labs.')
  await page.locator('#preview strong', { hasText: 'all' }).waitFor()
  await page.getByLabel('Learning outcomes').first().fill('Choose a chart')
  await page.locator('#preview').getByText('Choose a chart').waitFor()
  // Saved without a button: a reload shows it.
  await page.reload()
  assert.equal(await page.getByLabel('What it takes to earn it').first().inputValue(), 'Pass **all** labs.')

  await page.getByRole('button', { name: 'Change picture' }).click()
  await page.getByLabel('Shape').selectOption('shield')
  await page.getByLabel('Colours').selectOption('plum')
  await page
    .locator('#design-preview')
    .getByText('10.6 to 1')
    .or(page.locator('#design-preview').getByText(/to 1, fine/))
    .waitFor()
  await page.getByRole('button', { name: 'Use this picture' }).click()
  await page.getByText('The picture is saved in the draft.').waitFor()
  assert.match(await page.getByLabel('Description of the picture').inputValue(), /^Shield badge with the letters DS/)

  await page.getByRole('button', { name: 'Review and publish' }).click()
  await page.getByRole('button', { name: 'Publish badge template' }).click()
  await page.getByText('Data Storytelling is published.').waitFor()
  await screenshot(page, 'template-published')
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('link', { name: 'View public page' }).click()
  await page.getByRole('heading', { level: 1, name: 'Data Storytelling' }).waitFor()
  assert.deepEqual(wrong, [])
})

test('the same without script', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const { visitor } = await openBrowser(t)
  const context = await visitor({ javaScriptEnabled: false })
  await signIn(context, lapel, ada)
  const page = await context.newPage()
  await page.goto(`${lapel.url}/console/northfield-college/badges/new`)
  await page.getByLabel('Name', { exact: true }).fill('First Aid')
  await page.getByRole('button', { name: 'Start writing' }).click()
  await page.getByLabel('Description', { exact: true }).first().fill('Helps until help comes.')
  await page.getByLabel('What it takes to earn it').first().fill('One day of practice.')
  await page.getByRole('button', { name: 'Update preview' }).click()
  assert.ok(await page.locator('#preview').getByText('Helps until help comes.').isVisible())
  await page.getByRole('button', { name: 'Add more skills' }).click()
  await page.getByLabel('Skill 6', { exact: true }).fill('Bandages')
  await page.getByRole('button', { name: 'Change picture' }).click()
  await page.getByLabel('Shape').selectOption('circle')
  await page.getByRole('button', { name: 'Update preview' }).click()
  assert.equal(await page.getByLabel('Shape').inputValue(), 'circle')
  await page.getByRole('button', { name: 'Use this picture' }).click()
  assert.equal(await page.getByLabel('Skill 1', { exact: true }).inputValue(), 'Bandages')
  await page.getByRole('button', { name: 'Review and publish' }).click()
  await page.getByRole('button', { name: 'Publish badge template' }).click()
  assert.ok(await page.getByText('First Aid is published.').isVisible())
})

test('two people who write in two browsers: the script saves for the first and warns the second', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const start = await ada.post(
    '/console/northfield-college/badges/new',
    { name: 'First Aid', language: 'en' },
    { shownOn: '/console/northfield-college/badges/new' },
  )
  const { visitor } = await openBrowser(t)
  const context = await visitor()
  await signIn(context, lapel, ada)
  const [first, second] = [await context.newPage(), await context.newPage()]
  await first.goto(lapel.url + (start.location ?? ''))
  await second.goto(lapel.url + (start.location ?? ''))
  await first.getByLabel('Description', { exact: true }).first().fill('By the first')
  await first.locator('#preview').getByText('By the first').waitFor()
  await first.getByLabel('Description', { exact: true }).first().fill('By the first again')
  await first.locator('#preview').getByText('By the first again').waitFor()
  await second.getByLabel('Description', { exact: true }).first().fill('By the second')
  // The script does not save over the first one's text; the person is asked.
  await second.locator('#draft-status').getByText('Not saved yet: Somebody saved this template').waitFor()
  await second.getByLabel('Tags').fill('more')
  await second.waitForTimeout(2500)
  const kept = await lapel.db.selectFrom('achievements').select('draft').executeTakeFirstOrThrow()
  assert.equal((kept.draft as { description: string }).description, 'By the first again')
  await second.getByRole('button', { name: 'Save draft' }).click()
  await second.getByRole('heading', { name: 'Somebody saved this template while you were writing' }).waitFor()
  assert.equal(await second.getByLabel('Description', { exact: true }).first().inputValue(), 'By the second')
  await second.getByRole('button', { name: 'Save my text' }).click()
  await second.getByText('Draft saved.').waitFor()
})

test('every page of the console and the public pages: accessible in both themes, valid, and fit for 320 pixels', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org', { locale: 'fr' })
  const grace = await lapel.person('grace@example.org')
  const org = await organization(lapel, { owner: ada })
  await lapel.db
    .updateTable('organizations')
    .set({ domain: 'northfield.example', accent: '#ffcc00' })
    .where('id', '=', org.id)
    .execute()
  const base = '/console/northfield-college'
  await ada.submit(`${base}/team/invite`, { email: grace.email, role: 'designer' }, { shownOn: `${base}/team` })
  const [mail] = await lapel.mailTo(grace.email)
  const invitation = new URL(mail?.links.find((link) => link.includes('/invite/')) ?? 'none:').pathname
  const at =
    (
      await ada.post(
        `${base}/badges/new`,
        { name: 'Récits de données', language: 'fr' },
        { shownOn: `${base}/badges/new` },
      )
    ).location ?? ''
  await ada.submit(
    at,
    {
      description: 'Raconter avec des chiffres.',
      criteria: '1. Assister\n2. Publier',
      outcomes: 'Choisir un graphique',
      skill1Name: 'Visualisation',
    },
    { shownOn: at },
  )
  await ada.submit(`${at}/publish`, {}, { shownOn: `${at}/publish` })

  const pages = [
    '/console',
    '/console/new',
    base,
    `${base}/profile`,
    `${base}/domain`,
    `${base}/team`,
    `${base}/team/${ada.accountId}`,
    `${base}/team/${ada.accountId}/remove`,
    `${base}/badges`,
    `${base}/badges/new`,
    at,
    `${at}/publish`,
    `${at}/design`,
    invitation,
    '/o/northfield-college',
    '/t/northfield-college/recits-de-donnees',
  ]
  const { visitor } = await openBrowser(t)
  for (const options of [
    { colorScheme: 'light' },
    { colorScheme: 'dark', viewport: { width: 320, height: 720 } },
  ] as const) {
    const context = await visitor(options)
    await signIn(context, lapel, ada)
    const page = await context.newPage()
    const wrong = complaints(page)
    for (const path of pages) {
      const response = await page.goto(lapel.url + path)
      assert.equal(response?.status(), 200, path)
      await axeCheck(page)
      if (options.colorScheme === 'light') await assertValidHtml((await response?.text()) ?? '')
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
        false,
        `${path} scrolls sideways`,
      )
      await screenshot(page, `console-${options.colorScheme}${path.replaceAll('/', '-').slice(0, 60)}`)
    }
    assert.deepEqual(wrong, [])
  }
})
