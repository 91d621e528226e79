// The whole verification (Open Badges 3.0, section 9): every check, every time, whatever comes in.
import type { CanonicalizeOptions } from './canonicalize.ts'
import { identityMatches } from './identity.ts'
import { readCredential } from './read.ts'
import type { FoundCredential, Reading } from './read.ts'
import { check, summaryOf, verdictOf } from './report.ts'
import type { Check, EndorsementReport, VerificationReport } from './report.ts'
import type { StatusBits } from './status-list.ts'
import { describedTwice, isVersion1, kindOf, validateCredential } from './validate/credential.ts'
import { isObject, own, textOf } from './validate/shape.ts'
import type { JsonObject } from './validate/shape.ts'
import { Evidence } from './verify/evidence.ts'
import type { Load } from './verify/evidence.ts'
import type { KeyRing, ResolveIssuer } from './verify/keys.ts'
import { checkDates, checkProofs } from './verify/proofs.ts'
import type { Authenticity, FindKnownIssuer, ProofOptions } from './verify/proofs.ts'
import { checkDefinition, checkPicture } from './verify/published.ts'
import { checkStatus } from './verify/status.ts'
import { library } from './version.ts'

export interface VerifyOptions {
  /** The moment to judge by: the library has no clock. */
  now: Date
  /** Fetches what the badge points to. Without it, whatever needs the network is `not-checked`. */
  load?: Load
  /** The controller document or profile of issuers that the caller keeps itself, so that they are never fetched. */
  resolveIssuer?: ResolveIssuer
  /** What the caller knows of an issuer, such as an organization of this site, and the domain it has proved. */
  knownIssuer?: FindKnownIssuer
  /** An address, DID or other identity to compare the recipient with. */
  expectedRecipient?: string
  /** Lists decoded earlier, under purpose, a space and the address; the caller decides how long they stay. */
  statusLists?: Map<string, StatusBits>
  /** Limits of canonicalization, and contexts beyond the bundled ones (such as CLR 2.0). */
  canonicalize?: CanonicalizeOptions
}

/**
 * Verifies a badge in any form `readCredential` knows and says what it found: all eight checks, with a verdict.
 *
 * It never throws because a badge is bad. It reaches the network only through `load`, and what
 * that cannot fetch is `not-checked`, never `passed`. When there are several badges in one file, this
 * judges the first; `verifyAll` judges each.
 *
 * @example
 * (await verifyCredential('no badge', { now: new Date('2026-03-04') })).verdict // 'not-valid'
 */
export async function verifyCredential(
  input: string | Uint8Array | object,
  options: VerifyOptions,
): Promise<VerificationReport> {
  const reading = await readCredential(input)
  const [found] = reading.credentials
  return found ? verifyFound(found, options) : unreadableReport(reading, options)
}

/** Verifies every badge in a file, each with a report of its own; one report that says why, when there is none. */
export async function verifyAll(
  input: string | Uint8Array | object,
  options: VerifyOptions,
): Promise<VerificationReport[]> {
  const reading = await readCredential(input)
  if (reading.credentials.length === 0) return [unreadableReport(reading, options)]
  const reports: VerificationReport[] = []
  for (const found of reading.credentials) reports.push(await verifyFound(found, options))
  return reports
}

/** Verifies a badge that `readCredential` found. */
export async function verifyFound(found: FoundCredential, options: VerifyOptions): Promise<VerificationReport> {
  const evidence = new Evidence(options.load, options.now)
  const ring: KeyRing = { evidence, resolveIssuer: options.resolveIssuer, fetched: [] }
  const work: Work = {
    options,
    evidence,
    ring,
    proofs: { now: options.now, ring, knownIssuer: options.knownIssuer, canonicalize: options.canonicalize },
    depth: 0,
  }
  return verifyVersion3(found, work)
}

interface Work {
  options: VerifyOptions
  evidence: Evidence
  ring: KeyRing
  proofs: ProofOptions
  /** How many credentials deep we are: endorsements and records hold credentials again. */
  depth: number
}

async function verifyVersion3(found: FoundCredential, work: Work): Promise<VerificationReport> {
  const { document, view } = found
  const format = checkFormat(document)
  if (format.result === 'failed') return finish(found, [format, ...notReached()], work)
  const { signature, issuer }: Authenticity = await checkProofs(document, work.proofs)
  const status = await checkStatus(document, { ...work.proofs, statusLists: work.options.statusLists })
  const checks = [
    format,
    signature,
    issuer,
    status,
    checkDates(view, work.options.now),
    checkRecipient(document, view.recipient.identities.length > 0, work.options.expectedRecipient),
    await checkDefinition(document, work.evidence),
    await checkPicture({ image: view.image, document, carrier: found.carrier }, work.evidence),
  ]
  return finish(found, checks, work)
}

