import { dayInWords } from '../claiming/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { backLink, checkChip, dataTable, descriptionList, verdictBox } from '../platform/pages/components.ts'
import type { PdfReport, PdfVerdict } from './verify-pdf.ts'

const tones: Record<PdfVerdict, 'ok' | 'warn' | 'bad' | 'neutral'> = {
  genuine: 'ok',
  ours: 'ok',
  withdrawn: 'bad',
  replaced: 'bad',
  altered: 'bad',
  'unknown-signer': 'warn',
  unsigned: 'warn',
  unfinished: 'neutral',
}

/** What the check of a PDF as a file says: one sentence, what is on record, every check. */
export function resultSection(
  { t, locale }: { t: Translate; locale: Locale },
  report: PdfReport,
  o: { back?: { href: string; label: string }; id?: string; takesFocus?: boolean } = {},
): Html {
  const { document, verdict } = report
  return html`<div class="stack">${o.back && backLink(o.back.href, o.back.label)}${verdictBox({
    tone: tones[verdict],
    word: t(`documents.verdict.${verdict}`),
    sentence: sentence(t, locale, report),
    ...(o.id ? { id: o.id } : {}),
    ...(o.takesFocus === undefined ? {} : { takesFocus: o.takesFocus }),
  })}${
    document &&
    verdict !== 'altered' &&
    descriptionList([
      { term: t('documents.title'), value: document.title },
      { term: t('documents.kind'), value: t(`documents.kind.${document.kind}`) },
      { term: t('documents.issuer'), value: document.issuerName },
      { term: t('documents.person'), value: document.recipientName },
      { term: t('documents.date'), value: dayInWords(locale, document.date) },
    ])
  }${dataTable(t, {
    caption: t('documents.check.table'),
    captionHidden: true,
    rows: report.checks,
    columns: [
      { label: t('documents.check.name'), isRowHeader: true, cell: ({ name }) => t(`documents.check.name.${name}`) },
      { label: t('documents.check.result'), cell: ({ result }) => checkChip(t, result) },
      { label: t('documents.check.words'), cell: ({ code, values }) => t(code, values) },
    ],
  })}</div>`
}

function sentence(t: Translate, locale: Locale, { verdict, document, signerName }: PdfReport): string {
  const issuer = document?.issuerName ?? ''
  const title = document?.title ?? ''
  const name = document?.recipientName ?? ''
  const date = document ? dayInWords(locale, document.date) : ''
  const end = document?.withdrawnAt ? dayInWords(locale, document.withdrawnAt) : ''
  const signer = signerName ?? t('documents.check.nobody')
  switch (verdict) {
    case 'genuine':
      return t('documents.sentence.genuine', { issuer, title, name, date })
    case 'withdrawn':
      return document?.reason
        ? t('documents.sentence.withdrawnReason', { issuer, date: end, reason: document.reason })
        : t('documents.sentence.withdrawn', { issuer, date: end })
    case 'replaced':
      return t('documents.sentence.replaced', { issuer, date: end })
    case 'ours':
    case 'unknown-signer':
      return t(`documents.sentence.${verdict}`, { signer })
    case 'altered':
    case 'unsigned':
    case 'unfinished':
      return t(`documents.sentence.${verdict}`)
  }
}
