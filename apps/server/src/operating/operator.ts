import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Config, ConfigError, readConfig } from '../platform/config.ts'
import { clusterPassword, superuser } from '../platform/database/cluster.ts'
import type { Connection } from '../platform/database/database.ts'
import { startEmbeddedPostgres } from '../platform/database/embedded-postgres.ts'
import { EmbeddedPostgresRefused } from '../platform/database/embedded-refusal.ts'
import { databaseHome } from '../platform/database/server-user.ts'
import { startServer } from '../server.ts'
import { CommandRefused, operatorUsage, runOperatorCommand } from './operator-commands.ts'

// npm run operator -- …: works beside a running Lapel and without one.

/** The database of this installation: the operator's own, the one that a running Lapel keeps, or one started for now. */
async function database(config: Config): Promise<{ connection: Connection; stop: () => Promise<void> }> {
  if (config.databaseUrl) return { connection: { connectionString: config.databaseUrl }, stop: async () => {} }
  const directory = path.join(config.dataDirectory, 'postgres')
  const running = runningDatabase(directory)
  try {
    return await startEmbeddedPostgres({ directory, log: console.error })
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresRefused) || !running) throw error
    return { connection: running, stop: async () => {} }
  }
}

/** PostgreSQL writes where it listens into a file of its own: the fourth and the fifth line (its documentation, 67.1). */
function runningDatabase(directory: string): Connection | undefined {
  const home = databaseHome(directory)
  let lines: string[]
  try {
    lines = readFileSync(path.join(home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const [, , , port, sockets] = lines
  const password = clusterPassword(home)
  return {
    host: sockets || '127.0.0.1',
    port: Number(port),
    user: superuser,
    ...(password === undefined ? {} : { password }),
    database: 'postgres',
  }
}

async function run(words: readonly string[]): Promise<number> {
  if (words.length === 0 || words[0] === 'help' || words[0] === '--help') {
    console.log(operatorUsage)
    return 0
  }
  const stops: (() => Promise<void>)[] = []
  try {
    const config = readConfig(process.env)
    const { connection, stop } = await database(config)
    stops.push(stop)
    // No role: it listens nowhere and does no job; what it queues is done by the running Lapel, or by the next start.
    const server = await startServer({ config: { ...config, roles: new Set() }, database: connection })
    stops.push(() => server.stop())
    process.stdout.write(await runOperatorCommand(server.parts, words))
    return 0
  } catch (error) {
    const isPlain =
      error instanceof CommandRefused || error instanceof ConfigError || error instanceof EmbeddedPostgresRefused
    console.error(isPlain ? error.message.trimEnd() : error)
    return 1
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

process.exitCode = await run(process.argv.slice(2))
