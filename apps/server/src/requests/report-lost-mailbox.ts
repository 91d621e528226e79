import { recordCredentialEvent } from '../issuing/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { once } from '../platform/http/idempotency.ts'
import { newId, newPublicId, newToken } from '../platform/ids.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import { hashToken } from '../platform/secrets.ts'
import type { RequestDeps } from './deps.ts'
import { passOnJob } from './jobs.ts'
import { mailProof, tellIssuer } from './mails.ts'
import * as store from './store.ts'
import { openDays, proofHours } from './waiting-time.ts'

/**
 * Takes down that somebody cannot open a mailbox any more. A new address that the account has proved already is passed on
 * at once; any other gets a link first, and nothing that was typed stands in that mail (SECURITY S13). Whether the old
 * address is known here makes no difference to see (S6).
 */
export async function reportLostMailbox(
  deps: RequestDeps,
  o: {
    oldEmail: EmailAddress
    newEmail: EmailAddress
    /** The account that is signed in has proved the new address. */
    isProved: boolean
    name: string
    note: string
    accountId: string | null
    /** From the page of one badge: the request is about that one only. */
    credentialId: string | null
    locale: Locale
    idempotencyKey: string
  },
): Promise<void> {
  const body = { old: o.oldEmail.canonical, new: o.newEmail.canonical, name: o.name, note: o.note, of: o.credentialId }
  await once(deps.db, { scope: 'lost-mailbox', key: o.idempotencyKey, body, now: deps.now }, async (tx) => {
    const at = deps.now()
    const token = newToken()
    const lost: store.LostMailbox = {
      id: newId(),
      oldEmail: o.oldEmail.stored,
      oldEmailCanonical: o.oldEmail.canonical,
      newEmail: o.newEmail.stored,
      newEmailCanonical: o.newEmail.canonical,
      name: o.name,
      note: o.note,
      accountId: o.accountId,
      credentialId: o.credentialId,
      proofHash: o.isProved ? null : hashToken(token),
      locale: o.locale,
      createdAt: at,
      expiresAt: new Date(at.getTime() + proofHours * 3_600_000),
      provedAt: o.isProved ? at : null,
    }
    await store.insertLostMailbox(tx, lost)
    if (o.isProved) await deps.jobs.enqueue(tx, passOnJob, { lostMailboxId: lost.id })
    else await mailProof(deps, tx, { to: o.newEmail.stored, token, locale: o.locale })
    return null
  })
}

export type Proof = 'proved' | 'expired' | 'unknown'

/** What lies behind the link of {@link reportLostMailbox}'s mail; reading changes nothing (SECURITY S3). */
export async function openProof(deps: Pick<RequestDeps, 'db' | 'now'>, token: string): Promise<Proof | 'waiting'> {
  const lost = await store.lostMailboxByProof(deps.db, hashToken(token))
  if (!lost) return 'unknown'
  if (lost.provedAt) return 'proved'
  return lost.expiresAt <= deps.now() ? 'expired' : 'waiting'
}

/** The button behind the link: the new mailbox is proved, and the issuers hear of it. Once, however often it is pressed. */
export async function proveMailbox(deps: RequestDeps, token: string): Promise<Proof> {
  return deps.db.transaction().execute(async (tx) => {
    const lost = await store.lostMailboxByProof(tx, hashToken(token))
    if (!lost) return 'unknown'
    if (lost.provedAt) return 'proved'
    if (lost.expiresAt <= deps.now()) return 'expired'
    if (await store.setProved(tx, lost.id, deps.now()))
      await deps.jobs.enqueue(tx, passOnJob, { lostMailboxId: lost.id })
    return 'proved'
  })
}

/**
 * Passes on what was said, once. A job does it, so that the answer to the person takes as long whether the old address
 * has badges or not (SECURITY S6).
 */
export async function passOnLostMailbox(
  deps: RequestDeps,
  { lostMailboxId }: { lostMailboxId: string },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const lost = await store.lostMailboxById(tx, lostMailboxId)
    if (lost?.provedAt) await passOn(deps, tx, lost)
  })
}

/** One request for each issuer, with its own awards only: none of them sees or moves what another one gave. */
async function passOn(deps: RequestDeps, tx: Tx, lost: store.LostMailbox): Promise<void> {
  const awards = await store.awardsTo(tx, {
    canonical: lost.oldEmailCanonical,
    credentialId: lost.credentialId,
    exceptAccountId: lost.accountId,
  })
  const at = deps.now()
  for (const [organizationId, own] of Map.groupBy(awards, (award) => award.organizationId)) {
    const rebindingId = newId()
    const isNew = await store.insertRebinding(tx, {
      id: rebindingId,
      publicId: newPublicId(),
      organizationId,
      lostMailboxId: lost.id,
      oldEmailCanonical: lost.oldEmailCanonical,
      newEmailCanonical: lost.newEmailCanonical,
      createdAt: at,
      expiresAt: new Date(at.getTime() + openDays * 86_400_000),
    })
    if (!isNew) continue
    await store.insertAwards(
      tx,
      own.map(({ id }) => ({ organizationId, rebindingId, credentialId: id })),
    )
    for (const { id } of own)
      await recordCredentialEvent(tx, { organizationId, credentialId: id, kind: 'mailbox-lost', at })
    await tellIssuer(deps, tx, { organizationId, news: 'asked' })
  }
}
