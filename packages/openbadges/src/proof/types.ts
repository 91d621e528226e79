import type { JsonObject } from '../json.ts'

/** Cryptosuites we can create. */
export type SigningCryptosuite = 'eddsa-rdfc-2022' | 'eddsa-jcs-2022' | 'ecdsa-rdfc-2019' | 'ecdsa-jcs-2019'

/** A Data Integrity proof as we emit it (VC Data Integrity 1.0, section 2.1). */
export type DataIntegrityProof = JsonObject & {
  type: 'DataIntegrityProof'
  cryptosuite: string
  created?: string
  verificationMethod: string
  proofPurpose: string
  proofValue: string
}

/** The credential with its proofs, always as an array (STANDARDS: schema validators want it so). */
export type SignedCredential = JsonObject & { proof: DataIntegrityProof[] }

/** Why a proof is what it is. Stable, for messages. */
export type ProofCode =
  | 'proof.valid'
  | 'proof.signature-wrong'
  | 'proof.malformed'
  | 'proof.unknown-cryptosuite'
  | 'proof.key-unavailable'
  | 'proof.key-unsupported'
  | 'proof.key-not-authorized'
  | 'proof.key-expired'
  | 'proof.key-revoked'
  | 'proof.foreign-key'
  | 'proof.wrong-purpose'
  | 'proof.expired'
  | 'proof.created-in-future'
  | 'proof.conflicting-descriptions'
  | 'proof.document-refused'
  | 'proof.too-complex'
  | 'proof.context-unknown'
  | 'proof.previous-missing'
  | 'proof.previous-failed'
  | 'proof.missing'
  | 'proof.undisclosed'

/** What became of one proof. `not-checked` means: we cannot tell, and it must never count as valid. */
export type ProofResult = {
  status: 'passed' | 'failed' | 'not-checked'
  code: ProofCode
  /** One English sentence for an engineer. */
  detail: string
  cryptosuite?: string
  verificationMethod?: string
  /** Who controls the key that made the signature, as far as it got that far. */
  controller?: string
  created?: string
}
