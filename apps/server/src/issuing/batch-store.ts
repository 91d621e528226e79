import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type {
  Batch,
  BatchRow,
  BatchSettings,
  BatchSource,
  CheckedPerson,
  RowFixes,
  RowProblem,
  RowWarning,
} from './batch.ts'

interface Which {
  organizationId: string
  batchId: string
}

const asBatch = <T extends { source: unknown; settings: unknown }>(row: T | undefined) =>
  row && ({ ...row, source: row.source as BatchSource, settings: row.settings as BatchSettings } as unknown as Batch)

export async function insertBatch(
  tx: Tx,
  o: {
    id: string
    publicId: string
    organizationId: string
    achievementId: string
    version: number
    settings: BatchSettings
    createdBy: string
    at: Date
  },
): Promise<void> {
  // Numbers are for people and run without gaps that matter; two people at once take turns.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`batch number ${o.organizationId}`}, 0))`.execute(tx)
  await tx
    .insertInto('batches')
    .values((eb) => ({
      id: o.id,
      publicId: o.publicId,
      organizationId: o.organizationId,
      number: eb
        .selectFrom('batches')
        .where('organizationId', '=', o.organizationId)
        .select(sql<number>`coalesce(max(number), 0) + 1`.as('next')),
      achievementId: o.achievementId,
      version: o.version,
      settings: JSON.stringify(o.settings),
      createdBy: o.createdBy,
      createdAt: o.at,
      changedAt: o.at,
    }))
    .execute()
}

export async function batchByPublicId(db: Db, organizationId: string, publicId: string): Promise<Batch | undefined> {
  return asBatch(
    await db
      .selectFrom('batches')
      .selectAll()
      .where('organizationId', '=', organizationId)
      .where('publicId', '=', publicId)
      .executeTakeFirst(),
  )
}

export async function batchById(db: Db, batchId: string): Promise<Batch | undefined> {
  return asBatch(await db.selectFrom('batches').selectAll().where('id', '=', batchId).executeTakeFirst())
}

/** Locks a batch that is still being prepared; `undefined` when it has gone further. */
export async function lockDraft(tx: Tx, { organizationId, batchId }: Which): Promise<Batch | undefined> {
  return asBatch(
    await tx
      .selectFrom('batches')
      .selectAll()
      .where('organizationId', '=', organizationId)
      .where('id', '=', batchId)
      .where('state', 'in', ['draft', 'checking', 'ready'])
      .forUpdate()
      .executeTakeFirst(),
  )
}

export type BatchChange = Partial<
  Pick<
    Batch,
    | 'state'
    | 'rowsTotal'
    | 'rowsChecked'
    | 'sourceName'
    | 'sourceHash'
    | 'holdUntil'
    | 'runHash'
    | 'pausedReason'
    | 'startedAt'
    | 'finishedAt'
    | 'achievementId'
    | 'version'
    | 'createdBy'
  >
> & { source?: BatchSource; settings?: BatchSettings }

