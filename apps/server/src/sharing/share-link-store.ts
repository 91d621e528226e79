import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { ShownName } from './shown-name.ts'

export interface NewShareLink {
  id: string
  accountId: string
  kind: 'badge' | 'collection' | 'document'
  credentialId: string | null
  collectionId: string | null
  documentId: string | null
  tokenHash: Buffer
  sealedToken: Buffer
  name: string
  pinHash: Buffer | null
  allowsDownload: boolean
  shownName: ShownName
  endsAt: Date | null
  createdAt: Date
}

export function insertShareLink(tx: Tx, link: NewShareLink) {
  return tx.insertInto('shareLinks').values(link).execute()
}

const columns = [
  's.id',
  's.accountId',
  's.kind',
  's.credentialId',
  's.collectionId',
  's.documentId',
  's.sealedToken',
  's.name',
  's.pinHash',
  's.pinFailures',
  's.pinBlockedUntil',
  's.pausedAt',
  's.allowsDownload',
  's.shownName',
  's.endsAt',
  's.opens',
  's.lastOpenedAt',
  's.createdAt',
] as const

/** A link that was not revoked and may lead somewhere, with the name of the person who gave it. */
export function linkByTokenHash(db: Db, tokenHash: Buffer) {
  return db
    .selectFrom('shareLinks as s')
    .innerJoin('accounts as a', 'a.id', 's.accountId')
    .select([...columns, 'a.givenName', 'a.familyName'])
    .where('s.tokenHash', '=', tokenHash)
    .where('s.revokedAt', 'is', null)
    .where('a.closedAt', 'is', null)
    .where(
      sql<boolean>`not exists (
        select 1 from organizations o
        left join credentials c on c.organization_id = o.id and c.id = s.credential_id
        left join documents d on d.organization_id = o.id and d.id = s.document_id
        where o.sharing_off_since is not null and (c.id is not null or d.id is not null)
      )`,
    )
    .executeTakeFirst()
}

/** Links of one person that still lead somewhere, newest first. */
export function linksOf(
  db: Db,
  o: { accountId: string; now: Date; credentialId?: string; collectionId?: string; documentId?: string },
) {
  return db
    .selectFrom('shareLinks as s')
    .leftJoin('credentials as c', 'c.id', 's.credentialId')
    .leftJoin('collections as k', 'k.id', 's.collectionId')
    .leftJoin('documents as d', 'd.id', 's.documentId')
    .select([
      ...columns,
      'c.publicId as credentialPublicId',
      'k.publicId as collectionPublicId',
      sql<string>`coalesce(c.snapshot->'achievement'->>'name', k.name, d.title)`.as('what'),
    ])
    .where('s.accountId', '=', o.accountId)
    .where('s.revokedAt', 'is', null)
    .where((eb) => eb.or([eb('s.endsAt', 'is', null), eb('s.endsAt', '>', o.now)]))
    .$if(o.credentialId !== undefined, (query) => query.where('s.credentialId', '=', o.credentialId ?? null))
    .$if(o.collectionId !== undefined, (query) => query.where('s.collectionId', '=', o.collectionId ?? null))
    .$if(o.documentId !== undefined, (query) => query.where('s.documentId', '=', o.documentId ?? null))
    .orderBy('s.createdAt', 'desc')
    .orderBy('s.id', 'desc')
    .execute()
}

export type OwnLink = Awaited<ReturnType<typeof linksOf>>[number]

export function liveLinkCount(db: Db, o: { credentialId: string; now: Date }) {
  return db
    .selectFrom('shareLinks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('credentialId', '=', o.credentialId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('endsAt', 'is', null), eb('endsAt', '>', o.now)]))
    .executeTakeFirstOrThrow()
}

export function setRevoked(db: Db, o: { accountId: string; id?: string; at: Date }) {
  return (
    db
      .updateTable('shareLinks')
      .set({ revokedAt: sql`coalesce(revoked_at, ${o.at})` })
      .where('accountId', '=', o.accountId)
      // A second click on the same link finds it revoked, which is what it asked for.
      .$if(o.id !== undefined, (query) => query.where('id', '=', o.id ?? ''))
      .$if(o.id === undefined, (query) => query.where('revokedAt', 'is', null))
      .executeTakeFirst()
  )
}

export function setEnd(db: Db, o: { accountId: string; id: string; endsAt: Date }) {
  return db
    .updateTable('shareLinks')
    .set({ endsAt: o.endsAt })
    .where('accountId', '=', o.accountId)
    .where('id', '=', o.id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
}

export function countOpen(db: Db, o: { id: string; at: Date }) {
  return db
    .updateTable('shareLinks')
    .set((eb) => ({ opens: eb('opens', '+', 1), lastOpenedAt: o.at }))
    .where('id', '=', o.id)
    .execute()
}

/**
 * Takes one of the tries, so that tries at the same moment cannot share one.
 *
 * @returns how many were taken with it in a row, and whether it was the last that the link ever gets; nothing while the
 *   link waits or is paused.
 */
export function takePinTry(
  db: Db,
  o: { id: string; now: Date; tries: number; triesInAll: number; blockedUntil: Date },
): Promise<{ pinFailures: number; pausedAt: Date | null } | undefined> {
  // A wait that is over begins the count anew; the count in all goes on for the life of the link.
  const tried = sql<number>`(case when pin_blocked_until <= ${o.now}::timestamptz then 1 else pin_failures + 1 end)`
  return db
    .updateTable('shareLinks')
    .set({
      pinFailures: tried,
      pinFailuresTotal: sql<number>`pin_failures_total + 1`,
      pinBlockedUntil: sql<Date | null>`case when ${tried} >= ${o.tries} then ${o.blockedUntil}::timestamptz end`,
      pausedAt: sql<Date | null>`case when pin_failures_total + 1 >= ${o.triesInAll} then ${o.now}::timestamptz end`,
    })
    .where('id', '=', o.id)
    .where('pausedAt', 'is', null)
    .where((eb) => eb.or([eb('pinBlockedUntil', 'is', null), eb('pinBlockedUntil', '<=', o.now)]))
    .returning(['pinFailures', 'pausedAt'])
    .executeTakeFirst()
}

/** The PIN was right: the try that was taken for it is given back, the others of this life stay counted. */
export function forgetPinFailures(db: Db, id: string) {
  return db
    .updateTable('shareLinks')
    .set({
      pinFailures: 0,
      pinBlockedUntil: null,
      pausedAt: null,
      pinFailuresTotal: sql<number>`greatest(pin_failures_total - 1, 0)`,
    })
    .where('id', '=', id)
    .execute()
}

/** The owner lets people try again. */
export async function resume(db: Db, o: { accountId: string; id: string }): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('shareLinks')
    .set({ pinFailures: 0, pinFailuresTotal: 0, pinBlockedUntil: null, pausedAt: null })
    .where('accountId', '=', o.accountId)
    .where('id', '=', o.id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function isPaused(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('shareLinks').select('pausedAt').where('id', '=', id).executeTakeFirst()
  return row !== undefined && row.pausedAt !== null
}
