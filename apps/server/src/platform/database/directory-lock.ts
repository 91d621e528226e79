import { EmbeddedPostgresRefused } from './embedded-refusal.ts'
import { once } from 'node:events'
import { renameSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DirectoryLock {
  /** Tells those who ask that it will be free soon, so that they wait instead of giving up. */
  announceRelease(): void
  release(): Promise<void>
}

const patienceMs = 60_000

/**
 * Makes this process the only Lapel that uses `directory`, until it releases the lock or dies.
 *
 * The lock is a listening socket: the kernel closes it with its process, however that ends, and it
 * is seen from other containers that share the folder, where process numbers mean nothing.
 * Waits while the present holder is stopping.
 *
 * @throws when another Lapel uses the directory; the message names both.
 */
export async function lockDirectory({
  directory,
  sockets,
}: {
  directory: string
  sockets: string
}): Promise<DirectoryLock> {
  const address = lockAddress(directory, sockets)
  const deadline = performance.now() + patienceMs
  for (;;) {
    const lock = await listen(address)
    if (lock) return lock
    const holder = await askHolder(address)
    if (holder === undefined) {
      await clearStale(address)
    } else if (holder.stopping && performance.now() < deadline) {
      await sleep(50)
    } else {
      const who = holder.pid ? ` (process ${holder.pid})` : ''
      throw new EmbeddedPostgresRefused(
        `Another Lapel${who} is using the database in ${directory}. Stop it first, or give this one another data directory.`,
      )
    }
  }
}

function lockAddress(directory: string, sockets: string): string {
  if (process.platform !== 'win32') return path.join(sockets, 'lapel.sock')
  return `\\\\.\\pipe\\lapel-${createHash('sha256').update(directory.toLowerCase()).digest('hex').slice(0, 32)}`
}

async function listen(address: string): Promise<DirectoryLock | undefined> {
  let state = 'running'
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(`${process.pid} ${state}`)
  })
  try {
    server.listen(address)
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
  server.unref()
  return {
    announceRelease: () => {
      state = 'stopping'
    },
    release: () => close(server),
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}

type Holder = { pid: number | undefined; stopping: boolean }

/** Asks who holds the lock; `undefined` when nobody listens any more. */
async function askHolder(address: string): Promise<Holder | undefined> {
  const socket = createConnection(address)
  let answer = ''
  socket.on('error', () => {})
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    answer += text
  })
  try {
    await once(socket, 'connect')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return undefined
    // Another user's socket cannot be asked.
    if (code === 'EACCES') return { pid: undefined, stopping: false }
    throw error
  }
  // A busy holder answers late; it holds the lock all the same.
  await Promise.race([once(socket, 'end').catch(() => {}), sleep(1_000, undefined, { ref: false })])
  socket.destroy()
  const [pid, state] = answer.split(' ')
  return { pid: Number(pid) || undefined, stopping: state === 'stopping' }
}

/**
 * Takes away the socket that a killed process left. Two starters may get here together, and the
 * slower one must not take away the new socket of the faster: so it is moved aside first, asked
 * once more, and moved back if somebody answers.
 */
async function clearStale(address: string): Promise<void> {
  const aside = `${address}.${process.pid}`
  try {
    renameSync(address, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (await askHolder(aside)) renameSync(aside, address)
  else rmSync(aside, { force: true })
}
