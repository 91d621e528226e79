import { sql } from 'kysely'
import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'

const columns = [
  'id',
  'accountId',
  'publicId',
  'slug',
  'name',
  'description',
  'visibility',
  'createdAt',
  'updatedAt',
] as const
export type Collection = NonNullable<Awaited<ReturnType<typeof collectionOf>>>

export function collectionOf(db: Db, o: { publicId: string; accountId: string }) {
  return db
    .selectFrom('collections')
    .select(columns)
    .where('publicId', '=', o.publicId)
    .where('accountId', '=', o.accountId)
    .executeTakeFirst()
}

export function collectionById(db: Db, id: string) {
  return db.selectFrom('collections').select(columns).where('id', '=', id).executeTakeFirst()
}

export function collectionBySlug(db: Db, o: { accountId: string; slug: string }) {
  return db
    .selectFrom('collections')
    .select(columns)
    .where('accountId', '=', o.accountId)
    .where('slug', '=', o.slug)
    .executeTakeFirst()
}

export function collectionsOf(db: Db, accountId: string) {
  return db
    .selectFrom('collections as k')
    .select([
      'k.publicId',
      'k.slug',
      'k.name',
      'k.description',
      'k.visibility',
      sql<number>`(select count(*)::int from collection_items i where i.collection_id = k.id)`.as('badges'),
    ])
    .where('k.accountId', '=', accountId)
    .orderBy('k.updatedAt', 'desc')
    .execute()
}

export function insertCollection(
  tx: Tx,
  o: { publicId: string; accountId: string; slug: string; name: string; description: string; at: Date },
) {
  const { at, ...rest } = o
  return tx
    .insertInto('collections')
    .values({ id: newId(), ...rest, createdAt: at, updatedAt: at })
    .execute()
}

export function updateCollection(
  db: Db,
  id: string,
  o: { name: string; description: string; visibility: 'private' | 'link' | 'public'; at: Date },
) {
  const { at, ...rest } = o
  return db
    .updateTable('collections')
    .set({ ...rest, updatedAt: at })
    .where('id', '=', id)
    .execute()
}

export function deleteCollection(db: Db, id: string) {
  return db.deleteFrom('collections').where('id', '=', id).execute()
}

/** The accepted badges of a collection in its order, each with its note. */
export async function itemsOf(
  db: Db,
  collection: Pick<Collection, 'id' | 'accountId'>,
): Promise<(HeldCredential & { note: string })[]> {
  const rows = await heldCredentials(db)
    .innerJoin('collectionItems as i', 'i.credentialId', 'c.id')
    .select('i.note')
    .where('i.collectionId', '=', collection.id)
    // Only what still belongs to the person and was not declined since.
    .where('c.accountId', '=', collection.accountId)
    .where('c.decision', 'in', ['accepted', 'automatic'])
    .where('o.sharingOffSince', 'is', null)
    .orderBy('i.position')
    .execute()
  return rows
}

/** Adds badges of this account at the end; others are passed over. @returns the ids of those that were not there before. */
export async function addItems(
  tx: Tx,
  o: { collectionId: string; accountId: string; publicIds: readonly string[] },
): Promise<string[]> {
  if (o.publicIds.length === 0) return []
  const added = await tx
    .insertInto('collectionItems')
    .columns(['collectionId', 'credentialId', 'position'])
    .expression((eb) =>
      eb
        .selectFrom('credentials')
        .select([
          sql<string>`${o.collectionId}::uuid`.as('collectionId'),
          'id',
          sql<number>`coalesce((select max(position) from collection_items where collection_id = ${o.collectionId}), 0) + row_number() over (order by valid_from desc)`.as(
            'position',
          ),
        ])
        .where('accountId', '=', o.accountId)
        .where('publicId', 'in', o.publicIds)
        .where('decision', 'in', ['accepted', 'automatic'])
        .where(sql<boolean>`not exists (
          select 1 from organizations o where o.id = credentials.organization_id and o.sharing_off_since is not null)`),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('credentialId')
    .execute()
  return added.map(({ credentialId }) => credentialId)
}

export async function removeItems(
  db: Db,
  o: { collectionId: string; credentialIds: readonly string[] },
): Promise<number> {
  if (o.credentialIds.length === 0) return 0
  const { numDeletedRows } = await db
    .deleteFrom('collectionItems')
    .where('collectionId', '=', o.collectionId)
    .where('credentialId', 'in', o.credentialIds)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** True when something is in a collection, or a link leads to it. */
export async function isUsed(db: Db, id: string): Promise<boolean> {
  const found = await db
    .selectFrom('collections as k')
    .select('k.id')
    .where('k.id', '=', id)
    .where((eb) =>
      eb.or([
        eb.exists(eb.selectFrom('collectionItems').select('position').where('collectionId', '=', id)),
        eb.exists(eb.selectFrom('shareLinks').select('id').where('collectionId', '=', id)),
      ]),
    )
    .executeTakeFirst()
  return found !== undefined
}

export function setNote(db: Db, o: { collectionId: string; credentialId: string; note: string }) {
  return db
    .updateTable('collectionItems')
    .set({ note: o.note })
    .where('collectionId', '=', o.collectionId)
    .where('credentialId', '=', o.credentialId)
    .execute()
}

/** Writes the order anew; the rows are locked, so two moves at once take turns. */
export async function moveItem(tx: Tx, o: { collectionId: string; credentialId: string; by: -1 | 1 }): Promise<void> {
  const rows = await tx
    .selectFrom('collectionItems')
    .select('credentialId')
    .where('collectionId', '=', o.collectionId)
    .orderBy('position')
    .forUpdate()
    .execute()
  const order = rows.map(({ credentialId }) => credentialId)
  const at = order.indexOf(o.credentialId)
  const to = at + o.by
  if (at === -1 || to < 0 || to >= order.length) return
  order.splice(at, 1)
  order.splice(to, 0, o.credentialId)
  for (const [position, credentialId] of order.entries())
    await tx
      .updateTable('collectionItems')
      .set({ position: position + 1 })
      .where('collectionId', '=', o.collectionId)
      .where('credentialId', '=', credentialId)
      .execute()
}

export function touchCollection(db: Db, id: string, at: Date) {
  return db.updateTable('collections').set({ updatedAt: at }).where('id', '=', id).execute()
}
