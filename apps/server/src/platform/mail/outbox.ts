import type { Db } from '../database/database.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { defineJob } from '../jobs/jobs.ts'
import { newId, newToken } from '../ids.ts'
import type { Locale } from '../i18n/messages.ts'
import type { Now } from '../clock.ts'
import type { Secrets } from '../secrets.ts'
import type { Config } from '../config.ts'

/** A message as it will be sent. Made when it is queued, from the state of that moment. */
export interface MailContent {
  subject: string
  text: string
  html: string
  /** Display name of the sender, such as "Northfield College via Lapel". */
  fromName: string
  /** Where replies go: the issuer's contact, when there is one. */
  replyTo?: string
  /** Path of the one-click unsubscribe (RFC 8058) for mail that is optional. */
  unsubscribePath?: string
  /** Pictures shown by the HTML part, as `cid:` references. */
  inline?: { cid: string; contentType: string; bytes: Uint8Array }[]
  attachments?: { name: string; contentType: string; bytes: Uint8Array }[]
}

export interface MailRequest {
  /** The stored address. */
  to: string
  template: string
  locale: Locale
  content: MailContent
  organizationId?: string
  /** Who is told how it went: see {@link Outbox.onOutcome}. */
  subject?: { kind: 'credential' | 'batch' | 'account'; id: string }
  optional?: boolean
}

export type MailOutcome = 'sent' | 'bounced' | 'failed'
type OutcomeListener = (tx: Db, outcome: MailOutcome, subjectId: string) => Promise<void>

export interface Outbox {
  /** Queues a message in the transaction that makes it true. @returns its id. */
  queue(tx: Db, mail: MailRequest): Promise<string>
  /** Tells a feature how a message about one of its rows went, in the transaction that records it. */
  onOutcome(kind: NonNullable<MailRequest['subject']>['kind'], listener: OutcomeListener): void
  listener(kind: string): OutcomeListener | undefined
}

export const sendMailJob = defineJob<{ mailId: string }>('mail.send', {
  concurrency: 4,
  leaseS: 60,
  // Retries reach over four days (SECURITY R5): 2 s doubling up to an hour.
  retryLimit: 106,
  retryDelayS: 2,
  retryDelayMaxS: 3600,
})

const purpose = 'mail-outbox'

export function createOutbox({
  jobs,
  now,
  secrets,
  config,
}: {
  jobs: Jobs
  now: Now
  secrets: Secrets
  config: Pick<Config, 'mailFrom'>
}): Outbox {
  const listeners = new Map<string, OutcomeListener>()
  const domain = config.mailFrom.split('@')[1] ?? 'localhost'
  return {
    async queue(tx, mail) {
      const id = newId()
      await tx
        .insertInto('mailOutbox')
        .values({
          id,
          organizationId: mail.organizationId ?? null,
          messageId: `<${newToken()}@${domain}>`,
          template: mail.template,
          locale: mail.locale,
          recipient: mail.to,
          sealed: secrets.seal(purpose, serialize(mail.content)),
          subjectKind: mail.subject?.kind ?? null,
          subjectId: mail.subject?.id ?? null,
          optional: mail.optional ?? false,
          createdAt: now(),
        })
        .execute()
      await jobs.enqueue(tx, sendMailJob, { mailId: id })
      return id
    },
    onOutcome: (kind, listener) => void listeners.set(kind, listener),
    listener: (kind) => listeners.get(kind),
  }
}

function serialize(content: MailContent): string {
  return JSON.stringify(content, (_key, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  )
}

/** The content of a queued message. @throws when the installation's secret changed since. */
export function unsealMail(secrets: Secrets, sealed: Uint8Array): MailContent {
  return JSON.parse(secrets.open(purpose, sealed).toString('utf8'), (_key, value: unknown) =>
    value !== null && typeof value === 'object' && 'base64' in value && typeof value.base64 === 'string'
      ? Buffer.from(value.base64, 'base64')
      : value,
  ) as MailContent
}
