import type { Check } from '@lapel/openbadges'
import { dayInWords, momentInWords } from '../claiming/index.ts'
import { html, type Html, safeUrl } from '../platform/http/html.ts'
import { regions } from '../platform/i18n/messages.ts'
import {
  button,
  checkChip,
  copyField,
  dataTable,
  descriptionList,
  disclosure,
  field,
  linkButton,
  section,
  verdictBox,
} from '../platform/pages/components.ts'
import type { CheckedBadge } from './check-badge.ts'
import { checkWords, type Reader, verdictSentence, verdictTone } from './words.ts'

export interface ResultPage extends Reader {
  badges: readonly CheckedBadge[]
  /** The result, sealed, for comparing and keeping; absent where it cannot be changed any more. */
  sealed: string | undefined
  keptUntil: Date | undefined
  /** The check was made on another day. */
  isOld?: boolean
  url: string | undefined
  compareError: string | undefined
  fields: () => Html
}

/** The answer, and what it rests on: verdict first, then what was claimed, then all eight checks (W8). */
export function resultPage(p: ResultPage): Html {
  const { t, badges } = p
  return html`<div id="result" class="stack">${badges.length > 1 && html`<p class="lead" role="status">${t('verify.result.several', { count: badges.length })}</p>`}
${badges.map((badge, index) => oneResult(p, badge, index))}
${p.keptUntil && html`<p>${t('verify.keep.until', { date: dayInWords(p.locale, p.keptUntil) })}</p>`}
${p.url && html`<div class="screen-only">${copyField(t, { id: 'result-link', label: t('verify.keep.link'), value: p.url, buttonLabel: t('share.copy'), copied: t('share.copied'), hint: t('verify.keep.hint') })}</div><p class="print-only">${p.url}</p>`}
<div class="cluster screen-only">${p.sealed !== undefined && keepForm(p, p.sealed)}${p.keptUntil !== undefined && linkButton({ href: '?format=json', label: t('verify.json'), download: 'result.json', icon: 'download' })}${linkButton({ href: '/verify', label: t('verify.again') })}<div data-print="${t('verify.print')}"></div></div></div>`
}

function oneResult(p: ResultPage, badge: CheckedBadge, index: number): Html {
  const { t } = p
  const several = p.badges.length > 1
  const isBad = badge.verdict === 'not-valid'
  const claims = claimsOf(p, badge)
  return html`${several && html`<h2>${t('verify.result.number', { number: index + 1 })}</h2>`}
${verdictBox({
  tone: verdictTone[badge.verdict],
  word: t(`verify.verdict.${badge.verdict}`),
  sentence: verdictSentence(p, badge),
  when: whenChecked(p, badge.verifiedAt),
  note: html`${recipientNote(p, badge)}`,
  takesFocus: index === 0,
})}
${claims && (isBad ? disclosure({ summary: t('verify.claims.file'), body: claims, boxed: true }) : section({ heading: t('verify.claims'), body: claims }))}
${checksTable(p, badge)}
${p.sealed !== undefined && !several && canCompare(badge) && compareForm(p, p.sealed)}
${badge.endorsements.length > 0 && endorsements(p, badge)}
${disclosure({ summary: t('verify.technical'), body: technical(p, badge) })}
${badge.document && disclosure({ summary: t('verify.raw'), body: html`<pre class="code-block" tabindex="0"><code>${JSON.stringify(badge.document, null, 2)}</code></pre>` })}`
}

/** On paper the time of day says nothing, so the date stands with it. */
function whenChecked(p: ResultPage, at: string): Html {
  const asOf = p.t('layout.print.asOf', { when: momentInWords(p.locale, new Date(at)) })
  return html`<span class="screen-only">${p.t('verify.checkedAt', { time: timeOf(p, at) })}</span><span class="print-only">${asOf}</span>`
}

function timeOf({ locale, keptUntil, isOld }: ResultPage, at: string): string {
  // A kept result may be read on another day.
  return keptUntil || isOld
    ? momentInWords(locale, new Date(at))
    : `${new Intl.DateTimeFormat(regions[locale], { timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at))} UTC`
}

/** Whether it was issued to this person is a question of its own; the verdict never answers it. */
function recipientNote({ t }: ResultPage, badge: CheckedBadge): Html | null {
  if (!badge.verdict.startsWith('genuine') && badge.verdict !== 'issuer-not-confirmed') return null
  const recipient = badge.checks.find(({ name }) => name === 'recipient')
  if (recipient?.code === 'recipient.match') return html`<p>${t('verify.match')}</p>`
  if (recipient?.code === 'recipient.no-match') return html`<p>${t('verify.noMatch')}</p>`
  const name = badge.credential?.recipient.name
  return html`<p>${name ? t('verify.notThePerson', { name }) : t('verify.notThePerson.unnamed')}</p>`
}

