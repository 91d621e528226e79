import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { atEnd } from '../../../test/at-end.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { postmasterPid } from './postmaster-lock.ts'

// The tests kill whole processes, so this file is also the program that they kill.
const [, , role, directoryOfWriter] = process.argv
if (role === 'writer' && directoryOfWriter) await writeUntilKilled(directoryOfWriter)
else defineTests()

/** Commits rows, one transaction each, and prints a number only when its commit was acknowledged. */
async function writeUntilKilled(directory: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ directory, log: (line) => console.log(`log ${line}`) })
  const pool = new pg.Pool({ ...postgres.connection, max: 4 })
  pool.on('error', () => {})
  await pool.query('create table if not exists rows (n bigint primary key, half text)')
  const { rows } = await pool.query<{ next: string }>('select coalesce(max(n), 0) + 1 as next from rows')
  let next = Number(rows[0]?.next)
  console.log('ready')
  const write = async () => {
    for (;;) {
      const n = next++
      try {
        await pool.query("insert into rows select $1, repeat('x', 200)", [n])
        console.log(`ack ${n}`)
      } catch {
        await sleep(20)
      }
    }
  }
  await Promise.all([write(), write(), write()])
}

interface Writer {
  process: ChildProcess
  acknowledged: number[]
  logged: string[]
  ready: Promise<number>
}

function startWriter(t: TestContext, directory: string): Writer {
  const started = performance.now()
  const child = spawn(process.execPath, [import.meta.filename, 'writer', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atEnd(t, () => child.kill('SIGKILL'))
  const acknowledged: number[] = []
  const logged: string[] = []
  const ready = Promise.withResolvers<number>()
  child.once('exit', () => ready.reject(new Error(`the writer ended: ${logged.join('\n')}`)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') ready.resolve(performance.now() - started)
    else if (line.startsWith('ack ')) acknowledged.push(Number(line.slice(4)))
    else logged.push(line)
  })
  ready.promise.catch(() => {})
  return { process: child, acknowledged, logged, ready: ready.promise }
}

async function kill(writer: Writer): Promise<void> {
  writer.process.kill('SIGKILL')
  await once(writer.process, 'close')
}

async function untilItAcknowledges(writer: Writer, more: number): Promise<void> {
  const wanted = writer.acknowledged.length + more
  const deadline = performance.now() + 60_000
  while (writer.acknowledged.length < wanted) {
    assert.ok(performance.now() < deadline, 'the writer acknowledged nothing for a minute')
    await sleep(10)
  }
}

/** Every row there, and found by index and by reading the table through. */
async function assertAllThere(directory: string, acknowledged: number[]): Promise<void> {
  const postgres = await startEmbeddedPostgres({ directory, log: () => {} })
  const client = new pg.Client(postgres.connection)
  try {
    await client.connect()
    const { rows } = await client.query<{ n: string }>('select n from rows')
    const there = new Set(rows.map(({ n }) => Number(n)))
    assert.deepEqual(
      acknowledged.filter((n) => !there.has(n)),
      [],
    )
    await client.query('set enable_seqscan = off')
    const { rows: counted } = await client.query<{ n: string }>('select count(*) as n from rows where n > 0')
    assert.equal(Number(counted[0]?.n), there.size)
  } finally {
    await client.end()
    await postgres.stop()
  }
}

function temporaryDirectory(t: TestContext): string {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'lapel-pg-')))
  chmodSync(directory, 0o755)
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }))
  return path.join(directory, 'database')
}

/** Linux: the postmasters whose working folder is the cluster. */
function serversOf(directory: string): number[] {
  return processes().filter((pid) => {
    const { cwd, command } = describe(pid)
    return cwd === path.join(directory, 'cluster') && command.includes('bin/postgres -D')
  })
}

function processes(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
}

function describe(pid: number): { cwd: string; command: string; parent: number } {
  try {
    return {
      cwd: realpathSync(`/proc/${pid}/cwd`),
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      parent: Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    }
  } catch {
    return { cwd: '', command: '', parent: 0 }
  }
}

