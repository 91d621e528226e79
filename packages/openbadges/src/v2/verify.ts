// Verification of Open Badges 2.0 and older (2.0 specification, section "Verification"): hosted badges are
// what their own address says, signed ones what the issuer's published key says.
import { jwkFromPem } from '#crypto'
import { parseLegacyDate } from '../dates.ts'
import { OpenBadgesError } from '../errors.ts'
import { decodeJwt, jwtSignedBy } from '../jwt.ts'
import { PublicKey } from '../keys/public-key.ts'
import { parseDocument } from '../read-json.ts'
import type { FoundCredential } from '../read.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { validateV2 } from '../validate/v2.ts'
import { whyNot } from '../verify/evidence.ts'
import { domainOf, originOf, publicKeyOf } from '../verify/keys.ts'
import type { ProofOptions } from '../verify/proofs.ts'
import { checkDates, notReached } from '../verify/proofs.ts'
import { checkPicture, definitionAnswer } from '../verify/published.ts'
import { first, texts, words } from '../view.ts'
import { versionOfV2, viewOfAssertion } from './view.ts'

/** What the checks of an assertion found, with badge class and issuer put in their places for showing. */
export interface ResultV2 {
  checks: Check[]
  document: JsonObject
}

interface Parts {
  assertion: JsonObject
  badge: JsonObject | undefined
  badgeFetched: JsonObject | undefined
  issuer: JsonObject | undefined
  issuerId: string | undefined
  fetched: Fetched[]
  why: string
}

/**
 * Judges an assertion. `hostedAt` is the address it was fetched from, when it was: the assertion's own, for badges
 * that do not say.
 */
export async function verifyAssertion(
  found: FoundCredential,
  options: ProofOptions & { checkRecipient: (document: JsonObject) => Check; hostedAt?: string },
): Promise<ResultV2> {
  const given = found.document
  const host = found.jwt === undefined ? await askHost(given, options) : undefined
  // The hosted copy is the badge: what it says counts, and the copy in hand only has to agree.
  const parts = await partsOf(host?.document ?? given, options)
  const document = assembled(parts)
  const format = checkFormat(parts)
  const { signature, issuer, withdrawn } =
    host === undefined ? await judgeSigned(found, parts, options) : await judgeHosted(given, host, parts, options)
  const view = viewOfAssertion(document)
  return {
    document,
    checks: [
      format,
      signature,
      issuer,
      withdrawn,
      checkDates(view, options.now),
      options.checkRecipient(document),
      checkDefinition(parts),
      await checkPicture({ image: view.image, document, carrier: found.carrier }, options.ring.evidence),
    ],
  }
}

/** Badge class and issuer, embedded or fetched. */
async function partsOf(assertion: JsonObject, options: ProofOptions): Promise<Parts> {
  const fetched: Fetched[] = []
  const linked = async (value: unknown): Promise<{ document?: JsonObject; why: string }> => {
    const url = textOf(value) ?? textOf(own(first(value), 'id'))
    if (url === undefined || !/^https?:/i.test(url)) return { why: 'it has no address' }
    const known = await options.ring.resolveIssuer?.(url)
    if (isObject(known)) return { document: known, why: '' }
    const answer = await options.ring.evidence.ownDocument(url, fetched)
    return answer.kind === 'document' && answer.status !== 410
      ? { document: answer.document, why: '' }
      : { why: whyNot(answer) }
  }
  const badgeValue = own(assertion, 'badge')
  const badge = await linked(badgeValue)
  const description = isObject(badgeValue) ? badgeValue : badge.document
  const issuerValue = description && own(description, 'issuer')
  const issuer = issuerValue === undefined ? { why: badge.why } : await linked(issuerValue)
  const origin = textOf(own(first(issuerValue), 'origin'))
  return {
    assertion,
    badge: description,
    badgeFetched: badge.document,
    issuer: issuer.document ?? (origin === undefined ? undefined : first(issuerValue)),
    issuerId: textOf(issuerValue) ?? textOf(own(first(issuerValue), 'id')) ?? origin,
    fetched,
    why: issuer.why,
  }
}

