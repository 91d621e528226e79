import { EmbeddedPostgresRefused } from './embedded-refusal.ts'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'

/** The operating-system user that PostgreSQL runs as; `undefined` means the one that runs Lapel. */
export type ServerUser = { uid: number; gid: number } | undefined

// "nobody" on every Linux: PostgreSQL refuses to run as root, and this user needs no entry anywhere.
const nobody = { uid: 65534, gid: 65534 }
const stateDirectory = '/var/lib/lapel'
const note = 'elsewhere'

/**
 * The user that may own a database below `directory`.
 *
 * Under root it is the user who owns the database already, so that a database made by an ordinary
 * user keeps working when root starts Lapel once; a new one belongs to "nobody".
 */
export function serverUser(directory: string): ServerUser {
  const existing = statSync(path.join(directory, 'cluster'), { throwIfNoEntry: false })
  const own = process.getuid?.()
  if (own !== 0) {
    if (existing && own !== undefined && existing.uid !== own)
      throw new EmbeddedPostgresRefused(
        `The database in ${directory} belongs to another user (${existing.uid}). Run Lapel as that user or as root, or give it another data directory.`,
      )
    return undefined
  }
  return existing && existing.uid !== 0 ? { uid: existing.uid, gid: existing.gid } : nobody
}

/** Whether the user can enter every folder down to the path; folders that do not exist yet count as open. */
export function canReach(user: ServerUser, target: string): boolean {
  if (!user) return true
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false })
    if (stat && (stat.mode & traverseBit(user, stat)) === 0) return false
    if (folder === path.dirname(folder)) return true
  }
}

function traverseBit(user: NonNullable<ServerUser>, stat: { uid: number; gid: number }): number {
  if (stat.uid === user.uid) return 0o100
  return stat.gid === user.gid ? 0o010 : 0o001
}

/** Creates a folder that only the server's user may enter, below parents that it can traverse. */
export function privateDirectory(user: ServerUser, directory: string): void {
  mkdirSync(path.dirname(directory), { recursive: true, mode: 0o755 })
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  // lstat: in a folder that others can write, a link planted under this name must not be followed.
  const stat = lstatSync(directory)
  const own = process.getuid?.()
  if (!stat.isDirectory() || (own !== undefined && stat.uid !== own && stat.uid !== user?.uid))
    throw new EmbeddedPostgresRefused(`${directory} belongs to another user (${stat.uid}); Lapel cannot use it`)
  if (user && stat.uid !== user.uid) chownSync(directory, user.uid, user.gid)
}

/**
 * Where the database wanted at `directory` really lives.
 *
 * Below a closed home (root's 0700) PostgreSQL's own user cannot reach it. It then lives below
 * /var/lib/lapel, under a random name that a note in `directory` keeps: a later clone at the same
 * place has no note and so begins with an empty database, and a moved clone keeps its own.
 */
export function databaseHome(directory: string): string {
  const wanted = path.resolve(directory)
  mkdirSync(wanted, { recursive: true, mode: 0o755 })
  const home = realpathSync(wanted)
  if (canReach(serverUser(home), home)) return home
  if (statSync(path.join(home, 'cluster'), { throwIfNoEntry: false }))
    throw new EmbeddedPostgresRefused(
      `PostgreSQL does not run as root, and its own user cannot reach ${home}. Run Lapel as the owner of that folder, or open the folders above it (chmod o+x).`,
    )
  return elsewhere(path.join(home, note))
}

function elsewhere(file: string): string {
  const fresh = path.join(stateDirectory, `database-${randomBytes(6).toString('hex')}`)
  if (!existsSync(file)) {
    // The folder first: a start that is cut off may leave an empty folder, but no note that leads nowhere.
    mkdirSync(fresh, { recursive: true, mode: 0o755 })
    try {
      writeFileSync(file, fresh, { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      rmdirSync(fresh)
    }
  }
  const place = readFileSync(file, 'utf8').trim()
  if (!existsSync(place))
    throw new EmbeddedPostgresRefused(
      `${file} says that the database lies in ${place}, which is gone. Restore that folder, or delete the note to begin with an empty database.`,
    )
  return place
}
