// Credentials as signed JWTs, in two profiles that contradict each other: that of Open Badges 3.0
// (section "JSON Web Token Proof Format") and that of "Securing Verifiable Credentials using JOSE and COSE".
import { fromBase64url, fromUtf8, toBase64url, utf8 } from './base.ts'
import type { Jwk } from './crypto/types.ts'
import { parseDateTimeStamp } from './dates.ts'
import { OpenBadgesError } from './errors.ts'
import type { Signer } from './keys/signer.ts'
import type { PublicKey } from './keys/public-key.ts'
import { parseDocument } from './read-json.ts'
import { isObject, listOf, own, textOf } from './validate/shape.ts'
import type { JsonObject } from './validate/shape.ts'
import { isVersion1 } from './validate/vocabulary.ts'

/** `open-badges`: `typ` JWT and the claims beside the credential. `vc-jose-cose`: `typ` vc+jwt, the credential alone. */
export type JwtProfile = 'open-badges' | 'vc-jose-cose'
export type JwtAlgorithm = 'EdDSA' | 'ES256' | 'ES384' | 'RS256'

/** What keys of a kind sign with; nothing else is accepted, whatever a header says (S26). */
const algorithmOfKey: Record<PublicKey['type'], JwtAlgorithm> = {
  Ed25519: 'EdDSA',
  'P-256': 'ES256',
  'P-384': 'ES384',
  RSA: 'RS256',
}
/** `Ed25519` is the newer name of the same thing (RFC 9864). */
const knownAlgorithms = new Set(['EdDSA', 'Ed25519', 'ES256', 'ES384', 'RS256'])

/**
 * Signs a credential as a compact JWS.
 *
 * `kid` is the address of the public key: a DID URL, or an https address that yields a JWK. In the Open Badges profile
 * the credential's own dates, ids and issuer are repeated as claims, as verifiers compare them.
 *
 * @throws {OpenBadgesError} `jwt.malformed` when the credential lacks what the claims repeat.
 *
 * @example
 * const { signer } = await generateEd25519KeyPair()
 * const jwt = await signJwt(credential, { signer, algorithm: 'EdDSA', kid: 'did:web:college.example#key-1' })
 * decodeJwt(jwt).header // { alg: 'EdDSA', typ: 'JWT', kid: 'did:web:college.example#key-1' }
 */
export async function signJwt(
  credential: object,
  {
    signer,
    algorithm,
    kid,
    profile = 'open-badges',
  }: { signer: Signer; algorithm: JwtAlgorithm; kid: string; profile?: JwtProfile },
): Promise<string> {
  const document = JSON.parse(JSON.stringify(credential)) as JsonObject
  const header =
    profile === 'open-badges' ? { alg: algorithm, typ: 'JWT', kid } : { alg: algorithm, typ: 'vc+jwt', cty: 'vc', kid }
  const payload = profile === 'open-badges' ? { ...document, ...claimsOf(document) } : document
  if (profile === 'vc-jose-cose' && (own(document, 'vc') !== undefined || own(document, 'vp') !== undefined)) {
    throw new OpenBadgesError('jwt.malformed', 'a credential in this profile has no claim named vc or vp')
  }
  const signed = `${toBase64url(utf8(JSON.stringify(header)))}.${toBase64url(utf8(JSON.stringify(payload)))}`
  return `${signed}.${toBase64url(await signer.sign(utf8(signed)))}`
}

/** The claims that the Open Badges profile wants beside the credential (section "JWT Payload"). */
function claimsOf(document: JsonObject): JsonObject {
  const issuer = own(document, 'issuer')
  const iss = textOf(isObject(issuer) ? own(issuer, 'id') : issuer)
  const subject = listOf(own(document, 'credentialSubject'))[0]
  const sub = isObject(subject) ? textOf(own(subject, 'id')) : undefined
  const nbf = secondsOf(own(document, 'validFrom'))
  const exp = secondsOf(own(document, 'validUntil'))
  const jti = textOf(own(document, 'id'))
  if (iss === undefined || jti === undefined || nbf === undefined)
    throw new OpenBadgesError('jwt.malformed', 'the credential lacks issuer, id or validFrom')
  return { iss, jti, nbf, ...(sub === undefined ? {} : { sub }), ...(exp === undefined ? {} : { exp }) }
}

export interface DecodedJwt {
  header: JsonObject
  payload: JsonObject
  profile: JwtProfile
  signature: Uint8Array
  /** The bytes the signature is over. */
  signed: Uint8Array
}

/**
 * Takes a compact JWS apart and refuses what must never be accepted, before any key is looked for: no or an unknown algorithm,
 * MACs, keys fetched from an address in the header, critical extensions.
 *
 * @throws {OpenBadgesError} `jwt.malformed`, `jwt.refused`, `json.…`, `base.invalid`
 *
 * @example
 * decodeJwt('eyJhbGciOiJFZERTQSIsInR5cCI6InZjK2p3dCJ9.e30.c2ln').profile // 'vc-jose-cose'
 */
