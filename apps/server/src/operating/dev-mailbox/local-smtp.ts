import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'

const largestMail = 15 * 1024 * 1024

/** A mail server on this machine only: what is sent to it stays in the database and is shown at /dev/mail. */
export async function startLocalMailbox({ db, now, log }: Pick<Deps, 'db' | 'now' | 'log'>): Promise<{
  smtpUrl: string
  close(): Promise<void>
}> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: largestMail,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
        PostalMime.parse(raw)
          .then((mail) =>
            db
              .insertInto('localMailbox')
              .values({
                id: newId(),
                receivedAt: now(),
                envelopeFrom: from,
                envelopeTo: session.envelope.rcptTo.map(({ address }) => address),
                subject: mail.subject ?? '',
                raw,
              })
              .execute(),
          )
          .then(
            () => done(),
            (error: unknown) => {
              log.error({ err: error }, 'local mailbox')
              done(Object.assign(new Error('Try again later'), { responseCode: 451 }))
            },
          )
      })
    },
  })
  server.on('error', (error) => log.error({ err: error }, 'local mailbox'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
