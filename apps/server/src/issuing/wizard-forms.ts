import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import type { RowField, RowFixes } from './batch.ts'
import type { RowAnswer } from './batch-store.ts'
import type { DateOrder } from './cell-dates.ts'
import { columnFields, type ColumnMapping, missingColumns } from './columns.ts'

type Body = Record<string, string | File | (string | File)[]>

/** Fields of one page: 50 rows of 12 cells with their ticks, or 100 columns, are far below. */
const mostFields = 4000

/**
 * The body of a form whose fields are as many as a list has rows or columns, so that no schema can name them. As strict
 * as `readForm` all the same: no files, nothing twice, no control characters, well-formed text, an end to the number of
 * fields; unknown names are refused by what reads them.
 */
export async function readManyFields(c: Ctx): Promise<Body> {
  const body = await c.req.parseBody({ all: true })
  const names = Object.keys(body)
  if (names.length > mostFields) throw new HttpError(413, 'The form has too many fields')
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string') throw new HttpError(400, `The field ${name.slice(0, 40)} was sent twice`)
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value) || !value.isWellFormed())
      throw new HttpError(400, `The field ${name.slice(0, 40)} holds control characters`)
  }
  return body
}

/** Longest text that can be typed over a cell. */
const longestFix = 4000

/** The form of step 3. Its fields are as many as the list has columns, so it is read by hand, as strictly as any. */
export function readMapping(
  body: Body,
  columns: number,
): { mapping: ColumnMapping; hasHeading: boolean; dateOrder: DateOrder | undefined; errors: FieldError[] } {
  const mapping: ColumnMapping = Array.from({ length: columns }, () => null)
  let hasHeading = false
  let dateOrder: DateOrder | undefined
  for (const [name, value] of entriesOf(body)) {
    const column = /^column-(\d{1,3})$/.exec(name)?.[1]
    if (column !== undefined && Number(column) < columns) mapping[Number(column)] = fieldOf(value)
    else if (name === 'hasHeading') hasHeading = true
    else if (name === 'dateOrder') dateOrder = value === 'dmy' || value === 'mdy' ? value : undefined
    else throw unknownField(name)
  }
  const errors: FieldError[] = missingColumns(mapping).map((field) => ({
    field: 'column-0',
    message: field === 'email' ? 'issuing.error.columnEmail' : 'issuing.error.columnName',
  }))
  const twice = columnFields.find((field) => mapping.filter((known) => known === field).length > 1)
  if (twice) errors.push({ field: `column-${mapping.lastIndexOf(twice)}`, message: 'issuing.error.columnTwice' })
  return { mapping, hasHeading, dateOrder, errors }
}

function fieldOf(value: string): RowField | null {
  if (value === '') return null
  const field = columnFields.find((known) => known === value)
  if (!field) throw new HttpError(400, 'A column has an unknown meaning')
  return field
}

/** The form of step 4: what was typed over cells, chosen, and left out, for the rows that the page showed. */
export function readAnswers(body: Body): RowAnswer[] {
  const answers = new Map<number, RowAnswer>()
  const answerOf = (row: string) => {
    const rowNumber = Number(row)
    let answer = answers.get(rowNumber)
    if (!answer) {
      answer = { rowNumber, fixes: {}, choice: null, leftOut: false }
      answers.set(rowNumber, answer)
    }
    return answer
  }
  for (const [name, value] of entriesOf(body)) {
    const [, kind, row, rest] = /^(row|fix|choice|out)-(\d{1,7})(?:-([A-Za-z]+))?$/.exec(name) ?? []
    if (!kind || !row) throw unknownField(name)
    const answer = answerOf(row)
    if (kind === 'fix') setFix(answer.fixes, rest ?? '', value)
    else if (kind === 'choice') answer.choice = value === 'reissue' ? 'reissue' : 'skip'
    else if (kind === 'out') answer.leftOut = true
  }
  return [...answers.values()]
}

function setFix(fixes: RowFixes, name: string, value: string): void {
  const field = columnFields.find((known) => known === name)
  if (!field) throw unknownField(name)
  fixes[field] = value.slice(0, longestFix)
}

function entriesOf(body: Body): [string, string][] {
  return Object.entries(body)
    .filter(([name]) => name !== 'csrf' && name !== 'idempotency')
    .map(([name, value]) => {
      if (typeof value !== 'string') throw new HttpError(400, `The field ${name.slice(0, 40)} was sent twice`)
      return [name, value]
    })
}

function unknownField(name: string): HttpError {
  return new HttpError(400, `The form has no field ${JSON.stringify(name.slice(0, 40))}`)
}
