import { recordCredentialEvent } from '../issuing/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import type { HeldCredential } from './credential.ts'
import * as store from './store.ts'

/**
 * Tells the issuer that something about an award is wrong. Nothing changes by it: a member of the issuer's team decides,
 * and a correction is a new credential.
 */
export async function requestCorrection(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: {
    credential: Pick<HeldCredential, 'id' | 'organizationId'>
    kind: 'name' | 'date' | 'address' | 'other'
    requested: string
    message: string
    accountId: string | null
    idempotencyKey: string
  },
): Promise<void> {
  const { credential, kind, requested, message } = o
  await once(
    db,
    { scope: `correction:${credential.id}`, key: o.idempotencyKey, body: { kind, requested, message }, now },
    async (tx) => {
      const at = now()
      await store.insertCorrectionRequest(tx, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        kind,
        requested,
        message,
        fromAccountId: o.accountId,
        createdAt: at,
      })
      await recordCredentialEvent(tx, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        kind: 'correction-requested',
        ...(o.accountId ? { actorAccountId: o.accountId } : {}),
        at,
      })
      return null
    },
  )
}
