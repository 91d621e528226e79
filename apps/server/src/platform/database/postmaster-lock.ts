import { execFile } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes way for a new server in the cluster: stops one that lost its Lapel, and removes a
 * `postmaster.pid` whose process number belongs to somebody else by now (usual in containers,
 * where PostgreSQL would take that process for itself and refuse to start).
 *
 * The caller holds the directory's lock, so a server found here has no owner.
 *
 * @throws when the server does not end within 90 seconds.
 */
export async function clearPostmaster(cluster: string, log: (line: string) => void): Promise<void> {
  // On Windows a server dies with its Lapel, and PostgreSQL itself tells a reused number there,
  // because every server listens on a pipe named after its number.
  if (process.platform === 'win32') return
  const pid = postmasterPid(cluster)
  if (pid === undefined || !isAlive(pid)) return
  if (!(await isOurPostmaster(pid, cluster))) {
    rmSync(path.join(cluster, 'postmaster.pid'), { force: true })
    return
  }
  log(`A PostgreSQL without its Lapel (process ${pid}) still serves ${cluster}; stopping it.`)
  signal(pid, 'SIGINT')
  if (await ends({ pid, cluster, withinMs: 60_000 })) return
  // Immediate shutdown: the next start replays the log; nothing acknowledged is lost.
  signal(pid, 'SIGQUIT')
  if (await ends({ pid, cluster, withinMs: 30_000 })) return
  throw new Error(`PostgreSQL (process ${pid}) in ${cluster} does not stop. End that process, then start Lapel again.`)
}

/** The process number in the first line of `postmaster.pid`; `undefined` when no server left one. */
export function postmasterPid(cluster: string): number | undefined {
  try {
    const [first = ''] = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Math.abs(Number.parseInt(first, 10))
    return pid > 0 ? pid : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: alive, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export function signal(pid: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function isOurPostmaster(pid: number, cluster: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) &&
        /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`))
      )
    }
    const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
    return stdout.includes('postgres') && stdout.includes(cluster)
  } catch {
    // Gone meanwhile, or of another user, whose server could not have written here.
    return false
  }
}

/** Asks for more than being alive: a container's first process may never collect the dead. */
async function ends({ pid, cluster, withinMs }: { pid: number; cluster: string; withinMs: number }): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (isAlive(pid) && (await isOurPostmaster(pid, cluster))) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}