export function decodeJwt(jwt: string): DecodedJwt {
  const parts = jwt.split('.')
  const [head = '', body = '', tail = ''] = parts
  if (parts.length !== 3 || head === '' || body === '')
    throw new OpenBadgesError('jwt.malformed', 'a JWT has three parts')
  const header = parseDocument(fromUtf8(fromBase64url(head)))
  refuseHeader(header)
  const payload = parseDocument(fromUtf8(fromBase64url(body)))
  const typ = textOf(own(header, 'typ'))
    ?.toLowerCase()
    .replace(/^application\//, '')
  const profile = typ === 'vc+jwt' || typ === 'vp+jwt' || typ === 'vc+ld+json+jwt' ? 'vc-jose-cose' : 'open-badges'
  if (profile === 'vc-jose-cose' && (own(payload, 'vc') !== undefined || own(payload, 'vp') !== undefined)) {
    throw new OpenBadgesError('jwt.malformed', 'a vc+jwt has no claim named vc or vp')
  }
  return { header, payload, profile, signature: fromBase64url(tail), signed: utf8(`${head}.${body}`) }
}

function refuseHeader(header: JsonObject): void {
  const alg = own(header, 'alg')
  if (typeof alg !== 'string' || !knownAlgorithms.has(alg))
    throw new OpenBadgesError('jwt.refused', 'the algorithm of the JWT is not accepted')
  for (const name of ['jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc']) {
    if (own(header, name) !== undefined)
      throw new OpenBadgesError('jwt.refused', `the header "${name}" is not accepted`)
  }
  const typ = own(header, 'typ')
  if (
    typ !== undefined &&
    (typeof typ !== 'string' || !/^(application\/)?(jwt|(vc|vp)\+jwt|vc\+ld\+json\+jwt|jose|jws)$/i.test(typ))
  ) {
    throw new OpenBadgesError('jwt.refused', 'the type of the JWT is not accepted')
  }
  const jwk = own(header, 'jwk')
  if (jwk !== undefined && (!isObject(jwk) || own(jwk, 'd') !== undefined || own(jwk, 'k') !== undefined)) {
    throw new OpenBadgesError('jwt.refused', 'the header "jwk" is not a public key')
  }
}

/** True when the signature is by this key and the algorithm is the one such keys sign with. */
export async function jwtSignedBy({ header, signed, signature }: DecodedJwt, key: PublicKey): Promise<boolean> {
  const alg = own(header, 'alg') === 'Ed25519' ? 'EdDSA' : own(header, 'alg')
  return algorithmOfKey[key.type] === alg && key.verify(signed, signature)
}

const claimNames = new Set(['iss', 'sub', 'jti', 'nbf', 'exp', 'iat', 'aud', 'vc'])

/** The credential in a payload: the claim `vc` (VC 1.1), or the payload without the claims that surround it. */
export function credentialOf(payload: JsonObject): JsonObject {
  const inner = own(payload, 'vc')
  if (isObject(inner)) return inner
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !claimNames.has(name)))
}

export interface ClaimDifferences {
  /** Claims that say something else than the credential. */
  different: string[]
  /** Claims the Open Badges profile wants and that are not there. */
  missing: string[]
}

/** Compares the claims with the credential; the credential counts, and both have to say the same. */
export function compareClaims(
  payload: JsonObject,
  credential: JsonObject,
  profile: JwtProfile = 'open-badges',
): ClaimDifferences {
  const issuer = own(credential, 'issuer')
  const subject = listOf(own(credential, 'credentialSubject'))[0]
  const inside: Record<string, unknown> = {
    iss: textOf(isObject(issuer) ? own(issuer, 'id') : issuer),
    sub: isObject(subject) ? own(subject, 'id') : undefined,
    jti: own(credential, 'id'),
    // In VC-JOSE-COSE these two are about the token, not about the credential (section 3.1.3).
    ...(profile === 'open-badges' ? datesOf(credential) : {}),
  }
  const different: string[] = []
  const missing: string[] = []
  for (const [name, value] of Object.entries(inside)) {
    const claim = own(payload, name)
    if (claim === undefined && value !== undefined) missing.push(name)
    const isEqual =
      typeof claim === 'number' && typeof value === 'number' ? Math.floor(claim) === value : claim === value
    if (claim !== undefined && value !== undefined && !isEqual) different.push(name)
    // A VC 1.1 inside `vc` may leave to the claims what they say; else an extra end date must not be overlooked.
    if (claim !== undefined && value === undefined && name === 'exp' && own(payload, 'vc') === undefined)
      different.push(name)
  }
  return { different, missing }
}

function datesOf(credential: JsonObject): Record<string, unknown> {
  // VC 1.1 has names of its own for the two, and may carry those of 2.0 beside them with another meaning.
  const [from, until] = isVersion1(credential)
    ? (['issuanceDate', 'expirationDate'] as const)
    : (['validFrom', 'validUntil'] as const)
  return { nbf: secondsOf(own(credential, from)), exp: secondsOf(own(credential, until)) }
}

/** A VC 1.1 credential may leave ids, issuer and dates to the claims (VC 1.1, section 6.3.1): they are put back. */
export function completed(payload: JsonObject, credential: JsonObject): JsonObject {
  if (!isObject(own(payload, 'vc'))) return credential
  const date = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e11
      ? new Date(value * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
      : undefined
  const fill: JsonObject = {
    id: textOf(own(payload, 'jti')),
    issuer: textOf(own(payload, 'iss')),
    issuanceDate: date(own(payload, 'nbf')),
    expirationDate: date(own(payload, 'exp')),
  }
  const missing = Object.entries(fill).filter(
    ([name, value]) => value !== undefined && own(credential, name) === undefined,
  )
  return missing.length === 0 ? credential : { ...Object.fromEntries(missing), ...credential }
}

function secondsOf(value: unknown): number | undefined {
  const ms = parseDateTimeStamp(value)
  return ms === undefined ? undefined : Math.floor(ms / 1000)
}

/** The key in a header, which says nothing about who owns it. */
export function headerKey(header: JsonObject): (Jwk & JsonObject) | undefined {
  const jwk = own(header, 'jwk')
  return isObject(jwk) ? (jwk as Jwk & JsonObject) : undefined
}
