import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import { isStaying } from '../settings/index.ts'
import type { OauthClientsTable, OauthGrantsTable, OauthTokensTable } from '../platform/database/schema.ts'

export interface Client {
  id: string
  publicId: string
  secretHash: Uint8Array
  name: string
  host: string
  redirectUris: string[]
  scopes: string[]
  metadata: { tos_uri: string; policy_uri: string; client_uri: string }
}

export async function insertClient(db: Db, row: Insertable<OauthClientsTable>): Promise<void> {
  await db.insertInto('oauthClients').values(row).execute()
}

export function clientByPublicId(db: Db, publicId: string): Promise<Client | undefined> {
  return db
    .selectFrom('oauthClients')
    .select(['id', 'publicId', 'secretHash', 'name', 'host', 'redirectUris', 'scopes', 'metadata'])
    .$narrowType<{ metadata: Client['metadata'] }>()
    .where('publicId', '=', publicId)
    .executeTakeFirst()
}

export async function insertGrant(tx: Tx, row: Insertable<OauthGrantsTable>): Promise<void> {
  await tx.insertInto('oauthGrants').values(row).execute()
}

/** Locks the grant until the transaction ends, so that a code or token that comes twice at once takes turns. */
export function lockGrantByCode(tx: Tx, codeHash: Uint8Array) {
  return tx
    .selectFrom('oauthGrants')
    .select([
      'id',
      'clientId',
      'accountId',
      'scopes',
      'redirectUri',
      'codeChallenge',
      'codeExpiresAt',
      'codeUsedAt',
      'revokedAt',
    ])
    .where('codeHash', '=', codeHash)
    .forUpdate()
    .executeTakeFirst()
}

/** A token with its grant, which is locked. */
export function lockToken(tx: Tx, tokenHash: Uint8Array) {
  return tx
    .selectFrom('oauthTokens as t')
    .innerJoin('oauthGrants as g', 'g.id', 't.grantId')
    .select(['t.kind', 't.scopes', 't.expiresAt', 't.usedAt', 'g.id', 'g.clientId', 'g.accountId', 'g.revokedAt'])
    .where('t.tokenHash', '=', tokenHash)
    .forUpdate('g')
    .executeTakeFirst()
}

export async function markCodeUsed(tx: Tx, o: { id: string; at: Date }): Promise<void> {
  await tx.updateTable('oauthGrants').set({ codeUsedAt: o.at }).where('id', '=', o.id).execute()
}

export async function markTokenUsed(tx: Tx, o: { tokenHash: Uint8Array; at: Date }): Promise<void> {
  await tx.updateTable('oauthTokens').set({ usedAt: o.at }).where('tokenHash', '=', o.tokenHash).execute()
}

export async function insertTokens(tx: Tx, rows: Insertable<OauthTokensTable>[]): Promise<void> {
  await tx.insertInto('oauthTokens').values(rows).execute()
}

export async function deleteToken(tx: Tx, tokenHash: Uint8Array): Promise<void> {
  await tx.deleteFrom('oauthTokens').where('tokenHash', '=', tokenHash).execute()
}

export async function extendGrant(tx: Tx, o: { id: string; expiresAt: Date }): Promise<void> {
  await tx.updateTable('oauthGrants').set({ expiresAt: o.expiresAt }).where('id', '=', o.id).execute()
}

export async function revokeGrant(tx: Tx, o: { id: string; at: Date }): Promise<void> {
  await tx
    .updateTable('oauthGrants')
    .set({ revokedAt: o.at })
    .where('id', '=', o.id)
    .where('revokedAt', 'is', null)
    .execute()
}

/** Read for every request and never remembered, so that what is disconnected is dead at once (SECURITY S50). */
export function liveAccess(db: Db, o: { tokenHash: Uint8Array; now: Date }) {
  return db
    .selectFrom('oauthTokens as t')
    .innerJoin('oauthGrants as g', 'g.id', 't.grantId')
    .innerJoin('accounts as a', 'a.id', 'g.accountId')
    .select(['g.id as grantId', 'g.accountId', 'g.lastUsedAt', 't.scopes'])
    .where('t.tokenHash', '=', o.tokenHash)
    .where('t.kind', '=', 'access')
    .where('t.expiresAt', '>', o.now)
    .where('g.revokedAt', 'is', null)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .where(isStaying('a.id'))
    .executeTakeFirst()
}

export async function noteGrantUse(db: Db, o: { id: string; at: Date }): Promise<void> {
  await db.updateTable('oauthGrants').set({ lastUsedAt: o.at }).where('id', '=', o.id).execute()
}

/** Whether somebody still has the account, so that no new token comes for one that was closed or merged, or is about to be erased. */
export async function isOpenAccount(db: Db, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', accountId)
    .where('closedAt', 'is', null)
    .where('mergedInto', 'is', null)
    .where(isStaying('accounts.id'))
    .executeTakeFirst()
  return row !== undefined
}

/** An app as a person sees it: all that they allowed it, together. */
export interface ConnectedApp {
  /** Of the client. */
  id: string
  name: string
  host: string
  scopes: string[]
  createdAt: Date
  lastUsedAt: Date | null
}

/** Apps that can still do something, newest first. */
export async function connectedAppsOf(db: Db, o: { accountId: string; now: Date }): Promise<ConnectedApp[]> {
  const { rows } = await sql<ConnectedApp>`
    select c.id, c.name, c.host, min(g.created_at) as "createdAt", max(g.last_used_at) as "lastUsedAt",
      array(select distinct unnest(h.scopes) from oauth_grants h where h.client_id = c.id and h.account_id = ${o.accountId}
        and h.revoked_at is null and h.expires_at > ${o.now}) as scopes
    from oauth_grants g join oauth_clients c on c.id = g.client_id
    where g.account_id = ${o.accountId} and g.revoked_at is null and g.expires_at > ${o.now}
    group by c.id order by "createdAt" desc`.execute(db)
  return rows
}

/** Ends all that a person allowed an app. @returns its name, when there was something to end. */
export async function disconnect(
  tx: Tx,
  o: { clientId: string; accountId: string; at: Date },
): Promise<{ name: string } | undefined> {
  const ended = await tx
    .updateTable('oauthGrants')
    .set({ revokedAt: o.at })
    .where('clientId', '=', o.clientId)
    .where('accountId', '=', o.accountId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', o.at)
    .returning('id')
    .execute()
  if (ended.length === 0) return undefined
  return tx.selectFrom('oauthClients').select('name').where('id', '=', o.clientId).executeTakeFirst()
}

/** What no longer opens anything, and clients that nobody ever let in. */
export async function deleteSpent(db: Db, o: { before: Date; unusedBefore: Date }): Promise<void> {
  await db.deleteFrom('oauthTokens').where('expiresAt', '<', o.before).execute()
  await db
    .deleteFrom('oauthClients as c')
    .where('c.createdAt', '<', o.unusedBefore)
    .where((when) =>
      when.not(when.exists(when.selectFrom('oauthGrants as g').select('g.id').whereRef('g.clientId', '=', 'c.id'))),
    )
    .execute()
}
