// Signed badges: a JWS by a key that the issuer names, and a list of those it has withdrawn.
import { jwkFromPem } from '#crypto'
import { OpenBadgesError } from '../errors.ts'
import { decodeJwt, jwtSignedBy } from '../jwt.ts'
import { PublicKey } from '../keys/public-key.ts'
import { parseDocument } from '../read-json.ts'
import type { FoundCredential } from '../read.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { whyNot } from '../verify/evidence.ts'
import { domainOf, originOf, publicKeyOf } from '../verify/keys.ts'
import { notReached } from '../verify/proofs.ts'
import type { ProofOptions } from '../verify/proofs.ts'
import { first } from '../view.ts'
import { confirmed } from './parts.ts'
import type { Judgement, Parts } from './parts.ts'

export async function judgeSigned(found: FoundCredential, parts: Parts, options: ProofOptions): Promise<Judgement> {
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
