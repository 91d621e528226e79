import type { Db } from '../database/database.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { defineJob } from '../jobs/jobs.ts'
import { newId, newToken } from '../ids.ts'
import type { Locale } from '../i18n/messages.ts'
import type { Now } from '../clock.ts'
import type { Secrets } from '../secrets.ts'
import type { Config } from '../config.ts'
import { withClosingLink } from './render.ts'

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
  subject?: { kind: 'credential' | 'batch' | 'account' | 'document'; id: string }
  optional?: boolean
  /** Own path that the news in the reader's account leads to, where the message is optional. */
  path?: string
}

export type MailOutcome = 'sent' | 'bounced' | 'failed' | 'suppressed'

/** What becomes of a message: it goes out (with a way to stop its kind), waits for a summary, or is not wanted. */
export type MailDecision =
  | { kind: 'send'; stop?: { label: string; page: string; oneClick: string } }
  | { kind: 'later' }
  | { kind: 'suppress' }
/** Asked before a message is queued, in its transaction. Mail about security is never held back by it. */
export type MailGate = (tx: Db, mail: MailRequest) => Promise<MailDecision>
type OutcomeListener = (tx: Db, outcome: MailOutcome, subjectId: string) => Promise<void>
/**
 * Told of every message that a server took or refused for good, whatever it was about. `isLater`: a server took it first
 * and sent it back afterwards.
 */
type DeliveryListener = (
  tx: Db,
  delivery: { outcome: 'sent' | 'bounced'; recipient: string; isLater?: boolean },
) => Promise<void>

export interface Outbox {
  /** Queues a message in the transaction that makes it true. @returns its id. */
  queue(tx: Db, mail: MailRequest): Promise<string>
  /** Tells a feature how a message about one of its rows went, in the transaction that records it. */
  onOutcome(kind: NonNullable<MailRequest['subject']>['kind'], listener: OutcomeListener): void
  listener(kind: string): OutcomeListener | undefined
  onDelivery(listener: DeliveryListener): void
  tellDelivery: DeliveryListener
  /** Puts what people chose before every message; set once, by the app. */
  useGate(gate: MailGate): void
}

export const sendMailJob = defineJob<{ mailId: string }>('mail.send', {
  concurrency: 4,
  // The lease is renewed while a slow server takes its time; this is how long a dead process keeps a message.
  leaseS: 15,
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
  config: Pick<Config, 'mailFrom' | 'publicUrl'>
}): Outbox {
  const listeners = new Map<string, OutcomeListener>()
  const deliveryListeners: DeliveryListener[] = []
  let gate: MailGate | undefined
  const domain = config.mailFrom.split('@')[1] ?? 'localhost'
  return {
    async queue(tx, mail) {
      const id = newId()
      const decision: MailDecision = gate ? await gate(tx, mail) : { kind: 'send' }
      const goesOut = decision.kind === 'send'
      const content = goesOut && decision.stop ? withStop(mail.content, decision.stop, config) : mail.content
      await tx
        .insertInto('mailOutbox')
        .values({
          id,
          organizationId: mail.organizationId ?? null,
          messageId: `<${newToken()}@${domain}>`,
          template: mail.template,
          locale: mail.locale,
          recipient: mail.to,
          sealed: goesOut ? secrets.seal(purpose, serialize(content)) : null,
          subjectKind: mail.subject?.kind ?? null,
          subjectId: mail.subject?.id ?? null,
          optional: mail.optional ?? false,
          state: goesOut ? 'queued' : 'suppressed',
          createdAt: now(),
        })
        .execute()
      if (goesOut) await jobs.enqueue(tx, sendMailJob, { mailId: id })
      else if (decision.kind === 'suppress' && mail.subject)
        await listeners.get(mail.subject.kind)?.(tx, 'suppressed', mail.subject.id)
      return id
    },
    onOutcome: (kind, listener) => void listeners.set(kind, listener),
    listener: (kind) => listeners.get(kind),
    onDelivery: (listener) => void deliveryListeners.push(listener),
    async tellDelivery(tx, delivery) {
      for (const listener of deliveryListeners) await listener(tx, delivery)
    },
    useGate: (given) => void (gate = given),
  }
}

/** The way to stop mail of a kind: a line at the end, and the one click of mail programs unless the message has its own. */
function withStop(
  content: MailContent,
  stop: { label: string; page: string; oneClick: string },
  { publicUrl }: Pick<Config, 'publicUrl'>,
): MailContent {
  return {
    ...content,
    ...withClosingLink(content, { label: stop.label, url: `${publicUrl}${stop.page}` }),
    unsubscribePath: content.unsubscribePath ?? stop.oneClick,
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
