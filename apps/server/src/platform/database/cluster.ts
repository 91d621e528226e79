import { EmbeddedPostgresRefused } from './embedded-refusal.ts'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { serverEnvironment } from './postgres-binaries.ts'
import { privateDirectory, type ServerUser } from './server-user.ts'

const run = promisify(execFile)
const major = '18'
const windows = process.platform === 'win32'

/** The name of the superuser that `createCluster` makes. */
export const superuser = 'postgres'

/**
 * The folder with the database files below `home`, made with initdb the first time (0.7 s).
 *
 * It appears under its name only when it is whole, so a start that was cut off leaves nothing behind
 * that the next one would take for a database.
 */
export async function ensureCluster({
  home,
  bin,
  user,
  durable,
}: {
  home: string
  bin: string
  user: ServerUser
  durable: boolean
}) {
  const cluster = path.join(home, 'cluster')
  if (existsSync(cluster)) {
    refuseOtherVersion(cluster)
    return cluster
  }
  const unfinished = path.join(home, 'cluster.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  privateDirectory(user, unfinished)
  await createCluster({ bin, user, directory: unfinished, home, durable })
  renameSync(unfinished, cluster)
  if (durable) syncDirectory(home)
  return cluster
}

/** The superuser's password; only on Windows, where the server listens on a port that every local user can reach. */
export function clusterPassword(home: string): string | undefined {
  if (!windows) return undefined
  return readFileSync(passwordFile(home), 'utf8').trim()
}

function passwordFile(home: string): string {
  return path.join(home, 'password')
}

function refuseOtherVersion(cluster: string): void {
  const found = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (found !== major)
    throw new EmbeddedPostgresRefused(
      `The database in ${cluster} was made by PostgreSQL ${found}, and this Lapel brings PostgreSQL ${major}. Export it with the Lapel that made it.`,
    )
}

async function createCluster({
  bin,
  user,
  directory,
  home,
  durable,
}: {
  bin: string
  user: ServerUser
  directory: string
  home: string
  durable: boolean
}) {
  // A socket in a folder that only its user may enter needs no password. A port does.
  const authentication = windows
    ? ['--auth=scram-sha-256', `--pwfile=${passwordFile(home)}`]
    : ['--auth-local=trust', '--auth-host=reject']
  if (windows) writeFileSync(passwordFile(home), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  const args = [
    `--pgdata=${directory}`,
    `--username=${superuser}`,
    '--encoding=UTF8',
    // Sorts alike on every machine, whatever its C library or ICU.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    ...authentication,
    ...(durable ? [] : ['--no-sync']),
  ]
  try {
    await run(path.join(bin, 'initdb'), args, { ...user, env: serverEnvironment, cwd: directory })
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new EmbeddedPostgresRefused(
      `PostgreSQL could not create its files in ${directory}.\n${stderr?.trim() ?? ''}`,
      { cause: error },
    )
  }
}

/** A rename is on the disk only when its folder is. */
function syncDirectory(directory: string): void {
  if (windows) return
  const folder = openSync(directory, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
