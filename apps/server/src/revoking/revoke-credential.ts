import { recordCredentialEvent, type Revocation } from '../issuing/index.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { signStatusListJob } from '../issuing/index.ts'
import { tellOfWithdrawalJob } from './jobs.ts'
import * as store from './store.ts'

export const revocationReasons = ['mistake', 'requirements', 'fraud', 'other'] as const
export type RevocationReason = (typeof revocationReasons)[number]

/** Minutes in which a withdrawal can be taken back, and after which the person is told. */
export const undoMinutes = 10

export type RevokeRefusal = 'revoke.unknown' | 'revoke.replaced' | 'revoke.taken' | 'revoke.too-late'
export class RevokeRefused extends DomainError<RevokeRefusal> {
  override name = 'RevokeRefused'
}

export interface RevokeRequest {
  organizationId: string
  credentialId: string
  reason: RevocationReason
  /** What everybody reads who looks at the badge. */
  publicText: string
  /** For the team only. */
  note?: string
  /** Whether the person gets a mail, when the time for undoing is over. */
  notify: boolean
  actorAccountId: string
}

/**
 * Withdraws a credential for good: its bit in the status list is set with the next signature of the list, and every
 * page that asks the database says so at once. Withdrawing twice is harmless and keeps the first reason.
 *
 * An award that waits for its signature is withdrawn as well, and is then never signed (SECURITY S18).
 *
 * @throws {RevokeRefused} `revoke.unknown`, `revoke.replaced`
 */
export async function revokeCredential(deps: Pick<Deps, 'db' | 'now' | 'jobs'>, request: RevokeRequest): Promise<void> {
  await inOrganization(deps.db, request.organizationId, (tx) => revokeInTransaction(deps, tx, request))
}

export async function revokeInTransaction(
  deps: Pick<Deps, 'now' | 'jobs'>,
  tx: Tx,
  request: RevokeRequest,
): Promise<void> {
  const credential = await store.lockCredential(tx, request)
  if (!credential) throw new RevokeRefused('revoke.unknown')
  if (credential.validity === 'revoked') return
  if (credential.validity === 'replaced') throw new RevokeRefused('revoke.replaced')

  const at = deps.now()
  const revocation: Revocation = {
    reason: request.reason,
    publicText: request.publicText,
    ...(request.note ? { note: request.note } : {}),
  }
  const isSigned = credential.lifecycle === 'issued'
  await store.setRevoked(tx, request, { at, revocation, isSigned })
  await store.bumpList(tx, request.organizationId, [credential.statusListId])
  await recordCredentialEvent(tx, { ...request, kind: 'revoked', at })
  await deps.jobs.enqueue(
    tx,
    signStatusListJob,
    { listId: credential.statusListId },
    { dedupeKey: credential.statusListId },
  )
  if (request.notify && isSigned)
    await deps.jobs.enqueue(
      tx,
      tellOfWithdrawalJob,
      { credentialId: request.credentialId, revokedAt: at.toISOString() },
      { afterS: undoMinutes * 60 },
    )
}

/**
 * Takes back a withdrawal that is at most ten minutes old. The person has not been told yet.
 *
 * @throws {RevokeRefused} `revoke.unknown`, `revoke.too-late`
 */
export async function undoRevocation(
  deps: Pick<Deps, 'db' | 'now' | 'jobs'>,
  request: { organizationId: string; credentialId: string; actorAccountId: string },
): Promise<void> {
  await inOrganization(deps.db, request.organizationId, async (tx) => {
    const credential = await store.lockCredential(tx, request)
    if (!credential) throw new RevokeRefused('revoke.unknown')
    if (credential.validity === 'live') return
    const at = deps.now()
    if (credential.validity !== 'revoked' || !isUndoable(credential.revokedAt, at))
      throw new RevokeRefused('revoke.too-late')
    await store.setLive(tx, request, { isSigned: credential.issuedAt !== null })
    await store.bumpList(tx, request.organizationId, [credential.statusListId])
    await recordCredentialEvent(tx, { ...request, kind: 'revocation-undone', at })
    await deps.jobs.enqueue(
      tx,
      signStatusListJob,
      { listId: credential.statusListId },
      { dedupeKey: credential.statusListId },
    )
  })
}

export function isUndoable(revokedAt: Date | null, now: Date): boolean {
  return revokedAt !== null && now.getTime() - revokedAt.getTime() < undoMinutes * 60_000
}
