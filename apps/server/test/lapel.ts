import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { SMTPServer } from 'smtp-server'
import PostalMime from 'postal-mime'
import { type Config, readConfig } from '../src/platform/config.ts'
import type { Database } from '../src/platform/database/database.ts'
import { hashToken } from '../src/platform/secrets.ts'
import { newId, newToken } from '../src/platform/ids.ts'
import { parseEmailAddress } from '../src/platform/email-address.ts'
import { type Server, startServer } from '../src/server.ts'
import { testDatabase } from './postgres.ts'
import { Visitor } from './visitor.ts'

export interface ReceivedMail {
  from: string
  /** The envelope sender. */
  returnPath: string
  to: string[]
  subject: string
  text: string
  html: string
  /** Addresses of this site in the text part, in order. */
  links: string[]
  /** The first six digits that stand alone in the text part. */
  code: string | undefined
  raw: string
  messageId: string
}

export interface PersonOptions {
  givenName?: string
  familyName?: string
  locale?: 'en' | 'fr'
  /** A password hash is slow to make, so people sign in by a session of their own unless a test needs more. */
  passwordHash?: string
}

/** A whole Lapel on a port and a database of its own, with mail over real SMTP and a clock that the test moves. */
export interface Lapel {
  url: string
  server: Server
  deps: Server['parts']
  db: Database
  config: Config
  now(): Date
  passMinutes(minutes: number): void
  passDays(days: number): void
  /** Waits until every job is done. */
  settle(): Promise<void>
  /** Mail to an address, newest first, after all jobs are done. */
  mailTo(address: string): Promise<ReceivedMail[]>
  allMail(): ReceivedMail[]
  /** Makes the mail server answer this to the next messages, e.g. `550 no such user`. */
  refuseMail(answer: { code: number; text: string } | undefined): void
  /** Somebody with a browser and no account. */
  visitor(): Visitor
  /** Somebody with an account and a signed-in browser; the same person for the same address. */
  person(email: string, options?: PersonOptions): Promise<Visitor & { accountId: string; email: string }>
}

export async function startLapel(t: Pick<TestContext, 'after'>, env: Record<string, string> = {}): Promise<Lapel> {
  // Hooks run first come, first served; the database goes last.
  const drops: (() => unknown)[] = []
  const database = await testDatabase({ after: (drop) => void drops.push(drop as () => unknown) })
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lapel-test-'))
  const mail = await startMailSink()
  // The port is not known before the server listens, so links in mails are made with one that is reserved first.
  const port = await freePort()
  const config = readConfig({
    DATA_DIR: directory,
    PORT: String(port),
    LOG_LEVEL: 'error',
    SECRET_KEY: randomBytes(32).toString('base64'),
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATCH_HOLD_MINUTES: '0',
    ...env,
  })
  let movedMs = 0
  const now = () => new Date(Date.now() + movedMs)
  // Before the start, which may fail: what stays open would keep the test's process alive for ever.
  let started: Server | undefined
  t.after(async () => {
    await started?.stop()
    await mail.close()
    for (const drop of drops) await drop()
    rmSync(directory, { recursive: true, force: true })
  })
  const server = await startServer({ config, database, smtpUrl: mail.url, isMigrated: true, now })
  started = server

  const lapel: Lapel = {
    url: server.url,
    server,
    deps: server.parts,
    db: server.parts.db,
    config,
    now,
    passMinutes: (minutes) => void (movedMs += minutes * 60_000),
    passDays: (days) => void (movedMs += days * 86_400_000),
    settle: () => server.parts.jobs.settle(),
    async mailTo(address) {
      await server.parts.jobs.settle()
      return mail.received.filter(({ to }) => to.includes(address)).reverse()
    },
    allMail: () => [...mail.received],
    refuseMail: mail.refuse,
    visitor: () => new Visitor(server.url),
    async person(email, options = {}) {
      const accountId = await ensureAccount(server.parts.db, email, options, now())
      const token = newToken()
      await server.parts.db
        .insertInto('sessions')
        .values({
          id: newId(),
          tokenHash: hashToken(token),
          accountId,
          createdAt: now(),
          lastSeenAt: now(),
          provedAt: now(),
          expiresAt: new Date(now().getTime() + 365 * 86_400_000),
        })
        .execute()
      const visitor = new Visitor(server.url)
      visitor.cookies.set('lapel-session', token)
      return Object.assign(visitor, { accountId, email })
    },
  }
  return lapel
}

async function ensureAccount(db: Database, email: string, o: PersonOptions, now: Date): Promise<string> {
  const address = parseEmailAddress(email)
  if (!address) throw new Error(`${email} is not an address`)
  const known = await db
    .selectFrom('accountEmails')
    .select('accountId')
    .where('emailCanonical', '=', address.canonical)
    .executeTakeFirst()
  if (known) return known.accountId
  const id = newId()
  const local = email.split('@')[0] ?? 'someone'
  await db
    .insertInto('accounts')
    .values({
      id,
      givenName: o.givenName ?? local.charAt(0).toUpperCase() + local.slice(1),
      familyName: o.familyName ?? 'Tester',
      locale: o.locale ?? 'en',
      passwordHash: o.passwordHash ?? null,
      createdAt: now,
    })
    .execute()
  await db
    .insertInto('accountEmails')
    .values({
      id: newId(),
      accountId: id,
      email: address.stored,
      emailCanonical: address.canonical,
      isPrimary: true,
      confirmedAt: now,
    })
    .execute()
  return id
}

async function startMailSink() {
  const received: ReceivedMail[] = []
  let refusal: { code: number; text: string } | undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
        const raw = Buffer.concat(chunks)
        void PostalMime.parse(raw).then((mail) => {
          const text = mail.text ?? ''
          received.push({
            from: mail.from && 'name' in mail.from ? mail.from.name : '',
            returnPath: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map(({ address }) => address),
            subject: mail.subject ?? '',
            text,
            html: mail.html ?? '',
            links: [...text.matchAll(/https?:\/\/[^\s<>")]+/g)].map(([link]) => link),
            code: /(?<!\d)(\d{6}|\d{3} \d{3})(?!\d)/.exec(text)?.[1]?.replace(' ', ''),
            raw: raw.toString('utf8'),
            messageId: mail.messageId ?? '',
          })
          done()
        }, done)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuse: (answer: { code: number; text: string } | undefined) => void (refusal = answer),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
