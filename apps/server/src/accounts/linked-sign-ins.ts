import type { Db } from '../platform/database/database.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'

export interface LinkedSignIn {
  id: string
  /** The issuer's address: an operator may give another issuer the same short name later. */
  provider: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
}

export class ServiceRefused extends DomainError<'service.taken'> {
  override name = 'ServiceRefused'
}

export function linkedSignInsOf(db: Db, accountId: string): Promise<LinkedSignIn[]> {
  return db
    .selectFrom('linkedSignIns')
    .select(['id', 'provider', 'label', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', accountId)
    .orderBy('createdAt')
    .execute()
}

/**
 * The account that somebody's account at another service opens. The service's word about an address counts for nothing:
 * only what the person linked while signed in here (SECURITY S1).
 */
export async function accountOfService(
  { db, now }: Pick<AccountsDeps, 'db' | 'now'>,
  o: { provider: string; subject: string },
): Promise<string | undefined> {
  const found = await db
    .selectFrom('linkedSignIns as l')
    .innerJoin('accounts as a', 'a.id', 'l.accountId')
    .select(['l.id', 'l.accountId'])
    .where('l.provider', '=', o.provider)
    .where('l.subject', '=', o.subject)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .executeTakeFirst()
  if (!found) return undefined
  await db.updateTable('linkedSignIns').set({ lastUsedAt: now() }).where('id', '=', found.id).execute()
  return found.accountId
}

/** @throws {ServiceRefused} when it opens another account already. */
export async function linkService(
  deps: AccountsDeps,
  o: {
    accountId: string
    sessionId: string
    provider: string
    providerName: string
    subject: string
    label: string
    device: Device
  },
): Promise<void> {
  const known = await accountOfService(deps, o)
  if (known === o.accountId) return
  if (known) throw new ServiceRefused('service.taken')
  try {
    await deps.db.transaction().execute(async (tx) => {
      const now = deps.now()
      await tx
        .insertInto('linkedSignIns')
        .values({
          id: newId(),
          accountId: o.accountId,
          provider: o.provider,
          subject: o.subject,
          label: o.label.slice(0, 200),
          createdAt: now,
        })
        .execute()
      await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
      await recordSecurityEvent(tx, {
        accountId: o.accountId,
        action: 'account.sign-in-linked',
        at: now,
        device: o.device,
        detail: { name: o.providerName },
      })
      await tellOfSecurityChange(tx, deps, {
        accountId: o.accountId,
        what: 'mail.notice.serviceLinked',
        values: { name: o.providerName },
        device: o.device,
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new ServiceRefused('service.taken')
    throw error
  }
}
