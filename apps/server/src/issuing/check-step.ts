import { formatNumber, inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html, type Renderable } from '../platform/http/html.ts'
import {
  button,
  checkbox,
  chip,
  dataTable,
  field,
  formActions,
  linkButton,
  messageBox,
  pagination,
  progress,
  radios,
  tabs,
} from '../platform/pages/components.ts'
import type { Batch, BatchRow, RowField } from './batch.ts'
import { cellOf } from './check-person.ts'
import type { RowCounts, RowFilter } from './batch-store.ts'
import { problemWords, warningWords } from './row-words.ts'
import { postForm, stepPath, type WizardDeps, wizardPage } from './wizard-frame.ts'

export const rowsPerPage = 50

export interface CheckStep {
  batch: Batch
  counts: RowCounts
  rows: readonly BatchRow[]
  total: number
  show: RowFilter
  page: number
}

/** While the check runs: how far it is, with a link for browsers without script. */
export function checkingPage(c: Ctx, deps: WizardDeps, batch: Batch): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const here = stepPath(base, batch, 'check')
  return wizardPage(c, deps, {
    step: 'check',
    batch,
    lead: t('issuing.check.dry'),
    body: html`${progress({
      id: 'check-progress',
      label: t('issuing.check.running'),
      value: batch.rowsChecked,
      max: batch.rowsTotal,
      text: checkedWords(c, batch),
      liveUrl: `${here}.json`,
      doneUrl: here,
    })}<p data-without-script><a href="${here}">${t('issuing.refresh')}</a></p>`,
  })
}

export function checkedWords(c: Ctx, batch: Batch): string {
  const locale = c.get('locale')
  return c.get('t')('issuing.check.progress', {
    done: formatNumber(locale, batch.rowsChecked),
    total: formatNumber(locale, batch.rowsTotal),
  })
}

/** Step 4: what a dry run found, with what can be done about it on the spot. */
export function checkStep(c: Ctx, deps: WizardDeps, o: CheckStep): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const { batch, counts } = o
  const here = stepPath(base, batch, 'check')
  const filter = (show: RowFilter, label: string, count: number) => ({
    href: `${here}?show=${show}`,
    label,
    count,
    current: o.show === show,
  })
  const pages = Math.ceil(o.total / rowsPerPage)
  return wizardPage(c, deps, {
    step: 'check',
    batch,
    lead: t('issuing.check.dry'),
    body: html`${summary(c, counts)}<p>${linkButton({
      href: `${base}/issue/${batch.publicId}/report.csv`,
      label: t('issuing.check.report'),
      download: true,
      kind: 'quiet',
      icon: 'download',
    })}</p>${tabs({
      label: t('issuing.check.show'),
      items: [
        filter('problems', t('issuing.check.problems', { n: counts.problem }), counts.problem),
        filter('warnings', t('issuing.check.warnings', { n: counts.warning }), counts.warning),
        filter('all', t('issuing.check.all'), counts.total),
      ],
    })}${
      o.rows.length === 0
        ? html`<p>${t(o.show === 'warnings' ? 'issuing.check.noWarnings' : 'issuing.check.noProblems')}</p>`
        : postForm(c, deps, {
            action: `${here}?show=${o.show}&page=${o.page}`,
            body: html`${rowsTable(c, o)}${pagination(t, { page: o.page, pages, href: (page) => `${here}?show=${o.show}&page=${page}` })}${formActions(
              button({ label: t('issuing.check.again'), kind: 'secondary' }),
            )}`,
          })
    }<div class="cluster">${
      counts.ready > 0 &&
      linkButton({
        href: stepPath(base, batch, 'review'),
        label: t('issuing.check.continue', { n: counts.ready, count: formatNumber(c.get('locale'), counts.ready) }),
        kind: 'primary',
      })
    }<a href="${stepPath(base, batch, 'people')}#upload">${t('issuing.check.reupload')}</a> <a href="${stepPath(base, batch, 'columns')}">${t('issuing.back.columns')}</a></div>`,
  })
}