function claimsOf({ t, locale }: ResultPage, badge: CheckedBadge): Html | null {
  const view = badge.credential
  if (!view) return null
  const page = safeUrl(view.id)
  return html`${descriptionList([
    view.name !== undefined && { term: t('badge.claimed'), value: view.name },
    view.description !== undefined && { term: t('badge.description'), value: view.description },
    view.recipient.name !== undefined && { term: t('verify.claims.recipient'), value: view.recipient.name },
    {
      term: t('verify.claims.issuer'),
      value: [view.issuer.name, hostOf(view.issuer.id ?? view.issuer.url)].filter(Boolean).join(' · '),
    },
    (view.awardedOn ?? view.validFrom) !== undefined && {
      term: t('badge.issued'),
      value: dayOrText(locale, view.awardedOn ?? view.validFrom ?? ''),
    },
    view.validUntil !== undefined && { term: t('badge.expires'), value: dayOrText(locale, view.validUntil) },
    page !== undefined && {
      term: t('verify.claims.address'),
      value: html`<a href="${page}" rel="ugc nofollow noopener noreferrer">${page}</a>`,
    },
  ])}`
}

/** What a stranger's file calls a date may be anything. */
function dayOrText(locale: ResultPage['locale'], text: string): string {
  return Number.isNaN(Date.parse(text)) || !/^\d{4}-\d{2}-\d{2}/.test(text) ? text : dayInWords(locale, text)
}

/** The part of an issuer's id that a person recognizes. */
function hostOf(id: string | undefined): string | undefined {
  if (id?.startsWith('did:web:')) return decodeURIComponent(id.slice('did:web:'.length).split(/[:#]/)[0] ?? '')
  if (id?.startsWith('did:')) return `${id.slice(0, 20)}…`
  return URL.parse(id ?? '')?.host
}

function checksTable(p: ResultPage, badge: CheckedBadge): Html {
  const { t } = p
  return dataTable(t, {
    caption: t('verify.checks'),
    rows: badge.checks,
    columns: [
      { label: t('verify.column.check'), isRowHeader: true, cell: ({ name }: Check) => t(`verify.check.${name}`) },
      { label: t('verify.column.result'), cell: ({ result }: Check) => checkChip(t, result) },
      { label: t('verify.column.words'), cell: (check: Check) => checkWords(p, check) },
    ],
  })
}

function canCompare(badge: CheckedBadge): boolean {
  return badge.verdict !== 'not-valid' && badge.credential !== undefined
}

function compareForm(p: ResultPage, sealed: string): Html {
  const { t } = p
  return html`<form method="post" action="/verify/compare" class="form panel screen-only" novalidate>${p.fields()}<input type="hidden" name="result" value="${sealed}">${field({ name: 'email', type: 'email', label: t('verify.compare.label'), hint: t('verify.compare.hint'), autocomplete: 'off', error: p.compareError, width: 'medium' })}<div class="form-actions">${button({ label: t('verify.compare.button'), kind: 'secondary' })}</div></form>`
}

function keepForm(p: ResultPage, sealed: string): Html {
  return html`<form method="post" action="/verify/keep" class="form-inline" novalidate>${p.fields()}<input type="hidden" name="result" value="${sealed}">${button({ label: p.t('verify.keep'), kind: 'secondary' })}</form>`
}

function endorsements({ t, ...p }: ResultPage, badge: CheckedBadge): Html {
  return section({
    heading: t('verify.endorsements'),
    level: 3,
    body: html`<ul>${badge.endorsements.map(({ report, comment }) => html`<li>${t('verify.endorsement.by', { issuer: report.credential?.issuer.name ?? report.credential?.issuer.id ?? '', verdict: t(`verify.verdict.${report.verdict}`) })}${comment && html`<p lang="${p.locale}">${comment}</p>`}</li>`)}</ul>`,
  })
}

/** Per check: method, inputs, values, key, addresses with status and time. For engineers, so in English where it is theirs. */
function technical(p: ResultPage, badge: CheckedBadge): Html {
  const { t } = p
  return html`${badge.checks.map((check) => {
    const { details } = check
    const values = { ...details.inputs, ...details.values }
    return html`<h3>${t(`verify.check.${check.name}`)}</h3>${descriptionList(
      [
        { term: t('verify.technical.code'), value: check.code },
        details.method !== undefined && { term: t('verify.technical.method'), value: details.method, lang: 'en' },
        details.keyId !== undefined && { term: t('verify.technical.key'), value: details.keyId },
        details.cause !== undefined && { term: t('verify.technical.cause'), value: details.cause, lang: 'en' },
        ...Object.entries(values)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => ({ term: name, value: typeof value === 'string' ? value : JSON.stringify(value) })),
        ...(details.problems ?? []).map((problem) => ({
          term: problem.path ?? '',
          value: problem.message,
          lang: 'en',
        })),
        ...(details.proofs ?? []).map((proof) => ({
          term: proof.cryptosuite ?? proof.code,
          value: `${proof.result}: ${proof.detail}`,
          lang: 'en',
        })),
        ...(details.fetched ?? []).map(({ url, status, at, error }) => ({
          term: t('verify.technical.fetched'),
          value: `${url} · ${status ?? error ?? t('verify.technical.noAnswer')} · ${at}`,
        })),
      ],
      { compact: true },
    )}`
  })}<p class="hint">${t('verify.technical.library')} ${badge.library}</p>`
}
