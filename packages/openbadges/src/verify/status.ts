// Check 4: has the issuer withdrawn it? Only an answer from a list that the issuer itself
// signed counts; no answer is "not checked", never "no".
import { fromUtf8 } from '../base.ts'
import { parseDateTimeStamp } from '../dates.ts'
import { OpenBadgesError } from '../errors.ts'
import { parseDocument } from '../read-json.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { decodeStatusList, readStatus } from '../status-list.ts'
import type { StatusBits } from '../status-list.ts'
import { isObject, isUri, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { first } from '../view.ts'
import { whyNot } from './evidence.ts'
import { domainOf } from './keys.ts'
import { checkJwt } from './jwt.ts'
import { checkProofs, issuerIdOf } from './proofs.ts'
import type { Authenticity, ProofOptions } from './proofs.ts'

export interface StatusOptions extends ProofOptions {
  /** Lists that were decoded already, by address; the caller decides how long they may be kept. */
  statusLists?: Map<string, StatusBits> | undefined
}

class UnusableList extends Error {}

/**
 * Asks every status entry of a credential. Any entry that says "revoked" or "suspended" decides; otherwise any
 * entry without an answer leaves the check open.
 */
export async function checkStatus(document: JsonObject, options: StatusOptions): Promise<Check> {
  const entries = listOf(own(document, 'credentialStatus')).filter(isObject)
  if (entries.length === 0)
    return check('withdrawn', 'warning', 'withdrawn.no-method', {}, { method: 'none given by the issuer' })
  const checks: Check[] = []
  for (const entry of entries.slice(0, 8)) checks.push(await checkEntry(entry, document, options))
  const failed =
    checks.find(({ code }) => code === 'withdrawn.revoked') ?? checks.find(({ result }) => result === 'failed')
  const open = checks.find(({ result }) => result === 'not-checked')
  return failed ?? open ?? checks.find(({ result }) => result === 'passed') ?? checks[0]!
}

async function checkEntry(entry: JsonObject, document: JsonObject, options: StatusOptions): Promise<Check> {
  const types = listOf(own(entry, 'type'))
  if (types.includes('BitstringStatusListEntry')) return checkBit(entry, document, options, 'BitstringStatusList')
  if (types.includes('StatusList2021Entry') || types.includes('RevocationList2020Status'))
    return checkBit(entry, document, options, 'StatusList2021')
  if (types.includes('1EdTechRevocationList')) return checkRevocationList(entry, document, options)
  return check('withdrawn', 'not-checked', 'withdrawn.unknown-kind', {
    kind: (textOf(types[0]) ?? 'none').slice(0, 80),
  })
}

async function checkBit(entry: JsonObject, document: JsonObject, options: StatusOptions, kind: string): Promise<Check> {
  const url = textOf(own(entry, 'statusListCredential'))
  const index = indexOf(own(entry, 'statusListIndex'))
  const purpose = textOf(own(entry, 'statusPurpose')) ?? 'revocation'
  const fetched: Fetched[] = []
  const details: CheckDetails = {
    method: kind,
    inputs: { list: url, index: own(entry, 'statusListIndex'), purpose },
    fetched,
  }
  try {
    if (url === undefined || !isUri(url)) throw new UnusableList('its address is missing')
    if (index === undefined) throw new UnusableList('the place in it is not a number')
    const size = own(entry, 'statusSize')
    if (size !== undefined && size !== 1) throw new UnusableList('it keeps more than one bit per badge')
    const bits =
      options.statusLists?.get(`${purpose} ${url}`) ?? (await loadList(url, purpose, document, options, details))
    if (typeof bits === 'string') {
      return check(
        'withdrawn',
        'not-checked',
        'withdrawn.list-unavailable',
        { what: domainOf(url) ?? url },
        { ...details, cause: bits },
      )
    }
    options.statusLists?.set(`${purpose} ${url}`, bits)
    const isSet = readStatus(bits, index)
    details.values = { ...details.values, entries: bits.length * 8, isSet }
    return bitAnswer(isSet, purpose, details)
  } catch (error) {
    if (!(error instanceof UnusableList || error instanceof RangeError || error instanceof OpenBadgesError)) throw error
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-invalid',
      { problem: error.message, what: domainOf(url ?? '') ?? 'The list' },
      details,
    )
  }
}

/** A decimal number as text; old lists also wrote it as a number. */
function indexOf(value: unknown): number | undefined {
  const index =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,15}$/.test(value)
        ? Number(value)
        : Number.NaN
  return Number.isSafeInteger(index) && index >= 0 ? index : undefined
}

function bitAnswer(isSet: boolean, purpose: string, details: CheckDetails): Check {
  if (!isSet && (purpose === 'revocation' || purpose === 'suspension'))
    return check('withdrawn', 'passed', 'withdrawn.no', {}, details)
  if (purpose === 'revocation') return check('withdrawn', 'failed', 'withdrawn.revoked', {}, details)
  if (purpose === 'suspension') return check('withdrawn', 'failed', 'withdrawn.suspended', {}, details)
  // `refresh` and `message` say something about a badge, but not whether it is withdrawn (Bitstring Status List, section 2.1).
  return check('withdrawn', 'warning', 'withdrawn.no-method', {}, details)
}

