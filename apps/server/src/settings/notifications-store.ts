import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Secrets } from '../platform/secrets.ts'
import { newId } from '../platform/ids.ts'
import { mailByDefault, mailEvents, type MailEvent } from './mail-events.ts'

export type Digest = 'none' | 'daily' | 'weekly'

/** An address as it is kept of people without an account. */
export function addressHash(secrets: Pick<Secrets, 'keyedHash'>, canonical: string): Buffer {
  return secrets.keyedHash('mail-refusal', canonical)
}

export interface Wish {
  accountId: string | null
  byMail: boolean
  inApp: boolean
  digest: Digest
}

/** What the reader of a message about an event chose: the account behind the address, else the address itself. */
export async function wishOf(
  db: Db,
  secrets: Pick<Secrets, 'keyedHash'>,
  o: { canonical: string; event: MailEvent },
): Promise<Wish> {
  const { rows } = await sql<{
    accountId: string | null
    byMail: boolean | null
    inApp: boolean | null
    digest: Digest | null
    wantsNews: boolean
    refused: boolean
  }>`
    select a.id as "accountId", ch.by_mail as "byMail", ch.in_app as "inApp", s.digest,
      exists (select 1 from consents n
        where n.account_id = a.id and n.purpose = 'news' and n.withdrawn_at is null) as "wantsNews",
      exists (select 1 from mail_refusals r
        where r.address_hash = ${addressHash(secrets, o.canonical)} and r.event = ${o.event}) as refused
    from (select 1) as one
    left join account_emails e on e.email_canonical = ${o.canonical}
    left join accounts a on a.id = e.account_id and a.closed_at is null
    left join notification_choices ch on ch.account_id = a.id and ch.event = ${o.event}
    left join notification_settings s on s.account_id = a.id`.execute(db)
  const row = rows[0]
  return {
    accountId: row?.accountId ?? null,
    byMail: (o.event === 'news' ? (row?.wantsNews ?? false) : (row?.byMail ?? mailByDefault[o.event])) && !row?.refused,
    inApp: row?.inApp ?? true,
    digest: row?.digest ?? 'none',
  }
}

export type Choices = Record<MailEvent, { byMail: boolean; inApp: boolean }>

export async function choicesOf(db: Db, accountId: string): Promise<Choices> {
  const rows = await db
    .selectFrom('notificationChoices')
    .select(['event', 'byMail', 'inApp'])
    .where('accountId', '=', accountId)
    .execute()
  const wantsNews = (await newsConsent(db, accountId)) !== undefined
  return Object.fromEntries(
    mailEvents.map((event) => {
      const row = rows.find((found) => found.event === event)
      const byMail = event === 'news' ? wantsNews : (row?.byMail ?? mailByDefault[event])
      return [event, { byMail, inApp: row?.inApp ?? true }]
    }),
  ) as Choices
}

/** The consent to news that holds: given at registration or in the settings, and not withdrawn. */
function newsConsent(db: Db, accountId: string) {
  return db
    .selectFrom('consents')
    .select('id')
    .where('accountId', '=', accountId)
    .where('purpose', '=', 'news')
    .where('withdrawnAt', 'is', null)
    .executeTakeFirst()
}

export async function saveChoice(
  tx: Tx,
  o: { accountId: string; event: MailEvent; byMail: boolean; inApp: boolean },
): Promise<void> {
  await tx
    .insertInto('notificationChoices')
    .values(o)
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'event']).doUpdateSet({ byMail: o.byMail, inApp: o.inApp }),
    )
    .execute()
}

/** Mail only; what stands in the account stays as it was. */
export async function setByMail(tx: Tx, o: { accountId: string; event: MailEvent; byMail: boolean }): Promise<void> {
  await tx
    .insertInto('notificationChoices')
    .values({ ...o, inApp: true })
    .onConflict((conflict) => conflict.columns(['accountId', 'event']).doUpdateSet({ byMail: o.byMail }))
    .execute()
}

