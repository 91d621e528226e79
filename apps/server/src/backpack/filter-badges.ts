import { badgeState, type BadgeState } from '../claiming/index.ts'
import { isRestorable } from '../claiming/index.ts'
import { type Locale, locales, regions } from '../platform/i18n/messages.ts'
import type { BackpackRow } from './store.ts'

export const tabsOfBackpack = ['all', 'waiting', 'declined'] as const
export const sorts = ['newest', 'oldest', 'name', 'issuer'] as const
export const views = ['cards', 'table'] as const
export const groupings = ['issuer'] as const
export const statusFilters = ['waiting', 'valid', 'expires-soon', 'expired', 'withdrawn', 'replaced'] as const
export const visibilityFilters = ['private', 'link', 'public'] as const

/** What the address of the page asks for; anything it says that we do not know counts as not said. */
export interface BackpackQuery {
  show: (typeof tabsOfBackpack)[number]
  q: string
  issuer: string
  status: (typeof statusFilters)[number] | ''
  visibility: (typeof visibilityFilters)[number] | ''
  year: string
  language: Locale | ''
  group: (typeof groupings)[number] | ''
  sort: (typeof sorts)[number]
  view: (typeof views)[number]
  page: number
}

export function readQuery(search: URLSearchParams): BackpackQuery {
  const one = <Word extends string, Else extends string>(name: string, words: readonly Word[], other: Else) =>
    words.find((word) => word === search.get(name)) ?? other
  return {
    show: one('show', tabsOfBackpack, 'all'),
    q: (search.get('q') ?? '').slice(0, 200).trim(),
    issuer: (search.get('issuer') ?? '').slice(0, 100),
    status: one('status', statusFilters, ''),
    visibility: one('visibility', visibilityFilters, ''),
    year: /^\d{4}$/.exec(search.get('year') ?? '')?.[0] ?? '',
    language: one('language', locales, ''),
    group: one('group', groupings, ''),
    sort: one('sort', sorts, 'newest'),
    view: one('view', views, 'cards'),
    page: Math.max(1, Math.min(10_000, Number.parseInt(search.get('page') ?? '1', 10) || 1)),
  }
}

/** The address of the same list with something changed; what has its usual value is left out. */
export function backpackHref(query: BackpackQuery, change: Partial<BackpackQuery> = {}): string {
  const usual: Partial<Record<keyof BackpackQuery, string>> = { show: 'all', sort: 'newest', view: 'cards', page: '1' }
  const search = new URLSearchParams()
  // Another filter begins at the first page again.
  for (const [name, value] of Object.entries({ ...query, page: 1, ...change }))
    if (String(value) !== '' && String(value) !== usual[name as keyof BackpackQuery]) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '/badges' : `/badges?${text}`
}

export interface ShownBadge extends BackpackRow {
  state: BadgeState
}

/** The badges of a tab, before any filter. Declined ones are shown as long as they can be restored. */
export function badgesOfTab(rows: readonly BackpackRow[], show: BackpackQuery['show'], now: Date): ShownBadge[] {
  const all = rows.map((row) => ({ ...row, state: badgeState(row, now) }))
  switch (show) {
    case 'waiting':
      return all.filter(({ state }) => state === 'waiting')
    case 'declined':
      return all.filter((row) => row.decision === 'rejected' && isRestorable(row, now))
    case 'all':
      return all.filter(({ decision }) => decision !== 'rejected')
  }
}

export function filterBadges(badges: readonly ShownBadge[], query: BackpackQuery, locale: Locale): ShownBadge[] {
  const found = badges.filter(
    (badge) =>
      (query.issuer === '' || badge.issuerSlug === query.issuer) &&
      (query.status === '' || badge.state === query.status) &&
      (query.visibility === '' || badge.visibility === query.visibility) &&
      (query.language === '' || badge.badgeLanguage === query.language) &&
      (query.year === '' || badge.awardedOn.startsWith(query.year)) &&
      holdsWords(badge, query.q),
  )
  const inOrder = sorted(found, query.sort, locale)
  if (query.group === '') return inOrder
  // Stable, so within a group the chosen order stays; a group that is longer than a page goes on with the next one.
  const { compare } = new Intl.Collator(regions[locale])
  return inOrder.toSorted((a, b) => compare(a.issuerName, b.issuerName) || compare(a.issuerSlug, b.issuerSlug))
}

/** The badges of a page by their issuers, in the order they stand. */
export function groupsOf(badges: readonly ShownBadge[]): { slug: string; name: string; badges: ShownBadge[] }[] {
  const groups: { slug: string; name: string; badges: ShownBadge[] }[] = []
  for (const badge of badges) {
    const last = groups.at(-1)
    if (last?.slug === badge.issuerSlug) last.badges.push(badge)
    else groups.push({ slug: badge.issuerSlug, name: badge.issuerName, badges: [badge] })
  }
  return groups
}

/** The filters, the search and how they are set apart from where in the list one stands. */
export const noFilters = { q: '', issuer: '', status: '', visibility: '', year: '', language: '' } as const

export function isFiltered(query: BackpackQuery): boolean {
  return Object.keys(noFilters).some((name) => query[name as keyof typeof noFilters] !== '')
}

/** True when each word that was searched for stands in the name, the issuer or the skills, in any order. */
export function holdsWords(badge: Pick<BackpackRow, 'name' | 'issuerName' | 'skills'>, searched: string): boolean {
  const words = folded(searched).split(' ').filter(Boolean)
  if (words.length === 0) return true
  const text = folded(`${badge.name} ${badge.issuerName} ${badge.skills}`)
  return words.every((word) => text.includes(word))
}

/** "Équipe" is found by "equipe": nobody types accents into a search field on a phone. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

function sorted(badges: ShownBadge[], sort: BackpackQuery['sort'], locale: Locale): ShownBadge[] {
  const { compare } = new Intl.Collator(regions[locale], { numeric: true })
  switch (sort) {
    case 'newest':
      return badges
    case 'oldest':
      return badges.toReversed()
    case 'name':
      return badges.toSorted((a, b) => compare(a.name, b.name))
    case 'issuer':
      return badges.toSorted((a, b) => compare(a.issuerName, b.issuerName) || compare(a.name, b.name))
  }
}

/** What the filters can be set to: only what this person's badges have. */
export function choicesOf(badges: readonly ShownBadge[], locale: Locale) {
  const { compare } = new Intl.Collator(regions[locale])
  const issuers = new Map(badges.map(({ issuerSlug, issuerName }) => [issuerSlug, issuerName]))
  return {
    issuers: [...issuers].map(([slug, name]) => ({ slug, name })).toSorted((a, b) => compare(a.name, b.name)),
    languages: locales.filter((locale) => badges.some(({ badgeLanguage }) => badgeLanguage === locale)),
    years: [...new Set(badges.map(({ awardedOn }) => awardedOn.slice(0, 4)))].toSorted().toReversed(),
  }
}
