import { inTransaction, type Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { heldCredential, isAccepted } from './credential.ts'
import * as store from './store.ts'

export type ClaimRefusal = 'claim.unknown' | 'claim.mismatch' | 'claim.withdrawn' | 'claim.declined'
export class ClaimRefused extends DomainError<ClaimRefusal> {
  override name = 'ClaimRefused'
}

/**
 * Puts a waiting credential into the earner's backpack.
 *
 * Holding a link to it is not enough, since links get forwarded: the account must have proved the address that the
 * credential was issued to (SECURITY S4, S17). Of any number of clicks at the same moment one has the effect (S15);
 * accepting twice is harmless, because people click twice.
 *
 * @throws {ClaimRefused}
 */
export async function acceptCredential(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { publicId, accountId }: { publicId: string; accountId: string },
): Promise<{ isNew: boolean }> {
  return inTransaction(db, async (tx) => {
    const at = now()
    const taken = await store.takeCredential(tx, { publicId, accountId, decision: 'accepted', at })
    if (taken) {
      await store.endClaims(tx, taken.id, at)
      await store.showAsUsual(tx, { credentialId: taken.id, accountId })
      await recordCredentialEvent(tx, {
        organizationId: taken.organizationId,
        credentialId: taken.id,
        kind: 'accepted',
        actorAccountId: accountId,
        at,
      })
      return { isNew: true }
    }
    const credential = await heldCredential(tx, publicId)
    if (!credential) throw new ClaimRefused('claim.unknown')
    if (credential.accountId === accountId && isAccepted(credential)) return { isNew: false }
    if (credential.validity === 'revoked' || credential.validity === 'replaced' || credential.lifecycle === 'withdrawn')
      throw new ClaimRefused('claim.withdrawn')
    const mine =
      credential.accountId === accountId ||
      (credential.accountId === null && (await store.hasAddress(tx, accountId, credential.recipientEmailCanonical)))
    if (!mine) throw new ClaimRefused('claim.mismatch')
    throw new ClaimRefused('claim.declined')
  })
}
