import { inOrganization, isUniqueViolation } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { OrganizationRefused, resembledName } from './create-organization.ts'
import { isSlug, nameSkeleton } from './names.ts'
import type { Organization } from './organization.ts'
import type { OrganizationProfile } from './profile.ts'
import * as store from './store.ts'

/**
 * Saves what an organization says about itself. The old address keeps leading here after it changed; a name that now
 * looks like somebody else's puts the organization on hold.
 *
 * @throws {OrganizationRefused}
 */
export async function updateProfile(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { organization: Organization; accountId: string; profile: OrganizationProfile; slug: string },
): Promise<void> {
  const { organization, profile, slug } = o
  if (!isSlug(slug)) throw new OrganizationRefused('organization.slug')
  // Names of others are not visible inside the organization's own scope, so this look comes first.
  const isRenamed = profile.name !== organization.name
  const resembles = isRenamed ? await resembledName(db, profile.name, organization.id) : undefined
  const isNewlyAlike = resembles !== undefined && resembles !== organization.holdLooksLike
  if (slug !== organization.slug && (await store.isSlugTaken(db, slug, organization.id)))
    throw new OrganizationRefused('organization.slug-taken')
  try {
    await inOrganization(db, organization.id, async (tx) => {
      if (slug !== organization.slug) {
        await store.dropFormerSlug(tx, organization.id, slug)
        await store.keepFormerSlug(tx, organization.id, organization.slug)
      }
      await store.updateOrganization(tx, organization.id, {
        ...profile,
        slug,
        nameSkeleton: nameSkeleton(profile.name),
        ...(isNewlyAlike ? { state: 'held', holdLooksLike: resembles, holdLiftedAt: null } : {}),
      })
      await recordAudit(tx, {
        organizationId: organization.id,
        actor: { accountId: o.accountId },
        action: 'organization.profile-changed',
        detail: { renamed: isRenamed, moved: slug !== organization.slug, held: isNewlyAlike },
        at: now(),
      })
    })
  } catch (error) {
    if (isUniqueViolation(error, 'organizations_slug_key')) throw new OrganizationRefused('organization.slug-taken')
    throw error
  }
}
