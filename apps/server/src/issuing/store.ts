import type { Insertable, Selectable } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { CredentialsTable, SigningIntentsTable } from '../platform/database/schema.ts'
import type { CredentialSnapshot } from '../signing/index.ts'

export type CredentialRow = Omit<Selectable<CredentialsTable>, 'snapshot' | 'revocation'> & {
  snapshot: CredentialSnapshot
  revocation: Revocation | null
}

/** What the issuer said when it withdrew a credential. The note is for its team only. */
export interface Revocation {
  reason: string
  publicText?: string
  note?: string
}

/** Inserts the awards whose status entry is free. @returns ids of those that were inserted. */
export async function insertCredentials(tx: Tx, rows: readonly Insertable<CredentialsTable>[]): Promise<Set<string>> {
  const inserted = await tx
    .insertInto('credentials')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['statusListId', 'statusIndex']).doNothing())
    .returning('id')
    .execute()
  return new Set(inserted.map(({ id }) => id))
}

export async function insertIntents(tx: Tx, rows: readonly Insertable<SigningIntentsTable>[]): Promise<void> {
  await tx.insertInto('signingIntents').values(rows).execute()
}

/** The intents of these awards that wait for a signature, oldest first. */
export function openIntents(db: Db, credentialIds: readonly string[]) {
  return db
    .selectFrom('signingIntents')
    .select(['id', 'credentialId'])
    .where('credentialId', 'in', credentialIds)
    .where('signedAt', 'is', null)
    .where('refusedAt', 'is', null)
    .orderBy('id')
    .execute()
}

/** Turns signed awards into issued ones, each once. */
export function markIssued(tx: Tx, credentialIds: readonly string[], at: Date) {
  return tx
    .updateTable('credentials as c')
    .set({ lifecycle: 'issued', issuedAt: at })
    .where('c.id', 'in', credentialIds)
    .where('c.lifecycle', '=', 'intended')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('signingIntents as i')
          .select('i.id')
          .whereRef('i.credentialId', '=', 'c.id')
          .where('i.signedAt', 'is not', null),
      ),
    )
    .returning(['c.id', 'c.organizationId', 'c.createdBy', 'c.batchId', 'c.batchRow'])
    .execute()
}

/** Single awards that were begun and not finished, oldest first; those that were refused for good are left out. */
export async function unfinishedAwards(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('credentials as c')
    .select('c.id')
    .where('c.lifecycle', '=', 'intended')
    .where('c.batchId', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('signingIntents as i')
          .select('i.id')
          .whereRef('i.credentialId', '=', 'c.id')
          .where('i.refusedAt', 'is', null),
      ),
    )
    .orderBy('c.createdAt')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** The credential at a public address, whatever its state. */
export async function credentialByPublicId(db: Db, publicId: string): Promise<CredentialRow | undefined> {
  return asCredential(
    await db.selectFrom('credentials').selectAll().where('publicId', '=', publicId).executeTakeFirst(),
  )
}

export async function credentialById(
  db: Db,
  o: { organizationId: string; credentialId: string },
): Promise<CredentialRow | undefined> {
  return asCredential(
    await db
      .selectFrom('credentials')
      .selectAll()
      .where('organizationId', '=', o.organizationId)
      .where('id', '=', o.credentialId)
      .executeTakeFirst(),
  )
}

function asCredential(row: Selectable<CredentialsTable> | undefined): CredentialRow | undefined {
  return (
    row && { ...row, snapshot: row.snapshot as CredentialSnapshot, revocation: row.revocation as Revocation | null }
  )
}

/** The bytes as they were signed, the latest signature first. */
export async function signedCredentialBody(db: Db, credentialPublicId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('signedCredentials as s')
    .innerJoin('credentials as c', 'c.id', 's.credentialId')
    .select('s.body')
    .where('c.publicId', '=', credentialPublicId)
    .where('s.format', '=', 'ob3-json')
    .orderBy('s.signedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.body
}

export async function setDelivery(
  tx: Db,
  credentialId: string,
  delivery: CredentialRow['delivery'],
): Promise<{ organizationId: string } | undefined> {
  return tx
    .updateTable('credentials')
    .set({ delivery })
    .where('id', '=', credentialId)
    .returning('organizationId')
    .executeTakeFirst()
}

/** Why the signer refused an award for good, when it did. */
export async function refusalOf(
  db: Db,
  o: { organizationId: string; credentialId: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('signingIntents')
    .select('refusal')
    .where('organizationId', '=', o.organizationId)
    .where('credentialId', '=', o.credentialId)
    .where('signedAt', 'is', null)
    .where('refusedAt', 'is not', null)
    .orderBy('refusedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.refusal ?? undefined
}

/**
 * Lets the signer try again what it refused: with the key that signs now, in the name of the member who asks for it, since
 * a key that was changed or a member who left are among the reasons.
 */
export async function reopenIntents(
  tx: Tx,
  o: { organizationId: string; credentialIds: readonly string[]; actorAccountId: string },
): Promise<void> {
  if (o.credentialIds.length === 0) return
  await tx
    .updateTable('signingIntents as i')
    .set((eb) => ({
      refusedAt: null,
      refusal: null,
      signingKeyId: eb.fn.coalesce(
        eb
          .selectFrom('signingKeyPublics as k')
          .select('k.id')
          .whereRef('k.organizationId', '=', 'i.organizationId')
          .where('k.state', '=', 'active')
          .limit(1),
        'i.signingKeyId',
      ),
    }))
    .where('i.organizationId', '=', o.organizationId)
    .where('i.credentialId', 'in', o.credentialIds)
    .where('i.signedAt', 'is', null)
    .execute()
  await tx
    .updateTable('credentials')
    .set({ createdBy: o.actorAccountId })
    .where('organizationId', '=', o.organizationId)
    .where('id', 'in', o.credentialIds)
    .where('lifecycle', '=', 'intended')
    .execute()
}
