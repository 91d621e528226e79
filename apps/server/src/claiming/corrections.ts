import { accountById, confirmedEmailsOf } from '../accounts/index.ts'
import { contentIn } from '../achievements/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { recordAudit } from '../platform/audit.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { heldCredentialById } from './credential.ts'
import * as store from './store.ts'

type AnswerDeps = Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>

export type CorrectionRefusal = 'correction.unknown' | 'correction.closed'
export class CorrectionRefused extends DomainError<CorrectionRefusal> {
  override name = 'CorrectionRefused'
}

/**
 * Says no to a correction that was asked for, and why. The person reads it on the badge's page and, when they were signed
 * in, in a mail.
 *
 * @throws {CorrectionRefused}
 */
export async function refuseCorrection(
  deps: AnswerDeps,
  o: { organizationId: string; correctionId: string; answer: string; actorAccountId: string },
): Promise<void> {
  await inOrganization(deps.db, o.organizationId, async (tx) => {
    const at = deps.now()
    const request = await store.closeCorrection(tx, { ...o, state: 'refused', at })
    if (!request) {
      const known = await store.correctionById(tx, o.organizationId, o.correctionId)
      throw new CorrectionRefused(known ? 'correction.closed' : 'correction.unknown')
    }
    await recordCredentialEvent(tx, {
      organizationId: o.organizationId,
      credentialId: request.credentialId,
      kind: 'correction-refused',
      actorAccountId: o.actorAccountId,
      at,
    })
    await recordAudit(tx, {
      organizationId: o.organizationId,
      actor: { accountId: o.actorAccountId },
      action: 'correction.refused',
      object: { kind: 'credential', id: request.credentialId },
      at,
    })
    if (request.fromAccountId)
      await tell(deps, tx, { ...request, accountId: request.fromAccountId, answer: o.answer, outcome: 'refused' })
  })
}

/**
 * Closes what was asked for about an award that has just been corrected.
 *
 * @param o.tell whether who asked is written to; not needed where the correction itself is announced.
 */
export async function closeCorrections(
  deps: Pick<AnswerDeps, 'now' | 'config' | 'outbox'>,
  tx: Tx,
  o: { organizationId: string; credentialId: string; actorAccountId: string; tell: boolean },
): Promise<void> {
  const closed = await store.closeCorrectionsOf(tx, { ...o, at: deps.now() })
  if (!o.tell) return
  const askers = new Set(closed.flatMap(({ fromAccountId }) => fromAccountId ?? []))
  for (const accountId of askers)
    await tell(deps, tx, { credentialId: o.credentialId, accountId, answer: '', outcome: 'done' })
}

async function tell(
  deps: Pick<AnswerDeps, 'config' | 'outbox'>,
  tx: Tx,
  o: { credentialId: string; accountId: string; answer: string; outcome: 'refused' | 'done' },
): Promise<void> {
  const credential = await heldCredentialById(tx, o.credentialId)
  const account = await accountById(tx, o.accountId)
  const primary = (await confirmedEmailsOf(tx, o.accountId)).find(({ isPrimary }) => isPrimary)
  if (!credential || !account || !primary) return
  const locale = locales.find((known) => known === account.locale) ?? credential.snapshot.achievement.language
  const t = translator(locale)
  const issuer = credential.snapshot.issuer.name
  const badge = contentIn(credential.snapshot.achievement, locale).name
  const subject = t(`correction.mail.${o.outcome}.subject`, { issuer, badge })
  await deps.outbox.queue(tx, {
    to: primary.email,
    template: `correction-${o.outcome}`,
    locale,
    organizationId: credential.organizationId,
    content: {
      subject,
      fromName: t('claim.mail.from', { issuer, product: deps.config.productName }),
      ...(credential.issuerContact ? { replyTo: credential.issuerContact } : {}),
      ...renderMail({
        t,
        locale,
        productName: deps.config.productName,
        heading: subject,
        paragraphs: [t(`correction.mail.${o.outcome}.text`, { issuer, badge })],
        ...(o.answer === '' ? {} : { facts: [[t('correction.answer'), o.answer]] as [string, string][] }),
        button: { label: t('claim.viewBadge'), url: `${deps.config.publicUrl}/badges/${credential.publicId}` },
        footer: t('correction.mail.why', { issuer, product: deps.config.productName }),
      }),
    },
  })
}
