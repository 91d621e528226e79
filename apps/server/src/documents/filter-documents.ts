import { type Locale, regions } from '../platform/i18n/messages.ts'
import { documentState, type DocumentState } from './parts.ts'
import { documentKinds, type DocumentKind, type DocumentRow } from './store.ts'

export const documentTabs = ['all', 'waiting', 'declined'] as const
export type DocumentTab = (typeof documentTabs)[number]
/** States that the list of all can be narrowed to; the others have their tab. */
export const documentStates = ['waiting', 'valid', 'withdrawn', 'replaced'] as const satisfies DocumentState[]
export const documentsPerPage = 50

/** What the address of the list asks for; anything it says that we do not know counts as not said. */
export interface DocumentQuery {
  show: DocumentTab
  q: string
  issuer: string
  kind: DocumentKind | ''
  status: (typeof documentStates)[number] | ''
  year: string
  page: number
}

export function readQuery(search: URLSearchParams): DocumentQuery {
  const one = <Word extends string>(name: string, words: readonly Word[]) =>
    words.find((word) => word === search.get(name))
  return {
    show: one('show', documentTabs) ?? 'all',
    q: (search.get('q') ?? '').slice(0, 200).trim(),
    issuer: (search.get('issuer') ?? '').slice(0, 100),
    kind: one('kind', documentKinds) ?? '',
    status: one('status', documentStates) ?? '',
    year: /^\d{4}$/.exec(search.get('year') ?? '')?.[0] ?? '',
    page: Math.max(1, Math.min(10_000, Number.parseInt(search.get('page') ?? '1', 10) || 1)),
  }
}

/** The address of the same list with something changed; what has its usual value is left out. */
export function documentsHref(query: DocumentQuery, change: Partial<DocumentQuery> = {}): string {
  const search = new URLSearchParams()
  // Another filter begins at the first page again.
  for (const [name, value] of Object.entries({ ...query, page: 1, ...change }))
    if (value !== '' && value !== 1 && value !== 'all') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '/documents' : `/documents?${text}`
}

/** How many filters are set beside the words that are searched for. */
export function filtersSet({ issuer, kind, status, year }: DocumentQuery): number {
  return [issuer, kind, status, year].filter((value) => value !== '').length
}

export function ofTab(rows: readonly DocumentRow[], tab: DocumentTab): DocumentRow[] {
  return rows.filter((row) => {
    const state = documentState(row)
    return tab === 'all' ? state !== 'declined' : state === tab
  })
}

export function filterDocuments(rows: readonly DocumentRow[], query: DocumentQuery): DocumentRow[] {
  const words = folded(query.q).split(' ').filter(Boolean)
  return rows.filter((row) => {
    const text = folded(`${row.title} ${row.issuerName} ${row.badgeName ?? ''}`)
    return (
      (query.issuer === '' || row.issuerSlug === query.issuer) &&
      (query.kind === '' || row.kind === query.kind) &&
      (query.status === '' || documentState(row) === query.status) &&
      (query.year === '' || row.documentDate.startsWith(query.year)) &&
      words.every((word) => text.includes(word))
    )
  })
}

/** "Relevé" is found by "releve": nobody types accents into a search field on a phone. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

/** What the filters can be set to: only what this person's documents have. */
export function choicesOf(rows: readonly DocumentRow[], locale: Locale) {
  const { compare } = new Intl.Collator(regions[locale])
  const issuers = new Map(rows.map(({ issuerSlug, issuerName }) => [issuerSlug, issuerName]))
  return {
    issuers: [...issuers].map(([slug, name]) => ({ slug, name })).toSorted((a, b) => compare(a.name, b.name)),
    kinds: documentKinds.filter((kind) => rows.some((row) => row.kind === kind)),
    states: documentStates.filter((state) => rows.some((row) => documentState(row) === state)),
    years: [...new Set(rows.map(({ documentDate }) => documentDate.slice(0, 4)))].toSorted().toReversed(),
  }
}
