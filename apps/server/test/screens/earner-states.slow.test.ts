import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { declineCredential } from '../../src/claiming/index.ts'
import { axeCheck, openBrowser, screenshot } from '../browser.ts'
import { anEarner, claimPathOf, withdraw } from '../fixtures/earner.ts'
import { anAchievement, issueCredential } from '../fixtures/issuing.ts'
import { type Lapel, startLapel } from '../lapel.ts'
import type { Visitor } from '../visitor.ts'

type Screens = readonly (readonly [name: string, path: string])[]

/** Every screen of the earner's side in the states that UX names, with paths that work for this database. */
async function prepare(lapel: Lapel) {
  const { db, deps } = lapel
  const first = await anEarner(lapel, { badge: { hours: 12, level: 'Intermediate', credits: 2, cpdPoints: 4 } })
  const { issuer, earner } = first
  const another = async (name: string, o: Parameters<typeof anEarner>[1] = {}) => {
    const achievement = await anAchievement(lapel, issuer.organization.id, { name })
    return anEarner(lapel, { ...o, issuer: { ...issuer, achievement } })
  }
  const open = await another('Travail d’équipe', { visibility: 'public' })
  const ending = await another('First Aid', {
    visibility: 'link',
    validUntil: new Date(lapel.now().getTime() + 86_400_000 * 20),
  })
  const gone = await another('Withdrawn Badge', { visibility: 'public' })
  await withdraw(lapel, issuer, gone.credentialId, 'Issued to the wrong person.')
  const declined = await another('Declined Badge')
  await declineCredential(deps, { publicId: declined.publicId, accountId: earner.accountId })
  const waiting = await issueCredential(lapel, issuer, { to: earner.email })
  const waitingPath = await claimPathOf(lapel, earner.email)

  await issueCredential(lapel, issuer, { to: 'new@northfield.example' })
  const forNew = await claimPathOf(lapel, 'new@northfield.example')
  const lost = await issueCredential(lapel, issuer, { to: 'lost@northfield.example' })
  const withdrawnPath = await claimPathOf(lapel, 'lost@northfield.example')
  await withdraw(lapel, issuer, lost.credentialId)

  await db
    .insertInto('profiles')
    .values({
      accountId: earner.accountId,
      handle: 'maya',
      isVisible: true,
      headline: 'Analyst',
      place: 'Montréal',
      bio: 'I tell stories with data.',
      links: JSON.stringify([{ label: 'Site', url: 'https://maya.example' }]),
      updatedAt: lapel.now(),
    })
    .execute()
  await earner.get('/collections')
  await earner.submit('/collections', { name: 'Portfolio', description: 'For Acme' })
  const collection = /action="(\/collections\/[\w-]{22})"/.exec(earner.page?.text ?? '')?.[1] ?? ''
  await earner.submit(`${collection}/add`, { badge: [first.publicId, open.publicId, ending.publicId] })
  await earner.submit(collection, { name: 'Portfolio', description: 'For Acme', visibility: 'public' })
  const link = async (fields: Record<string, string>) => {
    await earner.get(`/badges/${first.publicId}/share`)
    const made = await earner.submit(`/badges/${first.publicId}/share/links`, { end: '30', ...fields })
    const [path] = /\/s\/[\w-]{43}/.exec(made.text) ?? []
    return path ?? ''
  }
  const plainLink = await link({ name: 'HR at Acme', download: 'yes' })
  const pinLink = await link({ name: 'With a PIN', pin: 'yes' })
  await earner.get(`/verify?b=${open.publicId}`)
  const kept = (await earner.post('/verify/keep')).location ?? ''

  const mine: Screens = [
    ['dashboard', '/dashboard'],
    ['backpack', '/badges'],
    ['backpack-table', '/badges?view=table&sort=name'],
    ['backpack-filtered', '/badges?q=zzz&status=valid'],
    ['backpack-declined', '/badges?show=declined'],
    ['details-valid', `/badges/${first.publicId}?accepted=1`],
    ['details-waiting', `/badges/${waiting.publicId}`],
    ['details-withdrawn', `/badges/${gone.publicId}`],
    ['details-declined', `/badges/${declined.publicId}`],
    ['visibility', `/badges/${first.publicId}/visibility`],
    ['decline', `/badges/${open.publicId}/decline`],
    ['report', `/badges/${first.publicId}/report`],
    ['share-private', `/badges/${first.publicId}/share`],
    ['share-public', `/badges/${open.publicId}/share`],
    ['mastodon', `/badges/${open.publicId}/share/mastodon?server=mastodon.example`],
    ['shares', '/shares'],
    ['collections', '/collections'],
    ['collection', collection],
    ['profile-own', '/u/maya'],
    ['add', '/badges/add'],
    ['claim-accept', waitingPath],
    ['claim-mismatch', forNew],
  ]
  const everybody: Screens = [
    ['claim-register', forNew],
    ['claim-withdrawn', withdrawnPath],
    ['not-for-me', `${forNew}/not-for-me`],
    ['correction', `${forNew}/correction`],
    ['public', `/b/${open.publicId}`],
    ['public-ending', `/b/${ending.publicId}`],
    ['public-withdrawn', `/b/${gone.publicId}`],
    ['profile', '/u/maya'],
    ['profile-collection', '/u/maya/c/portfolio'],
    ['link', plainLink],
    ['link-pin', pinLink],
    ['link-gone', `/s/${'x'.repeat(43)}`],
    ['verify', '/verify'],
    ['result', `/verify?b=${open.publicId}`],
    ['result-withdrawn', `/verify?b=${gone.publicId}`],
    ['result-kept', kept],
    ['embed', `/embed/b/${open.publicId}`],
    ['embed-gone', `/embed/b/${'A'.repeat(22)}`],
  ]
  return { earner, mine, everybody }
}

async function signIn(context: BrowserContext, lapel: Lapel, visitor: Visitor): Promise<void> {
  await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
}

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)

const looks = [
  ['en-CA', 'light', 1280],
  ['fr-CA', 'dark', 320],
] as const

for (const [locale, colorScheme, width] of looks)
  for (const who of ['everybody', 'mine'] as const)
    test(`the screens of ${who === 'mine' ? 'an earner' : 'everybody'} pass axe and fit, ${locale}, ${colorScheme}, ${width} px`, async (t) => {
      const lapel = await startLapel(t)
      const { visitor } = await openBrowser(t)
      const { earner, ...screens } = await prepare(lapel)
      await lapel.db
        .updateTable('accounts')
        .set({ locale: locale === 'fr-CA' ? 'fr' : 'en' })
        .where('id', '=', earner.accountId)
        .execute()
      const context = await visitor({ locale, colorScheme, viewport: { width, height: 800 } })
      if (who === 'mine') await signIn(context, lapel, earner)
      const page = await context.newPage()
      const problems: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 404/.test(message.text()))
          problems.push(`${page.url()}: ${message.text()}`)
      })
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
      for (const [name, path] of screens[who]) {
        const answer = await page.goto(lapel.url + path)
        assert.ok((answer?.status() ?? 500) < 500, `${name} failed`)
        await axeCheck(page).catch((error: unknown) => problems.push(`${name}: ${String(error)}`))
        if (!(await fits(page))) problems.push(`${name} is wider than ${width} px`)
        await screenshot(page, `screen-${name}-${locale.slice(0, 2)}-${colorScheme}`)
      }
      assert.deepEqual(problems, [])
    })
