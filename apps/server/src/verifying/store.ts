import type { Db } from '../platform/database/database.ts'
import type { CheckedBadge } from './check-badge.ts'

export async function keepResult(
  db: Db,
  o: { id: string; badges: readonly CheckedBadge[]; createdAt: Date; expiresAt: Date },
): Promise<void> {
  const { badges, ...row } = o
  await db
    .insertInto('checkResults')
    .values({ ...row, report: JSON.stringify(badges) })
    .execute()
}

export async function keptResult(
  db: Db,
  id: string,
  now: Date,
): Promise<{ badges: CheckedBadge[]; expiresAt: Date } | undefined> {
  const row = await db
    .selectFrom('checkResults')
    .select(['report', 'expiresAt'])
    .where('id', '=', id)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row && { badges: row.report as CheckedBadge[], expiresAt: row.expiresAt }
}

export async function forgetOldResults(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('checkResults').where('expiresAt', '<=', now).execute()
}
