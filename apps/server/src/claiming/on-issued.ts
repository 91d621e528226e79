import { accountByEmail } from '../accounts/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { sendClaimMail } from './award-mail.ts'
import * as store from './store.ts'

/**
 * What follows when a credential has been signed: it is taken at once where the person has given this organization
 * standing consent, and the person is told. Runs in the transaction that records the signature.
 */
export function onIssued(deps: Pick<Deps, 'config' | 'now' | 'outbox'>) {
  return async (tx: Tx, credentialId: string): Promise<void> => {
    const credential = await store.credentialForClaim(tx, credentialId)
    if (!credential || credential.decision !== 'waiting' || credential.validity !== 'live') return
    const owner = await accountByEmail(tx, credential.recipientEmailCanonical)
    if (owner && (await store.acceptsAutomatically(tx, owner.id, credential.organizationId))) {
      const at = deps.now()
      if (await store.takeAutomatically(tx, { credentialId, accountId: owner.id, at }))
        await recordCredentialEvent(tx, {
          organizationId: credential.organizationId,
          credentialId,
          kind: 'accepted-automatically',
          at,
        })
    }
    if (credential.notify) await sendClaimMail(deps, tx, { credentialId, kind: 'award' })
  }
}
