import type { HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { inTransaction, type Db, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

export type Visibility = HeldCredential['visibility']

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
  return inTransaction(db, (tx) => changeVisibilityOf(tx, { ...o, at: now() }))
}

/** The same inside a transaction; with `from`, only while that is what it still is. */
export async function changeVisibilityOf(
  tx: Tx,
  o: { publicId: string; accountId: string; visibility: Visibility; from?: Visibility; at: Date },
): Promise<Visibility | undefined> {
  const before = await store.changeVisibility(tx, o)
  if (!before?.isChanged) return before?.visibility
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
