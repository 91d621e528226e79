import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { DisclosureKind, RecordKind } from './disclosures.ts'

export interface DisclosureRow {
  id: string
  at: Date
  kind: DisclosureKind
  /** Empty for somebody who has left the site. */
  by: string
  recordKind: RecordKind | null
  recordId: string | null
  /** Whose record it is, and what: empty for lists. */
  person: string | null
  what: string | null
  /** The filters of a list or an export, as in its address. */
  filter: string | null
}

function rows(db: Db, organizationId: string) {
  return db
    .selectFrom('auditEvents as e')
    .leftJoin('accounts as a', 'a.id', 'e.actorAccountId')
    .leftJoin('credentials as c', (join) =>
      join
        .on('e.objectKind', '=', 'credential')
        .onRef('c.publicId', '=', 'e.objectId')
        .onRef('c.organizationId', '=', 'e.organizationId'),
    )
    .leftJoin('documents as d', (join) =>
      join
        .on('e.objectKind', '=', 'document')
        .onRef('d.publicId', '=', 'e.objectId')
        .onRef('d.organizationId', '=', 'e.organizationId'),
    )
    .select([
      'e.id',
      'e.at',
      sql<DisclosureKind>`substr(e.action, 8)`.as('kind'),
      sql<string>`trim(coalesce(a.given_name, '') || ' ' || coalesce(a.family_name, ''))`.as('by'),
      sql<RecordKind | null>`e.object_kind`.as('recordKind'),
      'e.objectId as recordId',
      sql<string | null>`coalesce(c.recipient_name, d.recipient_name)`.as('person'),
      sql<string | null>`coalesce(c.snapshot->'achievement'->>'name', d.title)`.as('what'),
      sql<string | null>`e.detail->>'filter'`.as('filter'),
    ])
    .where('e.organizationId', '=', organizationId)
    .where('e.action', 'like', 'record.%')
    .orderBy('e.id', 'desc')
}

/** The log, newest first. */
export function disclosures(
  db: Db,
  organizationId: string,
  o: { limit: number; offset: number },
): Promise<DisclosureRow[]> {
  return rows(db, organizationId).limit(o.limit).offset(o.offset).execute()
}

/** The part of the log that is older than one entry of it. */
export function disclosuresBefore(
  db: Db,
  organizationId: string,
  o: { beforeId: string | undefined; limit: number },
): Promise<DisclosureRow[]> {
  return rows(db, organizationId)
    .$if(o.beforeId !== undefined, (query) => query.where('e.id', '<', o.beforeId ?? ''))
    .limit(o.limit)
    .execute()
}

export async function disclosureCount(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('auditEvents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organizationId', '=', organizationId)
    .where('action', 'like', 'record.%')
    .executeTakeFirstOrThrow()
  return Number(count)
}
