import { accountByEmail } from '../accounts/index.ts'
import { dayInWords } from '../claiming/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { type Locale, locales, type Translate, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import * as store from './store.ts'

type MailDeps = Pick<Deps, 'config' | 'now' | 'outbox'>

export type DocumentMail = 'issued' | 'fresh' | 'replaced' | 'withdrawn'

/**
 * Writes to the person a document is for, in the transaction that makes it true. The link opens a page only; it gives
 * nothing to somebody who has not proved the address.
 */
export async function sendDocumentMail(
  deps: MailDeps,
  tx: Tx,
  { documentId, kind }: { documentId: string; kind: DocumentMail },
): Promise<void> {
  const document = await store.documentById(tx, documentId)
  if (!document) throw new Error(`There is no document ${documentId} to write about`)
  const owner = await accountByEmail(tx, document.recipientEmailCanonical)
  const locale = locales.find((known) => known === owner?.locale) ?? 'en'
  const link = kind === 'withdrawn' ? undefined : await claimLink(deps, tx, document)
  await deps.outbox.queue(tx, {
    to: document.recipientEmail,
    template: `document-${kind}`,
    locale,
    organizationId: document.organizationId,
    subject: { kind: 'document', id: document.id },
    content: words(deps, { document, kind, locale, link, isKnown: owner !== undefined }),
  })
}

async function claimLink(deps: MailDeps, tx: Tx, document: store.DocumentRow) {
  const token = newToken()
  const createdAt = deps.now()
  const expiresAt = new Date(createdAt.getTime() + document.claimLinkDays * 86_400_000)
  await store.insertClaim(tx, {
    organizationId: document.organizationId,
    documentId: document.id,
    tokenHash: hashToken(token),
    email: document.recipientEmail,
    emailCanonical: document.recipientEmailCanonical,
    createdAt,
    expiresAt,
  })
  return { url: `${deps.config.publicUrl}/documents/claim/${token}`, expiresAt }
}

function words(
  { config }: Pick<Deps, 'config'>,
  o: {
    document: store.DocumentRow
    kind: DocumentMail
    locale: Locale
    link: { url: string; expiresAt: Date } | undefined
    isKnown: boolean
  },
) {
  const { document, kind, locale, link } = o
  const t = translator(locale)
  const issuer = document.issuerName
  const { title } = document
  const subject =
    kind === 'withdrawn'
      ? t('documents.mail.withdrawn.subject', { issuer, title })
      : kind === 'replaced'
        ? t('documents.mail.replaced.subject', { issuer, title })
        : t('documents.mail.subject', { issuer, title })
  const paragraphs =
    kind === 'withdrawn'
      ? [t('documents.mail.withdrawn.text', { issuer, title })]
      : [
          kind === 'replaced' ? t('documents.mail.replaced.text', { issuer }) : t('documents.mail.text', { issuer }),
          o.isKnown ? t('documents.mail.known') : t('documents.mail.unknown', { product: config.productName }),
        ]
  return {
    subject,
    fromName: t('claim.mail.from', { issuer, product: config.productName }),
    ...(document.issuerContact ? { replyTo: document.issuerContact } : {}),
    ...renderMail({
      t,
      locale,
      productName: config.productName,
      heading: subject,
      paragraphs,
      facts: [
        ...(kind === 'withdrawn' ? withdrawalFacts(t, locale, document) : []),
        [t('documents.kind'), t(`documents.kind.${document.kind}`)],
        [t('documents.person'), document.recipientName],
        [t('documents.date'), dayInWords(locale, document.documentDate)],
        [t('documents.pages'), t('documents.pages.count', { count: document.pages })],
      ],
      ...(link
        ? {
            button: { label: o.isKnown ? t('documents.mail.view') : t('claim.register'), url: link.url },
            notes: [t('claim.mail.life', { date: dayInWords(locale, link.expiresAt) })],
          }
        : {}),
      ...(kind === 'withdrawn'
        ? { notes: [t('revoking.mail.contact', { contact: document.issuerContact ?? issuer })] }
        : {}),
      footer: t('documents.mail.why', { email: document.recipientEmail, issuer }),
    }),
  }
}

function withdrawalFacts(t: Translate, locale: Locale, document: store.DocumentRow): [string, string][] {
  const reason = document.withdrawal?.publicText
  return [
    ...(reason ? ([[t('revoking.mail.reason'), reason]] as [string, string][]) : []),
    ...(document.withdrawnAt
      ? ([[t('revoking.mail.date'), dayInWords(locale, document.withdrawnAt)]] as [string, string][])
      : []),
  ]
}
