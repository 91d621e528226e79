import type { Deps } from '../platform/deps.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Signing } from '../signing/index.ts'

/** Runs in the transaction that records that a credential was signed and issued. */
export type IssuedListener = (tx: Tx, credentialId: string) => Promise<void>

/** What issuing stands on beyond the ground of every feature. */
export interface IssuingDeps extends Deps {
  signing: Signing
  /** Later features add what follows from issuing: the claim and its mail. */
  issuedListeners: IssuedListener[]
}
