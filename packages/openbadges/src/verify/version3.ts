// The checks of an Open Badges 3.0 or CLR 2.0 credential, in the order of the specification (section 9).
import { conflictingDescription } from '../canonicalize/descriptions.ts'
import { parseDateTimeStamp } from '../dates.ts'
import type { JsonObject as CheckedObject } from '../json.ts'
import { readCredential } from '../read.ts'
import type { FoundCredential } from '../read.ts'
import { check } from '../report.ts'
import type { Check, EndorsementReport, Fetched, VerificationReport } from '../report.ts'
import { validateCredential } from '../validate/credential.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import { isVersion1, kindOf } from '../validate/vocabulary.ts'
import { validateVerifiableCredential } from '../validate/vc2.ts'
import type { JsonObject, Problem } from '../validate/shape.ts'
import { first, words } from '../view.ts'
import { whyNot } from './evidence.ts'
import { checkJwt } from './jwt.ts'
import { checkDates, checkProofs, issuerIdOf } from './proofs.ts'
import type { Authenticity } from './proofs.ts'
import { checkDefinition, checkPicture } from './published.ts'
import { checkRecipient } from './recipient.ts'
import { checkStatus } from './status.ts'
import type { VerifyOptions, Work } from './work.ts'

/** What the checks say, and the credential they were made on. */
export interface Result3 {
  checks: Check[]
  found: FoundCredential
  refresh?: VerificationReport['refresh']
  endorsements: EndorsementReport[]
  contained: VerificationReport[]
}

/** Endorsements inside an endorsement, and records inside a record, are no longer followed. */
const deepest = 2
const mostInside = 20

export async function verifyVersion3(given: FoundCredential, work: Work): Promise<Result3> {
  let found = given
  let { format, authenticity } = await checkOne(found, work)
  let refresh: VerificationReport['refresh']
  const service = refreshUrl(found.document)
  // Only a credential that is what it says may send us on to its successor.
  if (service !== undefined && authenticity.signature.result === 'passed' && work.depth === 0) {
    const successor = await refreshed(found, service, work)
    refresh = successor.refresh
    if (successor.found) ({ found, format, authenticity } = { ...successor, found: successor.found })
  }
  const { document, view } = found
  if (format.result === 'failed' && !isReadable(document, work.options))
    return { checks: [format, ...notReached()], found, endorsements: [], contained: [] }
  // What was altered names no addresses worth asking: a forger would choose them.
  if (authenticity.signature.result === 'failed')
    return { checks: unsignedChecks(found, format, authenticity, work), found, endorsements: [], contained: [] }
  const checks = [
    format,
    authenticity.signature,
    authenticity.issuer,
    await checkStatus(document, { ...work.proofs, statusLists: work.options.statusLists }),
    checkDates(view, work.options.now),
    checkRecipient(document, work.options.expectedRecipient),
    await checkDefinition(document, work.evidence),
    await checkPicture({ image: view.image, document, carrier: found.carrier }, work.evidence),
  ]
  return {
    checks,
    found,
    ...(refresh ? { refresh } : {}),
    endorsements: await endorsementsOf(document, work),
    contained: await containedIn(document, work),
  }
}

function unsignedChecks(
  { document, view }: FoundCredential,
  format: Check,
  { signature, issuer }: Authenticity,
  { options }: Work,
): Check[] {
  return [
    format,
    signature,
    issuer,
    check('withdrawn', 'not-checked', 'withdrawn.not-signed'),
    checkDates(view, options.now),
    checkRecipient(document, options.expectedRecipient),
    check('definition', 'not-checked', 'definition.not-signed'),
    check('picture', 'not-checked', 'picture.not-signed'),
  ]
}

