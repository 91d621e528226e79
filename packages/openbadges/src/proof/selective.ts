// ecdsa-sd-2023 (VC Data Integrity ECDSA 1.0, section 3.5): the holder may pass on a part of what was
// signed. Verifying is done here. Signing and deriving, which select and skolemize, are Digital Bazaar's
// library, the only one there is in JavaScript; it is loaded on first use.
import { concatBytes, toMultibase, utf8 } from '../base.ts'
import { canonicalForm, type CanonicalizeOptions } from '../canonicalize.ts'
import { loadContext } from '../canonicalize/options.ts'
import { OpenBadgesError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { publicKeyFromMultibase } from '../keys/multikey.ts'
import type { Signer } from '../keys/signer.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { parseDisclosure, relabel } from './disclosed.ts'
import { hashText, proofConfiguration, refuseUnsound } from './hash-data.ts'
import { dateTimeStamp, proofsOf } from './sign.ts'
import type { DataIntegrityProof, ProofCode, ProofResult, SignedCredential } from './types.ts'

type Verdict = [ProofResult['status'], ProofCode, string]

/** Judges a disclosed (derived) proof. A base proof, which still holds its secret, is for the holder only. */
export async function verifySelective(
  document: JsonObject,
  proof: JsonObject,
  key: VerificationKey,
  options: CanonicalizeOptions,
): Promise<Verdict> {
  const proofValue = typeof proof['proofValue'] === 'string' ? proof['proofValue'] : ''
  if (key.publicKey.type !== 'P-256') return ['failed', 'proof.key-unsupported', 'ecdsa-sd-2023 needs a P-256 key']
  if (!proofValue.startsWith('u')) return ['failed', 'proof.malformed', 'proofValue is not in base64url']
  // 0xd9 0x5d 0x00 marks a base proof in CBOR, 0x01 a derived one.
  if (proofValue.startsWith('u2V0A')) {
    return ['failed', 'proof.undisclosed', 'this is a base proof; its holder must derive what is to be shown']
  }
  const { conflict, text } = await canonicalForm(document, { ...options, hash: 'sha256' })
  if (conflict) {
    return [
      'failed',
      'proof.conflicting-descriptions',
      `${conflict.id} is described twice with different "${conflict.property}"`,
    ]
  }
  const { baseSignature, publicKey, signatures, labels, mandatoryIndexes } = parseDisclosure(proofValue)
  const lines = relabel(text, labels)
  const mandatory = lines.filter((_, i) => mandatoryIndexes.has(i))
  const others = lines.filter((_, i) => !mandatoryIndexes.has(i))
  if (signatures.length !== others.length || mandatory.length !== mandatoryIndexes.size) {
    return ['failed', 'proof.signature-wrong', 'the number of signatures does not fit the number of statements']
  }
  const perStatement = publicKeyFromMultibase(toMultibase(publicKey))
  for (const [i, signature] of signatures.entries()) {
    if (!(await perStatement.verify(utf8(others[i]!), signature))) {
      return ['failed', 'proof.signature-wrong', 'a disclosed statement is not as it was signed']
    }
  }
  const { proofValue: _, ...proofOptions } = proof
  const proofForm = await canonicalForm(proofConfiguration(proofOptions, document), { ...options, hash: 'sha256' })
  const base = concatBytes(hashText('sha256', proofForm.text), publicKey, hashText('sha256', mandatory.join('')))
  return (await key.publicKey.verify(base, baseSignature))
    ? ['passed', 'proof.valid', 'the signature is valid']
    : ['failed', 'proof.signature-wrong', 'the signature does not fit the document']
}

export type DeriveOptions = {
  /** JSON pointers (RFC 6901) to what is to be disclosed beyond what the issuer made mandatory. */
  selectivePointers: string[]
  canonicalize?: CanonicalizeOptions
}

/**
 * Derives a credential that discloses a part of one with an `ecdsa-sd-2023` base proof.
 *
 * @throws {OpenBadgesError} `proof.malformed` when there is no base proof or nothing is selected.
 * @example
 * const keys = await generateKeyPair('P-256')
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const whole = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiableCredential'], issuer: did, name: 'Ada', credentialSubject: { id: 'urn:a', description: 'x' } }
 * const base = await signSelectively(whole, { signer: keys.signer, verificationMethod, created: new Date('2026-03-04T00:00:00Z'), mandatoryPointers: ['/issuer'] })
 * const part = await deriveCredential(base, { selectivePointers: ['/name'] })
 * part.credentialSubject // undefined
 */
export async function deriveCredential(credential: JsonObject, options: DeriveOptions): Promise<SignedCredential> {
  const { proof: present, ...document } = credential
  const proof = proofsOf(present).find((candidate) => candidate.cryptosuite === 'ecdsa-sd-2023')
  if (!proof) throw new OpenBadgesError('proof.malformed', 'the credential has no ecdsa-sd-2023 proof')
  await canonicalForm(document, options.canonicalize)
  const { createDiscloseCryptosuite } = await import('@digitalbazaar/ecdsa-sd-2023-cryptosuite')
  const cryptosuite = createDiscloseCryptosuite({ selectivePointers: options.selectivePointers })
  try {
    const derived = (await cryptosuite.derive({
      cryptosuite,
      document,
      proof,
      proofSet: [proof],
      dataIntegrityProof: { matchProof: async () => true },
      purpose: { term: proof.proofPurpose },
      documentLoader: loader(options.canonicalize ?? {}),
    })) as JsonObject
    return { ...derived, proof: proofsOf(derived['proof']) }
  } catch (cause) {
    if (cause instanceof OpenBadgesError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new OpenBadgesError('proof.malformed', `cannot derive: ${message}`, { cause })
  }
}

export type SelectiveSignOptions = {
  /** Signs with a P-256 key. */
  signer: Signer
  verificationMethod: string
  created: Date
  /** JSON pointers to what every derived credential must disclose. */
  mandatoryPointers: string[]
  canonicalize?: CanonicalizeOptions
}

/**
 * Signs a credential with an `ecdsa-sd-2023` base proof, from which its holder can derive.
 * `resultDescription.allowedValue` and `address.geo` must be absent: the library cannot select around them.
 *
 * @throws {OpenBadgesError}
 * @example
 * const keys = await generateKeyPair('P-256')
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const whole = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiableCredential'], issuer: did, credentialSubject: { name: 'Ada' } }
 * const options = { signer: keys.signer, verificationMethod, created: new Date('2026-03-04T00:00:00Z'), mandatoryPointers: ['/issuer'] }
 * await signSelectively(whole, options).then(({ proof }) => proof[0].cryptosuite) // 'ecdsa-sd-2023'
 */
export async function signSelectively(
  credential: JsonObject,
  options: SelectiveSignOptions,
): Promise<SignedCredential> {
  const { proof: present, ...document } = credential
  refuseUnsound(await canonicalForm(document, options.canonicalize), false)
  const { createSignCryptosuite } = await import('@digitalbazaar/ecdsa-sd-2023-cryptosuite')
  const cryptosuite = createSignCryptosuite({ mandatoryPointers: options.mandatoryPointers })
  const proof: JsonObject = {
    type: 'DataIntegrityProof',
    created: dateTimeStamp(options.created),
    verificationMethod: options.verificationMethod,
    cryptosuite: 'ecdsa-sd-2023',
    proofPurpose: 'assertionMethod',
  }
  try {
    const verifyData = await cryptosuite.createVerifyData({
      cryptosuite,
      document,
      proof: proofConfiguration(proof, document),
      documentLoader: loader(options.canonicalize ?? {}),
    })
    const signer = { sign: async ({ data }: { data: Uint8Array }) => options.signer.sign(data) }
    proof['proofValue'] = await cryptosuite.createProofValue({ verifyData, dataIntegrityProof: { signer } })
  } catch (cause) {
    if (cause instanceof OpenBadgesError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new OpenBadgesError('canonicalize.refused', `cannot sign for selective disclosure: ${message}`, { cause })
  }
  return { ...document, proof: [...proofsOf(present), proof as DataIntegrityProof] }
}

function loader(options: CanonicalizeOptions) {
  return async (url: string) => ({ contextUrl: null, documentUrl: url, document: loadContext(url, options) })
}
