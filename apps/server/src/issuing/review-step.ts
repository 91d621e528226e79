import { formatDate, formatNumber, inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import {
  button,
  checkbox,
  descriptionList,
  disclosure,
  errorFor,
  field,
  type FieldError,
  formActions,
  messageBox,
  radios,
} from '../platform/pages/components.ts'
import type { Batch } from './batch.ts'
import type { RowCounts } from './batch-store.ts'
import { timeInWords } from './formats.ts'
import { postForm, stepPath, type WizardDeps, wizardPage } from './wizard-frame.ts'

export interface MailPreview {
  locale: Locale
  subject: string
  text: string
}

export interface ReviewStep {
  batch: Batch
  badgeName: string
  counts: RowCounts
  expiry: string
  previews: readonly MailPreview[]
  sameBefore?: { number: number; createdAt: Date }
  holdMinutes: number
  typed: Record<string, string | undefined>
  errors?: readonly FieldError[]
}

/** Step 5: what will happen, with its number on the button. */
export function reviewStep(c: Ctx, deps: WizardDeps, o: ReviewStep): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  const { batch, counts } = o
  const count = formatNumber(locale, counts.ready)
  return wizardPage(c, deps, {
    step: 'review',
    batch,
    errors: o.errors,
    lead: t('issuing.check.dry'),
    body: html`${descriptionList([
      { term: t('issuing.badge.label'), value: o.badgeName },
      { term: t('issuing.review.willGet'), value: t('issuing.review.people', { n: counts.ready, count }) },
      counts.problem > 0 && { term: t('issuing.review.problems'), value: formatNumber(locale, counts.problem) },
      counts.skipped > 0 && { term: t('issuing.review.leftOut'), value: formatNumber(locale, counts.skipped) },
      {
        term: t('issuing.badge.awardedOn'),
        value: batch.settings.awardedOn
          ? formatDate(locale, new Date(batch.settings.awardedOn))
          : t('issuing.review.dayOfIssuing'),
      },
      { term: t('issuing.badge.expiry'), value: o.expiry },
    ])}${postForm(c, deps, {
      action: `${base}/issue/${batch.publicId}/send`,
      body: html`${o.sameBefore && sameBefore(c, o, o.sameBefore)}${radios({
        name: 'notify',
        legend: t('issuing.review.notify'),
        value: o.typed['notify'] ?? 'yes',
        error: errorFor(o.errors, 'notify'),
        options: [
          { value: 'yes', label: t('issuing.review.notify.yes') },
          { value: 'no', label: t('issuing.review.notify.no'), hint: t('issuing.review.notify.no.hint') },
        ],
      })}${previewsOf(c, o)}${radios({
        name: 'when',
        legend: t('issuing.review.when'),
        value: o.typed['when'] ?? 'now',
        error: errorFor(o.errors, 'when'),
        options: [
          {
            value: 'now',
            label: t('issuing.review.when.now'),
            hint:
              counts.ready > 1 && o.holdMinutes > 0
                ? t('issuing.review.hold', { time: timeInWords(locale, o.holdMinutes * 60) })
                : undefined,
          },
          { value: 'later', label: t('issuing.review.when.later') },
        ],
      })}${field({
        name: 'scheduledAt',
        type: 'datetime-local',
        label: t('issuing.review.scheduledAt'),
        hint: t('issuing.review.scheduledAt.hint'),
        optionalLabel: t('component.optional'),
        value: o.typed['scheduledAt'],
        error: errorFor(o.errors, 'scheduledAt'),
        width: 'medium',
      })}${formActions(button({ label: t('issuing.review.send', { n: counts.ready, count }) }))}`,
    })}<p><a href="${stepPath(base, batch, 'check')}">${t('issuing.back.check')}</a></p>`,
  })
}

function sameBefore(c: Ctx, o: ReviewStep, before: { number: number; createdAt: Date }): Html {
  const t = c.get('t')
  return messageBox({
    kind: 'warning',
    heading: t('component.warning'),
    body: html`<p>${t('issuing.review.same', { number: before.number, date: formatDate(c.get('locale'), before.createdAt) })}</p>${checkbox(
      {
        name: 'again',
        label: t('issuing.review.sameContinue'),
        error: errorFor(o.errors, 'again'),
      },
    )}`,
  })
}

function previewsOf(c: Ctx, { previews }: ReviewStep): Html | null {
  const t = c.get('t')
  if (previews.length === 0) return null
  return html`${previews.map(({ locale, subject, text }) =>
    disclosure({
      summary: t(`issuing.review.preview.${locale}`),
      boxed: true,
      body: html`<div lang="${locale}"><p><strong>${subject}</strong></p><pre class="mail-preview">${text}</pre></div>`,
    }),
  )}`
}
