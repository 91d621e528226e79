import type { MiddlewareHandler } from 'hono'
import { hasSecondFactor, requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env, Viewer } from '../platform/http/context.ts'
import { wantsJson } from '../platform/http/failures.ts'
import { page, type PageOptions } from '../platform/http/page.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { MessageKey, Translate } from '../platform/i18n/messages.ts'
import { linkButton, menuButton, menuLink, messageBox, sideNavigation } from '../platform/pages/components.ts'
import { disclosureOf, recordDisclosure } from './disclosures.ts'
import { formatList } from './formats.ts'
import { may, type Organization, type Permission, type Role, roles, rolesFor } from './organization.ts'
import * as store from './store.ts'

/** An entry of the console's left navigation. */
export interface ConsoleSection {
  /** Below `/console/{org}/`; empty for the overview. */
  path: string
  label: MessageKey
  permission: Permission
  /** Entries stand in this order. */
  order: number
}

const sections = new Map<string, ConsoleSection>()

/** Called by a feature when its routes are made, so that the navigation shows only what exists. */
export function addConsoleSection(section: ConsoleSection): void {
  sections.set(section.path, section)
}

/** True when a feature has added this part of the console. */
export function hasConsoleSection(path: string): boolean {
  return sections.has(path)
}

export interface ConsoleContext {
  organization: Organization
  role: Role
  viewer: Viewer
  /** `/console/{org}` */
  base: string
}

type GuardDeps = Pick<Deps, 'db' | 'config' | 'now' | 'secrets'>

const contexts = new WeakMap<Ctx, ConsoleContext>()

/** Where in the console a request stands. Routes behind {@link requireRole} only. */
export function inConsole(c: Ctx): ConsoleContext {
  const context = contexts.get(c)
  if (!context) throw new Error('This route is not behind requireRole')
  return context
}

/**
 * Lets the members of `/console/:org` with one of these roles pass; with no role named, every member.
 *
 * Strangers get the answer of an organization that does not exist (SECURITY S47). A member without the role gets a page
 * that names the roles and who can give them (UX 10).
 */
export function requireRole(deps: GuardDeps, ...allowed: readonly Role[]): MiddlewareHandler<Env> {
  return guard(deps, { allowed, needsSecondFactor: false })
}

function guard(
  deps: GuardDeps,
  { allowed, needsSecondFactor }: { allowed: readonly Role[]; needsSecondFactor: boolean },
): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!c.get('viewer')) return requireSignedIn(c, next)
    const viewer = signedIn(c)
    const slug = c.req.param('org') ?? ''
    const organization = await store.organizationBySlug(deps.db, slug)
    if (!organization) return former(c, deps, slug, viewer)
    const role = await store.roleOf(deps.db, organization.id, viewer.accountId)
    if (!role) throw new HttpError(404, 'No such organization')
    const isFirst = !contexts.has(c)
    const base = `/console/${organization.slug}`
    contexts.set(c, { organization, role, viewer, base })
    if (allowed.length > 0 && !allowed.includes(role)) return refuse(c, deps, allowed)
    if (needsSecondFactor && !(await hasSecondFactor(deps.db, viewer.accountId))) return askForSecondFactor(c, deps)
    await next()
    const disclosed =
      isFirst && c.req.method === 'GET' && c.res.ok ? disclosureOf(c.req.path.slice(base.length)) : undefined
    if (!disclosed) return undefined
    const filter = new URL(c.req.url).search.slice(1)
    await recordDisclosure(deps, { ...disclosed, organization, accountId: viewer.accountId, filter })
    return undefined
  }
}

/**
 * The same for whoever has a permission. Who issues in an organization's name, or manages it, needs more than a password
 * (SECURITY S10); the demo, which listens on one machine only, does not ask.
 */
export function requirePermission(deps: GuardDeps, permission: Permission): MiddlewareHandler<Env> {
  const needsSecondFactor = deps.config.mode === 'production' && ['issue', 'manage', 'own'].includes(permission)
  return guard(deps, { allowed: rolesFor(permission), needsSecondFactor })
}

