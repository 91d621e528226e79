import { dayInWords } from '../claiming/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  checkbox,
  dataTable,
  deliveryChip,
  descriptionList,
  emptyState,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  fileField,
  formActions,
  linkButton,
  messageBox,
  pagination,
  postButton,
  section,
  select,
  textarea,
  timeline,
} from '../platform/pages/components.ts'
import { eventEntries } from './earner-pages.ts'
import { documentChip, documentState } from './parts.ts'
import { type DocumentRow, documentKinds } from './store.ts'

export interface ConsoleReading {
  t: Translate
  locale: Locale
  /** `/console/{org}/documents` */
  path: string
  mayIssue: boolean
  fields: () => Html
}

export const documentsPerPage = 50

export function documentList(
  p: ConsoleReading,
  o: { rows: readonly DocumentRow[]; page: number; pages: number },
): Html {
  const { t, locale, path } = p
  const issue = p.mayIssue && linkButton({ href: `${path}/new`, label: t('documents.issue'), kind: 'primary' })
  if (o.rows.length === 0 && o.page === 1)
    return emptyState({ drawing: 'documents', sentence: t('documents.console.empty'), action: issue })
  return html`<div class="cluster">${issue}</div>${dataTable(t, {
    caption: t('documents.heading'),
    captionHidden: true,
    wide: true,
    rows: o.rows,
    columns: [
      {
        label: t('documents.title'),
        isRowHeader: true,
        cell: (row) =>
          html`${p.mayIssue ? html`<a href="${path}/${row.publicId}">${row.title}</a>` : row.title}<div class="hint">${t(`documents.kind.${row.kind}`)}</div>`,
      },
      { label: t('documents.person'), cell: ({ recipientName }) => recipientName },
      { label: t('documents.date'), cell: ({ documentDate }) => dayInWords(locale, documentDate) },
      { label: t('documents.notification'), cell: (row) => delivery(t, row) },
      { label: t('documents.status'), cell: (row) => documentChip(t, documentState(row)) },
    ],
  })}${pagination(t, { page: o.page, pages: o.pages, href: (page) => `${path}?page=${page}` })}`
}

function delivery(t: Translate, row: DocumentRow): Html {
  if (!row.notify) return deliveryChip(t, 'suppressed')
  return deliveryChip(t, row.delivery === 'failed' ? 'bounced' : row.delivery)
}

export interface DocumentForm {
  typed: Record<string, string>
  errors: readonly FieldError[]
  /** The document that a new one takes the place of. */
  replaces?: DocumentRow | undefined
  today: string
}

export function documentForm(p: ConsoleReading, o: DocumentForm): Html {
  const { t, path } = p
  const { typed, errors, replaces } = o
  const value = (name: string, otherwise = '') => typed[name] ?? otherwise
  const action = replaces ? `${path}/${replaces.publicId}/replace` : `${path}/new`
  return html`${backLink(replaces ? `${path}/${replaces.publicId}` : path, replaces?.title ?? t('documents.heading'))}${errorSummary(t, errors)}
<form method="post" action="${action}" enctype="multipart/form-data" class="form" novalidate>${p.fields()}
${fileField(t, { name: 'file', label: t('documents.file'), hint: errors.length > 0 ? t('documents.file.again') : t('documents.file.hint'), error: errorFor(errors, 'file'), accept: 'application/pdf,.pdf' })}
${field({ name: 'title', label: t('documents.title'), hint: t('documents.title.hint'), value: value('title', replaces?.title), error: errorFor(errors, 'title'), maxLength: 200, autocomplete: 'off' })}
${select({ name: 'kind', label: t('documents.kind'), value: value('kind', replaces?.kind ?? 'certificate'), error: errorFor(errors, 'kind'), width: 'medium', options: documentKinds.map((kind) => ({ value: kind, label: t(`documents.kind.${kind}`) })) })}
${field({ name: 'date', type: 'date', label: t('documents.date'), hint: t('documents.date.hint'), value: value('date', o.today), error: errorFor(errors, 'date'), width: 'medium' })}
${
  replaces
    ? html`<p>${t('documents.replace.person', { name: replaces.recipientName, email: replaces.recipientEmail })}</p>`
    : html`${field({ name: 'name', label: t('documents.person.name'), hint: t('documents.person.hint'), value: value('name'), error: errorFor(errors, 'name'), maxLength: 200, autocomplete: 'off' })}
${field({ name: 'email', type: 'email', label: t('documents.person.email'), hint: t('documents.person.email.hint'), value: value('email'), error: errorFor(errors, 'email'), autocomplete: 'off' })}
${field({ name: 'badge', label: t('documents.badge.number'), optionalLabel: t('component.optional'), hint: t('documents.badge.hint'), value: value('badge'), error: errorFor(errors, 'badge'), width: 'medium', autocomplete: 'off', maxLength: 40 })}`
}
${checkbox({ name: 'notify', label: t('documents.notify'), hint: t('documents.notify.hint'), checked: errors.length > 0 ? typed['notify'] !== undefined : true })}
<p class="hint">${t('documents.issue.what')}</p>
${formActions(button({ label: replaces ? t('documents.replace') : t('documents.issue') }), linkButton({ href: replaces ? `${path}/${replaces.publicId}` : path, label: t('documents.cancel'), kind: 'quiet' }))}</form>`
}

