import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { jobSchema } from '../jobs/jobs.ts'

const folder = path.join(import.meta.dirname, '..', '..', '..', 'migrations')

/** Database roles that the program works as; neither is a superuser nor the owner (DESIGN ruling 2). */
export const webRole = 'lapel_web'
export const signerRole = 'lapel_signer'

/**
 * Brings the database to the present version, as its owner: numbered SQL files, forward only, one transaction each, under
 * a lock, so that several processes may start at once. Then roles, grants and the job queue.
 *
 * @throws when a migration fails; the message names the file. What ran before it stays.
 */
export async function migrate(
  owner: pg.ClientConfig,
  { passwords }: { passwords?: { web: string; signer: string } } = {},
): Promise<void> {
  const pool = new pg.Pool({ ...owner, max: 3, options: '-c lock_timeout=60000 -c lapel.across=on' })
  const db = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) })
  try {
    await ensureRoles(db, passwords)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => sqlMigrations() } })
    const { error, results } = await migrator.migrateToLatest()
    const failed = results?.find((result) => result.status === 'Error')
    if (error)
      throw new Error(`The database could not be brought up to date${failed ? ` (${failed.migrationName}.sql)` : ''}`, {
        cause: error,
      })
    await prepareJobs(owner)
    await grantWhereNeeded(db, results?.length ?? 0)
    await sql.raw(jobGrants).execute(db)
  } finally {
    await db.destroy()
  }
}

/**
 * Applies `grants.sql` after a migration, when the file has changed, and on another server. Not at every start: it locks
 * every table, and a process that starts beside a busy one would stop it, or both would end in a deadlock.
 */
async function grantWhereNeeded(db: Kysely<Record<string, never>>, migrations: number): Promise<void> {
  const grants = readFileSync(path.join(folder, 'grants.sql'), 'utf8')
  const { rows: roles } = await sql<{ oid: string }>`
    select oid::text from pg_roles where rolname in (${webRole}, ${signerRole}) order by rolname`.execute(db)
  const hash = createHash('sha256').update(grants).digest('hex')
  const mark = `grants ${hash} for ${roles.map(({ oid }) => oid).join(' ')}`
  const { rows } = await sql<{ mark: string | null }>`
    select obj_description('public'::regnamespace, 'pg_namespace') as mark`.execute(db)
  if (migrations === 0 && rows[0]?.mark === mark) return
  await sql.raw(grants).execute(db)
  await sql`comment on schema public is ${sql.lit(mark)}`.execute(db)
}

function sqlMigrations(): Record<string, Migration> {
  const files = readdirSync(folder).filter((file) => /^\d{4}_.*\.sql$/.test(file))
  return Object.fromEntries(
    files.map((file) => [
      file.replace(/\.sql$/, ''),
      {
        up: async (db) => {
          await sql.raw(readFileSync(path.join(folder, file), 'utf8')).execute(db)
        },
      },
    ]),
  )
}

async function ensureRoles(
  db: Kysely<Record<string, never>>,
  passwords?: { web: string; signer: string },
): Promise<void> {
  // Several databases of one server may be migrated at once (tests); roles belong to the whole server.
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(7242001)`.execute(tx)
    for (const [role, password] of [
      [webRole, passwords?.web],
      [signerRole, passwords?.signer],
    ] as const) {
      const { rows } = await sql`select 1 from pg_roles where rolname = ${role}`.execute(tx)
      if (rows.length === 0) await sql`create role ${sql.id(role)} login`.execute(tx)
      if (password) await sql`alter role ${sql.id(role)} password ${sql.lit(password)}`.execute(tx)
    }
  })
}

async function prepareJobs(owner: pg.ClientConfig): Promise<void> {
  const { options: _unused, ...connection } = owner
  const boss = new PgBoss({
    ...connection,
    max: 1,
    schema: jobSchema,
    supervise: false,
    schedule: false,
    migrate: true,
  } as ConstructorParameters<typeof PgBoss>[0])
  const failures: unknown[] = []
  boss.on('error', (error) => failures.push(error))
  await boss.start()
  await boss.stop({ graceful: false })
  if (failures.length > 0) throw new Error('The job queue could not be prepared', { cause: failures[0] })
}

const jobGrants = `
  grant usage on schema ${jobSchema} to ${webRole};
  grant select, insert, update, delete on all tables in schema ${jobSchema} to ${webRole};
  grant execute on all functions in schema ${jobSchema} to ${webRole};
  grant usage on all sequences in schema ${jobSchema} to ${webRole};
`