/** The address of before: members are sent on, everybody else learns nothing. */
async function former(c: Ctx, deps: Pick<Deps, 'db'>, slug: string, viewer: Viewer): Promise<Response> {
  const organization = await store.organizationByFormerSlug(deps.db, slug)
  if (!organization || c.req.method !== 'GET' || !(await store.roleOf(deps.db, organization.id, viewer.accountId)))
    throw new HttpError(404, 'No such organization')
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(pathname.replace(`/console/${slug}`, `/console/${organization.slug}`) + search, 301)
}

async function refuse(
  c: Ctx,
  deps: Pick<Deps, 'db' | 'config' | 'secrets'>,
  allowed: readonly Role[],
): Promise<Response> {
  if (wantsJson(c)) throw new HttpError(403, 'Your role does not allow this')
  const t = c.get('t')
  const { organization, role } = inConsole(c)
  const members = await store.membersOf(deps.db, organization.id)
  const names = members
    .filter((member) => may(member.role, 'manage'))
    .map((member) => `${member.givenName} ${member.familyName}`.trim())
  const locale = c.get('locale')
  const needed = formatList(
    locale,
    roles.filter((known) => allowed.includes(known)).map((known) => roleName(t, known)),
    'or',
  )
  return consolePage(c, deps, {
    title: t('error.403.title'),
    status: 403,
    error: true,
    body: html`<p class="lead">${t('console.refused.needs', { needed, role: roleName(t, role) })}</p><p>${t('console.refused.who', { people: formatList(locale, names, 'or') })}</p>`,
  })
}

function askForSecondFactor(c: Ctx, deps: Pick<Deps, 'db' | 'config' | 'secrets'>): Promise<Response> {
  if (wantsJson(c)) throw new HttpError(403, 'A passkey or two-step sign-in is needed')
  const t = c.get('t')
  return consolePage(c, deps, {
    title: t('console.second.title'),
    status: 403,
    error: true,
    body: html`<p class="lead">${t('console.second.body')}</p><p>${linkButton({ href: '/settings/privacy-security', label: t('console.second.action'), kind: 'primary' })}</p>`,
  })
}

export function roleName(t: Translate, role: Role): string {
  return t(`role.${role}`)
}

/** A page of one organization's console: navigation at the left, and a notice when the organization is on hold. */
export async function consolePage(
  c: Ctx,
  deps: Pick<Deps, 'db' | 'config' | 'secrets'>,
  o: Omit<PageOptions, 'section' | 'aside' | 'noindex' | 'shared'>,
): Promise<Response> {
  const t = c.get('t')
  const { organization, role, viewer, base } = inConsole(c)
  const others = (await store.organizationsOf(deps.db, viewer.accountId)).filter(({ id }) => id !== organization.id)
  const items = [...sections.values()]
    .filter(({ permission }) => may(role, permission))
    .sort((a, b) => a.order - b.order)
    .map(({ path, label }) => ({ href: path === '' ? base : `${base}/${path}`, label: t(label) }))
  return page(c, deps, {
    ...o,
    section: 'console',
    // A plain flow: the notice must come after the page's own heading.
    body: html`${stateNotice(t, organization)}${o.body}`,
    aside: sideNavigation({
      label: t('console.navigation'),
      items,
      currentPath: c.req.path,
      top: switcher(t, organization.name, others),
    }),
  })
}

function switcher(t: Translate, name: string, others: readonly { slug: string; name: string }[]): Html {
  return html`<div class="console-switcher"><p class="console-organization">${name}</p>${menuButton({
    label: t('console.switch'),
    accessibleName: t('console.switch'),
    kind: 'quiet',
    small: true,
    align: 'start',
    items: [
      ...others.map((other) => menuLink({ href: `/console/${other.slug}`, label: other.name })),
      menuLink({ href: '/console', label: t('console.switch.all') }),
      menuLink({ href: '/console/new', label: t('console.new'), icon: 'plus' }),
    ],
  })}</div>`
}

function stateNotice(t: Translate, organization: Organization): Html | null {
  if (organization.state === 'active') return null
  const isHeld = organization.state === 'held'
  return messageBox({
    kind: 'warning',
    heading: t(isHeld ? 'console.held' : 'console.suspended'),
    body: html`<p>${isHeld ? t('console.held.why', { name: organization.holdLooksLike ?? '' }) : t('console.suspended.why')}</p>`,
  })
}
