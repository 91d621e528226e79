// Checks 2 and 3 for credentials that come as a JWT.
import { canonicalize } from '../canonicalize.ts'
import type { Jwk } from '../crypto/types.ts'
import { OpenBadgesError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { compareClaims, completed, credentialOf, decodeJwt, headerKey, jwtSignedBy } from '../jwt.ts'
import type { DecodedJwt } from '../jwt.ts'
import { PublicKey } from '../keys/public-key.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { check } from '../report.ts'
import type { CheckDetails } from '../report.ts'
import { own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { controllerDocument, domainOf, KeyUnavailable, listsKey, originOf, resolveKey } from './keys.ts'
import { bindingOf, issuerCheck, issuerIdOf, notReached, unsigned } from './proofs.ts'
import type { Authenticity, Binding, ProofOptions } from './proofs.ts'

export interface JwtResult extends Authenticity {
  document: JsonObject
  /** Deviations that change nothing in what the badge says. */
  unusual: string[]
}

/** Judges the signature of a compact JWS over a credential, and whose it is. Never throws because the token is bad. */
export async function checkJwt(jwt: string, options: ProofOptions): Promise<JwtResult> {
  let decoded: DecodedJwt
  try {
    decoded = decodeJwt(jwt)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    const code = error.code === 'jwt.refused' ? 'signature.refused' : 'signature.malformed'
    return { ...unsigned(code, { method: 'JWT', cause: error.message }), document: {}, unusual: [] }
  }
  const { header, payload, profile } = decoded
  const document = completed(payload, credentialOf(payload))
  const { different, missing } = compareClaims(payload, document, profile)
  const details: CheckDetails = {
    method: `JWT (${profile})`,
    inputs: { alg: own(header, 'alg'), typ: own(header, 'typ') },
    keyId: textOf(own(header, 'kid')) ?? '',
    fetched: options.ring.fetched,
  }
  const unusual =
    profile === 'open-badges' && missing.length > 0 ? [`the claims ${missing.join(', ')} are missing in the JWT`] : []
  unusual.push(...(await undefinedTerms(document, options)))
  if (different.length > 0) {
    return { ...unsigned('signature.claims-differ', { ...details, values: { different } }), document, unusual }
  }
  const untimely = profile === 'vc-jose-cose' ? tokenTime(payload, options.now) : undefined
  if (untimely) return { ...unsigned(untimely, details), document, unusual }
  return { ...(await judge(decoded, document, options, details)), document, unusual }
}

/** The dates of the token itself; five minutes are forgiven, since clocks differ. */
function tokenTime(payload: JsonObject, now: Date): 'signature.expired' | 'signature.from-the-future' | undefined {
  const [exp, nbf] = [own(payload, 'exp'), own(payload, 'nbf')]
  if (exp !== undefined && !(typeof exp === 'number' && exp * 1000 > now.getTime())) return 'signature.expired'
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= now.getTime() + 300_000))
    return 'signature.from-the-future'
  return undefined
}

async function judge(
  decoded: DecodedJwt,
  document: JsonObject,
  options: ProofOptions,
  details: CheckDetails,
): Promise<Authenticity> {
  const issuerId = issuerIdOf(document)
  try {
    const key = await keyOf(decoded.header, issuerId, options)
    if (!key) return unsigned('signature.malformed', { ...details, cause: 'the header names no key' })
    if (!(await jwtSignedBy(decoded, key.publicKey))) {
      return unsigned('signature.wrong', { ...details, values: { keyType: key.publicKey.type } })
    }
    const signature = check('signature', 'passed', 'signature.valid', {}, details)
    const binding = await bound(key, issuerId, options)
    if (binding === 'unbound') {
      return {
        signature,
        issuer: check(
          'issuer',
          'not-checked',
          'issuer.key-unbound',
          {},
          { method: 'key in the header of the JWT', inputs: { issuer: issuerId } },
        ),
      }
    }
    return { signature, issuer: await issuerCheck(issuerId, binding, options, { keyId: key.id }) }
  } catch (error) {
    const what = domainOf(textOf(own(decoded.header, 'kid')) ?? '') ?? 'The issuer’s key'
    if (error instanceof KeyUnavailable || (error instanceof OpenBadgesError && error.code === 'key.unsupported')) {
      const code = error instanceof KeyUnavailable ? 'signature.key-unavailable' : 'signature.unknown-kind'
      const signature = check(
        'signature',
        'not-checked',
        code,
        { what, kind: textOf(own(decoded.header, 'alg')) ?? '' },
        { ...details, cause: error.message },
      )
      return { signature, issuer: notReached() }
    }
    if (!(error instanceof OpenBadgesError)) throw error
    const signature = check('signature', 'failed', 'signature.key-not-listed', {}, { ...details, cause: error.message })
    return { signature, issuer: await issuerCheck(issuerId, 'not-listed', options) }
  }
}

