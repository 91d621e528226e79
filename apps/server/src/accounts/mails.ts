import type { Deps } from '../platform/deps.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import { translator } from '../platform/i18n/messages.ts'
import type { MailContent } from '../platform/mail/outbox.ts'
import { renderMail } from '../platform/mail/render.ts'
import { codeMinutes } from './codes.ts'

type MailDeps = Pick<Deps, 'config'>
export const resetMinutes = 60

/**
 * The code that proves a mailbox. Nothing that the one who registered typed stands in it: anybody can register anybody's
 * address, and the mail must not carry their words (SECURITY S13).
 */
export function activationMail(
  { config }: MailDeps,
  locale: Locale,
  o: { code: string; linkToken: string },
): MailContent {
  const t = translator(locale)
  const product = config.productName
  return content(config, t('mail.code.subject', { code: o.code, product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.code.heading'),
    paragraphs: [t('mail.code.body', { product, minutes: codeMinutes })],
    code: o.code,
    button: { label: t('mail.code.button'), url: `${config.publicUrl}/register/verify?link=${o.linkToken}` },
    notes: [t('mail.code.notYou')],
    footer: t('mail.code.why', { product }),
  })
}

/** What somebody gets who registers with an address that has an account: the screen does not tell (SECURITY S6). */
export function alreadyRegisteredMail({ config }: MailDeps, locale: Locale): MailContent {
  const t = translator(locale)
  const product = config.productName
  return content(config, t('mail.known.subject', { product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.known.heading'),
    paragraphs: [t('mail.known.body', { product })],
    button: { label: t('mail.known.button'), url: `${config.publicUrl}/sign-in` },
    links: [{ label: t('mail.known.forgot'), url: `${config.publicUrl}/forgot` }],
    notes: [t('mail.known.notYou')],
    footer: t('mail.code.why', { product }),
  })
}

/**
 * The code for an address that somebody wants to link to their account. Who asks is named, since only the reader can
 * judge it; a name that could be more than a name is left out (SECURITY S13).
 */
export function confirmAddressMail(
  { config }: MailDeps,
  locale: Locale,
  o: { code: string; linkToken: string; email: string; asker: { name: string; email: string } },
): MailContent {
  const t = translator(locale)
  const product = config.productName
  const isPlainName = /^[\p{L}\p{M}][\p{L}\p{M} '’-]{0,79}$/u.test(o.asker.name)
  return content(config, t('mail.confirm.subject', { email: o.email, product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.confirm.heading'),
    paragraphs: [
      t('mail.confirm.body', {
        who: isPlainName ? t('mail.confirm.who', { name: o.asker.name, email: o.asker.email }) : o.asker.email,
        email: o.email,
        product,
      }),
      t('mail.confirm.code', { minutes: codeMinutes }),
    ],
    code: o.code,
    button: { label: t('mail.confirm.button'), url: `${config.publicUrl}/email/confirm/${o.linkToken}` },
    notes: [t('mail.confirm.notYou')],
    footer: t('mail.confirm.why', { product }),
  })
}

/** A code that signs its reader in, typed in where it was asked for; there is no link, so it cannot be used elsewhere. */
export function signInMail({ config }: MailDeps, locale: Locale, o: { code: string }): MailContent {
  const t = translator(locale)
  const product = config.productName
  return content(config, t('mail.signin.subject', { code: o.code, product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.signin.heading'),
    paragraphs: [t('mail.signin.body', { product, minutes: codeMinutes })],
    code: o.code,
    notes: [t('mail.signin.notYou')],
    footer: t('mail.signin.why', { product }),
  })
}

export function resetMail({ config }: MailDeps, locale: Locale, o: { token: string }): MailContent {
  const t = translator(locale)
  const product = config.productName
  return content(config, t('mail.reset.subject', { product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.reset.heading'),
    paragraphs: [t('mail.reset.body', { minutes: resetMinutes })],
    button: { label: t('mail.reset.button'), url: `${config.publicUrl}/reset/${o.token}` },
    notes: [t('mail.reset.notYou')],
    footer: t('mail.reset.why', { product }),
  })
}

/** Something about how the account is entered changed; always sent, to every address it concerns. */
export function securityNotice(
  { config }: MailDeps,
  locale: Locale,
  o: {
    what: string
    /** A second paragraph. */
    more?: string
    when: Date
    where: string
    timeZone?: string | null
    undo?: { label: string; url: string }
    links?: { label: string; url: string }[]
  },
): MailContent {
  const t = translator(locale)
  const product = config.productName
  const when = new Intl.DateTimeFormat(locale === 'fr' ? 'fr-CA' : 'en-CA', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: o.timeZone ?? 'UTC',
  }).format(o.when)
  return content(config, t('mail.notice.subject', { product }), {
    t,
    locale,
    productName: product,
    heading: t('mail.notice.heading', { product }),
    paragraphs: o.more ? [o.what, o.more] : [o.what],
    facts: [
      [t('mail.notice.when'), when],
      ...(o.where ? ([[t('mail.notice.where'), o.where]] as [string, string][]) : []),
    ],
    button: o.undo ?? { label: t('mail.notice.button'), url: `${config.publicUrl}/forgot` },
    notes: [o.undo ? t('mail.notice.undo') : t('mail.notice.notYou')],
    links: o.links,
    footer: t('mail.notice.why', { product }),
  })
}

function content(config: Deps['config'], subject: string, body: Parameters<typeof renderMail>[0]): MailContent {
  return { subject, fromName: config.productName, ...renderMail(body) }
}