/** The assertion with what it points to in place, for the view. Data that was fetched is marked as such by nothing: checks say it. */
function assembled({ assertion, badge, issuer }: Parts): JsonObject {
  if (!badge) return assertion
  return { ...assertion, badge: { ...badge, ...(issuer ? { issuer } : {}) } }
}

function checkFormat({ assertion, badge, issuer, fetched }: Parts): Check {
  const format = `Open Badge ${versionOfV2(assertion) ?? '2.0'}`
  const problems = [
    ...validateV2('Assertion', assertion),
    ...(badge && own(first(own(badge, 'issuer')), 'origin') === undefined ? validateV2('BadgeClass', badge) : []),
    ...(issuer && own(issuer, 'origin') === undefined ? validateV2('Profile', issuer) : []),
  ]
  const details: CheckDetails = { method: 'shape of assertion, badge class and issuer', problems, fetched }
  if (problems.length === 0) return check('format', 'passed', 'format.valid', { format }, details)
  const problem = `${problems[0]!.path}: ${problems[0]!.message}`
  // Old badges are often a little wrong; only what identifies recipient and badge must be there.
  const isFatal = problems.some(({ path }) => /^(recipient|badge)\b/.test(path))
  return isFatal
    ? check('format', 'failed', 'format.invalid', { format, problem }, details)
    : check('format', 'warning', 'format.unusual', { format, problem }, details)
}

/** What the address of a hosted badge answered. */
interface Host {
  url: string | undefined
  document?: JsonObject
  isGone: boolean
  why: string
  fetched: Fetched[]
}

async function askHost(given: JsonObject, options: ProofOptions & { hostedAt?: string }): Promise<Host> {
  const verify = first(own(given, 'verify'))
  const url = textOf(own(given, 'id')) ?? textOf(own(verify, 'url')) ?? options.hostedAt
  const fetched: Fetched[] = []
  if (url === undefined || !/^https?:/i.test(url))
    return { url, isGone: false, why: 'the badge does not say where it is published', fetched }
  const answer = await options.ring.evidence.ownDocument(url, fetched)
  const status = fetched.at(-1)?.status
  if (answer.kind === 'document') return { url, document: answer.document, isGone: status === 410, why: '', fetched }
  return { url, isGone: status === 410, why: whyNot(answer), fetched }
}

type Judgement = Record<'signature' | 'issuer' | 'withdrawn', Check>

async function judgeHosted(given: JsonObject, host: Host, parts: Parts, options: ProofOptions): Promise<Judgement> {
  const details: CheckDetails = {
    method: 'hosted: compared with the badge at its own address',
    inputs: { url: host.url },
    fetched: host.fetched,
  }
  const what = domainOf(host.url ?? '') ?? 'The issuer’s site'
  if (host.isGone || (host.document && own(host.document, 'revoked') === true)) {
    const reason = (textOf(own(host.document ?? {}, 'revocationReason')) ?? '').slice(0, 500)
    const isComplete = own(host.document ?? {}, 'badge') !== undefined
    const signature = check('signature', 'passed', 'signature.hosted', {}, details)
    const issuer = isComplete
      ? checkScope(host, parts, options)
      : checkScope(host, await partsOf(given, options), options)
    return {
      signature,
      issuer: await issuer,
      withdrawn: check('withdrawn', 'failed', 'withdrawn.revoked', { reason }, details),
    }
  }
  if (!host.document) {
    const signature = check(
      'signature',
      'not-checked',
      'signature.host-unavailable',
      { what },
      { ...details, cause: host.why },
    )
    return {
      signature,
      issuer: notReached(),
      withdrawn: check(
        'withdrawn',
        'not-checked',
        'withdrawn.list-unavailable',
        { what },
        { ...details, cause: host.why },
      ),
    }
  }
  const different = differences(given, host.document)
  if (different.length > 0) {
    const signature = check(
      'signature',
      'failed',
      'signature.hosted-different',
      {},
      { ...details, values: { different } },
    )
    return { signature, issuer: notReached(), withdrawn: check('withdrawn', 'not-checked', 'withdrawn.not-reached') }
  }
  return {
    signature: check('signature', 'passed', 'signature.hosted', {}, details),
    issuer: await checkScope(host, parts, options),
    withdrawn: check(
      'withdrawn',
      'passed',
      'withdrawn.no',
      {},
      { ...details, method: 'asked at the badge’s own address' },
    ),
  }
}

