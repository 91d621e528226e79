import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { atEnd } from '../../../test/at-end.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'

function temporaryDirectory(t: TestContext): string {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'lapel-pg-')))
  // Under root the server has a user of its own, who must be able to enter.
  chmodSync(directory, 0o755)
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }))
  return path.join(directory, 'database')
}

async function start(t: TestContext, directory: string, lines: string[] = []): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ directory, log: (line) => lines.push(line) })
  atEnd(t, () => postgres.stop())
  return postgres
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(postgres.connection)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0] ?? {}
  } finally {
    await client.end()
  }
}

test('the embedded PostgreSQL is durable and alike on every machine', async (t) => {
  const postgres = await start(t, temporaryDirectory(t))

  const settings: Record<string, string> = {}
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'timezone'])
    settings[name] = String(Object.values(await query(postgres, `show ${name}`))[0])
  assert.deepEqual(settings, {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    timezone: 'UTC',
  })
  assert.deepEqual(
    await query(postgres, 'select datlocprovider p, datlocale l from pg_database where datname = current_database()'),
    {
      p: 'b',
      l: 'C.UTF-8',
    },
  )
  assert.deepEqual(await query(postgres, "select upper('éa') u"), { u: 'ÉA' })
})

test('data outlives a stop and a start', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await start(t, directory)
  await query(first, 'create table kept as select 42 as n')
  await first.stop()

  const second = await start(t, directory)

  assert.deepEqual(await query(second, 'select n from kept'), { n: 42 })
})

test('a second Lapel on the same directory is refused and told which', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await start(t, directory)

  await assert.rejects(startEmbeddedPostgres({ directory }), (error: Error) => {
    assert.match(error.message, /Another Lapel \(process \d+\) is using the database in/)
    assert.ok(error.message.includes(directory))
    return true
  })
  assert.deepEqual(await query(first, 'select 1 as n'), { n: 1 })
})

test('a start waits for the Lapel that is stopping', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await start(t, directory)

  const [, second] = await Promise.all([first.stop(), start(t, directory)])

  assert.deepEqual(await query(second, 'select 1 as n'), { n: 1 })
})

test('a process number that now belongs to somebody else does not block the start', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await start(t, directory)
  await first.stop()
  // Of the server's own user: PostgreSQL takes only such a process for another server.
  const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {})
  atEnd(t, () => stranger.kill())
  writeFileSync(path.join(first.directory, 'cluster', 'postmaster.pid'), `${stranger.pid}\n${first.directory}\n`)

  const second = await start(t, directory)

  assert.deepEqual(await query(second, 'select 1 as n'), { n: 1 })
  assert.equal(stranger.signalCode, null)
})

test('a path too long for a socket gets a short one', async (t) => {
  const directory = path.join(temporaryDirectory(t), 'é'.repeat(60))
  const postgres = await start(t, directory)

  assert.ok(Buffer.byteLength(postgres.connection.host) < 60)
  assert.deepEqual(await query(postgres, 'select 1 as n'), { n: 1 })
  await postgres.stop()
  rmSync(postgres.connection.host, { recursive: true })
})
