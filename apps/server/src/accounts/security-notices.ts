import type { Tx } from '../platform/database/database.ts'
import { type Locale, localeOf, type MessageKey, type Translate, translator } from '../platform/i18n/messages.ts'
import type { AccountsDeps } from './accounts.ts'
import { securityNotice } from './mails.ts'
import { coarseNetwork, type Device } from './sessions.ts'
import { accountById, confirmedEmailsOf } from './store.ts'

export type NoticeKey = Extract<MessageKey, `mail.notice.${string}`>

/** Tells every address of an account what changed about how it is entered. */
export async function tellOfSecurityChange(
  tx: Tx,
  deps: Pick<AccountsDeps, 'config' | 'now' | 'outbox'>,
  o: {
    accountId: string
    what: NoticeKey
    values?: Record<string, string | number>
    /** A second paragraph and links, in the language of the message. */
    more?: (t: Translate, locale: Locale) => string | undefined
    links?: (t: Translate) => { label: string; url: string }[]
    device?: Device
  },
): Promise<void> {
  const account = await accountById(tx, o.accountId)
  const locale = localeOf(account?.locale)
  const t = translator(locale)
  for (const { id, email } of await confirmedEmailsOf(tx, o.accountId))
    await deps.outbox.queue(tx, {
      to: email,
      subject: { kind: 'account', id },
      template: 'security-notice',
      locale,
      content: securityNotice(deps, locale, {
        what: t(o.what, o.values),
        more: o.more?.(t, locale),
        links: o.links?.(t),
        when: deps.now(),
        where: o.device ? coarseNetwork(o.device.address) : '',
        timeZone: account?.timeZone,
      }),
    })
}
