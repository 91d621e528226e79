import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import { mailLocale } from '../platform/mail/language.ts'
import { mostEndingDays } from '../organizations/index.ts'

/** Badges that wait and whose next reminder is due: as many as one run takes. */
export function dueReminders(db: Db, o: { now: Date; limit: number }) {
  const age = sql<number>`floor(extract(epoch from (${o.now}::timestamptz - c.issued_at)) / 86400)`
  const due = sql<number>`(select count(*)::int from unnest(o.reminder_days) day where ${age} >= day)`
  return (
    db
      .selectFrom('credentials as c')
      .innerJoin('organizations as o', 'o.id', 'c.organizationId')
      .leftJoin('claimReminders as r', 'r.credentialId', 'c.id')
      .select(['c.id', 'c.organizationId', due.as('due'), sql<number>`coalesce(r.sent, 0)`.as('sent')])
      .where('c.lifecycle', '=', 'issued')
      .where('c.decision', '=', 'waiting')
      .where('c.validity', '=', 'live')
      .where('c.notify', '=', true)
      .where('c.delivery', 'not in', ['bounced', 'failed', 'suppressed'])
      .where('o.state', '=', 'active')
      .where('r.stoppedAt', 'is', null)
      // Whoever has not answered three reminders is left alone, and so is everything from long ago.
      .where('c.issuedAt', '>', new Date(o.now.getTime() - 60 * 86_400_000))
      .where(sql<boolean>`${due} > coalesce(r.sent, 0)`)
      .where((eb) => eb.or([eb('c.validUntil', 'is', null), eb('c.validUntil', '>', o.now)]))
      .orderBy('c.issuedAt')
      .limit(o.limit)
      .execute()
  )
}

/** Records a reminder before it is queued. @returns whether this call did it. */
export async function markReminded(
  tx: Tx,
  o: { credentialId: string; from: number; to: number; at: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('claimReminders')
    .values({ credentialId: o.credentialId, sent: o.to, lastSentAt: o.at })
    .onConflict((conflict) =>
      conflict
        .column('credentialId')
        .doUpdateSet({ sent: o.to, lastSentAt: o.at })
        .where('claimReminders.sent', '=', o.from)
        .where('claimReminders.stoppedAt', 'is', null),
    )
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Accepted badges that end within the days their issuer has chosen, and whose owner has not been told. */
export function dueExpiryNotices(db: Db, o: { now: Date; limit: number }) {
  // The nearest of the days that are reached: whoever gets that notice needs no earlier one.
  const days = sql<number>`(select min(day) from unnest(o.ending_days) day
    where c.valid_until <= ${o.now}::timestamptz + day * interval '1 day')`
  return db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .innerJoin('accountEmails as e', (join) =>
      join.onRef('e.accountId', '=', 'c.accountId').on('e.isPrimary', '=', true),
    )
    .innerJoin('accounts as a', 'a.id', 'c.accountId')
    .leftJoin('claimReminders as r', 'r.credentialId', 'c.id')
    .select(['c.id', 'c.organizationId', 'e.email', mailLocale('a').as('locale'), days.as('days')])
    .where('c.lifecycle', '=', 'issued')
    .where('c.decision', 'in', ['accepted', 'automatic'])
    .where('c.validity', '=', 'live')
    .where('c.validUntil', '>', o.now)
    .where('c.validUntil', '<=', new Date(o.now.getTime() + mostEndingDays * 86_400_000))
    .where('a.closedAt', 'is', null)
    .where('r.stoppedAt', 'is', null)
    .where(sql<boolean>`${days} is not null`)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('expiryNotices as n')
            .select('n.days')
            .whereRef('n.credentialId', '=', 'c.id')
            // The later notice makes the earlier one superfluous.
            .where('n.days', '<=', days),
        ),
      ),
    )
    .limit(o.limit)
    .execute()
}

export async function markExpiryNotice(tx: Tx, o: { credentialId: string; days: number; at: Date }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('expiryNotices')
    .values({ credentialId: o.credentialId, days: o.days, sentAt: o.at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function setNoticesStopped(db: Db, o: { credentialId: string; at: Date | null }): Promise<void> {
  await db
    .insertInto('claimReminders')
    .values({ credentialId: o.credentialId, stoppedAt: o.at })
    .onConflict((conflict) => conflict.column('credentialId').doUpdateSet({ stoppedAt: o.at }))
    .execute()
}

export async function noticesStopped(db: Db, credentialId: string): Promise<boolean> {
  const row = await db
    .selectFrom('claimReminders')
    .select('stoppedAt')
    .where('credentialId', '=', credentialId)
    .executeTakeFirst()
  return (row?.stoppedAt ?? null) !== null
}
