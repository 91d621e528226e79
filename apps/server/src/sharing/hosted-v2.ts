import {
  assertion,
  type AssertionV2,
  badgeClass,
  type BadgeClassV2,
  issuerProfile,
  type ProfileV2,
  recipientV2,
  revokedAssertion,
} from '@lapel/openbadges/v2'
import type { AchievementContent } from '../achievements/index.ts'
import type { HeldCredential } from '../claiming/index.ts'
import type { Organization } from '../organizations/index.ts'
import type { Config } from '../platform/config.ts'
import { credentialUrl, pictureUrl } from '../signing/index.ts'

type Site = Pick<Config, 'publicUrl' | 'mailFrom'>

/** Address of the Open Badges 2.0 assertion: the badge's own page, asked for in the older version. */
export function assertionUrl(site: Pick<Config, 'publicUrl'>, publicId: string): string {
  return `${credentialUrl(site, publicId)}?v=2`
}

/** All three documents lie on one origin, which is the default scope of hosted verification (section "VerificationObject"). */
export function issuerUrl({ publicUrl }: Pick<Config, 'publicUrl'>, organizationPublicId: string): string {
  return `${publicUrl}/v2/issuers/${organizationPublicId}`
}

export function badgeClassUrl(
  site: Pick<Config, 'publicUrl'>,
  o: { organizationPublicId: string; achievementPublicId: string; version: number },
): string {
  return `${issuerUrl(site, o.organizationPublicId)}/badges/${o.achievementPublicId}/${o.version}`
}

/**
 * The hosted assertion of an award (Open Badges 2.0, section "Assertion"). The salt is the award's own, so nothing links
 * two badges of one person.
 */
export function hostedAssertion(site: Site, credential: HeldCredential): AssertionV2 {
  const { snapshot } = credential
  return assertion({
    id: assertionUrl(site, credential.publicId),
    recipient: recipientV2(credential.recipientEmailCanonical, { salt: credential.identitySalt }),
    badge: badgeClassUrl(site, {
      organizationPublicId: credential.issuerPublicId,
      achievementPublicId: snapshot.achievement.publicId,
      version: snapshot.achievement.version,
    }),
    issuedOn: credential.validFrom,
    expires: credential.validUntil,
    image: pictureUrl(site, snapshot.picturePngHash),
    narrative: snapshot.narrative,
    evidence: evidenceOf(credential),
  })
}

function evidenceOf({ snapshot }: HeldCredential) {
  const items = snapshot.evidence.filter(({ isPublic }) => isPublic)
  if (items.length === 0) return undefined
  return items.map(({ url, name, narrative }) => ({
    ...(url ? { id: url } : {}),
    name,
    ...(narrative ? { narrative } : {}),
  }))
}

/** What is left of an assertion that was withdrawn; answered with 410 (section "Verification"). */
export function withdrawnAssertion(site: Site, credential: HeldCredential) {
  const reason = credential.revocation?.publicText
  return revokedAssertion({ id: assertionUrl(site, credential.publicId), ...(reason ? { reason } : {}) })
}

export function hostedBadgeClass(
  site: Site,
  o: {
    organizationPublicId: string
    achievementPublicId: string
    version: number
    content: AchievementContent
    picturePngHash: string
  },
): BadgeClassV2 {
  const { content } = o
  const aligned = content.skills.filter(({ url }) => url)
  return badgeClass({
    id: badgeClassUrl(site, o),
    name: content.name,
    description: content.description,
    image: pictureUrl(site, o.picturePngHash),
    criteria: {
      narrative: [content.criteria, ...content.outcomes.map((outcome) => `- ${outcome}`)].join('\n').trim(),
    },
    issuer: issuerUrl(site, o.organizationPublicId),
    alignment: aligned.length
      ? aligned.map(({ name, url, framework, code }) => ({
          targetName: name,
          targetUrl: url ?? '',
          ...(framework ? { targetFramework: framework } : {}),
          ...(code ? { targetCode: code } : {}),
        }))
      : undefined,
    tags: content.tags.length ? content.tags : undefined,
  })
}

/** The standard asks for a mail address; an organization without one is reached through the site. */
export function hostedIssuer(site: Site, organization: Organization): ProfileV2 {
  return issuerProfile({
    id: issuerUrl(site, organization.publicId),
    name: organization.name,
    url: organization.website ?? `${site.publicUrl}/o/${organization.slug}`,
    email: organization.contactEmail ?? site.mailFrom,
    description: organization.description || undefined,
    image: organization.logoHash ? pictureUrl(site, organization.logoHash) : undefined,
  })
}
