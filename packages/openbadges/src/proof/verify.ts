import { fromMultibase } from '../base.ts'
import type { Canonical, CanonicalizeOptions } from '../canonicalize.ts'
import { OpenBadgesError, type OpenBadgesErrorCode } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { formOf, hashJson, hashText, join, proofConfiguration } from './hash-data.ts'
import { coveredProofs, proofsOf } from './sign.ts'
import { hashFor, verifyingSuite } from './suites.ts'
import type { ProofCode, ProofResult } from './types.ts'

export type VerifyProofOptions = {
  /** Finds the key of a verification method, through whatever loader the caller trusts. Throws or rejects when it cannot. */
  resolveKey: (verificationMethod: string) => Promise<VerificationKey>
  /** The moment to judge the proof's and the key's dates at. Without it, only a revoked key is refused. */
  now?: Date
  /** The purpose the proof must have. Default `assertionMethod`. */
  expectedPurpose?: string
  /**
   * Who must control the key. Default: the document's `issuer` (for presentations its `holder`). `null` accepts
   * any controller, and leaves that question to the caller.
   */
  expectedController?: string | null
  /** For presentations: what the verifier asked to be signed. A proof without it then fails. */
  expectedChallenge?: string
  expectedDomain?: string
  canonicalize?: CanonicalizeOptions
}

/**
 * Judges one proof of a document, and the proofs it builds on. Never throws because the document, the
 * proof or the key is bad.
 *
 * `document` is the secured document; of its own `proof` member only the proofs that this one covers count.
 * @example
 * const keys = await generateEd25519KeyPair()
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const options = { signer: keys.signer, verificationMethod, created: new Date('2026-03-04T00:00:00Z') }
 * const list = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiableCredential'], issuer: did, credentialSubject: { name: 'Ada' } }
 * const signed = await signCredential(list, options)
 * const resolveKey = async (id) => resolveDidKey(id)
 * const { status, code } = await verifyProof({ ...signed, name: 'changed' }, signed.proof[0], { resolveKey })
 * [status, code] // ['failed', 'proof.signature-wrong']
 */
export async function verifyProof(
  document: JsonObject,
  proof: JsonObject,
  options: VerifyProofOptions,
): Promise<ProofResult> {
  try {
    return await judge(document, proof, options, new Map())
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    const [status, code] = verdicts[error.code] ?? ['failed', 'proof.document-refused']
    return result(proof, status, code, error.message)
  }
}

const verdicts: Partial<Record<OpenBadgesErrorCode, [ProofResult['status'], ProofCode]>> = {
  'base.invalid': ['failed', 'proof.malformed'],
  'proof.malformed': ['failed', 'proof.malformed'],
  'context.unknown': ['not-checked', 'proof.context-unknown'],
  'canonicalize.too-complex': ['not-checked', 'proof.too-complex'],
  'canonicalize.aborted': ['not-checked', 'proof.too-complex'],
  'key.unsupported': ['not-checked', 'proof.key-unsupported'],
  'key.invalid': ['failed', 'proof.key-unsupported'],
}

/**
 * Judges every proof of a document, each for itself and in the document's order. Empty when it has none.
 *
 * @example
 * const keys = await generateEd25519KeyPair()
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const options = { signer: keys.signer, verificationMethod, created: new Date('2026-03-04T00:00:00Z') }
 * const list = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiableCredential'], issuer: did, credentialSubject: { name: 'Ada' } }
 * const results = await verifyProofs(await signCredential(list, options), { resolveKey: async (id) => resolveDidKey(id) })
 * results.map(({ code }) => code) // ['proof.valid']
 */
export async function verifyProofs(document: JsonObject, options: VerifyProofOptions): Promise<ProofResult[]> {
  const results: ProofResult[] = []
  for (const proof of proofsOf(document['proof'])) results.push(await verifyProof(document, proof, options))
  return results
}

/** Results within one chain, so that each link is judged once; `open` marks those being judged, to notice circles. */
type Judged = Map<JsonObject, ProofResult | 'open'>

const mostProofs = 32

