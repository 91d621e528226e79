import type { Tx } from '../platform/database/database.ts'
import { type MessageKey, translator } from '../platform/i18n/messages.ts'
import type { AccountsDeps } from './accounts.ts'
import { securityNotice } from './mails.ts'
import { coarseNetwork, type Device } from './sessions.ts'
import { accountById, confirmedEmailsOf } from './store.ts'

export type NoticeKey = Extract<MessageKey, `mail.notice.${string}`>

/** Tells every address of an account what changed about how it is entered. */
export async function tellOfSecurityChange(
  tx: Tx,
  deps: Pick<AccountsDeps, 'config' | 'now' | 'outbox'>,
  o: { accountId: string; what: NoticeKey; values?: Record<string, string | number>; device?: Device },
): Promise<void> {
  const account = await accountById(tx, o.accountId)
  const locale = account?.locale === 'fr' ? 'fr' : 'en'
  for (const { id, email } of await confirmedEmailsOf(tx, o.accountId))
    await deps.outbox.queue(tx, {
      to: email,
      subject: { kind: 'account', id },
      template: 'security-notice',
      locale,
      content: securityNotice(deps, locale, {
        what: translator(locale)(o.what, o.values),
        when: deps.now(),
        where: o.device ? coarseNetwork(o.device.address) : '',
        timeZone: account?.timeZone,
      }),
    })
}
