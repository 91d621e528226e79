import { contentIn } from '../achievements/index.ts'
import { dayInWords, type HeldCredential } from '../claiming/index.ts'
import type { Config } from '../platform/config.ts'
import { regions, translator } from '../platform/i18n/messages.ts'
import { credentialUrl } from '../signing/index.ts'

/** What a pass for a phone says of a badge, in the badge's language; the same for every maker of phones. */
export interface PassWords {
  /** BCP 47. */
  language: string
  url: string
  name: string
  issuer: { label: string; value: string }
  recipient: { label: string; value: string }
  issued: { label: string; value: string }
  expires: { label: string; value: string }
  number: { label: string; value: string }
  description: { label: string; value: string }
  page: { label: string; value: string }
}

export function passWords(config: Pick<Config, 'publicUrl'>, credential: HeldCredential): PassWords {
  const { snapshot } = credential
  const locale = snapshot.achievement.language
  const t = translator(locale)
  const content = contentIn(snapshot.achievement, locale)
  const url = credentialUrl(config, credential.publicId)
  return {
    language: regions[locale],
    url,
    name: content.name,
    issuer: { label: t('wallet.issuedBy'), value: snapshot.issuer.name },
    recipient: { label: t('wallet.awardedTo'), value: credential.recipientName },
    issued: { label: t('wallet.issued'), value: dayInWords(locale, snapshot.awardedOn) },
    expires: {
      label: t('wallet.expires'),
      value: credential.validUntil ? dayInWords(locale, credential.validUntil) : t('wallet.never'),
    },
    number: { label: t('wallet.number'), value: credential.label },
    description: { label: t('wallet.description'), value: content.description },
    page: { label: t('wallet.page'), value: url },
  }
}
