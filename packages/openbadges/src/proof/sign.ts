import { toMultibase } from '../base.ts'
import type { CanonicalizeOptions } from '../canonicalize.ts'
import type { HashName } from '../crypto/types.ts'
import { OpenBadgesError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Signer } from '../keys/signer.ts'
import { formOf, hashJson, hashText, join, proofConfiguration, refuseUnsound } from './hash-data.ts'
import { hashFor, signingSuite } from './suites.ts'
import type { DataIntegrityProof, SignedCredential, SigningCryptosuite } from './types.ts'

export type SignOptions = {
  signer: Signer
  /** URL of the key in its controller's document; verifiers look it up there. */
  verificationMethod: string
  /** Moment of signing; written to the second, in UTC. */
  created: Date
  /** Default `eddsa-rdfc-2022`, which every Open Badges 3.0 verifier must know. */
  cryptosuite?: SigningCryptosuite
  /** Kind of the signer's key, where the suite allows several: `P-256` (default) or `P-384` for ecdsa. */
  keyType?: 'Ed25519' | 'P-256' | 'P-384'
  /** Default `assertionMethod`; presentations take `authentication`. */
  proofPurpose?: string
  challenge?: string
  domain?: string
  expires?: Date
  /** An id for the proof, so that later proofs can build on it. */
  proofId?: string
  /** Ids of proofs that this one covers too (a proof chain). */
  previousProof?: string | string[]
  /** Signs texts that other software may canonicalize differently. For driving test suites only. */
  lenient?: boolean
  canonicalize?: CanonicalizeOptions
}

/**
 * Signs a credential with a Data Integrity proof. The input is left as it is; a proof that it already
 * carries stays, and the new one joins it in a proof set (or chain, with `previousProof`).
 *
 * Refused is what a signature would not protect or what others would not verify: undefined terms,
 * one id described in two ways, control characters, numbers with exponents, parts that look alike.
 *
 * @throws {OpenBadgesError} `canonicalize.*`, `context.unknown`, `credential.*`, `cryptosuite.unsupported`, `proof.malformed`
 * @example
 * const keys = await generateEd25519KeyPair()
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const options = { signer: keys.signer, verificationMethod, created: new Date('2026-03-04T00:00:00Z') }
 * const list = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiableCredential'], issuer: did, credentialSubject: { name: 'Ada' } }
 * (await signCredential(list, options)).proof[0].cryptosuite // 'eddsa-rdfc-2022'
 */
export async function signCredential(credential: JsonObject, options: SignOptions): Promise<SignedCredential> {
  const existing = proofsOf(credential['proof'])
  const unsecured = 'proof' in credential ? withoutProof(credential) : credential
  const name = options.cryptosuite ?? 'eddsa-rdfc-2022'
  const suite = signingSuite(name)
  const keyType = options.keyType ?? suite?.keyTypes[0]
  if (!suite || !keyType || !suite.keyTypes.includes(keyType)) {
    throw new OpenBadgesError('cryptosuite.unsupported', `cannot sign with ${name} and a ${keyType ?? 'strange'} key`)
  }
  const hashName = hashFor(keyType)
  const canonicalizeOptions = { ...options.canonicalize, hash: hashName }
  const proofOptions = optionsOf(name, options)
  const covered = coveredProofs(existing, options.previousProof)
  const document = covered === null ? unsecured : { ...unsecured, proof: covered }

  // The JSON suites sign the tree, but a badge must pass JSON-LD safe mode whatever its proof.
  const form = formOf(document, canonicalizeOptions)
  const canonical = form instanceof Promise ? await form : form
  refuseUnsound(canonical, options.lenient ?? false)
  let proofHash: Uint8Array
  let documentHash: Uint8Array
  if (suite.form === 'rdfc') {
    documentHash = hashText(hashName, canonical.text)
    const hashed = hashOfOptions(proofOptions, document, canonicalizeOptions)
    proofHash = hashed instanceof Promise ? await hashed : hashed
  } else {
    // JCS proofs carry the context, so that terms added to the document later do not count as signed.
    if (document['@context'] !== undefined) proofOptions['@context'] = document['@context']
    documentHash = hashJson(hashName, document)
    proofHash = hashJson(hashName, proofOptions)
  }
  const signing = options.signer.sign(join(proofHash, documentHash))
  const signature = signing instanceof Promise ? await signing : signing
  const proof = { ...proofOptions, proofValue: toMultibase(signature) } as DataIntegrityProof
  return { ...unsecured, proof: existing.length === 0 ? [proof] : [...existing, proof] }
}

