import { DomainError } from '../platform/errors.ts'
import type { AccountsDeps } from './accounts.ts'
import { endUnfinishedOf } from './link-address.ts'
import { hashPassword } from './password-hash.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'

export class PasswordRefused extends DomainError<'again.wrong'> {
  override name = 'PasswordRefused'
}

/** Sets another password; the caller has had a recent proof. Other sessions and open reset links end. */
export async function changePassword(
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; password: string; device: Device },
): Promise<void> {
  const passwordHash = await hashPassword(o.password)
  await deps.db.transaction().execute(async (tx) => {
    const now = deps.now()
    await tx.updateTable('accounts').set({ passwordHash }).where('id', '=', o.accountId).execute()
    await tx
      .updateTable('passwordResets')
      .set({ usedAt: now })
      .where('accountId', '=', o.accountId)
      .where('usedAt', 'is', null)
      .execute()
    await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
    await endUnfinishedOf(tx, { accountId: o.accountId, now })
    await recordSecurityEvent(tx, {
      accountId: o.accountId,
      action: 'account.password-changed',
      at: now,
      device: o.device,
    })
    await tellOfSecurityChange(tx, deps, {
      accountId: o.accountId,
      what: 'mail.notice.passwordChanged',
      device: o.device,
    })
  })
}
