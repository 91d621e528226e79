import assert from 'node:assert/strict'
import { after, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { type Locale, regions, translator, type Translate } from '../../src/platform/i18n/messages.ts'
import { openBrowser, screenshot } from '../browser.ts'
import { codeFor, goodPassword } from '../fixtures/accounts.ts'
import { claimPathOf } from '../fixtures/earner.ts'
import { type Lapel, startLapel } from '../lapel.ts'

/** The words that UX 15 fixes letter by letter; all others are read from the message files. */
const fixed = {
  en: {
    terms: 'Yes, I agree to the End user terms and Privacy policy',
    robot: 'I’m not a robot',
    thanks: 'Thank you for registering',
    activated:
      'Thank you for registering your account. Your account has now been activated and you can login using your email and password',
  },
  fr: {
    terms: 'Oui, j’accepte les conditions d’utilisation et la politique de confidentialité',
    robot: 'Je ne suis pas un robot',
    thanks: 'Merci de votre inscription',
    activated:
      'Merci d’avoir créé votre compte. Il est maintenant activé et vous pouvez vous connecter avec votre courriel et votre mot de passe',
  },
} as const

const ends: (() => unknown)[] = []
after(async () => {
  for (const end of ends) await end()
})

/** One server for all tests of a file; it stops with the last of them. */
export function startForFile(): Promise<Lapel> {
  return startLapel({ after: (end) => void ends.push(end as () => unknown) })
}

/** One person's way through the site: their browser, their language, what the page says in it. */
export interface Walk {
  page: Page
  language: Locale
  t: Translate
  /** For addresses and names: tells this walk's people from those of the others. */
  key: string
  /** Whether scripts run. */
  script: boolean
  /** Somebody else's browser, set up alike. */
  stranger: () => Promise<Page>
  /** Presses the button or follows the link with these words, wherever it is the only one. */
  press: (words: string | RegExp, within?: string) => Promise<void>
  /** Waits for a sentence on the page. */
  reads: (words: string | RegExp) => Promise<void>
  picture: (name: string, on?: Page) => Promise<void>
}

/** Each language, with and without script; without, on a small dark screen. */
export const ways = (['en', 'fr'] as const).flatMap((language) =>
  [true, false].map((script) => ({
    language,
    script,
    key: `${language}-${script ? 'script' : 'plain'}`,
    name: `in ${language}, ${script ? 'with' : 'without'} script`,
  })),
)

/** A browser for one of the {@link ways}. `problems` fills with what its console complains about. */
export async function startWalk(
  t: TestContext,
  { language, script, key }: (typeof ways)[number],
): Promise<Walk & { problems: string[] }> {
  const { newPage } = await openBrowser(t)
  const problems: string[] = []
  const open = async () => {
    const page = await newPage({
      locale: regions[language],
      javaScriptEnabled: script,
      colorScheme: script ? 'light' : 'dark',
      viewport: script ? { width: 1280, height: 800 } : { width: 320, height: 700 },
      acceptDownloads: true,
      permissions: script ? ['clipboard-read', 'clipboard-write'] : [],
    })
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 404/.test(message.text())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(error.message))
    return page
  }
  const page = await open()
  return {
    page,
    language,
    t: translator(language),
    script,
    key,
    problems,
    stranger: open,
    press: (words, within = 'main') =>
      page
        .locator(within)
        .getByRole('button', { name: words, exact: true })
        .or(page.locator(within).getByRole('link', { name: words, exact: true }))
        .filter({ visible: true })
        .first()
        .click(),
    reads: (words) => page.getByText(words).first().waitFor(),
    picture: (name, on = page) => screenshot(on, `${name}-${key}`),
  }
}

/** From the mail's button over the form and the code to a signed-in browser, as the guide of journey A tells it. */
export async function registerFromMail(
  lapel: Lapel,
  walk: Walk,
  o: { email: string; name: string; country?: string; news?: boolean },
): Promise<void> {
  const { page, t, script, press, reads, picture } = walk
  const say = fixed[walk.language]
  await page.goto(lapel.url + (await claimPathOf(lapel, o.email)))
  await picture('claim-register')
  await press(t('claim.register'))

  // What the issuer knows is filled in; the address cannot be changed.
  const name = [t('register.givenName'), t('register.familyName')].map((label) =>
    page.getByRole('textbox', { name: new RegExp(`^${label}`) }),
  )
  assert.equal((await Promise.all(name.map((field) => field.inputValue()))).join(' '), o.name)
  const email = page.getByRole('textbox', { name: t('register.email'), exact: true })
  assert.equal(await email.inputValue(), o.email)
  assert.equal(await email.isEditable(), false)
  if (o.country) await page.getByLabel(new RegExp(`^${t('register.country')}`)).selectOption({ label: o.country })
  await page.getByLabel(t('register.password'), { exact: true }).fill(goodPassword)
  const news = page.getByLabel(t('register.news'))
  assert.equal(await news.isChecked(), false)
  if (o.news) await news.check()
  await page.getByLabel(say.robot).check()
  const terms = page.getByLabel(say.terms)
  assert.equal(await terms.isChecked(), false)
  await terms.check()
  if (script) await reads(t('register.robot.done'))
  // Nobody fills the form in at once: without the work of a script, the time that it took counts.
  else lapel.passMinutes(0.2)
  await picture('register')
  await press(t('register.submit'))

  await page.getByRole('heading', { level: 1, name: say.thanks }).waitFor()
  await page.getByLabel(t('code.label')).fill(await codeFor(lapel, o.email))
  await picture('code')
  await press(t('code.next'))
  await reads(say.activated)
  await picture('activated')
  await page.getByLabel(t('signin.password'), { exact: true }).fill(goodPassword)
  await press(t('signin.submit'))
}

/** Opens the menu behind the name, upper right, and follows one of its links. */
export async function fromNameMenu({ page, script }: Walk, words: string): Promise<void> {
  const menu = script ? '.account-button' : '.site-compact summary'
  await page.locator(menu).click()
  await page.locator('.site-header').getByRole('link', { name: words, exact: true }).filter({ visible: true }).click()
}

/** Another area of the settings: a list at the left, a disclosure where there is no room. */
export async function settingsArea({ page, script }: Walk, name: string): Promise<void> {
  if (!script) await page.locator('.side-nav-narrow summary').click()
  await page.locator('.side-nav').getByRole('link', { name, exact: true }).filter({ visible: true }).click()
}

/** Adds an address on Account Settings and enters the code that it was sent. */
export async function linkAnotherEmail(lapel: Lapel, walk: Walk, email: string): Promise<void> {
  const { page, t, press } = walk
  await press(t('settings.emails.link'))
  await page.getByLabel(t('link.email')).fill(email)
  await press(t('link.add'))
  await page.getByLabel(t('code.label')).fill(await codeFor(lapel, email))
  await press(t('link.code.confirm'))
}
