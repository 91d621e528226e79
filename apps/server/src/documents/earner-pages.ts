import { dayInWords, isoDay, momentInWords } from '../claiming/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, MessageKey, Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  dataTable,
  descriptionList,
  emptyState,
  field,
  filterForm,
  icon,
  linkButton,
  messageBox,
  pagination,
  section,
  select,
  type SelectOption,
  tabs,
  timeline,
} from '../platform/pages/components.ts'
import { isTaken } from './decide-document.ts'
import {
  choicesOf,
  type DocumentQuery,
  documentsHref,
  documentsPerPage,
  documentTabs,
  filterDocuments,
  filtersSet,
  ofTab,
} from './filter-documents.ts'
import { documentChip, documentState, pagePicture } from './parts.ts'
import type { DocumentRow, PageRow } from './store.ts'

export interface DocumentReading {
  t: Translate
  locale: Locale
  /** The hidden inputs of a form. */
  fields: () => Html
}

/** The list of a person's documents: tabs, search, filters; all of it stands in the address. */
export function documentsPage(p: DocumentReading, o: { rows: readonly DocumentRow[]; query: DocumentQuery }): Html {
  const { t } = p
  const { query } = o
  if (o.rows.length === 0)
    return emptyState({
      drawing: 'documents',
      sentence: t('documents.empty'),
      action: linkButton({ href: '/settings/account/link', label: t('backpack.addAddress') }),
    })
  const inTab = ofTab(o.rows, query.show)
  const found = filterDocuments(inTab, query)
  const pages = Math.max(1, Math.ceil(found.length / documentsPerPage))
  const page = Math.min(query.page, pages)
  const shown = found.slice((page - 1) * documentsPerPage, page * documentsPerPage)
  const unfiltered = { ...query, q: '', issuer: '', kind: '', status: '', year: '' } as const
  return html`${tabs({
    label: t('documents.tabs'),
    items: documentTabs.map((tab) => ({
      href: documentsHref({ ...unfiltered, show: tab }),
      label: t(`documents.tab.${tab}`),
      count: ofTab(o.rows, tab).length,
      current: tab === query.show,
    })),
  })}
${
  inTab.length === 0
    ? emptyState({ sentence: t(query.show === 'declined' ? 'documents.none.declined' : 'documents.none.waiting') })
    : html`${filters(p, query, inTab)}
<p role="status" class="hint">${t('documents.shown', { count: found.length, total: inTab.length })}</p>
${
  shown.length > 0
    ? documentsTable(p, shown, t('documents.heading'))
    : emptyState({
        drawing: 'search',
        sentence: query.q === '' ? t('backpack.noHits') : t('backpack.noHitsFor', { query: query.q }),
        action: linkButton({ href: documentsHref(unfiltered), label: t('backpack.clear') }),
      })
}
${pagination(t, { page, pages, href: (wanted) => documentsHref(query, { page: wanted }) })}`
}`
}

function filters({ t, locale }: DocumentReading, query: DocumentQuery, rows: readonly DocumentRow[]): Html {
  const { issuers, kinds, states, years } = choicesOf(rows, locale)
  const all = { value: '', label: t('backpack.filter.all') }
  const chosen = filtersSet(query)
  const choice = (name: 'issuer' | 'kind' | 'status' | 'year', label: string, options: SelectOption[]) =>
    select({ name, label, value: query[name], width: 'medium', options: [all, ...options] })
  return filterForm({
    action: '/documents',
    label: t('documents.find'),
    body: html`${query.show !== 'all' && html`<input type="hidden" name="show" value="${query.show}">`}${field({ name: 'q', type: 'search', label: t('backpack.search'), value: query.q, width: 'medium', autocomplete: 'off' })}
<details class="disclosure"${chosen > 0 ? html` open` : null}><summary>${icon('chevron')}<span>${t('backpack.filters', { count: chosen })}</span></summary><div class="disclosure-body filters">${[
      choice(
        'issuer',
        t('documents.issuer'),
        issuers.map(({ slug, name }) => ({ value: slug, label: name })),
      ),
      choice(
        'kind',
        t('documents.kind'),
        kinds.map((kind) => ({ value: kind, label: t(`documents.kind.${kind}`) })),
      ),
      query.show === 'all' &&
        choice(
          'status',
          t('documents.status'),
          states.map((state) => ({ value: state, label: t(`documents.state.${state}`) })),
        ),
      choice(
        'year',
        t('backpack.filter.year'),
        years.map((year) => ({ value: year, label: year })),
      ),
    ]}</div></details>
<div class="form-actions">${button({ label: t('documents.apply'), kind: 'secondary' })}</div>`,
  })
}

