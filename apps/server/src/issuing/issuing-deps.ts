import type { Deps } from '../platform/deps.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import type { CredentialSnapshot, Signing } from '../signing/index.ts'

/** Runs in the transaction that records that a credential was signed and issued. */
export type IssuedListener = (tx: Tx, credentialId: string) => Promise<void>

/** The mail that one award would send, without sending it. */
export type AwardMailPreview = (o: {
  snapshot: CredentialSnapshot
  recipientName: string
  recipientEmail: string
  validUntil: Date | null
  issuerContact: string | null
  locale: Locale
}) => { subject: string; text: string }

/** What issuing stands on beyond the ground of every feature. */
export interface IssuingDeps extends Deps {
  signing: Signing
  /** Later features add what follows from issuing: the claim and its mail. */
  issuedListeners: IssuedListener[]
  /** The mails belong to a later feature, which hands its preview in. */
  previewAwardMail?: AwardMailPreview
  /** Sends the link again; seconds to wait when that was done too often. */
  resendAwardMail?: (credentialId: string, idempotencyKey: string) => Promise<number>
}
