import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId, newPublicId } from '../platform/ids.ts'

/** Entries of one shard: the smallest list in which one credential hides among enough others. */
const shardSize = 131_072
/** Awards are spread over this many shards at once, so that the members of a run cannot be told from their list. */
const openShards = 3
/** Above this share of used entries a shard takes no new ones; drawing stays quick and indexes stay unpredictable. */
const fullShare = 0.5

export interface StatusEntry {
  statusListId: string
  statusListPublicId: string
  statusIndex: number
}

interface Shard {
  id: string
  publicId: string
}

/** The shards of an organization that take new entries; opens them when there are too few. */
export async function shardsFor(tx: Tx, organizationId: string, openedLists: string[] = []): Promise<Shard[]> {
  const shards = await openLists(tx, organizationId)
  if (shards.length >= openShards) return shards
  // Two first awards at the same moment would each open a set.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`status lists ${organizationId}`}, 0))`.execute(tx)
  const present = await openLists(tx, organizationId)
  const missing = openShards - present.length
  if (missing <= 0) return present
  const made = Array.from({ length: missing }, () => ({ id: newId(), publicId: newPublicId() }))
  await tx
    .insertInto('statusLists')
    .values(made.map((shard) => ({ ...shard, organizationId, size: shardSize })))
    .execute()
  openedLists.push(...made.map(({ id }) => id))
  return [...present, ...made]
}

function openLists(db: Db, organizationId: string): Promise<Shard[]> {
  return db
    .selectFrom('statusLists')
    .select(['id', 'publicId'])
    .where('organizationId', '=', organizationId)
    .where('purpose', '=', 'revocation')
    .where('isOpen', '=', true)
    .orderBy('id')
    .execute()
}

/** An entry drawn at random. Whether it is free is found out by the unique key when it is taken. */
export function drawEntry(shards: readonly Shard[]): StatusEntry {
  const shard = shards[randomInt(shards.length)]
  if (!shard) throw new Error('No status list is open')
  return { statusListId: shard.id, statusListPublicId: shard.publicId, statusIndex: randomInt(shardSize) }
}

/**
 * Counts the shards in which drawing has hit used entries and closes those that are full. Nothing has to be counted
 * while they are nearly empty: collisions are as frequent as the shard is full.
 *
 * @returns the shards to go on with.
 */
export async function closeFullShards(
  tx: Tx,
  organizationId: string,
  shards: readonly Shard[],
  openedLists: string[],
): Promise<Shard[]> {
  for (const { id } of shards) {
    const { used } = await tx
      .selectFrom('credentials')
      .select(sql<number>`count(*)::int`.as('used'))
      .where('statusListId', '=', id)
      .executeTakeFirstOrThrow()
    if (used < shardSize * fullShare) continue
    await tx
      .updateTable('statusLists')
      .set({ used, isOpen: false })
      .where('organizationId', '=', organizationId)
      .where('id', '=', id)
      .execute()
  }
  return shardsFor(tx, organizationId, openedLists)
}