async function judge(
  document: JsonObject,
  proof: JsonObject,
  options: VerifyProofOptions,
  judged: Judged,
): Promise<ProofResult> {
  const suite = verifyingSuite(proof['type'], proof['cryptosuite'])
  const selective = proof['type'] === 'DataIntegrityProof' && proof['cryptosuite'] === 'ecdsa-sd-2023'
  if (!suite && !selective) {
    const name = textOf(proof['cryptosuite']) ?? textOf(proof['type']) ?? 'an unknown kind'
    return result(proof, 'not-checked', 'proof.unknown-cryptosuite', `proofs of ${name} are not supported`)
  }
  const flaw = flawOf(proof, options)
  if (flaw) return result(proof, 'failed', flaw[0], flaw[1])

  let key: VerificationKey
  try {
    key = await options.resolveKey(textOf(proof['verificationMethod']) ?? '')
  } catch (error) {
    if (error instanceof OpenBadgesError && verdicts[error.code]) throw error
    return result(proof, 'not-checked', 'proof.key-unavailable', `the key could not be had: ${messageOf(error)}`)
  }
  const objection = objectionTo(key, document, proof, options)
  if (objection) return result(proof, 'failed', objection[0], objection[1], key.controller)

  const covered = coveredProofs(proofsOf(document['proof']), proof['previousProof'])
  judged.set(proof, 'open')
  const broken = await firstBroken(covered ?? [], document, options, judged)
  if (broken)
    return result(proof, broken.status, 'proof.previous-failed', `a previous proof: ${broken.detail}`, key.controller)

  if (suite && !suite.keyTypes.includes(key.publicKey.type)) {
    return result(proof, 'failed', 'proof.key-unsupported', `the key is of kind ${key.publicKey.type}`, key.controller)
  }
  if (suite?.form === 'rdfc' && covered === null) {
    const signed = await judgeStatements(document, proof, key, { ...options.canonicalize, omitsProof: true })
    return result(proof, signed[0] === 'proof.valid' ? 'passed' : 'failed', ...signed, key.controller)
  }
  const { proof: _, ...rest } = document
  const unsecured: JsonObject = covered === null ? rest : { ...rest, proof: covered }
  if (!suite) {
    const { verifySelective } = await import('./selective.ts')
    const verdict = await verifySelective(unsecured, proof, key, options.canonicalize ?? {})
    return result(proof, ...verdict, key.controller)
  }
  const judgeSignature = suite.form === 'jcs' ? judgeJson : judgeStatements
  const [code, detail] = await judgeSignature(unsecured, proof, key, options.canonicalize ?? {})
  return result(proof, code === 'proof.valid' ? 'passed' : 'failed', code, detail, key.controller)
}

/** What is wrong with the proof itself, before any key is looked up. */
function flawOf(proof: JsonObject, options: VerifyProofOptions): [ProofCode, string] | null {
  if (typeof proof['verificationMethod'] !== 'string') return ['proof.malformed', 'the proof lacks verificationMethod']
  if (typeof proof['proofValue'] !== 'string') return ['proof.malformed', 'the proof lacks proofValue']
  const created = proof['created']
  if (created !== undefined && !isDateTimeStamp(created)) return ['proof.malformed', '"created" is no date and time']
  const expires = proof['expires']
  if (expires !== undefined && !isDateTimeStamp(expires)) return ['proof.malformed', '"expires" is no date and time']
  const purpose = options.expectedPurpose ?? 'assertionMethod'
  if (proof['proofPurpose'] !== purpose) return ['proof.wrong-purpose', `the proof's purpose is not ${purpose}`]
  if (options.expectedChallenge !== undefined && proof['challenge'] !== options.expectedChallenge) {
    return ['proof.wrong-purpose', 'the proof answers another challenge']
  }
  if (options.expectedDomain !== undefined && !valuesOf(proof['domain']).includes(options.expectedDomain)) {
    return ['proof.wrong-purpose', 'the proof is for another domain']
  }
  const now = options.now?.getTime()
  if (now !== undefined && expires !== undefined && Date.parse(expires) <= now) {
    return ['proof.expired', `the proof expired on ${expires}`]
  }
  // Clocks differ; five minutes are forgiven.
  if (now !== undefined && created !== undefined && Date.parse(created) > now + 300_000) {
    return ['proof.created-in-future', `the proof claims to be made on ${created}`]
  }
  return null
}

/** Why this key must not speak for this document. */
function objectionTo(
  key: VerificationKey,
  document: JsonObject,
  proof: JsonObject,
  options: VerifyProofOptions,
): [ProofCode, string] | null {
  const purpose = options.expectedPurpose ?? 'assertionMethod'
  if (!key.purposes.includes(purpose)) {
    return ['proof.key-not-authorized', `${key.controller} does not list the key under ${purpose}`]
  }
  const expected = options.expectedController === undefined ? authorOf(document) : options.expectedController
  if (expected !== null && expected !== key.controller) {
    return ['proof.foreign-key', `the key belongs to ${key.controller}, not to ${expected ?? 'a named issuer'}`]
  }
  // Whoever stole a key can also write an earlier date, so a revoked key proves nothing any more.
  if (key.revoked !== undefined && !(options.now && options.now.getTime() < Date.parse(key.revoked))) {
    return ['proof.key-revoked', `the key was revoked on ${key.revoked}`]
  }
  if (key.expires !== undefined && options.now) {
    const made = typeof proof['created'] === 'string' ? Date.parse(proof['created']) : options.now.getTime()
    if (!(made <= Date.parse(key.expires))) return ['proof.key-expired', `the key expired on ${key.expires}`]
  }
  return null
}

