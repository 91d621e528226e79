import type { Tx } from '../platform/database/database.ts'
import { localeOf, translator } from '../platform/i18n/messages.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { securityNotice } from './mails.ts'
import { coarseNetwork, type Device } from './sessions.ts'
import { accountById } from './store.ts'

export const undoDays = 7
export type AddressChangeKind = 'added' | 'removed' | 'primary'

/** Tells the account's other addresses of a change, each with the link that takes it back (SECURITY S7). */
export async function tellOfAddressChange(
  tx: Tx,
  deps: Pick<AccountsDeps, 'config' | 'now' | 'outbox'>,
  o: {
    accountId: string
    kind: AddressChangeKind
    address: { email: string; canonical: string }
    formerPrimaryCanonical?: string
    tell: readonly { id: string; email: string }[]
    device: Device
  },
): Promise<void> {
  const account = await accountById(tx, o.accountId)
  const locale = localeOf(account?.locale)
  const t = translator(locale)
  const now = deps.now()
  const token = newToken()
  await tx
    .insertInto('addressUndos')
    .values({
      id: newId(),
      accountId: o.accountId,
      kind: o.kind,
      email: o.address.email,
      emailCanonical: o.address.canonical,
      formerPrimaryCanonical: o.formerPrimaryCanonical ?? null,
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt: new Date(now.getTime() + undoDays * 86_400_000),
    })
    .execute()
  for (const { id, email } of o.tell)
    await deps.outbox.queue(tx, {
      to: email,
      subject: { kind: 'account', id },
      template: 'security-notice',
      locale,
      content: securityNotice(deps, locale, {
        what: t(`mail.notice.address.${o.kind}`, { email: o.address.email }),
        when: now,
        where: coarseNetwork(o.device.address),
        timeZone: account?.timeZone,
        undo: { label: t('mail.notice.undo.button'), url: `${deps.config.publicUrl}/email/undo/${token}` },
      }),
    })
}
