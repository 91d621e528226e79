import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import { throttle } from '../platform/http/throttle.ts'
import { sendClaimMail } from './award-mail.ts'
import * as store from './store.ts'

const perHour = 3

/**
 * Sends a new link to the address that the credential was issued to, never to one that somebody typed. Links that were
 * sent before end. Sending the same form again sends no second mail.
 *
 * @returns seconds to wait when too many were asked for, else 0.
 */
export async function sendFreshLink(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox'>,
  { credentialId, idempotencyKey }: { credentialId: string; idempotencyKey: string },
): Promise<number> {
  const given = { scope: `fresh-link:${credentialId}`, key: idempotencyKey, body: null, now: deps.now }
  return once(deps.db, given, async (tx) => {
    const limit = { purpose: 'claim-fresh-link', subject: credentialId, limit: perHour, windowS: 3600 }
    const waitS = await throttle({ ...deps, db: tx }, limit)
    if (waitS > 0) return waitS
    await store.endClaims(tx, credentialId, deps.now())
    await sendClaimMail(deps, tx, { credentialId, kind: 'fresh' })
    return 0
  })
}
