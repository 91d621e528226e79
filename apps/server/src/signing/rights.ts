import type { Config } from '../platform/config.ts'
import type { Db } from '../platform/database/database.ts'
import type { Now } from '../platform/clock.ts'
import { issuerDid, may, type Role } from '../organizations/index.ts'
import { canonicalJsonHash } from './canonical-json.ts'
import { SigningRefused } from './refusal.ts'
import * as store from './store.ts'

type Organization = NonNullable<Awaited<ReturnType<typeof store.organization>>>
interface Template {
  publicId: string
  picturePngHash: string
  contentHash: string
}

/** The organization's right to sign at this moment, as the database has it, whatever the caller believes. */
export interface Rights {
  organization: Organization
  /** Signatures left today under the organization's cap. */
  left: number
  roles: ReadonlyMap<string, Role>
  template(achievementId: string, version: number): Promise<Template | undefined>
}

/** @throws {SigningRefused} `signing.organization-not-active` */
export async function readRights(
  { db, now }: { db: Db; now: Now },
  organizationId: string,
  staff: readonly string[],
): Promise<Rights> {
  const organization = await store.organization(db, organizationId)
  if (organization?.state !== 'active') throw new SigningRefused('signing.organization-not-active')
  const day = now()
  day.setUTCHours(0, 0, 0, 0)
  const left = organization.dailyCap - (await store.countSigned(db, organizationId, day))
  const roles = new Map(
    (await store.rolesOf(db, organizationId, staff)).map(({ accountId, role }) => [accountId, role]),
  )
  const templates = new Map<string, Promise<Template | undefined>>()
  return {
    organization,
    left,
    roles,
    template(achievementId, version) {
      const key = `${achievementId} ${version}`
      let found = templates.get(key)
      if (!found) {
        found = readTemplate(db, { organizationId, achievementId, version })
        templates.set(key, found)
      }
      return found
    },
  }
}

async function readTemplate(db: Db, o: { organizationId: string; achievementId: string; version: number }) {
  const row = await store.templateVersion(db, o)
  return (
    row && { publicId: row.publicId, picturePngHash: row.picturePngHash, contentHash: canonicalJsonHash(row.content) }
  )
}

/**
 * The right to sign this one award (SECURITY S21): it still waits, who awarded it may issue, the template is the
 * organization's own and published, what the award shows is what was published, and the issuer it names is this one.
 *
 * @throws {SigningRefused}
 */
export async function checkRight(
  config: Pick<Config, 'publicUrl'>,
  rights: Rights,
  intent: store.LockedIntent,
): Promise<void> {
  if (intent.lifecycle !== 'intended') throw new SigningRefused('signing.not-intended')
  const role = intent.createdBy === null ? undefined : rights.roles.get(intent.createdBy)
  if (!role || !may(role, 'issue')) throw new SigningRefused('signing.not-staff')

  const template = await rights.template(intent.achievementId, intent.version)
  if (!template) throw new SigningRefused('signing.foreign-template')
  const { publicId, version, ...content } = intent.snapshot.achievement
  if (
    publicId !== template.publicId ||
    version !== intent.version ||
    intent.snapshot.picturePngHash !== template.picturePngHash ||
    canonicalJsonHash(content) !== template.contentHash
  )
    throw new SigningRefused('signing.template-changed')
  if (intent.snapshot.issuer.id !== issuerDid(rights.organization, config))
    throw new SigningRefused('signing.foreign-issuer')
}
