import { html, type Html } from '../platform/http/html.ts'
import { badgeGrid, emptyState, linkButton, section } from '../platform/pages/components.ts'
import { badgesOfTab } from './filter-badges.ts'
import { card, type ListPage } from './list-page.ts'

const recent = 6

/** Where a person lands after signing in: what waits first, then what came last. */
export function dashboardPage(p: Omit<ListPage, 'query'>, more: readonly Html[] = []): Html {
  const { t, rows, now } = p
  const waiting = badgesOfTab(rows, 'waiting', now)
  const others = badgesOfTab(rows, 'all', now).filter(({ state }) => state !== 'waiting')
  if (waiting.length === 0 && others.length === 0 && more.length > 0) return html`${more}`
  if (waiting.length === 0 && others.length === 0)
    return emptyState({
      sentence: t('empty.backpack'),
      action: linkButton({ href: '/settings/account/link', label: t('backpack.addAddress'), kind: 'primary' }),
    })
  const cards = (badges: typeof waiting) => badges.map((badge) => card({ ...p, headingLevel: 3 }, badge))
  return html`${
    waiting.length > 0 &&
    section({
      heading: t('dashboard.waiting', { count: waiting.length }),
      body: badgeGrid(cards(waiting)),
    })
  }
${
  others.length > 0 &&
  section({
    heading: t('dashboard.recent'),
    body: badgeGrid(cards(others.slice(0, recent))),
    actions: linkButton({ href: '/badges', label: t('dashboard.all', { count: others.length }), small: true }),
  })
}
${more}`
}
