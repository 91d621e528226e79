// The cryptosuites, each as the few facts in which it differs from the others. ecdsa-sd-2023, whose
// proofs are of another make, stands in selective.ts.
import type { HashName, KeyType } from '../crypto/types.ts'
import type { SigningCryptosuite } from './types.ts'

export type Suite = {
  /** How document and options become bytes: RDF canonicalization, or JCS over the JSON tree. */
  form: 'rdfc' | 'jcs'
  keyTypes: readonly KeyType[]
}

const EDDSA: readonly KeyType[] = ['Ed25519']
const ECDSA: readonly KeyType[] = ['P-256', 'P-384']

/** Suites we sign with (VC Data Integrity EdDSA 1.0 and ECDSA 1.0, both W3C Recommendations of 2025-05). */
const SIGNING: Record<SigningCryptosuite, Suite> = {
  'eddsa-rdfc-2022': { form: 'rdfc', keyTypes: EDDSA },
  'eddsa-jcs-2022': { form: 'jcs', keyTypes: EDDSA },
  'ecdsa-rdfc-2019': { form: 'rdfc', keyTypes: ECDSA },
  'ecdsa-jcs-2019': { form: 'jcs', keyTypes: ECDSA },
}

/** The suite to sign with, or undefined for a name that is not one of ours. */
export function signingSuite(name: string): Suite | undefined {
  return Object.hasOwn(SIGNING, name) ? SIGNING[name as SigningCryptosuite] : undefined
}

/** The suite of a proof to verify: those we sign with, the early name `eddsa-2022`, and `Ed25519Signature2020`. */
export function verifyingSuite(type: unknown, cryptosuite: unknown): Suite | undefined {
  if (type === 'Ed25519Signature2020') return SIGNING['eddsa-rdfc-2022']
  if (type !== 'DataIntegrityProof' || typeof cryptosuite !== 'string') return undefined
  if (cryptosuite === 'eddsa-2022') return SIGNING['eddsa-rdfc-2022']
  return signingSuite(cryptosuite)
}

/** P-384 hashes with SHA-384 throughout, labels of blank nodes included (VC Data Integrity ECDSA, section 3.2.3). */
export function hashFor(keyType: KeyType): HashName {
  return keyType === 'P-384' ? 'sha384' : 'sha256'
}
