import assert from 'node:assert/strict'
import type { BrowserContext, Page } from 'playwright-core'
import { setVisibility } from '../../src/backpack/index.ts'
import { type Locale, regions } from '../../src/platform/i18n/messages.ts'
import { axeCheck, type TestBrowser, screenshot } from '../browser.ts'
import { listOf, readyBatch } from '../fixtures/batches.ts'
import { asking as appAsking } from '../fixtures/apps.ts'
import { aWorld, everyRoute, fill, placeOf, type World } from '../fixtures/every-route.ts'
import { member } from '../fixtures/console.ts'
import { issueCredential } from '../fixtures/issuing.ts'
import { assertValidHtml } from '../html-validity.ts'
import type { Lapel } from '../lapel.ts'
import type { Visitor } from '../visitor.ts'

/** Addresses that answer with something other than a page: files, data, a way on. */
const notPages = [
  /\.(svg|png|webp|pdf|json|jwt|csv|zip|css|txt|pkpass|atom|ico)\}?$/,
  /\{[0-9a-f[\]]+\{64\}/,
  /^\/(assets|accents|pictures|api|ims|v2|i|status|\.well-known)\//,
  /^\/help\/pictures\//,
  /^\/(healthz|readyz|oembed)$/,
  /^\/register\/challenge$/,
  // A mail as its reader sees it, inside the mailbox's page.
  /^\/dev\/mail\/:id\/body$/,
  /^\/badges\/:id\/share\/signature$/,
  // These only lead on.
  /^\/(settings|support|u)$/,
  /^\/authorize\/continue$/,
  /^\/in\/:locale$/,
  /^\/badges\/selected\//,
  /^\/console\/:org\/issue\/:batch$/,
  /^\/sign-in\/with\//,
  /^\/settings\/privacy-security\/services\/:provider\/link$/,
  /^\/settings\/privacy-security\/export\/(download|progress)$/,
]

/** Pages that need more of a past than the world has; a test of their feature opens each of them. */
const elsewhere: Record<string, string> = {
  '/dev/mail/:id': 'operating/dev-mailbox',
  '/lost-mailbox/prove/:token': 'accounts',
  '/lost-mailbox/object/:token': 'accounts',
  '/console/:org/requests/mailbox/:id': 'claiming',
  '/s/:token/check-document': 'documents',
  '/console/:org/issued/revoke': 'revoking/revoking.test.ts',
  '/email/undo/:token': 'accounts/addresses.test.ts',
  '/settings/account/merge/:id': 'journeys/journey-a.browser.test.ts',
  '/sign-in/second-step': 'accounts/two-step.test.ts',
  '/sign-in/recovery-code': 'accounts/two-step.test.ts',
  '/sign-in/terms': 'accounts/sign-in.test.ts',
  '/sign-in/code': 'accounts/sign-in.test.ts',
  '/register/verify': 'journeys/journey-a.browser.test.ts',
}

/** Rules of markup that a page breaks on purpose. */
const oddities: Record<string, string[]> = {
  // The form's button is made by the script that a passkey needs.
  '/settings/privacy-security/passkeys': ['wcag/h32'],
}

/** What a page is asked. */
const queries: Record<string, string> = {
  '/badges/:id/share/mastodon': '?server=mastodon.example',
  '/badges/:id/share': '?size=64&frame=m',
}

export type Who = 'nobody' | 'maya' | 'owner'

export interface Visit {
  /** As the app registers it. */
  route: string
  path: string
  who: Who
}

