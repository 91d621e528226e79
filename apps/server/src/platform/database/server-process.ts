import { execFile, spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { serverEnvironment } from './postgres-binaries.ts'
import { postmasterPid, signal } from './postmaster-lock.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

export interface ServerProcess {
  /** Resolves with the reason when the server has ended, for whatever cause. */
  exited: Promise<string>
  /** Ends all sessions, writes a checkpoint and waits for the end. */
  stop(): Promise<void>
}

export interface Launch {
  bin: string
  cluster: string
  user: ServerUser
  settings: Record<string, string>
  log: (line: string) => void
}

// The shell starts PostgreSQL and reads a pipe that only Lapel holds open. When Lapel dies, even by
// SIGKILL, the pipe ends and PostgreSQL gets the signal for a fast shutdown (SIGINT).
const guard = `
"$0" "$@" </dev/null 3<&- & server=$!
trap 'kill -INT $server' INT TERM
(while read -r _; do :; done; kill -INT $server 2>/dev/null) <&3 >/dev/null 2>&1 & watcher=$!
wait $server; status=$?
kill $watcher 2>/dev/null
exit $status`

/**
 * Starts the server and resolves when it accepts connections, after recovery if that is due.
 *
 * @throws with the server's own last lines when it ends before that.
 */
export async function launch({ bin, cluster, user, settings, log }: Launch): Promise<ServerProcess> {
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const child = spawnServer({ program: path.join(bin, 'postgres'), args, cluster, user })
  const output = readOutput(child, log)
  const exited = endOf(child)
  const reason = await Promise.race([output.ready, exited])
  if (reason !== undefined) {
    // The last lines may arrive after the exit.
    await Promise.race([output.ended, sleep(500)])
    throw new Error(`PostgreSQL did not start (${reason}).\n${output.lastLines()}`)
  }
  return {
    exited,
    stop: async () => {
      output.mute()
      await shutDown({ child, exited, bin, cluster })
    },
  }
}

function spawnServer({
  program,
  args,
  cluster,
  user,
}: {
  program: string
  args: string[]
  cluster: string
  user: ServerUser
}) {
  // Node ties its children on Windows to itself, so no guard is needed there.
  if (process.platform === 'win32')
    return spawn(program, args, { cwd: cluster, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
  return spawn('/bin/sh', ['-c', guard, program, ...args], {
    ...user,
    env: serverEnvironment,
    cwd: cluster,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Its own session: Ctrl-C in the terminal reaches Lapel only, which then stops in order.
    detached: true,
  })
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, name) => resolve(name ?? `exit code ${code}`))
  })
}

function readOutput(child: ChildProcess, log: (line: string) => void) {
  const last: string[] = []
  let muted = false
  let isReady = false
  const ready = Promise.withResolvers<undefined>()
  const ended = Promise.withResolvers<void>()
  if (!child.stderr) throw new Error('The server was started without a pipe for its messages')
  const lines = createInterface({ input: child.stderr })
  lines.on('close', () => ended.resolve())
  lines.on('line', (line) => {
    last.push(line)
    if (last.length > 20) last.shift()
    if (line.includes('database system is ready to accept connections')) {
      isReady = true
      ready.resolve(undefined)
    } else if (isReady && !muted && isWorthTelling(line)) log(`PostgreSQL: ${line}`)
  })
  return {
    ready: ready.promise,
    ended: ended.promise,
    lastLines: () => last.join('\n'),
    mute: () => {
      muted = true
    },
  }
}

function isWorthTelling(line: string): boolean {
  // Somebody dropped a database or ended a session on purpose.
  if (line.includes('due to administrator command')) return false
  return (
    /^(PANIC|FATAL):/.test(line) || /^LOG: .*(terminated by signal|No space left|not properly shut down)/.test(line)
  )
}

async function shutDown({
  child,
  exited,
  bin,
  cluster,
}: {
  child: ChildProcess
  exited: Promise<string>
  bin: string
  cluster: string
}) {
  if (process.platform === 'win32') {
    // Windows has no signals; pg_ctl speaks through the server's own pipe.
    await run(path.join(bin, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '60'])
    await exited
    return
  }
  const watched = child.stdio[3] as Writable | null
  watched?.destroy()
  if (await within(exited, 60_000)) return
  const pid = postmasterPid(cluster)
  // Immediate shutdown: the next start replays the log; nothing acknowledged is lost.
  if (pid) signal(pid, 'SIGQUIT')
  if (!(await within(exited, 30_000))) throw new Error(`PostgreSQL (process ${pid}) in ${cluster} does not stop.`)
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  try {
    return await Promise.race([promise.then(() => true), sleep(ms, false, { signal: timer.signal }).catch(() => false)])
  } finally {
    timer.abort()
  }
}
