import type { Locale } from '../platform/i18n/messages.ts'
import type { Evidence } from './export-evidence.ts'

/** What the page in an export carries; its script reads it from the page itself. */
export interface OfflineData {
  locale: Locale
  name: string
  /** When the lists and keys were taken; ISO 8601. */
  takenAt: string
  words: Record<string, string>
  badges: {
    name: string
    issuer: string
    awardedOn: string | null
    /** `data:` address, where there is a picture. */
    picture: string | null
    alt: string
    /** As it was signed. */
    credential: string
  }[]
  evidence: Evidence
}
