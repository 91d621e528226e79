import type { CanonicalizeOptions } from '../canonicalize.ts'
import type { Check, VerificationReport } from '../report.ts'
import type { StatusBits } from '../status-list.ts'
import type { Evidence, Load } from './evidence.ts'
import type { KeyRing, ResolveIssuer } from './keys.ts'
import type { FindKnownIssuer, ProofOptions } from './proofs.ts'

export interface VerifyOptions {
  /** The moment to judge by: the library has no clock. */
  now: Date
  /** Fetches what the badge points to. Without it, whatever needs the network is `not-checked`. */
  load?: Load | undefined
  /** The controller document or profile of issuers that the caller keeps itself, so that they are never fetched. */
  resolveIssuer?: ResolveIssuer | undefined
  /** What the caller knows of an issuer, such as an organization of this site, and the domain it has proved. */
  knownIssuer?: FindKnownIssuer | undefined
  /** An address, DID or other identity to compare the recipient with. */
  expectedRecipient?: string | undefined
  /** Lists decoded earlier, under purpose, a space and the address; the caller decides how long they stay. */
  statusLists?: Map<string, StatusBits> | undefined
  /** Judge Verifiable Credentials of any kind, not only badges and records of badges. */
  acceptAnyCredential?: boolean | undefined
  /** Limits of canonicalization, and contexts beyond the bundled ones (such as CLR 2.0). */
  canonicalize?: CanonicalizeOptions | undefined
}

/** What one verification carries along, so that nothing is fetched twice and nothing goes on for ever. */
export interface Work {
  options: VerifyOptions
  evidence: Evidence
  ring: KeyRing
  proofs: ProofOptions
  /** How many credentials deep we are: endorsements and records hold credentials again. */
  depth: number
  /** Verifies a credential inside this one. */
  verify: (input: string | object, depth: number) => Promise<VerificationReport>
  /** The same report with one check replaced, and the verdict drawn again. */
  rejudge: (report: VerificationReport, check: Check) => VerificationReport
}