/** A key, and whether it only came along in the header. */
type FoundKey = VerificationKey & { isOwnWord?: boolean; isBareJwk?: boolean }

async function keyOf(
  header: JsonObject,
  issuerId: string | undefined,
  options: ProofOptions,
): Promise<FoundKey | undefined> {
  const kid = textOf(own(header, 'kid'))
  if (kid !== undefined) return keyById(kid, issuerId, options)
  const jwk = headerKey(header)
  if (!jwk) return undefined
  return { id: 'jwk', controller: '', purposes: [], publicKey: PublicKey.fromJwk(jwk), isOwnWord: true }
}

async function keyById(kid: string, issuerId: string | undefined, options: ProofOptions): Promise<FoundKey> {
  // A bare name or a fragment is meant relative to the issuer (VC-JOSE-COSE, section 3.3.1).
  const id = /^[a-z][a-z0-9+.-]*:/i.test(kid) ? kid : `${issuerId ?? ''}#${kid.replace(/^#/, '')}`
  if (!/^https?:/i.test(id) || id.includes('#')) return resolveKey(id, options.ring)
  const document = await controllerDocument(id, options.ring)
  if (own(document, 'kty') === undefined) return resolveKey(id, options.ring)
  // Open Badges: the address yields a JWK, which names no controller.
  return {
    id,
    controller: '',
    purposes: ['assertionMethod'],
    publicKey: PublicKey.fromJwk(document as Jwk & JsonObject),
    isBareJwk: true,
  }
}

async function bound(key: FoundKey, issuerId: string | undefined, options: ProofOptions): Promise<Binding | 'unbound'> {
  if (issuerId === undefined) return 'not-listed'
  // The site of the issuer speaks for the issuer.
  if (
    key.isBareJwk &&
    originOf(key.id) !== undefined &&
    originOf(key.id) === originOf(issuerId.startsWith('did:web:') ? `https://${domainOf(issuerId) ?? ''}` : issuerId)
  )
    return 'listed'
  if (!key.isOwnWord) return bindingOf(key, issuerId, options.ring)
  // A key that came along is the issuer's only if the issuer is that key, or is known to the caller; nothing is fetched for it.
  if (/^did:(key|jwk):/.test(issuerId)) {
    const own = await resolveKey(issuerId, options.ring)
    return listsKey(
      {
        id: issuerId,
        assertionMethod: [own.id],
        verificationMethod: [{ id: own.id, publicKeyJwk: own.publicKey.jwk }],
      },
      key,
      issuerId,
    )
      ? 'listed'
      : 'not-listed'
  }
  const known = await options.ring.resolveIssuer?.(issuerId)
  return known && listsKey(known as JsonObject, key, issuerId) ? 'listed' : 'unbound'
}

/** What JSON-LD would drop. A JWT signs it all the same, so this is a flaw and no forgery. */
async function undefinedTerms(document: JsonObject, options: ProofOptions): Promise<string[]> {
  try {
    await canonicalize(document as { [name: string]: JsonValue }, options.canonicalize)
    return []
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return [error.message]
  }
}
