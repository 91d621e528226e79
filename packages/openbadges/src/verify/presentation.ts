// Presentations: what a holder shows, with the credentials in it (VC Data Model 2.0, section 4.13).
import { canonicalize } from '../canonicalize.ts'
import { OpenBadgesError } from '../errors.ts'
import type { JsonObject as CheckedObject } from '../json.ts'
import { compareClaims, decodeJwt, jwtSignedBy } from '../jwt.ts'
import { verifyProof } from '../proof/verify.ts'
import type { ProofReport, VerificationReport } from '../report.ts'
import { foreignTerm } from '../validate/terms.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject, Problem } from '../validate/shape.ts'
import { validatePresentation } from '../validate/vc2.ts'
import { verifyCredential } from '../verify.ts'
import { Evidence } from './evidence.ts'
import { KeyUnavailable, resolveKey } from './keys.ts'
import type { VerifyOptions } from './work.ts'

export interface PresentationReport {
  /** `unsigned`: shaped as it should be, but nobody signed it. */
  result: 'passed' | 'failed' | 'not-checked' | 'unsigned'
  problems: Problem[]
  proofs: ProofReport[]
  /** One report per credential in it; its holder is not compared with their recipients. */
  credentials: VerificationReport[]
  holder?: string
}

export interface PresentationOptions extends VerifyOptions {
  /** What the verifier asked to be signed; a proof for anything else fails. */
  challenge?: string | undefined
  domain?: string | undefined
}

const mostCredentials = 20

/**
 * Judges a presentation: its shape, every proof of it by its holder, and every credential in it.
 *
 * Never throws because the presentation is bad. A JWT presentation is given as an EnvelopedVerifiablePresentation.
 *
 * @example
 * (await verifyPresentation({ type: ['VerifiablePresentation'] }, { now: new Date('2026-03-04') })).result // 'failed'
 */
export async function verifyPresentation(
  presentation: object,
  options: PresentationOptions,
): Promise<PresentationReport> {
  const given = presentation as JsonObject
  if (listOf(own(given, 'type')).includes('EnvelopedVerifiablePresentation')) return verifyEnveloped(given, options)
  const problems = validatePresentation(given)
  const holder = holderOf(given)
  const inside = listOf(own(given, 'verifiableCredential'))
  const report: PresentationReport = {
    result: 'failed',
    problems,
    proofs: [],
    credentials: [],
    ...(holder === undefined ? {} : { holder }),
  }
  if (problems.length > 0 || inside.length > mostCredentials) return report
  for (const item of inside)
    report.credentials.push(await verifyCredential(item as object, { ...options, acceptAnyCredential: true }))
  const proofs = listOf(own(given, 'proof')).filter(isObject)
  if (proofs.length === 0) return { ...report, result: (await isSafe(given, options)) ? 'unsigned' : 'failed' }
  if (foreignTerm(given) || proofs.length > 8 || proofs.some((proof) => own(proof, 'previousProof') !== undefined))
    return report
  report.proofs = await judgeProofs(given, proofs, holder, options)
  const results = report.proofs.map(({ result }) => result)
  return {
    ...report,
    result: results.includes('passed') ? 'passed' : results.includes('not-checked') ? 'not-checked' : 'failed',
  }
}

async function judgeProofs(
  given: JsonObject,
  proofs: JsonObject[],
  holder: string | undefined,
  options: PresentationOptions,
): Promise<ProofReport[]> {
  const ring = { evidence: new Evidence(options.load, options.now), resolveIssuer: options.resolveIssuer, fetched: [] }
  const reports: ProofReport[] = []
  for (const proof of proofs) {
    const { status, ...rest } = await verifyProof(given as CheckedObject, proof as CheckedObject, {
      now: options.now,
      expectedPurpose: 'authentication',
      // A presentation that names no holder is by whoever signed it.
      expectedController: holder ?? null,
      ...(options.challenge === undefined ? {} : { expectedChallenge: options.challenge }),
      ...(options.domain === undefined ? {} : { expectedDomain: options.domain }),
      ...(options.canonicalize ? { canonicalize: options.canonicalize } : {}),
      resolveKey: (id) => resolveKey(id, ring),
    })
    reports.push({ result: status, ...rest })
  }
  return reports
}

/** A presentation as a JWT (VC-JOSE-COSE, section 3.1.2), in a data: URL. */
async function verifyEnveloped(given: JsonObject, options: PresentationOptions): Promise<PresentationReport> {
  const problem = (path: string, message: string): PresentationReport => ({
    result: 'failed',
    problems: [{ path, code: 'format', message, remedy: 'Write the secured presentation as a data: URL.' }],
    proofs: [],
    credentials: [],
  })
  const contexts = listOf(own(given, '@context'))
  if (contexts[0] !== 'https://www.w3.org/ns/credentials/v2')
    return problem('@context', 'the first context is not that of Verifiable Credentials')
  const jwt = /^data:application\/(?:vp\+jwt|vp\+ld\+json\+jwt|jwt)(?:;[^,]*)?,(.+)$/.exec(
    textOf(own(given, 'id')) ?? '',
  )?.[1]
  if (jwt === undefined) return problem('id', 'not a data: URL with a JWT')
  try {
    const decoded = decodeJwt(jwt)
    const claim = own(decoded.payload, 'vp')
    const inner = isObject(claim) ? claim : decoded.payload
    const holder = holderOf(inner) ?? textOf(own(decoded.payload, 'iss'))
    const kid = textOf(own(decoded.header, 'kid')) ?? holder ?? ''
    const ring = {
      evidence: new Evidence(options.load, options.now),
      resolveIssuer: options.resolveIssuer,
      fetched: [],
    }
    const key = await resolveKey(
      /^[a-z][a-z0-9+.-]*:/i.test(kid) ? kid : `${holder ?? ''}#${kid.replace(/^#/, '')}`,
      ring,
    )
    const isGood =
      (await jwtSignedBy(decoded, key.publicKey)) &&
      (holder === undefined || key.controller === holder) &&
      (options.challenge === undefined || own(decoded.payload, 'nonce') === options.challenge)
    const problems = validatePresentation(inner)
    const credentials: VerificationReport[] = []
    for (const item of listOf(own(inner, 'verifiableCredential')).slice(0, mostCredentials)) {
      credentials.push(await verifyCredential(item as object, { ...options, acceptAnyCredential: true }))
    }
    const isWhole = isGood && problems.length === 0 && compareClaims(decoded.payload, inner).different.length === 0
    return {
      result: isWhole ? 'passed' : 'failed',
      problems,
      proofs: [],
      credentials,
      ...(holder === undefined ? {} : { holder }),
    }
  } catch (error) {
    if (!(error instanceof OpenBadgesError || error instanceof KeyUnavailable)) throw error
    return problem('id', error.message)
  }
}

async function isSafe(document: JsonObject, options: PresentationOptions): Promise<boolean> {
  try {
    await canonicalize(document as CheckedObject, options.canonicalize)
    return true
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return false
  }
}

function holderOf(presentation: JsonObject): string | undefined {
  const holder = own(presentation, 'holder')
  return textOf(isObject(holder) ? own(holder, 'id') : holder)
}
