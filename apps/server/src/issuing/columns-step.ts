import { formatDate, formatNumber, inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import {
  button,
  checkbox,
  dataTable,
  type FieldError,
  formActions,
  radios,
  errorFor,
  select,
} from '../platform/pages/components.ts'
import type { Batch } from './batch.ts'
import { columnFields, type ColumnMapping } from './columns.ts'
import { postForm, stepPath, type WizardDeps, wizardPage } from './wizard-frame.ts'

export interface ColumnsStep {
  batch: Batch
  mapping: ColumnMapping
  dateOrder?: string
  errors?: readonly FieldError[]
}

const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const

/** Step 3: what each column means. The guess is filled in; three values show whether it is right. */
export function columnsStep(c: Ctx, deps: WizardDeps, o: ColumnsStep): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  const { source } = o.batch
  const example = source.dateExample
  const columns = o.mapping.map((field, index) => ({ field, index }))
  return wizardPage(c, deps, {
    step: 'columns',
    batch: o.batch,
    errors: o.errors,
    lead: t('issuing.step.columns.lead', {
      rows: o.batch.rowsTotal,
      number: formatNumber(locale, o.batch.rowsTotal),
      source: o.batch.sourceName ?? t('issuing.columns.pasted'),
      encoding: source.encoding ?? 'UTF-8',
      delimiter: t(`issuing.columns.delimiter.${delimiterNames[source.delimiter ?? ',']}`),
    }),
    body: postForm(c, deps, {
      action: stepPath(base, o.batch, 'columns'),
      body: html`${checkbox({
        name: 'hasHeading',
        label: t('issuing.columns.hasHeading'),
        hint: t('issuing.columns.hasHeading.hint'),
        checked: source.hasHeading ?? false,
      })}${dataTable(t, {
        caption: t('issuing.columns.caption'),
        rows: columns,
        columns: [
          {
            label: t('issuing.columns.column'),
            isRowHeader: true,
            cell: ({ index }) => source.heading?.[index] || t('issuing.columns.number', { number: index + 1 }),
          },
          {
            label: t('issuing.columns.samples'),
            cell: ({ index }) =>
              (source.samples?.[index] ?? []).map((sample) => html`<div class="sample">${sample}</div>`),
          },
          {
            label: t('issuing.columns.means'),
            cell: ({ field, index }) =>
              select({
                name: `column-${index}`,
                label: t('issuing.columns.meansFor', {
                  column: source.heading?.[index] || t('issuing.columns.number', { number: index + 1 }),
                }),
                value: field ?? '',
                placeholder: t('issuing.columns.leaveOut'),
                error: index === 0 ? errorFor(o.errors, 'column-0') : undefined,
                options: columnFields.map((known) => ({ value: known, label: t(`issuing.field.${known}`) })),
              }),
          },
        ],
      })}${
        example &&
        radios({
          name: 'dateOrder',
          legend: t('issuing.columns.date', {
            cell: example.cell,
            mdy: formatDate(locale, new Date(example.mdy)),
            dmy: formatDate(locale, new Date(example.dmy)),
          }),
          value: o.dateOrder,
          error: errorFor(o.errors, 'dateOrder'),
          options: [
            { value: 'mdy', label: formatDate(locale, new Date(example.mdy)), hint: t('issuing.columns.date.mdy') },
            { value: 'dmy', label: formatDate(locale, new Date(example.dmy)), hint: t('issuing.columns.date.dmy') },
          ],
        })
      }${formActions(button({ label: t('issuing.columns.continue') }))}<p><a href="${stepPath(base, o.batch, 'people')}">${t('issuing.back.people')}</a></p>`,
    }),
  })
}
