import { createHash } from 'node:crypto'
import type { PublishedAchievement } from '../achievements/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import type { Batch, BatchSettings, BatchSource } from './batch.ts'
import * as store from './batch-store.ts'
import { dateOrderOf, type DateOrder } from './cell-dates.ts'
import { type ColumnMapping, guessColumns, hasHeading } from './columns.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { checkBatchJob } from './jobs.ts'
import { readTable, type TableRecord } from './read-table.ts'

export type BatchRefusal = 'batch.gone' | 'batch.not-ready' | 'batch.nothing-to-issue' | 'batch.too-late'
export class BatchRefused extends DomainError<BatchRefusal> {
  override name = 'BatchRefused'
}

interface Which {
  organizationId: string
  batchId: string
}

/** Begins a batch: the badge and what holds for everybody. Kept for 30 days until it is sent. */
export async function startBatch(
  deps: Pick<IssuingDeps, 'db' | 'now'>,
  o: { achievement: PublishedAchievement; settings: BatchSettings; createdBy: string },
): Promise<{ batchId: string; publicId: string }> {
  const { organizationId, achievementId, version } = o.achievement
  const batch = { id: newId(), publicId: newPublicId() }
  await inOrganization(deps.db, organizationId, (tx) =>
    store.insertBatch(tx, {
      ...batch,
      organizationId,
      achievementId,
      version,
      settings: o.settings,
      createdBy: o.createdBy,
      at: deps.now(),
    }),
  )
  return { batchId: batch.id, publicId: batch.publicId }
}

/** Another badge or other settings for a batch that is being prepared; what was checked has to be checked again. */
export async function changeBatch(
  deps: Pick<IssuingDeps, 'db' | 'now'>,
  which: Which,
  o: { achievement: PublishedAchievement; settings: BatchSettings },
): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const batch = await openBatch(tx, which)
    await store.updateBatch(
      tx,
      which,
      {
        achievementId: o.achievement.achievementId,
        version: o.achievement.version,
        settings: { ...batch.settings, ...o.settings },
        state: 'draft',
      },
      deps.now(),
    )
  })
}

/** Keeps what was typed about one person with the draft, until it is issued. */
export async function keepPerson(
  deps: Pick<IssuingDeps, 'db' | 'now'>,
  which: Which,
  person: Record<string, string>,
): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const batch = await openBatch(tx, which)
    await store.updateBatch(tx, which, { source: { ...batch.source, person } }, deps.now())
  })
}

/**
 * Reads a list into a batch, in place of what was there, with the best guess of what its columns mean.
 *
 * @throws {TableRefused}
 * @throws {BatchRefused} `batch.gone`
 */
export async function loadList(
  deps: Pick<IssuingDeps, 'db' | 'now'>,
  which: Which,
  list: { kind: 'file' | 'paste'; name: string | null; bytes: Uint8Array },
): Promise<void> {
  const table = await readTable(list.bytes)
  const [first, second] = table.records
  const isHeading = first !== undefined && hasHeading(first.cells, second?.cells)
  const source: BatchSource = {
    kind: list.kind,
    encoding: table.encoding,
    delimiter: table.delimiter,
    ...layoutOf(table.records, isHeading, table.columns),
  }
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    await openBatch(tx, which)
    const rows = isHeading ? table.records.slice(1) : table.records
    await store.replaceRows(tx, which, rows)
    await store.updateBatch(
      tx,
      which,
      {
        source,
        sourceName: list.name,
        sourceHash: createHash('sha256').update(list.bytes).digest('hex'),
        rowsTotal: rows.length,
        rowsChecked: 0,
        state: 'draft',
      },
      deps.now(),
    )
  })
}

/** Heading, samples and guess for the records as they are read with or without a heading. */
function layoutOf(records: readonly TableRecord[], isHeading: boolean, columns: number): Partial<BatchSource> {
  const heading = isHeading ? (records[0]?.cells ?? []) : null
  const rows = (isHeading ? records.slice(1) : records).map(({ cells }) => cells)
  const mapping = guessColumns(heading ?? undefined, rows.slice(0, 200), columns)
  const samples = Array.from({ length: columns }, (_, column) => {
    const filled = rows.map((cells) => cells[column]?.trim() ?? '').filter((cell) => cell !== '')
    return [...new Set(filled)].slice(0, 3).map((cell) => (cell.length > 80 ? `${cell.slice(0, 79)}…` : cell))
  })
  return { hasHeading: isHeading, heading, samples, mapping, ...datesOf(rows, mapping) }
}

