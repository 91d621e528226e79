import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>
export type Tx = Transaction<Schema>
/** Either; what a store takes when it does not care whether it stands in a transaction. */
export type Db = Kysely<Schema>

export type Connection = pg.ClientConfig

// Counters and sizes fit a double exactly; strings would only invite mistakes.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export interface Pool {
  db: Database
  pool: pg.Pool
  close(): Promise<void>
}

/**
 * Opens a pool for one of Lapel's roles.
 *
 * Its sessions may read across organizations (one earner's badges, public pages, jobs). What an organization's staff do
 * goes through {@link inOrganization}, where row-level security hides every other organization.
 */
export function openPool(
  connection: Connection,
  { size, onError }: { size: number; onError: (error: Error) => void },
): Pool {
  const pool = new pg.Pool({
    ...connection,
    max: size,
    options:
      '-c lapel.across=on -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC',
    connectionTimeoutMillis: 5_000,
  })
  pool.on('error', onError)
  return {
    db: new Kysely<Schema>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    }),
    pool,
    close: () => pool.end(),
  }
}

/** Runs `work` in a transaction that sees and writes the rows of one organization only. */
export async function inOrganization<T>(
  db: Database,
  organizationId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('lapel.across', 'off', true), set_config('lapel.organization', ${organizationId}, true)`.execute(
      tx,
    )
    return work(tx)
  })
}

/** Runs `work` in the transaction that is given, or in one of its own. */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db as Tx) : db.transaction().execute(work)
}

/** True for a violation of a unique key, optionally of the one named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '23505' &&
    (constraint === undefined || error.constraint === constraint)
  )
}

export async function databaseNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  const now = rows[0]?.now
  if (!now) throw new Error('The database did not tell the time')
  return now
}
