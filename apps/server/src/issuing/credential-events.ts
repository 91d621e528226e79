import { noteChange } from '../platform/changes.ts'
import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'

export interface CredentialEvent {
  organizationId: string
  credentialId: string
  /** 'issued', 'notified', 'bounced', 'opened', 'accepted', 'declined', 'shared', 'revoked', … */
  kind: string
  channel?: string
  actorAccountId?: string | null
  at: Date
}

/** Adds to the history that owner and issuer see. */
export async function recordCredentialEvent(tx: Db, event: CredentialEvent): Promise<void> {
  await recordCredentialEvents(tx, [event])
}

export async function recordCredentialEvents(tx: Db, events: readonly CredentialEvent[]): Promise<void> {
  if (events.length === 0) return
  for (const { credentialId } of events) noteChange(credentialId)
  await tx
    .insertInto('credentialEvents')
    .values(
      events.map((event) => ({
        id: newId(),
        organizationId: event.organizationId,
        credentialId: event.credentialId,
        kind: event.kind,
        channel: event.channel ?? null,
        actorAccountId: event.actorAccountId ?? null,
        at: event.at,
      })),
    )
    .execute()
}

/** The history of one credential, oldest first, with the names of the team's members who acted. */
export function credentialEvents(db: Db, o: { organizationId: string; credentialId: string }) {
  return db
    .selectFrom('credentialEvents as e')
    .leftJoin('organizationMembers as m', (join) =>
      join.onRef('m.accountId', '=', 'e.actorAccountId').onRef('m.organizationId', '=', 'e.organizationId'),
    )
    .leftJoin('accounts as a', 'a.id', 'm.accountId')
    .select(['e.id', 'e.kind', 'e.channel', 'e.at', 'a.givenName', 'a.familyName'])
    .where('e.organizationId', '=', o.organizationId)
    .where('e.credentialId', '=', o.credentialId)
    .orderBy('e.at')
    .orderBy('e.id')
    .execute()
}
