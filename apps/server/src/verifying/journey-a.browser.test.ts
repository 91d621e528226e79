import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bakePng, unbakePng } from '@lapel/openbadges'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { codeFor, goodPassword } from '../../test/fixtures/accounts.ts'
import { badgeOf, claimPathOf, withdraw } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

const words = {
  en: {
    locale: 'en-CA',
    subject: 'Northfield College sent you a badge: Data Storytelling',
    register: 'Register',
    robot: 'I’m not a robot',
    checked: 'Checked. You can go on.',
    terms: 'Yes, I agree to the End user terms and Privacy policy',
    submit: 'Submit',
    code: 'Verification code',
    next: 'Next',
    activated:
      'Thank you for registering your account. Your account has now been activated and you can login using your email and password',
    signIn: 'Sign in',
    accept: 'Accept badge',
    done: 'Data Storytelling is in your backpack. Nobody else can see it yet.',
    backpack: 'Badges Backpack',
    share: 'Share',
    who: 'This badge is private. Who may open the link?',
    goOn: 'Continue',
    profile: 'Add to profile',
    check: 'Check',
    genuine: /issued Data Storytelling to Maya Roy on .*, and it is valid today\./,
    bad: 'This is not a valid badge: the content does not match its signature. Nothing in it can be trusted.',
    withdrawn: /Northfield College withdrew this badge on .*\. Reason given: Issued by mistake\./,
  },
  fr: {
    locale: 'fr-CA',
    subject: 'Northfield College vous a remis un badge : Data Storytelling',
    register: 'S’inscrire',
    robot: 'Je ne suis pas un robot',
    checked: 'Vérifié. Vous pouvez continuer.',
    terms: 'Oui, j’accepte les conditions d’utilisation et la politique de confidentialité',
    submit: 'Soumettre',
    code: 'Code de vérification',
    next: 'Suivant',
    activated:
      'Merci d’avoir créé votre compte. Il est maintenant activé et vous pouvez vous connecter avec votre courriel et votre mot de passe',
    signIn: 'Se connecter',
    accept: 'Accepter le badge',
    done: 'Data Storytelling est dans votre sac à dos. Personne d’autre ne peut le voir pour l’instant.',
    backpack: 'Sac à dos de badges',
    share: 'Partager',
    who: 'Ce badge est privé. Qui peut ouvrir le lien?',
    goOn: 'Continuer',
    profile: 'Ajouter au profil',
    check: 'Vérifier',
    genuine: /a délivré Data Storytelling à Maya Roy le .*, et il est valide aujourd’hui\./,
    bad: 'Ce badge n’est pas valide : le contenu ne correspond pas à sa signature. Rien de ce qu’il affirme n’est fiable.',
    withdrawn: /Northfield College a retiré ce badge le .*\. Motif indiqué : Issued by mistake\./,
  },
} as const

