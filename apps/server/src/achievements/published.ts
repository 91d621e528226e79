import type { Db } from '../platform/database/database.ts'
import type { AchievementContent } from './content.ts'
import * as store from './store.ts'

/** One immutable version of a badge template. */
export interface PublishedAchievement {
  organizationId: string
  achievementId: string
  publicId: string
  slug: string
  version: number
  content: AchievementContent
  picturePngHash: string
  pictureSvgHash: string | null
}

/** The present version of a template that can be awarded; `undefined` when it is a draft, archived or foreign. */
export async function publishedAchievement(
  db: Db,
  organizationId: string,
  achievementId: string,
): Promise<PublishedAchievement | undefined> {
  return store.currentVersion(db, organizationId, achievementId)
}

/** One version, present or past, whatever became of the template since. */
export async function achievementVersion(
  db: Db,
  organizationId: string,
  achievementId: string,
  version: number,
): Promise<PublishedAchievement | undefined> {
  return store.version(db, organizationId, achievementId, version)
}

/** Every template of an organization that can be awarded now, by name. */
export async function publishedAchievements(db: Db, organizationId: string): Promise<PublishedAchievement[]> {
  return store.currentVersions(db, organizationId)
}
