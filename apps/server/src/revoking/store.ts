import type { Db, Tx } from '../platform/database/database.ts'
import type { CredentialRow, Revocation } from '../issuing/index.ts'
import { mailLocale } from '../platform/mail/language.ts'

interface Which {
  organizationId: string
  credentialId: string
}

/** Locks a credential of the organization, so that a withdrawal and its undoing take turns. */
export function lockCredential(tx: Tx, { organizationId, credentialId }: Which) {
  return tx
    .selectFrom('credentials')
    .select(['id', 'lifecycle', 'validity', 'revokedAt', 'statusListId', 'issuedAt', 'batchId'])
    .where('organizationId', '=', organizationId)
    .where('id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst()
}

/** An award that was never signed is withdrawn before it begins. */
export async function setRevoked(
  tx: Tx,
  { organizationId, credentialId }: Which,
  o: { at: Date; revocation: Revocation; isSigned: boolean },
): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({
      validity: 'revoked',
      revokedAt: o.at,
      revocation: JSON.stringify(o.revocation),
      ...(o.isSigned ? {} : { lifecycle: 'withdrawn' as const }),
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', credentialId)
    .execute()
}

export async function setLive(
  tx: Tx,
  { organizationId, credentialId }: Which,
  o: { isSigned: boolean },
): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({
      validity: 'live',
      revokedAt: null,
      revocation: null,
      ...(o.isSigned ? {} : { lifecycle: 'intended' as const }),
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', credentialId)
    .execute()
}

/** Counts a change of a bit, so that the list is signed anew. */
export async function bumpList(tx: Tx, organizationId: string, listIds: readonly string[]): Promise<void> {
  // One order for everybody who changes several lists at once.
  for (const id of [...new Set(listIds)].sort())
    await tx
      .updateTable('statusLists')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('organizationId', '=', organizationId)
      .where('id', '=', id)
      .execute()
}

export function listAsSigned(db: Db, publicId: string) {
  return db
    .selectFrom('statusLists')
    .select(['signedJson', 'signedVersion', 'signedAt', 'version'])
    .where('publicId', '=', publicId)
    .executeTakeFirst()
}

export function listTimes(db: Db, id: string) {
  return db
    .selectFrom('statusLists')
    .select(['version', 'signedVersion', 'signedAt', 'validUntil'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Lists that show an older state than the awards, or that end before the moment. */
export async function dueLists(db: Db, endBefore: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('statusLists')
    .select('id')
    .where((eb) =>
      eb.or([
        eb('signedVersion', 'is', null),
        eb('signedVersion', '<', eb.ref('version')),
        eb('validUntil', '<', endBefore),
      ]),
    )
    .orderBy('validUntil', (order) => order.asc().nullsFirst())
    .limit(500)
    .execute()
  return rows.map(({ id }) => id)
}

/** Ids of the organization's credentials behind public ids; foreign and unknown ones are left out. */
export function credentialsByPublicIds(db: Db, organizationId: string, publicIds: readonly string[]) {
  if (publicIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('credentials')
    .select(['id', 'publicId', 'recipientName', 'validity', 'lifecycle'])
    .where('organizationId', '=', organizationId)
    .where('publicId', 'in', publicIds)
    .orderBy('id')
    .execute()
}

export async function setReplaced(
  tx: Tx,
  { organizationId, credentialId }: Which,
  o: { replacedBy: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({ validity: 'replaced', replacedBy: o.replacedBy, revokedAt: o.at })
    .where('organizationId', '=', organizationId)
    .where('id', '=', credentialId)
    .execute()
}

/** The new credential belongs to whom the old one belonged, and is seen by those who saw it. */
export async function takeOver(
  tx: Tx,
  o: {
    organizationId: string
    from: Pick<CredentialRow, 'accountId' | 'decision' | 'visibility'>
    to: string
    at: Date
  },
): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({
      accountId: o.from.accountId,
      decision: o.from.decision,
      visibility: o.from.visibility,
      decidedAt: o.at,
    })
    .where('organizationId', '=', o.organizationId)
    .where('id', '=', o.to)
    .execute()
}

export function readerOf(db: Db, accountId: string) {
  return db
    .selectFrom('accounts')
    .select(mailLocale('accounts').as('locale'))
    .where('id', '=', accountId)
    .executeTakeFirst()
}