export function documentsTable(p: DocumentReading, rows: readonly DocumentRow[], caption: string): Html {
  const { t, locale } = p
  return dataTable(t, {
    caption,
    captionHidden: true,
    rows,
    columns: [
      {
        label: t('documents.title'),
        isRowHeader: true,
        cell: (row) => html`<a href="/documents/${row.publicId}">${row.title}</a>`,
      },
      { label: t('documents.issuer'), cell: ({ issuerName }) => issuerName },
      { label: t('documents.kind'), cell: ({ kind }) => t(`documents.kind.${kind}`) },
      {
        label: t('documents.date'),
        cell: ({ documentDate }) =>
          html`<time datetime="${isoDay(documentDate)}">${dayInWords(locale, documentDate)}</time>`,
      },
      { label: t('documents.pages'), numeric: true, cell: ({ pages }) => pages },
      { label: t('documents.status'), cell: (row) => documentChip(t, documentState(row)) },
    ],
  })
}

export interface DocumentPage extends DocumentReading {
  document: DocumentRow
  /** Whoever looks: its owner, or somebody with a link that the owner gave. */
  asOwner: boolean
  /** Path of the page, without a slash at the end. */
  path: string
  pages: readonly PageRow[]
  /** There is a link to the PDF. */
  allowsDownload: boolean
  verifyHref: string | undefined
  events?: readonly { kind: string; at: Date }[]
}

/** The viewer: what it is, what can be done with it, its pages. */
export function documentPage(p: DocumentPage): Html {
  const { t, document, asOwner, path } = p
  const state = documentState(document)
  const isWaiting = state === 'waiting'
  return html`${asOwner && backLink('/documents', t('documents.back'))}
<div class="stack"><div class="chips">${documentChip(t, state)}</div>
${facts(p)}
${notice(p)}
${
  isWaiting && asOwner
    ? html`<div class="cluster">${act(p, 'accept', t('documents.accept'), 'primary')}${act(p, 'decline', t('documents.decline'), 'secondary')}</div><p class="hint">${t('documents.private')}</p>`
    : html`<div class="cluster">${p.allowsDownload && linkButton({ href: `${path}/document.pdf`, label: t('documents.download'), icon: 'download', kind: 'primary' })}${asOwner && state === 'valid' && linkButton({ href: `${path}/share`, label: t('documents.share'), icon: 'share' })}${p.verifyHref && state !== 'declined' && linkButton({ href: p.verifyHref, label: t('documents.check') })}${asOwner && state === 'valid' && act(p, 'decline', t('documents.decline'), 'quiet')}${asOwner && state === 'declined' && act(p, 'accept', t('documents.takeBack'), 'primary')}</div>`
}
${viewer(p)}
${asOwner && p.events && history(p)}</div>`
}

function facts(p: DocumentPage): Html {
  const { t, locale, document } = p
  const seesBadge = p.asOwner && document.badgePublicId !== null
  return descriptionList([
    { term: t('documents.issuer'), value: document.issuerName },
    { term: t('documents.person'), value: document.recipientName },
    { term: t('documents.kind'), value: t(`documents.kind.${document.kind}`) },
    {
      term: t('documents.date'),
      value: html`<time datetime="${isoDay(document.documentDate)}">${dayInWords(locale, document.documentDate)}</time>`,
    },
    { term: t('documents.pages'), value: document.pages },
    seesBadge && {
      term: t('documents.badge'),
      value: html`<a href="/badges/${document.badgePublicId}">${document.badgeName}</a>`,
    },
  ])
}

