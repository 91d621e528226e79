import { hash } from 'node:crypto'
import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
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
    Client: PreparingClient,
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

const preparedMark = '/* prepared */ '

/**
 * The query as one that PostgreSQL plans once for each connection: for the few that every visitor of a public page asks.
 */
export function prepared<Row>(query: CompiledQuery<Row>): CompiledQuery<Row> {
  return { ...query, sql: preparedMark + query.sql }
}

/** Kysely cannot name statements, which is how PostgreSQL keeps a plan; so the marked ones get their name here. */
class PreparingClient extends pg.Client {
  // @see https://node-postgres.com/features/queries#prepared-statements
  override query = ((text: unknown, ...rest: unknown[]) => {
    const ask = super.query.bind(this) as (...given: unknown[]) => unknown
    if (typeof text !== 'string' || !text.startsWith(preparedMark)) return ask(text, ...rest)
    const [values, ...others] = rest
    return ask({ name: statementName(text), text, values }, ...others)
  }) as pg.Client['query']
}

const statementNames = new Map<string, string>()

function statementName(text: string): string {
  let name = statementNames.get(text)
  if (name === undefined) {
    name = `lapel-${hash('sha256', text, 'hex').slice(0, 32)}`
    statementNames.set(text, name)
  }
  return name
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
