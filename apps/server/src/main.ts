import path from 'node:path'
import { type Config, ConfigError, readConfig } from './platform/config.ts'
import { startEmbeddedPostgres } from './platform/database/embedded-postgres.ts'
import { EmbeddedPostgresRefused } from './platform/database/embedded-refusal.ts'
import type { Connection } from './platform/database/database.ts'
import { issuingDeps } from './app.ts'
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
    const signIns = await prepareDemo(issuingDeps(server.parts))
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

/** One sentence for what the operator can mend; a stack is for faults of ours. */
function plainReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop it, or choose another port: PORT=3001 npm start`
  if (code === 'EACCES' && port !== undefined)
    return `This user may not listen on port ${port}. Choose one above 1023, e.g. PORT=3000.`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `The database does not answer (${error.message}). Check DATABASE_URL.`
  if (code === '28P01' || code === '28000' || code === '3D000')
    return `The database refused us: ${error.message}. Check DATABASE_URL.`
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresRefused) return error.message
  return undefined
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void stopEverything().then(() => process.exit(0)))
}

try {
  await start()
} catch (error) {
  console.error(plainReason(error) ?? error)
  await stopEverything()
  process.exit(1)
}
