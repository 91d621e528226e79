import {
  type AchievementCredential,
  type AchievementInput,
  type JsonObject,
  achievementCredential,
  hashIdentity,
  plainIdentity,
  statusListEntry,
} from '@lapel/openbadges'
import type { AchievementContent } from '../achievements/index.ts'
import type { Config } from '../platform/config.ts'
import { achievementUrl, credentialUrl, pictureUrl, statusListUrl } from './addresses.ts'
import { canonicalJsonHash } from './canonical-json.ts'
import type { CredentialSnapshot } from './snapshot.ts'

/** The columns of an award that its signed form is made of. */
export interface AwardToSign {
  publicId: string
  recipientEmailCanonical: string
  identitySalt: string
  validFrom: Date
  validUntil: Date | null
  snapshot: CredentialSnapshot
  statusIndex: number
  statusListPublicId: string
  organizationPublicId: string
}

/**
 * Builds the Open Badges 3.0 credential of an award (specification, section "AchievementCredential"), without a proof.
 * The same award always gives the same document: it holds no time of signing.
 *
 * The address of the recipient is hashed with a salt of its own; the name stands there as it was awarded, because the
 * sentence "issued to Maya Roy" is part of what is signed.
 *
 * @throws {InvalidDocument} naming every path that is wrong.
 */
export function unsignedCredential(config: Pick<Config, 'publicUrl'>, award: AwardToSign): AchievementCredential {
  const { snapshot } = award
  const { issuer, achievement } = snapshot
  return achievementCredential({
    id: credentialUrl(config, award.publicId),
    name: signable(achievement.name),
    issuer: {
      id: issuer.id,
      name: signable(issuer.name),
      url: issuer.url,
      description: signable(issuer.description),
      image: issuer.logoHash && pictureUrl(config, issuer.logoHash),
    },
    recipient: {
      identifier: [
        hashIdentity(award.recipientEmailCanonical, { salt: award.identitySalt }),
        plainIdentity(signable(snapshot.recipient.name), { identityType: 'name' }),
      ],
      narrative: snapshot.narrative && signable(snapshot.narrative),
    },
    achievement: achievementInput(achievement, {
      id: achievementUrl(config, {
        organizationPublicId: award.organizationPublicId,
        achievementPublicId: achievement.publicId,
        version: achievement.version,
      }),
      imageId: pictureUrl(config, snapshot.picturePngHash),
      version: achievement.version,
    }),
    evidence: snapshot.evidence
      .filter(({ isPublic }) => isPublic)
      .map(({ id, name, url, narrative }) => ({
        // With an id of its own, no two pieces of evidence can be taken for one another (CRYPTO 5, trap 9).
        id: url ?? `urn:uuid:${id}`,
        name: signable(name),
        narrative: narrative && signable(narrative),
      })),
    validFrom: award.validFrom,
    validUntil: award.validUntil,
    awardedDate: `${snapshot.awardedOn}T00:00:00Z`,
    credentialStatus: statusListEntry({
      list: statusListUrl(config, award.statusListPublicId),
      index: award.statusIndex,
    }),
  })
}

/** SHA-256 over the canonical JSON of the document that will be signed; what the intent pins (SECURITY S18). */
export function unsignedHash(credential: AchievementCredential | JsonObject): string {
  return canonicalJsonHash(credential)
}

/** One version of a badge template in the terms of the standard; the same in a credential and under its own address. */
export function achievementInput(
  content: AchievementContent,
  o: { id: string; imageId: string; version: number },
): AchievementInput {
  const aligned = content.skills.filter(({ url }) => url)
  const tags = [...content.tags, ...content.skills.filter(({ url }) => !url).map(({ name }) => name)]
  return {
    id: o.id,
    name: signable(content.name),
    description: signable(content.description),
    criteria: criteriaWithOutcomes(content),
    achievementType: content.achievementType,
    image: { id: o.imageId, caption: signable(content.altText) },
    inLanguage: content.language,
    creditsAvailable: content.credits,
    version: String(o.version),
    // A set of RDF knows no repetition, so neither may the list that is signed.
    tag: [...new Set(tags.map(signable).filter((tag) => tag !== ''))],
    alignment: aligned.map(({ name, url, framework, code }) => ({
      targetName: signable(name),
      targetUrl: url ?? '',
      targetFramework: framework && signable(framework),
      targetCode: code && signable(code),
    })),
  }
}

/** Signed content keeps its words for ever, so these do not come from the message files, which may be reworded. */
const outcomesHeading = { en: 'Learning outcomes', fr: 'Résultats d’apprentissage' }

/** Open Badges has no field for learning outcomes; they are part of what it takes. */
function criteriaWithOutcomes({ criteria, outcomes, language }: AchievementContent): string {
  const listed = outcomes.map((outcome) => `- ${signable(outcome).replaceAll('\n', ' ')}`)
  return signable(
    [criteria, ...(listed.length > 0 ? [`**${outcomesHeading[language]}**`, listed.join('\n')] : [])].join('\n\n'),
  )
}

/**
 * Text in the form that old and new libraries sign alike: line ends as LF, a tab as spaces, no other control character
 * (CRYPTO 5, trap 10), no broken character pair (trap 3).
 */
export function signable(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?/g, '\n')
      .replaceAll('\t', '    ')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '')
      .trim()
  )
}
