import type { HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { inTransaction, type Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

/**
 * Changes who may see an accepted badge. Private is where every badge begins; nothing but this changes it
 * (SECURITY S58).
 *
 * @returns what it was before; `undefined` when the account has no such badge, or has not accepted it.
 */
export async function setVisibility(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { publicId: string; accountId: string; visibility: HeldCredential['visibility'] },
): Promise<HeldCredential['visibility'] | undefined> {
  return inTransaction(db, async (tx) => {
    const before = await store.changeVisibility(tx, o)
    if (!before || before.visibility === o.visibility) return before?.visibility
    await recordCredentialEvent(tx, {
      organizationId: before.organizationId,
      credentialId: before.id,
      kind: 'visibility',
      channel: o.visibility,
      actorAccountId: o.accountId,
      at: now(),
    })
    return before.visibility
  })
}
