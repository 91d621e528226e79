// The crypto door, the web platform's side. Signatures go through Web Crypto. Its hashes are
// asynchronous, and canonicalizing needs hundreds of small ones in a row, so those are our own.
import { OpenBadgesError } from '../errors.ts'
import { sha256, sha384 } from './sha2.ts'
import type { HashName, Jwk, JwkPair, KeyType, SignatureAlgorithm } from './types.ts'

export type PublicKeyHandle = CryptoKey
export type PrivateKeyHandle = CryptoKey

const encoder = new TextEncoder()

export function hash(name: HashName, data: Uint8Array | string): Uint8Array {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data
  return name === 'sha256' ? sha256(bytes) : sha384(bytes)
}

export function hashHex(name: HashName, data: Uint8Array | string): string {
  let text = ''
  for (const byte of hash(name, data)) text += byte.toString(16).padStart(2, '0')
  return text
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

export function importPublicKey(jwk: Jwk): Promise<PublicKeyHandle> {
  return crypto.subtle.importKey('jwk', { ...jwk, ext: true }, parametersFor(jwk), true, ['verify'])
}

export function importPrivateKey(jwk: Jwk): Promise<PrivateKeyHandle> {
  return crypto.subtle.importKey('jwk', { ...jwk, ext: true }, parametersFor(jwk), false, ['sign'])
}

/** Reads a PEM public key (`SubjectPublicKeyInfo` only; Web Crypto knows no PKCS#1) as a JWK. */
export async function jwkFromPem(pem: string): Promise<Jwk> {
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem)?.[1]
  if (!body) throw new OpenBadgesError('key.unsupported', 'only a PEM "PUBLIC KEY" can be read here')
  const der = Uint8Array.from(atob(body.replace(/\s/g, '')), (c) => c.charCodeAt(0))
  for (const name of ['RSA', 'P-256', 'P-384', 'Ed25519'] as const) {
    const key = await crypto.subtle.importKey('spki', der, parameters[name], true, ['verify']).catch(() => null)
    if (key) return (await crypto.subtle.exportKey('jwk', key)) as Jwk
  }
  throw new OpenBadgesError('key.unsupported', 'the PEM holds no key of a known kind')
}

export async function sign(
  algorithm: SignatureAlgorithm,
  key: PrivateKeyHandle,
  data: Uint8Array,
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(operations[algorithm], key, new Uint8Array(data)))
}

export function verify(
  algorithm: SignatureAlgorithm,
  key: PublicKeyHandle,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return crypto.subtle.verify(operations[algorithm], key, new Uint8Array(signature), new Uint8Array(data))
}

export async function generateKeyPair(type: KeyType): Promise<JwkPair> {
  const options =
    type === 'RSA'
      ? { ...parameters.RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
      : parameters[type]
  const pair = (await crypto.subtle.generateKey(options, true, ['sign', 'verify'])) as CryptoKeyPair
  return {
    publicJwk: (await crypto.subtle.exportKey('jwk', pair.publicKey)) as Jwk,
    privateJwk: (await crypto.subtle.exportKey('jwk', pair.privateKey)) as Jwk,
  }
}

const parameters = {
  Ed25519: { name: 'Ed25519' },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384' },
  RSA: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
}

const operations: Record<SignatureAlgorithm, AlgorithmIdentifier | EcdsaParams> = {
  Ed25519: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
}

function parametersFor(jwk: Jwk) {
  if (jwk.kty === 'RSA') return parameters.RSA
  if (jwk.crv === 'Ed25519' || jwk.crv === 'P-256' || jwk.crv === 'P-384') return parameters[jwk.crv]
  throw new OpenBadgesError('key.unsupported', `keys of kind ${jwk.kty} ${jwk.crv ?? ''} are not supported`)
}
