// The whole verification: every check, every time, whatever comes in.
import { readCredential } from './read.ts'
import type { FoundCredential, Reading } from './read.ts'
import { check, summaryOf, verdictOf } from './report.ts'
import type { Check, Fetched, VerificationReport } from './report.ts'
import { verifyAssertion } from './v2/verify.ts'
import { versionOfV2, viewOfAssertion } from './v2/view.ts'
import { library } from './version.ts'
import { kindOf } from './validate/vocabulary.ts'
import { Evidence, whyNot } from './verify/evidence.ts'
import { checkRecipient } from './verify/recipient.ts'
import { notReached, verifyVersion3 } from './verify/version3.ts'
import type { VerifyOptions, Work } from './verify/work.ts'

export type { VerifyOptions } from './verify/work.ts'

/**
 * Verifies a badge in any form `readCredential` knows, or at an address, and says what it found: all eight checks, with a verdict.
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
  const [report] = await verifyAll(input, options, 1)
  return report!
}

/**
 * Verifies every badge in a file, each with a report of its own; one report that says why, when there is none.
 *
 * @example
 * (await verifyAll('no badge', { now: new Date('2026-03-04') })).length // 1
 */
export async function verifyAll(
  input: string | Uint8Array | object,
  options: VerifyOptions,
  most = 20,
): Promise<VerificationReport[]> {
  const work = startWork(options, 0)
  let reading: Reading & { hostedAt?: string } = await readCredential(input)
  if (reading.credentials.length === 0 && reading.url !== undefined) reading = await follow(reading.url, work)
  if (reading.credentials.length === 0) return [unreadable(reading, work)]
  const reports: VerificationReport[] = []
  for (const found of reading.credentials.slice(0, most))
    reports.push(await verifyFound(found, options, reading.hostedAt))
  return reports
}

/**
 * Verifies a badge that `readCredential` found. `hostedAt` is where it was fetched from, for badges of 1.0 and older that do not say.
 *
 * @example
 * const { credentials } = await readCredential('{"type":["OpenBadgeCredential"]}')
 * (await verifyFound(credentials[0], { now: new Date('2026-03-04') })).verdict // 'not-valid'
 */
export async function verifyFound(
  found: FoundCredential,
  options: VerifyOptions,
  hostedAt?: string,
): Promise<VerificationReport> {
  return judge(found, startWork(options, 0), hostedAt)
}

function startWork(options: VerifyOptions, depth: number, evidence = new Evidence(options.load, options.now)): Work {
  const ring = { evidence, resolveIssuer: options.resolveIssuer, fetched: [] }
  return {
    options,
    evidence,
    ring,
    proofs: { now: options.now, ring, knownIssuer: options.knownIssuer, canonicalize: options.canonicalize },
    depth,
    rejudge: (report, replacement) => rejudge(report, replacement),
    verify: async (input, inner) => {
      const { expectedRecipient: _, ...rest } = options
      // A new list of fetched addresses, the same memory of answers and the same limit on asking.
      const deeper = startWork(rest, inner, evidence)
      const reading = await readCredential(input)
      return reading.credentials[0] ? judge(reading.credentials[0], deeper) : unreadable(reading, deeper)
    },
  }
}

/** Fetches what lies at an address that was given instead of a badge. */
async function follow(url: string, work: Work): Promise<Reading & { hostedAt?: string }> {
  const fetched: Fetched[] = []
  const answer = await work.evidence.bytes(
    url,
    fetched,
    'application/vc+ld+json, application/ld+json, application/json, image/png, image/svg+xml, text/plain',
    10 * 1024 * 1024,
  )
  if (answer.kind !== 'bytes')
    return { credentials: [], problem: { code: 'read.url', message: `${url}: ${whyNot(answer)}` } }
  return { ...(await readCredential(answer.body)), hostedAt: url }
}

async function judge(found: FoundCredential, work: Work, hostedAt?: string): Promise<VerificationReport> {
  if (kindOf(found.document) === 'other' && versionOfV2(found.document) !== undefined) {
    const { checks, document } = await verifyAssertion(found, {
      ...work.proofs,
      checkRecipient: (assertion) => checkRecipient(assertion, work.options.expectedRecipient),
      ...(hostedAt === undefined ? {} : { hostedAt }),
    })
    return reportOf({ ...found, document, view: viewOfAssertion(document) }, checks, work)
  }
  const { checks, found: judged, ...rest } = await verifyVersion3(found, work)
  return { ...reportOf(judged, checks, work), ...rest }
}

function reportOf(found: FoundCredential, checks: Check[], { options }: Work): VerificationReport {
  const verdict = verdictOf(checks)
  return {
    verdict,
    summary: summaryOf(verdict, checks, found.view),
    checks,
    credential: found.view,
    document: found.document,
    endorsements: [],
    contained: [],
    verifiedAt: options.now.toISOString(),
    library,
  }
}

function rejudge(report: VerificationReport, replacement: Check): VerificationReport {
  const checks = report.checks.map((item) => (item.name === replacement.name ? replacement : item))
  const verdict = verdictOf(checks)
  return { ...report, checks, verdict, summary: summaryOf(verdict, checks, report.credential) }
}

/** All eight checks also for something that is no badge, so that nobody has to handle a missing one. */
function unreadable(reading: Reading, { options }: Work): VerificationReport {
  const { code, message } = reading.problem ?? { code: 'read.no-badge' as const, message: 'there is no badge in this' }
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
