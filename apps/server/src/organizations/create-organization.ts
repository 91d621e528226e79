import { inOrganization, isUniqueViolation } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { throttle } from '../platform/http/throttle.ts'
import { newId, newPublicId, newToken } from '../platform/ids.ts'
import { freeSlug, isSlug, looksLike, nameSkeleton, numbersIn, slugFrom } from './names.ts'
import type { OrganizationProfile } from './profile.ts'
import * as store from './store.ts'

export type OrganizationRefusal = 'organization.slug-taken' | 'organization.slug' | 'organization.too-many'
export class OrganizationRefused extends DomainError<OrganizationRefusal> {
  override name = 'OrganizationRefused'
}

/** Organizations that one account may create in a day. */
const dailyLimit = 20

/**
 * Creates an organization with its creator as owner. A name that looks like a known one puts it on hold (SECURITY S54):
 * badges can be prepared, issuing waits for a person who looks at both.
 *
 * @param o.slug wanted address; made from the name when absent.
 * @param o.key idempotency key of the form.
 * @throws {OrganizationRefused}
 */
export async function createOrganization(
  deps: Pick<Deps, 'db' | 'now' | 'secrets'>,
  o: { accountId: string; profile: OrganizationProfile; slug: string | undefined; key: string },
): Promise<{ id: string; slug: string }> {
  const { db, now } = deps
  if (o.slug !== undefined && !isSlug(o.slug)) throw new OrganizationRefused('organization.slug')
  const waitS = await throttle(deps, {
    purpose: 'create-organization',
    subject: o.accountId,
    limit: dailyLimit,
    windowS: 86_400,
  })
  if (waitS > 0) throw new OrganizationRefused('organization.too-many', { hours: Math.ceil(waitS / 3600) })
  try {
    return await once(
      db,
      { scope: `account:${o.accountId}`, key: o.key, body: { ...o.profile, slug: o.slug ?? null }, now },
      async (tx) => {
        if (o.slug !== undefined && (await store.isSlugTaken(tx, o.slug)))
          throw new OrganizationRefused('organization.slug-taken')
        const id = newId()
        const publicId = newPublicId()
        const fallback = `org-${publicId
          .toLowerCase()
          .replace(/[^a-z0-9]/g, '')
          .slice(0, 8)}`
        const slug =
          o.slug ?? (await freeSlug(slugFrom(o.profile.name, fallback), (wanted) => store.isSlugTaken(tx, wanted)))
        const resembles = await resembledName(tx, o.profile.name)
        await store.insertOrganization(tx, {
          ...o.profile,
          id,
          publicId,
          slug,
          nameSkeleton: nameSkeleton(o.profile.name),
          domainToken: newToken(),
          state: resembles === undefined ? 'active' : 'held',
          holdLooksLike: resembles ?? null,
          createdAt: now(),
        })
        await store.addMember(tx, { organizationId: id, accountId: o.accountId, role: 'owner', createdAt: now() })
        await recordAudit(tx, {
          organizationId: id,
          actor: { accountId: o.accountId },
          action: resembles === undefined ? 'organization.created' : 'organization.created-on-hold',
          at: now(),
        })
        return { id, slug }
      },
    )
  } catch (error) {
    // Two people chose the same address at the same moment.
    if (isUniqueViolation(error, 'organizations_slug_key')) throw new OrganizationRefused('organization.slug-taken')
    throw error
  }
}

/** The known name that this one could be taken for. */
export async function resembledName(
  db: Parameters<typeof store.namesOfLength>[0],
  name: string,
  except?: string,
): Promise<string | undefined> {
  const skeleton = nameSkeleton(name)
  if (skeleton === '') return undefined
  const known = await store.namesOfLength(db, skeleton.length, except)
  return known.find(
    (other) =>
      looksLike(skeleton, other.nameSkeleton) &&
      // "School 12" is not "School 13".
      (skeleton === other.nameSkeleton || numbersIn(name) === numbersIn(other.name)),
  )?.name
}

/** Ends a hold, after an operator has looked at both organizations. */
export async function liftHold(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  organizationId: string,
  actor: { accountId: string } | 'system',
): Promise<void> {
  await inOrganization(db, organizationId, async (tx) => {
    const organization = await store.lockOrganization(tx, organizationId)
    if (organization?.state !== 'held') return
    await store.updateOrganization(tx, organizationId, { state: 'active', holdLiftedAt: now() })
    await recordAudit(tx, { organizationId, actor, action: 'organization.hold-lifted', at: now() })
  })
}