function defineTests(): void {
  const onLinux = process.platform === 'linux' ? {} : { skip: 'reads /proc' }

  test('ten times kill -9 of Node: no acknowledged row is lost, and the next start needs no help', async (t) => {
    const directory = temporaryDirectory(t)
    const acknowledged: number[] = []
    const starts: number[] = []
    for (let round = 0; round < 10; round++) {
      const writer = startWriter(t, directory)
      starts.push(await writer.ready)
      await untilItAcknowledges(writer, 50 + round * 30)
      await kill(writer)
      acknowledged.push(...writer.acknowledged)
    }
    await assertAllThere(directory, acknowledged)
    t.diagnostic(
      `${acknowledged.length} rows; start after a kill: ${Math.round(Math.max(...starts.slice(1)))} ms at most`,
    )
    assert.equal(new Set(acknowledged).size, acknowledged.length)
  })

  test('PostgreSQL ends by itself when Node is killed', onLinux, async (t) => {
    const directory = temporaryDirectory(t)
    const writer = startWriter(t, directory)
    await writer.ready
    assert.equal(serversOf(directory).length > 0, true)

    await kill(writer)

    const deadline = performance.now() + 10_000
    while (serversOf(directory).length > 0 && performance.now() < deadline) await sleep(20)
    assert.deepEqual(serversOf(directory), [])
  })

  test('five times kill -9 of the server: it is started again and the writer goes on', onLinux, async (t) => {
    const directory = temporaryDirectory(t)
    const writer = startWriter(t, directory)
    await writer.ready
    for (let round = 0; round < 5; round++) {
      await untilItAcknowledges(writer, 50)
      const pid = postmasterPid(path.join(directory, 'cluster'))
      assert.ok(pid)
      process.kill(pid, 'SIGKILL')
      await untilItAcknowledges(writer, 50)
    }
    await kill(writer)
    assert.equal(writer.logged.filter((line) => line.includes('ended by itself')).length, 5)
    await assertAllThere(directory, writer.acknowledged)
  })

  test('a server that lost both Node and its guard is stopped by the next start', onLinux, async (t) => {
    const directory = temporaryDirectory(t)
    const writer = startWriter(t, directory)
    await writer.ready
    await untilItAcknowledges(writer, 50)
    const orphan = postmasterPid(path.join(directory, 'cluster'))
    assert.ok(orphan)
    // The guard's subshell, which reads the pipe, goes with it; otherwise it would stop the server.
    const guard = describe(orphan).parent
    const guards = processes().filter((pid) => pid === guard || (describe(pid).parent === guard && pid !== orphan))
    for (const pid of guards) process.kill(pid, 'SIGSTOP')
    await kill(writer)
    for (const pid of guards) process.kill(pid, 'SIGKILL')
    await sleep(500)
    assert.equal(describe(orphan).cwd, path.join(directory, 'cluster'), 'the orphan should still run')

    const next = startWriter(t, directory)
    await next.ready
    await untilItAcknowledges(next, 50)
    await kill(next)

    assert.ok(next.logged.some((line) => line.includes(`process ${orphan}`)))
    await assertAllThere(directory, [...writer.acknowledged, ...next.acknowledged])
  })

  test('of five that start at the same moment on what a killed one left, one gets the database', async (t) => {
    const directory = temporaryDirectory(t)
    const first = startWriter(t, directory)
    await first.ready
    await kill(first)

    const all = Array.from({ length: 5 }, () => startWriter(t, directory))
    const outcomes = await Promise.allSettled(all.map((writer) => writer.ready))

    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    const winner = all[outcomes.findIndex(({ status }) => status === 'fulfilled')]
    assert.ok(winner)
    await untilItAcknowledges(winner, 50)
    await kill(winner)
    await assertAllThere(directory, [...first.acknowledged, ...winner.acknowledged])
  })

  const asRoot = process.getuid?.() === 0 ? onLinux : { skip: 'mounts a file system, which needs root' }
  test('a full log volume loses nothing, and the database heals alone when there is room again', asRoot, async (t) => {
    const directory = temporaryDirectory(t)
    const first = startWriter(t, directory)
    await first.ready
    await untilItAcknowledges(first, 50)
    await kill(first)
    // Opens and closes in order, so that the log can be moved.
    await assertAllThere(directory, first.acknowledged)
    const volume = path.join(directory, 'cluster', 'pg_wal')
    const copy = path.join(directory, 'copy')
    cpSync(volume, copy, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m,mode=700,uid=65534,gid=65534', 'tmpfs', volume])
    atEnd(t, () => execFileSync('umount', ['-l', volume]))
    execFileSync('cp', ['-a', `${copy}/.`, volume])
    execFileSync('chown', ['-R', '65534:65534', volume])

    const writer = startWriter(t, directory)
    await writer.ready
    await untilItAcknowledges(writer, 50)
    const ballast = path.join(volume, 'ballast')
    fillUp(ballast)
    const hasEnded = () => writer.logged.some((line) => line.includes('ended by itself'))
    const deadline = performance.now() + 60_000
    while (!hasEnded() && performance.now() < deadline) await useUpLog(directory)
    assert.ok(hasEnded(), 'the server was expected to give up when its log has no room')
    await sleep(2_000)
    const before = writer.acknowledged.length
    rmSync(ballast)
    await untilItAcknowledges(writer, 50)

    await kill(writer)
    assert.ok(writer.acknowledged.length > before)
    await assertAllThere(directory, [...first.acknowledged, ...writer.acknowledged])
  })
}

/** Makes the server begin a new file of 16 MB in its log. */
async function useUpLog(directory: string): Promise<void> {
  const client = new pg.Client({ host: path.join(directory, 'cluster'), port: 5432, user: 'postgres' })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_switch_wal()')
  } catch {
    // The server has just given up.
  } finally {
    await client.end().catch(() => {})
  }
  await sleep(50)
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (;;) writeSync(descriptor, new Uint8Array(1024 * 1024))
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  } finally {
    closeSync(descriptor)
  }
}
