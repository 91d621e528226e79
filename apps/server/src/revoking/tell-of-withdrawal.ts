import { contentIn } from '../achievements/index.ts'
import { dayInWords, heldCredentialById } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { readerOf } from './store.ts'

/**
 * Writes to the person that the badge was withdrawn: the reason that the public reads, the date, what others see now,
 * whom to ask. Nothing is sent when the withdrawal was taken back, or was another one.
 */
export async function tellOfWithdrawal(
  deps: Pick<Deps, 'db' | 'config' | 'outbox'>,
  { credentialId, revokedAt }: { credentialId: string; revokedAt: string },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const credential = await heldCredentialById(tx, credentialId)
    if (credential?.validity !== 'revoked' || credential.revokedAt?.toISOString() !== revokedAt) return
    const account = credential.accountId && (await readerOf(tx, credential.accountId))
    const { snapshot } = credential
    const locale = locales.find((known) => account && known === account.locale) ?? snapshot.achievement.language
    const t = translator(locale)
    const badge = contentIn(snapshot.achievement, locale).name
    const issuer = snapshot.issuer.name
    const subject = t('revoking.mail.subject', { issuer, badge })
    await deps.outbox.queue(tx, {
      to: credential.recipientEmail,
      template: 'badge-withdrawn',
      locale,
      organizationId: credential.organizationId,
      content: {
        subject,
        fromName: t('revoking.mail.from', { issuer, product: deps.config.productName }),
        ...(credential.issuerContact ? { replyTo: credential.issuerContact } : {}),
        ...renderMail({
          t,
          locale,
          productName: deps.config.productName,
          heading: subject,
          paragraphs: [t('revoking.mail.what'), t('revoking.mail.others')],
          facts: [
            [t('revoking.mail.reason'), credential.revocation?.publicText ?? ''],
            [t('revoking.mail.date'), dayInWords(locale, credential.revokedAt)],
          ],
          button: {
            label: t('revoking.mail.view'),
            url: `${deps.config.publicUrl}/b/${credential.publicId}`,
          },
          notes: [t('revoking.mail.contact', { issuer, contact: credential.issuerContact ?? issuer })],
          footer: t('revoking.mail.why', { email: credential.recipientEmail, issuer }),
        }),
      },
    })
  })
}