/** Properties of the copy in hand that the hosted badge contradicts. */
function differences(given: JsonObject, hosted: JsonObject): string[] {
  const facts = (item: JsonObject): Record<string, unknown> => {
    const recipient = own(item, 'recipient')
    const object = first(recipient)
    return {
      id: textOf(own(item, 'id')) ?? textOf(own(item, 'uid')),
      badge: textOf(own(item, 'badge')) ?? textOf(own(first(own(item, 'badge')), 'id')),
      recipient: typeof recipient === 'string' ? recipient : own(object, 'identity'),
      issuedOn: parseLegacyDate(own(item, 'issuedOn') ?? own(item, 'issued_on')),
      expires: parseLegacyDate(own(item, 'expires')),
    }
  }
  const [ours, theirs] = [facts(given), facts(hosted)]
  return Object.keys(ours).filter((key) => ours[key] !== theirs[key])
}

/** Whether the address of a hosted badge is one the issuer vouches for (2.0, "VerificationObject"; default: the issuer's own site). */
async function checkScope(host: Host, parts: Parts, options: ProofOptions): Promise<Check> {
  const { issuer, issuerId, fetched } = parts
  const details: CheckDetails = {
    method: 'address within the issuer’s scope',
    inputs: { url: host.url, issuer: issuerId },
    fetched: [...host.fetched, ...fetched],
  }
  if (issuerId === undefined) {
    return parts.badge
      ? check('issuer', 'failed', 'issuer.not-named', {}, details)
      : check('issuer', 'not-checked', 'issuer.unavailable', {}, { ...details, cause: parts.why })
  }
  if (!issuer) return check('issuer', 'not-checked', 'issuer.unavailable', {}, { ...details, cause: parts.why })
  const id = own(issuer, 'id')
  if (id !== undefined && id !== issuerId)
    return check(
      'issuer',
      'failed',
      'issuer.outside-scope',
      {},
      { ...details, cause: 'the issuer’s page is about somebody else' },
    )
  const verification = first(own(issuer, 'verification'))
  const startsWith = texts(own(verification, 'startsWith'))
  const origins = texts(own(verification, 'allowedOrigins')).map((origin) =>
    origin.includes('://') ? (originOf(origin) ?? '') : `https://${origin.toLowerCase()}`,
  )
  const url = host.url ?? ''
  const origin = originOf(url)
  const isInside =
    startsWith.length + origins.length > 0
      ? startsWith.some((prefix) => /^https?:\/\/[^/]+\//.test(prefix) && url.startsWith(prefix)) ||
        (origin !== undefined && origins.includes(origin))
      : origin !== undefined && origin === originOf(issuerId)
  if (!isInside) return check('issuer', 'failed', 'issuer.outside-scope', {}, details)
  return confirmed(issuerId, options, details)
}

async function confirmed(issuerId: string, options: ProofOptions, details: CheckDetails): Promise<Check> {
  const domain = domainOf(issuerId)
  const known = await options.knownIssuer?.(issuerId)
  if (known?.domain) return check('issuer', 'passed', 'issuer.confirmed-here', { domain: known.domain }, details)
  if (known) return check('issuer', 'warning', 'issuer.known-here', {}, details)
  // Without TLS anybody on the way could have answered in the issuer's name.
  if (!issuerId.startsWith('https:') || domain === undefined)
    return check('issuer', 'warning', 'issuer.insecure', { domain: domain ?? '' }, details)
  return check('issuer', 'passed', 'issuer.domain', { domain }, details)
}

async function judgeSigned(found: FoundCredential, parts: Parts, options: ProofOptions): Promise<Judgement> {
  const { assertion, issuer, issuerId, fetched } = parts
  const keyUrl =
    textOf(own(first(own(assertion, 'verification')), 'creator')) ??
    textOf(own(first(own(assertion, 'verify')), 'url')) ??
    publicKeysOf(issuer)[0]
  const details: CheckDetails = { method: 'signed: JWS', inputs: { key: keyUrl }, fetched, keyId: keyUrl ?? '' }
  const open = (code: 'withdrawn.not-reached' | 'withdrawn.list-unavailable' = 'withdrawn.not-reached') =>
    check('withdrawn', 'not-checked', code, { what: domainOf(issuerId ?? '') ?? 'The issuer' })
  const failed = (signature: Check): Judgement => ({ signature, issuer: notReached(), withdrawn: open() })
  try {
    const decoded = decodeJwt(found.jwt ?? '')
    if (keyUrl === undefined)
      return failed(
        issuer
          ? check(
              'signature',
              'failed',
              'signature.key-not-listed',
              {},
              { ...details, cause: 'neither badge nor issuer names a key' },
            )
          : check(
              'signature',
              'not-checked',
              'signature.key-unavailable',
              { what: 'The issuer' },
              { ...details, cause: parts.why },
            ),
      )
    const key = await fetchKey(keyUrl, options, fetched)
    if (typeof key === 'string') {
      return failed(
        check(
          'signature',
          'not-checked',
          'signature.key-unavailable',
          { what: domainOf(keyUrl) ?? keyUrl },
          { ...details, cause: key },
        ),
      )
    }
    if (!(await jwtSignedBy(decoded, key.publicKey)))
      return failed(check('signature', 'failed', 'signature.wrong', {}, details))
    return {
      signature: check('signature', 'passed', 'signature.valid', {}, details),
      issuer: await checkOwner(keyUrl, key.owner, parts, options),
      withdrawn: await checkRevocationList(parts, options),
    }
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    const code =
      error.code === 'jwt.refused'
        ? 'signature.refused'
        : error.code.startsWith('key.')
          ? 'signature.unknown-kind'
          : 'signature.malformed'
    return failed(
      check(
        'signature',
        code === 'signature.unknown-kind' ? 'not-checked' : 'failed',
        code,
        { kind: 'this key' },
        { ...details, cause: error.message },
      ),
    )
  }
}

function publicKeysOf(issuer: JsonObject | undefined): string[] {
  return listOf(issuer && own(issuer, 'publicKey')).flatMap((key) => textOf(isObject(key) ? own(key, 'id') : key) ?? [])
}

/** A CryptographicKey document, or (1.x) the PEM itself. A text says why it could not be had. */
async function fetchKey(
  url: string,
  options: ProofOptions,
  fetched: Fetched[],
): Promise<{ publicKey: PublicKey; owner: string | undefined } | string> {
  const answer = await options.ring.evidence.ownBytes(
    url,
    fetched,
    'application/ld+json, application/json, application/x-pem-file, text/plain',
    64 * 1024,
  )
  if (answer.kind !== 'bytes' || answer.status === 410) return whyNot(answer)
  const text = new TextDecoder().decode(answer.body)
  if (text.trimStart().startsWith('-----BEGIN')) return { publicKey: await keyFromPem(text), owner: undefined }
  let document: JsonObject
  try {
    document = parseDocument(text)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return 'the address of the key holds neither PEM nor JSON'
  }
  const pem = textOf(own(document, 'publicKeyPem'))
  const owner = textOf(own(document, 'owner')) ?? textOf(own(document, 'controller'))
  return { owner, publicKey: pem === undefined ? publicKeyOf(document) : await keyFromPem(pem) }
}

/** @throws {OpenBadgesError} `key.invalid`, `key.unsupported` */
async function keyFromPem(pem: string): Promise<PublicKey> {
  try {
    return PublicKey.fromJwk(await jwkFromPem(pem))
  } catch (cause) {
    if (cause instanceof OpenBadgesError) throw cause
    throw new OpenBadgesError('key.invalid', 'the PEM cannot be read', { cause })
  }
}

/** The issuer must name the key and the key the issuer; a bare PEM must lie on the issuer's own site. */
async function checkOwner(
  keyUrl: string,
  owner: string | undefined,
  parts: Parts,
  options: ProofOptions,
): Promise<Check> {
  const { issuer, issuerId, fetched } = parts
  const details: CheckDetails = {
    method: 'key and issuer name each other',
    inputs: { key: keyUrl, owner, issuer: issuerId },
    keyId: keyUrl,
    fetched,
  }
  if (issuerId === undefined)
    return check(
      'issuer',
      parts.badge ? 'failed' : 'not-checked',
      parts.badge ? 'issuer.not-named' : 'issuer.unavailable',
      {},
      { ...details, cause: parts.why },
    )
  if (!issuer) return check('issuer', 'not-checked', 'issuer.unavailable', {}, { ...details, cause: parts.why })
  const isOwner =
    owner === undefined ? originOf(keyUrl) !== undefined && originOf(keyUrl) === originOf(issuerId) : owner === issuerId
  const listed = publicKeysOf(issuer)
  const isListed = listed.includes(keyUrl) || (listed.length === 0 && owner === undefined)
  const isAbout = own(issuer, 'id') === undefined || own(issuer, 'id') === issuerId
  if (!isOwner || !isListed || !isAbout) return check('issuer', 'failed', 'issuer.key-not-listed', {}, details)
  return confirmed(issuerId, options, details)
}

async function checkRevocationList({ assertion, issuer, issuerId }: Parts, options: ProofOptions): Promise<Check> {
  if (!issuer)
    return check('withdrawn', 'not-checked', 'withdrawn.list-unavailable', {
      what: domainOf(issuerId ?? '') ?? 'The issuer',
    })
  const url = textOf(own(issuer, 'revocationList')) ?? textOf(own(first(own(issuer, 'revocationList')), 'id'))
  const fetched: Fetched[] = []
  const details: CheckDetails = { method: 'revocation list of the issuer', inputs: { list: url }, fetched }
  if (url === undefined) return check('withdrawn', 'warning', 'withdrawn.no-method', {}, details)
  const answer = await options.ring.evidence.document(url, fetched)
  const what = domainOf(url) ?? url
  if (answer.kind !== 'document' || answer.status === 410)
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-unavailable',
      { what },
      { ...details, cause: whyNot(answer) },
    )
  const listIssuer = textOf(own(answer.document, 'issuer')) ?? textOf(own(first(own(answer.document, 'issuer')), 'id'))
  if (listIssuer !== undefined && listIssuer !== issuerId) {
    return check(
      'withdrawn',
      'not-checked',
      'withdrawn.list-invalid',
      { problem: 'it belongs to another issuer', what },
      details,
    )
  }
  const reason = reasonIn(answer.document, [textOf(own(assertion, 'id')), textOf(own(assertion, 'uid'))])
  return reason === undefined
    ? check('withdrawn', 'passed', 'withdrawn.no', {}, details)
    : check('withdrawn', 'failed', 'withdrawn.revoked', { reason: reason.slice(0, 500) }, details)
}