export async function updateBatch(
  tx: Db,
  { organizationId, batchId }: Which,
  change: BatchChange,
  at: Date,
): Promise<void> {
  const { source, settings, ...columns } = change
  await tx
    .updateTable('batches')
    .set({
      ...columns,
      ...(source ? { source: JSON.stringify(source) } : {}),
      ...(settings ? { settings: JSON.stringify(settings) } : {}),
      changedAt: at,
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', batchId)
    .execute()
}

/** Moves a batch on when it is in one of these states. @returns false when somebody else was first. */
export async function moveBatch(
  tx: Db,
  { organizationId, batchId }: Which,
  o: {
    from: readonly Batch['state'][]
    to: Batch['state']
    at: Date
    change?: Omit<BatchChange, 'source' | 'settings' | 'state'>
  },
): Promise<boolean> {
  const result = await tx
    .updateTable('batches')
    .set({ ...o.change, state: o.to, changedAt: o.at })
    .where('organizationId', '=', organizationId)
    .where('id', '=', batchId)
    .where('state', 'in', [...o.from])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteBatch(tx: Db, { organizationId, batchId }: Which): Promise<void> {
  await tx.deleteFrom('batchRows').where('organizationId', '=', organizationId).where('batchId', '=', batchId).execute()
  await tx.deleteFrom('batches').where('organizationId', '=', organizationId).where('id', '=', batchId).execute()
}

export async function replaceRows(
  tx: Tx,
  { organizationId, batchId }: Which,
  rows: readonly { row: number; cells: string[] }[],
): Promise<void> {
  await tx.deleteFrom('batchRows').where('organizationId', '=', organizationId).where('batchId', '=', batchId).execute()
  const together = 1000
  for (let i = 0; i < rows.length; i += together) {
    const some = JSON.stringify(rows.slice(i, i + together).map(({ row, cells }) => ({ r: row, c: cells })))
    await sql`insert into batch_rows (organization_id, batch_id, row_number, cells)
      select ${organizationId}::uuid, ${batchId}::uuid, v.r, v.c
      from jsonb_to_recordset(${some}::jsonb) as v(r integer, c jsonb)`.execute(tx)
  }
}

/** The heading taken for a row, or a row taken for the heading. */
export async function insertRow(
  tx: Tx,
  { organizationId, batchId }: Which,
  row: number,
  cells: string[],
): Promise<void> {
  await tx
    .insertInto('batchRows')
    .values({ organizationId, batchId, rowNumber: row, cells: JSON.stringify(cells) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
export async function deleteRow(tx: Tx, { organizationId, batchId }: Which, row: number): Promise<void> {
  await tx
    .deleteFrom('batchRows')
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('rowNumber', '=', row)
    .execute()
}

/** Rows in the order of the list, from the one after `after`. */
export async function rowsAfter(
  db: Db,
  { organizationId, batchId }: Which,
  after: number,
  limit: number,
): Promise<BatchRow[]> {
  const rows = await db
    .selectFrom('batchRows')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('rowNumber', '>', after)
    .orderBy('rowNumber')
    .limit(limit)
    .execute()
  return rows as unknown as BatchRow[]
}

export type RowFilter = 'problems' | 'warnings' | 'all' | 'failed'

export async function listRows(
  db: Db,
  { organizationId, batchId }: Which,
  o: { show: RowFilter; offset: number; limit: number },
): Promise<{ rows: BatchRow[]; total: number }> {
  const filtered = db
    .selectFrom('batchRows')
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .$if(o.show === 'problems', (query) => query.where('state', '=', 'problem'))
    .$if(o.show === 'failed', (query) => query.where('state', '=', 'failed'))
    .$if(o.show === 'warnings', (query) => query.where(sql<boolean>`jsonb_array_length(warnings) > 0`))
  const [rows, count] = await Promise.all([
    filtered.selectAll().orderBy('rowNumber').offset(o.offset).limit(o.limit).execute(),
    filtered.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow(),
  ])
  return { rows: rows as unknown as BatchRow[], total: count.count }
}

export interface RowCounts {
  total: number
  ready: number
  problem: number
  warning: number
  skipped: number
  issued: number
  failed: number
}

export async function countRows(db: Db, { organizationId, batchId }: Which): Promise<RowCounts> {
  return db
    .selectFrom('batchRows')
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where state = 'ready')::int`.as('ready'),
      sql<number>`count(*) filter (where state = 'problem')::int`.as('problem'),
      sql<number>`count(*) filter (where jsonb_array_length(warnings) > 0)::int`.as('warning'),
      sql<number>`count(*) filter (where state = 'skipped')::int`.as('skipped'),
      sql<number>`count(*) filter (where state = 'issued')::int`.as('issued'),
      sql<number>`count(*) filter (where state = 'failed')::int`.as('failed'),
    ])
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .executeTakeFirstOrThrow()
}

export interface CheckedRow {
  rowNumber: number
  person: CheckedPerson | null
  problems: RowProblem[]
  warnings: RowWarning[]
  state: 'ready' | 'problem' | 'skipped'
}

export async function storeChecks(
  tx: Db,
  { organizationId, batchId }: Which,
  rows: readonly CheckedRow[],
): Promise<void> {
  if (rows.length === 0) return
  const all = JSON.stringify(
    rows.map(({ rowNumber, person, problems, warnings, state }) => ({
      n: rowNumber,
      p: person,
      x: problems,
      w: warnings,
      s: state,
    })),
  )
  await sql`update batch_rows r set person = nullif(v.p, 'null'::jsonb), problems = v.x, warnings = v.w, state = v.s
    from jsonb_to_recordset(${all}::jsonb) as v(n integer, p jsonb, x jsonb, w jsonb, s text)
    where r.organization_id = ${organizationId}::uuid and r.batch_id = ${batchId}::uuid and r.row_number = v.n`.execute(
    tx,
  )
}

export interface RowAnswer {
  rowNumber: number
  fixes: RowFixes
  choice: 'skip' | 'reissue' | null
  leftOut: boolean
}

/** What the issuer typed, chose and left out on the page of the check. */
export async function storeAnswers(
  tx: Db,
  { organizationId, batchId }: Which,
  answers: readonly RowAnswer[],
): Promise<void> {
  for (const answer of answers)
    await tx
      .updateTable('batchRows')
      .set({
        fixes: sql`fixes || ${JSON.stringify(answer.fixes)}::jsonb`,
        choice: answer.choice,
        leftOut: answer.leftOut,
      })
      .where('organizationId', '=', organizationId)
      .where('batchId', '=', batchId)
      .where('rowNumber', '=', answer.rowNumber)
      .execute()
}

/** What the organization has done before for these addresses. */
export function earlierAwards(db: Db, o: { organizationId: string; achievementId: string; emails: readonly string[] }) {
  if (o.emails.length === 0) return Promise.resolve([])
  return db
    .selectFrom('credentials')
    .select(['recipientEmailCanonical', 'validity', 'validUntil', 'publicId'])
    .where('organizationId', '=', o.organizationId)
    .where('achievementId', '=', o.achievementId)
    .where('recipientEmailCanonical', 'in', o.emails)
    .where('lifecycle', 'in', ['intended', 'issued'])
    .execute()
}

export async function bouncedAddresses(
  db: Db,
  organizationId: string,
  emails: readonly string[],
): Promise<Set<string>> {
  if (emails.length === 0) return new Set()
  const rows = await db
    .selectFrom('credentials')
    .select('recipientEmailCanonical')
    .distinct()
    .where('organizationId', '=', organizationId)
    .where('accountId', 'is', null)
    .where('recipientEmailCanonical', 'in', emails)
    .where('delivery', '=', 'bounced')
    .execute()
  return new Set(rows.map(({ recipientEmailCanonical }) => recipientEmailCanonical))
}

/** Takes the next rows that nobody has begun. Another run of the same batch takes others. */
export async function takeRows(tx: Tx, { organizationId, batchId }: Which, limit: number): Promise<BatchRow[]> {
  const rows = await tx
    .selectFrom('batchRows')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('state', '=', 'ready')
    .where('credentialId', 'is', null)
    .orderBy('rowNumber')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  return rows as unknown as BatchRow[]
}

export async function setRowCredentials(
  tx: Tx,
  { organizationId, batchId }: Which,
  pairs: readonly { row: number; credentialId: string }[],
): Promise<void> {
  if (pairs.length === 0) return
  const all = JSON.stringify(pairs.map(({ row, credentialId }) => ({ n: row, c: credentialId })))
  await sql`update batch_rows r set credential_id = v.c from jsonb_to_recordset(${all}::jsonb) as v(n integer, c uuid)
    where r.organization_id = ${organizationId}::uuid and r.batch_id = ${batchId}::uuid and r.row_number = v.n`.execute(
    tx,
  )
}

/** Awards of the batch that are recorded and not issued yet. */
export async function begunAwards(db: Db, { organizationId, batchId }: Which, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('batchRows')
    .select('credentialId')
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('state', '=', 'ready')
    .where('credentialId', 'is not', null)
    .orderBy('rowNumber')
    .limit(limit)
    .execute()
  return rows.map(({ credentialId }) => credentialId).filter((id) => id !== null)
}

export async function failRows(
  tx: Db,
  { organizationId, batchId }: Which,
  failures: readonly { rowNumber?: number; credentialId?: string; failure: string }[],
): Promise<void> {
  for (const { rowNumber, credentialId, failure } of failures)
    await tx
      .updateTable('batchRows')
      .set({ state: 'failed', failure })
      .where('organizationId', '=', organizationId)
      .where('batchId', '=', batchId)
      .where('state', '=', 'ready')
      .$if(rowNumber !== undefined, (query) => query.where('rowNumber', '=', rowNumber ?? 0))
      .$if(credentialId !== undefined, (query) => query.where('credentialId', '=', credentialId ?? ''))
      .execute()
}

/** Makes failed rows ready again. @returns the awards among them, and how many rows there were. */
export async function reopenFailedRows(
  tx: Tx,
  { organizationId, batchId }: Which,
): Promise<{ count: number; credentialIds: string[] }> {
  const rows = await tx
    .updateTable('batchRows')
    .set({ state: 'ready', failure: null })
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('state', '=', 'failed')
    .returning('credentialId')
    .execute()
  return { count: rows.length, credentialIds: rows.map(({ credentialId }) => credentialId).filter((id) => id !== null) }
}

/** Closes the rows of a batch whose awards have been issued. */
export async function markRowsIssued(
  tx: Tx,
  issued: readonly { id: string; organizationId: string; batchId: string | null }[],
): Promise<void> {
  const inBatches = issued.filter(({ batchId }) => batchId !== null)
  if (inBatches.length === 0) return
  await tx
    .updateTable('batchRows')
    .set({ state: 'issued', failure: null })
    .where(
      'credentialId',
      'in',
      inBatches.map(({ id }) => id),
    )
    .execute()
}

/** An earlier batch from the same file, with the same template, that was sent or is going to be. */
export function sameBefore(
  db: Db,
  o: { organizationId: string; achievementId: string; sourceHash: string; batchId: string },
) {
  return db
    .selectFrom('batches')
    .select(['number', 'publicId', 'createdAt'])
    .where('organizationId', '=', o.organizationId)
    .where('achievementId', '=', o.achievementId)
    .where('sourceHash', '=', o.sourceHash)
    .where('id', '!=', o.batchId)
    .where('state', 'in', ['held', 'sending', 'done', 'done-with-problems'])
    .orderBy('number', 'desc')
    .executeTakeFirst()
}

export async function recentBatches(db: Db, organizationId: string, limit: number): Promise<Batch[]> {
  const rows = await db
    .selectFrom('batches')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where((eb) => eb.or([eb('rowsTotal', '>', 0), eb('state', '!=', 'draft')]))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => asBatch(row)).filter((row) => row !== undefined)
}

/** Batches that have work to do: held ones whose time has come, running and checking ones. */
export function batchesWithWork(db: Db, now: Date) {
  return db
    .selectFrom('batches')
    .select(['id', 'state'])
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['checking', 'sending']),
        eb.and([eb('state', '=', 'held'), eb('holdUntil', '<=', now)]),
      ]),
    )
    .orderBy('id')
    .limit(200)
    .execute()
}

/** Drafts that nobody has touched since the moment. */
export async function deleteOldDrafts(db: Db, before: Date): Promise<void> {
  const old = await db
    .selectFrom('batches')
    .select(['id', 'organizationId'])
    .where('state', 'in', ['draft', 'ready'])
    .where('changedAt', '<', before)
    .limit(100)
    .execute()
  for (const { id, organizationId } of old) await deleteBatch(db, { organizationId, batchId: id })
}

/** What an earlier call with the same idempotency key made. */
export async function answerOf(db: Db, scope: string, key: string): Promise<{ publicId: string } | undefined> {
  const row = await db
    .selectFrom('idempotencyKeys')
    .select('answer')
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst()
  const answer = row?.answer as { publicId?: unknown } | null | undefined
  return typeof answer?.publicId === 'string' ? { publicId: answer.publicId } : undefined
}

/** The first row that would be issued. */
export async function firstReady(db: Db, { organizationId, batchId }: Which): Promise<BatchRow | undefined> {
  const row = await db
    .selectFrom('batchRows')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('batchId', '=', batchId)
    .where('state', '=', 'ready')
    .orderBy('rowNumber')
    .limit(1)
    .executeTakeFirst()
  return row as unknown as BatchRow | undefined
}
