import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'
import { coarseNetwork, type Device } from './sessions.ts'

export type SecurityAction =
  | 'account.activated'
  | 'account.signed-in'
  | 'account.signed-out'
  | 'account.password-reset'
  | 'account.password-changed'
  | 'account.address-added'
  | 'account.address-primary'
  | 'account.address-removed'
  | 'account.address-undone'
  | 'account.merged'
  | 'account.merge-undone'
  | 'account.session-ended'
  | 'account.two-step-on'
  | 'account.two-step-off'
  | 'account.two-step-capped'
  | 'account.recovery-code-used'
  | 'account.recovery-codes-new'
  | 'account.passkey-added'
  | 'account.passkey-removed'
  | 'account.sign-in-linked'
  | 'account.sign-in-unlinked'
  | 'account.token-ended'
  | 'account.browser-forgotten'
  | 'account.app-connected'
  | 'account.app-disconnected'

/** What happened to how an account is entered; the person reads it under Privacy + Security. Never a secret. */
export async function recordSecurityEvent(
  tx: Db,
  o: { accountId: string; action: SecurityAction; at: Date; device?: Device; detail?: Record<string, string> },
): Promise<void> {
  const where = o.device && {
    network: coarseNetwork(o.device.address),
    userAgent: o.device.userAgent.slice(0, 300),
  }
  await tx
    .insertInto('auditEvents')
    .values({
      id: newId(),
      actorAccountId: o.accountId,
      actorKind: 'account',
      action: o.action,
      objectKind: 'account',
      objectId: o.accountId,
      detail: JSON.stringify({ ...where, ...o.detail }),
      at: o.at,
    })
    .execute()
}
