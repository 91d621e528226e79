// One PostgreSQL for a whole test run, with a migrated database to copy.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
} from 'node:fs'
import { createConnection } from 'node:net'
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

const prefix = 'lapel-test-postgres-'
const migrateModule = path.join(import.meta.dirname, '../apps/server/src/platform/database/migrate.ts')

// Nothing here outlives the run, so nothing needs to reach the disk.
const testSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  max_connections: '100',
}

/** Starts the server in a fresh folder and migrates the template; `stop` removes everything again. */
export async function startTestPostgres(): Promise<Pick<EmbeddedPostgres, 'connection' | 'stop'>> {
  const room = roomForTests()
  await removeLeftovers(room)
  const directory = mkdtempSync(path.join(room, prefix))
  // Under root the server has a user of its own, who must be able to enter.
  chmodSync(directory, 0o755)
  let postgres: EmbeddedPostgres | undefined
  const stop = async () => {
    await postgres?.stop()
    if (postgres) rmSync(postgres.directory, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    postgres = await startEmbeddedPostgres({ directory, settings: testSettings })
    await makeTemplate(postgres.connection)
    return { connection: postgres.connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Memory where there is plenty: copying the template takes 0.02 s there and 0.3 s on a disk. */
function roomForTests(): string {
  const memory = '/dev/shm'
  try {
    accessSync(memory, constants.W_OK)
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= 2 * 1024 ** 3 ? memory : os.tmpdir()
  } catch {
    return os.tmpdir()
  }
}

/** A run that was killed could not remove its folder. A living one answers on its lock. */
async function removeLeftovers(room: string): Promise<void> {
  for (const name of readdirSync(room)) {
    if (!name.startsWith(prefix)) continue
    const directory = path.join(room, name)
    const { uid, mtimeMs } = statSync(directory, { throwIfNoEntry: false }) ?? { uid: -1, mtimeMs: Date.now() }
    const isOld = Date.now() - mtimeMs > 60_000
    if (uid === process.getuid?.() && isOld && !(await answers(path.join(directory, 'lapel.sock'))))
      rmSync(directory, { recursive: true, force: true })
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket)
    connection.on('connect', () => resolve(true)).on('error', () => resolve(false))
    connection.on('connect', () => connection.destroy())
  })
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
