import { concatBytes, fromMultibase, toMultibase } from '../base.ts'
import { canonicalHash, type CanonicalizeOptions } from '../canonicalize.ts'
import { OpenBadgesError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Signer } from '../keys/signer.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { DataIntegrityProof, ProofCode, ProofResult, SignedCredential, SigningCryptosuite } from './types.ts'

export type SignOptions = {
  signer: Signer
  /** URL of the key in its controller's document; verifiers look it up there. */
  verificationMethod: string
  /** Moment of signing; written to the second, in UTC. */
  created: Date
  cryptosuite?: SigningCryptosuite
  proofPurpose?: string
  canonicalize?: CanonicalizeOptions
}

/**
 * Signs a credential with a Data Integrity proof. The input is left as it is; a proof that it already
 * carries stays, and the new one joins it in a proof set.
 *
 * @throws {OpenBadgesError} `canonicalize.refused` when a term is undefined or data would stay unsigned, `context.unknown`, …
 */
export async function signCredential(credential: JsonObject, options: SignOptions): Promise<SignedCredential> {
  const { proof: existing, ...unsecured } = credential
  const config: JsonObject = {
    type: 'DataIntegrityProof',
    cryptosuite: options.cryptosuite ?? 'eddsa-rdfc-2022',
    created: dateTimeStamp(options.created),
    verificationMethod: options.verificationMethod,
    proofPurpose: options.proofPurpose ?? 'assertionMethod',
  }
  if (config['cryptosuite'] !== 'eddsa-rdfc-2022') {
    throw new OpenBadgesError('cryptosuite.unsupported', `cannot sign with ${options.cryptosuite}`)
  }
  const signature = await options.signer.sign(await dataToSign(unsecured, config, options.canonicalize))
  const proof = { ...config, proofValue: toMultibase(signature) } as DataIntegrityProof
  return { ...unsecured, proof: [...proofsOf(existing), proof] }
}

export type VerifyProofOptions = {
  /** Finds the key of a verification method, through whatever loader the caller trusts. Throws or rejects when it cannot. */
  resolveKey: (verificationMethod: string) => Promise<VerificationKey>
  /** The moment to judge the proof's and the key's dates at. Without it dates are not judged. */
  now?: Date
  /** The purpose the proof must have. Default `assertionMethod`. */
  expectedPurpose?: string
  /**
   * Who must control the key. Default: the document's `issuer` (for presentations its `holder`). `null` accepts
   * any controller, and leaves that question to the caller.
   */
  expectedController?: string | null
  canonicalize?: CanonicalizeOptions
}

/**
 * Judges one proof of a document. Never throws because the document, the proof or the key is bad.
 *
 * `document` is the secured document; its own `proof` member is left out of the computation.
 */
export async function verifyProof(
  document: JsonObject,
  proof: JsonObject,
  options: VerifyProofOptions,
): Promise<ProofResult> {
  const facts = {
    cryptosuite: textOf(proof['cryptosuite']),
    verificationMethod: textOf(proof['verificationMethod']),
    created: textOf(proof['created']),
  }
  const result = (
    status: ProofResult['status'],
    code: ProofCode,
    detail: string,
    controller?: string,
  ): ProofResult => ({
    status,
    code,
    detail,
    ...facts,
    ...(controller === undefined ? {} : { controller }),
  })
  try {
    if (proof['type'] !== 'DataIntegrityProof' || proof['cryptosuite'] !== 'eddsa-rdfc-2022') {
      return result(
        'not-checked',
        'proof.unknown-cryptosuite',
        `proofs of kind ${textOf(proof['cryptosuite']) ?? textOf(proof['type'])} are not supported`,
      )
    }
    if (facts.verificationMethod === undefined || typeof proof['proofValue'] !== 'string') {
      return result('failed', 'proof.malformed', 'the proof lacks verificationMethod or proofValue')
    }
    const purpose = options.expectedPurpose ?? 'assertionMethod'
    if (proof['proofPurpose'] !== purpose) {
      return result('failed', 'proof.wrong-purpose', `the proof's purpose is not ${purpose}`)
    }
    let key: VerificationKey
    try {
      key = await options.resolveKey(facts.verificationMethod)
    } catch (error) {
      return result('not-checked', 'proof.key-unavailable', `the key could not be had: ${String(error)}`)
    }
    if (!key.purposes.includes(purpose)) {
      return result(
        'failed',
        'proof.key-not-authorized',
        `the controller does not list the key under ${purpose}`,
        key.controller,
      )
    }
    const expected = options.expectedController === undefined ? issuerOf(document) : options.expectedController
    if (expected !== null && expected !== key.controller) {
      return result(
        'failed',
        'proof.foreign-key',
        `the key belongs to ${key.controller}, not to ${String(expected)}`,
        key.controller,
      )
    }
    if (key.publicKey.type !== 'Ed25519') {
      return result('failed', 'proof.malformed', 'eddsa needs an Ed25519 key', key.controller)
    }
    const { proofValue, ...config } = proof
    if (String(proofValue)[0] !== 'z')
      return result('failed', 'proof.malformed', 'proofValue is not base58btc', key.controller)
    const { proof: _, ...unsecured } = document
    const data = await dataToSign(unsecured, config, options.canonicalize)
    return (await key.publicKey.verify(data, fromMultibase(String(proofValue))))
      ? result('passed', 'proof.valid', 'the signature is valid', key.controller)
      : result('failed', 'proof.signature-wrong', 'the signature does not fit the document', key.controller)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return result('failed', 'proof.document-refused', error.message)
  }
}

/** SHA-256 of the proof's options, then of the document (VC Data Integrity EdDSA 1.0, section 3.2.4). */
async function dataToSign(
  unsecured: JsonObject,
  config: JsonObject,
  options: CanonicalizeOptions = {},
): Promise<Uint8Array> {
  const context = unsecured['@context']
  const proofHash = await canonicalHash(context === undefined ? config : { '@context': context, ...config }, options)
  return concatBytes(proofHash, await canonicalHash(unsecured, options))
}

/** The proofs of a document as an array; empty when there are none. */
export function proofsOf(proof: unknown): DataIntegrityProof[] {
  return (Array.isArray(proof) ? proof : [proof]).filter(isJsonObject) as DataIntegrityProof[]
}

/** Id of the issuer (or holder), for both of its forms. */
function issuerOf(document: JsonObject): string | undefined {
  const issuer = document['issuer'] ?? document['holder']
  return textOf(isJsonObject(issuer) ? issuer['id'] : issuer)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** XML Schema dateTimeStamp to the second, which is what other libraries and people read best. */
function dateTimeStamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