function datesOf(
  rows: readonly (readonly string[])[],
  mapping: ColumnMapping,
): Pick<BatchSource, 'dateOrder' | 'dateExample'> {
  const columns = mapping.flatMap((field, i) => (field === 'awardedOn' || field === 'validUntil' ? [i] : []))
  const { order, ask } = dateOrderOf(rows.flatMap((cells) => columns.map((column) => cells[column] ?? '')))
  return { dateOrder: order, dateExample: ask }
}

/**
 * Takes the issuer's word for what the columns mean and starts the check; when the word about the heading or the date
 * columns changed what has to be asked, it asks again instead.
 *
 * @returns `ask` when the page has to be shown once more.
 */
export async function setColumns(
  deps: Pick<IssuingDeps, 'db' | 'now' | 'jobs'>,
  which: Which,
  o: { mapping: ColumnMapping; hasHeading: boolean; dateOrder: DateOrder | undefined },
): Promise<'checking' | 'ask'> {
  return inOrganization(deps.db, which.organizationId, async (tx) => {
    const batch = await openBatch(tx, which)
    const at = deps.now()
    if (o.hasHeading !== (batch.source.hasHeading ?? false)) {
      const records = await withOtherHeading(tx, which, batch, o.hasHeading)
      const source = { ...batch.source, ...layoutOf(records, o.hasHeading, batch.source.mapping?.length ?? 0) }
      const rowsTotal = o.hasHeading ? records.length - 1 : records.length
      await store.updateBatch(tx, which, { source, rowsTotal, state: 'draft' }, at)
      return 'ask'
    }
    const rows = await store.rowsAfter(tx, which, 0, 50_000)
    const dates = datesOf(
      rows.map(({ cells }) => cells),
      o.mapping,
    )
    const dateOrder = dates.dateOrder ?? o.dateOrder
    const source = { ...batch.source, mapping: o.mapping, dateExample: dates.dateExample, dateOrder }
    if (dates.dateExample && !dateOrder) {
      await store.updateBatch(tx, which, { source, state: 'draft' }, at)
      return 'ask'
    }
    await store.updateBatch(tx, which, { source, state: 'checking', rowsChecked: 0 }, at)
    await deps.jobs.enqueue(tx, checkBatchJob, { batchId: which.batchId }, { dedupeKey: which.batchId })
    return 'checking'
  })
}

/** Makes the heading a row, or the first row the heading. */
async function withOtherHeading(
  tx: Parameters<typeof store.insertRow>[0],
  which: Which,
  batch: Batch,
  hasHeadingNow: boolean,
): Promise<TableRecord[]> {
  const toRecord = (rows: Awaited<ReturnType<typeof store.rowsAfter>>) =>
    rows.map(({ rowNumber, cells }) => ({ row: rowNumber, cells }))
  const records = toRecord(await store.rowsAfter(tx, which, 0, 50_000))
  if (hasHeadingNow) {
    const [first] = records
    if (first) await store.deleteRow(tx, which, first.row)
    return records
  }
  const heading = { row: Math.max(1, (records[0]?.row ?? 2) - 1), cells: batch.source.heading ?? [] }
  await store.insertRow(tx, which, heading.row, heading.cells)
  return [heading, ...records]
}

/** Keeps what was corrected, chosen and left out, and checks everything again. */
export async function checkAgain(
  deps: Pick<IssuingDeps, 'db' | 'now' | 'jobs'>,
  which: Which,
  answers: readonly store.RowAnswer[],
): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const batch = await openBatch(tx, which)
    if (!batch.source.mapping) throw new BatchRefused('batch.not-ready')
    await store.storeAnswers(tx, which, answers)
    await store.updateBatch(tx, which, { state: 'checking', rowsChecked: 0 }, deps.now())
    await deps.jobs.enqueue(tx, checkBatchJob, { batchId: which.batchId }, { dedupeKey: which.batchId })
  })
}

async function openBatch(tx: Parameters<typeof store.lockDraft>[0], which: Which): Promise<Batch> {
  const batch = await store.lockDraft(tx, which)
  if (!batch) throw new BatchRefused('batch.gone')
  return batch
}
