import type { Insertable, Updateable } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { AchievementsTable, AchievementVersionsTable } from '../platform/database/schema.ts'
import type { AchievementContent } from './content.ts'
import type { PublishedAchievement } from './published.ts'

function versions(db: Db) {
  return db
    .selectFrom('achievementVersions as v')
    .innerJoin('achievements as a', (join) =>
      join.onRef('a.organizationId', '=', 'v.organizationId').onRef('a.id', '=', 'v.achievementId'),
    )
    .select([
      'v.organizationId',
      'v.achievementId',
      'a.publicId',
      'a.slug',
      'v.version',
      'v.content',
      'v.picturePngHash',
      'v.pictureSvgHash',
    ])
}

type VersionRow = Omit<PublishedAchievement, 'content'> & { content: unknown }

/** What is stored was parsed when it was written, and nobody may change a version (grants.sql). */
function published(row: VersionRow): PublishedAchievement {
  return { ...row, content: row.content as AchievementContent }
}

export async function currentVersion(db: Db, organizationId: string, achievementId: string) {
  const row = await versions(db)
    .where('v.organizationId', '=', organizationId)
    .where('v.achievementId', '=', achievementId)
    .where('a.state', '=', 'published')
    .whereRef('v.version', '=', 'a.currentVersion')
    .executeTakeFirst()
  return row && published(row)
}

export async function version(db: Db, organizationId: string, achievementId: string, number: number) {
  const row = await versions(db)
    .where('v.organizationId', '=', organizationId)
    .where('v.achievementId', '=', achievementId)
    .where('v.version', '=', number)
    .executeTakeFirst()
  return row && published(row)
}

export async function currentVersions(db: Db, organizationId: string) {
  const rows = await versions(db)
    .where('v.organizationId', '=', organizationId)
    .where('a.state', '=', 'published')
    .whereRef('v.version', '=', 'a.currentVersion')
    .execute()
  return rows.map(published).sort((a, b) => a.content.name.localeCompare(b.content.name, a.content.language))
}

/** A template as its organization edits it. */
export interface AchievementRow {
  id: string
  organizationId: string
  publicId: string
  slug: string
  state: 'draft' | 'published' | 'archived'
  draft: AchievementContent
  draftSavedAt: Date
  currentVersion: number | null
  createdAt: Date
}

const columns = [
  'id',
  'organizationId',
  'publicId',
  'slug',
  'state',
  'draft',
  'draftSavedAt',
  'currentVersion',
  'createdAt',
] as const

/** Drafts were parsed when they were written. */
function row(found: Omit<AchievementRow, 'draft'> & { draft: unknown }): AchievementRow {
  return { ...found, draft: found.draft as AchievementContent }
}

export async function achievement(db: Db, organizationId: string, publicId: string) {
  const found = await db
    .selectFrom('achievements')
    .select(columns)
    .where('organizationId', '=', organizationId)
    .where('publicId', '=', publicId)
    .executeTakeFirst()
  return found && row(found)
}

/** Locks the template until the transaction ends. */
export async function lockAchievement(tx: Db, organizationId: string, publicId: string) {
  const found = await tx
    .selectFrom('achievements')
    .select(columns)
    .where('organizationId', '=', organizationId)
    .where('publicId', '=', publicId)
    .forUpdate()
    .executeTakeFirst()
  return found && row(found)
}

export async function insertAchievement(tx: Db, achievement: Insertable<AchievementsTable>): Promise<void> {
  await tx.insertInto('achievements').values(achievement).execute()
}

export async function updateAchievement(
  tx: Db,
  organizationId: string,
  id: string,
  change: Updateable<Pick<AchievementsTable, 'draft' | 'draftSavedAt' | 'state' | 'currentVersion' | 'slug'>>,
): Promise<void> {
  await tx
    .updateTable('achievements')
    .set(change)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

export async function deleteAchievement(tx: Db, organizationId: string, id: string): Promise<void> {
  await tx.deleteFrom('achievements').where('organizationId', '=', organizationId).where('id', '=', id).execute()
}

export async function isSlugTaken(db: Db, organizationId: string, slug: string): Promise<boolean> {
  const found = await db
    .selectFrom('achievements')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('slug', '=', slug)
    .executeTakeFirst()
  return found !== undefined
}

export async function latestVersion(db: Db, organizationId: string, achievementId: string) {
  const found = await db
    .selectFrom('achievementVersions')
    .select(['version', 'content', 'contentHash', 'picturePngHash', 'publishedAt'])
    .where('organizationId', '=', organizationId)
    .where('achievementId', '=', achievementId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found && { ...found, content: found.content as AchievementContent }
}

export async function insertVersion(tx: Db, version: Insertable<AchievementVersionsTable>): Promise<void> {
  await tx.insertInto('achievementVersions').values(version).execute()
}

/** The templates of an organization for its list, latest change first, with what became of their badges. */
export async function templates(db: Db, organizationId: string) {
  const rows = await db
    .selectFrom('achievements as a')
    .leftJoin('achievementVersions as v', (join) =>
      join
        .onRef('v.organizationId', '=', 'a.organizationId')
        .onRef('v.achievementId', '=', 'a.id')
        .onRef('v.version', '=', 'a.currentVersion'),
    )
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('credentials as c')
          .select((c) => [
            'c.achievementId',
            c.fn.countAll<number>().as('issued'),
            c.fn.countAll<number>().filterWhere('c.decision', 'in', ['accepted', 'automatic']).as('accepted'),
          ])
          .where('c.organizationId', '=', organizationId)
          .where('c.lifecycle', '=', 'issued')
          .groupBy('c.achievementId')
          .as('counts'),
      (join) => join.onRef('counts.achievementId', '=', 'a.id'),
    )
    .select([
      'a.publicId',
      'a.slug',
      'a.state',
      'a.draft',
      'a.draftSavedAt',
      'a.currentVersion',
      'v.content',
      'v.picturePngHash',
      'counts.issued',
      'counts.accepted',
    ])
    .where('a.organizationId', '=', organizationId)
    .orderBy('a.draftSavedAt', 'desc')
    .execute()
  return rows.map((found) => ({
    ...found,
    draft: found.draft as AchievementContent,
    content: found.content as AchievementContent | null,
    issued: Number(found.issued ?? 0),
    accepted: Number(found.accepted ?? 0),
  }))
}

/** A template that the public may see: published at least once, found by the addresses of both. */
export async function publicTemplate(db: Db, organizationId: string, slug: string) {
  const found = await versions(db)
    .select(['a.state', 'v.publishedAt'])
    .where('v.organizationId', '=', organizationId)
    .where('a.slug', '=', slug)
    .whereRef('v.version', '=', 'a.currentVersion')
    .executeTakeFirst()
  if (!found) return undefined
  return { ...published(found), state: found.state, publishedAt: found.publishedAt }
}

export function versionsOf(db: Db, organizationId: string, achievementId: string) {
  return db
    .selectFrom('achievementVersions')
    .select(['version', 'publishedAt'])
    .where('organizationId', '=', organizationId)
    .where('achievementId', '=', achievementId)
    .orderBy('version', 'desc')
    .execute()
}

/** Badges of a template that stand, whether or not they were accepted. */
export async function issuedCount(db: Db, organizationId: string, achievementId: string): Promise<number> {
  const { issued } = await db
    .selectFrom('credentials')
    .select((eb) => eb.fn.countAll<number>().as('issued'))
    .where('organizationId', '=', organizationId)
    .where('achievementId', '=', achievementId)
    .where('lifecycle', '=', 'issued')
    .executeTakeFirstOrThrow()
  return Number(issued)
}
