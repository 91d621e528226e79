import type { Verdict } from '@lapel/openbadges'
import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { CheckedBadge } from './check-badge.ts'

export interface ImportedBadge {
  id: string
  publicId: string
  accountId: string
  body: string
  name: string
  issuerName: string
  awardedOn: string | null
  validUntil: Date | null
  pictureHash: string | null
  verdict: Verdict
  report: CheckedBadge
  createdAt: Date
  checkedAt: Date
}

const columns = [
  'id',
  'publicId',
  'accountId',
  'body',
  'name',
  'issuerName',
  'awardedOn',
  'validUntil',
  'pictureHash',
  'verdict',
  'report',
  'createdAt',
  'checkedAt',
] as const

function select(db: Db) {
  return db.selectFrom('importedBadges').select(columns).$narrowType<{ report: CheckedBadge; verdict: Verdict }>()
}

export function importedOf(db: Db, accountId: string): Promise<ImportedBadge[]> {
  return select(db).where('accountId', '=', accountId).orderBy('createdAt', 'desc').limit(500).execute()
}

/** What a list shows of them: not the whole reports, which are large. */
export type ImportedCard = Pick<
  ImportedBadge,
  'publicId' | 'name' | 'issuerName' | 'awardedOn' | 'pictureHash' | 'verdict' | 'checkedAt'
>

export function importedCards(db: Db, accountId: string): Promise<ImportedCard[]> {
  return db
    .selectFrom('importedBadges')
    .select(['publicId', 'name', 'issuerName', 'awardedOn', 'pictureHash', 'verdict', 'checkedAt'])
    .$narrowType<{ verdict: Verdict }>()
    .where('accountId', '=', accountId)
    .orderBy('createdAt', 'desc')
    .limit(500)
    .execute()
}

export function importedBadge(db: Db, o: { publicId: string; accountId: string }): Promise<ImportedBadge | undefined> {
  return select(db).where('publicId', '=', o.publicId).where('accountId', '=', o.accountId).executeTakeFirst()
}

export function dueForCheck(db: Db, o: { before: Date; limit: number }): Promise<ImportedBadge[]> {
  return select(db).where('checkedAt', '<', o.before).orderBy('checkedAt').limit(o.limit).execute()
}

type NewImported = Omit<ImportedBadge, 'report'> & {
  contentHash: Buffer
  source: 'file' | 'text' | 'address'
  issuedAt: Date | null
  report: CheckedBadge
}

/** @returns undefined when this account keeps the same badge already. */
export async function insertImported(db: Db, o: NewImported): Promise<{ publicId: string; isNew: true } | undefined> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('importedBadges')
    .values({ ...o, report: JSON.stringify(o.report) })
    .onConflict((conflict) => conflict.columns(['accountId', 'contentHash']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n ? { publicId: o.publicId, isNew: true } : undefined
}

/**
 * Keeps a badge, or puts it in the place of the one with the same id and issuer.
 *
 * @returns undefined when a badge of another issuer has that id.
 */
export async function upsertImported(
  db: Db,
  { id, publicId, createdAt, accountId, contentHash, ...o }: NewImported,
): Promise<{ publicId: string; isNew: boolean } | undefined> {
  const content = { ...o, report: JSON.stringify(o.report) }
  return db
    .insertInto('importedBadges')
    .values({ id, publicId, createdAt, accountId, contentHash, ...content })
    .onConflict((conflict) =>
      conflict
        .columns(['accountId', 'contentHash'])
        .doUpdateSet(content)
        .where(
          sql<boolean>`imported_badges.report->'credential'->'issuer'->>'id'
            is not distinct from excluded.report->'credential'->'issuer'->>'id'`,
        ),
    )
    .returning(['publicId', sql<boolean>`xmax = 0`.as('isNew')])
    .executeTakeFirst()
}

export function recordCheck(db: Db, o: { id: string; verdict: Verdict; report: CheckedBadge; at: Date }) {
  return db
    .updateTable('importedBadges')
    .set({ verdict: o.verdict, report: JSON.stringify(o.report), checkedAt: o.at })
    .where('id', '=', o.id)
    .execute()
}

export function deleteImported(db: Db, id: string) {
  return db.deleteFrom('importedBadges').where('id', '=', id).execute()
}
