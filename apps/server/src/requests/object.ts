import { recordCredentialEvent } from '../issuing/index.ts'
import { recordAudit } from '../platform/audit.ts'
import { inOrganization } from '../platform/database/database.ts'
import { hashToken } from '../platform/secrets.ts'
import type { RequestDeps } from './deps.ts'
import { tellIssuer, tellObjected } from './mails.ts'
import * as store from './store.ts'

/** What lies behind the link that the old address got; reading changes nothing (SECURITY S3). */
export async function openObjection(deps: Pick<RequestDeps, 'db'>, token: string) {
  const view = await store.rebindingByObjection(deps.db, hashToken(token))
  if (!view) return undefined
  const awards = await store.awardsOf(deps.db, { organizationId: view.organizationId, rebindingId: view.id })
  return { view, awards }
}

/**
 * Whoever opens the old mailbox, or the account that holds the badges, says no: the request is over and the issuer hears
 * of it. Pressing again changes nothing.
 *
 * @returns the state that the request has now.
 */
export async function objectToRebinding(
  deps: RequestDeps,
  token: string,
): Promise<store.Rebinding['state'] | undefined> {
  const found = await store.rebindingByObjection(deps.db, hashToken(token))
  if (!found) return undefined
  const which = { organizationId: found.organizationId, rebindingId: found.id }
  return inOrganization(deps.db, found.organizationId, async (tx) => {
    const locked = await store.lockRebinding(tx, which)
    if (locked?.state !== 'waiting') return locked?.state
    const at = deps.now()
    await store.updateRebinding(tx, which, { state: 'objected', closedAt: at, takesEffectAt: null })
    for (const { credentialId } of await store.awardsOf(tx, which))
      await recordCredentialEvent(tx, {
        organizationId: found.organizationId,
        credentialId,
        kind: 'mailbox-objected',
        channel: 'mail',
        at,
      })
    await recordAudit(tx, {
      organizationId: found.organizationId,
      actor: 'system',
      action: 'rebinding.objected',
      object: { kind: 'rebinding', id: found.id },
      at,
    })
    await tellIssuer(deps, tx, { organizationId: found.organizationId, news: 'objected' })
    await tellObjected(deps, tx, found)
    return 'objected'
  })
}
