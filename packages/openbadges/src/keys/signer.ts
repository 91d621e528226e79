import { generateKeyPair as generate, importPrivateKey, type PrivateKeyHandle, sign } from '#crypto'
import type { Jwk, JwkPair, KeyType, SignatureAlgorithm } from '../crypto/types.ts'
import { concatBytes, fromBase64url, toBase64url } from '../base.ts'
import { OpenBadgesError } from '../errors.ts'
import { publicKeyToMultibase, secretFromMultibase } from './multikey.ts'
import { keyTypeOf, PublicKey } from './public-key.ts'

/** Whatever can sign bytes: a key in memory, a KMS, a smart card. ECDSA signatures are r and s at fixed length. */
export type Signer = { sign(data: Uint8Array): Promise<Uint8Array> | Uint8Array }

/** A fresh key pair with both forms of its halves; `secret` are the raw 32 bytes (48 for P-384). */
export type KeyPair = {
  type: KeyType
  publicKey: PublicKey
  publicKeyMultibase: string
  privateJwk: Jwk
  secret: Uint8Array
  signer: Signer
}

/**
 * Makes an Ed25519 key pair, the kind that `eddsa-rdfc-2022` signs with.
 *
 * @example
 * (await generateEd25519KeyPair()).secret.length // 32
 */
export function generateEd25519KeyPair(): Promise<KeyPair> {
  return generateKeyPair('Ed25519')
}

/**
 * Makes a key pair for one of the supported cryptosuites.
 *
 * @example
 * (await generateKeyPair('P-384')).type // 'P-384'
 */
export async function generateKeyPair(type: 'Ed25519' | 'P-256' | 'P-384'): Promise<KeyPair> {
  return keyPairFrom(type, await generate(type))
}

function keyPairFrom(type: KeyType, { publicJwk, privateJwk }: JwkPair): KeyPair {
  const publicKey = PublicKey.fromJwk(publicJwk)
  return {
    type,
    publicKey,
    publicKeyMultibase: publicKeyToMultibase(publicKey),
    privateJwk,
    secret: fromBase64url(privateJwk.d ?? ''),
    signer: signerFromPrivateJwk(privateJwk),
  }
}

/**
 * A signer over a private JSON Web Key. The key object is made once, at the first signature.
 *
 * @throws {OpenBadgesError} `key.unsupported`, `key.invalid`
 * @example
 * const { privateJwk, publicKey } = await generateEd25519KeyPair()
 * const signature = await signerFromPrivateJwk(privateJwk).sign(utf8('text'))
 * await publicKey.verify(utf8('text'), signature) // true
 */
export function signerFromPrivateJwk(jwk: Jwk): Signer {
  const algorithm = algorithmOf(keyTypeOf(jwk))
  if (typeof jwk.d !== 'string') throw new OpenBadgesError('key.invalid', 'the private key lacks its secret')
  const imported = privateKeyFrom(jwk)
  let handle = imported instanceof Promise ? undefined : imported
  return {
    sign(data) {
      if (handle) return sign(algorithm, handle, data)
      return Promise.resolve(imported).then((key) => {
        handle = key
        return sign(algorithm, key, data)
      })
    },
  }
}

/** The platform's key object; where that takes a promise, what is wrong shows at the first signature. */
function privateKeyFrom(jwk: Jwk): PrivateKeyHandle | Promise<PrivateKeyHandle> {
  const refuse = (cause: unknown): never => {
    throw new OpenBadgesError('key.invalid', 'the private key cannot be used', { cause })
  }
  try {
    const key = importPrivateKey(jwk)
    if (!(key instanceof Promise)) return key
    const checked = key.catch(refuse)
    // It is handled when somebody signs; until then it must not count as unhandled.
    checked.catch(() => {})
    return checked
  } catch (cause) {
    return refuse(cause)
  }
}

/**
 * A signer over the raw 32 bytes of an Ed25519 secret and its public key.
 *
 * @throws {OpenBadgesError} `key.invalid`
 * @example
 * const { secret, publicKey } = await generateEd25519KeyPair()
 * const signature = await ed25519SignerFromPrivateKey(secret, publicKey).sign(utf8('text'))
 * await publicKey.verify(utf8('text'), signature) // true
 */
export function ed25519SignerFromPrivateKey(secret: Uint8Array, publicKey: Uint8Array | PublicKey): Signer {
  if (secret.length !== 32) throw new OpenBadgesError('key.invalid', 'an Ed25519 secret has 32 bytes')
  const x = publicKey instanceof PublicKey ? (publicKey.jwk.x ?? '') : toBase64url(publicKey)
  return signerFromPrivateJwk({ kty: 'OKP', crv: 'Ed25519', x, d: toBase64url(secret) })
}

/**
 * A signer from a Multikey pair (`publicKeyMultibase`, `secretKeyMultibase`).
 *
 * @throws {OpenBadgesError} `key.invalid`, `key.unsupported`
 * @example
 * const { secret, publicKey } = await generateKeyPair('P-256')
 * const signature = await signerFromMultikey(publicKey, secretToMultibase('P-256', secret)).sign(utf8('text'))
 * await publicKey.verify(utf8('text'), signature) // true
 */
export function signerFromMultikey(publicKey: PublicKey, secretKeyMultibase: string): Signer {
  const { type, secret } = secretFromMultibase(secretKeyMultibase)
  if (type !== publicKey.type)
    throw new OpenBadgesError('key.invalid', 'the two halves of the key are of different kinds')
  return signerFromPrivateJwk({ ...publicKey.jwk, d: toBase64url(secret) })
}

/**
 * The PKCS#8 bytes of an Ed25519 secret, as other tools want it (RFC 8410, section 7).
 *
 * @example
 * ed25519Pkcs8(new Uint8Array(32)).length // 48
 */
export function ed25519Pkcs8(secret: Uint8Array): Uint8Array {
  const head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
  return concatBytes(Uint8Array.from(head), secret)
}

function algorithmOf(type: KeyType): SignatureAlgorithm {
  const algorithms: Record<KeyType, SignatureAlgorithm> = {
    Ed25519: 'Ed25519',
    'P-256': 'ES256',
    'P-384': 'ES384',
    RSA: 'RS256',
  }
  return algorithms[type]
}
