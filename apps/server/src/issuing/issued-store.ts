import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { CredentialRow } from './store.ts'

export const issuedStatuses = [
  'waiting',
  'accepted',
  'declined',
  'expired',
  'withdrawn',
  'replaced',
  'signing',
] as const
export type IssuedStatus = (typeof issuedStatuses)[number]
export const deliveries = ['queued', 'sent', 'delivered', 'bounced', 'failed', 'suppressed'] as const

export interface IssuedFilter {
  /** Words of a name, an address, the issuer's own number or the short number. */
  text?: string
  achievementId?: string
  batchId?: string
  status?: IssuedStatus
  delivery?: (typeof deliveries)[number]
  /** Days of issuing, both included. */
  from?: string
  to?: string
}

export type IssuedRow = Pick<
  CredentialRow,
  | 'id'
  | 'publicId'
  | 'recipientName'
  | 'recipientEmail'
  | 'recipientReference'
  | 'label'
  | 'achievementId'
  | 'version'
  | 'lifecycle'
  | 'decision'
  | 'validity'
  | 'visibility'
  | 'delivery'
  | 'validFrom'
  | 'validUntil'
  | 'createdAt'
  | 'issuedAt'
  | 'revokedAt'
> & { badgeName: string }

const columns = [
  'c.id',
  'c.publicId',
  'c.recipientName',
  'c.recipientEmail',
  'c.recipientReference',
  'c.label',
  'c.achievementId',
  'c.version',
  'c.lifecycle',
  'c.decision',
  'c.validity',
  'c.visibility',
  'c.delivery',
  'c.validFrom',
  'c.validUntil',
  'c.createdAt',
  'c.issuedAt',
  'c.revokedAt',
] as const

function filtered(db: Db, organizationId: string, filter: IssuedFilter, now: Date) {
  const { text, status } = filter
  const like = text && `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return db
    .selectFrom('credentials as c')
    .where('c.organizationId', '=', organizationId)
    .$if(like !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('c.recipientName', 'ilike', like ?? ''),
          eb('c.recipientEmail', 'ilike', like ?? ''),
          eb('c.recipientReference', 'ilike', like ?? ''),
          eb('c.label', 'ilike', like ?? ''),
        ]),
      ),
    )
    .$if(filter.achievementId !== undefined, (query) => query.where('c.achievementId', '=', filter.achievementId ?? ''))
    .$if(filter.batchId !== undefined, (query) => query.where('c.batchId', '=', filter.batchId ?? ''))
    .$if(filter.delivery !== undefined, (query) => query.where('c.delivery', '=', filter.delivery ?? 'queued'))
    .$if(filter.from !== undefined, (query) => query.where('c.createdAt', '>=', new Date(`${filter.from}T00:00:00Z`)))
    .$if(filter.to !== undefined, (query) =>
      query.where('c.createdAt', '<', new Date(Date.parse(`${filter.to}T00:00:00Z`) + 86_400_000)),
    )
    .$if(status === 'withdrawn', (query) => query.where('c.validity', '=', 'revoked'))
    .$if(status === 'replaced', (query) => query.where('c.validity', '=', 'replaced'))
    .$if(status === 'signing', (query) => query.where('c.lifecycle', '=', 'intended'))
    .$if(status === 'expired', (query) => query.where('c.validity', '=', 'live').where('c.validUntil', '<=', now))
    .$if(status === 'waiting' || status === 'accepted' || status === 'declined', (query) =>
      query
        .where('c.validity', '=', 'live')
        .where('c.lifecycle', '=', 'issued')
        .where(
          'c.decision',
          'in',
          status === 'waiting' ? ['waiting'] : status === 'accepted' ? ['accepted', 'automatic'] : ['rejected'],
        ),
    )
}

/** A page of what was issued, newest first, and how many there are in all. */
export async function listIssued(
  db: Db,
  organizationId: string,
  filter: IssuedFilter,
  o: { now: Date; offset: number; limit: number },
): Promise<{ rows: IssuedRow[]; total: number }> {
  const query = filtered(db, organizationId, filter, o.now)
  const rows = await query
    .select([...columns, sql<string>`c.snapshot->'achievement'->>'name'`.as('badgeName')])
    .orderBy('c.createdAt', 'desc')
    .orderBy('c.id', 'desc')
    .offset(o.offset)
    .limit(o.limit)
    .execute()
  const { count } = await query.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow()
  return { rows, total: count }
}

/** The next rows of an export after the one given, by its key: pages by number would shift while people issue. */
export function exportIssued(
  db: Db,
  organizationId: string,
  filter: IssuedFilter,
  o: { now: Date; afterId?: string; limit: number },
): Promise<IssuedRow[]> {
  return filtered(db, organizationId, filter, o.now)
    .select([...columns, sql<string>`c.snapshot->'achievement'->>'name'`.as('badgeName')])
    .$if(o.afterId !== undefined, (query) => query.where('c.id', '<', o.afterId ?? ''))
    .orderBy('c.id', 'desc')
    .limit(o.limit)
    .execute()
}

/** The badge templates that the organization has issued, for the filter. */
export function issuedTemplates(db: Db, organizationId: string) {
  return db
    .selectFrom('achievements as a')
    .select(['a.id', 'a.publicId', sql<string>`a.draft->>'name'`.as('name')])
    .where('a.organizationId', '=', organizationId)
    .where('a.currentVersion', 'is not', null)
    .orderBy(sql`a.draft->>'name'`)
    .execute()
}

/** What the person asked the issuer to correct and nobody has answered yet. */
export function openCorrections(db: Db, o: { organizationId: string; credentialId: string }) {
  return db
    .selectFrom('correctionRequests')
    .select(['id', 'kind', 'requested', 'message', 'createdAt'])
    .where('organizationId', '=', o.organizationId)
    .where('credentialId', '=', o.credentialId)
    .where('state', '=', 'open')
    .orderBy('createdAt')
    .execute()
}

/** The credential that this one took the place of, and the one that took its place. */
export async function neighboursOf(db: Db, credential: Pick<CredentialRow, 'id' | 'organizationId' | 'replacedBy'>) {
  const [before, after] = [
    await db
      .selectFrom('credentials')
      .select(['publicId', 'createdAt'])
      .where('organizationId', '=', credential.organizationId)
      .where('replacedBy', '=', credential.id)
      .executeTakeFirst(),
    credential.replacedBy
      ? await db
          .selectFrom('credentials')
          .select(['publicId', 'createdAt'])
          .where('organizationId', '=', credential.organizationId)
          .where('id', '=', credential.replacedBy)
          .executeTakeFirst()
      : undefined,
  ]
  return { before, after }
}
