import type { Db } from '../database/database.ts'
import { inTransaction } from '../database/database.ts'
import type { Deps } from '../deps.ts'
import { parseEmailAddress } from '../email-address.ts'
import { type DeliveryReport, readDeliveryReport } from './delivery-report.ts'
import { mailOfReturnPath } from './return-path.ts'

/** Servers give up after four to five days (RFC 5321, section 4.5.4.1); reports that come much later are repetitions. */
const longestDays = 30

/**
 * What became of a mail that came to the sender's mailbox: an address was marked, was marked by this report before, the
 * report says something else than a failure, it names no mail of ours, or it is no report.
 */
export type BounceLearnt = 'marked' | 'known' | 'no-failure' | 'foreign' | 'no-report'

/**
 * Learns from a non-delivery mail (RFC 3464) what an immediate refusal would have told: the message is bounced, its
 * feature and the address's account hear of it. Only who had our message, or the address that it was sent from, can name
 * it: a Message-ID has 256 random bits and the return path is signed, so a stranger marks nobody's address.
 */
export async function learnBounce(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'outbox' | 'config'>,
  raw: Uint8Array,
): Promise<BounceLearnt> {
  const report = await readDeliveryReport(raw)
  if (!report) return 'no-report'
  const mailId = await mailBehind(deps, report)
  if (!mailId) return 'foreign'
  return inTransaction(deps.db, async (tx): Promise<BounceLearnt> => {
    const mail = await tx
      .selectFrom('mailOutbox')
      .select(['id', 'recipient', 'state', 'sentAt', 'createdAt', 'subjectKind', 'subjectId'])
      .where('id', '=', mailId)
      .forUpdate()
      .executeTakeFirst()
    const oldest = new Date(deps.now().getTime() - longestDays * 86_400_000)
    if (mail?.state === 'bounced') return 'known'
    // An account that was deleted leaves no address here.
    if (mail?.state !== 'sent' || !mail.sentAt || mail.sentAt < oldest || mail.recipient === '') return 'foreign'
    const failure = failureOf(report, mail.recipient)
    if (!failure) return 'no-failure'
    const lastError = `${failure.status} ${failure.diagnostic}`.trim().slice(0, 500) || 'returned later'
    await tx.updateTable('mailOutbox').set({ state: 'bounced', lastError }).where('id', '=', mail.id).execute()
    const { subjectKind, subjectId } = mail
    if (subjectKind && subjectId && !(await wasFollowed(tx, { ...mail, subjectKind, subjectId })))
      await deps.outbox.listener(subjectKind)?.(tx, 'bounced', subjectId)
    await deps.outbox.tellDelivery(tx, { outcome: 'bounced', recipient: mail.recipient, isLater: true })
    return 'marked'
  })
}

async function mailBehind(
  deps: Pick<Deps, 'db' | 'secrets' | 'config'>,
  { sentTo, messageIds }: DeliveryReport,
): Promise<string | undefined> {
  for (const address of sentTo) {
    const mailId = mailOfReturnPath(deps, address)
    if (mailId) return mailId
  }
  if (messageIds.length === 0) return undefined
  const found = await deps.db
    .selectFrom('mailOutbox')
    .select('id')
    .where('messageId', 'in', messageIds.slice(0, 20))
    .executeTakeFirst()
  return found?.id
}

/**
 * Each message goes to one address, so any failure is that address's, also where its mail is passed on and failed there;
 * but not when the report says that the address itself was reached.
 */
function failureOf({ recipients }: DeliveryReport, recipient: string) {
  const own = parseEmailAddress(recipient)?.canonical
  const isOwn = ({ address }: { address: string }) => parseEmailAddress(address)?.canonical === own
  const failed = recipients.filter(({ action }) => action === 'failed')
  const ownFailure = failed.find(isOwn)
  if (ownFailure) return ownFailure
  return recipients.some(isOwn) ? undefined : failed[0]
}

/** A newer message about the same thing is the one that counts. */
async function wasFollowed(
  tx: Db,
  o: { id: string; subjectKind: string; subjectId: string; createdAt: Date },
): Promise<boolean> {
  const newer = await tx
    .selectFrom('mailOutbox')
    .select('id')
    .where('subjectKind', '=', o.subjectKind)
    .where('subjectId', '=', o.subjectId)
    .where('id', '!=', o.id)
    .where('createdAt', '>', o.createdAt)
    .executeTakeFirst()
  return newer !== undefined
}