/** The world of {@link aWorld} with something on every page, and who looks at which. */
export async function aWorldToLookAt(lapel: Lapel): Promise<{ world: World; visits: Visit[]; unknown: string[] }> {
  const world = await aWorld(lapel)
  const { maya, issuer } = world
  await setVisibility(lapel.deps, { publicId: world.accepted, accountId: maya.accountId, visibility: 'public' })
  await lapel.db.updateTable('profiles').set({ isVisible: true }).where('accountId', '=', maya.accountId).execute()
  const collection = `/collections/${world.collection}`
  await maya.submit(collection, { name: 'For applications', visibility: 'public' }, { shownOn: collection })
  await member(lapel, issuer.organization.id, maya, 'viewer')
  const { text: team } = await issuer.owner.get(`/console/${issuer.organization.slug}/team`)
  const [, place = ''] = /team\/([0-9a-f-]{36})\/remove/.exec(team) ?? []
  const panel = `/badges/${world.accepted}/share`
  const { text: links } = await maya.submit(`${panel}/links`, { name: 'Open to all', end: '30' }, { shownOn: panel })
  const tokens = [...links.matchAll(/\/s\/([\w-]{43})/g)].map(([, token = '']) => token)
  const open = tokens.find((token) => token !== placeOf(world, '/s/:token')['token']) ?? ''
  const { publicId: batch } = await readyBatch(lapel.deps, issuer, listOf(3))
  const { publicId: issued } = await issueCredential(lapel, issuer, { to: 'new@northfield.example' })
  const forNew = await lapel.mailTo('new@northfield.example')
  const claim = forNew.flatMap(({ links }) => links).find((link) => /\/claim\/[\w-]{43}$/.test(link)) ?? ''
  await maya.get(`/verify?b=${world.accepted}`)
  const kept = (await maya.post('/verify/keep')).location ?? ''
  const [mail] = await lapel.db
    .selectFrom('accountEmails')
    .select('id')
    .where('accountId', '=', maya.accountId)
    .execute()
  const template = await lapel.db
    .selectFrom('achievements')
    .select(['slug', 'publicId'])
    .where('organizationId', '=', issuer.organization.id)
    .executeTakeFirstOrThrow()
  await maya.submit('/settings/organizations/employers/allow', {}, { shownOn: '/settings/organizations' })
  const reader = lapel.visitor()
  await reader.submit(
    `${new URL(claim).pathname}/correction`,
    { email: 'new@home.example', message: 'I left.' },
    { shownOn: `${new URL(claim).pathname}/correction` },
  )
  const { text: wishes } = await issuer.owner.get(`/console/${issuer.organization.slug}/requests`)
  const correction = /requests\/correction\/([\w-]+)/.exec(wishes)?.[1] ?? ''
  const { text: asking } = await issuer.owner.get(`/console/${issuer.organization.slug}/people-requests`)
  const request = /people-requests\/([0-9a-f-]{36})/.exec(asking)?.[1] ?? ''
  const places: Record<string, Record<string, string>> = {
    '/claim/': { token: claim.split('/').at(-1) ?? '' },
    '/verify/r/': { id: kept.split('/').at(-1) ?? '' },
    '/help/': { guide: 'get-your-badge' },
    '/o/': { org: issuer.organization.slug },
    '/t/': { org: issuer.organization.slug, badge: template.slug },
    '/embed/t/': { org: issuer.organization.slug, badge: template.slug },
    '/settings/account/emails/': { id: mail?.id ?? '' },
    '/u/': { handle: 'maya-roy', slug: 'for-applications' },
    '/console/:org/badges/': { badge: template.publicId },
    '/console/:org/issue/': { batch },
    '/console/:org/issued/': { id: issued },
    '/console/:org/documents/': { id: world.document },
    '/console/:org/team/': { member: place },
    '/s/': { token: open },
    '/console/:org/people-requests/': { request },
    '/console/:org/requests/correction/': { id: correction },
  }
  const asked: Record<string, string> = { ...queries, '/authorize': `?${appAsking(world.app)}` }
  const visits: Visit[] = []
  const unknown: string[] = []
  for (const { method, path: route } of everyRoute(lapel)) {
    if (method !== 'GET' || notPages.some((pattern) => pattern.test(route)) || route in elsewhere) continue
    const [longest = ''] = Object.keys(places)
      .filter((start) => route.startsWith(start))
      .sort((a, b) => b.length - a.length)
    const path = fill(route, { org: issuer.organization.slug, ...placeOf(world, route), ...places[longest] })
    if (/\/(missing|)(\/|$)/.test(path.slice(1))) unknown.push(route)
    else visits.push({ route, path: path + (asked[route] ?? ''), who: whoLooksAt(route) })
  }
  return { world, visits, unknown }
}

function whoLooksAt(route: string): Who {
  if (route.startsWith('/console')) return 'owner'
  if (/^\/(authorize|badges|dashboard|documents|collections|settings|shares|notifications|sign-in\/again)/.test(route))
    return route.startsWith('/documents/claim') ? 'nobody' : 'maya'
  return 'nobody'
}

export interface Look {
  locale: Locale
  colorScheme: 'light' | 'dark'
  width: number
}