function optionsOf(cryptosuite: string, options: SignOptions): JsonObject {
  const proof: JsonObject = {
    type: 'DataIntegrityProof',
    created: dateTimeStamp(options.created),
    verificationMethod: options.verificationMethod,
    cryptosuite,
    proofPurpose: options.proofPurpose ?? 'assertionMethod',
  }
  if (options.proofId !== undefined) proof['id'] = options.proofId
  if (options.challenge !== undefined) proof['challenge'] = options.challenge
  if (options.domain !== undefined) proof['domain'] = options.domain
  if (options.expires !== undefined) proof['expires'] = dateTimeStamp(options.expires)
  if (options.previousProof !== undefined) proof['previousProof'] = options.previousProof
  return proof
}

function withoutProof(credential: JsonObject): JsonObject {
  const { proof: _, ...unsecured } = credential
  return unsecured
}

/** The proofs that a chained proof covers; null when it covers none. */
export function coveredProofs(proofs: readonly JsonObject[], previous: unknown): JsonObject[] | null {
  if (previous === undefined) return null
  return (Array.isArray(previous) ? previous : [previous]).map((id) => {
    const matching = proofs.filter((proof) => typeof id === 'string' && proof['id'] === id)
    if (matching.length !== 1) throw new OpenBadgesError('proof.malformed', 'a previous proof is missing or not unique')
    return matching[0]!
  })
}

// Within one second all credentials of one kind share their proof options.
let lastOptions: { proof: JsonObject; context: JsonValue[]; hashName: HashName; hash: Uint8Array } | null = null

function hashOfOptions(
  proof: JsonObject,
  document: JsonObject,
  options: CanonicalizeOptions & { hash: HashName },
): Uint8Array | Promise<Uint8Array> {
  const last = lastOptions
  if (
    last !== null &&
    last.hashName === options.hash &&
    isSameList(document['@context'], last.context) &&
    saysTheSame(proof, last.proof)
  ) {
    return last.hash
  }
  return makeHashOfOptions(proof, document, options)
}

async function makeHashOfOptions(
  proof: JsonObject,
  document: JsonObject,
  options: CanonicalizeOptions & { hash: HashName },
): Promise<Uint8Array> {
  const context = document['@context']
  const { text } = await formOf(proofConfiguration(proof, document), options)
  const hash = hashText(options.hash, text)
  // Contexts provided by a caller may differ between calls under one address, so those are not kept.
  if (Array.isArray(context) && !options.contexts) {
    lastOptions = { proof: { ...proof }, context: context.slice(), hashName: options.hash, hash }
  }
  return hash
}

/** Whether two proofs hold the same texts. Anything else than texts counts as different. */
function saysTheSame(proof: JsonObject, other: JsonObject): boolean {
  let count = 0
  for (const key in proof) {
    if (typeof proof[key] !== 'string' || proof[key] !== other[key]) return false
    count++
  }
  for (const _ in other) count--
  return count === 0
}

function isSameList(context: JsonValue | undefined, list: readonly JsonValue[]): boolean {
  if (!Array.isArray(context) || context.length !== list.length) return false
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== 'string' || list[i] !== context[i]) return false
  return true
}

/**
 * The proofs of a document as an array; empty when there are none.
 *
 * @example
 * proofsOf({ type: 'DataIntegrityProof' }) // [{ type: 'DataIntegrityProof' }]
 */
export function proofsOf(proof: unknown): DataIntegrityProof[] {
  return (Array.isArray(proof) ? proof : [proof]).filter(isJsonObject) as DataIntegrityProof[]
}

/** XML Schema dateTimeStamp to the second, which is what other libraries and people read best. */
export function dateTimeStamp(date: Date): string {
  const second = Math.floor(date.getTime() / 1000)
  if (second !== lastSecond.second) lastSecond = { second, text: date.toISOString().replace(/\.\d+Z$/, 'Z') }
  return lastSecond.text
}

let lastSecond = { second: Number.NaN, text: '' }
