// Checks 2 and 3 for embedded proofs: did somebody sign exactly this, and was it the issuer?
import { parseDateTimeStamp } from '../dates.ts'
import { OpenBadgesError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { verifyProof } from '../proof/data-integrity.ts'
import type { CanonicalizeOptions } from '../canonicalize.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, ProofReport } from '../report.ts'
import type { CheckCode } from '../report-sentences.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { foreignTerm } from '../validate/terms.ts'
import type { ForeignTerm } from '../validate/terms.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { controllerDocument, domainOf, KeyUnavailable, listsKey, resolveKey } from './keys.ts'
import type { KeyRing } from './keys.ts'

/** An issuer that the caller has its own knowledge of, such as an organization of this site. */
export interface KnownIssuer {
  name?: string
  /** The domain the issuer has proved to own. */
  domain?: string
}
export type FindKnownIssuer = (issuerId: string) => Promise<KnownIssuer | undefined> | KnownIssuer | undefined

export interface ProofOptions {
  now: Date
  ring: KeyRing
  knownIssuer?: FindKnownIssuer | undefined
  canonicalize?: CanonicalizeOptions | undefined
}

/** What became of signature and issuer, however they were expressed. */
export interface Authenticity {
  signature: Check
  issuer: Check
}

/** Whether the issuer lists the key: `unknown` when its document could not be had. */
export type Binding = 'listed' | 'not-listed' | 'unknown'

const mostProofs = 8

/**
 * Judges every proof of the set by itself. One valid proof by the issuer is enough; a valid proof by
 * somebody else counts for nothing, and an unknown one neither helps nor harms.
 */
export async function checkProofs(document: JsonObject, options: ProofOptions): Promise<Authenticity> {
  const proofs = listOf(own(document, 'proof')).filter(isObject)
  if (proofs.length === 0) return unsigned('signature.missing')
  const foreign = foreignTerm(document)
  if (foreign) return unreadable(foreign)
  const issuerId = issuerIdOf(document)
  const reports: ProofReport[] = []
  const bindings: Binding[] = []
  if (proofs.length > mostProofs || !proofs.every(isReasonableChain)) {
    return unsigned('signature.refused', {
      method: 'Data Integrity',
      values: { proofs: proofs.length },
      cause: 'too many proofs, or proofs that build on too many others',
    })
  }
  for (const proof of proofs) {
    const { report, binding } = await judge(document, proof, { ...options, issuerId })
    reports.push(report)
    bindings.push(binding)
  }
  const details: CheckDetails = {
    method: 'Data Integrity',
    proofs: reports,
    fetched: options.ring.fetched,
    values: { proofs: proofs.length },
  }
  const best = pick(reports, bindings)
  const signature = signatureCheck(reports[best]!, { ...details, keyId: reports[best]!.verificationMethod ?? '' })
  if (signature.code === 'signature.key-not-listed')
    return { signature, issuer: await issuerCheck(issuerId, 'not-listed', options) }
  if (signature.result !== 'passed') return { signature, issuer: notReached() }
  return {
    signature,
    issuer: await issuerCheck(issuerId, bindings[best]!, options, { keyId: reports[best]!.verificationMethod ?? '' }),
  }
}

async function judge(
  document: JsonObject,
  proof: JsonObject,
  options: ProofOptions & { issuerId: string | undefined },
): Promise<{ report: ProofReport; binding: Binding }> {
  let key: VerificationKey | undefined
  let isRefused = false
  const verified = await verifyProof(
    document as { [name: string]: JsonValue },
    proof as { [name: string]: JsonValue },
    {
      now: options.now,
      // Who controls the key is asked below, with the difference between "somebody else's" and "we cannot tell".
      expectedController: null,
      ...(options.canonicalize ? { canonicalize: options.canonicalize } : {}),
      resolveKey: async (id) => {
        const isOwn = id === own(proof, 'verificationMethod')
        try {
          const found = await resolveKey(id, options.ring)
          // The proofs it builds on are looked up too; whose those are is not asked here.
          if (isOwn) key = found
          return found
        } catch (error) {
          isRefused ||= isOwn && error instanceof OpenBadgesError && error.code !== 'key.unsupported'
          throw error
        }
      },
    },
  )
  const { status, ...rest } = verified
  // The controller did answer, and it has no such key: that is an answer, not the lack of one.
  if (isRefused)
    return {
      report: { ...rest, result: 'failed', code: 'proof.key-not-listed', byIssuer: false },
      binding: 'not-listed',
    }
  const report: ProofReport = { result: status, ...rest }
  if (!key || status !== 'passed') return { report, binding: 'unknown' }
  const binding = await bindingOf(key, options.issuerId, options.ring)
  if (binding !== 'unknown') report.byIssuer = binding === 'listed'
  return { report, binding }
}

/** Each proof a chain names is verified again on every path to it: a few names, each once, keep that small. */
function isReasonableChain(proof: JsonObject): boolean {
  const previous = listOf(own(proof, 'previousProof'))
  return previous.length <= mostProofs && new Set(previous).size === previous.length
}

/** The proof that decides: valid by the issuer, valid with the issuer unknown, valid by another, unknown, failed. */
function pick(reports: readonly ProofReport[], bindings: readonly Binding[]): number {
  const rank = (index: number) => {
    const { result } = reports[index]!
    if (result === 'passed') return { listed: 0, unknown: 1, 'not-listed': 3 }[bindings[index]!]
    return result === 'not-checked' ? 2 : 4
  }
  return [...reports.keys()].sort((a, b) => rank(a) - rank(b))[0]!
}

/** Says whether the issuer itself lists the key for making assertions (S27). */
export async function bindingOf(key: VerificationKey, issuerId: string | undefined, ring: KeyRing): Promise<Binding> {
  if (issuerId === undefined) return 'not-listed'
  if (key.controller === issuerId) return key.purposes.includes('assertionMethod') ? 'listed' : 'not-listed'
  if (issuerId.startsWith('did:key:') || issuerId.startsWith('did:jwk:')) return 'not-listed'
  try {
    return listsKey(await controllerDocument(issuerId, ring), key, issuerId) ? 'listed' : 'not-listed'
  } catch (error) {
    if (error instanceof KeyUnavailable || error instanceof OpenBadgesError) return 'unknown'
    throw error
  }
}

const signatureCodes: Partial<Record<string, CheckCode>> = {
  'proof.signature-wrong': 'signature.wrong',
  'proof.malformed': 'signature.malformed',
  'proof.missing': 'signature.missing',
  'proof.unknown-cryptosuite': 'signature.unknown-kind',
  'proof.key-unavailable': 'signature.key-unavailable',
  'proof.key-unsupported': 'signature.unknown-kind',
  'proof.key-not-authorized': 'signature.refused',
  'proof.key-not-listed': 'signature.key-not-listed',
  'proof.key-expired': 'signature.key-expired',
  'proof.key-revoked': 'signature.key-expired',
  'proof.expired': 'signature.expired',
  'proof.created-in-future': 'signature.from-the-future',
  'proof.previous-missing': 'signature.previous-failed',
  'proof.previous-failed': 'signature.previous-failed',
  'proof.undisclosed': 'signature.undisclosed',
  'proof.wrong-purpose': 'signature.refused',
  'proof.conflicting-descriptions': 'signature.unprotected',
  'proof.document-refused': 'signature.unprotected',
  'proof.too-complex': 'signature.too-complex',
  'proof.context-unknown': 'signature.context-unknown',
}

function signatureCheck(report: ProofReport, details: CheckDetails): Check {
  if (report.result === 'passed') return check('signature', 'passed', 'signature.valid', {}, details)
  const code = signatureCodes[report.code] ?? 'signature.malformed'
  const kind = report.cryptosuite ?? 'unknown'
  return check(
    'signature',
    report.result,
    code,
    { kind, what: domainOf(report.verificationMethod ?? '') ?? 'The issuer’s key' },
    { ...details, cause: report.detail },
  )
}

/** A vocabulary of the badge's own may be honest, but we cannot read by it; a disguised property is not. */
function unreadable({ kind, path }: ForeignTerm): Authenticity {
  const details: CheckDetails = { method: 'Data Integrity', values: { path } }
  if (kind !== 'context') return unsigned('signature.disguised', details)
  return {
    signature: check('signature', 'not-checked', 'signature.context-unknown', { what: 'Its vocabulary' }, details),
    issuer: notReached(),
  }
}

export function unsigned(code: CheckCode, details: CheckDetails = {}): Authenticity {
  const signature = check('signature', 'failed', code, {}, details)
  return { signature, issuer: notReached() }
}

export function notReached(): Check {
  return check('issuer', 'not-checked', 'issuer.not-reached')
}

/** Check 3, once a signature is known to be valid. */
export async function issuerCheck(
  issuerId: string | undefined,
  binding: Binding,
  options: Pick<ProofOptions, 'ring' | 'knownIssuer'>,
  details: CheckDetails = {},
): Promise<Check> {
  const evidence: CheckDetails = {
    method: 'key listed by the issuer',
    inputs: { issuer: issuerId },
    fetched: options.ring.fetched,
    ...details,
  }
  if (issuerId === undefined) return check('issuer', 'failed', 'issuer.not-named', {}, evidence)
  const domain = domainOf(issuerId)
  if (binding === 'not-listed') return check('issuer', 'failed', 'issuer.key-not-listed', {}, evidence)
  if (binding === 'unknown')
    return check('issuer', 'not-checked', 'issuer.unavailable', { what: domain ?? issuerId }, evidence)
  const known = await options.knownIssuer?.(issuerId)
  if (known?.domain) return check('issuer', 'passed', 'issuer.confirmed-here', { domain: known.domain }, evidence)
  if (known) return check('issuer', 'warning', 'issuer.known-here', {}, evidence)
  // Without TLS anybody on the way could have answered in the issuer's name.
  if (domain !== undefined && issuerId.startsWith('http:'))
    return check('issuer', 'warning', 'issuer.insecure', { domain }, evidence)
  return domain === undefined || !/^(https:|did:web:)/.test(issuerId)
    ? check('issuer', 'warning', 'issuer.no-domain', {}, evidence)
    : check('issuer', 'passed', 'issuer.domain', { domain }, evidence)
}

/** Id of the issuer in both of its forms; of the key that signed it is independent. */
export function issuerIdOf(document: JsonObject): string | undefined {
  const issuer = listOf(own(document, 'issuer'))[0]
  return textOf(isObject(issuer) ? own(issuer, 'id') : issuer)
}

/** Check 5: is today between the dates? */
export function checkDates(
  document: { validFrom?: string | undefined; validUntil?: string | undefined },
  now: Date,
): Check {
  const { validFrom, validUntil } = document
  const start = validFrom === undefined ? undefined : parseDateTimeStamp(validFrom)
  const end = validUntil === undefined ? undefined : parseDateTimeStamp(validUntil)
  const details: CheckDetails = {
    method: 'compared with the moment of checking',
    inputs: { validFrom, validUntil, now: now.toISOString() },
  }
  if ((validFrom !== undefined && start === undefined) || (validUntil !== undefined && end === undefined)) {
    return check('dates', 'failed', 'dates.unreadable', {}, details)
  }
  if (end !== undefined && end < now.getTime())
    return check('dates', 'failed', 'dates.expired', { end: validUntil!.slice(0, 10) }, details)
  if (start !== undefined && start > now.getTime())
    return check('dates', 'failed', 'dates.not-yet', { start: validFrom!.slice(0, 10) }, details)
  return end === undefined
    ? check('dates', 'passed', 'dates.no-end', {}, details)
    : check('dates', 'passed', 'dates.current', { end: validUntil!.slice(0, 10) }, details)
}
