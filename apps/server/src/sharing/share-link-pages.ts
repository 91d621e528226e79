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
export function linksTable(p: LinksPage, o: { showsWhat: boolean; level?: 2 | 3 }): Html | null {
  const { t, links } = p
  if (links.length === 0) return null
  return html`<ul class="link-list" role="list" aria-label="${t('link.table')}">${links.map((link) => html`<li class="panel">${oneLink(p, link, o)}</li>`)}</ul>`
}

function oneLink(p: LinksPage, link: LinksPage['links'][number], o: { showsWhat: boolean; level?: 2 | 3 }): Html {
  const { t, locale } = p
  const heading = o.level === 2 ? html`<h2>${link.name}</h2>` : html`<h3>${link.name}</h3>`
  const action = (name: 'extend' | 'revoke', label: string) =>
    html`<form method="post" action="/shares/${link.id}/${name}" class="form-inline" novalidate>${p.fields()}<input type="hidden" name="return" value="${p.returnTo}">${button({ label, kind: 'secondary', small: true, accessibleName: `${label} ${link.name}` })}</form>`
  const opens = link.lastOpenedAt
    ? `${t('link.opens.count', { count: link.opens })} ${t('link.opens.last', { date: dayInWords(locale, link.lastOpenedAt) })}`
    : t('link.opens.count', { count: link.opens })
  return html`${heading}${copyField(t, {
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
    ],
    { compact: true },
  )}<div class="cluster">${link.endsAt && action('extend', t('link.extend'))}${action('revoke', t('link.revoke'))}</div>`
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
${linksTable(p, { showsWhat: true, level: 2 })}
${p.links.length > 1 && query === '' && html`<form method="post" action="/shares/revoke-all" class="form-inline" novalidate>${p.fields()}${button({ label: t('link.revokeAll'), kind: 'danger' })}</form>`}`
}

/** Before anything is shown: the PIN. It says nothing of what lies behind. */
export function pinPage(t: Translate, o: { action: string; fields: () => Html; error: string | undefined }): Html {
  const errors = o.error ? [{ field: 'pin', message: o.error }] : []
  return html`${errorSummary(t, errors)}<p>${t('link.pin.ask')}</p>
<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}${codeField({ name: 'pin', label: t('link.pin.label'), error: o.error })}<div class="form-actions">${button({ label: t('link.pin.open') })}</div></form>`
}
