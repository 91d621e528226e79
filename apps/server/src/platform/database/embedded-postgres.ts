import { createHash } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterPassword, ensureCluster, superuser } from './cluster.ts'
import { lockDirectory } from './directory-lock.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { clearPostmaster } from './postmaster-lock.ts'
import { launch, type ServerProcess } from './server-process.ts'
import { databaseHome, privateDirectory, serverUser, type ServerUser } from './server-user.ts'

export interface PostgresConnection {
  /** A folder with a Unix socket, or an address on Windows. */
  host: string
  port: number
  user: string
  password?: string
  database: string
}

export interface EmbeddedPostgres {
  /** As the superuser. It stays the same when the server is restarted. */
  connection: PostgresConnection
  /** Where the files really are: another folder than asked for when root's home is closed. */
  directory: string
  /** Ends every session and stops the server; safe to call twice. */
  stop(): Promise<void>
}

type Log = (line: string) => void

// Nothing listens on the network, except on Windows; the number only names the socket.
const socketPort = 5432
// 104 bytes on macOS with the closing zero, 108 on Linux.
const longestSocketPath = 103

/**
 * Runs the PostgreSQL that npm brought, on the database in `directory`, until `stop`.
 *
 * Creates the database the first time. Recovers from whatever a killed Lapel left behind, starts the
 * server again with growing pauses (0.1 to 30 s) when it ends by itself, and stops it when Lapel dies.
 *
 * @param settings server settings that differ from ours; only tests may turn `fsync` off.
 * @param log receives one line of English for each event that an operator should know of.
 * @throws {NoPostgresBinaries} when DATABASE_URL must be set because nothing here fits the machine
 * @throws when another Lapel uses the directory
 */
export async function startEmbeddedPostgres({
  directory,
  log = console.error,
  settings = {},
}: {
  directory: string
  log?: Log
  settings?: Record<string, string>
}): Promise<EmbeddedPostgres> {
  const home = databaseHome(directory)
  const user = serverUser(home)
  const shortSockets = shortSocketsDirectory(home, user)
  const lock = await lockDirectory({ directory: home, sockets: shortSockets ?? home })
  try {
    const bin = await postgresBinaries({ home, user })
    const cluster = await ensureCluster({ home, bin, user, durable: settings.fsync !== 'off' })
    const address = await chooseAddress(shortSockets ?? cluster)
    const allSettings = { ...ourSettings(address), ...settings }
    const supervised = await supervise({
      log,
      start: async () => {
        await clearPostmaster(cluster, log)
        return launch({ bin, cluster, user, settings: allSettings, log })
      },
    })
    const stop = async () => {
      lock.announceRelease()
      await supervised.stop()
      await clearPostmaster(cluster, log)
      await lock.release()
    }
    let stopped: Promise<void> | undefined
    return {
      connection: { ...address, user: superuser, password: clusterPassword(home), database: 'postgres' },
      directory: home,
      stop: () => (stopped ??= stop()),
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

function ourSettings({ host, port }: { host: string; port: number }): Record<string, string> {
  const windows = process.platform === 'win32'
  return {
    listen_addresses: windows ? host : '',
    port: String(port),
    unix_socket_directories: windows ? '' : host,
    unix_socket_permissions: '0700',
    max_connections: '60',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    // No worker processes for reading: the database is small and the machine may be, too.
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The log may hold no personal data, and a failing statement quotes values. The caller gets the error.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '',
  }
}

/**
 * A short folder for the sockets where the path of the database is too long for one.
 * Not below os.tmpdir(): two starts must agree on it though their TMPDIR differ.
 */
function shortSocketsDirectory(home: string, user: ServerUser): string | undefined {
  if (process.platform === 'win32') return undefined
  const socket = path.join(home, 'cluster', `.s.PGSQL.${socketPort}.lock`)
  if (Buffer.byteLength(socket) <= longestSocketPath) return undefined
  const name = createHash('sha256').update(home).digest('hex').slice(0, 24)
  const short = path.join('/tmp', `lapel-${name}`)
  privateDirectory(user, short)
  return short
}

async function chooseAddress(sockets: string): Promise<{ host: string; port: number }> {
  if (process.platform !== 'win32') return { host: sockets, port: socketPort }
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return { host: '127.0.0.1', port }
}

const shortestPauseMs = 100
const longestPauseMs = 30_000

async function supervise({ start, log }: { start: () => Promise<ServerProcess>; log: Log }) {
  const stopping = new AbortController()
  let server = await startAfterCrash(start)

  const keepRunning = async () => {
    let pauseMs = shortestPauseMs
    for (;;) {
      const since = performance.now()
      const reason = await server.exited
      if (stopping.signal.aborted) return
      if (performance.now() - since > 2 * longestPauseMs) pauseMs = shortestPauseMs
      log(`PostgreSQL ended by itself (${reason}); starting it again.`)
      for (;;) {
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
        try {
          server = await start()
          break
        } catch (error) {
          log(`${error instanceof Error ? error.message : String(error)}\nTrying again in ${pauseMs / 1000} s.`)
        }
      }
      if (stopping.signal.aborted) return server.stop()
    }
  }

  const ended = keepRunning()
  return {
    stop: async () => {
      stopping.abort()
      await server.stop()
      await ended
    },
  }
}

/** Sessions of a killed server hold its shared memory for a moment; nothing else is worth a second try. */
async function startAfterCrash(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  const deadline = performance.now() + 15_000
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const passing = error instanceof Error && error.message.includes('pre-existing shared memory block')
      if (!passing || performance.now() > deadline) throw error
      await sleep(200)
    }
  }
}
