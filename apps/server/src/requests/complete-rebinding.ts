import { credentialById, type IssuingDeps, recordCredentialEvent } from '../issuing/index.ts'
import { organizationById } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import { replaceInTransaction } from '../revoking/index.ts'
import { completeRebindingJob } from './jobs.ts'
import { tellMoved } from './mails.ts'
import * as store from './store.ts'

/**
 * Moves the awards of a request whose waiting time is over: each gets a successor that is made out to the new address,
 * which its reader accepts like any other badge. What somebody took meanwhile, or the issuer changed, stays as it is.
 *
 * Runs again without harm. When one of the two members has left or lost the right, the request is open again instead.
 */
export async function completeRebinding(
  deps: IssuingDeps,
  which: { organizationId: string; rebindingId: string },
): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const locked = await store.lockRebinding(tx, which)
    const at = deps.now()
    if (locked?.state !== 'waiting' || locked.takesEffectAt === null || locked.takesEffectAt > at) return
    const view = await store.rebindingByPublicId(tx, which.organizationId, locked.publicId)
    // An issuer that is on hold issues nothing; the request waits until it may again.
    const organization = await organizationById(tx, which.organizationId)
    if (!view || organization?.state !== 'active') return
    const vouches = await store.vouchesOf(tx, which)
    const voices = vouches.map(({ accountId }) => accountId)
    const still = await store.stillMayIssue(tx, which.organizationId, voices)
    const [first, second] = voices
    if (!first || !second || still.size < 2) return reopen(tx, which, at)

    const awards = await store.awardsOf(tx, which)
    const now = new Map(
      (
        await store.lockAwards(
          tx,
          which.organizationId,
          awards.map(({ credentialId }) => credentialId),
        )
      ).map((row) => [row.id, row]),
    )
    const moved: store.RebindingAward[] = []
    for (const award of awards) {
      const row = now.get(award.credentialId)
      if (row?.validity !== 'live' || row.lifecycle !== 'issued' || row.accountId !== award.holderId) continue
      await move(deps, tx, { which, award, email: view, actorAccountId: second })
      moved.push(award)
    }
    await store.updateRebinding(tx, which, { state: moved.length > 0 ? 'done' : 'lapsed', closedAt: at })
    await recordAudit(tx, {
      organizationId: which.organizationId,
      actor: 'system',
      action: 'rebinding.done',
      object: { kind: 'rebinding', id: which.rebindingId },
      detail: { moved: moved.length, kept: awards.length - moved.length },
      at,
    })
    if (moved.length > 0) await tellMoved(deps, tx, { view, awards: moved })
  })
}

async function move(
  deps: IssuingDeps,
  tx: Tx,
  o: {
    which: { organizationId: string; rebindingId: string }
    award: store.RebindingAward
    email: { newEmail: string; newEmailCanonical: string }
    actorAccountId: string
  },
): Promise<void> {
  const { organizationId } = o.which
  const { credentialId } = o.award
  const old = await credentialById(tx, { organizationId, credentialId })
  if (!old) throw new Error(`The award ${credentialId} of a request is not there`)
  const successorPublicId = await replaceInTransaction(deps, tx, {
    organizationId,
    credentialId,
    correction: {
      name: old.recipientName,
      email: { stored: o.email.newEmail, canonical: o.email.newEmailCanonical },
      validUntil: old.validUntil,
      ...(old.snapshot.narrative === undefined ? {} : { narrative: old.snapshot.narrative }),
    },
    notify: true,
    actorAccountId: o.actorAccountId,
  })
  await store.setSuccessor(tx, { ...o.which, credentialId, successorPublicId })
  await recordCredentialEvent(tx, { organizationId, credentialId, kind: 'mailbox-moved', at: deps.now() })
}

/** Two voices that may speak for the issuer are needed on the day itself too. */
async function reopen(tx: Tx, which: { organizationId: string; rebindingId: string }, at: Date): Promise<void> {
  await store.deleteVouches(tx, which)
  await store.updateRebinding(tx, which, { state: 'open', takesEffectAt: null, objectionHash: null })
  await recordAudit(tx, {
    organizationId: which.organizationId,
    actor: 'system',
    action: 'rebinding.reopened',
    object: { kind: 'rebinding', id: which.rebindingId },
    at,
  })
}

/** Finds what is due, closes what nobody vouched for, forgets what nobody proved. */
export async function tendRebindings(deps: Pick<IssuingDeps, 'db' | 'now' | 'jobs'>): Promise<void> {
  const now = deps.now()
  await store.lapseOverdue(deps.db, now)
  await store.forgetUnproved(deps.db, new Date(now.getTime() - 7 * 86_400_000))
  const due = await store.dueRebindings(deps.db, now)
  await deps.db.transaction().execute(async (tx) => {
    for (const { id, organizationId } of due)
      await deps.jobs.enqueue(tx, completeRebindingJob, { organizationId, rebindingId: id }, { dedupeKey: id })
  })
}
