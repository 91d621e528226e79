import { consolePage, formatNumber, inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import {
  button,
  dataTable,
  linkButton,
  messageBox,
  messageHeading,
  progress,
  section,
} from '../platform/pages/components.ts'
import type { Batch, BatchRow } from './batch.ts'
import type { RowCounts } from './batch-store.ts'
import { momentInWords, timeInWords } from './formats.ts'
import { failureWords } from './row-words.ts'
import { postForm, type WizardDeps } from './wizard-frame.ts'

export interface ProgressView {
  batch: Batch
  badgeName: string
  counts: RowCounts
  failures: readonly BatchRow[]
  now: Date
}

/** A batch after it was confirmed: held, being issued, done. Real figures only, with the time they were taken. */
export function progressPage(c: Ctx, deps: WizardDeps, o: ProgressView): Promise<Response> {
  const t = c.get('t')
  const { batch } = o
  return consolePage(c, deps, {
    title: t('issuing.progress.title', { number: batch.number }),
    lead: o.badgeName,
    body: html`${stateOf(c, deps, o)}${failuresOf(c, deps, o)}`,
  })
}

function stateOf(c: Ctx, deps: WizardDeps, o: ProgressView): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  const { batch, counts } = o
  const at = `${base}/issue/${batch.publicId}`
  const list = linkButton({
    href: `${base}/issued?batch=${batch.publicId}`,
    label: t('issuing.progress.list'),
    kind: 'primary',
  })
  if (batch.state === 'cancelled')
    return messageBox({
      kind: 'info',
      heading: messageHeading(t, 'info'),
      body: html`<p>${t('issuing.progress.cancelled')}</p>`,
    })
  if (batch.state === 'done' || batch.state === 'done-with-problems')
    return html`${messageBox({
      kind: counts.failed > 0 ? 'warning' : 'success',
      heading: messageHeading(t, counts.failed > 0 ? 'warning' : 'success'),
      body: html`<p>${t('issuing.progress.done', { n: counts.issued, count: formatNumber(locale, counts.issued) })}</p>${
        counts.problem + counts.skipped > 0 &&
        html`<p>${t('issuing.progress.notIssued', { n: counts.problem + counts.skipped })}</p>`
      }`,
    })}<p>${list}</p>`
  const refresh = html`<p data-without-script>${t('issuing.progress.asOf', { time: momentInWords(locale, o.now) })} <a href="${at}/progress">${t('issuing.refresh')}</a></p>`
  if (batch.state === 'held') return html`${heldBox(c, deps, o, at)}${refresh}`
  return html`${
    batch.pausedReason !== null &&
    messageBox({
      kind: 'warning',
      heading: messageHeading(t, 'warning'),
      body: html`<p>${t('issuing.progress.paused')} ${pauseWords(c, batch.pausedReason)}</p>`,
    })
  }${progress({
    id: 'issue-progress',
    label: t('issuing.progress.label'),
    value: counts.issued + counts.failed,
    max: counts.issued + counts.failed + counts.ready,
    text: progressWords(c, o),
    liveUrl: `${at}/progress.json`,
    doneUrl: `${at}/progress`,
  })}${refresh}<p>${t('issuing.progress.leave')}</p>`
}

function heldBox(c: Ctx, deps: WizardDeps, o: ProgressView, at: string): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const { batch } = o
  const left = ((batch.holdUntil ?? o.now).getTime() - o.now.getTime()) / 1000
  return html`${messageBox({
    kind: 'info',
    heading: t('issuing.progress.held'),
    body: html`<p>${t('issuing.progress.hold', { time: timeInWords(locale, left) })}</p><p>${t(
      'issuing.progress.holdUntil',
      {
        n: o.counts.ready,
        count: formatNumber(locale, o.counts.ready),
        time: momentInWords(locale, batch.holdUntil ?? o.now),
      },
    )}</p>`,
    actions: postForm(c, deps, {
      action: `${at}/cancel`,
      inline: true,
      body: button({ label: t('issuing.progress.cancel'), kind: 'danger' }),
    }),
  })}${progress({
    id: 'issue-progress',
    label: t('issuing.progress.label'),
    value: 0,
    max: o.counts.ready,
    text: progressWords(c, o),
    liveUrl: `${at}/progress.json`,
    doneUrl: `${at}/progress`,
    everyMs: 2000,
  })}`
}

/** "1,240 of 2,000 issued · 3 failed · about 40 seconds left". */
export function progressWords(c: Ctx, { batch, counts, now }: Omit<ProgressView, 'failures' | 'badgeName'>): string {
  const t = c.get('t')
  const locale = c.get('locale')
  const total = counts.issued + counts.failed + counts.ready
  const parts = [
    t('issuing.progress.text', {
      done: formatNumber(locale, counts.issued),
      total: formatNumber(locale, total),
    }),
  ]
  if (counts.failed > 0) parts.push(t('issuing.progress.text.failed', { n: counts.failed }))
  if (batch.state === 'held' && batch.holdUntil)
    parts.push(
      t('issuing.progress.hold', { time: timeInWords(locale, (batch.holdUntil.getTime() - now.getTime()) / 1000) }),
    )
  const elapsedS = batch.startedAt ? (now.getTime() - batch.startedAt.getTime()) / 1000 : 0
  // An estimate from a handful of rows would be a guess.
  if (batch.state === 'sending' && counts.issued >= 20 && counts.ready > 0 && elapsedS > 1)
    parts.push(
      t('issuing.progress.text.left', {
        time: timeInWords(locale, Math.ceil((elapsedS / counts.issued) * counts.ready)),
      }),
    )
  return parts.join(' · ')
}

function pauseWords(c: Ctx, reason: string): string {
  const t = c.get('t')
  if (reason === 'signing.daily-cap') return t('issuing.pause.cap')
  if (reason === 'run-changed') return t('issuing.pause.changed')
  return t('issuing.pause.organization')
}

function failuresOf(c: Ctx, deps: WizardDeps, o: ProgressView): Html | null {
  const t = c.get('t')
  const { base } = inConsole(c)
  if (o.counts.failed === 0) return null
  return section({
    heading: t('issuing.failures.title', { n: o.counts.failed }),
    id: 'failures',
    actions: postForm(c, deps, {
      action: `${base}/issue/${o.batch.publicId}/retry`,
      inline: true,
      body: button({ label: t('issuing.failures.retry'), kind: 'secondary' }),
    }),
    body: dataTable(t, {
      caption: t('issuing.failures.caption'),
      captionHidden: true,
      rows: o.failures,
      columns: [
        { label: t('issuing.check.row'), isRowHeader: true, cell: (row) => row.rowNumber },
        { label: t('issuing.field.name'), cell: (row) => row.person?.name ?? '' },
        { label: t('issuing.field.email'), cell: (row) => row.person?.email ?? '' },
        { label: t('issuing.check.what'), cell: (row) => failureWords(t, row.failure ?? '') },
      ],
    }),
  })
}
