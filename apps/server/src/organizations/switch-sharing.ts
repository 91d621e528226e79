import { recordAudit } from '../platform/audit.ts'
import { inOrganization, type Db, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

/** What the sharing part does for an organization that switches it off. */
export interface SharingHooks {
  /** Makes dark what is shown now. @returns how much that was. */
  endSharing(tx: Tx, o: { organizationId: string; at: Date }): Promise<{ badges: number; links: number }>
  /** How much is shown now. */
  sharedNow(db: Db, o: { organizationId: string; now: Date }): Promise<{ badges: number; links: number }>
}

/**
 * Switches public pages, indexing and sharing outside off for everything an organization has issued and will issue
 * (SECURITY S59), or leaves it to the holders again. What went dark stays dark until its holder shows it anew.
 *
 * @returns what went dark; `undefined` when it was so already.
 */
export async function switchSharing(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  hooks: Pick<SharingHooks, 'endSharing'>,
  o: { organizationId: string; accountId: string; off: boolean },
): Promise<{ badges: number; links: number } | undefined> {
  const { organizationId, off } = o
  return inOrganization(db, organizationId, async (tx) => {
    const organization = await store.lockOrganization(tx, organizationId)
    if (!organization || (organization.sharingOffSince !== null) === off) return undefined
    const at = now()
    await store.updateOrganization(tx, organizationId, { sharingOffSince: off ? at : null })
    const ended = off ? await hooks.endSharing(tx, { organizationId, at }) : { badges: 0, links: 0 }
    await recordAudit(tx, {
      organizationId,
      actor: { accountId: o.accountId },
      action: off ? 'organization.sharing-off' : 'organization.sharing-on',
      detail: ended,
      at,
    })
    return ended
  })
}
