import { dayInWords } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  checkbox,
  codeField,
  copyField,
  descriptionList,
  disclosure,
  emptyState,
  errorFor,
  errorSummary,
  field,
  filterForm,
  linkButton,
  messageBox,
  pagination,
  radios,
  select,
} from '../platform/pages/components.ts'
import type { OwnLink } from './share-link-store.ts'
import { nameIn, shownNames } from './shown-name.ts'

export interface LinksPage {
  t: Translate
  locale: Locale
  publicUrl: string
  links: readonly (OwnLink & { path: string })[]
  fields: () => Html
  /** Where the actions come back to. */
  returnTo: string
}

/** The form for one more link; `action` is the page of what it leads to. */
export function newLinkForm(
  t: Translate,
  o: {
    action: string
    fields: () => Html
    /** A collection shows badges that are downloaded one by one, so there is nothing to allow. */
    hasNoFiles?: boolean
    /** Shown without a click, where there is nothing else to do. */
    isOpen?: boolean
    /** The name that would be shown; without it there is nothing to choose. */
    fullName?: string
    typed?: Record<string, string>
    errors?: readonly FieldError[]
  },
): Html {
  const errors = (o.errors ?? []).map(({ field: name, message, values }) => ({
    field: name,
    message: t(message, values),
  }))
  const typed = o.typed ?? {}
  // The pages that show this form have a field "name" of their own.
  const id = (name: string) => `link-${name}`
  const summed = errors.map(({ field: name, message }) => ({ field: id(name), message }))
  return disclosure({
    summary: t('link.new'),
    open: o.isOpen === true || errors.length > 0,
    body: html`${errorSummary(t, summed)}<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}
${field({ name: 'name', id: id('name'), label: t('link.name'), hint: t('link.name.hint'), value: typed['name'], error: errorFor(errors, 'name'), autocomplete: 'off', maxLength: 80 })}
${select({
  name: 'end',
  id: id('end'),
  label: t('link.end'),
  value: typed['end'] ?? '30',
  error: errorFor(errors, 'end'),
  width: 'medium',
  options: [
    { value: '7', label: t('link.end.days', { count: 7 }) },
    { value: '30', label: t('link.end.days', { count: 30 }) },
    { value: '90', label: t('link.end.days', { count: 90 }) },
    { value: 'date', label: t('link.end.date') },
    { value: 'never', label: t('link.end.never') },
  ],
})}
${field({ name: 'date', id: id('date'), type: 'date', label: t('link.date'), hint: t('link.date.hint'), value: typed['date'], error: errorFor(errors, 'date'), width: 'medium', optionalLabel: t('component.optional') })}
${checkbox({ name: 'pin', id: id('pin'), label: t('link.pin'), hint: t('link.pin.hint'), checked: typed['pin'] !== undefined })}
${o.fullName !== undefined && shownNameChoice(t, o.fullName, { typed, error: errorFor(errors, 'shownName'), hasNoFiles: o.hasNoFiles === true })}
${!o.hasNoFiles && checkbox({ name: 'download', id: id('download'), label: t('link.download'), checked: typed['download'] !== undefined })}
<div class="form-actions">${button({ label: t('link.make'), kind: 'secondary' })}</div></form>`,
  })
}

function shownNameChoice(
  t: Translate,
  fullName: string,
  o: { typed: Record<string, string>; error: string | undefined; hasNoFiles: boolean },
): Html {
  return radios({
    name: 'shownName',
    id: 'link-shownName',
    legend: t('link.shownName'),
    hint: o.hasNoFiles ? t('link.shownName.hint') : t('link.shownName.hint.files'),
    value: o.typed['shownName'] ?? 'full',
    error: o.error,
    options: shownNames.map((value) => ({
      value,
      label: t(`link.shownName.${value}`, { name: nameIn(value, fullName) ?? '' }),
    })),
  })
}

/** Every link with what became of it, and what can be done with it. */
export function linksTable(p: LinksPage, o: { showsWhat: boolean; level?: 2 | 3 }): Html | null {
  const { t, links } = p
  if (links.length === 0) return null
  return html`<ul class="link-list" role="list" aria-label="${t('link.table')}">${links.map((link) => html`<li class="panel">${oneLink(p, link, o)}</li>`)}</ul>`
}

