import type { Db } from './database/database.ts'
import { newId } from './ids.ts'

/** One entry of the audit trail, written in the transaction of what it tells (SECURITY S61). Holds ids, never addresses. */
export async function recordAudit(
  tx: Db,
  entry: {
    organizationId?: string
    actor: { accountId: string } | 'system'
    /** `organization.created`, `member.removed`, … */
    action: string
    object?: { kind: string; id: string }
    detail?: Record<string, string | number | boolean | null>
    at: Date
  },
): Promise<void> {
  await tx
    .insertInto('auditEvents')
    .values({
      id: newId(),
      organizationId: entry.organizationId ?? null,
      actorKind: entry.actor === 'system' ? 'system' : 'account',
      actorAccountId: entry.actor === 'system' ? null : entry.actor.accountId,
      action: entry.action,
      objectKind: entry.object?.kind ?? null,
      objectId: entry.object?.id ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
      at: entry.at,
    })
    .execute()
}
