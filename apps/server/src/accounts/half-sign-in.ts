import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { hasSecondStep } from './two-step.ts'

const minutes = 15
export const trustedDays = 30

/** Whether this browser has to show the second factor of the account: yes, unless it was asked to be remembered. */
export async function needsSecondStep(
  { db, now }: Pick<AccountsDeps, 'db' | 'now'>,
  o: { accountId: string; deviceToken: string | undefined },
): Promise<boolean> {
  if (!(await hasSecondStep(db, o.accountId))) return false
  if (!o.deviceToken) return true
  const trusted = await db
    .selectFrom('devices')
    .select('id')
    .where('accountId', '=', o.accountId)
    .where('tokenHash', '=', hashToken(o.deviceToken))
    .where('skipsSecondStepUntil', '>', now())
    .executeTakeFirst()
  return trusted === undefined
}

/** Remembers in the database, not in the browser, that the first step is done. */
export async function beginHalfSignIn(
  { db, now }: Pick<AccountsDeps, 'db' | 'now'>,
  o: { browserHash: Buffer; accountId: string; method: string; returnTo: string },
): Promise<void> {
  const at = now()
  await db
    .insertInto('halfSignIns')
    .values({ id: newId(), ...o, createdAt: at, expiresAt: new Date(at.getTime() + minutes * 60_000) })
    .execute()
}

export async function halfSignInOf(db: Db, o: { browserHash: Buffer; now: Date }) {
  return db
    .selectFrom('halfSignIns')
    .select(['id', 'accountId', 'method', 'returnTo'])
    .where('browserHash', '=', o.browserHash)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', o.now)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
}

/** @returns false when it was ended before: two presses open one session. */
export async function endHalfSignIn(db: Db, o: { id: string; now: Date }): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('halfSignIns')
    .set({ usedAt: o.now })
    .where('id', '=', o.id)
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function trustDevice(db: Db, o: { accountId: string; deviceToken: string; now: Date }): Promise<void> {
  await db
    .updateTable('devices')
    .set({ skipsSecondStepUntil: new Date(o.now.getTime() + trustedDays * 86_400_000) })
    .where('accountId', '=', o.accountId)
    .where('tokenHash', '=', hashToken(o.deviceToken))
    .execute()
}