/** Visits pages with one look and collects what is wrong with them, a line each. */
export async function lookAt(
  lapel: Lapel,
  { visitor }: TestBrowser,
  o: {
    visits: readonly Visit[]
    people: Record<Exclude<Who, 'nobody'>, Visitor>
    look: Look
    /** Which pages axe examines, which takes longer than all else. */
    axe: (route: string) => boolean
    html: boolean
  },
): Promise<string[]> {
  const { look } = o
  const problems: string[] = []
  // What a person chose counts more than the browser's languages.
  await lapel.db.updateTable('accounts').set({ locale: look.locale }).execute()
  const pages = new Map<Who, Page>()
  let now = ''
  const pageOf = async (who: Who) => {
    const known = pages.get(who)
    if (known) return known
    const context = await visitor({
      locale: regions[look.locale],
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: 800 },
    })
    if (who !== 'nobody') await signIn(context, lapel, o.people[who])
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${now}: ${message.text()}`)
    })
    page.on('pageerror', (error) => problems.push(`${now}: ${error.message}`))
    pages.set(who, page)
    return page
  }
  for (const { route, path, who } of o.visits) {
    now = route
    const page = await pageOf(who)
    const answer = await page.goto(lapel.url + path)
    if (answer?.status() !== 200) problems.push(`${route} answers ${answer?.status()} at ${path}`)
    problems.push(...(await frameOf(page, route, look)).map((problem) => `${route} ${problem}`))
    if (o.html && answer) {
      const sent = await answer.text()
      // The style guide shows buttons for their looks.
      if (route !== '/style-guide') problems.push(...withoutScript(sent).map((problem) => `${route} ${problem}`))
      await assertValidHtml(sent, { except: oddities[route] }).catch((error: unknown) =>
        problems.push(`${route} markup: ${said(error)}`),
      )
    }
    if (o.axe(route)) await axeCheck(page).catch((error: unknown) => problems.push(`${route} ${said(error)}`))
    await screenshot(page, `${route.replace(/\W+/g, '-')}-${look.locale}-${look.colorScheme}-${look.width}`)
  }
  return problems
}

async function signIn(context: BrowserContext, lapel: Lapel, visitor: Visitor): Promise<void> {
  await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
}

/** What UX 3 asks of every page: its frame, labels, room. Widgets stand in frames of others and have no navigation. */
async function frameOf(page: Page, route: string, look: Look): Promise<string[]> {
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    skip: document.querySelector('.skip-link')?.getAttribute('href'),
    wide: document.documentElement.scrollWidth - window.innerWidth,
    unlabelled: [...document.querySelectorAll<HTMLInputElement>('input, select, textarea')]
      .filter(
        (control) =>
          control.type !== 'hidden' &&
          !control.labels?.length &&
          !control.getAttribute('aria-label') &&
          !control.getAttribute('aria-labelledby'),
      )
      .map((control) => control.name || control.id),
    styled: document.querySelectorAll('main [style]').length,
  }))
  const wrong: string[] = []
  const expect = (isFine: boolean, what: string) => void (isFine || wrong.push(what))
  expect(seen.lang === look.locale, `is in ${seen.lang}`)
  expect(seen.title.trim() !== '', 'has no title')
  expect(seen.wide <= 0, `is ${seen.wide} px wider than ${look.width}`)
  expect(seen.unlabelled.length === 0, `has controls without a label: ${seen.unlabelled.join(', ')}`)
  if (route.startsWith('/embed/')) return wrong
  expect(seen.headings === 1, `has ${seen.headings} h1`)
  expect(seen.mains === 1, `has ${seen.mains} main`)
  expect(seen.skip === '#main', 'has no skip link')
  expect(/ - \S/.test(seen.title), `has the title ${seen.title}`)
  return wrong
}

/** What the server sends works as it stands (UX 3): script-only controls are made by script, values to copy can be selected. */
export function withoutScript(sent: string): string[] {
  const wrong: string[] = []
  for (const [tag] of sent.matchAll(/<button\b[^>]*>/g))
    if (!tag.includes('type="submit"')) wrong.push(`shows a button that does nothing without script: ${tag}`)
  for (const [, source = ''] of sent.matchAll(/ data-copy="([^"]*)"/g)) {
    const [field] = new RegExp(`<(input|textarea)\\b[^>]* id="${source}"[^>]*>`).exec(sent) ?? []
    const isFilled = field?.startsWith('<input') ? / value="[^"]+"/.test(field) : field !== undefined
    if (!isFilled || !field?.includes(' readonly')) wrong.push(`has nothing to select for its copy button: ${source}`)
  }
  return wrong
}

function said(error: unknown): string {
  return error instanceof assert.AssertionError ? JSON.stringify(error.actual) : String(error)
}
