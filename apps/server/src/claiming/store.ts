import { sql } from 'kysely'
import { isHeldBy } from '../accounts/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'

export function insertClaim(
  tx: Tx,
  claim: {
    organizationId: string
    credentialId: string
    tokenHash: Buffer
    email: string
    emailCanonical: string
    createdAt: Date
    expiresAt: Date
  },
) {
  return tx
    .insertInto('claims')
    .values({ id: newId(), ...claim })
    .execute()
}

export function claimByTokenHash(db: Db, tokenHash: Buffer) {
  return db
    .selectFrom('claims')
    .select(['id', 'organizationId', 'credentialId', 'email', 'emailCanonical', 'expiresAt', 'refusedAt', 'diedAt'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

/** Ends every link of a credential. */
export function endClaims(tx: Tx, credentialId: string, at: Date) {
  return tx
    .updateTable('claims')
    .set({ diedAt: at })
    .where('credentialId', '=', credentialId)
    .where('diedAt', 'is', null)
    .execute()
}

export function setRefused(tx: Tx, claimId: string, at: Date | null) {
  return tx.updateTable('claims').set({ refusedAt: at }).where('id', '=', claimId).execute()
}

/** What a new claim needs to know about its credential. */
export function credentialForClaim(db: Db, credentialId: string) {
  return db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .select([
      'c.id',
      'c.organizationId',
      'c.recipientEmail',
      'c.recipientEmailCanonical',
      'c.notify',
      'c.lifecycle',
      'c.decision',
      'c.validity',
      'o.claimLinkDays',
    ])
    .where('c.id', '=', credentialId)
    .executeTakeFirst()
}

/**
 * Gives a waiting credential to an account that has proved the address it was sent to. One statement: of any number of
 * callers at the same moment exactly one gets a row (SECURITY S15), and an account without the address gets none (S17).
 *
 * @returns the credential's ids when this call changed it.
 */
export function takeCredential(
  tx: Tx,
  o: { publicId: string; accountId: string; decision: 'accepted' | 'rejected'; at: Date },
) {
  return tx
    .updateTable('credentials')
    .set({ accountId: o.accountId, decision: o.decision, decidedAt: o.at })
    .where('publicId', '=', o.publicId)
    .where('lifecycle', '=', 'issued')
    .where('validity', 'in', ['live', 'suspended'])
    .where('decision', '=', 'waiting')
    .where(isHeldBy(o.accountId, 'credentials'))
    .returning(['id', 'organizationId'])
    .executeTakeFirst()
}

/** Gives a badge that was taken by a click the visibility that its owner chose for new ones (Privacy + Security). */
export function showAsUsual(tx: Tx, o: { credentialId: string; accountId: string }) {
  return tx
    .updateTable('credentials')
    .from('profiles as p')
    .set((eb) => ({ visibility: eb.ref('p.badgeVisibility') }))
    .where('credentials.id', '=', o.credentialId)
    .where('credentials.visibility', '=', 'private')
    .whereRef('p.accountId', '=', 'credentials.accountId')
    .where('p.accountId', '=', o.accountId)
    .execute()
}

/** True when the account has proved this address. */
export async function hasAddress(db: Db, accountId: string, emailCanonical: string): Promise<boolean> {
  const found = await db
    .selectFrom('accountEmails')
    .select('id')
    .where('accountId', '=', accountId)
    .where('emailCanonical', '=', emailCanonical)
    .executeTakeFirst()
  return found !== undefined
}

/** Changes a decision that was made before; only from one of the given ones. */
export function changeDecision(
  tx: Tx,
  o: {
    credentialId: string
    from: ('waiting' | 'accepted' | 'rejected' | 'automatic')[]
    to: 'waiting' | 'accepted' | 'rejected'
    at: Date
  },
) {
  return tx
    .updateTable('credentials')
    .set({ decision: o.to, decidedAt: o.at })
    .where('id', '=', o.credentialId)
    .where('decision', 'in', o.from)
    .returning(['id', 'organizationId'])
    .executeTakeFirst()
}

export async function wasEverAccepted(db: Db, credentialId: string): Promise<boolean> {
  const event = await db
    .selectFrom('credentialEvents')
    .select('id')
    .where('credentialId', '=', credentialId)
    .where('kind', 'in', ['accepted', 'accepted-automatically'])
    .executeTakeFirst()
  return event !== undefined
}

export function insertCorrectionRequest(
  tx: Tx,
  o: {
    organizationId: string
    credentialId: string
    kind: 'name' | 'date' | 'address' | 'other'
    requested: string
    message: string
    fromAccountId: string | null
    createdAt: Date
  },
) {
  return tx
    .insertInto('correctionRequests')
    .values({ id: newId(), ...o })
    .execute()
}

/** Closes one request of an organization while it is open. @returns it, when this call did it. */
export function closeCorrection(
  tx: Tx,
  o: {
    organizationId: string
    correctionId: string
    state: 'refused'
    answer: string
    actorAccountId: string
    at: Date
  },
) {
  return tx
    .updateTable('correctionRequests')
    .set({ state: o.state, answer: o.answer, closedAt: o.at, closedBy: o.actorAccountId })
    .where('organizationId', '=', o.organizationId)
    .where('id', '=', o.correctionId)
    .where('state', '=', 'open')
    .returning(['credentialId', 'fromAccountId'])
    .executeTakeFirst()
}

/** Closes every open request about an award that was corrected. */
export function closeCorrectionsOf(
  tx: Tx,
  o: { organizationId: string; credentialId: string; actorAccountId: string; at: Date },
) {
  return tx
    .updateTable('correctionRequests')
    .set({ state: 'done', closedAt: o.at, closedBy: o.actorAccountId })
    .where('organizationId', '=', o.organizationId)
    .where('credentialId', '=', o.credentialId)
    .where('state', '=', 'open')
    .returning('fromAccountId')
    .execute()
}

function corrections(db: Db) {
  return db
    .selectFrom('correctionRequests as q')
    .innerJoin('credentials as c', 'c.id', 'q.credentialId')
    .leftJoin('credentials as n', 'n.id', 'c.replacedBy')
    .select([
      'q.id',
      'q.credentialId',
      'q.kind',
      'q.requested',
      'q.message',
      'q.state',
      'q.answer',
      'q.createdAt',
      'q.closedAt',
      'q.fromAccountId',
      'c.publicId',
      'c.recipientName',
      'c.recipientEmail',
      'c.lifecycle',
      'c.validity',
      'c.decision',
      'n.publicId as successorPublicId',
      sql<string>`c.snapshot->'achievement'->>'name'`.as('badgeName'),
    ])
}
export type CorrectionView = NonNullable<Awaited<ReturnType<typeof correctionById>>>

export function correctionById(db: Db, organizationId: string, id: string) {
  return corrections(db).where('q.organizationId', '=', organizationId).where('q.id', '=', id).executeTakeFirst()
}

/** What people asked an organization to correct, newest first. */
export function listCorrections(db: Db, organizationId: string, o: { open: boolean; limit: number }) {
  return corrections(db)
    .where('q.organizationId', '=', organizationId)
    .where('q.state', o.open ? '=' : '!=', 'open')
    .orderBy('q.createdAt', 'desc')
    .limit(o.limit)
    .execute()
}

/** What was asked about one award, and what became of it, oldest first. */
export function correctionsAbout(db: Db, credentialId: string) {
  return db
    .selectFrom('correctionRequests')
    .select(['kind', 'requested', 'state', 'answer', 'createdAt', 'closedAt', 'fromAccountId'])
    .where('credentialId', '=', credentialId)
    .orderBy('createdAt')
    .execute()
}

/** Deletes what people asked to correct and was answered before a moment. */
export async function forgetCorrections(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('correctionRequests').where('closedAt', '<', before).where('state', '!=', 'open').execute()
}

export async function acceptsAutomatically(db: Db, accountId: string, organizationId: string): Promise<boolean> {
  const consent = await db
    .selectFrom('autoAccepts')
    .select('accountId')
    .where('accountId', '=', accountId)
    .where('organizationId', '=', organizationId)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return consent !== undefined
}

export async function setAutoAccept(
  db: Db,
  o: { accountId: string; organizationId: string; on: boolean; at: Date },
): Promise<void> {
  if (o.on)
    await db
      .insertInto('autoAccepts')
      .values({ accountId: o.accountId, organizationId: o.organizationId, givenAt: o.at })
      .onConflict((conflict) =>
        conflict.columns(['accountId', 'organizationId']).doUpdateSet({ givenAt: o.at, endedAt: null }),
      )
      .execute()
  else
    await db
      .updateTable('autoAccepts')
      .set({ endedAt: o.at })
      .where('accountId', '=', o.accountId)
      .where('organizationId', '=', o.organizationId)
      .where('endedAt', 'is', null)
      .execute()
}

/** Marks an award as taken by standing consent. */
export function takeAutomatically(tx: Tx, o: { credentialId: string; accountId: string; at: Date }) {
  return tx
    .updateTable('credentials')
    .set({ accountId: o.accountId, decision: 'automatic', decidedAt: o.at })
    .where('id', '=', o.credentialId)
    .where('decision', '=', 'waiting')
    .where('lifecycle', '=', 'issued')
    .returning('id')
    .executeTakeFirst()
}

export function picture(db: Db, hash: string) {
  return db
    .selectFrom('pictures')
    .select(['bytes', 'contentType', sql<number>`length(bytes)`.as('size')])
    .where('hash', '=', hash)
    .executeTakeFirst()
}