function summary(c: Ctx, counts: RowCounts): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const words = (key: 'ready' | 'problems' | 'warnings' | 'leftOut', n: number) =>
    t(`issuing.check.count.${key}`, { n, count: formatNumber(locale, n) })
  return html`<p><strong>${t('issuing.check.rows', { n: counts.total, count: formatNumber(locale, counts.total) })}</strong> <span class="chips">${chip(
    'ok',
    words('ready', counts.ready),
    'check',
  )}${counts.problem > 0 && chip('bad', words('problems', counts.problem), 'cross')}${
    counts.warning > 0 && chip('warn', words('warnings', counts.warning), 'warning')
  }${counts.skipped > 0 && chip('neutral', words('leftOut', counts.skipped), 'ring')}</span></p>${
    counts.ready === 0 &&
    messageBox({ kind: 'info', heading: t('component.information'), body: html`<p>${t('issuing.check.nothing')}</p>` })
  }`
}

function rowsTable(c: Ctx, o: CheckStep): Html {
  const t = c.get('t')
  const mapping = o.batch.source.mapping ?? []
  const cell = (row: BatchRow, name: RowField) => cellOf(mapping, row.cells, row.fixes, name)
  return dataTable(t, {
    caption: t('issuing.check.caption'),
    wide: true,
    rows: o.rows,
    rowId: (row) => `row-${row.rowNumber}`,
    columns: [
      { label: t('issuing.check.row'), isRowHeader: true, cell: (row) => row.rowNumber },
      { label: t('issuing.field.email'), cell: (row) => cell(row, 'email') || t('issuing.check.empty') },
      { label: t('issuing.check.what'), cell: (row) => findings(c, row) },
      { label: t('issuing.check.fix'), cell: (row) => remedies(c, row, cell) },
    ],
  })
}

function findings(c: Ctx, row: BatchRow): Renderable {
  const t = c.get('t')
  const words = [
    ...row.problems.map((problem) => problemWords(t, problem)),
    ...row.warnings.map((one) => warningWords(t, one)),
  ]
  return words.length === 0 ? t('issuing.check.fine') : words.map((text) => html`<p>${text}</p>`)
}

/** Fields to type over, the choice where the person has the badge already, and the box that leaves the row out. */
function remedies(c: Ctx, row: BatchRow, cell: (row: BatchRow, name: RowField) => string): Renderable {
  const t = c.get('t')
  const n = row.rowNumber
  const fields = [...new Set(row.problems.map((problem) => problem.field))]
  const typos = row.warnings.filter(({ code }) => code === 'domain-typo')
  const hasChoice = row.warnings.some(({ code }) => code === 'already-has' || code === 'duplicate-in-list')
  return html`${fields.map((name) =>
    field({
      name: `fix-${n}-${name}`,
      label: t('issuing.check.fixField', { field: t(`issuing.field.${name}`), row: n }),
      value: cell(row, name),
      width: 'medium',
    }),
  )}${typos.map(() =>
    field({
      name: `fix-${n}-email`,
      label: t('issuing.check.fixField', { field: t('issuing.field.email'), row: n }),
      value: cell(row, 'email'),
      width: 'medium',
    }),
  )}${
    hasChoice &&
    radios({
      name: `choice-${n}`,
      legend: t('issuing.check.choice', { row: n }),
      legendHidden: true,
      value: row.choice ?? 'skip',
      inline: true,
      options: [
        { value: 'skip', label: t('issuing.check.skip') },
        { value: 'reissue', label: t('issuing.check.reissue') },
      ],
    })
  }${checkbox({ name: `out-${n}`, label: t('issuing.check.leaveOut', { row: n }), checked: row.leftOut })}<input type="hidden" name="row-${n}" value="shown">`
}
