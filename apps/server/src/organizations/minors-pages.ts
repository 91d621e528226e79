import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  chip,
  dataTable,
  emptyState,
  form,
  formActions,
  linkButton,
  pagination,
  section,
} from '../platform/pages/components.ts'
import type { DisclosureRow } from './disclosure-store.ts'
import { formatDate, formatTime } from './formats.ts'
import type { Organization } from './organization.ts'

/** The switch with everything that it does, before it is pressed. */
export function minorsPage(
  t: Translate,
  o: {
    locale: Locale
    fields: () => Html
    base: string
    organization: Organization
    shown: { badges: number; links: number }
    logged: number
  },
): Html {
  const { sharingOffSince } = o.organization
  const isOff = sharingOffSince !== null
  return html`${section({
    id: 'switch',
    heading: t('minors.switch'),
    body: html`<p>${isOff ? chip('warn', t('minors.isOff', { date: formatDate(o.locale, sharingOffSince) }), 'lock') : chip('neutral', t('minors.isOn'), 'globe')}</p>
<p>${t(isOff ? 'minors.effect.now' : 'minors.effect')}</p>
<ul>${(['public', 'links', 'own', 'log'] as const).map((effect) => html`<li>${t(`minors.effect.${effect}`)}</li>`)}</ul>
<p>${isOff ? t('minors.on.effect') : t('minors.off.effect', o.shown)}</p>
${form({
  action: `${o.base}/minors/switch`,
  csrf: o.fields(),
  hidden: { sharing: isOff ? 'on' : 'off' },
  body: formActions(button({ label: t(isOff ? 'minors.on' : 'minors.off'), kind: isOff ? 'secondary' : 'danger' })),
})}`,
  })}${section({
    id: 'log',
    heading: t('minors.log'),
    body: html`<p>${t('minors.log.count', { count: o.logged })}</p><p>${linkButton({ href: `${o.base}/minors/log`, label: t('minors.log.open') })}</p>`,
  })}`
}

/** Who of the team saw which record, newest first. */
export function logPage(
  t: Translate,
  o: { locale: Locale; base: string; rows: readonly DisclosureRow[]; page: number; pages: number },
): Html {
  if (o.rows.length === 0) return emptyState({ sentence: t('minors.log.none') })
  return html`<p>${linkButton({ href: `${o.base}/minors/log.csv`, label: t('minors.log.csv'), icon: 'download' })}</p>${dataTable(
    t,
    {
      caption: t('minors.log'),
      captionHidden: true,
      rows: o.rows,
      columns: [
        {
          label: t('minors.log.when'),
          isRowHeader: true,
          cell: ({ at }) =>
            html`<time datetime="${at.toISOString()}">${formatDate(o.locale, at)}, ${formatTime(o.locale, at)}</time>`,
        },
        { label: t('minors.log.who'), cell: ({ by }) => by || t('minors.log.left') },
        { label: t('minors.log.did'), cell: ({ kind }) => t(`minors.log.kind.${kind}`) },
        { label: t('minors.log.record'), cell: (row) => recordCell(t, o.base, row) },
      ],
    },
  )}${pagination(t, { page: o.page, pages: o.pages, href: (page) => `${o.base}/minors/log?page=${page}` })}`
}

function recordCell(t: Translate, base: string, row: DisclosureRow): Html | string {
  const { recordKind, recordId, person, what, filter } = row
  if (person !== null && recordId !== null && (recordKind === 'credential' || recordKind === 'document')) {
    const path = `${base}/${recordKind === 'credential' ? 'issued' : 'documents'}/${recordId}`
    return html`<a href="${path}">${person}</a>${what && html` <span class="hint">${what}</span>`}`
  }
  if (recordKind === 'batch') return t('minors.log.batch')
  if (recordKind === 'request') return t('minors.log.request')
  return html`${t('minors.log.list')}${filter && html` <code>${filter}</code>`}`
}
