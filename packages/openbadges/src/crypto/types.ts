/** Hashes the supported cryptosuites use. */
export type HashName = 'sha256' | 'sha384'

/** Kinds of keys: Ed25519 and the two NIST curves sign new credentials, RSA only verifies (and signs VC-JWT). */
export type KeyType = 'Ed25519' | 'P-256' | 'P-384' | 'RSA'

/** `ES256` and `ES384` use the fixed-length form of the signature (r, then s), as JOSE and Data Integrity do. */
export type SignatureAlgorithm = 'Ed25519' | 'ES256' | 'ES384' | 'RS256'

/** The members of a JSON Web Key (RFC 7517) that we read. `d` is present in private keys only. */
export type Jwk = {
  kty: string
  crv?: string
  x?: string
  y?: string
  n?: string
  e?: string
  d?: string
  p?: string
  q?: string
  dp?: string
  dq?: string
  qi?: string
  kid?: string
  alg?: string
  use?: string
}

export type JwkPair = { publicJwk: Jwk; privateJwk: Jwk }
