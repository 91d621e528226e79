import type { Db, Tx } from '../platform/database/database.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { type Locale, localeOf, type MessageKey, regions, type Translate } from '../platform/i18n/messages.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import { type AccountsDeps, noteReached } from './accounts.ts'
import { doorsOf, doorsPath } from './doors.ts'
import { limitResetMail } from './limits.ts'
import { endUnfinishedOf } from './link-address.ts'
import { resetMail, resetMinutes } from './mails.ts'
import { hashPassword } from './password-hash.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'
import { forgetTries } from './sign-in-tries.ts'
import { accountByEmail, accountById, confirmedEmailsOf } from './store.ts'
import { reopenSecondStep } from './two-step.ts'

export type ResetRefusal = 'reset.unknown' | 'reset.used' | 'reset.expired'
export class ResetRefused extends DomainError<ResetRefusal> {
  override name = 'ResetRefused'
}

/** Mails a link when the address is proven for an account, and does nothing else; the caller answers the same either way. */
export async function requestReset(deps: Omit<AccountsDeps, 'accounts'>, typedEmail: string): Promise<void> {
  const address = parseEmailAddress(typedEmail)
  if (!address) return
  const wait = await limitResetMail(deps, address.canonical)
  const account = await accountByEmail(deps.db, address.canonical)
  if (!account || wait > 0) return
  const token = newToken()
  const at = deps.now()
  const locale = localeOf(account.locale)
  await deps.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('passwordResets')
      .values({
        id: newId(),
        accountId: account.id,
        email: account.email,
        tokenHash: hashToken(token),
        createdAt: at,
        expiresAt: new Date(at.getTime() + resetMinutes * 60_000),
      })
      .execute()
    await deps.outbox.queue(tx, {
      to: account.email,
      template: 'password-reset',
      locale,
      content: resetMail(deps, locale, { token }),
    })
  })
}

/** What a link stands for. Looking uses nothing up. */
export async function resetBehind(deps: Pick<AccountsDeps, 'db' | 'now'>, token: string) {
  const row = await resetRow(deps.db, token).executeTakeFirst()
  if (!row) return undefined
  const state = row.usedAt ? 'used' : row.expiresAt <= deps.now() ? 'expired' : 'live'
  return { ...row, state } as const
}

function resetRow(db: Db, token: string) {
  return db
    .selectFrom('passwordResets')
    .select(['id', 'accountId', 'email', 'usedAt', 'expiresAt'])
    .where('tokenHash', '=', hashToken(token))
}

/** Sends a new link to the address of an old one. */
export async function renewReset(deps: AccountsDeps, token: string): Promise<void> {
  const old = await resetBehind(deps, token)
  if (old) await requestReset(deps, old.email)
}

/**
 * Sets a new password. Every session of the account ends, every other link dies, and all its addresses are told, with
 * what else opens the account: passkeys, other services and tokens stay until the person ends them, and so does a second
 * factor.
 *
 * @returns whether something besides the password opens the account.
 * @throws {ResetRefused}
 */
export async function resetPassword(
  deps: AccountsDeps,
  o: { token: string; password: string; device: Device },
): Promise<{ opensMore: boolean }> {
  const passwordHash = await hashPassword(o.password)
  const done = await deps.db.transaction().execute(async (tx) => {
    const reset = await resetRow(tx, o.token).forUpdate().executeTakeFirst()
    const now = deps.now()
    if (!reset) throw new ResetRefused('reset.unknown')
    if (reset.usedAt) throw new ResetRefused('reset.used')
    if (reset.expiresAt <= now) throw new ResetRefused('reset.expired')
    const account = await accountById(tx, reset.accountId)
    if (!account) throw new ResetRefused('reset.unknown')
    await tx.updateTable('accounts').set({ passwordHash }).where('id', '=', account.id).execute()
    await tx
      .updateTable('passwordResets')
      .set({ usedAt: now })
      .where('accountId', '=', account.id)
      .where('usedAt', 'is', null)
      .execute()
    await endSessions(tx, { accountId: account.id, now })
    await endUnfinishedOf(tx, { accountId: account.id, now })
    // Browsers that need no second step were trusted by whoever knew the old password.
    await tx.updateTable('devices').set({ skipsSecondStepUntil: null }).where('accountId', '=', account.id).execute()
    await reopenSecondStep(tx, account.id)
    const address = parseEmailAddress(reset.email)
    if (address) await noteReached(tx, address.canonical)
    await recordSecurityEvent(tx, {
      accountId: account.id,
      action: 'account.password-reset',
      at: now,
      device: o.device,
    })
    const emails = await confirmedEmailsOf(tx, account.id)
    const left = await doorsLeft(tx, deps, { accountId: account.id, addresses: emails.length - 1 })
    await tellOfSecurityChange(tx, deps, {
      accountId: account.id,
      what: 'mail.notice.passwordReset',
      more: (t, locale) =>
        left.length > 0
          ? t('mail.notice.doorsLeft', {
              list: inOneLine(
                locale,
                left.map((words) => words(t)),
              ),
            })
          : undefined,
      links: (t) =>
        left.length > 0 ? [{ label: t('mail.notice.doorsLeft.go'), url: `${deps.config.publicUrl}${doorsPath}` }] : [],
      device: o.device,
    })
    return { email: reset.email, emails, opensMore: left.length > 0 }
  })
  await forgetTries(
    deps,
    done.emails.map(({ canonical }) => ({ address: canonical })),
  )
  return { opensMore: done.opensMore }
}

/** What a new password leaves as it was, in words: somebody else may have put it there. */
async function doorsLeft(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; addresses: number },
): Promise<((t: Translate) => string)[]> {
  const counts: { words: MessageKey; count: number }[] = []
  for (const { kind, doors } of await doorsOf(deps, o, tx))
    if (kind.count) counts.push({ words: kind.count, count: doors.length })
  counts.push({ words: 'mail.notice.doorsLeft.addresses', count: o.addresses })
  return counts
    .filter(({ count }) => count > 0)
    .map(
      ({ words, count }) =>
        (t) =>
          t(words, { count }),
    )
}

function inOneLine(locale: Locale, words: string[]): string {
  return new Intl.ListFormat(regions[locale], { type: 'conjunction' }).format(words)
}