/** The bits of a list whose own proof, issuer, dates and purpose are right; a text says why it could not be had. */
async function loadList(
  url: string,
  purpose: string,
  badge: JsonObject,
  options: StatusOptions,
  details: CheckDetails,
): Promise<StatusBits | string> {
  const answer = await options.ring.evidence.bytes(
    url,
    details.fetched!,
    'application/vc+ld+json, application/vc, application/ld+json, application/json, application/vc+jwt',
    2 * 1024 * 1024,
  )
  if (answer.kind !== 'bytes' || answer.status === 410) return whyNot(answer)
  // The list's own statuses are not asked for: a list of lists could go on for ever.
  const withFetched = { ...options, ring: { ...options.ring, fetched: details.fetched! } }
  const { document, authenticity } = await openList(answer.body, withFetched)
  const subject = first(own(document, 'credentialSubject'))
  refuseWrongList(document, subject, { url, purpose, badge, now: options.now })
  const { signature, issuer } = await authenticity()
  details.values = { listSignature: signature.code, listIssuer: issuer.code }
  if (signature.result === 'not-checked') return signature.details.cause ?? signature.sentence
  if (signature.result !== 'passed') throw new UnusableList(`its own signature: ${signature.sentence}`)
  if (issuer.result === 'failed') throw new UnusableList('it was not signed by the issuer')
  if (issuer.result === 'not-checked') return issuer.sentence
  return decodeStatusList(textOf(own(subject, 'encodedList'))!)
}

/** A list is signed as badges are: with an embedded proof, or as a JWT. */
async function openList(
  body: Uint8Array,
  options: StatusOptions,
): Promise<{ document: JsonObject; authenticity: () => Promise<Authenticity> }> {
  const text = fromUtf8(body).trim()
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) {
    const { document, ...authenticity } = await checkJwt(text, options)
    return { document, authenticity: async () => authenticity }
  }
  const document = parseDocument(text)
  return { document, authenticity: () => checkProofs(document, options) }
}

function refuseWrongList(
  document: JsonObject,
  subject: JsonObject,
  { url, purpose, badge, now }: { url: string; purpose: string; badge: JsonObject; now: Date },
): void {
  const types = listOf(own(subject, 'type'))
  if (!['BitstringStatusList', 'StatusList2021', 'RevocationList2020'].some((type) => types.includes(type)))
    throw new UnusableList('it is not a status list')
  const id = own(document, 'id')
  if (id !== undefined && id !== url) throw new UnusableList('it is another list than the badge names')
  const purposes = listOf(own(subject, 'statusPurpose'))
  if (purposes.length > 0 && !purposes.includes(purpose)) throw new UnusableList('it is a list for another purpose')
  if (typeof own(subject, 'encodedList') !== 'string') throw new UnusableList('it holds no bits')
  // Somebody else's signed list must not speak about this issuer's badges (S31).
  if (issuerIdOf(document) !== issuerIdOf(badge)) throw new UnusableList('it is signed by another issuer')
  const until = own(document, 'validUntil') ?? own(document, 'expirationDate')
  if (until !== undefined && !((parseDateTimeStamp(until) ?? 0) >= now.getTime()))
    throw new UnusableList('it has expired')
  const from = own(document, 'validFrom') ?? own(document, 'issuanceDate')
  if (from !== undefined && !((parseDateTimeStamp(from) ?? Number.POSITIVE_INFINITY) <= now.getTime()))
    throw new UnusableList('it is not valid yet')
}

/** The deprecated list of ids (Open Badges 3.0, section "1EdTech Revocation List Status Method"); unsigned, so only from the issuer's own site. */
async function checkRevocationList(entry: JsonObject, document: JsonObject, options: StatusOptions): Promise<Check> {
  const url = textOf(own(entry, 'id')) ?? ''
  const fetched: Fetched[] = []
  const details: CheckDetails = { method: '1EdTechRevocationList', inputs: { list: url }, fetched }
  const answer = await options.ring.evidence.document(url, fetched)
  const what = domainOf(url) ?? 'The list'
  if (answer.kind !== 'document' || answer.status === 410) {
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-unavailable',
      { what },
      { ...details, cause: whyNot(answer) },
    )
  }
  const { document: list } = answer
  const named = listOf(own(list, 'issuer'))[0]
  const listIssuer = textOf(isObject(named) ? own(named, 'id') : named)
  if (
    own(list, 'revokedCredential') === undefined &&
    own(list, 'revokedCredentials') === undefined &&
    own(list, 'id') === undefined
  ) {
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-invalid',
      { problem: 'it is not a revocation list', what },
      details,
    )
  }
  if (listIssuer !== undefined && listIssuer !== issuerIdOf(document)) {
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-invalid',
      { problem: 'it belongs to another issuer', what },
      details,
    )
  }
  const entries = [...listOf(own(list, 'revokedCredential')), ...listOf(own(list, 'revokedCredentials'))].filter(
    isObject,
  )
  const hit = entries.find((item) => own(item, 'id') === own(document, 'id') && own(item, 'revoked') !== false)
  details.values = { entries: entries.length, isListed: hit !== undefined }
  if (!hit) return check('withdrawn', 'passed', 'withdrawn.no', {}, details)
  return check(
    'withdrawn',
    'failed',
    'withdrawn.revoked',
    { reason: (textOf(own(hit, 'revocationReason')) ?? '').slice(0, 500) },
    details,
  )
}
