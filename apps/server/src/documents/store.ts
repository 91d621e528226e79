import { sql } from 'kysely'
import { isHeldBy } from '../accounts/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'
import type { PageText } from '../platform/pdf/pdf-tasks.ts'

export const documentKinds = ['certificate', 'transcript', 'letter', 'other'] as const
export type DocumentKind = (typeof documentKinds)[number]

export interface Withdrawal {
  publicText: string
  /** For the team only. */
  note: string
}

/** Documents with the present state of their issuer and of the badge beside them. */
export function documents(db: Db) {
  return db
    .selectFrom('documents as d')
    .innerJoin('organizations as o', 'o.id', 'd.organizationId')
    .leftJoin('credentials as c', 'c.id', 'd.credentialId')
    .leftJoin('documents as n', 'n.id', 'd.replacedBy')
    .select([
      'd.id',
      'd.publicId',
      'd.organizationId',
      'd.kind',
      'd.title',
      'd.documentDate',
      'd.recipientName',
      'd.recipientEmail',
      'd.recipientEmailCanonical',
      'd.accountId',
      'd.credentialId',
      'd.originalHash',
      'd.originalSize',
      'd.pages',
      'd.fileHash',
      'd.fileSize',
      'd.state',
      'd.decision',
      'd.validity',
      'd.delivery',
      'd.notify',
      'd.withdrawal',
      'd.createdAt',
      'd.issuedAt',
      'd.decidedAt',
      'd.withdrawnAt',
      'o.name as issuerName',
      'o.slug as issuerSlug',
      'o.contactEmail as issuerContact',
      'o.claimLinkDays',
      'o.domainConfirmedAt',
      'c.publicId as badgePublicId',
      'c.accountId as badgeAccountId',
      'n.publicId as successorPublicId',
      sql<string | null>`c.snapshot->'achievement'->>'name'`.as('badgeName'),
    ])
    .$narrowType<{ withdrawal: Withdrawal | null }>()
}

export type DocumentRow = Awaited<ReturnType<ReturnType<typeof documents>['executeTakeFirstOrThrow']>>

export function documentById(db: Db, id: string): Promise<DocumentRow | undefined> {
  return documents(db).where('d.id', '=', id).executeTakeFirst()
}

/** One document of an organization, for its team. */
export function documentOf(db: Db, organizationId: string, publicId: string): Promise<DocumentRow | undefined> {
  return documents(db)
    .where('d.organizationId', '=', organizationId)
    .where('d.publicId', '=', publicId)
    .executeTakeFirst()
}

export function documentsOf(db: Db, organizationId: string, o: { limit: number; offset: number }) {
  return documents(db)
    .where('d.organizationId', '=', organizationId)
    .orderBy('d.createdAt', 'desc')
    .orderBy('d.id', 'desc')
    .limit(o.limit)
    .offset(o.offset)
    .execute()
}

/** What an account holds, and what waits for one of its proven addresses. Signed ones only. */
export function documentsOfAccount(db: Db, accountId: string) {
  return documents(db)
    .where('d.state', '=', 'issued')
    .where(isHeldBy(accountId, 'd'))
    .orderBy('d.issuedAt', 'desc')
    .orderBy('d.id', 'desc')
}

export function ownDocument(db: Db, o: { publicId: string; accountId: string }): Promise<DocumentRow | undefined> {
  return documentsOfAccount(db, o.accountId).where('d.publicId', '=', o.publicId).executeTakeFirst()
}

/** The document whose signed file has this hash. */
export function documentByFile(db: Db, fileHash: string): Promise<DocumentRow | undefined> {
  return documents(db).where('d.fileHash', '=', fileHash).executeTakeFirst()
}

export interface NewDocument {
  id: string
  publicId: string
  organizationId: string
  kind: DocumentKind
  title: string
  documentDate: string
  recipientName: string
  recipientEmail: string
  recipientEmailCanonical: string
  credentialId: string | null
  originalHash: string
  originalSize: number
  pages: number
  notify: boolean
  createdAt: Date
  createdBy: string
}

export function insertDocument(tx: Tx, document: NewDocument) {
  return tx.insertInto('documents').values(document).execute()
}

/** Marks it as signed, once. @returns whether this call did. */
export async function setIssued(
  tx: Tx,
  o: { id: string; fileHash: string; fileSize: number; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('documents')
    .set({ state: 'issued', fileHash: o.fileHash, fileSize: o.fileSize, issuedAt: o.at })
    .where('id', '=', o.id)
    .where('state', '=', 'intended')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Documents signed in this time whose pages nobody has drawn. */
export function undrawn(db: Db, o: { since: Date; before: Date }) {
  return db
    .selectFrom('documents as d')
    .select('d.id')
    .where('d.state', '=', 'issued')
    .where('d.issuedAt', '>=', o.since)
    .where('d.issuedAt', '<', o.before)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('documentPages as p').select('p.number').whereRef('p.documentId', '=', 'd.id'))),
    )
    .limit(200)
    .execute()
}

export function intendedBefore(db: Db, before: Date) {
  return db
    .selectFrom('documents')
    .select('id')
    .where('state', '=', 'intended')
    .where('createdAt', '<', before)
    .limit(100)
    .execute()
}

/**
 * Gives a waiting document to an account that has proved the address it was sent to, or takes it out of the way. One
 * statement: of any number of clicks at the same moment one has the effect, and a stranger's has none.
 */