function notice({ t, locale, document, asOwner }: DocumentPage): Html | false {
  const date = dayInWords(locale, document.withdrawnAt ?? document.createdAt)
  const issuer = document.issuerName
  if (document.validity === 'withdrawn')
    return messageBox({
      kind: 'warning',
      heading: t('documents.withdrawn', { issuer, date }),
      body:
        document.withdrawal?.publicText &&
        html`<p>${t('claim.reason', { reason: document.withdrawal.publicText })}</p>`,
      actions:
        asOwner &&
        document.issuerContact &&
        linkButton({ href: `mailto:${document.issuerContact}`, label: t('claim.contactIssuer') }),
    })
  if (document.validity === 'replaced')
    return messageBox({
      kind: 'warning',
      heading: t('documents.replaced', { issuer, date }),
      actions:
        asOwner &&
        document.successorPublicId &&
        linkButton({ href: `/documents/${document.successorPublicId}`, label: t('documents.viewNew') }),
    })
  return false
}

function viewer(p: DocumentPage): Html | false {
  const { t, document, pages, path } = p
  if (document.validity === 'withdrawn') return false
  const missing = document.pages - pages.length
  return section({
    heading: t('documents.view'),
    body: html`<div class="document-pages">${pages.map((page) => pagePicture(t, page, { src: `${path}/pages/${page.number}.webp`, pages: document.pages }))}</div>${
      missing > 0 &&
      html`<p>${pages.length === 0 ? t('documents.view.none') : t('documents.view.more', { count: missing })}${p.allowsDownload && html` <a href="${path}/document.pdf">${t('documents.download')}</a>`}</p>`
    }`,
  })
}

const told: Record<string, MessageKey> = {
  issued: 'documents.event.issued',
  notified: 'documents.event.notified',
  'not-notified': 'documents.event.notNotified',
  accepted: 'documents.event.accepted',
  'accepted-automatically': 'documents.event.acceptedAutomatically',
  declined: 'documents.event.declined',
  shared: 'documents.event.shared',
  withdrawn: 'documents.event.withdrawn',
  replaced: 'documents.event.replaced',
}

export function eventEntries({ t, locale }: DocumentReading, events: readonly { kind: string; at: Date }[]) {
  return events.flatMap(({ kind, at }) => {
    const key = told[kind]
    return key ? [{ when: momentInWords(locale, at), dateTime: at.toISOString(), what: t(key) }] : []
  })
}

function history(p: DocumentPage): Html | false {
  const entries = eventEntries(p, p.events ?? [])
  return entries.length > 0 && section({ heading: p.t('documents.history'), body: timeline(entries) })
}

function act(p: DocumentPage, action: string, label: string, kind: 'primary' | 'secondary' | 'quiet'): Html {
  return html`<form method="post" action="${p.path}/${action}" class="form-inline" novalidate>${p.fields()}${button({ label, kind })}</form>`
}

/** What waits and what came last, for the dashboard; nothing when there is nothing. */
export function dashboardDocuments(
  p: DocumentReading,
  rows: readonly DocumentRow[],
  which: 'waiting' | 'recent',
): Html | null {
  const { t } = p
  const shown = which === 'waiting' ? ofTab(rows, 'waiting') : rows.filter((row) => isTaken(row)).slice(0, 4)
  if (shown.length === 0) return null
  const heading =
    which === 'waiting' ? t('documents.dashboard.waiting', { count: shown.length }) : t('documents.dashboard.recent')
  return section({
    heading,
    body: documentsTable(p, shown, heading),
    ...(which === 'recent'
      ? { actions: linkButton({ href: '/documents', label: t('documents.dashboard.all'), small: true }) }
      : {}),
  })
}
