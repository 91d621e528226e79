import { inTransaction } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

/**
 * Puts a waiting document among the person's own, or out of their way. Holding a link is not enough: the account must have
 * proved the address that the document was sent to.
 *
 * @returns `false` when there was nothing to change.
 */
export async function decideDocument(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { publicId: string; accountId: string; decision: 'accepted' | 'rejected' },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const at = now()
    const changed = await store.decide(tx, { ...o, at })
    if (!changed) return false
    if (o.decision === 'accepted') await store.endClaims(tx, changed.id, at)
    await store.recordDocumentEvent(tx, {
      organizationId: changed.organizationId,
      documentId: changed.id,
      kind: o.decision === 'accepted' ? 'accepted' : 'declined',
      actorAccountId: o.accountId,
      at,
    })
    return true
  })
}

/** Taken by its person, by a click or by standing consent. */
export function isTaken({ decision }: Pick<store.DocumentRow, 'decision'>): boolean {
  return decision === 'accepted' || decision === 'automatic'
}
