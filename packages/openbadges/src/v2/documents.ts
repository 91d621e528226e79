// Builders for the JSON documents of Open Badges 2.0, hosted and signed.
import { hashHex, randomBytes } from '#crypto'
import { toHex } from '../base.ts'
import { formatDateTime } from '../dates.ts'
import type {
  AlignmentV2,
  AssertionV2,
  BadgeClassV2,
  CriteriaV2,
  CryptographicKeyV2,
  EvidenceV2,
  ProfileV2,
  Recipient,
  RevocationListV2,
  VerificationV2,
} from './types.ts'
import { refuseProblems } from '../validate/invalid-document.ts'
import { validateV2 } from '../validate/v2.ts'

export const contextV2 = 'https://w3id.org/openbadges/v2'

type Moment = Date | string | number
type Maybe<T> = T | null | undefined

/**
 * Hashes an identity the way Open Badges 2.0 writes recipients (specification, section "IdentityObject").
 *
 * @example
 * recipientV2('maya@college.example', { salt: 'deadsea' }).identity.slice(0, 7) // 'sha256$'
 */
export function recipientV2(
  identity: string,
  {
    salt = toHex(randomBytes(16)),
    hashed = true,
    type = 'email',
  }: { salt?: string; hashed?: boolean; type?: string } = {},
): Recipient {
  const plain = type === 'email' ? identity.trim().toLowerCase() : identity.trim()
  return hashed
    ? { type, hashed, salt, identity: `sha256$${hashHex('sha256', plain + salt)}` }
    : { type, hashed, identity: plain }
}

/**
 * Builds an Assertion. Hosted: serve it as JSON under `id`, for life. Signed: give `publicKey`, and sign with `signAssertion`.
 *
 * @throws {InvalidDocument}
 * @example
 * assertion({
 *   id: 'https://college.example/assertions/1', badge: 'https://college.example/badges/1.json',
 *   recipient: recipientV2('maya@college.example'), issuedOn: '2026-03-04T00:00:00Z',
 * }).verification // { type: 'HostedBadge' }
 */
export function assertion(input: {
  id: string
  recipient: Recipient
  /** Address of the BadgeClass. */
  badge: string
  issuedOn: Moment
  expires?: Maybe<Moment>
  /** Address of the issuer's CryptographicKey: makes it a signed badge. */
  publicKey?: Maybe<string>
  image?: Maybe<string>
  evidence?: Maybe<EvidenceV2[]>
  narrative?: Maybe<string>
}): AssertionV2 {
  return checked('Assertion', {
    '@context': contextV2,
    type: 'Assertion',
    id: input.id,
    recipient: input.recipient,
    badge: input.badge,
    verification: input.publicKey ? { type: 'SignedBadge', creator: input.publicKey } : { type: 'HostedBadge' },
    issuedOn: formatDateTime(input.issuedOn),
    image: input.image,
    expires: input.expires === null || input.expires === undefined ? undefined : formatDateTime(input.expires),
    evidence: input.evidence,
    narrative: input.narrative,
  })
}

/**
 * What a hosted assertion says once it is revoked; serve it with status 410 (specification, section "Revocation").
 *
 * @example
 * revokedAssertion({ id: 'https://college.example/assertions/1', reason: 'Mistake' }).revoked // true
 */
export function revokedAssertion({
  id,
  reason,
}: {
  id: string
  reason?: string
}): Pick<AssertionV2, '@context' | 'type' | 'id' | 'revoked' | 'revocationReason'> {
  return {
    '@context': contextV2,
    type: 'Assertion',
    id,
    revoked: true,
    ...(reason ? { revocationReason: reason } : {}),
  }
}

/**
 * Builds a BadgeClass. @throws {InvalidDocument}
 *
 * @example
 * badgeClass({
 *   id: 'https://college.example/badge.json', name: 'Data Storytelling', description: 'Tells a story.', image: 'https://college.example/badge.png',
 *   criteria: { narrative: 'Present.' }, issuer: 'https://college.example/issuer.json',
 * }).type // 'BadgeClass'
 */
export function badgeClass(input: {
  id: string
  name: string
  description: string
  /** Address, or a data URI. */
  image: string
  criteria: string | CriteriaV2
  issuer: string
  alignment?: Maybe<AlignmentV2[]>
  tags?: Maybe<string[]>
}): BadgeClassV2 {
  return checked('BadgeClass', { '@context': contextV2, type: 'BadgeClass', ...input })
}

/**
 * Builds the Profile of an issuer.
 *
 * @throws {InvalidDocument}
 * @example
 * issuerProfile({ id: 'https://college.example/issuer.json', name: 'Northfield College', url: 'https://college.example', email: 'badges@college.example' }).type // 'Issuer'
 */
export function issuerProfile(input: {
  id: string
  name: string
  url: string
  email: string
  description?: Maybe<string>
  image?: Maybe<string>
  telephone?: Maybe<string>
  publicKey?: Maybe<string>
  verification?: Maybe<VerificationV2>
  revocationList?: Maybe<string>
}): ProfileV2 {
  return checked('Profile', { '@context': contextV2, type: 'Issuer', ...input })
}

/**
 * Builds the document of a signing key; the issuer's profile must name it back under `publicKey`.
 *
 * @example
 * cryptographicKey({ id: 'https://college.example/key.json', owner: 'https://college.example/issuer.json', publicKeyPem: 'PEM' }).type // 'CryptographicKey'
 */
export function cryptographicKey({
  id,
  owner,
  publicKeyPem,
}: {
  id: string
  owner: string
  publicKeyPem: string
}): CryptographicKeyV2 {
  return { '@context': contextV2, type: 'CryptographicKey', id, owner, publicKeyPem }
}

/**
 * Builds the list of revoked signed assertions.
 *
 * @example
 * revocationList({
 *   id: 'https://college.example/revoked.json', issuer: 'https://college.example/issuer.json', revoked: [{ id: 'urn:uuid:1' }],
 * }).revokedAssertions // [{ id: 'urn:uuid:1' }]
 */
export function revocationList({
  id,
  issuer,
  revoked,
}: {
  id: string
  issuer: string
  revoked: { id: string; reason?: string }[]
}): RevocationListV2 {
  return {
    '@context': contextV2,
    type: 'RevocationList',
    id,
    issuer,
    revokedAssertions: revoked.map((item) => ({
      id: item.id,
      ...(item.reason ? { revocationReason: item.reason } : {}),
    })),
  }
}

function checked<T>(kind: 'Assertion' | 'BadgeClass' | 'Profile', document: Record<string, unknown>): T {
  const isKept = ([, value]: [string, unknown]) =>
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  const kept = Object.fromEntries(Object.entries(document).filter(isKept))
  refuseProblems(validateV2(kind, kept, 'write'))
  return kept as T
}
