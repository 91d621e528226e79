import { accountByEmail } from '../accounts/index.ts'
import { contentIn } from '../achievements/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { type Locale, locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { createClaim, type NewClaim } from './create-claim.ts'
import { heldCredentialById, type HeldCredential } from './credential.ts'
import { dayInWords } from './dates.ts'
import * as store from './store.ts'

type MailDeps = Pick<Deps, 'config' | 'now' | 'outbox'>

/** A link in a mail, and what it needs: made and queued in the transaction that makes the badge true. */
export async function sendClaimMail(
  deps: MailDeps,
  tx: Tx,
  { credentialId, kind }: { credentialId: string; kind: 'award' | 'fresh' },
): Promise<void> {
  const credential = await heldCredentialById(tx, credentialId)
  if (!credential) throw new Error(`There is no issued credential ${credentialId} to write about`)
  const claim = await createClaim(tx, deps, credentialId)
  const owner = await accountByEmail(tx, credential.recipientEmailCanonical)
  const locale = mailLocale(owner?.locale, credential)
  const picture = await store.picture(tx, credential.snapshot.picturePngHash)
  await deps.outbox.queue(tx, {
    to: credential.recipientEmail,
    template: kind === 'award' ? 'badge-issued' : 'badge-fresh-link',
    locale,
    organizationId: credential.organizationId,
    subject: { kind: 'credential', id: credential.id },
    content: {
      ...claimMailWords(deps, { credential, claim, locale, isKnown: owner !== undefined }),
      ...(picture
        ? { inline: [{ cid: pictureCid(credential), contentType: picture.contentType, bytes: picture.bytes }] }
        : {}),
    },
  })
}

/** The language of the account, else of the badge: nobody else's choice is known. */
function mailLocale(accountLocale: string | undefined, credential: HeldCredential): Locale {
  return locales.find((known) => known === accountLocale) ?? credential.snapshot.achievement.language
}

/** What the words of the mail are made of. */
export type MailedCredential = Pick<
  HeldCredential,
  'publicId' | 'snapshot' | 'recipientName' | 'recipientEmail' | 'validUntil' | 'issuerContact'
>

function pictureCid(credential: MailedCredential): string {
  return `badge-${credential.publicId}@lapel`
}

export function claimMailWords(
  { config }: Pick<Deps, 'config'>,
  o: { credential: MailedCredential; claim: NewClaim; locale: Locale; isKnown: boolean },
) {
  const { credential, locale } = o
  const t = translator(locale)
  const content = contentIn(credential.snapshot.achievement, locale)
  const issuer = credential.snapshot.issuer.name
  const product = config.productName
  const url = `${config.publicUrl}/claim/${o.claim.token}`
  const subject = t('claim.mail.subject', { issuer, badge: content.name })
  return {
    subject,
    fromName: t('claim.mail.from', { issuer, product }),
    ...(credential.issuerContact ? { replyTo: credential.issuerContact } : {}),
    ...renderMail({
      t,
      locale,
      productName: product,
      heading: subject,
      image: { cid: pictureCid(credential), alt: credential.snapshot.achievement.altText, width: 160 },
      paragraphs: [
        content.description,
        o.isKnown ? t('claim.mail.known', { product }) : t('claim.mail.unknown', { product }),
      ],
      facts: [
        [t('claim.fact.awardedTo'), credential.recipientName],
        [t('claim.fact.sentTo'), credential.recipientEmail],
        [t('claim.fact.issued'), dayInWords(locale, credential.snapshot.awardedOn)],
        [
          t('claim.fact.expires'),
          credential.validUntil ? dayInWords(locale, credential.validUntil) : t('claim.mail.never'),
        ],
      ],
      button: { label: o.isKnown ? t('claim.mail.view') : t('claim.register'), url },
      notes: [t('claim.mail.life', { date: dayInWords(locale, o.claim.expiresAt) })],
      links: [{ label: t('claim.notForMe'), url: `${url}/not-for-me` }],
      footer: t('claim.mail.why', { email: credential.recipientEmail, issuer }),
    }),
  }
}
