import type { Db } from '../platform/database/database.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { limitResetMail } from './limits.ts'
import { endUnfinishedOf } from './link-address.ts'
import { resetMail, resetMinutes, securityNotice } from './mails.ts'
import { hashPassword } from './password-hash.ts'
import { recordSecurityEvent } from './security-log.ts'
import { coarseNetwork, type Device, endSessions } from './sessions.ts'
import { forgetTries } from './sign-in-tries.ts'
import { accountByEmail, accountById, confirmedEmailsOf } from './store.ts'

export type ResetRefusal = 'reset.unknown' | 'reset.used' | 'reset.expired'
export class ResetRefused extends DomainError<ResetRefusal> {
  override name = 'ResetRefused'
}

/** Mails a link when the address is proven for an account, and does nothing else; the caller answers the same either way. */
export async function requestReset(deps: AccountsDeps, typedEmail: string): Promise<void> {
  const address = parseEmailAddress(typedEmail)
  if (!address) return
  const wait = await limitResetMail(deps, address.canonical)
  const account = await accountByEmail(deps.db, address.canonical)
  if (!account || wait > 0) return
  const token = newToken()
  const at = deps.now()
  const locale = locales.find((known) => known === account.locale) ?? 'en'
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
 * Sets a new password. Every session of the account ends, every other link dies, and all its addresses are told. A
 * second factor stays as it is.
 *
 * @throws {ResetRefused}
 */
export async function resetPassword(
  deps: AccountsDeps,
  o: { token: string; password: string; device: Device },
): Promise<{ email: string }> {
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
    await recordSecurityEvent(tx, {
      accountId: account.id,
      action: 'account.password-reset',
      at: now,
      device: o.device,
    })
    const emails = await confirmedEmailsOf(tx, account.id)
    const locale = locales.find((known) => known === account.locale) ?? 'en'
    for (const { email } of emails)
      await deps.outbox.queue(tx, {
        to: email,
        template: 'security-notice',
        locale,
        content: securityNotice(deps, locale, {
          what: translator(locale)('mail.notice.passwordReset'),
          when: now,
          where: coarseNetwork(o.device.address),
          timeZone: account.timeZone,
        }),
      })
    return { email: reset.email, emails }
  })
  await forgetTries(
    deps,
    done.emails.map(({ canonical }) => ({ address: canonical })),
  )
  return { email: done.email }
}
