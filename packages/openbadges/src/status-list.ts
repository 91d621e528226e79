// Bitstring Status List v1.0: one bit per credential in a list that anyone may fetch, so
// that asking about one credential does not tell the issuer which.
import { gunzip, gzip } from '#compression'
import { fromBase64url, toBase64url } from './base.ts'
import { formatDateTime } from './dates.ts'
import type { JsonValue } from './json.ts'
import type { BitstringStatusListEntry, Profile, Uri } from './types.ts'
import { vc2 } from './validate/vocabulary.ts'

/** Entries of the smallest list the specification allows (section 6.1, "Group Privacy"): 16 KiB. */
export const smallestStatusList = 131_072
/** A list may open to at most this many bytes, or a small file could fill the memory. */
export const largestStatusListBytes = 2 * 1024 * 1024

/** Bits of a status list; index 0 is the most significant bit of the first byte (section 3.3). */
export type StatusBits = Uint8Array

/**
 * Makes a list in which nothing is set. `length` counts entries and is rounded up to whole bytes.
 *
 * @throws {RangeError} below the smallest or above the largest list.
 * @example
 * createStatusList().length // 16384
 */
export function createStatusList(length = smallestStatusList): StatusBits {
  const bytes = Math.ceil(length / 8)
  if (!(length >= smallestStatusList) || bytes > largestStatusListBytes) {
    throw new RangeError(`a status list has between ${smallestStatusList} and ${largestStatusListBytes * 8} entries`)
  }
  return new Uint8Array(bytes)
}

/**
 * Sets or clears one entry, in place.
 *
 * @throws {RangeError} for an index outside the list.
 * @example
 * const bits = createStatusList()
 * setStatus(bits, 4711, true)
 * readStatus(bits, 4711) // true
 */
export function setStatus(bits: StatusBits, index: number, isSet: boolean): void {
  const mask = 0x80 >> (index & 7)
  const byte = bits[placeOf(bits, index)]!
  bits[placeOf(bits, index)] = isSet ? byte | mask : byte & ~mask
}

/**
 * @throws {RangeError} for an index outside the list.
 *
 * @example
 * readStatus(createStatusList(), 4711) // false
 */
export function readStatus(bits: StatusBits, index: number): boolean {
  return (bits[placeOf(bits, index)]! & (0x80 >> (index & 7))) !== 0
}

/**
 * Writes the bits as `encodedList`: multibase base64url (`u`) of their gzip form.
 *
 * @example
 * (await encodeStatusList(createStatusList()))[0] // 'u'
 */
export async function encodeStatusList(bits: StatusBits): Promise<string> {
  return `u${toBase64url(await gzip(bits))}`
}

/**
 * Opens an `encodedList`. The `u` may be missing, as in StatusList2021.
 *
 * @throws {RangeError} when it is shorter than the specification allows.
 * @throws {OpenBadgesError} `compression.too-large`, `compression.corrupt` or `base.invalid`.
 * @example
 * (await decodeStatusList(await encodeStatusList(createStatusList()))).length // 16384
 */
export async function decodeStatusList(encodedList: string): Promise<StatusBits> {
  const text = encodedList.startsWith('u') ? encodedList.slice(1) : encodedList
  // StatusList2021 left the padding to the writer.
  const bits = await gunzip(fromBase64url(text.replace(/=+$/, '')), largestStatusListBytes)
  if (bits.length * 8 < smallestStatusList) throw new RangeError(`the status list has only ${bits.length * 8} entries`)
  return bits
}

/**
 * Builds the `credentialStatus` of a credential.
 *
 * Its id is the list's address with the index as fragment: the published schema of Open Badges
 * wants an id, and the specification forbids the list's address itself.
 *
 * @example
 * statusListEntry({ list: 'https://college.example/status/1', index: 4711 }).statusListIndex // '4711'
 */
export function statusListEntry({
  list,
  index,
  purpose = 'revocation',
}: {
  list: Uri
  index: number
  purpose?: string
}): BitstringStatusListEntry {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('the index is a whole number from 0')
  return {
    id: `${list}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: purpose,
    statusListIndex: String(index),
    statusListCredential: list,
  }
}

export type StatusListCredential = {
  '@context': string[]
  id: Uri
  type: string[]
  issuer: Uri | Profile
  validFrom: string
  validUntil?: string
  credentialSubject: { id: Uri; type: 'BitstringStatusList'; statusPurpose: string; encodedList: string; ttl?: number }
  proof?: JsonValue[]
}

/**
 * Builds the unsigned credential that carries a list (section 3.2), to be signed with the issuer's own key.
 *
 * `ttlMs` says how long readers may keep it. Sign again well before `validUntil`: an
 * expired list is an error to verifiers, not a valid "nothing is withdrawn".
 *
 * @example
 * const list = await statusListCredential({
 *   id: 'https://college.example/status/1', issuer: 'did:web:college.example', bits: createStatusList(), validFrom: '2026-03-04T00:00:00Z',
 * })
 * list.type // ['VerifiableCredential', 'BitstringStatusListCredential']
 */
export async function statusListCredential({
  id,
  issuer,
  bits,
  validFrom,
  validUntil,
  purpose = 'revocation',
  ttlMs,
}: {
  id: Uri
  issuer: Uri | Profile
  bits: StatusBits
  validFrom: Date | string | number
  validUntil?: Date | string | number
  purpose?: string
  ttlMs?: number
}): Promise<StatusListCredential> {
  return {
    '@context': [vc2],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: formatDateTime(validFrom),
    ...(validUntil === undefined ? {} : { validUntil: formatDateTime(validUntil) }),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: await encodeStatusList(bits),
      ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
    },
  }
}

function placeOf(bits: StatusBits, index: number): number {
  if (!Number.isSafeInteger(index) || index < 0 || index >= bits.length * 8) {
    throw new RangeError(`index ${index} is outside a list of ${bits.length * 8}`)
  }
  return Math.floor(index / 8)
}
