import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { CredentialSnapshot } from './snapshot.ts'

/** Locks the intents that are still open and nobody else is signing; waits for none. */
export async function lockIntents(tx: Tx, intentIds: readonly string[]) {
  const rows = await tx
    .selectFrom('signingIntents as i')
    .innerJoin('credentials as c', (join) =>
      join.onRef('c.id', '=', 'i.credentialId').onRef('c.organizationId', '=', 'i.organizationId'),
    )
    .innerJoin('statusLists as s', (join) =>
      join.onRef('s.id', '=', 'c.statusListId').onRef('s.organizationId', '=', 'c.organizationId'),
    )
    .select([
      'i.id as intentId',
      'i.organizationId',
      'i.credentialId',
      'i.signingKeyId',
      'i.unsignedHash',
      'i.signedAt',
      'i.refusedAt',
      'c.publicId',
      'c.achievementId',
      'c.version',
      'c.recipientEmailCanonical',
      'c.identitySalt',
      'c.validFrom',
      'c.validUntil',
      'c.snapshot',
      'c.statusIndex',
      'c.lifecycle',
      'c.createdBy',
      's.publicId as statusListPublicId',
    ])
    .where('i.id', 'in', intentIds)
    .where('i.kind', '=', 'credential')
    .orderBy('i.id')
    .forUpdate('i')
    .skipLocked()
    .execute()
  return rows.map((row) => ({ ...row, snapshot: row.snapshot as CredentialSnapshot }))
}
export type LockedIntent = Awaited<ReturnType<typeof lockIntents>>[number]

export function organization(db: Db, organizationId: string) {
  return db
    .selectFrom('organizations')
    .select(['id', 'publicId', 'name', 'state', 'dailyCap'])
    .where('id', '=', organizationId)
    .executeTakeFirst()
}

/** How many credentials the organization had signed since the moment. */
export async function countSigned(db: Db, organizationId: string, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('signingIntents')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organizationId', '=', organizationId)
    .where('signedAt', '>=', since)
    .executeTakeFirstOrThrow()
  return count
}

export function templateVersion(db: Db, o: { organizationId: string; achievementId: string; version: number }) {
  return db
    .selectFrom('achievementVersions as v')
    .innerJoin('achievements as a', (join) =>
      join.onRef('a.id', '=', 'v.achievementId').onRef('a.organizationId', '=', 'v.organizationId'),
    )
    .select(['a.publicId', 'v.content', 'v.picturePngHash'])
    .where('v.organizationId', '=', o.organizationId)
    .where('v.achievementId', '=', o.achievementId)
    .where('v.version', '=', o.version)
    .executeTakeFirst()
}

export async function rolesOf(db: Db, organizationId: string, accountIds: readonly string[]) {
  if (accountIds.length === 0) return []
  return db
    .selectFrom('organizationMembers')
    .select(['accountId', 'role'])
    .where('organizationId', '=', organizationId)
    .where('accountId', 'in', accountIds)
    .execute()
}

const keyColumns = [
  'id',
  'organizationId',
  'version',
  'verificationMethod',
  'publicKeyMultibase',
  'sealedPrivateKey',
  'wrappedDataKey',
  'state',
] as const

export function signingKey(db: Db, organizationId: string, keyId: string) {
  return db
    .selectFrom('signingKeys')
    .select(keyColumns)
    .where('organizationId', '=', organizationId)
    .where('id', '=', keyId)
    .executeTakeFirst()
}
export type SigningKeyRow = NonNullable<Awaited<ReturnType<typeof signingKey>>>

export function activeKey(db: Db, organizationId: string) {
  return db
    .selectFrom('signingKeys')
    .select(keyColumns)
    .where('organizationId', '=', organizationId)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

export async function latestKeyVersion(db: Db, organizationId: string): Promise<number> {
  const row = await db
    .selectFrom('signingKeys')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('organizationId', '=', organizationId)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** @returns false when the organization has got an active key in the meantime. */
export async function insertKey(db: Db, row: Omit<SigningKeyRow, 'state'> & { createdAt: Date }): Promise<boolean> {
  const result = await db
    .insertInto('signingKeys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export interface SignedRow {
  intentId: string
  credentialId: string
  organizationId: string
  signingKeyId: string
  body: string
}

/** Keeps the bytes as they were signed and closes the intents. */
export async function storeSigned(tx: Tx, rows: readonly SignedRow[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('signedCredentials')
    .values(
      rows.map(({ credentialId, organizationId, signingKeyId, body }) => ({
        credentialId,
        organizationId,
        signingKeyId,
        body,
        format: 'ob3-json',
        signedAt: at,
      })),
    )
    .execute()
  await tx
    .updateTable('signingIntents')
    .set({ signedAt: at })
    .where(
      'id',
      'in',
      rows.map(({ intentId }) => intentId),
    )
    .execute()
}

export async function storeRefusal(tx: Tx, intentId: string, refusal: string, at: Date): Promise<void> {
  await tx.updateTable('signingIntents').set({ refusedAt: at, refusal }).where('id', '=', intentId).execute()
}

export function statusList(db: Db, listId: string) {
  return db
    .selectFrom('statusLists')
    .select([
      'id',
      'publicId',
      'organizationId',
      'purpose',
      'size',
      'version',
      'signedVersion',
      'signedAt',
      'validUntil',
    ])
    .where('id', '=', listId)
    .executeTakeFirst()
}

/** The entries whose bit is set: the list is derived from the awards, never kept beside them. */
export async function setEntries(db: Db, organizationId: string, listId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('credentials')
    .select('statusIndex')
    .where('organizationId', '=', organizationId)
    .where('statusListId', '=', listId)
    .where('validity', 'in', ['revoked', 'replaced'])
    .execute()
  return rows.map(({ statusIndex }) => statusIndex)
}

/** Keeps the newest only: a slower signer never puts an older list back. */
export async function storeStatusList(
  db: Db,
  o: { id: string; version: number; json: string; signedAt: Date; validUntil: Date },
): Promise<void> {
  await db
    .updateTable('statusLists')
    .set({ signedVersion: o.version, signedJson: o.json, signedAt: o.signedAt, validUntil: o.validUntil })
    .where('id', '=', o.id)
    .where((eb) => eb.or([eb('signedVersion', 'is', null), eb('signedVersion', '<=', o.version)]))
    .execute()
}

/** A credential that stands, as it was signed. */
export function signedCredential(db: Db, credentialId: string) {
  return db
    .selectFrom('signedCredentials as s')
    .innerJoin('credentials as c', (join) =>
      join.onRef('c.id', '=', 's.credentialId').onRef('c.organizationId', '=', 's.organizationId'),
    )
    .select(['s.organizationId', 's.signingKeyId', 's.body'])
    .where('s.credentialId', '=', credentialId)
    .where('s.format', '=', 'ob3-json')
    .where('c.lifecycle', '=', 'issued')
    .where('c.validity', '=', 'live')
    .orderBy('s.signedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}