export function refuseMail(tx: Tx, o: { addressHash: Buffer; event: MailEvent; at: Date }) {
  return tx
    .insertInto('mailRefusals')
    .values({ addressHash: o.addressHash, event: o.event, refusedAt: o.at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export function takeBackRefusals(tx: Tx, o: { addressHashes: Buffer[]; event: MailEvent }) {
  return tx
    .deleteFrom('mailRefusals')
    .where('event', '=', o.event)
    .where('addressHash', 'in', o.addressHashes)
    .execute()
}

export async function digestOf(db: Db, accountId: string): Promise<{ digest: Digest; mailLocale: string | null }> {
  const row = await db
    .selectFrom('notificationSettings')
    .select(['digest', 'mailLocale'])
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return { digest: row?.digest ?? 'none', mailLocale: row?.mailLocale ?? null }
}

export async function saveDigest(
  tx: Tx,
  o: { accountId: string; digest: Digest; mailLocale: string | null },
): Promise<void> {
  await tx
    .insertInto('notificationSettings')
    .values(o)
    .onConflict((conflict) => conflict.column('accountId').doUpdateSet({ digest: o.digest, mailLocale: o.mailLocale }))
    .execute()
}

/** Consent to news is kept in the ledger with its time (SECURITY S58). */
export async function recordNewsConsent(
  tx: Tx,
  o: { accountId: string; on: boolean; locale: string; at: Date },
): Promise<void> {
  if (!o.on) {
    await tx
      .updateTable('consents')
      .set({ withdrawnAt: o.at })
      .where('accountId', '=', o.accountId)
      .where('purpose', '=', 'news')
      .where('withdrawnAt', 'is', null)
      .execute()
    return
  }
  if (await newsConsent(tx, o.accountId)) return
  await tx
    .insertInto('consents')
    .values({ id: newId(), accountId: o.accountId, purpose: 'news', version: '1', locale: o.locale, givenAt: o.at })
    .execute()
}

export function insertNotification(
  tx: Db,
  o: { accountId: string; event: MailEvent; words: string; path: string; createdAt: Date },
) {
  return tx
    .insertInto('notifications')
    .values({ id: newId(), ...o })
    .execute()
}

export function notificationsOf(db: Db, accountId: string) {
  return db
    .selectFrom('notifications')
    .select(['id', 'event', 'words', 'path', 'createdAt', 'readAt'])
    .where('accountId', '=', accountId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
}

export function markAllRead(db: Db, o: { accountId: string; at: Date }) {
  return db
    .updateTable('notifications')
    .set({ readAt: o.at })
    .where('accountId', '=', o.accountId)
    .where('readAt', 'is', null)
    .execute()
}

export function insertDigestItem(
  tx: Db,
  o: {
    accountId: string
    event: MailEvent
    words: string
    path: string
    subjectKind: string | null
    subjectId: string | null
    createdAt: Date
  },
) {
  return tx
    .insertInto('digestItems')
    .values({ id: newId(), ...o })
    .execute()
}

/** Accounts whose summary is due; with summaries switched off meanwhile, what waits goes out at once. */
export async function dueDigests(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ accountId: string }>`
    select distinct i.account_id as "accountId" from digest_items i
    join accounts a on a.id = i.account_id and a.closed_at is null
    left join notification_settings s on s.account_id = i.account_id
    where coalesce(s.digest, 'none') = 'none'
       or (s.digest = 'daily' and coalesce(s.digest_sent_at, i.created_at) <= ${new Date(now.getTime() - 23.5 * 3_600_000)})
       or (s.digest = 'weekly' and coalesce(s.digest_sent_at, i.created_at) <= ${new Date(now.getTime() - 167.5 * 3_600_000)})
    limit 1000`.execute(db)
  return rows.map(({ accountId }) => accountId)
}

/** Takes what waits out of the list; two workers at once never take the same. */
export async function takeDigestItems(tx: Tx, o: { accountId: string; at: Date }) {
  const items = await tx
    .deleteFrom('digestItems')
    .where('accountId', '=', o.accountId)
    .returning(['id', 'words', 'path', 'subjectKind', 'subjectId', 'createdAt'])
    .execute()
  if (items.length > 0)
    await tx
      .updateTable('notificationSettings')
      .set({ digestSentAt: o.at })
      .where('accountId', '=', o.accountId)
      .execute()
  return items.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
}

export function forgetOldNotifications(db: Db, before: Date) {
  return db.deleteFrom('notifications').where('createdAt', '<', before).execute()
}

/** Public id of what a message is about, for the path of its news. */
export async function publicIdOf(db: Db, subject: { kind: string; id: string }): Promise<string | undefined> {
  const row =
    subject.kind === 'credential'
      ? await db.selectFrom('credentials').select('publicId').where('id', '=', subject.id).executeTakeFirst()
      : subject.kind === 'document'
        ? await db.selectFrom('documents').select('publicId').where('id', '=', subject.id).executeTakeFirst()
        : undefined
  return row?.publicId
}
