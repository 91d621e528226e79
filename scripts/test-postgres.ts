// One PostgreSQL for a whole test run, with a migrated database to copy.
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type PostgresConnection,
} from '../apps/server/src/platform/database/embedded-postgres.ts'

/** The database that {@link file://./../apps/server/test/postgres.ts} copies for each test file. */
export const templateName = 'lapel_template'

const migrateModule = path.join(import.meta.dirname, '../apps/server/src/platform/database/migrate.ts')

/** Starts the server in a fresh folder and migrates the template; `stop` removes everything again. */
export async function startTestPostgres(): Promise<Pick<EmbeddedPostgres, 'connection' | 'stop'>> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lapel-test-'))
  // Under root the server has a user of its own, who must be able to enter.
  chmodSync(directory, 0o755)
  let postgres: EmbeddedPostgres | undefined
  const stop = async () => {
    await postgres?.stop()
    if (postgres) rmSync(postgres.directory, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    // Nothing here outlives the run, so nothing needs to reach the disk.
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' }
    postgres = await startEmbeddedPostgres({ directory, settings })
    await makeTemplate(postgres.connection)
    return { connection: postgres.connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function makeTemplate(connection: PostgresConnection): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(`create database ${templateName}`)
    if (existsSync(migrateModule)) {
      const { migrate } = await import('../apps/server/src/platform/database/migrate.ts')
      await migrate({ ...connection, database: templateName })
    }
    // A database can be copied only while nobody is connected to it.
    await client.query(`alter database ${templateName} with is_template true allow_connections false`)
  } finally {
    await client.end()
  }
}
