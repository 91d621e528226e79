import { achievementVersion, type PublishedAchievement } from '../achievements/index.ts'
import { type Organization, organizationByFormerSlug, organizationBySlug } from '../organizations/index.ts'
import type { Db } from '../platform/database/database.ts'

export interface OpenTemplate {
  organization: Organization
  template: PublishedAchievement
  isArchived: boolean
}

/** A badge template as everybody may see it: published once, by an organization that is not held back. */
export async function openTemplate(
  db: Db,
  o: { organizationSlug: string; slug: string },
): Promise<OpenTemplate | undefined> {
  const organization =
    (await organizationBySlug(db, o.organizationSlug)) ?? (await organizationByFormerSlug(db, o.organizationSlug))
  if (!organization || organization.state === 'held') return undefined
  const row = await db
    .selectFrom('achievements')
    .select(['id', 'state', 'currentVersion'])
    .where('organizationId', '=', organization.id)
    .where('slug', '=', o.slug)
    .executeTakeFirst()
  if (!row?.currentVersion) return undefined
  const template = await achievementVersion(db, organization.id, row.id, row.currentVersion)
  return template && { organization, template, isArchived: row.state === 'archived' }
}
