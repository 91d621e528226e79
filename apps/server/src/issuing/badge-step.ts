import { contentIn, type PublishedAchievement } from '../achievements/index.ts'
import { formatDate, inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import {
  button,
  dataTable,
  disclosure,
  batchChip,
  emptyState,
  errorFor,
  field,
  type FieldError,
  formActions,
  linkButton,
  radios,
  section,
  select,
  textarea,
} from '../platform/pages/components.ts'
import type { Batch } from './batch.ts'
import { postForm, stepPath, type WizardDeps, wizardPage } from './wizard-frame.ts'

export interface BadgeStep {
  achievements: readonly PublishedAchievement[]
  typed: Record<string, string | undefined>
  batch?: Batch
  recent: readonly Batch[]
  errors?: readonly FieldError[]
}

/** Step 1: which badge, from when until when, with which words for everybody. */
export function badgeStep(c: Ctx, deps: WizardDeps, o: BadgeStep): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  if (o.achievements.length === 0)
    return wizardPage(c, deps, {
      step: 'badge',
      body: emptyState({
        sentence: t('issuing.badge.none'),
        action: linkButton({ href: `${base}/badges/new`, label: t('issuing.badge.new'), kind: 'primary' }),
      }),
    })
  return wizardPage(c, deps, {
    step: 'badge',
    batch: o.batch,
    errors: o.errors,
    lead: t('issuing.step.badge.lead'),
    body: html`${postForm(c, deps, {
      action: o.batch ? stepPath(base, o.batch, 'badge') : `${base}/issue`,
      body: badgeFields(c, o),
    })}${recentBatches(c, base, o)}`,
  })
}

function badgeFields(c: Ctx, o: BadgeStep): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const optionalLabel = t('component.optional')
  const error = (name: string) => errorFor(o.errors, name)
  const hasMore = ['narrative', 'evidenceUrl', 'evidenceName'].some((name) => o.typed[name] || error(name))
  return html`${select({
    name: 'badge',
    label: t('issuing.badge.label'),
    value: o.typed['badge'],
    error: error('badge'),
    placeholder: o.achievements.length > 1 ? t('issuing.badge.choose') : undefined,
    options: o.achievements.map((achievement) => {
      const content = contentIn(achievement.content, locale)
      return {
        value: achievement.publicId,
        label: t('issuing.badge.version', { name: content.name, version: achievement.version }),
        lang: content.language === locale ? undefined : content.language,
      }
    }),
  })}${field({
    name: 'awardedOn',
    type: 'date',
    label: t('issuing.badge.awardedOn'),
    hint: t('issuing.badge.awardedOn.hint'),
    optionalLabel,
    value: o.typed['awardedOn'],
    error: error('awardedOn'),
    width: 'short',
  })}${radios({
    name: 'expiry',
    legend: t('issuing.badge.expiry'),
    value: o.typed['expiry'] ?? 'template',
    error: error('expiry'),
    options: [
      { value: 'template', label: t('issuing.badge.expiry.template'), hint: t('issuing.badge.expiry.template.hint') },
      { value: 'never', label: t('issuing.badge.expiry.never') },
      { value: 'on', label: t('issuing.badge.expiry.on'), hint: t('issuing.badge.expiry.on.hint') },
    ],
  })}${field({
    name: 'validUntil',
    type: 'date',
    label: t('issuing.badge.validUntil'),
    optionalLabel,
    value: o.typed['validUntil'],
    error: error('validUntil'),
    width: 'short',
  })}${disclosure({
    summary: t('issuing.badge.more'),
    open: hasMore,
    body: html`${textarea(t, {
      name: 'narrative',
      label: t('issuing.badge.narrative'),
      hint: t('issuing.badge.narrative.hint'),
      optionalLabel,
      value: o.typed['narrative'],
      error: error('narrative'),
      count: 2000,
      rows: 4,
    })}${field({
      name: 'evidenceUrl',
      type: 'url',
      label: t('issuing.badge.evidenceUrl'),
      hint: t('issuing.badge.evidenceUrl.hint'),
      optionalLabel,
      value: o.typed['evidenceUrl'],
      error: error('evidenceUrl'),
    })}${field({
      name: 'evidenceName',
      label: t('issuing.badge.evidenceName'),
      optionalLabel,
      value: o.typed['evidenceName'],
      error: error('evidenceName'),
    })}`,
  })}${formActions(button({ label: t('issuing.badge.continue') }))}`
}

const chipStates = {
  draft: 'draft',
  checking: 'checking',
  ready: 'ready',
  held: 'on-hold',
  sending: 'sending',
  done: 'done',
  'done-with-problems': 'done-with-problems',
  cancelled: 'cancelled',
} as const satisfies Record<Batch['state'], string>

function recentBatches(c: Ctx, base: string, o: BadgeStep): Html | null {
  const t = c.get('t')
  const locale = c.get('locale')
  if (o.recent.length === 0) return null
  const names = new Map(o.achievements.map((one) => [one.achievementId, contentIn(one.content, locale).name]))
  return section({
    heading: t('issuing.recent'),
    id: 'recent',
    body: dataTable(t, {
      caption: t('issuing.recent.caption'),
      captionHidden: true,
      rows: o.recent,
      columns: [
        {
          label: t('issuing.recent.number'),
          isRowHeader: true,
          cell: (batch) =>
            html`<a href="${base}/issue/${batch.publicId}">${t('issuing.recent.batch', { number: batch.number })}</a>`,
        },
        { label: t('issuing.badge.label'), cell: (batch) => names.get(batch.achievementId ?? '') ?? '' },
        { label: t('issuing.recent.people'), numeric: true, cell: (batch) => batch.rowsTotal },
        { label: t('issuing.recent.begun'), cell: (batch) => formatDate(locale, batch.createdAt) },
        { label: t('issuing.recent.state'), cell: (batch) => batchChip(t, chipStates[batch.state]) },
      ],
    }),
  })
}
