import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { badgeOf } from '../fixtures/earner.ts'
import { anAchievement, anIssuer, issueCredential, type Issuer } from '../fixtures/issuing.ts'
import type { Lapel } from '../lapel.ts'
import {
  fromNameMenu,
  linkAnotherEmail,
  registerFromMail,
  settingsArea,
  startForFile,
  startWalk,
  ways,
} from './walk.ts'

let lapel: Lapel
let guild: Issuer

before(async () => {
  lapel = await startForFile()
  guild = await anIssuer(lapel, { name: 'Project Guild', badge: { name: 'Certified Scheduler' } })
})

const countries = { en: 'Australia', fr: 'Australie' }

// The member's leaflet from the account on: the portal that hands over comes in front of it.
for (const way of ways)
  test(`a member takes the badge of an association and lives with it, ${way.name}`, async (t) =>
    follow(await startWalk(t, way)))

async function follow(walk: Awaited<ReturnType<typeof startWalk>>): Promise<void> {
  const { page, t, key, script, language, press, reads, picture, stranger } = walk
  const email = `ana-${key}@guild.example`
  const { publicId } = await issueCredential(lapel, guild, { to: email, name: 'Ana Ruiz' })
  await registerFromMail(lapel, walk, { email, name: 'Ana Ruiz', country: countries[language], news: true })
  const account = await lapel.db
    .selectFrom('accounts')
    .innerJoin('accountEmails', 'accountEmails.accountId', 'accounts.id')
    .select('accounts.country')
    .where('emailCanonical', '=', email)
    .executeTakeFirstOrThrow()
  assert.equal(account.country, 'AU')

  // The badge that began it stands before everything else; the dashboard knows it, too. There it is opened and taken.
  await page.getByRole('button', { name: t('badge.accept') }).waitFor()
  if (!script) await page.locator('.site-compact summary').click()
  await press(t('nav.dashboard'), '.site-header')
  await reads(t('dashboard.waiting', { count: 1 }))
  await picture('dashboard-waiting')
  await page.getByRole('heading', { name: 'Certified Scheduler' }).getByRole('link').click()
  await press(t('badge.accept'))
  await reads(t('claim.done', { badge: 'Certified Scheduler' }))
  assert.equal((await badgeOf(lapel, publicId)).visibility, 'private')

  // Public is a choice of its own, and says what it shows.
  const other = await stranger()
  const publicPage = `${lapel.url}/b/${publicId}`
  assert.equal((await other.goto(publicPage))?.status(), 404)
  await press(t('badge.makePublic'))
  await page.getByRole('radio', { name: t('chip.visibility.public'), exact: true }).check()
  await press(t('badge.visibility.save'))
  await reads(t('badge.visibility.done.public', { badge: 'Certified Scheduler' }))
  assert.equal((await other.goto(publicPage))?.status(), 200)
  await other.getByRole('heading', { level: 1, name: 'Certified Scheduler' }).waitFor()

  // Shared from the panel: the link, and the signature for mail.
  await page
    .getByRole('link', { name: `${t('backpack.share')} Certified Scheduler` })
    .first()
    .click()
  assert.equal(
    await page.getByLabel(t('share.link'), { exact: true }).inputValue(),
    `${lapel.config.publicUrl}/b/${publicId}`,
  )
  const profile = await page.getByRole('link', { name: t('share.linkedin.profile') }).getAttribute('href')
  assert.equal(new URL(profile ?? '').searchParams.get('organizationName'), 'Project Guild')
  await page.getByRole('heading', { name: t('signature.heading') }).click()
  const plain = page.getByLabel(t('signature.plain'))
  assert.match(await plain.inputValue(), new RegExp(`Certified Scheduler, Project Guild\\n.*/b/${publicId}`))
  const copySignature = page.getByRole('button', { name: t('signature.copy') })
  if (script) {
    assert.equal(walk.problems.length, 0, walk.problems[0])
    await copySignature.click()
    await reads(t('signature.copied'))
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read()
      return (await (await item?.getType('text/html'))?.text()) ?? ''
    })
    assert.match(copied, new RegExp(`<img[^>]*signature\\.png.*${publicId}`, 's'))
    assert.match(copied, /style="font-family:Arial/)
    // Chromium reads the copied markup through before it writes it, and then complains about styles that it keeps.
    assert.deepEqual(
      walk.problems.splice(0).filter((problem) => !problem.startsWith('Applying inline style violates')),
      [],
    )
  } else {
    assert.equal(await copySignature.count(), 0)
    // What would be copied stands there to be selected, and the picture is drawn in a frame.
    const frame = page.frameLocator(`iframe[title="${t('signature.preview')}"]`)
    await frame.getByRole('img').waitFor()
  }
  await picture('share')
  if (script) await page.keyboard.press('Escape')

  // The person makes the account theirs.
  await fromNameMenu(walk, t('nav.settings'))
  await settingsArea(walk, t('settings.nav.profile'))
  await page.getByLabel(t('profile.handle'), { exact: true }).fill(`ana-${key}`)
  await page.getByLabel(new RegExp(`^${t('profile.headline')}`)).fill('Scheduler')
  await press(t('profile.about.save'))
  await reads(t('profile.about.saved'))
  await page.getByLabel(new RegExp(`^${t('profile.social.linkedin')}`)).fill('https://www.linkedin.com/in/ana-ruiz')
  await page.getByLabel(new RegExp(`^${t('profile.social.site')}`)).fill('https://ana.example/')
  await press(t('profile.social.save'))
  await reads(t('profile.social.saved'))
  await picture('profile')
  await settingsArea(walk, t('settings.nav.security'))
  await page.getByLabel(t('privacy.visible')).check()
  await press(t('privacy.save'))
  await reads(t('privacy.saved'))
  await other.goto(`${lapel.url}/u/ana-${key}`)
  await other.getByRole('heading', { level: 1, name: 'Ana Ruiz' }).waitFor()
  await other.getByRole('link', { name: 'Certified Scheduler' }).first().waitFor()
  await picture('profile-public', other)

  // The next badge of the guild needs no click, and stays private all the same.
  await settingsArea(walk, t('settings.nav.organizations'))
  await press(t('settings.orgs.auto.turnOnName', { organization: 'Project Guild' }))
  await reads(t('settings.orgs.auto.done.on', { organization: 'Project Guild' }))
  await picture('auto-accept')
  const achievement = await anAchievement(lapel, guild.organization.id, { name: `Risk ${key}` })
  const next = await issueCredential(lapel, { ...guild, achievement }, { to: email, name: 'Ana Ruiz' })
  assert.deepEqual(decided(await badgeOf(lapel, next.publicId)), { decision: 'automatic', visibility: 'private' })
  assert.equal((await other.goto(`${lapel.url}/b/${next.publicId}`))?.status(), 404)

  // A badge that went to another address of hers comes along when she adds it.
  const home = `home-${key}@mail.example`
  const apart = await anAchievement(lapel, guild.organization.id, { name: `Agile ${key}` })
  await issueCredential(lapel, { ...guild, achievement: apart }, { to: home, name: 'Ana Ruiz' })
  await settingsArea(walk, t('settings.nav.account'))
  await linkAnotherEmail(lapel, walk, home)
  await reads(t('link.done', { email: home, count: 1 }))
  await picture('account')

  await page.goto(`${lapel.url}/badges`)
  for (const name of ['Certified Scheduler', `Risk ${key}`, `Agile ${key}`])
    await page.getByRole('heading', { name }).waitFor()
  await picture('backpack')
  assert.deepEqual(walk.problems, [])
}

function decided({ decision, visibility }: Awaited<ReturnType<typeof badgeOf>>) {
  return { decision, visibility }
}
