import type { Db } from '../platform/database/database.ts'
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
