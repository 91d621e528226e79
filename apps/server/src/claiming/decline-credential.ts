import { inTransaction, type Db, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { ClaimRefused } from './accept-credential.ts'
import { heldCredential, heldCredentialById, type HeldCredential } from './credential.ts'
import * as store from './store.ts'

/** Days in which a declined badge can be taken back. */
export const restoreDays = 30

/**
 * Takes a badge out of the backpack, or keeps a waiting one out of it. The issuer sees that it was declined; public
 * pages and links stop, and come back when the person restores it.
 *
 * @throws {ClaimRefused} when it is not this person's.
 */
export async function declineCredential(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { publicId, accountId }: { publicId: string; accountId: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const at = now()
    const credential = await own(tx, publicId, accountId)
    if (credential.decision === 'rejected') return
    const declined =
      (await store.takeCredential(tx, { publicId, accountId, decision: 'rejected', at })) ??
      (await store.changeDecision(tx, {
        credentialId: credential.id,
        from: ['accepted', 'automatic'],
        to: 'rejected',
        at,
      }))
    if (!declined) return
    await recordCredentialEvent(tx, {
      organizationId: credential.organizationId,
      credentialId: credential.id,
      kind: 'declined',
      actorAccountId: accountId,
      at,
    })
  })
}

/**
 * Takes a decline back within 30 days: a badge that had been accepted is in the backpack again with its visibility, one
 * that had not waits again.
 *
 * @throws {ClaimRefused} `claim.declined` when the time is over.
 */
export async function restoreCredential(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { publicId, accountId }: { publicId: string; accountId: string },
): Promise<'waiting' | 'accepted'> {
  return inTransaction(db, async (tx) => {
    const at = now()
    const credential = await own(tx, publicId, accountId)
    const before = (await store.wasEverAccepted(tx, credential.id)) ? 'accepted' : 'waiting'
    if (credential.decision !== 'rejected') return before
    if (!isRestorable(credential, at)) throw new ClaimRefused('claim.declined')
    const restored = await store.changeDecision(tx, { credentialId: credential.id, from: ['rejected'], to: before, at })
    if (restored)
      await recordCredentialEvent(tx, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        kind: 'restored',
        actorAccountId: accountId,
        at,
      })
    return before
  })
}

export function isRestorable({ decidedAt }: Pick<HeldCredential, 'decidedAt'>, now: Date): boolean {
  return decidedAt === null || now.getTime() - decidedAt.getTime() < restoreDays * 86_400_000
}

async function own(tx: Tx, publicId: string, accountId: string): Promise<HeldCredential> {
  const credential = await heldCredential(tx, publicId)
  if (!credential) throw new ClaimRefused('claim.unknown')
  if (credential.accountId === accountId) return credential
  if (credential.accountId === null && (await store.hasAddress(tx, accountId, credential.recipientEmailCanonical)))
    return credential
  throw new ClaimRefused('claim.unknown')
}

/**
 * "This badge is not for me": said by whoever holds the link, without an account. Stops reminders and tells the issuer;
 * the same link takes it back.
 */
export function refuseByLink(deps: Pick<Deps, 'now'> & { db: Db }, claim: LinkOfClaim): Promise<void> {
  return decideByLink(deps, claim, { from: 'waiting', to: 'rejected', kind: 'declined' })
}

export function takeBackRefusal(deps: Pick<Deps, 'now'> & { db: Db }, claim: LinkOfClaim): Promise<void> {
  return decideByLink(deps, claim, { from: 'rejected', to: 'waiting', kind: 'restored' })
}

interface LinkOfClaim {
  id: string
  credentialId: string
}

/** Once somebody has taken the badge, a link in a mail decides nothing any more. */
async function decideByLink(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  claim: LinkOfClaim,
  o: { from: 'waiting' | 'rejected'; to: 'waiting' | 'rejected'; kind: 'declined' | 'restored' },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const at = now()
    const credential = await heldCredentialById(tx, claim.credentialId)
    if (!credential || credential.accountId !== null || credential.decision !== o.from) return
    await store.setRefused(tx, claim.id, o.to === 'rejected' ? at : null)
    if (!(await store.changeDecision(tx, { credentialId: credential.id, from: [o.from], to: o.to, at }))) return
    const { organizationId, id } = credential
    await recordCredentialEvent(tx, { organizationId, credentialId: id, kind: o.kind, channel: 'link', at })
  })
}
