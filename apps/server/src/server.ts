import { getRequestListener } from '@hono/node-server'
import { hkdfSync } from 'node:crypto'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, registerJobs, type AppParts } from './app.ts'
import { databaseClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { type Connection, databaseNow, openPool } from './platform/database/database.ts'
import { migrate, signerRole, webRole } from './platform/database/migrate.ts'
import { createAssets } from './platform/http/assets.ts'
import { useAssets } from './platform/http/page.ts'
import { createJobs } from './platform/jobs/jobs.ts'
import { createLog } from './platform/log.ts'
import { createOutbox } from './platform/mail/outbox.ts'
import { type MailTransport, sendMailJob, sendQueuedMail, smtpTransport } from './platform/mail/send.ts'
import { createSecrets } from './platform/secrets.ts'
import type { Now } from './platform/clock.ts'
import { publicPagesFirst } from './sharing/index.ts'

export interface Server {
  url: string
  parts: AppParts
  /** Stops taking requests, lets running ones and jobs end, closes the database. */
  stop(): Promise<void>
}

export interface ServerOptions {
  config: Config
  /** The owner's connection: migrations run with it. */
  database: Connection
  /** Where mail goes instead of what the configuration says. */
  smtpUrl?: string
  /** The database is at the present version already (tests copy a migrated one). */
  isMigrated?: boolean
  /** Tests move the clock. */
  now?: Now
}

/** Brings up the roles that the configuration names, on a database that is running. */
export async function startServer({
  config,
  database,
  smtpUrl,
  isMigrated = false,
  now,
}: ServerOptions): Promise<Server> {
  /** What was opened, closed in the opposite order; also when a later part cannot start. */
  const closers: (() => void | Promise<void>)[] = []
  let isStopping = false
  const stop = async () => {
    isStopping = true
    for (const closeOne of closers.splice(0).reverse()) await closeOne()
  }
  try {
    const { url, parts } = await start()
    return { url, parts, stop }
  } catch (error) {
    await stop()
    throw error
  }

  async function start(): Promise<Pick<Server, 'url' | 'parts'>> {
    const log = createLog(config.logLevel)
    const passwords = rolePasswords(config.secret)
    if (!isMigrated) await migrate(database, { passwords })

    // While everything closes, the server may end a session before its client does; nothing is lost by that.
    const onError = (error: Error) => {
      if (!isStopping) log.error({ err: error }, 'database connection')
    }
    const web = openPool(roleConnection(database, webRole, passwords.web, config.databaseWebUrl), { size: 12, onError })
    const signer = openPool(roleConnection(database, signerRole, passwords.signer, config.databaseSignerUrl), {
      size: 3,
      onError,
    })
    closers.push(
      () => web.close(),
      () => signer.close(),
    )
    const clock = databaseClock(await databaseNow(web.db))
    const time = now ?? clock.now
    const clockTimer = setInterval(() => void databaseNow(web.db).then(clock.adjust, onError), 60_000)
    closers.push(() => clearInterval(clockTimer))

    const secrets = createSecrets(config.secret)
    const jobs = createJobs(roleConnection(database, webRole, passwords.web, config.databaseWebUrl), { log })
    const outbox = createOutbox({ jobs, now: time, secrets, config })
    const assets = await createAssets()
    useAssets(assets.urls)
    const parts: AppParts = { config, db: web.db, signerDb: signer.db, now: time, secrets, jobs, outbox, log, assets }

    // Without a mail server, mail stays here and is shown at /dev/mail.
    const mailbox = smtpUrl || config.smtpUrl ? undefined : await localMailbox({ db: web.db, now: time, log })
    const transport: MailTransport = smtpTransport({
      smtpUrl: smtpUrl ?? config.smtpUrl ?? mailbox?.smtpUrl ?? '',
      mailFrom: config.mailFrom,
      publicUrl: config.publicUrl,
    })
    closers.push(
      async () => mailbox?.close(),
      () => transport.close(),
    )
    jobs.handle(sendMailJob, sendQueuedMail(parts, transport))
    const app = createApp(parts)
    registerJobs(parts)
    closers.push(() => jobs.stop())
    await jobs.start({ work: config.roles.has('worker') })

    const listener = config.roles.has('web') ? await listen(app.fetch, parts) : undefined
    if (listener) closers.push(() => close(listener))
    const port = (listener?.address() as AddressInfo | null)?.port ?? config.port
    return { url: `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`, parts }
  }
}

/** Login roles get passwords of their own, derived from the installation's secret, so that no process needs the owner's. */
function rolePasswords(secret: Buffer): { web: string; signer: string } {
  const derive = (role: string) =>
    Buffer.from(hkdfSync('sha256', secret, 'lapel', `database-role:${role}`, 24)).toString('base64url')
  return { web: derive(webRole), signer: derive(signerRole) }
}

function roleConnection(owner: Connection, role: string, password: string, url: string | undefined): Connection {
  if (url) return { connectionString: url }
  if (owner.connectionString) {
    const address = new URL(owner.connectionString)
    address.username = role
    address.password = password
    return { connectionString: address.toString() }
  }
  return { ...owner, user: role, password }
}

function listen(fetch: (request: Request) => Response | Promise<Response>, parts: AppParts): Promise<HttpServer> {
  const { port, host } = parts.config
  const listener = createServer(publicPagesFirst(parts, getRequestListener(fetch, { hostname: host })))
  return new Promise((resolve, reject) => {
    listener.on('error', reject)
    listener.listen(port, host, () => resolve(listener))
  })
}

function close(listener: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve())
    // Idle keep-alive connections would hold the port until they time out.
    if ('closeIdleConnections' in listener) listener.closeIdleConnections()
    setTimeout(() => {
      if ('closeAllConnections' in listener) listener.closeAllConnections()
    }, 5_000).unref()
  })
}

/** Loaded only where it is used: a production process has no mail server of its own. */
async function localMailbox(deps: Pick<AppParts, 'db' | 'now' | 'log'>) {
  const { startLocalMailbox } = await import('./operating/dev-mailbox/index.ts')
  return startLocalMailbox(deps)
}