function oneLink(p: LinksPage, link: LinksPage['links'][number], o: { showsWhat: boolean; level?: 2 | 3 }): Html {
  const { t, locale } = p
  const heading = o.level === 2 ? html`<h2>${link.name}</h2>` : html`<h3>${link.name}</h3>`
  const action = (name: 'extend' | 'revoke' | 'resume', label: string) =>
    html`<form method="post" action="/shares/${link.id}/${name}" class="form-inline" novalidate>${p.fields()}<input type="hidden" name="return" value="${p.returnTo}">${button({ label, kind: 'secondary', small: true, accessibleName: `${label} ${link.name}` })}</form>`
  const opens = link.lastOpenedAt
    ? t('link.opens.since', { count: link.opens, date: dayInWords(locale, link.lastOpenedAt) })
    : t('link.opens.count', { count: link.opens })
  const pause =
    link.pausedAt &&
    messageBox({
      kind: 'warning',
      heading: t('link.paused', { date: dayInWords(locale, link.pausedAt) }),
      body: html`<p>${t('link.paused.short')}</p>`,
    })
  return html`${heading}${pause}${copyField(t, {
    id: `link-${link.id}`,
    label: t('link.addressOf', { name: link.name }),
    labelHidden: true,
    value: `${p.publicUrl}${link.path}`,
    copied: t('share.copied'),
  })}${descriptionList(
    [
      o.showsWhat && { term: t('link.what'), value: link.what },
      { term: t('link.ends'), value: link.endsAt ? dayInWords(locale, link.endsAt) : t('link.end.never') },
      link.pinHash !== null && { term: t('link.hasPin'), value: t('link.hasPin.needed') },
      { term: t('link.opens'), value: opens },
      link.shownName !== 'full' && { term: t('link.shownName'), value: t(`link.shownName.is.${link.shownName}`) },
      link.allowsDownload && { term: t('link.downloads'), value: t('link.downloads.allowed') },
    ],
    { compact: true },
  )}<div class="cluster">${link.pausedAt && action('resume', t('link.resume'))}${link.endsAt && action('extend', t('link.extend'))}${action('revoke', t('link.revoke'))}</div>`
}

export const linksPerPage = 20
export const linkKinds = ['badge', 'collection', 'document'] as const
export const linkStates = ['unopened', 'endless', 'paused'] as const

export interface SharesQuery {
  words: string
  kind: (typeof linkKinds)[number] | ''
  state: (typeof linkStates)[number] | ''
}

/** The same list again; filters live in the address. */
export function sharesAddress(query: SharesQuery, page: number): string {
  const parameters = new URLSearchParams()
  if (query.words) parameters.set('q', query.words)
  if (query.kind) parameters.set('kind', query.kind)
  if (query.state) parameters.set('state', query.state)
  if (page > 1) parameters.set('page', String(page))
  return parameters.size > 0 ? `/shares?${parameters.toString()}` : '/shares'
}

/** All links of a person, across badges, collections and documents. */
export function sharesPage(
  p: LinksPage,
  o: { query: SharesQuery; count: number; isNothing: boolean; page: number; pages: number },
): Html {
  const { t } = p
  const { query } = o
  if (o.isNothing)
    return emptyState({
      drawing: 'links',
      sentence: t('link.empty'),
      action: html`<a class="button button-secondary" href="/badges">${t('link.empty.action')}</a>`,
    })
  const isFiltered = query.words !== '' || query.kind !== '' || query.state !== ''
  return html`${filters(t, query)}
<p class="hint" role="status">${t('link.count', { count: o.count })}</p>
${o.count === 0 ? emptyState({ sentence: t('link.nothing'), drawing: 'search', action: linkButton({ href: '/shares', label: t('link.filter.clear') }) }) : linksTable(p, { showsWhat: true, level: 2 })}
${pagination(t, { page: o.page, pages: o.pages, href: (page) => sharesAddress(query, page) })}
${
  o.count > 1 &&
  !isFiltered &&
  disclosure({
    summary: t('link.revokeAll'),
    body: html`<p>${t('link.revokeAll.ask', { count: o.count })}</p><form method="post" action="/shares/revoke-all" class="form-inline" novalidate>${p.fields()}${button({ label: t('link.revokeAll'), kind: 'danger' })}</form>`,
  })
}`
}

function filters(t: Translate, query: SharesQuery): Html {
  return filterForm({
    action: '/shares',
    label: t('link.find'),
    body: html`${field({ name: 'q', type: 'search', label: t('backpack.search'), value: query.words, width: 'medium', autocomplete: 'off' })}
${select({
  name: 'kind',
  label: t('link.what'),
  value: query.kind,
  width: 'medium',
  options: [
    { value: '', label: t('link.kind.all') },
    ...linkKinds.map((value) => ({ value, label: t(`link.kind.${value}`) })),
  ],
})}
${select({
  name: 'state',
  label: t('link.state'),
  value: query.state,
  width: 'medium',
  options: [
    { value: '', label: t('link.state.all') },
    ...linkStates.map((value) => ({ value, label: t(`link.state.${value}`) })),
  ],
})}
${button({ label: t('link.find'), kind: 'secondary' })}`,
  })
}

/** Before anything is shown: the PIN. It says nothing of what lies behind. */
export function pinPage(t: Translate, o: { action: string; fields: () => Html; error: string | undefined }): Html {
  const errors = o.error ? [{ field: 'pin', message: o.error }] : []
  return html`${errorSummary(t, errors)}<p>${t('link.pin.ask')}</p>
<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}${codeField({ name: 'pin', label: t('link.pin.label'), error: o.error })}<div class="form-actions">${button({ label: t('link.pin.open') })}</div></form>`
}