for (const language of ['en', 'fr'] as const)
  for (const script of [true, false])
    test(`from the mail to LinkedIn and a stranger’s check, in ${language}, ${script ? 'with' : 'without'} script`, async (t) => {
      const lapel = await startLapel(t)
      const { newPage } = await openBrowser(t)
      const say = words[language]
      const look = {
        locale: say.locale,
        javaScriptEnabled: script,
        colorScheme: script ? ('light' as const) : ('dark' as const),
        viewport: script ? { width: 1280, height: 800 } : { width: 320, height: 700 },
      }
      const page = await newPage(look)
      const problems: string[] = []
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(error.message))
      const seen = async (name: string, on: Page = page) => {
        if (script) await axeCheck(on)
        await screenshot(on, `earner-${name}-${language}-${script ? 'light' : 'dark-320'}`)
      }
      const email = `maya-${language}@northfield.example`
      const issuer = await anIssuer(lapel, { badge: { language } })
      const { publicId, credentialId } = await issueCredential(lapel, issuer, { to: email })

      // The mail, and registering from it: the address is filled in and cannot be changed.
      const [mail] = await lapel.mailTo(email)
      assert.equal(mail?.subject, say.subject)
      await page.goto(lapel.url + (await claimPathOf(lapel, email)))
      await seen('claim-register')
      await page.getByRole('link', { name: say.register }).click()
      assert.equal(await page.locator('[name=email]').inputValue(), email)
      await page.locator('[name=password]').fill(goodPassword)
      await page.getByLabel(say.robot).check()
      await page.getByLabel(say.terms).check()
      lapel.passMinutes(0.2)
      if (script) await page.getByText(say.checked).first().waitFor()
      await page.getByRole('button', { name: say.submit }).click()
      await page.getByLabel(say.code).fill(await codeFor(lapel, email))
      await page.getByRole('button', { name: say.next }).click()
      await page.getByText(say.activated).waitFor()
      await page.locator('[name=password]').fill(goodPassword)
      await page.getByRole('button', { name: say.signIn, exact: true }).last().click()

      // Back on the badge, with accepting as the first thing to do.
      await page.getByRole('button', { name: say.accept }).waitFor()
      assert.equal((await badgeOf(lapel, publicId)).decision, 'waiting')
      await seen('claim-accept')
      await page.getByRole('button', { name: say.accept }).click()
      await page.getByText(say.done).waitFor()
      await seen('accepted')
      await page.goto(`${lapel.url}/badges`)
      await page.getByRole('heading', { level: 1, name: say.backpack }).waitFor()
      await seen('backpack')
      await page.getByRole('heading', { name: 'Data Storytelling' }).getByRole('link').click()
      await page
        .getByRole('link', { name: new RegExp(`^${say.share}`) })
        .first()
        .click()

      // Nothing is shown to anybody before the question is answered.
      await page.getByText(say.who).waitFor()
      await seen('share-private')
      await page.getByRole('button', { name: say.goOn, exact: true }).click()
      const url = `${lapel.config.publicUrl}/b/${publicId}`
      await page.locator(`input[value="${url}"]`).waitFor()
      await seen('share-public')
      const profile = new URL((await page.getByRole('link', { name: say.profile }).getAttribute('href')) ?? '')
      const { label } = await lapel.db
        .selectFrom('credentials')
        .select('label')
        .where('publicId', '=', publicId)
        .executeTakeFirstOrThrow()
      const today = lapel.now()
      assert.deepEqual(Object.fromEntries(profile.searchParams), {
        startTask: 'CERTIFICATION_NAME',
        name: 'Data Storytelling',
        organizationName: 'Northfield College',
        issueYear: String(today.getUTCFullYear()),
        issueMonth: String(today.getUTCMonth() + 1),
        certUrl: url,
        certId: label,
      })

      // A stranger: the page, the file, the check of the file, of its altered twin, and after the withdrawal.
      const stranger = await newPage({ ...look, acceptDownloads: true })
      stranger.on('pageerror', (error) => problems.push(error.message))
      await stranger.goto(`${lapel.url}/b/${publicId}`)
      assert.equal((await stranger.context().cookies()).length, 0)
      await seen('public', stranger)
      const [download] = await Promise.all([
        stranger.waitForEvent('download'),
        stranger
          .evaluate(() => undefined)
          .then(async () => {
            await stranger.locator('summary', { hasText: /Download|Télécharger/ }).click()
            await stranger.getByRole('link', { name: /PNG/ }).click()
          }),
      ])
      const file = await download.path()
      const drop = async (buffer: Buffer, name: string) => {
        await stranger.goto(`${lapel.url}/verify`)
        if (name === 'badge.png') await seen('verify', stranger)
        await stranger.locator('input[name=file]').setInputFiles({ name, mimeType: 'image/png', buffer })
        await stranger.getByRole('button', { name: say.check, exact: true }).click()
        await stranger.locator('#verdict-word').waitFor()
        await seen(`result-${name}`, stranger)
        return stranger.locator('.verdict').innerText()
      }
      const png = readFileSync(file)
      assert.match(await drop(png, 'badge.png'), say.genuine)
      const [{ text } = { text: '' }] = await unbakePng(png)
      const twin = Buffer.from(bakePng(png, text.replace('Maya Roy', 'Mallory Roy')))
      assert.ok((await drop(twin, 'twin.png')).includes(say.bad))
      await withdraw(lapel, issuer, credentialId)
      assert.match(await drop(png, 'withdrawn.png'), say.withdrawn)
      await stranger.goto(`${lapel.url}/b/${publicId}`)
      await stranger
        .getByText(say.withdrawn)
        .or(stranger.getByText(/withdrew this badge|a retiré ce badge/))
        .first()
        .waitFor()
      await seen('public-withdrawn', stranger)
      assert.deepEqual(problems, [])
    })
