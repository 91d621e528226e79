import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { codeFor, goodPassword, linkFor } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'

const words = {
  en: {
    locale: 'en-CA',
    robot: 'I’m not a robot',
    terms: 'Yes, I agree to the End user terms and Privacy policy',
    submit: 'Submit',
    checked: 'Checked. You can go on.',
    thanks: 'Thank you for registering',
    code: 'Verification code',
    next: 'Next',
    activated:
      'Thank you for registering your account. Your account has now been activated and you can login using your email and password',
    signIn: 'Sign in',
  },
  fr: {
    locale: 'fr-CA',
    robot: 'Je ne suis pas un robot',
    terms: 'Oui, j’accepte les conditions d’utilisation et la politique de confidentialité',
    submit: 'Soumettre',
    checked: 'Vérifié. Vous pouvez continuer.',
    thanks: 'Merci de votre inscription',
    code: 'Code de vérification',
    next: 'Suivant',
    activated:
      'Merci d’avoir créé votre compte. Il est maintenant activé et vous pouvez vous connecter avec votre courriel et votre mot de passe',
    signIn: 'Se connecter',
  },
} as const

for (const language of ['en', 'fr'] as const) {
  for (const script of [true, false]) {
    test(`the whole registration in ${language}, ${script ? 'with' : 'without'} script`, async (t) => {
      const lapel = await startLapel(t)
      const { newPage } = await openBrowser(t)
      const say = words[language]
      const page = await newPage({
        locale: say.locale,
        javaScriptEnabled: script,
        colorScheme: script ? 'light' : 'dark',
        viewport: script ? { width: 1280, height: 800 } : { width: 320, height: 700 },
      })
      const problems: string[] = []
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(error.message))
      const shot = (name: string) => screenshot(page, `accounts-${name}-${language}-${script ? 'light' : 'dark-320'}`)
      const email = `maya-${language}@northfield.example`

      await page.goto(`${lapel.url}/register`)
      if (script) await axeCheck(page)
      await page.locator('[name=givenName]').fill('Maya')
      await page.locator('[name=familyName]').fill('Roy')
      await page.locator('[name=email]').fill(email)
      await page.locator('[name=country]').selectOption('CA')
      await page.locator('[name=password]').fill('password1234')
      await page.getByLabel(say.robot).check()
      lapel.passMinutes(0.2)
      if (script) await page.getByText(say.checked).first().waitFor()
      await shot('register')
      await page.getByRole('button', { name: say.submit }).click()

      // A weak password and no consent: named at once, all else kept.
      await page.locator('.error-summary').waitFor()
      if (script) await axeCheck(page)
      if (script)
        assert.equal(await page.evaluate(() => document.activeElement?.className), 'message message-bad error-summary')
      await shot('register-error')
      assert.equal(await page.locator('[name=givenName]').inputValue(), 'Maya')
      assert.ok(await page.getByLabel(say.robot).isChecked())
      await page.locator('[name=password]').fill(goodPassword)
      await page.getByLabel(say.terms).check()
      lapel.passMinutes(0.2)
      await page.getByRole('button', { name: say.submit }).click()

      await page.getByRole('heading', { level: 1, name: say.thanks }).waitFor()
      const proofs = await lapel.db.selectFrom('spentProofs').selectAll().execute()
      assert.equal(proofs.length, script ? 1 : 0)
      if (script) await axeCheck(page)
      await page.getByLabel(say.code).fill('12 34 56')
      await page.getByRole('button', { name: say.next }).click()
      await page.locator('.error-summary').waitFor()
      await shot('verify-error')
      await page.getByLabel(say.code).fill(await codeFor(lapel, email))
      await page.getByRole('button', { name: say.next }).click()

      const box = page.locator('.message-ok')
      await box.waitFor()
      assert.ok((await box.innerText()).includes(say.activated))
      if (script) {
        assert.ok(await box.evaluate((element) => element === document.activeElement))
        await axeCheck(page)
      }
      await shot('activated')
      assert.equal(await page.locator('[name=email]').inputValue(), email)
      await page.locator('[name=password]').fill(goodPassword)
      await page.getByRole('button', { name: say.signIn, exact: true }).click()
      await page.waitForURL(`${lapel.url}/dashboard`)
      await page.goto(`${lapel.url}/settings/account`)
      assert.ok((await page.locator('main').innerText()).includes(email))
      if (script) await axeCheck(page)
      await shot('settings')
      assert.deepEqual(
        problems.filter((problem) => !/status of 4(04|22)/.test(problem)),
        [],
      )
    })
  }
}

