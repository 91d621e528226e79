import { recallChange } from '../backpack/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { newPublicId } from '../platform/ids.ts'
import * as store from './collection-store.ts'
import { freeSlug } from './free-slug.ts'

export const mostCollections = 100

type AddDeps = Pick<Deps, 'now'> & { db: Db }

interface OfForm {
  accountId: string
  /** The key of the form: it is done once, and can be taken back by it. */
  key: string
}

interface Added {
  /** The collection. */
  publicId: string
  isNew: boolean
  /** Only what was not in it before. */
  credentialIds: string[]
}

/** Puts badges of an account into one of its collections, or into a new one with the given name. */
export function addToCollection(
  { db, now }: AddDeps,
  o: OfForm & { to: { publicId: string } | { name: string }; publicIds: readonly string[] },
): Promise<Added> {
  const { accountId, key, to, publicIds } = o
  return once(db, { scope: scopeOf(accountId), key, body: { to, publicIds }, now }, async (tx) => {
    const at = now()
    const isNew = 'name' in to
    const publicId = isNew ? newPublicId() : to.publicId
    if (isNew) {
      const taken = (await store.collectionsOf(tx, accountId)).map(({ slug }) => slug)
      const slug = freeSlug(to.name, taken)
      await store.insertCollection(tx, { publicId, accountId, slug, name: to.name, description: '', at })
    }
    const target = await store.collectionOf(tx, { publicId, accountId })
    if (!target) throw new HttpError(404, 'There is no such collection')
    const credentialIds = await store.addItems(tx, { collectionId: target.id, accountId, publicIds })
    await store.touchCollection(tx, target.id, at)
    return { publicId, isNew, credentialIds }
  })
}

/**
 * Takes out again what a form put in, once. A collection that the form made, and that nobody touched since, goes with it.
 *
 * @returns how many were taken out, and the collection while it is there; nothing when it is too late.
 */
export async function undoAdd(
  { db, now }: AddDeps,
  { accountId, key }: OfForm,
): Promise<{ removed: number; publicId: string | null } | undefined> {
  const added = (await recallChange({ db, now }, { scope: scopeOf(accountId), key })) as Added | undefined
  if (!added) return undefined
  return once(db, { scope: `undo-${scopeOf(accountId)}`, key, body: added.publicId, now }, async (tx) => {
    const collection = await store.collectionOf(tx, { publicId: added.publicId, accountId })
    if (!collection) return { removed: 0, publicId: null }
    const removed = await store.removeItems(tx, { collectionId: collection.id, credentialIds: added.credentialIds })
    const isUntouched = added.isNew && collection.updatedAt.getTime() === collection.createdAt.getTime()
    if (isUntouched && !(await store.isUsed(tx, collection.id))) {
      await store.deleteCollection(tx, collection.id)
      return { removed, publicId: null }
    }
    return { removed, publicId: added.publicId }
  })
}

function scopeOf(accountId: string): string {
  return `collect:${accountId}`
}
