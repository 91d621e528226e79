import type { HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { inTransaction, type Db, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

type Visibility = HeldCredential['visibility']

/**
 * Changes who may see an accepted badge. Private is where every badge begins; nothing but this changes it
 * (SECURITY S58).
 *
 * @returns what it was before; `undefined` when the account has no such badge, or has not accepted it.
 */
export async function setVisibility(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { publicId: string; accountId: string; visibility: Visibility },
): Promise<Visibility | undefined> {
  return inTransaction(db, (tx) => change(tx, { ...o, at: now() }))
}

/**
 * The same for several badges, all or none.
 *
 * @returns how many were changed, were so already, and cannot be shown (not accepted, withdrawn, not this account's).
 */
export async function setVisibilities(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { publicIds: readonly string[]; accountId: string; visibility: Visibility },
): Promise<{ changed: number; same: number; refused: number }> {
  return inTransaction(db, async (tx) => {
    const count = { changed: 0, same: 0, refused: 0 }
    // In one order everywhere, so that two at the same moment take turns instead of waiting for each other.
    for (const publicId of [...new Set(o.publicIds)].toSorted()) {
      const before = await change(tx, { publicId, accountId: o.accountId, visibility: o.visibility, at: now() })
      count[before === undefined ? 'refused' : before === o.visibility ? 'same' : 'changed']++
    }
    return count
  })
}

async function change(
  tx: Tx,
  o: { publicId: string; accountId: string; visibility: Visibility; at: Date },
): Promise<Visibility | undefined> {
  const before = await store.changeVisibility(tx, o)
  if (!before || before.visibility === o.visibility) return before?.visibility
  await recordCredentialEvent(tx, {
    organizationId: before.organizationId,
    credentialId: before.id,
    kind: 'visibility',
    channel: o.visibility,
    actorAccountId: o.accountId,
    at: o.at,
  })
  return before.visibility
}
