import { recordCredentialEvent } from '../issuing/index.ts'
import { inTransaction, type Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

/**
 * Decides which evidence items of an accepted badge its pages show to others. What the issuer signed stays in the signed
 * file, whatever is decided here; the page where it is decided says so.
 *
 * @param o.shown ids of the items that may be seen; unknown ones are passed over.
 * @returns how many items are shown now; `undefined` when the account has no such badge, or has not accepted it.
 */
export async function chooseEvidence(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { publicId: string; accountId: string; shown: readonly string[] },
): Promise<number | undefined> {
  return inTransaction(db, async (tx) => {
    const badge = await store.lockEvidence(tx, o)
    if (!badge) return undefined
    const choices = Object.fromEntries(badge.evidence.map(({ id }) => [id, o.shown.includes(id)]))
    const isChange = badge.evidence.some(({ id, isPublic }) => (badge.choices[id] ?? isPublic) !== choices[id])
    if (isChange) {
      await store.saveEvidenceChoices(tx, { id: badge.id, choices })
      await recordCredentialEvent(tx, {
        organizationId: badge.organizationId,
        credentialId: badge.id,
        kind: 'evidence',
        actorAccountId: o.accountId,
        at: now(),
      })
    }
    return Object.values(choices).filter(Boolean).length
  })
}
