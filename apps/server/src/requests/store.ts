import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { rolesFor } from '../organizations/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { LostMailboxesTable, RebindingsTable } from '../platform/database/schema.ts'
import { mailLocale } from '../platform/mail/language.ts'

export type LostMailbox = Selectable<LostMailboxesTable>
export type Rebinding = Selectable<RebindingsTable>

interface Which {
  organizationId: string
  rebindingId: string
}

export function insertLostMailbox(tx: Tx, row: LostMailbox) {
  return tx.insertInto('lostMailboxes').values(row).execute()
}

export function lostMailboxById(db: Db, id: string): Promise<LostMailbox | undefined> {
  return db.selectFrom('lostMailboxes').selectAll().where('id', '=', id).executeTakeFirst()
}

export function lostMailboxByProof(db: Db, proofHash: Buffer): Promise<LostMailbox | undefined> {
  return db.selectFrom('lostMailboxes').selectAll().where('proofHash', '=', proofHash).executeTakeFirst()
}

/** Marks the new mailbox as proved. @returns whether this call did it. */
export async function setProved(tx: Tx, id: string, at: Date): Promise<boolean> {
  const row = await tx
    .updateTable('lostMailboxes')
    .set({ provedAt: at })
    .where('id', '=', id)
    .where('provedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Awards to an address that a request is about: signed and in force, and not in the account that asks, which needs no help
 * with those.
 */
export function awardsTo(
  tx: Tx,
  o: { canonical: string; credentialId: string | null; exceptAccountId: string | null },
) {
  return tx
    .selectFrom('credentials')
    .select(['id', 'organizationId'])
    .where('recipientEmailCanonical', '=', o.canonical)
    .where('lifecycle', '=', 'issued')
    .where('validity', '=', 'live')
    .$if(o.credentialId !== null, (query) => query.where('id', '=', o.credentialId ?? ''))
    .$if(o.exceptAccountId !== null, (query) =>
      query.where((eb) => eb.or([eb('accountId', 'is', null), eb('accountId', '!=', o.exceptAccountId)])),
    )
    .orderBy('id')
    .execute()
}

/** Opens a request with one issuer. @returns whether there was none for the same two addresses. */
export async function insertRebinding(
  tx: Tx,
  row: Pick<
    Rebinding,
    | 'id'
    | 'publicId'
    | 'organizationId'
    | 'lostMailboxId'
    | 'oldEmailCanonical'
    | 'newEmailCanonical'
    | 'createdAt'
    | 'expiresAt'
  >,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('rebindings')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export function insertAwards(
  tx: Tx,
  rows: readonly { organizationId: string; rebindingId: string; credentialId: string }[],
) {
  return tx.insertInto('rebindingAwards').values(rows).execute()
}

/** A request with what the person said. */
function rebindings(db: Db) {
  return db
    .selectFrom('rebindings as r')
    .innerJoin('lostMailboxes as l', 'l.id', 'r.lostMailboxId')
    .selectAll('r')
    .select(['l.oldEmail', 'l.newEmail', 'l.name', 'l.note', 'l.provedAt', 'l.locale', 'l.accountId as askerAccountId'])
}
export type RebindingView = NonNullable<Awaited<ReturnType<typeof rebindingByPublicId>>>

export function rebindingByPublicId(db: Db, organizationId: string, publicId: string) {
  return rebindings(db)
    .where('r.organizationId', '=', organizationId)
    .where('r.publicId', '=', publicId)
    .executeTakeFirst()
}

/** The request behind the link that the old address got. */
export function rebindingByObjection(db: Db, objectionHash: Buffer) {
  return rebindings(db).where('r.objectionHash', '=', objectionHash).executeTakeFirst()
}

/** Locks a request, so that those who vouch, refuse, object and the clock take turns. */
export function lockRebinding(tx: Tx, { organizationId, rebindingId }: Which) {
  return tx
    .selectFrom('rebindings')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', rebindingId)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateRebinding(
  tx: Tx,
  { organizationId, rebindingId }: Which,
  change: Partial<Pick<Rebinding, 'state' | 'answer' | 'objectionHash' | 'takesEffectAt' | 'closedAt' | 'closedBy'>>,
): Promise<void> {
  await tx
    .updateTable('rebindings')
    .set(change)
    .where('organizationId', '=', organizationId)
    .where('id', '=', rebindingId)
    .execute()
}

/** The awards of a request as they now stand. */
export function awardsOf(db: Db, { organizationId, rebindingId }: Which) {
  return db
    .selectFrom('rebindingAwards as a')
    .innerJoin('credentials as c', 'c.id', 'a.credentialId')
    .leftJoin('credentials as n', 'n.id', 'a.successorId')
    .select([
      'a.credentialId',
      'a.holderId',
      'c.publicId',
      'c.recipientName',
      'c.recipientEmail',
      'c.lifecycle',
      'c.validity',
      'c.decision',
      'c.accountId',
      'c.validUntil',
      'c.issuedAt',
      'n.publicId as successorPublicId',
      sql<string>`c.snapshot->'achievement'->>'name'`.as('badgeName'),
    ])
    .where('a.organizationId', '=', organizationId)
    .where('a.rebindingId', '=', rebindingId)
    .orderBy('c.issuedAt')
    .orderBy('c.id')
    .execute()
}
export type RebindingAward = Awaited<ReturnType<typeof awardsOf>>[number]

export async function setHolder(tx: Tx, o: Which & { credentialId: string; holderId: string | null }): Promise<void> {
  await tx
    .updateTable('rebindingAwards')
    .set({ holderId: o.holderId })
    .where('organizationId', '=', o.organizationId)
    .where('rebindingId', '=', o.rebindingId)
    .where('credentialId', '=', o.credentialId)
    .execute()
}

/** Notes the new award in the place of an old one. */
export async function setSuccessor(
  tx: Tx,
  o: Which & { credentialId: string; successorPublicId: string },
): Promise<void> {
  await tx
    .updateTable('rebindingAwards')
    .set((eb) => ({
      successorId: eb
        .selectFrom('credentials')
        .select('id')
        .where('organizationId', '=', o.organizationId)
        .where('publicId', '=', o.successorPublicId),
    }))
    .where('organizationId', '=', o.organizationId)
    .where('rebindingId', '=', o.rebindingId)
    .where('credentialId', '=', o.credentialId)
    .execute()
}

/** Locks the awards themselves, in one order, so that nobody takes one in between. */
export function lockAwards(tx: Tx, organizationId: string, credentialIds: readonly string[]) {
  if (credentialIds.length === 0) return Promise.resolve([])
  return tx
    .selectFrom('credentials')
    .select(['id', 'accountId', 'decision', 'validity', 'lifecycle'])
    .where('organizationId', '=', organizationId)
    .where('id', 'in', credentialIds)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export function vouchesOf(db: Db, { organizationId, rebindingId }: Which) {
  return db
    .selectFrom('rebindingVouches as v')
    .innerJoin('accounts as a', 'a.id', 'v.accountId')
    .select(['v.accountId', 'v.place', 'v.how', 'v.at', 'a.givenName', 'a.familyName'])
    .where('v.organizationId', '=', organizationId)
    .where('v.rebindingId', '=', rebindingId)
    .orderBy('v.place')
    .execute()
}

export function insertVouch(tx: Tx, o: Which & { place: 1 | 2; accountId: string; how: string; at: Date }) {
  return tx.insertInto('rebindingVouches').values(o).execute()
}

export async function deleteVouches(tx: Tx, { organizationId, rebindingId }: Which): Promise<void> {
  await tx
    .deleteFrom('rebindingVouches')
    .where('organizationId', '=', organizationId)
    .where('rebindingId', '=', rebindingId)
    .execute()
}

/** Those of these accounts that may issue for the organization at this moment. */
export async function stillMayIssue(
  tx: Db,
  organizationId: string,
  accountIds: readonly string[],
): Promise<Set<string>> {
  if (accountIds.length === 0) return new Set()
  const rows = await tx
    .selectFrom('organizationMembers')
    .select('accountId')
    .where('organizationId', '=', organizationId)
    .where('role', 'in', rolesFor('issue'))
    .where('accountId', 'in', accountIds)
    .execute()
  return new Set(rows.map(({ accountId }) => accountId))
}

/** How many members may vouch. */
export async function countWhoMayVouch(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('organizationMembers')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organizationId', '=', organizationId)
    .where('role', 'in', rolesFor('issue'))
    .executeTakeFirstOrThrow()
  return count
}

/** Requests whose waiting time is over, oldest first. */
export function dueRebindings(db: Db, now: Date) {
  return db
    .selectFrom('rebindings')
    .select(['id', 'organizationId'])
    .where('state', '=', 'waiting')
    .where('takesEffectAt', '<=', now)
    .orderBy('takesEffectAt')
    .limit(200)
    .execute()
}

/** Closes what nobody vouched for in time. */
export async function lapseOverdue(db: Db, now: Date): Promise<void> {
  await db
    .updateTable('rebindings')
    .set({ state: 'lapsed', closedAt: now })
    .where('state', '=', 'open')
    .where('expiresAt', '<=', now)
    .execute()
}

/** Forgets what was said by people who never proved the new mailbox. */
export async function forgetUnproved(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('lostMailboxes').where('provedAt', 'is', null).where('expiresAt', '<', before).execute()
}

/** Deletes requests that were closed before a moment, with their awards and voices. */
export async function forgetClosed(tx: Tx, before: Date): Promise<void> {
  const closed = await tx
    .selectFrom('rebindings')
    .select('id')
    .where('closedAt', '<', before)
    .where('state', 'not in', ['open', 'waiting'])
    .forUpdate()
    .execute()
  const ids = closed.map(({ id }) => id)
  if (ids.length === 0) return
  await tx.deleteFrom('rebindingVouches').where('rebindingId', 'in', ids).execute()
  await tx.deleteFrom('rebindingAwards').where('rebindingId', 'in', ids).execute()
  await tx.deleteFrom('rebindings').where('id', 'in', ids).execute()
}

/** Deletes what people said before a moment that no issuer has a request about any more. */
export async function forgetAnswered(tx: Tx, before: Date): Promise<void> {
  await tx
    .deleteFrom('lostMailboxes as l')
    .where('l.provedAt', '<', before)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('rebindings as r').select('r.id').whereRef('r.lostMailboxId', '=', 'l.id'))),
    )
    .execute()
}

/** Confirmed addresses of the accounts that hold awards, with the language they read mail in. */
export function addressesOf(db: Db, accountIds: readonly string[]) {
  if (accountIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('accountEmails as e')
    .innerJoin('accounts as a', 'a.id', 'e.accountId')
    .select(['e.email', 'e.emailCanonical', mailLocale('a').as('locale')])
    .where('e.accountId', 'in', accountIds)
    .where('a.closedAt', 'is', null)
    .orderBy('e.emailCanonical')
    .execute()
}

/** The requests of an organization, newest first. */
export function listRebindings(db: Db, organizationId: string, o: { open: boolean; limit: number }) {
  return rebindings(db)
    .select((eb) => [
      eb
        .selectFrom('rebindingAwards as a')
        .select(sql<number>`count(*)::int`.as('n'))
        .whereRef('a.rebindingId', '=', 'r.id')
        .whereRef('a.organizationId', '=', 'r.organizationId')
        .as('awards'),
      eb
        .selectFrom('rebindingVouches as v')
        .select(sql<number>`count(*)::int`.as('n'))
        .whereRef('v.rebindingId', '=', 'r.id')
        .whereRef('v.organizationId', '=', 'r.organizationId')
        .as('vouches'),
    ])
    .where('r.organizationId', '=', organizationId)
    .where('r.state', o.open ? 'in' : 'not in', ['open', 'waiting'])
    .orderBy('r.createdAt', 'desc')
    .limit(o.limit)
    .execute()
}

/** How many requests of an organization wait for an answer. */
export async function countOpen(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectNoFrom((eb) =>
      sql<number>`${eb
        .selectFrom('rebindings')
        .select(sql<number>`count(*)::int`.as('n'))
        .where('organizationId', '=', organizationId)
        .where('state', '=', 'open')} + ${eb
        .selectFrom('correctionRequests')
        .select(sql<number>`count(*)::int`.as('n'))
        .where('organizationId', '=', organizationId)
        .where('state', '=', 'open')}`.as('count'),
    )
    .executeTakeFirstOrThrow()
  return count
}

/** What an account asked for, without a word on which issuers it reached: that would tell whom an address belongs to. */
export function lostMailboxesOf(db: Db, accountId: string) {
  return db
    .selectFrom('lostMailboxes')
    .select(['id', 'oldEmail', 'newEmail', 'createdAt'])
    .where('accountId', '=', accountId)
    .where('provedAt', 'is not', null)
    .orderBy('createdAt', 'desc')
    .limit(20)
    .execute()
}
