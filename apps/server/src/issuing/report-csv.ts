import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Translate } from '../platform/i18n/messages.ts'
import type { Batch } from './batch.ts'
import * as store from './batch-store.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { failureWords, problemWords, warningWords } from './row-words.ts'
import { writeCsv } from '../platform/write-csv.ts'

/** The issuer's own rows with a column that says what was found, to correct in a spreadsheet and upload again. */
export async function reportCsv(deps: Pick<IssuingDeps, 'db'>, t: Translate, batch: Batch): Promise<string> {
  const which = { organizationId: batch.organizationId, batchId: batch.id }
  const columns = batch.source.mapping?.length ?? 0
  const heading =
    batch.source.heading ?? Array.from({ length: columns }, (_, i) => t('issuing.columns.number', { number: i + 1 }))
  const rows: (string | number)[][] = [[...pad(heading, columns), t('issuing.report.row'), t('issuing.report.problem')]]
  for (let after = 0; ; ) {
    const some = await store.rowsAfter(deps.db, which, after, 1000)
    const last = some.at(-1)
    if (!last) break
    after = last.rowNumber
    for (const row of some) {
      const found = [
        ...row.problems.map((problem) => problemWords(t, problem)),
        ...row.warnings.map((warning) => warningWords(t, warning)),
        ...(row.failure ? [failureWords(t, row.failure)] : []),
      ]
      rows.push([...pad(row.cells, columns), row.rowNumber, found.join(' ')])
    }
    await nextTurn()
  }
  return writeCsv(rows)
}

function pad(cells: readonly string[], columns: number): string[] {
  return Array.from({ length: columns }, (_, i) => cells[i] ?? '')
}
