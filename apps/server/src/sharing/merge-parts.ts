import { type MergePart, rowsOfAccount } from '../accounts/index.ts'
import { freeSlug } from './free-slug.ts'

/** A collection's word in its address is unique within an account, so it may have to change when two become one. */
const collections: MergePart = {
  name: 'collections',
  label: 'merge.part.collections',
  async count(db, accountId) {
    const rows = await db.selectFrom('collections').select('id').where('accountId', '=', accountId).execute()
    return rows.length
  },
  async move(tx, { from, into }) {
    const [theirs, ours] = await Promise.all(
      [from, into].map((accountId) =>
        tx.selectFrom('collections').select(['id', 'slug']).where('accountId', '=', accountId).execute(),
      ),
    )
    const taken = (ours ?? []).map(({ slug }) => slug)
    for (const { id, slug } of theirs ?? []) {
      const free = freeSlug(slug, taken)
      taken.push(free)
      await tx.updateTable('collections').set({ accountId: into, slug: free }).where('id', '=', id).execute()
    }
    return theirs ?? []
  },
  async undo(tx, { from, into, moved }) {
    for (const { id, slug } of moved as { id: string; slug: string }[])
      await tx
        .updateTable('collections')
        .set({ accountId: from, slug })
        .where('id', '=', id)
        .where('accountId', '=', into)
        .execute()
  },
}

/** Public addresses: the profile of the account that stays holds, and the other's handle leads to it from then on. */
const handles: MergePart = {
  name: 'handles',
  label: 'merge.part.handle',
  async count(db, accountId) {
    const found = await db
      .selectFrom('profiles')
      .select('isVisible')
      .where('accountId', '=', accountId)
      .executeTakeFirst()
    return found?.isVisible ? 1 : 0
  },
  async move(tx, { from, into }) {
    const [theirs, ours] = await Promise.all(
      [from, into].map((accountId) =>
        tx.selectFrom('profiles').select(['handle', 'isVisible']).where('accountId', '=', accountId).executeTakeFirst(),
      ),
    )
    if (theirs && !ours) {
      await tx.updateTable('profiles').set({ accountId: into }).where('accountId', '=', from).execute()
      return { profile: true, handle: null }
    }
    // A profile that nobody could see has no readers to lead on, and would say whose it was.
    if (!theirs?.isVisible) return { profile: false, handle: null }
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('formerHandles')
      .values({ handle: theirs.handle, accountId: into })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return { profile: false, handle: numInsertedOrUpdatedRows ? theirs.handle : null }
  },
  async undo(tx, { from, into, moved }) {
    const { profile, handle } = moved as { profile: boolean; handle: string | null }
    if (profile) await tx.updateTable('profiles').set({ accountId: from }).where('accountId', '=', into).execute()
    if (handle)
      await tx.deleteFrom('formerHandles').where('handle', '=', handle).where('accountId', '=', into).execute()
  },
}

/** What of sharing moves with the badges when two accounts become one, so that no address that was given away breaks. */
export const sharingMergeParts: MergePart[] = [
  collections,
  rowsOfAccount({ table: 'shareLinks', column: 'accountId', key: 'id', label: 'merge.part.links' }),
  rowsOfAccount({ table: 'shareMails', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'formerHandles', column: 'accountId', key: 'handle' }),
  handles,
]
