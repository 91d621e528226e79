import type { Deps } from '../deps.ts'
import type { Ctx } from '../http/context.ts'
import { type Html, html, type Renderable } from '../http/html.ts'
import { page, type PageOptions } from '../http/page.ts'
import { sideNavigation } from './navigation.ts'

/** The areas of the settings, in their order (UX 9). */
const areas = [
  ['/settings/account', 'settings.nav.account'],
  ['/settings/applications', 'settings.nav.applications'],
  ['/settings/organizations', 'settings.nav.organizations'],
  ['/settings/notifications', 'settings.nav.notifications'],
  ['/settings/privacy-security', 'settings.nav.security'],
  ['/settings/profile', 'settings.nav.profile'],
] as const

/** The list at the left, a disclosure on small screens. */
export function settingsAside(c: Ctx): Html {
  const t = c.get('t')
  return sideNavigation({
    label: t('settings.title'),
    items: areas.map(([href, label]) => ({ href, label: t(label) })),
    currentPath: c.req.path,
  })
}

/** A page of the settings, whichever feature it belongs to. */
export function settingsPage(
  c: Ctx,
  deps: Pick<Deps, 'config' | 'secrets'>,
  o: Omit<PageOptions, 'section' | 'aside' | 'shared'>,
): Response {
  return page(c, deps, { section: 'settings', aside: settingsAside(c), ...o })
}

type Part = (c: Ctx) => Promise<Renderable>
const parts = new Map<string, { order: number; render: Part }>()

/** Adds a section to Privacy + Security, which several features make; called when a feature's routes are made. */
export function addPrivacyPart(name: string, part: { order: number; render: Part }): void {
  parts.set(name, part)
}

/** The sections whose order is below (`before`) or above what the page itself shows, which stands at 0. */
export async function privacyParts(c: Ctx, where: 'before' | 'after'): Promise<Html> {
  const chosen = [...parts.values()]
    .filter(({ order }) => (where === 'before' ? order < 0 : order > 0))
    .sort((a, b) => a.order - b.order)
  const made: Renderable[] = []
  for (const { render } of chosen) made.push(await render(c))
  return html`${made}`
}
