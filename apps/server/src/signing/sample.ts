import { canonicalize, InvalidDocument, OpenBadgesError } from '@lapel/openbadges'
import type { AchievementContent } from '../achievements/index.ts'
import type { Config } from '../platform/config.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import { unsignedCredential } from './unsigned-credential.ts'

/**
 * Says why a badge of this content could not be signed: it is built into a sample credential, validated, and
 * canonicalized in safe mode, where a term that no context defines is refused (STANDARDS 1.2).
 *
 * @returns words for developers, or `undefined` when it can be signed.
 */
export async function whyUnsignable(
  config: Pick<Config, 'publicUrl'>,
  content: AchievementContent,
): Promise<string | undefined> {
  const someHash = '0'.repeat(64)
  const { host } = new URL(config.publicUrl)
  try {
    const sample = unsignedCredential(config, {
      publicId: newPublicId(),
      organizationPublicId: newPublicId(),
      recipientEmailCanonical: 'sample@example.org',
      identitySalt: newPublicId(),
      validFrom: new Date(0),
      validUntil: null,
      statusIndex: 0,
      statusListPublicId: newPublicId(),
      snapshot: {
        achievement: { ...content, publicId: newPublicId(), version: 1 },
        issuer: {
          id: `did:web:${encodeURIComponent(host)}:i:${newPublicId()}`,
          name: 'Sample',
          url: config.publicUrl,
          description: 'Sample',
          logoHash: null,
          domain: null,
          domainConfirmed: false,
        },
        recipient: { name: 'Sample' },
        picturePngHash: someHash,
        awardedOn: '2026-01-01',
        evidence: [{ id: newId(), name: 'Sample', isPublic: true }],
      },
    })
    await canonicalize({ ...sample })
    return undefined
  } catch (error) {
    if (error instanceof InvalidDocument || error instanceof OpenBadgesError) return error.message
    throw error
  }
}