async function firstBroken(
  covered: readonly JsonObject[],
  document: JsonObject,
  options: VerifyProofOptions,
  judged: Judged,
): Promise<ProofResult | null> {
  if (covered.length > mostProofs) return result(covered[0]!, 'failed', 'proof.malformed', 'too many previous proofs')
  for (const previous of covered) {
    const known = judged.get(previous)
    if (known === 'open' || judged.size > mostProofs) {
      return result(previous, 'failed', 'proof.malformed', 'the chain of proofs goes in circles or is too long')
    }
    // A chain may pass through several hands; only the last proof must be the issuer's.
    const verdict = known ?? (await judge(document, previous, { ...options, expectedController: null }, judged))
    judged.set(previous, verdict)
    if (verdict.status !== 'passed') return verdict
  }
  return null
}

async function judgeStatements(
  document: JsonObject,
  proof: JsonObject,
  key: VerificationKey,
  canonicalize: CanonicalizeOptions,
): Promise<[ProofCode, string]> {
  const hash = hashFor(key.publicKey.type)
  const options = { ...canonicalize, hash }
  const form = formOf(document, options)
  const canonical = form instanceof Promise ? await form : form
  if (canonical.conflict) {
    const { id, property } = canonical.conflict
    return ['proof.conflicting-descriptions', `${id} is described twice with different "${property}"`]
  }
  const signature = signatureOf(proof)
  if (signature === null) return ['proof.malformed', 'proofValue is not in base58btc']
  const optionsForm = formOf(configurationOf(proof, document), { ...options, omitsProof: false })
  const canonicalOptions = optionsForm instanceof Promise ? await optionsForm : optionsForm
  const proofHash = hashText(hash, canonicalOptions.text)
  for (const text of textsOf(canonical)) {
    if (await key.publicKey.verify(join(proofHash, hashText(hash, text)), signature)) {
      return ['proof.valid', 'the signature is valid']
    }
  }
  return ['proof.signature-wrong', 'the signature does not fit the document']
}

/** The proof's options under the document's context: everything but the signature. */
function configurationOf(proof: JsonObject, document: JsonObject): JsonObject {
  const options: JsonObject = {}
  for (const [name, value] of Object.entries(proof)) if (name !== 'proofValue') options[name] = value
  return proofConfiguration(options, document)
}

function signatureOf({ proofValue }: JsonObject): Uint8Array | null {
  return typeof proofValue === 'string' && proofValue[0] === 'z' ? fromMultibase(proofValue) : null
}

/** The canonical text in the order JavaScript libraries use, and in the specification's where that differs. */
function textsOf(canonical: Canonical): string[] {
  return canonical.byCodePoints === null ? [canonical.text] : [canonical.text, canonical.byCodePoints]
}

async function judgeJson(document: JsonObject, proof: JsonObject, key: VerificationKey): Promise<[ProofCode, string]> {
  const { proofValue: _, ...proofOptions } = proof
  const signature = signatureOf(proof)
  if (signature === null) return ['proof.malformed', 'proofValue is not in base58btc']
  const hash = hashFor(key.publicKey.type)
  let signed = document
  if (proofOptions['@context'] !== undefined) {
    // Contexts may have been added behind those that were signed (EdDSA 1.0, section 3.3.2).
    const inProof = valuesOf(proofOptions['@context'])
    const inDocument = valuesOf(document['@context'])
    if (!inProof.every((context, i) => JSON.stringify(context) === JSON.stringify(inDocument[i]))) {
      return ['proof.signature-wrong', "the document does not begin with the proof's contexts"]
    }
    signed = { ...document, '@context': proofOptions['@context'] }
  }
  const data = join(hashJson(hash, proofOptions), hashJson(hash, signed))
  return (await key.publicKey.verify(data, signature))
    ? ['proof.valid', 'the signature is valid']
    : ['proof.signature-wrong', 'the signature does not fit the document']
}

function result(
  proof: JsonObject,
  status: ProofResult['status'],
  code: ProofCode,
  detail: string,
  controller?: string,
): ProofResult {
  const made: ProofResult = { status, code, detail }
  const cryptosuite = textOf(proof['cryptosuite']) ?? textOf(proof['type'])
  if (cryptosuite !== undefined) made.cryptosuite = cryptosuite
  const verificationMethod = textOf(proof['verificationMethod'])
  if (verificationMethod !== undefined) made.verificationMethod = verificationMethod
  const created = textOf(proof['created'])
  if (created !== undefined) made.created = created
  if (controller !== undefined) made.controller = controller
  return made
}

/** Id of the issuer (or holder), for both of its forms. */
function authorOf(document: JsonObject): string | undefined {
  const author = document['issuer'] ?? document['holder']
  return textOf(isJsonObject(author) ? author['id'] : author)
}

function isDateTimeStamp(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  )
}

function valuesOf(value: JsonValue | undefined): JsonValue[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
