import { achievementVersion, contentIn } from '../achievements/index.ts'
import { accountById, confirmedEmailsOf } from '../accounts/index.ts'
import { organizationById } from '../organizations/index.ts'
import type { Tx } from '../platform/database/database.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import type { Batch } from './batch.ts'
import type { RowCounts } from './batch-store.ts'
import type { IssuingDeps } from './issuing-deps.ts'

/** Writes to the member who sent the batch how it went (UX 14). A batch of one person tells by its page alone. */
export async function tellBatchFinished(deps: IssuingDeps, tx: Tx, batch: Batch, counts: RowCounts): Promise<void> {
  if (!batch.createdBy || !batch.achievementId || batch.version === null) return
  const account = await accountById(tx, batch.createdBy)
  const emails = await confirmedEmailsOf(tx, batch.createdBy)
  const organization = await organizationById(tx, batch.organizationId)
  const achievement = await achievementVersion(tx, batch.organizationId, batch.achievementId, batch.version)
  const to = emails.find(({ isPrimary }) => isPrimary)?.email
  if (!account || !to || !organization || !achievement) return
  const locale = locales.find((known) => known === account.locale) ?? 'en'
  const t = translator(locale)
  const badge = contentIn(achievement.content, locale).name
  const base = `${deps.config.publicUrl}/console/${organization.slug}`
  const subject = t('issuing.mail.finished.subject', { n: counts.issued, badge })
  await deps.outbox.queue(tx, {
    to,
    template: 'batch-finished',
    locale,
    organizationId: batch.organizationId,
    subject: { kind: 'batch', id: batch.id },
    content: {
      subject,
      fromName: deps.config.productName,
      ...renderMail({
        t,
        locale,
        productName: deps.config.productName,
        heading: subject,
        paragraphs: [
          t('issuing.mail.finished.what', { number: batch.number, organization: organization.name }),
          ...(counts.failed > 0 ? [t('issuing.mail.finished.failed', { n: counts.failed })] : []),
        ],
        facts: [
          [t('issuing.mail.finished.issued'), String(counts.issued)],
          [t('issuing.mail.finished.notIssued'), String(counts.problem + counts.skipped)],
          [t('issuing.mail.finished.failures'), String(counts.failed)],
        ],
        button: {
          label: counts.failed > 0 ? t('issuing.mail.finished.seeFailures') : t('issuing.mail.finished.see'),
          url: `${base}/issue/${batch.publicId}/progress`,
        },
        footer: t('issuing.mail.finished.why'),
      }),
    },
  })
}
