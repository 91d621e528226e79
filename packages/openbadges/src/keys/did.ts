import { OpenBadgesError } from '../errors.ts'
import { publicKeyFromMultibase, publicKeyToMultibase } from './multikey.ts'
import type { PublicKey } from './public-key.ts'
import type { VerificationKey } from './verification-key.ts'

/**
 * The did:key of a public key, and the id of its only verification method (did:key Method, section 3.1).
 *
 * @example
 * didKey('z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2').did // 'did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2'
 */
export function didKey(key: PublicKey | string): { did: string; verificationMethod: string } {
  const multibase = typeof key === 'string' ? key : publicKeyToMultibase(key)
  const did = `did:key:${multibase}`
  return { did, verificationMethod: `${did}#${multibase}` }
}

/**
 * The key of a did:key, given as the DID or as its verification method. No network is needed: the
 * identifier is the key.
 *
 * @throws {OpenBadgesError} `key.invalid`, `key.unsupported`
 * @example
 * resolveDidKey('did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2').publicKey.type // 'Ed25519'
 */
export function resolveDidKey(id: string): VerificationKey {
  const match = /^did:key:(z[1-9A-HJ-NP-Za-km-z]+)(?:#(z[1-9A-HJ-NP-Za-km-z]+))?$/.exec(id)
  const multibase = match?.[1]
  if (!multibase || (match[2] !== undefined && match[2] !== multibase)) {
    throw new OpenBadgesError('key.invalid', 'this is no verification method of a did:key')
  }
  return {
    id: `did:key:${multibase}#${multibase}`,
    controller: `did:key:${multibase}`,
    publicKey: publicKeyFromMultibase(multibase),
    purposes: ['assertionMethod', 'authentication', 'capabilityInvocation', 'capabilityDelegation'],
  }
}