/** Check 1. Flaws that could change what the badge means fail; the rest are warnings. */
function checkFormat(document: JsonObject): Check {
  const format = formatName(document)
  const kind = kindOf(document)
  if (kind === 'other')
    return check('format', 'failed', 'format.not-supported', {}, { method: 'types of the document' })
  const twice = describedTwice(document)
  if (twice.length > 0)
    return check(
      'format',
      'failed',
      'format.two-descriptions',
      {},
      { method: 'ids of the document', values: { ids: twice } },
    )
  const problems = validateCredential(document, 'read')
  const details = { method: 'shape of the document', problems }
  if (problems.length === 0) return check('format', 'passed', 'format.valid', { format }, details)
  const problem = `${problems[0]!.path}: ${problems[0]!.message}`
  return check('format', 'failed', 'format.invalid', { format, problem }, details)
}

function formatName(document: JsonObject): string {
  const name = {
    achievement: 'Open Badge 3.0',
    endorsement: 'Open Badges 3.0 endorsement',
    clr: 'Comprehensive Learner Record 2.0',
    other: 'document',
  }[kindOf(document)]
  return isVersion1(document) ? `${name} (Verifiable Credentials 1.1)` : name
}

/** Check 6: against the recipient's id and against every identity the badge gives. */
export function checkRecipient(document: JsonObject, hasIdentities: boolean, expected: string | undefined): Check {
  if (expected === undefined || expected.trim() === '') return check('recipient', 'not-checked', 'recipient.not-asked')
  const { subject, identities } = recipientOf(document)
  const id = subject && textOf(own(subject, 'id'))
  const details = { method: 'compared with every identity in the badge', inputs: { identities: identities.length, id } }
  const isId = id !== undefined && [id, id.replace(/^mailto:/, '')].includes(expected.trim())
  if (isId || identities.some((identity) => identityMatches(identity, expected)))
    return check('recipient', 'passed', 'recipient.match', {}, details)
  // A DID says nothing about an e-mail address, neither yes nor no.
  if (!hasIdentities && (id === undefined || id.startsWith('did:')) && !expected.startsWith('did:')) {
    return check('recipient', 'not-checked', 'recipient.not-comparable', {}, details)
  }
  return check('recipient', 'failed', 'recipient.no-match', {}, details)
}

function recipientOf(document: JsonObject): { subject: JsonObject | undefined; identities: JsonObject[] } {
  const subject = [own(document, 'credentialSubject')].flat().find(isObject)
  if (subject) return { subject, identities: [own(subject, 'identifier')].flat().filter(isObject) }
  const recipient = own(document, 'recipient')
  // 0.5 writes the address or its hash beside the salt.
  if (typeof recipient === 'string')
    return { subject: undefined, identities: [{ identity: recipient, salt: own(document, 'salt') }] }
  return { subject: undefined, identities: isObject(recipient) ? [recipient] : [] }
}

function notReached(): Check[] {
  return [
    check('signature', 'not-checked', 'signature.not-reached'),
    check('issuer', 'not-checked', 'issuer.not-reached'),
    check('withdrawn', 'not-checked', 'withdrawn.not-reached'),
    check('dates', 'not-checked', 'dates.not-reached'),
    check('recipient', 'not-checked', 'recipient.not-reached'),
    check('definition', 'not-checked', 'definition.not-reached'),
    check('picture', 'not-checked', 'picture.not-reached'),
  ]
}

function finish(
  found: FoundCredential,
  checks: Check[],
  work: Work,
  endorsements: EndorsementReport[] = [],
): VerificationReport {
  const verdict = verdictOf(checks)
  return {
    verdict,
    summary: summaryOf(verdict, checks, found.view),
    checks,
    credential: found.view,
    document: found.document,
    endorsements,
    contained: [],
    verifiedAt: work.options.now.toISOString(),
    library,
  }
}

/** All eight checks also for something that is no badge, so that nobody has to handle a missing one. */
function unreadableReport(reading: Reading, options: VerifyOptions): VerificationReport {
  const { code, message } = reading.problem ?? {
    code: 'read.url' as const,
    message: 'this is the address of a badge, to be fetched first',
  }
  const format = check(
    'format',
    'failed',
    'format.unreadable',
    {},
    { method: 'reading', values: { reason: code }, cause: message },
  )
  const checks = [format, ...notReached()]
  const verdict = verdictOf(checks)
  return {
    verdict,
    summary: summaryOf(verdict, checks, undefined),
    checks,
    endorsements: [],
    contained: [],
    verifiedAt: options.now.toISOString(),
    library,
  }
}
