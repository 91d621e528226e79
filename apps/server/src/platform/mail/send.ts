import { createTransport, type Transporter } from 'nodemailer'
import type { Deps } from '../deps.ts'
import { parseEmailAddress } from '../email-address.ts'
import { type MailContent, type MailOutcome, sendMailJob, unsealMail } from './outbox.ts'
import { returnPathOf } from './return-path.ts'

export interface MailTransport {
  /** @param mail.returnPath the envelope sender; the sender's own address when there is none. */
  send(mail: { messageId: string; to: string; content: MailContent; returnPath?: string }): Promise<void>
  close(): void
}

/** Hands messages to an SMTP server. Nothing in a message can make it read a file or an address (SECURITY S45). */
export function smtpTransport({
  smtpUrl,
  mailFrom,
  publicUrl,
}: {
  smtpUrl: string
  mailFrom: string
  publicUrl: string
}): MailTransport {
  const transporter: Transporter = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ messageId, to, content, returnPath }) {
      if (!parseEmailAddress(to)) throw new PermanentMailError(`Not an address that mail can be sent to`)
      const unsubscribe = content.unsubscribePath ? `${publicUrl}${content.unsubscribePath}` : undefined
      await transporter.sendMail({
        messageId,
        envelope: { from: returnPath ?? mailFrom, to },
        // Servers that know how (RFC 3461) name the message when they report that it could not be delivered.
        ...(messageId.length <= 100
          ? { dsn: { id: messageId.replace(/^<|>$/g, ''), return: 'headers', notify: 'failure', recipient: to } }
          : {}),
        from: { name: oneLine(content.fromName), address: mailFrom },
        to: { name: '', address: to },
        ...(content.replyTo && parseEmailAddress(content.replyTo)
          ? { replyTo: { name: '', address: content.replyTo } }
          : {}),
        subject: oneLine(content.subject),
        text: content.text,
        html: content.html,
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribe
            ? { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
            : {}),
        },
        attachments: [
          ...(content.inline ?? []).map((part) => ({
            cid: part.cid,
            filename: `${part.cid.split('@')[0]}.png`,
            contentType: part.contentType,
            content: Buffer.from(part.bytes),
            contentDisposition: 'inline' as const,
          })),
          ...(content.attachments ?? []).map((part) => ({
            filename: part.name,
            contentType: part.contentType,
            content: Buffer.from(part.bytes),
          })),
        ],
      })
    },
    close: () => transporter.close(),
  }
}

class PermanentMailError extends Error {
  override name = 'PermanentMailError'
}

/** Header values are one line without control characters, whatever a name contains. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()
}

/**
 * Sends one queued message. A temporary refusal is thrown, so that the job runs again later with the same Message-ID; a
 * permanent one is recorded as bounced. SMTP itself may deliver a message twice when the connection breaks after the
 * final dot; nothing stronger than that is promised (DESIGN ruling 11).
 */
export function sendQueuedMail(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'outbox' | 'config'>,
  transport: MailTransport,
) {
  return async ({ mailId }: { mailId: string }): Promise<void> => {
    const mail = await deps.db
      .selectFrom('mailOutbox')
      .select(['id', 'messageId', 'recipient', 'sealed', 'state', 'subjectKind', 'subjectId'])
      .where('id', '=', mailId)
      .executeTakeFirst()
    if (!mail?.sealed || mail.state !== 'queued') return
    const record = async (outcome: MailOutcome, error: string | null) => {
      await deps.db.transaction().execute(async (tx) => {
        await tx
          .updateTable('mailOutbox')
          .set((eb) => ({
            state: outcome,
            sealed: null,
            sentAt: outcome === 'sent' ? deps.now() : null,
            lastError: error,
            attempts: eb('attempts', '+', 1),
          }))
          .where('id', '=', mailId)
          .execute()
        if (mail.subjectKind && mail.subjectId)
          await deps.outbox.listener(mail.subjectKind)?.(tx, outcome, mail.subjectId)
        if (outcome === 'sent' || outcome === 'bounced')
          await deps.outbox.tellDelivery(tx, { outcome, recipient: mail.recipient })
      })
    }
    try {
      await transport.send({
        messageId: mail.messageId,
        to: mail.recipient,
        returnPath: returnPathOf(deps, mail.id),
        content: unsealMail(deps.secrets, mail.sealed),
      })
    } catch (error) {
      const code = (error as { responseCode?: number }).responseCode
      const reason = mailErrorText(error)
      if (error instanceof PermanentMailError || (code !== undefined && code >= 500 && code < 600))
        return record('bounced', reason)
      await deps.db
        .updateTable('mailOutbox')
        .set((eb) => ({ attempts: eb('attempts', '+', 1), lastError: reason }))
        .where('id', '=', mailId)
        .execute()
      throw error
    }
    await record('sent', null)
  }
}

function mailErrorText(error: unknown): string {
  const { response, message } = error as { response?: string; message?: string }
  return (response ?? message ?? 'unknown').slice(0, 500)
}

export { sendMailJob }
