import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import pg from 'pg'
import type { PostgresConnection } from '../src/platform/database/embedded-postgres.ts'

const templateName = 'lapel_template'

/**
 * A migrated database of its own for one test file, on the PostgreSQL of the test run, as the superuser.
 *
 * It is dropped when the test ends, with whatever sessions are left. Without a test context the caller
 * drops it, or the end of the run does.
 */
export async function testDatabase(t?: Pick<TestContext, 'after'>): Promise<PostgresConnection> {
  const server = serverOfThisRun()
  const database = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await withClient(server, (client) => copyTemplate(client, database))
  t?.after(() => withClient(server, (client) => client.query(`drop database if exists ${database} with (force)`)))
  return { ...server, database }
}

function serverOfThisRun(): PostgresConnection {
  const address = process.env.LAPEL_TEST_POSTGRES
  if (!address)
    throw new Error('This test needs the PostgreSQL of the test run. Run it with: npm test -- path/to/this.test.ts')
  return JSON.parse(address) as PostgresConnection
}

/** Another file may be copying the template at this moment; PostgreSQL then answers 55006 (object in use). */
async function copyTemplate(client: pg.Client, database: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    try {
      await client.query(`create database ${database} template ${templateName} strategy file_copy`)
      return
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === '55006'
      if (!isBusy || performance.now() > deadline) throw error
      await sleep(50)
    }
  }
}

async function withClient(server: PostgresConnection, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