/** Checks 1 to 3, which a refreshed credential goes through again. */
async function checkOne(found: FoundCredential, work: Work): Promise<{ format: Check; authenticity: Authenticity }> {
  const format = checkFormat(found.document, work.options)
  if (!isReadable(found.document, work.options)) {
    return {
      format,
      authenticity: {
        signature: check('signature', 'not-checked', 'signature.not-reached'),
        issuer: check('issuer', 'not-checked', 'issuer.not-reached'),
      },
    }
  }
  if (found.jwt === undefined) return { format, authenticity: await checkProofs(found.document, work.proofs) }
  const { unusual, ...authenticity } = await checkJwt(found.jwt, work.proofs)
  const isFlawed = format.result === 'passed' && unusual.length > 0
  return {
    authenticity,
    format: isFlawed
      ? check(
          'format',
          'warning',
          'format.unusual',
          { ...format.params, problem: unusual[0]! },
          { ...format.details, values: { unusual } },
        )
      : format,
  }
}

/** Enough of a credential for the other checks to mean something. */
function isReadable(document: JsonObject, { acceptAnyCredential }: VerifyOptions): boolean {
  return (kindOf(document) !== 'other' || acceptAnyCredential === true) && conflictOf(document) === null
}

function conflictOf(document: JsonObject) {
  return conflictingDescription(document as CheckedObject)
}

function checkFormat(document: JsonObject, { acceptAnyCredential = false }: VerifyOptions): Check {
  const format = formatName(document)
  if (kindOf(document) === 'other' && !acceptAnyCredential)
    return check('format', 'failed', 'format.not-supported', {}, { method: 'types of the document' })
  const conflict = conflictOf(document)
  if (conflict) {
    return check(
      'format',
      'failed',
      'format.two-descriptions',
      {},
      { method: 'ids of the document', values: { ...conflict } },
    )
  }
  const problems =
    kindOf(document) === 'other' ? validateVerifiableCredential(document) : validateCredential(document, 'read')
  const details = { method: 'shape of the document', problems }
  if (problems.length === 0) return check('format', 'passed', 'format.valid', { format }, details)
  const worst = problems.find((item) => !isMinor(item))
  const problem = `${(worst ?? problems[0]!).path}: ${(worst ?? problems[0]!).message}`
  return worst
    ? check('format', 'failed', 'format.invalid', { format, problem }, details)
    : check('format', 'warning', 'format.unusual', { format, problem }, details)
}

