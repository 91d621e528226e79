import type { Hint } from '../accounts/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import { badgeGrid, button, linkButton, section } from '../platform/pages/components.ts'
import { emptyBackpack } from './empty-backpack.ts'
import { badgesOfTab } from './filter-badges.ts'
import { card, type ListPage } from './list-page.ts'

const recent = 6

/** Where a person lands after signing in: what waits first, then what came last, then at most one suggestion. */
export function dashboardPage(
  p: Omit<ListPage, 'query'>,
  more: { waiting: readonly Html[]; others: readonly Html[] },
  hint?: Hint,
): Html {
  const { t, rows, now } = p
  const waiting = badgesOfTab(rows, 'waiting', now)
  const others = badgesOfTab(rows, 'all', now).filter(({ state }) => state !== 'waiting')
  if (waiting.length + others.length + more.waiting.length + more.others.length === 0) return emptyBackpack(p)
  const cards = (badges: typeof waiting) => badges.map((badge) => card({ ...p, headingLevel: 3 }, badge))
  return html`${
    waiting.length > 0 &&
    section({
      heading: t('dashboard.waiting', { count: waiting.length }),
      body: badgeGrid(cards(waiting), { rows: true }),
    })
  }
${more.waiting}
${
  others.length > 0 &&
  section({
    heading: t('dashboard.recent'),
    body: badgeGrid(cards(others.slice(0, recent))),
    actions: linkButton({ href: '/badges', label: t('dashboard.all', { count: others.length }), small: true }),
  })
}
${more.others}
${hint && suggestion(p, hint)}`
}

const hintTargets: Record<Hint, string> = {
  email: '/settings/account/link',
  passkey: '/settings/privacy-security',
  profile: '/settings/profile',
}

/** One thing that would help, in words; sent away, it does not come back. */
function suggestion({ t, fields }: Pick<ListPage, 't' | 'fields'>, hint: Hint): Html {
  return section({
    heading: t('dashboard.hint'),
    framed: true,
    body: html`<p>${hint === 'email' ? t('settings.emails.keep') : t(`dashboard.hint.${hint}`)}</p><div class="cluster">${linkButton({ href: hintTargets[hint], label: t(`dashboard.hint.${hint}.action`), kind: 'secondary' })}<form method="post" action="/dashboard/dismiss" class="form-inline" novalidate>${fields()}<input type="hidden" name="hint" value="${hint}">${button({ label: t('dashboard.hint.dismiss'), kind: 'quiet' })}</form></div>`,
  })
}
