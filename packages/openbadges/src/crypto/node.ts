// The crypto door, Node's side: node:crypto, because its hashes and signatures are synchronous and fast.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generate,
  hash as digest,
  type KeyObject,
  randomBytes as random,
  sign as signRaw,
  verify as verifyRaw,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { HashName, Jwk, JwkPair, KeyType, SignatureAlgorithm } from './types.ts'

export type PublicKeyHandle = KeyObject
export type PrivateKeyHandle = KeyObject

export function hash(name: HashName, data: Uint8Array | string): Uint8Array {
  // A string costs half as much as a Buffer, whose memory is allocated outside the heap.
  const text = digest(name, data, 'binary')
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export function hashHex(name: HashName, data: Uint8Array | string): string {
  return digest(name, data, 'hex')
}

export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(random(length))
}

export function importPublicKey(jwk: Jwk): PublicKeyHandle | Promise<PublicKeyHandle> {
  return createPublicKey({ key: jwk, format: 'jwk' })
}

export function importPrivateKey(jwk: Jwk): PrivateKeyHandle | Promise<PrivateKeyHandle> {
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

/** Reads a PEM public key (`SubjectPublicKeyInfo`, PKCS#1 or a certificate's key) as a JWK. */
export function jwkFromPem(pem: string): Jwk | Promise<Jwk> {
  return createPublicKey(pem).export({ format: 'jwk' }) as Jwk
}

export function sign(
  algorithm: SignatureAlgorithm,
  key: PrivateKeyHandle,
  data: Uint8Array,
): Uint8Array | Promise<Uint8Array> {
  // A copy, because the slice of a Buffer is no copy, which surprises whoever was promised a Uint8Array.
  return new Uint8Array(signAsBuffer(algorithm, key, data))
}

function signAsBuffer(algorithm: SignatureAlgorithm, key: PrivateKeyHandle, data: Uint8Array): Uint8Array {
  if (algorithm === 'Ed25519') return signRaw(null, data, key)
  if (algorithm === 'RS256') return signRaw('sha256', data, key)
  return signRaw(algorithm === 'ES256' ? 'sha256' : 'sha384', data, { key, dsaEncoding: 'ieee-p1363' })
}

export function verify(
  algorithm: SignatureAlgorithm,
  key: PublicKeyHandle,
  data: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  if (algorithm === 'Ed25519') return verifyRaw(null, data, key, signature)
  if (algorithm === 'RS256') return verifyRaw('sha256', data, key, signature)
  return verifyRaw(algorithm === 'ES256' ? 'sha256' : 'sha384', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

export async function generateKeyPair(type: KeyType): Promise<JwkPair> {
  const pair =
    type === 'Ed25519'
      ? await promisify(generate)('ed25519')
      : type === 'RSA'
        ? await promisify(generate)('rsa', { modulusLength: 2048 })
        : await promisify(generate)('ec', { namedCurve: type })
  return {
    publicJwk: pair.publicKey.export({ format: 'jwk' }) as Jwk,
    privateJwk: pair.privateKey.export({ format: 'jwk' }) as Jwk,
  }
}
