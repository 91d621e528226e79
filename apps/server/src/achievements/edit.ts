import { createHash } from 'node:crypto'
import { inOrganization, isUniqueViolation, type Tx } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import { freeSlug, slugFrom } from '../organizations/index.ts'
import {
  achievementContent,
  type AchievementContent,
  type ContentLanguage,
  emptyContent,
  missingForPublication,
  type PublicationNeed,
} from './content.ts'
import { contrastOf, designOf, leastContrast, pictureForPublication, proposedAltText } from './picture.ts'
import * as store from './store.ts'

export type AchievementRefusal =
  | 'achievement.unknown'
  | 'achievement.changed-elsewhere'
  | 'achievement.incomplete'
  | 'achievement.unchanged'
  | 'achievement.archived'
  | 'achievement.contrast'
  | 'achievement.not-signable'
  | 'achievement.published'
export class AchievementRefused extends DomainError<AchievementRefusal> {
  override name = 'AchievementRefused'
}

interface Editing {
  organizationId: string
  /** In the address of the editor. */
  publicId: string
  actor: { accountId: string }
}

/** Starts a template. It is a draft that only its organization sees. @returns its public id. */
export async function createTemplate(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: {
    organizationId: string
    actor: { accountId: string }
    name: string
    language: ContentLanguage
    copyOf?: string
    key: string
  },
): Promise<{ publicId: string }> {
  const body = { name: o.name, language: o.language, copyOf: o.copyOf ?? null }
  return inOrganization(db, o.organizationId, (tx) =>
    once(tx, { scope: `organization:${o.organizationId}`, key: o.key, body, now }, async () => {
      const original = o.copyOf === undefined ? undefined : await store.achievement(tx, o.organizationId, o.copyOf)
      const publicId = newPublicId()
      const content: AchievementContent = { ...(original?.draft ?? emptyContent(o.language)), name: o.name }
      if (content.image.kind === 'generated')
        content.altText = proposedAltText(content, { publicId }, content.image.settings)
      await store.insertAchievement(tx, {
        id: newId(),
        organizationId: o.organizationId,
        publicId,
        // The address that people see is made from the name when it is published.
        slug: `draft-${publicId}`,
        draft: JSON.stringify(content),
        draftSavedAt: now(),
        createdBy: o.actor.accountId,
        createdAt: now(),
      })
      return { publicId }
    }),
  )
}

/**
 * Keeps the draft.
 *
 * @param o.basedOn when the draft was saved that the person was looking at; somebody else's later one is not
 * overwritten. Absent, the last word wins.
 * @throws {AchievementRefused}
 */
export async function saveDraft(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: Editing & { content: AchievementContent; basedOn?: string },
): Promise<Date> {
  const content = achievementContent.parse(o.content)
  return inOrganization(db, o.organizationId, async (tx) => {
    const found = await locked(tx, o)
    if (found.state === 'archived') throw new AchievementRefused('achievement.archived')
    if (o.basedOn !== undefined && o.basedOn !== found.draftSavedAt.toISOString() && !sameContent(found.draft, content))
      throw new AchievementRefused('achievement.changed-elsewhere')
    const savedAt = now()
    await store.updateAchievement(tx, o.organizationId, found.id, {
      draft: JSON.stringify(content),
      draftSavedAt: savedAt,
    })
    return savedAt
  })
}

async function locked(tx: Tx, o: Pick<Editing, 'organizationId' | 'publicId'>) {
  const found = await store.lockAchievement(tx, o.organizationId, o.publicId)
  if (!found) throw new AchievementRefused('achievement.unknown')
  return found
}

/** What stands between a draft and its publication; empty when nothing does. */
export function publicationProblems(
  achievement: { publicId: string },
  content: AchievementContent,
): (PublicationNeed | 'contrast')[] {
  const missing: (PublicationNeed | 'contrast')[] = missingForPublication(content)
  if (content.image.kind === 'generated') {
    const design = designOf(achievement, content.name, content.image.settings)
    if (contrastOf(design) < leastContrast) missing.push('contrast')
  }
  return missing
}

/** Says why a template could not be signed into a credential; resolves when it can. */
export type CheckSignable = (content: AchievementContent) => Promise<string | undefined>

/**
 * Publishes the draft as the next version, with the picture it is awarded with. Versions never change: badges that
 * were awarded keep what they said.
 *
 * @throws {AchievementRefused}
 */
