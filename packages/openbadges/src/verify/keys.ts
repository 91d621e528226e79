// Whose key is it? A verification method counts only as far as a controller's own document lists
// it: the id of the method, even when it spells out the key, proves nothing about who controls it.
import { fromBase64url, fromUtf8 } from '../base.ts'
import type { Jwk } from '../crypto/types.ts'
import { OpenBadgesError } from '../errors.ts'
import { resolveDidKey } from '../keys/did.ts'
import { publicKeyFromMultibase } from '../keys/multikey.ts'
import { PublicKey } from '../keys/public-key.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { Fetched } from '../report.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { parseDocument } from '../read-json.ts'
import type { Evidence } from './evidence.ts'

/** Gives the controller document or profile of issuers that the caller knows itself, instead of fetching it. */
export type ResolveIssuer = (id: string) => Promise<object | undefined> | object | undefined

/** Finds keys and controller documents for one verification. */
export interface KeyRing {
  evidence: Evidence
  resolveIssuer?: ResolveIssuer | undefined
  /** Every address asked for a key or a controller document. */
  fetched: Fetched[]
}

/** Nothing answered: whether the key is good stays open. */
export class KeyUnavailable extends Error {
  override name = 'KeyUnavailable'
}

const relationships = [
  'assertionMethod',
  'authentication',
  'capabilityInvocation',
  'capabilityDelegation',
  'keyAgreement',
] as const

/**
 * The key of a verification method, from its controller's document.
 *
 * @throws {KeyUnavailable} when the document could not be had.
 * @throws {OpenBadgesError} when it could, but does not hold such a key.
 */
export async function resolveKey(id: string, ring: KeyRing): Promise<VerificationKey> {
  if (id.startsWith('did:key:')) return resolveDidKey(id)
  if (id.startsWith('did:jwk:')) return resolveDidJwk(id)
  const controllerId = id.split('#', 1)[0]!
  const document = await controllerDocument(controllerId, ring)
  if (isKeyDocument(document, id)) return keyFromItsOwnDocument(document, id)
  return keyFromController(document, id, controllerId)
}

/**
 * The document under a controller's id: did:web, https, or one the caller resolves itself.
 *
 * @throws {KeyUnavailable} @throws {OpenBadgesError} for DID methods we do not know.
 */
export async function controllerDocument(id: string, ring: KeyRing): Promise<JsonObject> {
  const known = await ring.resolveIssuer?.(id)
  if (isObject(known)) return known
  const url = id.startsWith('did:web:') ? didWebUrl(id) : id
  if (id.startsWith('did:') && !id.startsWith('did:web:')) {
    throw new OpenBadgesError(
      'key.unsupported',
      `DIDs of the method ${id.split(':')[1]?.slice(0, 20)} are not supported`,
    )
  }
  if (!/^https?:/i.test(url))
    throw new OpenBadgesError('key.unsupported', 'the key is named by neither a DID nor a web address')
  const answer = await ring.evidence.ownDocument(url, ring.fetched)
  if (answer.kind !== 'document') throw new KeyUnavailable(answer.kind === 'nothing' ? answer.why : 'no document')
  if (answer.status === 410) throw new KeyUnavailable('the address answered 410')
  return answer.document
}

/**
 * Where the document of a did:web lies (did:web Method, section "Read").
 *
 * @throws {OpenBadgesError} `key.invalid`
 * @example
 * didWebUrl('did:web:college.example%3A8443:badges') // 'https://college.example:8443/badges/did.json'
 */
export function didWebUrl(did: string): string {
  const [host = '', ...path] = did.slice('did:web:'.length).split('#', 1)[0]!.split(':')
  let place: string
  try {
    place = decodeURIComponent(host)
  } catch (cause) {
    throw new OpenBadgesError('key.invalid', 'the did:web cannot be decoded', { cause })
  }
  const isHost = /^[a-z0-9.-]+(:\d{1,5})?$/i.test(place) && !place.startsWith('.')
  if (
    !isHost ||
    path.some((part) => !/^[A-Za-z0-9._~%-]+$/.test(part) || /^(\.|%2e){1,2}$/i.test(part) || /%2f|%5c/i.test(part))
  ) {
    throw new OpenBadgesError('key.invalid', 'this is no did:web')
  }
  return path.length === 0 ? `https://${place}/.well-known/did.json` : `https://${place}/${path.join('/')}/did.json`
}

/** The host that an issuer's id names, when it names one. */
export function domainOf(id: string): string | undefined {
  try {
    return new URL(id.startsWith('did:web:') ? didWebUrl(id) : id).host || undefined
  } catch {
    return undefined
  }
}

export function originOf(url: string): string | undefined {
  try {
    const { origin } = new URL(url)
    return origin === 'null' ? undefined : origin
  } catch {
    return undefined
  }
}

