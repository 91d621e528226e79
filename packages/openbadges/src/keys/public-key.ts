import { importPublicKey, type PublicKeyHandle, verify } from '#crypto'
import type { Jwk, KeyType, SignatureAlgorithm } from '../crypto/types.ts'
import { fromBase64url } from '../base.ts'
import { OpenBadgesError } from '../errors.ts'
import { isSmallOrderPoint, signatureScalarIsReduced } from './ed25519-strict.ts'

/**
 * A public key that can verify. It keeps the platform's key object, whose import costs more than a
 * verification, so reuse the instance.
 */
export class PublicKey {
  readonly type: KeyType
  readonly jwk: Readonly<Jwk>
  #handle: PublicKeyHandle | Promise<PublicKeyHandle> | undefined

  private constructor(type: KeyType, jwk: Jwk) {
    this.type = type
    this.jwk = jwk
  }

  /**
   * A public key from a JSON Web Key: OKP Ed25519, EC P-256 and P-384, RSA of 2,048 to 8,192 bits.
   * Private members are ignored and not kept.
   *
   * @throws {OpenBadgesError} `key.unsupported`, `key.invalid`
   */
  static fromJwk(jwk: Jwk): PublicKey {
    const type = keyTypeOf(jwk)
    if (type === 'RSA') {
      const bits = bytesOf(jwk.n).length * 8
      if (bits < 2048 || bits > 8192)
        throw new OpenBadgesError('key.unsupported', `RSA keys of ${bits} bits are refused`)
      bytesOf(jwk.e)
      return new PublicKey(type, { kty: 'RSA', n: jwk.n, e: jwk.e })
    }
    const length = type === 'P-384' ? 48 : 32
    const x = bytesOf(jwk.x)
    if (x.length !== length)
      throw new OpenBadgesError('key.invalid', `the key's x has ${x.length} bytes, not ${length}`)
    if (type === 'Ed25519') {
      // With a small-order key one signature is valid for any text (Taming the many EdDSAs, section 2).
      if (isSmallOrderPoint(x)) throw new OpenBadgesError('key.invalid', 'the Ed25519 key is a point of small order')
      return new PublicKey(type, { kty: 'OKP', crv: type, x: jwk.x })
    }
    if (bytesOf(jwk.y).length !== length) throw new OpenBadgesError('key.invalid', "the key's y has a wrong length")
    return new PublicKey(type, { kty: 'EC', crv: type, x: jwk.x, y: jwk.y })
  }

  /** The algorithm that keys of this type sign with. */
  get algorithm(): SignatureAlgorithm {
    return algorithms[this.type]
  }

  /** True when the signature over the data is by this key. False for signatures of a wrong length; never throws for bad ones. */
  async verify(data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const length = signatureLengths[this.type]
    if (length !== undefined && signature.length !== length) return false
    if (this.type === 'Ed25519' && !signatureScalarIsReduced(signature)) return false
    try {
      this.#handle ??= importPublicKey(this.jwk)
      const handle = this.#handle instanceof Promise ? await this.#handle : this.#handle
      const answer = verify(this.algorithm, handle, data, signature)
      return answer instanceof Promise ? await answer : answer
    } catch (cause) {
      // Browsers learnt Ed25519 late. That says nothing about the key.
      const isUnknownHere = cause instanceof Error && cause.name === 'NotSupportedError'
      throw isUnknownHere
        ? new OpenBadgesError('key.unsupported', `${this.type} keys cannot be used on this platform`, { cause })
        : new OpenBadgesError('key.invalid', 'the public key cannot be used', { cause })
    }
  }
}

const algorithms: Record<KeyType, SignatureAlgorithm> = {
  Ed25519: 'Ed25519',
  'P-256': 'ES256',
  'P-384': 'ES384',
  RSA: 'RS256',
}
const signatureLengths: Record<KeyType, number | undefined> = { Ed25519: 64, 'P-256': 64, 'P-384': 96, RSA: undefined }

/** @throws {OpenBadgesError} `key.unsupported` */
export function keyTypeOf(jwk: Jwk): KeyType {
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return 'Ed25519'
  if (jwk.kty === 'EC' && (jwk.crv === 'P-256' || jwk.crv === 'P-384')) return jwk.crv
  if (jwk.kty === 'RSA') return 'RSA'
  throw new OpenBadgesError(
    'key.unsupported',
    `keys of kind ${String(jwk.kty)} ${String(jwk.crv ?? '')} are not supported`,
  )
}

function bytesOf(member: unknown): Uint8Array {
  if (typeof member !== 'string') throw new OpenBadgesError('key.invalid', 'the key lacks a member')
  return fromBase64url(member)
}
