import type { Jwk, KeyType } from '../crypto/types.ts'
import { concatBytes, fromBase64url, fromMultibase, toBase64url, toMultibase } from '../base.ts'
import { OpenBadgesError } from '../errors.ts'
import { PublicKey } from './public-key.ts'

// Multicodec prefixes as variable-length integers (Controlled Identifiers 1.0, section 2.2.2).
const PREFIXES: Partial<Record<KeyType, { public: readonly number[]; secret: readonly number[] }>> = {
  Ed25519: { public: [0xed, 0x01], secret: [0x80, 0x26] },
  'P-256': { public: [0x80, 0x24], secret: [0x86, 0x26] },
  'P-384': { public: [0x81, 0x24], secret: [0x87, 0x26] },
}

/**
 * The public key of a `publicKeyMultibase` (base58btc, `z6Mk…` Ed25519, `zDn…` P-256, `z82…` P-384).
 *
 * @throws {OpenBadgesError} `key.invalid`, `key.unsupported`, `base.invalid`
 * @example
 * publicKeyFromMultibase('zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP').type // 'P-256'
 */
export function publicKeyFromMultibase(text: string): PublicKey {
  const known = parsed.get(text)
  if (known) return known
  if (text[0] !== 'z') throw new OpenBadgesError('key.invalid', 'a public key in multibase starts with z')
  const bytes = fromMultibase(text)
  for (const [type, prefixes] of Object.entries(PREFIXES) as [KeyType, { public: readonly number[] }][]) {
    if (bytes[0] !== prefixes.public[0] || bytes[1] !== prefixes.public[1]) continue
    const key = PublicKey.fromJwk(jwkFromRaw(type, bytes.subarray(2)))
    if (parsed.size >= 500) parsed.clear()
    parsed.set(text, key)
    return key
  }
  throw new OpenBadgesError('key.unsupported', 'the multibase key is of an unknown kind')
}

// Unpacking a curve point and importing a key cost more than a verification, and badges come in batches.
const parsed = new Map<string, PublicKey>()

/**
 * `publicKeyMultibase` of a public key.
 *
 * @throws {OpenBadgesError} `key.unsupported` for RSA, which has no Multikey form here.
 * @example
 * const { publicKey } = await generateEd25519KeyPair()
 * publicKeyToMultibase(publicKey).slice(0, 4) // 'z6Mk'
 */
export function publicKeyToMultibase(key: PublicKey): string {
  const prefix = PREFIXES[key.type]
  if (!prefix) throw new OpenBadgesError('key.unsupported', `${key.type} keys have no Multikey form`)
  const x = fromBase64url(key.jwk.x ?? '')
  if (key.type === 'Ed25519') return toMultibase(concatBytes(Uint8Array.from(prefix.public), x))
  const odd = fromBase64url(key.jwk.y ?? '').at(-1)! & 1
  return toMultibase(concatBytes(Uint8Array.from([...prefix.public, 2 + odd]), x))
}

/**
 * Type and secret bytes of a `secretKeyMultibase`.
 *
 * @throws {OpenBadgesError} `key.invalid`, `key.unsupported`
 * @example
 * const { secret } = await generateEd25519KeyPair()
 * secretFromMultibase(secretToMultibase('Ed25519', secret)) // { type: 'Ed25519', secret }
 */
export function secretFromMultibase(text: string): { type: KeyType; secret: Uint8Array } {
  const bytes = fromMultibase(text)
  for (const [type, prefixes] of Object.entries(PREFIXES) as [KeyType, { secret: readonly number[] }][]) {
    if (bytes[0] !== prefixes.secret[0] || bytes[1] !== prefixes.secret[1]) continue
    const body = bytes.subarray(2)
    // Some libraries append the public key to the 32 bytes of an Ed25519 secret.
    const length = type === 'P-384' ? 48 : 32
    if (body.length !== length && !(type === 'Ed25519' && body.length === 64)) break
    return { type, secret: body.slice(0, length) }
  }
  throw new OpenBadgesError('key.unsupported', 'the secret key in multibase is of an unknown kind')
}

/**
 * `secretKeyMultibase` of a secret: 32 bytes (Ed25519, P-256) or 48 (P-384).
 *
 * @example
 * secretToMultibase('Ed25519', new Uint8Array(32)).slice(0, 3) // 'z3u'
 */
export function secretToMultibase(type: KeyType, secret: Uint8Array): string {
  const prefix = PREFIXES[type]
  if (!prefix) throw new OpenBadgesError('key.unsupported', `${type} keys have no Multikey form`)
  return toMultibase(concatBytes(Uint8Array.from(prefix.secret), secret))
}

function jwkFromRaw(type: KeyType, raw: Uint8Array): Jwk {
  if (type === 'Ed25519') {
    if (raw.length !== 32) throw new OpenBadgesError('key.invalid', 'an Ed25519 key has 32 bytes')
    return { kty: 'OKP', crv: 'Ed25519', x: toBase64url(raw) }
  }
  const curve = CURVES[type === 'P-384' ? 'P-384' : 'P-256']
  if (raw.length !== curve.length + 1 || (raw[0] !== 2 && raw[0] !== 3)) {
    throw new OpenBadgesError('key.invalid', `a ${type} key in multibase is a compressed point`)
  }
  const { x, y } = decompress(curve, raw)
  return { kty: 'EC', crv: type, x: toBase64url(x), y: toBase64url(y) }
}

type Curve = { p: bigint; b: bigint; length: number }

// Domain parameters from NIST SP 800-186, section 3.2.1; a = -3 on both curves.
const CURVES: Record<'P-256' | 'P-384', Curve> = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    length: 32,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    length: 48,
  },
}

/** Both coordinates of a compressed point (SEC 1, section 2.3.4). Web Crypto need not read compressed points. */
function decompress({ p, b, length }: Curve, point: Uint8Array): { x: Uint8Array; y: Uint8Array } {
  const x = bigEndian(point.subarray(1))
  if (x >= p) throw new OpenBadgesError('key.invalid', 'the point is not on the curve')
  const square = (x ** 3n - 3n * x + b) % p
  // Both primes are 3 modulo 4, so a root is a power.
  let y = power((square + p) % p, (p + 1n) / 4n, p)
  if ((y * y - square) % p !== 0n) throw new OpenBadgesError('key.invalid', 'the point is not on the curve')
  if (Number(y & 1n) !== point[0]! - 2) y = p - y
  return { x: point.slice(1), y: toBigEndian(y, length) }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let b = base, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus
    b = (b * b) % modulus
  }
  return result
}

function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function toBigEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = length - 1, v = value; i >= 0; i--, v >>= 8n) bytes[i] = Number(v & 255n)
  return bytes
}
