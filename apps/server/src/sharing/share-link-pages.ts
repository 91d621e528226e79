import { dayInWords } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  checkbox,
  codeField,
  copyField,
  dataTable,
  disclosure,
  emptyState,
  errorFor,
  errorSummary,
  field,
  select,
} from '../platform/pages/components.ts'
import type { OwnLink } from './share-link-store.ts'

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
  o: { action: string; fields: () => Html; typed?: Record<string, string>; errors?: readonly FieldError[] },
): Html {
  const errors = (o.errors ?? []).map(({ field: name, message, values }) => ({
    field: name,
    message: t(message, values),
  }))
  const typed = o.typed ?? {}
  return disclosure({
    summary: t('link.new'),
    open: errors.length > 0,
    body: html`<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}
${field({ name: 'name', label: t('link.name'), hint: t('link.name.hint'), value: typed['name'], error: errorFor(errors, 'name'), autocomplete: 'off', maxLength: 80 })}
${select({
  name: 'end',
  label: t('link.end'),
  value: typed['end'] ?? '30',
  width: 'medium',
  options: [
    { value: '7', label: t('link.end.days', { count: 7 }) },
    { value: '30', label: t('link.end.days', { count: 30 }) },
    { value: '90', label: t('link.end.days', { count: 90 }) },
    { value: 'date', label: t('link.end.date') },
    { value: 'never', label: t('link.end.never') },
  ],
})}
${field({ name: 'date', type: 'date', label: t('link.date'), hint: t('link.date.hint'), value: typed['date'], error: errorFor(errors, 'date'), width: 'medium', optionalLabel: t('component.optional') })}
${checkbox({ name: 'pin', label: t('link.pin'), hint: t('link.pin.hint'), checked: typed['pin'] !== undefined })}
${checkbox({ name: 'download', label: t('link.download'), checked: typed['download'] !== undefined })}
<div class="form-actions">${button({ label: t('link.make'), kind: 'secondary' })}</div></form>`,
  })
}

/** Every link with what became of it, and what can be done with it. */
export function linksTable(p: LinksPage, o: { showsWhat: boolean }): Html | null {
  const { t, locale, links } = p
  if (links.length === 0) return null
  const action = (link: OwnLink, name: 'extend' | 'revoke', label: string) =>
    html`<form method="post" action="/shares/${link.id}/${name}" class="form-inline" novalidate>${p.fields()}<input type="hidden" name="return" value="${p.returnTo}">${button({ label, kind: 'secondary', small: true, accessibleName: `${label} ${link.name}` })}</form>`
  return dataTable(t, {
    caption: t('link.table'),
    captionHidden: true,
    rows: links,
    columns: [
      { label: t('link.name'), isRowHeader: true, cell: ({ name }) => name },
      ...(o.showsWhat ? [{ label: t('link.what'), cell: ({ what }: OwnLink) => what }] : []),
      {
        label: t('link.address'),
        cell: (link) =>
          copyField(t, {
            id: `link-${link.id}`,
            label: t('link.addressOf', { name: link.name }),
            labelHidden: true,
            value: `${p.publicUrl}${link.path}`,
            copied: t('share.copied'),
          }),
      },
      {
        label: t('link.ends'),
        cell: ({ endsAt, pinHash }) =>
          html`${endsAt ? dayInWords(locale, endsAt) : t('link.end.never')}${pinHash && html`<br><span class="hint">${t('link.hasPin')}</span>`}`,
      },
      {
        label: t('link.opens'),
        cell: ({ opens, lastOpenedAt }) =>
          html`${t('link.opens.count', { count: opens })}${lastOpenedAt && html`<br><span class="hint">${t('link.opens.last', { date: dayInWords(locale, lastOpenedAt) })}</span>`}`,
      },
      {
        label: t('backpack.column.actions'),
        labelHidden: true,
        cell: (link) =>
          html`<div class="cluster">${link.endsAt && action(link, 'extend', t('link.extend'))}${action(link, 'revoke', t('link.revoke'))}</div>`,
      },
    ],
  })
}

/** All links of a person, across badges and collections. */
export function sharesPage(p: LinksPage, query: string): Html {
  const { t } = p
  if (p.links.length === 0 && query === '')
    return emptyState({
      drawing: 'links',
      sentence: t('link.empty'),
      action: html`<a class="button button-secondary" href="/badges">${t('link.empty.action')}</a>`,
    })
  return html`<form method="get" action="/shares" class="filters" role="search" aria-label="${t('link.find')}" novalidate>${field({ name: 'q', type: 'search', label: t('backpack.search'), value: query, width: 'medium', autocomplete: 'off' })}<div class="form-actions">${button({ label: t('link.find'), kind: 'secondary' })}</div></form>
<p class="hint" role="status">${t('link.count', { count: p.links.length })}</p>
${linksTable(p, { showsWhat: true })}
${p.links.length > 1 && query === '' && html`<form method="post" action="/shares/revoke-all" class="form-inline" novalidate>${p.fields()}${button({ label: t('link.revokeAll'), kind: 'danger' })}</form>`}`
}

/** Before anything is shown: the PIN. It says nothing of what lies behind. */
export function pinPage(t: Translate, o: { action: string; fields: () => Html; error: string | undefined }): Html {
  const errors = o.error ? [{ field: 'pin', message: o.error }] : []
  return html`${errorSummary(t, errors)}<p>${t('link.pin.ask')}</p>
<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}${codeField({ name: 'pin', label: t('link.pin.label'), error: o.error })}<div class="form-actions">${button({ label: t('link.pin.open') })}</div></form>`
}