test('every entry page passes axe in both themes and languages and fits 320 px', async (t) => {
  const lapel = await startLapel(t)
  const { newPage } = await openBrowser(t)
  const maya = lapel.visitor()
  await maya.get('/register')
  lapel.passMinutes(1)
  const token = await resetToken(lapel)
  for (const [language, colorScheme] of [
    ['en', 'light'],
    ['fr', 'dark'],
  ] as const) {
    const page = await newPage({ locale: words[language].locale, colorScheme, viewport: { width: 320, height: 700 } })
    for (const [name, path] of [
      ['register', '/register'],
      ['verify-none', '/register/verify'],
      ['sign-in', '/sign-in'],
      ['forgot', '/forgot'],
      ['reset', token],
      ['reset-unknown', `/reset/${'x'.repeat(43)}`],
    ] as const) {
      await page.goto(lapel.url + path)
      await axeCheck(page)
      assert.ok(await fitsWidth(page), `${path} is wider than the screen`)
      await screenshot(page, `accounts-${name}-${language}-${colorScheme}-320`)
    }
    await page.goto(`${lapel.url}/sign-in`)
    await page.locator('[name=email]').fill('nobody@example.org')
    await page.locator('[name=password]').fill('wrong password here')
    await page.locator('form[action="/sign-in"] button[type=submit]').click()
    await page.locator('.error-summary').waitFor()
    await axeCheck(page)
    await screenshot(page, `accounts-sign-in-error-${language}-${colorScheme}-320`)
  }
})

test('pressed while the proof of work still runs, the form waits for it; a proof counts once', async (t) => {
  const lapel = await startLapel(t)
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  await page.goto(`${lapel.url}/register`)
  await page.locator('[name=givenName]').fill('Maya')
  await page.locator('[name=email]').fill('maya@northfield.example')
  await page.locator('[name=password]').fill(goodPassword)
  await page.getByLabel(words.en.terms).check()
  await page.getByLabel(words.en.robot).check()
  const sent = page.waitForRequest((request) => request.method() === 'POST')
  await page.getByRole('button', { name: 'Submit' }).click()
  const fields = new URLSearchParams((await sent).postData() ?? '')
  await page.getByRole('heading', { level: 1, name: words.en.thanks }).waitFor()
  assert.ok((fields.get('proof') ?? '').length > 100)

  // The same solution with another form, and one that was altered.
  const robot = lapel.visitor()
  await robot.get('/register')
  const again = { givenName: 'R', email: 'r@example.org', password: goodPassword, robot: 'yes', terms: 'yes' }
  const spent = await robot.submit('/register', { ...again, proof: fields.get('proof') ?? '' })
  assert.match(spent.words, /Tick I’m not a robot once more/)
  const forged = Buffer.from(fields.get('proof') ?? '', 'base64')
    .toString('utf8')
    .replace('"until":1', '"until":2')
  await robot.get('/register')
  const refused = await robot.submit('/register', { ...again, proof: Buffer.from(forged).toString('base64') })
  assert.match(refused.words, /Tick I’m not a robot once more/)
  assert.equal((await lapel.db.selectFrom('registrations').selectAll().execute()).length, 1)
})

async function resetToken(lapel: Lapel): Promise<string> {
  await lapel.person('reset@northfield.example')
  const visitor = lapel.visitor()
  await visitor.submit('/forgot', { email: 'reset@northfield.example' }, { shownOn: '/forgot' })
  return linkFor(lapel, 'reset@northfield.example', '/reset/')
}

async function fitsWidth(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)
}