/** @throws {OpenBadgesError} `key.invalid`, `base.invalid` */
function resolveDidJwk(id: string): VerificationKey {
  const [did = '', fragment] = id.split('#')
  if (fragment !== undefined && fragment !== '0')
    throw new OpenBadgesError('key.invalid', 'a did:jwk has only the key #0')
  const jwk = parseDocument(fromUtf8(fromBase64url(did.slice('did:jwk:'.length)))) as Jwk & JsonObject
  const purposes = jwk.use === 'enc' ? [] : ['assertionMethod', 'authentication']
  return { id: `${did}#0`, controller: did, publicKey: PublicKey.fromJwk(jwk), purposes }
}

/** A method that is a document of its own, as Open Badges 3.0 publishes keys under https. */
function isKeyDocument(document: JsonObject, id: string): boolean {
  return (
    own(document, 'id') === id &&
    own(document, 'controller') !== undefined &&
    (own(document, 'publicKeyMultibase') !== undefined || own(document, 'publicKeyJwk') !== undefined) &&
    own(document, 'verificationMethod') === undefined
  )
}

function keyFromItsOwnDocument(document: JsonObject, id: string): VerificationKey {
  const controller = textOf(own(document, 'controller'))
  // Whoever publishes the key may name anyone as its controller; only the same site speaks for itself.
  if (controller === undefined || originOf(controller) === undefined || originOf(controller) !== originOf(id)) {
    throw new OpenBadgesError(
      'key.not-found',
      `the key at ${id} names a controller on another site, which has to list it`,
    )
  }
  return keyFrom(document, id, controller, ['assertionMethod'])
}

/** @throws {OpenBadgesError} `key.not-found`, `key.invalid`, `key.unsupported` */
export function keyFromController(document: JsonObject, id: string, controllerId: string): VerificationKey {
  if (own(document, 'id') !== controllerId) {
    throw new OpenBadgesError(
      'key.not-found',
      `the document at ${controllerId} is about ${textOf(own(document, 'id')) ?? 'nothing'}`,
    )
  }
  const method = methodsOf(document).find((item) => absolute(own(item, 'id'), controllerId) === id)
  if (!method) throw new OpenBadgesError('key.not-found', `${controllerId} does not list the key ${id}`)
  const controller = listOf(own(method, 'controller'))[0]
  if (controller !== undefined && controller !== controllerId) {
    throw new OpenBadgesError('key.not-found', `the key ${id} is controlled by ${textOf(controller) ?? 'nobody'}`)
  }
  return keyFrom(method, id, controllerId, purposesOf(document, id, controllerId))
}

/** Whether a controller's document lists exactly this key, under whatever id, for making assertions. */
export function listsKey(document: JsonObject, key: VerificationKey, controllerId: string): boolean {
  if (own(document, 'id') !== controllerId) return false
  const listed = listOf(own(document, 'assertionMethod'))
  if (listed.some((item) => absolute(item, controllerId) === key.id)) return true
  return methodsOf(document).some((method) => {
    const id = absolute(own(method, 'id'), controllerId)
    if (id === undefined || !purposesOf(document, id, controllerId).includes('assertionMethod')) return false
    try {
      return sameKey(keyFrom(method, id, controllerId, []).publicKey, key.publicKey)
    } catch {
      return false
    }
  })
}

function sameKey(a: PublicKey, b: PublicKey): boolean {
  return a.type === b.type && a.jwk.x === b.jwk.x && a.jwk.y === b.jwk.y && a.jwk.n === b.jwk.n && a.jwk.e === b.jwk.e
}

function methodsOf(document: JsonObject): JsonObject[] {
  return ['verificationMethod', 'publicKey', ...relationships]
    .flatMap((name) => listOf(own(document, name)))
    .filter(isObject)
}

function purposesOf(document: JsonObject, id: string, controllerId: string): string[] {
  return relationships.filter((name) =>
    listOf(own(document, name)).some((item) => absolute(isObject(item) ? own(item, 'id') : item, controllerId) === id),
  )
}

/** Fragments alone are relative to the document (Controlled Identifiers 1.0, section 2.2). */
function absolute(id: unknown, controllerId: string): string | undefined {
  if (typeof id !== 'string') return undefined
  return id.startsWith('#') ? controllerId + id : id
}

function keyFrom(method: JsonObject, id: string, controller: string, purposes: readonly string[]): VerificationKey {
  const expires = textOf(own(method, 'expires'))
  const revoked = textOf(own(method, 'revoked'))
  return {
    id,
    controller,
    purposes,
    publicKey: publicKeyOf(method),
    ...(expires === undefined ? {} : { expires }),
    ...(revoked === undefined ? {} : { revoked }),
  }
}

/** @throws {OpenBadgesError} `key.unsupported`, `key.invalid` */
export function publicKeyOf(method: JsonObject): PublicKey {
  const multibase = own(method, 'publicKeyMultibase')
  if (typeof multibase === 'string') return publicKeyFromMultibase(multibase)
  const jwk = own(method, 'publicKeyJwk')
  if (isObject(jwk)) return PublicKey.fromJwk(jwk as Jwk & JsonObject)
  throw new OpenBadgesError('key.unsupported', 'the verification method holds no key that we can read')
}