export function decide(
  tx: Tx,
  o: { publicId: string; accountId: string; decision: 'accepted' | 'rejected'; at: Date },
) {
  return tx
    .updateTable('documents')
    .set({ accountId: o.accountId, decision: o.decision, decidedAt: o.at })
    .where('publicId', '=', o.publicId)
    .where('state', '=', 'issued')
    .where('decision', '!=', o.decision)
    .where('decision', 'in', o.decision === 'accepted' ? ['waiting', 'rejected'] : ['waiting', 'accepted', 'automatic'])
    .where((eb) =>
      o.decision === 'accepted' ? eb('validity', '=', 'live') : eb('validity', 'in', ['live', 'withdrawn', 'replaced']),
    )
    .where(isHeldBy(o.accountId, 'documents'))
    .returning(['id', 'organizationId'])
    .executeTakeFirst()
}

export function takeAutomatically(tx: Tx, o: { id: string; accountId: string; at: Date }) {
  return tx
    .updateTable('documents')
    .set({ accountId: o.accountId, decision: 'automatic', decidedAt: o.at })
    .where('id', '=', o.id)
    .where('decision', '=', 'waiting')
    .returning('id')
    .executeTakeFirst()
}

export function endValidity(
  tx: Tx,
  o: {
    organizationId: string
    id: string
    validity: 'withdrawn' | 'replaced'
    withdrawal: Withdrawal | null
    replacedBy: string | null
    at: Date
  },
) {
  return tx
    .updateTable('documents')
    .set({
      validity: o.validity,
      withdrawal: o.withdrawal === null ? null : JSON.stringify(o.withdrawal),
      replacedBy: o.replacedBy,
      withdrawnAt: o.at,
    })
    .where('organizationId', '=', o.organizationId)
    .where('id', '=', o.id)
    .where('validity', '=', 'live')
    .returning('id')
    .executeTakeFirst()
}

export function setDelivery(tx: Db, id: string, delivery: DocumentRow['delivery']) {
  return tx
    .updateTable('documents')
    .set({ delivery })
    .where('id', '=', id)
    .returning(['organizationId'])
    .executeTakeFirst()
}

export function setReplaces(tx: Tx, o: { organizationId: string; oldId: string; newId: string }) {
  return tx
    .updateTable('documents')
    .set({ replacedBy: o.newId })
    .where('organizationId', '=', o.organizationId)
    .where('id', '=', o.oldId)
    .where('validity', '=', 'live')
    .where('replacedBy', 'is', null)
    .returning('id')
    .executeTakeFirst()
}

/** The live document that this one was made to replace. */
export function replacedByThis(tx: Tx, id: string) {
  return tx
    .selectFrom('documents')
    .select(['id', 'organizationId'])
    .where('replacedBy', '=', id)
    .where('validity', '=', 'live')
    .executeTakeFirst()
}

export function recordDocumentEvent(
  tx: Db,
  o: { organizationId: string; documentId: string; kind: string; actorAccountId?: string; at: Date },
) {
  return tx
    .insertInto('documentEvents')
    .values({ id: newId(), ...o, actorAccountId: o.actorAccountId ?? null })
    .execute()
}

export function documentEvents(db: Db, documentId: string) {
  return db
    .selectFrom('documentEvents')
    .select(['kind', 'at'])
    .where('documentId', '=', documentId)
    .orderBy('at')
    .orderBy('id')
    .execute()
}

export function insertClaim(
  tx: Tx,
  claim: {
    organizationId: string
    documentId: string
    tokenHash: Buffer
    email: string
    emailCanonical: string
    createdAt: Date
    expiresAt: Date
  },
) {
  return tx
    .insertInto('documentClaims')
    .values({ id: newId(), ...claim })
    .execute()
}

export function claimByTokenHash(db: Db, tokenHash: Buffer) {
  return db
    .selectFrom('documentClaims')
    .select(['documentId', 'email', 'emailCanonical', 'expiresAt'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

export function endClaims(tx: Tx, documentId: string, at: Date) {
  return tx
    .updateTable('documentClaims')
    .set({ expiresAt: at })
    .where('documentId', '=', documentId)
    .where('expiresAt', '>', at)
    .execute()
}

/** A badge of the organization by the number printed on it, when it was issued to the same person. */
export function matchingBadge(db: Db, o: { organizationId: string; label: string; emailCanonical: string }) {
  return db
    .selectFrom('credentials')
    .select('id')
    .where('organizationId', '=', o.organizationId)
    .where(sql`upper(label)`, '=', o.label.toUpperCase())
    .where('recipientEmailCanonical', '=', o.emailCanonical)
    .executeTakeFirst()
}

/** Documents that stand beside a badge, for the badge's owner. */
export function documentsBesideBadge(db: Db, o: { accountId: string; credentialId: string }) {
  return documentsOfAccount(db, o.accountId)
    .where('d.credentialId', '=', o.credentialId)
    .where('d.validity', '=', 'live')
    .execute()
}

export function insertPage(
  tx: Db,
  page: {
    organizationId: string
    documentId: string
    number: number
    pictureHash: string
    width: number
    height: number
    words: readonly PageText[]
  },
) {
  return tx
    .insertInto('documentPages')
    .values({ ...page, words: JSON.stringify(page.words) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export function pagesOf(db: Db, documentId: string) {
  return db
    .selectFrom('documentPages')
    .select(['number', 'pictureHash', 'width', 'height', 'words'])
    .where('documentId', '=', documentId)
    .orderBy('number')
    .$narrowType<{ words: PageText[] }>()
    .execute()
}

export type PageRow = Awaited<ReturnType<typeof pagesOf>>[number]

/** An address that leaves an account takes nothing with it: what waits for it stays with the account. */
export async function keepDocumentsOfAddress(tx: Tx, o: { accountId: string; canonical: string }): Promise<void> {
  await tx
    .updateTable('documents')
    .set({ accountId: o.accountId })
    .where('recipientEmailCanonical', '=', o.canonical)
    .where('accountId', 'is', null)
    .where('state', '=', 'issued')
    .execute()
}
