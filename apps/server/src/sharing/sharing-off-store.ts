import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import type { Schema } from '../platform/database/schema.ts'

export interface Withheld {
  issuerName: string
  /** The holder's own page of it. */
  ownPath: string
  /** What the holder may download for themselves, below that page. */
  files: readonly { path: string; label: MessageKey }[]
}

const badgeFiles = [
  { path: 'certificate.pdf?size=letter', label: 'certificate.download.letter' },
  { path: 'certificate.pdf?size=a4', label: 'certificate.download.a4' },
  { path: 'badge.png', label: 'badge.download.png' },
  { path: 'badge.svg', label: 'badge.download.svg' },
  { path: 'credential.json', label: 'share.download.v3' },
  { path: 'credential.jwt', label: 'share.download.jwt' },
] as const
const documentFiles = [{ path: 'document.pdf', label: 'documents.download' }] as const

/** The holder's badge, when its organization has switched sharing off. */
export async function withheldCredential(
  db: Db,
  o: { publicId: string; accountId: string },
): Promise<Withheld | undefined> {
  const row = await db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .select('o.name as issuerName')
    .where('c.publicId', '=', o.publicId)
    .where('c.accountId', '=', o.accountId)
    .where('o.sharingOffSince', 'is not', null)
    .executeTakeFirst()
  return row && { ...row, ownPath: `/badges/${o.publicId}`, files: badgeFiles }
}

/** The same for a document. */
export async function withheldDocument(
  db: Db,
  o: { publicId: string; accountId: string },
): Promise<Withheld | undefined> {
  const row = await db
    .selectFrom('documents as d')
    .innerJoin('organizations as o', 'o.id', 'd.organizationId')
    .select('o.name as issuerName')
    .where('d.publicId', '=', o.publicId)
    .where('d.accountId', '=', o.accountId)
    .where('o.sharingOffSince', 'is not', null)
    .executeTakeFirst()
  return row && { ...row, ownPath: `/documents/${o.publicId}`, files: documentFiles }
}

/** The issuer of the first of these badges whose organization has switched sharing off. */
export async function withheldAmong(
  db: Db,
  o: { accountId: string; publicIds: readonly string[] },
): Promise<string | undefined> {
  if (o.publicIds.length === 0) return undefined
  const row = await db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .select('o.name')
    .where('c.publicId', 'in', o.publicIds)
    .where('c.accountId', '=', o.accountId)
    .where('o.sharingOffSince', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row?.name
}

export async function revokeLinks(tx: Tx, o: { organizationId: string; at: Date }): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('shareLinks')
    .set({ revokedAt: o.at })
    .where('revokedAt', 'is', null)
    .where(leadsTo(o.organizationId))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function leaveCollections(tx: Tx, organizationId: string): Promise<void> {
  await tx
    .deleteFrom('collectionItems')
    .where('credentialId', 'in', (eb) =>
      eb.selectFrom('credentials').select('id').where('organizationId', '=', organizationId),
    )
    .execute()
}

/** Makes every shown badge private, with a line in the history of each. */
export async function hideBadges(tx: Tx, o: { organizationId: string; at: Date }): Promise<number> {
  const { rows } = await sql`
    with hidden as (
      update credentials set visibility = 'private'
      where organization_id = ${o.organizationId} and visibility <> 'private'
      returning id
    )
    insert into credential_events (id, organization_id, credential_id, kind, channel, at)
    select gen_random_uuid(), ${o.organizationId}, id, 'visibility', 'organization', ${o.at} from hidden
    returning id`.execute(tx)
  return rows.length
}

export async function sharedNow(
  db: Db,
  o: { organizationId: string; now: Date },
): Promise<{ badges: number; links: number }> {
  const [shown, links] = await Promise.all([
    db
      .selectFrom('credentials')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('organizationId', '=', o.organizationId)
      .where('visibility', '!=', 'private')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('shareLinks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('revokedAt', 'is', null)
      .where((eb) => eb.or([eb('endsAt', 'is', null), eb('endsAt', '>', o.now)]))
      .where(leadsTo(o.organizationId))
      .executeTakeFirstOrThrow(),
  ])
  return { badges: Number(shown.count), links: Number(links.count) }
}

/** Links to a badge or a document of an organization. */
function leadsTo(organizationId: string) {
  return (eb: ExpressionBuilder<Schema, 'shareLinks'>) =>
    eb.or([
      eb(
        'credentialId',
        'in',
        eb.selectFrom('credentials').select('credentials.id').where('organizationId', '=', organizationId),
      ),
      eb(
        'documentId',
        'in',
        eb.selectFrom('documents').select('documents.id').where('organizationId', '=', organizationId),
      ),
    ])
}
