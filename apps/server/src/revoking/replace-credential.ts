import { achievementVersion } from '../achievements/index.ts'
import { contentIn } from '../achievements/index.ts'
import {
  awardCredential,
  type CredentialRow,
  credentialById,
  type IssuingDeps,
  recordCredentialEvent,
  signStatusListJob,
} from '../issuing/index.ts'
import { closeCorrections, heldCredentialById } from '../claiming/index.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { RevokeRefused } from './revoke-credential.ts'
import * as store from './store.ts'

export interface Correction {
  name: string
  email: EmailAddress
  /** `null`: it does not end. */
  validUntil: Date | null
  narrative?: string
}

/**
 * Corrects an award: a new credential with its own id takes the place of the old one, which points to it for ever
 * (DESIGN ruling 5). What belonged to an account stays with it, with the same visibility, when the address is the same;
 * a person whose address was wrong starts anew at the right one.
 *
 * @returns public id of the new credential.
 * @throws {RevokeRefused} `revoke.unknown`, `revoke.replaced`, `revoke.taken`
 */
export async function replaceCredential(deps: IssuingDeps, o: ReplaceRequest): Promise<string> {
  return inOrganization(deps.db, o.organizationId, (tx) => replaceInTransaction(deps, tx, o))
}

export interface ReplaceRequest {
  organizationId: string
  credentialId: string
  correction: Correction
  /** Only while nobody has taken it. */
  isWaitingOnly?: boolean
  notify: boolean
  actorAccountId: string
}

/** The same in a transaction that works for the organization already. */
export async function replaceInTransaction(deps: IssuingDeps, tx: Tx, o: ReplaceRequest): Promise<string> {
  const locked = await store.lockCredential(tx, o)
  const old = await credentialById(tx, o)
  if (!locked || !old) throw new RevokeRefused('revoke.unknown')
  if (old.validity !== 'live' || old.lifecycle !== 'issued') throw new RevokeRefused('revoke.replaced')
  if (o.isWaitingOnly && old.decision !== 'waiting') throw new RevokeRefused('revoke.taken')
  const achievement = await achievementVersion(tx, o.organizationId, old.achievementId, old.version)
  if (!achievement) throw new RevokeRefused('revoke.unknown')

  const at = deps.now()
  const isSameAddress = o.correction.email.canonical === old.recipientEmailCanonical
  const isTaken = isSameAddress && old.accountId !== null
  const awarded = await awardCredential(deps, tx, {
    organizationId: o.organizationId,
    createdBy: o.actorAccountId,
    achievement,
    recipient: {
      name: o.correction.name,
      email: o.correction.email,
      ...(old.recipientReference ? { reference: old.recipientReference } : {}),
    },
    validFrom: old.validFrom,
    awardedOn: old.snapshot.awardedOn,
    validUntil: o.correction.validUntil,
    evidence: old.snapshot.evidence,
    ...(o.correction.narrative ? { narrative: o.correction.narrative } : {}),
    // Who has the badge already gets no invitation to accept it, but a word about the change.
    notify: o.notify && !isTaken,
  })
  if (isTaken) await store.takeOver(tx, { organizationId: o.organizationId, from: old, to: awarded.credentialId, at })
  await store.setReplaced(tx, o, { replacedBy: awarded.credentialId, at })
  await store.bumpList(tx, o.organizationId, [old.statusListId])
  await deps.jobs.enqueue(tx, signStatusListJob, { listId: old.statusListId }, { dedupeKey: old.statusListId })
  await recordCredentialEvent(tx, { ...o, kind: 'replaced', at })
  await closeCorrections(deps, tx, { ...o, tell: !(isTaken && o.notify) })
  if (isTaken && o.notify) await tellOfCorrection(deps, tx, old, o.correction, awarded.publicId)
  return awarded.publicId
}

/** Old and new values of what changed, with the link; to the account's own language. */
async function tellOfCorrection(
  deps: IssuingDeps,
  tx: Tx,
  old: CredentialRow,
  correction: Correction,
  publicId: string,
): Promise<void> {
  const reader = old.accountId ? await store.readerOf(tx, old.accountId) : undefined
  const contact = (await heldCredentialById(tx, old.id))?.issuerContact
  const locale = locales.find((known) => known === reader?.locale) ?? old.snapshot.achievement.language
  const t = translator(locale)
  const issuer = old.snapshot.issuer.name
  const badge = contentIn(old.snapshot.achievement, locale).name
  const day = (date: Date | null) =>
    date
      ? new Intl.DateTimeFormat(locale === 'fr' ? 'fr-CA' : 'en-CA', { dateStyle: 'long', timeZone: 'UTC' }).format(
          date,
        )
      : t('issuing.badge.expiry.never')
  const changes: [string, string][] = []
  const change = (label: string, before: string, after: string) => {
    if (before !== after) changes.push([label, t('revoking.replaced.change', { before, after })])
  }
  change(t('issuing.field.name'), old.recipientName, correction.name)
  change(t('issuing.badge.expiry'), day(old.validUntil), day(correction.validUntil))
  change(t('issuing.field.narrative'), old.snapshot.narrative ?? '', correction.narrative ?? '')
  const subject = t('revoking.replaced.subject', { badge })
  await deps.outbox.queue(tx, {
    to: old.recipientEmail,
    template: 'badge-replaced',
    locale,
    organizationId: old.organizationId,
    content: {
      subject,
      fromName: t('revoking.mail.from', { issuer, product: deps.config.productName }),
      ...(contact ? { replyTo: contact } : {}),
      ...renderMail({
        t,
        locale,
        productName: deps.config.productName,
        heading: subject,
        paragraphs: [t('revoking.replaced.what', { issuer })],
        facts: changes,
        button: { label: t('revoking.mail.view'), url: `${deps.config.publicUrl}/badges/${publicId}` },
        footer: t('revoking.mail.why', { email: old.recipientEmail, issuer }),
      }),
    },
  })
}