/** Flaws that leave no doubt about what the badge says: a reference to nowhere, a word outside a list, or in an endorsement, which is judged by itself. */
function isMinor({ code, path }: Problem): boolean {
  return code === 'reference' || code === 'unlisted-value' || /(^|\.)endorsement\[/.test(path)
}

function formatName(document: JsonObject): string {
  const names = {
    achievement: 'Open Badge 3.0',
    endorsement: 'Open Badges 3.0 endorsement',
    clr: 'Comprehensive Learner Record 2.0',
    other: 'Verifiable Credential',
  }
  const name = names[kindOf(document)]
  return isVersion1(document) ? `${name} (Verifiable Credentials 1.1)` : name
}

/** The other seven checks for something that could not be read. */
export function notReached(): Check[] {
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

function refreshUrl(document: JsonObject): string | undefined {
  const service = listOf(own(document, 'refreshService'))
    .filter(isObject)
    .find((item) => listOf(own(item, 'type')).includes('1EdTechCredentialRefresh'))
  return service && textOf(own(service, 'id'))
}

/** Asks once for a newer edition; anything wrong with it leaves the original in place. */
async function refreshed(
  given: FoundCredential,
  url: string,
  work: Work,
): Promise<{
  refresh: NonNullable<VerificationReport['refresh']>
  found?: FoundCredential
  format: Check
  authenticity: Authenticity
}> {
  const fetched: Fetched[] = []
  const original = await checkOne(given, work)
  const stay = (outcome: 'unchanged' | 'failed', detail: string) => ({ refresh: { outcome, url, detail }, ...original })
  const answer = await work.evidence.bytes(
    url,
    fetched,
    'application/vc+ld+json, application/ld+json, application/json, text/plain',
    1024 * 1024,
  )
  if (answer.kind !== 'bytes' || answer.status === 410) return stay('failed', whyNot(answer))
  const successor = (await readCredential(answer.body)).credentials[0]
  if (!successor) return stay('failed', 'the answer is no badge')
  if (sameName(successor.document) !== sameName(given.document)) return stay('failed', 'the answer is another badge')
  const [before, after] = [dateOf(given.document), dateOf(successor.document)]
  if (!(after > before)) return stay('unchanged', 'there is no newer edition')
  const again = await checkOne(successor, work)
  const isGood =
    again.format.result !== 'failed' &&
    again.authenticity.signature.result === 'passed' &&
    again.authenticity.issuer.result !== 'failed'
  if (!isGood) return stay('failed', 'the newer edition is not valid')
  const found = given.carrier ? { ...successor, carrier: given.carrier } : successor
  return { refresh: { outcome: 'replaced', url, detail: 'a newer edition took its place' }, found, ...again }
}

/** Issuer and id name a credential (section "Credential equality"): compared without escapes and outer space. */
function sameName(document: JsonObject): string {
  const plain = (text: string | undefined) => {
    try {
      return decodeURIComponent((text ?? '').trim())
    } catch {
      return (text ?? '').trim()
    }
  }
  return JSON.stringify([plain(issuerIdOf(document)), plain(textOf(own(document, 'id')))])
}

function dateOf(document: JsonObject): number {
  return parseDateTimeStamp(own(document, 'validFrom') ?? own(document, 'issuanceDate')) ?? Number.NEGATIVE_INFINITY
}

/** Endorsements of the credential, its achievement and its issuer, each verified by itself. */
async function endorsementsOf(document: JsonObject, work: Work): Promise<EndorsementReport[]> {
  if (work.depth >= deepest - 1) return []
  const badge = first(own(first(own(document, 'credentialSubject')), 'achievement'))
  const places = [
    { of: 'credential', item: document },
    { of: 'achievement', item: badge },
    { of: 'issuer', item: first(own(document, 'issuer')) },
  ] as const
  const reports: EndorsementReport[] = []
  for (const { of, item } of places) {
    for (const endorsement of [...listOf(own(item, 'endorsement')), ...listOf(own(item, 'endorsementJwt'))]) {
      if (reports.length >= mostInside) return reports
      if (typeof endorsement !== 'string' && !isObject(endorsement)) continue
      reports.push(await endorsementReport(of, endorsement, textOf(own(item, 'id')), work))
    }
  }
  return reports
}

async function endorsementReport(
  of: EndorsementReport['of'],
  endorsement: string | JsonObject,
  endorsedId: string | undefined,
  work: Work,
): Promise<EndorsementReport> {
  const report = await work.verify(endorsement, work.depth + 1)
  const subject = first(own(report.document ?? {}, 'credentialSubject'))
  const endorsed = textOf(own(subject, 'id'))
  const comment = words(own(subject, 'endorsementComment'))
  // Signed, but about something else: it says nothing about this badge.
  const judged =
    endorsed === endorsedId && endorsed !== undefined
      ? report
      : work.rejudge(
          report,
          check('format', 'failed', 'format.endorses-other', {}, { values: { endorsed, expected: endorsedId } }),
        )
  return {
    of,
    ...(endorsed === undefined ? {} : { endorsed }),
    ...(comment === undefined ? {} : { comment }),
    report: judged,
  }
}

/** The credentials of a record, each with the whole procedure (CLR 2.0, section "Verification"). */
async function containedIn(document: JsonObject, work: Work): Promise<VerificationReport[]> {
  if (kindOf(document) !== 'clr' || work.depth >= deepest - 1) return []
  const inside = listOf(own(first(own(document, 'credentialSubject')), 'verifiableCredential')).slice(0, mostInside)
  const reports: VerificationReport[] = []
  for (const item of inside)
    reports.push(await work.verify(typeof item === 'string' || isObject(item) ? item : '', work.depth + 1))
  return reports
}
