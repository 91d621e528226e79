import { confirmedEmailsOf } from '../accounts/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { recordAudit } from '../platform/audit.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { RequestDeps } from './deps.ts'
import { tellBothSides, tellRefused } from './mails.ts'
import * as store from './store.ts'
import { freeHours, heldHours } from './waiting-time.ts'

export type VouchRefusal = 'vouch.unknown' | 'vouch.closed' | 'vouch.same' | 'vouch.self' | 'vouch.nothing'
export class VouchRefused extends DomainError<VouchRefusal> {
  override name = 'VouchRefused'
}

interface Which {
  organizationId: string
  publicId: string
}

/**
 * One member says that the person who asks is the one who earned the badges. The second voice, of another member, starts
 * the waiting time: the old address is told and can object until it ends. Nothing has moved yet.
 *
 * @throws {VouchRefused}
 */
export async function vouchForRebinding(
  deps: RequestDeps,
  o: Which & { accountId: string; how: string },
): Promise<'first' | 'second'> {
  return inOrganization(deps.db, o.organizationId, async (tx) => {
    const { view, which } = await lockOpen(deps, tx, o)
    const vouches = await store.vouchesOf(tx, which)
    if (vouches.some(({ accountId }) => accountId === o.accountId)) throw new VouchRefused('vouch.same')
    // Nobody vouches for themselves, by whichever of the two addresses is theirs.
    const own = await confirmedEmailsOf(tx, o.accountId)
    const asks = view.askerAccountId === o.accountId
    if (asks || own.some(({ canonical }) => [view.oldEmailCanonical, view.newEmailCanonical].includes(canonical)))
      throw new VouchRefused('vouch.self')

    const awards = await store.awardsOf(tx, which)
    const live = (
      await store.lockAwards(
        tx,
        o.organizationId,
        awards.map(({ credentialId }) => credentialId),
      )
    ).filter(({ validity, lifecycle }) => validity === 'live' && lifecycle === 'issued')
    if (live.length === 0) throw new VouchRefused('vouch.nothing')

    const at = deps.now()
    const place = vouches.length === 0 ? 1 : 2
    await store.insertVouch(tx, { ...which, place, accountId: o.accountId, how: o.how, at })
    for (const { id } of live)
      await recordCredentialEvent(tx, {
        organizationId: o.organizationId,
        credentialId: id,
        kind: 'mailbox-vouched',
        actorAccountId: o.accountId,
        at,
      })
    await recordAudit(tx, {
      organizationId: o.organizationId,
      actor: { accountId: o.accountId },
      action: 'rebinding.vouched',
      object: { kind: 'rebinding', id: which.rebindingId },
      detail: { place, awards: live.length },
      at,
    })
    if (place === 1) return 'first'

    const isHeld = live.some(({ accountId }) => accountId !== null)
    const takesEffectAt = new Date(at.getTime() + (isHeld ? heldHours : freeHours) * 3_600_000)
    const token = newToken()
    for (const { id, accountId } of live) await store.setHolder(tx, { ...which, credentialId: id, holderId: accountId })
    await store.updateRebinding(tx, which, { state: 'waiting', takesEffectAt, objectionHash: hashToken(token) })
    await tellBothSides(deps, tx, {
      view,
      awards: awards.filter(({ credentialId }) => live.some(({ id }) => id === credentialId)),
      holders: live.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])),
      takesEffectAt,
      token,
    })
    return 'second'
  })
}

/**
 * A member says no, before the second voice or while the waiting time runs.
 *
 * @param o.tell whether the person who asked is written to: that says that the old address got a badge here.
 * @throws {VouchRefused}
 */
export async function refuseRebinding(
  deps: RequestDeps,
  o: Which & { accountId: string; answer: string; tell: boolean },
): Promise<void> {
  await inOrganization(deps.db, o.organizationId, async (tx) => {
    const { view, which } = await lockOpen(deps, tx, o, ['open', 'waiting'])
    const at = deps.now()
    await store.updateRebinding(tx, which, {
      state: 'refused',
      answer: o.answer,
      closedAt: at,
      closedBy: o.accountId,
      takesEffectAt: null,
    })
    await recordAudit(tx, {
      organizationId: o.organizationId,
      actor: { accountId: o.accountId },
      action: 'rebinding.refused',
      object: { kind: 'rebinding', id: which.rebindingId },
      at,
    })
    if (o.tell) await tellRefused(deps, tx, { view, answer: o.answer })
  })
}

async function lockOpen(
  deps: Pick<RequestDeps, 'now'>,
  tx: Tx,
  { organizationId, publicId }: Which,
  states: readonly string[] = ['open'],
) {
  const found = await store.rebindingByPublicId(tx, organizationId, publicId)
  if (!found) throw new VouchRefused('vouch.unknown')
  const which = { organizationId, rebindingId: found.id }
  const locked = await store.lockRebinding(tx, which)
  if (!locked) throw new VouchRefused('vouch.unknown')
  if (!states.includes(locked.state) || (locked.state === 'open' && locked.expiresAt <= deps.now()))
    throw new VouchRefused('vouch.closed')
  return { view: { ...found, ...locked }, which }
}
