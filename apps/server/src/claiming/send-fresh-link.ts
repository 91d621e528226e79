import { inTransaction } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { throttle } from '../platform/http/throttle.ts'
import { sendClaimMail } from './award-mail.ts'
import * as store from './store.ts'

const perHour = 3

/**
 * Sends a new link to the address that the credential was issued to, never to one that somebody typed. Links that were
 * sent before end.
 *
 * @returns seconds to wait when too many were asked for, else 0.
 */
export async function sendFreshLink(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox'>,
  { credentialId }: { credentialId: string },
): Promise<number> {
  const waitS = await throttle(deps, {
    purpose: 'claim-fresh-link',
    subject: credentialId,
    limit: perHour,
    windowS: 3600,
  })
  if (waitS > 0) return waitS
  await inTransaction(deps.db, async (tx) => {
    await store.endClaims(tx, credentialId, deps.now())
    await sendClaimMail(deps, tx, { credentialId, kind: 'fresh' })
  })
  return 0
}