/** Why an assertion is on a list; undefined when it is not. 2.0 lists texts, `{id}` or `{uid}`; 1.x maps ids to reasons. */
function reasonIn(list: JsonObject, names: (string | undefined)[]): string | undefined {
  const ids = names.filter((name) => name !== undefined)
  const entries = own(list, 'revokedAssertions')
  if (!Array.isArray(entries)) {
    const hit = ids.find((id) => own(list, id) !== undefined)
    return hit === undefined ? undefined : (textOf(own(list, hit)) ?? '')
  }
  const hit = (entries as unknown[]).find((entry) =>
    (isObject(entry) ? [own(entry, 'id'), own(entry, 'uid')] : [entry]).some(
      (id) => typeof id === 'string' && ids.includes(id),
    ),
  )
  return hit === undefined ? undefined : isObject(hit) ? (textOf(own(hit, 'revocationReason')) ?? '') : ''
}

/** Check 7: an embedded badge class against the published one; one that was fetched is the published one. */
function checkDefinition({ assertion, badge, badgeFetched, fetched }: Parts): Check {
  const embedded = own(assertion, 'badge')
  const details: CheckDetails = { method: 'compared with the published badge class', fetched }
  if (!badge) return check('definition', 'not-checked', 'definition.unavailable', {}, details)
  if (!badgeFetched) return check('definition', 'not-checked', 'definition.not-published', {}, details)
  if (!isObject(embedded)) return check('definition', 'passed', 'definition.same', {}, details)
  const facts = (item: JsonObject) => [
    words(own(item, 'name')),
    words(own(item, 'description')),
    JSON.stringify(own(item, 'criteria') ?? null),
  ]
  const [ours, theirs] = [facts(embedded), facts(badgeFetched)]
  return definitionAnswer(
    ['name', 'description', 'criteria'].filter(
      (_, index) => ours[index] !== undefined && ours[index] !== theirs[index],
    ),
    details,
  )
}
