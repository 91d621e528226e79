import { accountByEmail } from '../accounts/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { hashToken } from '../platform/secrets.ts'
import { heldCredentialById, isAccepted, type HeldCredential } from './credential.ts'
import * as store from './store.ts'

export type Claim = NonNullable<Awaited<ReturnType<typeof store.claimByTokenHash>>>

/** What the page behind a claim link has to say (UX 7). */
export type ClaimSituation =
  | { kind: 'register' }
  | { kind: 'sign-in' }
  | { kind: 'accept' }
  | { kind: 'mismatch'; addressHasAccount: boolean }
  | { kind: 'accepted'; isMine: boolean }
  | { kind: 'expired' }
  | { kind: 'withdrawn' }
  /** Only who may open the new badge learns where it is: an old link may be in anybody's hands. */
  | { kind: 'replaced'; successorPublicId: string | undefined }
  /** Declined: by link, or by the account that it belongs to. */
  | { kind: 'refused'; byLink: boolean; isMine: boolean }

export interface OpenedClaim {
  claim: Claim
  credential: HeldCredential
  situation: ClaimSituation
}

/**
 * Reads what lies behind a claim link, and changes nothing: mail scanners open links (SECURITY S3).
 *
 * @returns `undefined` when the link is unknown.
 */
export async function openClaim(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { token, accountId }: { token: string; accountId: string | undefined },
): Promise<OpenedClaim | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const claim = await store.claimByTokenHash(db, hashToken(token))
  const credential = claim && (await heldCredentialById(db, claim.credentialId))
  if (!claim || !credential) return undefined
  return { claim, credential, situation: await situationOf(db, { claim, credential, accountId, now: now() }) }
}

async function situationOf(
  db: Db,
  o: { claim: Claim; credential: HeldCredential; accountId: string | undefined; now: Date },
): Promise<ClaimSituation> {
  const { claim, credential, accountId } = o
  if (credential.validity === 'replaced') {
    const successor = credential.replacedBy ? await heldCredentialById(db, credential.replacedBy) : undefined
    const isMine = successor && accountId !== undefined && (await isFor(db, successor, accountId))
    return { kind: 'replaced', successorPublicId: isMine ? successor.publicId : undefined }
  }
  if (credential.validity === 'revoked' || credential.lifecycle === 'withdrawn') return { kind: 'withdrawn' }
  if (isAccepted(credential)) return { kind: 'accepted', isMine: credential.accountId === accountId }
  const mine = accountId !== undefined && (await isFor(db, credential, accountId))
  if (credential.decision === 'rejected')
    return { kind: 'refused', byLink: credential.accountId === null, isMine: mine }
  // Who has proved the address needs no link at all, so a link that has ended is no obstacle.
  if (mine) return { kind: 'accept' }
  // The address was corrected since, or a fresh link was sent: an old link proves nothing about the present address.
  if (claim.diedAt || claim.expiresAt <= o.now || claim.emailCanonical !== credential.recipientEmailCanonical)
    return { kind: 'expired' }
  const owner = await accountByEmail(db, claim.emailCanonical)
  if (accountId !== undefined) return { kind: 'mismatch', addressHasAccount: owner !== undefined }
  return { kind: owner ? 'sign-in' : 'register' }
}

async function isFor(db: Db, credential: HeldCredential, accountId: string): Promise<boolean> {
  if (credential.accountId !== null) return credential.accountId === accountId
  return store.hasAddress(db, accountId, credential.recipientEmailCanonical)
}
