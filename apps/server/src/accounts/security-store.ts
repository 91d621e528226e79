import type { Db } from '../platform/database/database.ts'

export interface OpenSession {
  id: string
  userAgent: string
  network: string
  createdAt: Date
  lastSeenAt: Date
}

export function openSessionsOf(db: Db, o: { accountId: string; now: Date }): Promise<OpenSession[]> {
  return db
    .selectFrom('sessions')
    .select(['id', 'userAgent', 'network', 'createdAt', 'lastSeenAt'])
    .where('accountId', '=', o.accountId)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', o.now)
    .orderBy('lastSeenAt', 'desc')
    .execute()
}

export interface SecurityEvent {
  action: string
  at: Date
  detail: { network?: string; userAgent?: string; method?: string; address?: string; name?: string }
}

/** What happened to how an account is entered, newest first. */
export async function securityEventsOf(db: Db, o: { accountId: string; limit: number }): Promise<SecurityEvent[]> {
  const rows = await db
    .selectFrom('auditEvents')
    .select(['action', 'at', 'detail'])
    .where('actorAccountId', '=', o.accountId)
    .where('objectKind', '=', 'account')
    .where('action', 'like', 'account.%')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(o.limit)
    .execute()
  return rows.map(({ action, at, detail }) => ({ action, at, detail: (detail ?? {}) as SecurityEvent['detail'] }))
}