export function issuedDocument(
  p: ConsoleReading,
  o: { document: DocumentRow; events: readonly { kind: string; at: Date }[] },
): Html {
  const { t, locale, path } = p
  const { document } = o
  const own = `${path}/${document.publicId}`
  const isLive = document.validity === 'live' && document.state === 'issued'
  const entries = eventEntries(p, o.events)
  return html`${backLink(path, t('documents.heading'))}<div class="stack"><div class="chips">${documentChip(t, documentState(document))}${delivery(t, document)}</div>
${document.state === 'intended' && messageBox({ kind: 'info', heading: t('documents.preparing'), body: html`<p>${t('documents.preparing.text')}</p>` })}
${
  document.withdrawal &&
  messageBox({
    kind: 'warning',
    heading: t('documents.withdrawn', {
      issuer: document.issuerName,
      date: dayInWords(locale, document.withdrawnAt ?? document.createdAt),
    }),
    body: html`<p>${t('claim.reason', { reason: document.withdrawal.publicText })}</p>${document.withdrawal.note && html`<p>${t('documents.note.read', { note: document.withdrawal.note })}</p>`}`,
  })
}
${document.successorPublicId && document.validity === 'replaced' && html`<p><a href="${path}/${document.successorPublicId}">${t('documents.viewNew')}</a></p>`}
${descriptionList([
  { term: t('documents.person'), value: document.recipientName },
  { term: t('documents.person.email'), value: document.recipientEmail },
  { term: t('documents.kind'), value: t(`documents.kind.${document.kind}`) },
  { term: t('documents.date'), value: dayInWords(locale, document.documentDate) },
  { term: t('documents.pages'), value: document.pages },
  document.badgeName !== null && { term: t('documents.badge'), value: document.badgeName },
])}
<div class="cluster">${document.fileHash && linkButton({ href: `${own}/document.pdf`, label: t('documents.download'), icon: 'download' })}${isLive && postButton({ action: `${own}/resend`, csrf: p.fields(), label: t('documents.resend') })}${isLive && linkButton({ href: `${own}/replace`, label: t('documents.replace') })}${isLive && linkButton({ href: `${own}/withdraw`, label: t('documents.withdraw'), kind: 'danger' })}</div>
${entries.length > 0 && section({ heading: t('documents.history'), body: timeline(entries) })}</div>`
}

export function withdrawalForm(
  p: ConsoleReading,
  o: { document: DocumentRow; typed: Record<string, string>; errors: readonly FieldError[] },
): Html {
  const { t, path } = p
  const own = `${path}/${o.document.publicId}`
  return html`${errorSummary(t, o.errors)}<p>${t('documents.withdraw.effect', { title: o.document.title, name: o.document.recipientName })}</p>
<form method="post" action="${own}/withdraw" class="form" novalidate>${p.fields()}
${textarea(t, { name: 'reason', label: t('documents.withdraw.reason'), hint: t('documents.withdraw.reason.hint'), rows: 3, count: 500, value: o.typed['reason'], error: errorFor(o.errors, 'reason') })}
${textarea(t, { name: 'note', label: t('documents.note'), optionalLabel: t('component.optional'), hint: t('documents.note.hint'), rows: 2, count: 500, value: o.typed['note'], error: errorFor(o.errors, 'note') })}
${checkbox({ name: 'notify', label: t('documents.withdraw.notify'), checked: o.errors.length > 0 ? o.typed['notify'] !== undefined : true })}
${formActions(button({ label: t('documents.withdraw'), kind: 'danger' }), linkButton({ href: own, label: t('documents.keep'), kind: 'quiet' }))}</form>`
}