export async function publishTemplate(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  checkSignable: CheckSignable,
  o: Editing,
): Promise<{ version: number; slug: string }> {
  const before = await store.achievement(db, o.organizationId, o.publicId)
  if (!before) throw new AchievementRefused('achievement.unknown')
  const content = achievementContent.parse(before.draft)
  if (publicationProblems(before, content).length > 0) throw new AchievementRefused('achievement.incomplete')
  const unsignable = await checkSignable(content)
  if (unsignable !== undefined)
    throw new AchievementRefused('achievement.not-signable', { reason: unsignable.slice(0, 200) })
  // Drawing takes a while, so it happens before the lock; a draft that changed meanwhile is noticed below.
  const picture = await pictureForPublication(db, now, before, content)
  try {
    return await inOrganization(db, o.organizationId, async (tx) => {
      const found = await locked(tx, o)
      if (found.state === 'archived') throw new AchievementRefused('achievement.archived')
      if (found.draftSavedAt.getTime() !== before.draftSavedAt.getTime())
        throw new AchievementRefused('achievement.changed-elsewhere')
      const contentHash = hashOf(content)
      const present = await store.latestVersion(tx, o.organizationId, found.id)
      if (present?.contentHash === contentHash) throw new AchievementRefused('achievement.unchanged')
      const version = (present?.version ?? 0) + 1
      const slug = present
        ? found.slug
        : await freeSlug(slugFrom(content.name, 'badge'), (wanted) => store.isSlugTaken(tx, o.organizationId, wanted))
      await store.insertVersion(tx, {
        organizationId: o.organizationId,
        achievementId: found.id,
        version,
        content: JSON.stringify(content),
        contentHash,
        picturePngHash: picture.pngHash,
        pictureSvgHash: picture.svgHash,
        publishedAt: now(),
        publishedBy: o.actor.accountId,
      })
      await store.updateAchievement(tx, o.organizationId, found.id, {
        state: 'published',
        currentVersion: version,
        slug,
      })
      await recordAudit(tx, {
        organizationId: o.organizationId,
        actor: o.actor,
        action: 'template.published',
        object: { kind: 'achievement', id: found.id },
        detail: { version },
        at: now(),
      })
      return { version, slug }
    })
  } catch (error) {
    // Two templates of the same name were published at the same moment.
    if (isUniqueViolation(error)) throw new AchievementRefused('achievement.changed-elsewhere')
    throw error
  }
}

/** True when publishing the draft would say something new. */
export function sameContent(a: AchievementContent, b: AchievementContent): boolean {
  return hashOf(a) === hashOf(b)
}

function hashOf(content: AchievementContent): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
}

/** The same value with its names in order, since neither JSON nor the database promises one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  )
}

/** Goes back to what is published. @throws {AchievementRefused} */
export async function discardChanges({ db, now }: Pick<Deps, 'db' | 'now'>, o: Editing): Promise<void> {
  await inOrganization(db, o.organizationId, async (tx) => {
    const found = await locked(tx, o)
    const present = await store.latestVersion(tx, o.organizationId, found.id)
    if (!present) throw new AchievementRefused('achievement.unknown')
    await store.updateAchievement(tx, o.organizationId, found.id, {
      draft: JSON.stringify(present.content),
      draftSavedAt: now(),
    })
  })
}

/** An archived template can no longer be awarded; badges that were awarded stay as they are. @throws {AchievementRefused} */
export async function setArchived(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: Editing & { archived: boolean },
): Promise<void> {
  await inOrganization(db, o.organizationId, async (tx) => {
    const found = await locked(tx, o)
    const state = o.archived ? 'archived' : found.currentVersion === null ? 'draft' : 'published'
    if (state === found.state) return
    await store.updateAchievement(tx, o.organizationId, found.id, { state })
    await recordAudit(tx, {
      organizationId: o.organizationId,
      actor: o.actor,
      action: o.archived ? 'template.archived' : 'template.restored',
      object: { kind: 'achievement', id: found.id },
      at: now(),
    })
  })
}

/** Deletes a template that was never published. @throws {AchievementRefused} */
export async function deleteDraft({ db, now }: Pick<Deps, 'db' | 'now'>, o: Editing): Promise<void> {
  await inOrganization(db, o.organizationId, async (tx) => {
    const found = await locked(tx, o)
    if (found.currentVersion !== null) throw new AchievementRefused('achievement.published')
    await store.deleteAchievement(tx, o.organizationId, found.id)
    await recordAudit(tx, {
      organizationId: o.organizationId,
      actor: o.actor,
      action: 'template.deleted',
      object: { kind: 'achievement', id: found.id },
      at: now(),
    })
  })
}
