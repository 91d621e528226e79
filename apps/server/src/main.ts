import path from 'node:path'
import { type Config, ConfigError, readConfig } from './platform/config.ts'
import { startEmbeddedPostgres } from './platform/database/embedded-postgres.ts'
import type { Connection } from './platform/database/database.ts'
import { startServer } from './server.ts'
import { prepareDemo } from './operating/demo.ts'

/** Things that were started, stopped in the opposite order. */
const stops: (() => Promise<void>)[] = []
let stopping: Promise<void> | undefined

function stopEverything(): Promise<void> {
  stopping ??= (async () => {
    for (const stop of stops.reverse()) await stop().catch((error: unknown) => console.error(error))
  })()
  return stopping
}

async function database(config: Config): Promise<Connection> {
  if (config.databaseUrl) return { connectionString: config.databaseUrl }
  const postgres = await startEmbeddedPostgres({
    directory: path.join(config.dataDirectory, 'postgres'),
    log: console.error,
  })
  stops.push(() => postgres.stop())
  return postgres.connection
}

async function start(): Promise<void> {
  const startedAt = performance.now()
  const config = readConfig(process.env)
  const connection = await database(config)
  const server = await startServer({ config, database: connection })
  stops.push(() => server.stop())
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (config.mode === 'demo') {
    const signIns = await prepareDemo(server.parts)
    console.log(`
${config.productName} runs (${seconds} s). Everything stays on this machine.

  Open        ${server.url}
  Mailbox     ${server.url}/dev/mail

  Demo sign-ins (password of all: ${signIns.password})
${signIns.people.map(({ email, role }) => `    ${email.padEnd(28)} ${role}`).join('\n')}

Ctrl-C stops it. Your data is in ${path.relative(process.cwd(), config.dataDirectory) || '.'}; delete that folder to begin anew.`)
  } else {
    console.log(
      `${config.productName} runs at ${config.publicUrl} (${seconds} s), listening on ${config.host}:${config.port}.`,
    )
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void stopEverything().then(() => process.exit(0)))
}

try {
  await start()
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  await stopEverything()
  process.exit(1)
}
