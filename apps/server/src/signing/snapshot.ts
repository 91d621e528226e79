import type { AchievementContent } from '../achievements/index.ts'

export interface SnapshotEvidence {
  id: string
  name: string
  url?: string
  narrative?: string
  /** Evidence that is not public stays out of what is signed. */
  isPublic: boolean
}

/**
 * Everything about an award that is shown and signed, as it was on the day it was made. Later changes of the template,
 * the issuer or the person do not reach it (PRODUCT 3, rows 23 and 26).
 */
export interface CredentialSnapshot {
  achievement: AchievementContent & { publicId: string; version: number }
  issuer: {
    /** did:web */
    id: string
    name: string
    url: string
    description: string
    logoHash: string | null
    domain: string | null
    domainConfirmed: boolean
  }
  recipient: { name: string }
  picturePngHash: string
  /** Day of the award as the issuer states it, `2026-03-04`; a labelled claim, never the date of the signature. */
  awardedOn: string
  evidence: SnapshotEvidence[]
  narrative?: string
}
