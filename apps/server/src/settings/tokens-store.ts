import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'

export const tokenScopes = ['badges:read', 'profile:read'] as const
export type TokenScope = (typeof tokenScopes)[number]

export interface PersonalToken {
  id: string
  name: string
  scopes: string[]
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
}

/** Tokens that still work, newest first. */
export function tokensOf(db: Db, o: { accountId: string; now: Date }): Promise<PersonalToken[]> {
  return db
    .selectFrom('personalTokens')
    .select(['id', 'name', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt'])
    .where('accountId', '=', o.accountId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', o.now)
    .orderBy('createdAt', 'desc')
    .execute()
}

export async function insertToken(
  tx: Tx,
  o: { accountId: string; name: string; tokenHash: Buffer; scopes: TokenScope[]; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('personalTokens')
    .values({ id: randomUUID(), ...o })
    .execute()
}

export function revokeToken(db: Db, o: { id: string; accountId: string; at: Date }) {
  return db
    .updateTable('personalTokens')
    .set({ revokedAt: o.at })
    .where('id', '=', o.id)
    .where('accountId', '=', o.accountId)
    .where('revokedAt', 'is', null)
    .returning('name')
    .executeTakeFirst()
}

/**
 * Nobody asked that the account be erased, or they signed in since and keep it. Whoever leaves is signed out everywhere,
 * and their programs and apps with them; what they allowed works again when they stay.
 *
 * @param accountId the column with the account's id.
 */
export function isStaying(accountId: string) {
  return sql<boolean>`not exists (
    select 1 from account_deletions d where d.account_id = ${sql.ref(accountId)}
      and not exists (select 1 from sessions s where s.account_id = d.account_id and s.created_at > d.requested_at))`
}

/** Read for every request and never remembered, so that a revoked token is dead at once (SECURITY S50). */
export function liveToken(db: Db, o: { tokenHash: Buffer; now: Date }) {
  return db
    .selectFrom('personalTokens as t')
    .innerJoin('accounts as a', 'a.id', 't.accountId')
    .select(['t.id', 't.accountId', 't.scopes', 't.lastUsedAt', 'a.locale'])
    .where('t.tokenHash', '=', o.tokenHash)
    .where('t.revokedAt', 'is', null)
    .where('t.expiresAt', '>', o.now)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .where(isStaying('a.id'))
    .executeTakeFirst()
}

export function noteUse(db: Db, o: { id: string; at: Date }) {
  return db.updateTable('personalTokens').set({ lastUsedAt: o.at }).where('id', '=', o.id).execute()
}
