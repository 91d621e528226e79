// Recipient identities (Open Badges 3.0, section "IdentityObject"): hashed, so that a badge that
// is passed on does not give the address away, yet anyone who knows the address can compare.
import { hashHex, randomBytes } from '#crypto'
import { toHex, utf8 } from './base.ts'
import { md5Hex } from './md5.ts'
import type { IdentityObject } from './types.ts'
import { isObject, own } from './validate/shape.ts'

/**
 * Hashes an identity for a credential: `sha256$` and the hex digest of identity followed by salt.
 *
 * Without `salt` a random one of 128 bits is drawn; a salt that is used once keeps two
 * badges of one person from being linked. E-mail addresses are lower-cased and trimmed first,
 * because people write theirs in several ways and only the exact text matches later.
 *
 * @example
 * hashIdentity('maya@college.example', { salt: 'deadsea' }).identityHash.slice(0, 7) // 'sha256$'
 */
export function hashIdentity(
  identity: string,
  { salt = toHex(randomBytes(16)), identityType = 'emailAddress' }: { salt?: string; identityType?: string } = {},
): IdentityObject {
  const identityHash = `sha256$${hashHex('sha256', normal(identity, identityType) + salt)}`
  return { type: 'IdentityObject', hashed: true, identityHash, identityType, salt }
}

/**
 * Names an identity in plain text: whoever sees the badge sees it.
 *
 * @example
 * plainIdentity('Maya@college.example').identityHash // 'maya@college.example'
 */
export function plainIdentity(
  identity: string,
  { identityType = 'emailAddress' }: { identityType?: string } = {},
): IdentityObject {
  return { type: 'IdentityObject', hashed: false, identityHash: normal(identity, identityType), identityType }
}

/**
 * Says whether an identity is the one a credential names.
 *
 * Accepts `sha256$` and `md5$`, compares the hex without regard to case, and tries the
 * identity as it stands, trimmed, and in lower case. False for anything malformed.
 *
 * @example
 * identityMatches(hashIdentity('maya@college.example', { salt: 'x' }), 'Maya@college.example') // true
 */
export function identityMatches(object: unknown, identity: string): boolean {
  if (!isObject(object)) return false
  // Open Badges 2.0 keeps the same two things under `identity` and `hashed`.
  const expected = own(object, 'identityHash') ?? own(object, 'identity')
  if (typeof expected !== 'string') return false
  const salt = own(object, 'salt')
  return spellings(identity).some((spelling) =>
    matches(spelling, expected, typeof salt === 'string' ? salt : '', own(object, 'hashed')),
  )
}

function matches(identity: string, expected: string, salt: string, hashed: unknown): boolean {
  const separator = expected.indexOf('$')
  const algorithm = expected.slice(0, Math.max(separator, 0)).toLowerCase()
  const digest = expected.slice(separator + 1).toLowerCase()
  if (hashed !== false && algorithm === 'sha256') return hashHex('sha256', identity + salt) === digest
  if (hashed !== false && algorithm === 'md5') return md5Hex(utf8(identity + salt)) === digest
  if (hashed === true) return false
  return expected === identity || (identity.includes('@') && expected.toLowerCase() === identity.toLowerCase())
}

function spellings(identity: string): string[] {
  const trimmed = identity.trim()
  return [...new Set([identity, trimmed, trimmed.toLowerCase(), trimmed.normalize('NFC')])]
}

function normal(identity: string, identityType: string): string {
  const trimmed = identity.trim()
  return identityType === 'emailAddress' ? trimmed.toLowerCase() : trimmed
}
