import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { bakePng, unbakePng } from '@lapel/openbadges'
import { hashPassword } from '../../src/accounts/index.ts'
import { goodPassword } from '../fixtures/accounts.ts'
import { anEarner, badgeOf, withdraw } from '../fixtures/earner.ts'
import { anAchievement, anIssuer, issueCredential, type Issuer } from '../fixtures/issuing.ts'
import type { Lapel } from '../lapel.ts'
import { fromNameMenu, linkAnotherEmail, registerFromMail, type Walk, startForFile, startWalk, ways } from './walk.ts'

let lapel: Lapel
let college: Issuer
let passwordHash: string

before(async () => {
  lapel = await startForFile()
  college = await anIssuer(lapel)
  passwordHash = await hashPassword(goodPassword)
})

/** What UX 15 has the checker say. */
const verdicts = {
  en: {
    genuine: /issued Data Storytelling to Maya Roy on .*, and it is valid today\./,
    bad: 'This is not a valid badge: the content does not match its signature. Nothing in it can be trusted.',
    withdrawn: /Northfield College withdrew this badge on .*\. Reason given: Issued by mistake\./,
  },
  fr: {
    genuine: /a délivré Data Storytelling à Maya Roy le .*, et il est valide aujourd’hui\./,
    bad: 'Ce badge n’est pas valide : le contenu ne correspond pas à sa signature. Rien de ce qu’il affirme n’est fiable.',
    withdrawn: /Northfield College a retiré ce badge le .*\. Motif indiqué : Issued by mistake\./,
  },
} as const

for (const way of ways)
  test(`a learner follows the guide from the mail to LinkedIn and merges two accounts, ${way.name}`, async (t) =>
    follow(await startWalk(t, way)))

async function follow(walk: Awaited<ReturnType<typeof startWalk>>): Promise<void> {
  const { page, t, key, press, reads, picture } = walk
  const email = `maya-${key}@northfield.example`
  // The mail to somebody unknown is in the badge's language.
  const course = await anAchievement(lapel, college.organization.id, { language: walk.language })
  const { publicId, credentialId } = await issueCredential(lapel, { ...college, achievement: course }, { to: email })
  const [mail] = await lapel.mailTo(email)
  assert.equal(mail?.subject, t('claim.mail.subject', { issuer: 'Northfield College', badge: 'Data Storytelling' }))
  await registerFromMail(lapel, walk, { email, name: 'Maya Roy' })

  // Back on the badge, with accepting as the first thing to do.
  await page.getByRole('button', { name: t('badge.accept') }).waitFor()
  assert.equal((await badgeOf(lapel, publicId)).decision, 'waiting')
  await picture('claim-accept')
  await press(t('badge.accept'))
  await reads(t('claim.done', { badge: 'Data Storytelling' }))
  await picture('accepted')

  // The icon "Badges" in the top menu leads to the backpack, the badge's heading to what it says.
  if (!walk.script) await page.locator('.site-compact summary').click()
  await press(t('nav.badges'), '.site-header')
  await page.getByRole('heading', { level: 1, name: t('backpack.heading') }).waitFor()
  await picture('backpack')
  await page.getByRole('heading', { name: 'Data Storytelling' }).getByRole('link').click()
  await page.getByRole('heading', { name: t('badge.outcomes') }).waitFor()
  await page
    .getByRole('link', { name: `${t('backpack.share')} Data Storytelling` })
    .first()
    .click()

  // Nothing is shown to anybody before the question is answered.
  await reads(t('share.private'))
  await picture('share-private')
  await press(t('share.continue'), 'body')
  const url = `${lapel.config.publicUrl}/b/${publicId}`
  await page.locator(`input[value="${url}"]`).waitFor()
  await picture('share-public')
  const profile = new URL(
    (await page.getByRole('link', { name: t('share.linkedin.profile') }).getAttribute('href')) ?? '',
  )
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

  await check(walk, { publicId, credentialId })

  // Name icon, Settings, LINK ANOTHER EMAIL: the address has an account of its own, and the two become one.
  const home = `home-${key}@mail.example`
  await lapel.person(home, { passwordHash })
  const achievement = await anAchievement(lapel, college.organization.id, { name: `First Aid ${key}` })
  const elsewhere = await anEarner(lapel, { issuer: { ...college, achievement }, to: home })
  await fromNameMenu(walk, t('nav.settings'))
  await page.getByRole('heading', { level: 1, name: t('settings.account.title') }).waitFor()
  await picture('account')
  await linkAnotherEmail(lapel, walk, home)
  await reads(t('merge.ask', { email: home }))
  await page.getByLabel(t('merge.password'), { exact: true }).fill(goodPassword)
  await picture('merge')
  await press(t('merge.button'))
  await reads(t('merge.done'))
  await page.goto(`${lapel.url}/badges/${elsewhere.publicId}`)
  await page.getByRole('heading', { level: 1, name: `First Aid ${key}` }).waitFor()
  assert.deepEqual(walk.problems, [])
}

/** A stranger: the page, the file, the check of the file, of its altered twin, and of both after the withdrawal. */
async function check(walk: Walk, { publicId, credentialId }: { publicId: string; credentialId: string }) {
  const { t, language, picture } = walk
  const say = verdicts[language]
  const stranger = await walk.stranger()
  await stranger.goto(`${lapel.url}/b/${publicId}`)
  assert.equal((await stranger.context().cookies()).length, 0)
  await picture('public', stranger)
  const arrives = stranger.waitForEvent('download')
  await stranger.locator('summary', { hasText: t('badge.download') }).click()
  await stranger.getByRole('link', { name: /PNG/ }).click()
  const png = readFileSync(await (await arrives).path())

  const drop = async (buffer: Buffer, name: string) => {
    await stranger.goto(`${lapel.url}/verify`)
    await stranger.locator('input[name=file]').setInputFiles({ name, mimeType: 'image/png', buffer })
    await stranger.getByRole('button', { name: t('verify.button'), exact: true }).click()
    await stranger.locator('#verdict-word').waitFor()
    await picture(`result-${name}`, stranger)
    return stranger.locator('.verdict').innerText()
  }
  assert.match(await drop(png, 'badge.png'), say.genuine)
  const [{ text } = { text: '' }] = await unbakePng(png)
  const twin = Buffer.from(bakePng(png, text.replace('Maya Roy', 'Mallory Roy')))
  assert.ok((await drop(twin, 'twin.png')).includes(say.bad))
  await withdraw(lapel, college, credentialId)
  assert.match(await drop(png, 'withdrawn.png'), say.withdrawn)
  await stranger.goto(`${lapel.url}/b/${publicId}`)
  await stranger
    .getByText(/withdrew this badge|a retiré ce badge/)
    .first()
    .waitFor()
  await picture('public-withdrawn', stranger)
}
