// What a derived ecdsa-sd-2023 proof holds, and the statements it is about (VC Data Integrity ECDSA 1.0,
// sections 3.4.6 to 3.4.8 and 3.5.8).
import { fromMultibase, toBase64url } from '../base.ts'
import { OpenBadgesError } from '../errors.ts'

export type Disclosure = {
  baseSignature: Uint8Array
  publicKey: Uint8Array
  signatures: Uint8Array[]
  /** Names the issuer gave to blank nodes, by the canonical ones of what is disclosed. */
  labels: Map<string, string>
  mandatoryIndexes: Set<number>
}

/** @throws {OpenBadgesError} `proof.malformed` */
export function parseDisclosure(proofValue: string): Disclosure {
  const bytes = fromMultibase(proofValue)
  if (bytes[0] !== 0xd9 || bytes[1] !== 0x5d || bytes[2] !== 0x01) throw malformed()
  const parts = decodeCbor(bytes.subarray(3))
  if (!Array.isArray(parts) || parts.length !== 5) throw malformed()
  const [baseSignature, publicKey, signatures, compressed, indexes] = parts
  if (!isBytes(baseSignature, 64) || !isBytes(publicKey, 35)) throw malformed()
  if (!Array.isArray(signatures) || !(compressed instanceof Map) || !Array.isArray(indexes)) throw malformed()
  const labels = new Map<string, string>()
  for (const [number, name] of compressed) {
    if (typeof number !== 'number' || !(name instanceof Uint8Array)) throw malformed()
    labels.set(`_:c14n${number}`, `_:u${toBase64url(name)}`)
  }
  const mandatoryIndexes = new Set<number>()
  for (const index of indexes) {
    if (typeof index !== 'number') throw malformed()
    mandatoryIndexes.add(index)
  }
  const checked = signatures.map((signature) => (isBytes(signature, 64) ? signature : refuse()))
  return { baseSignature, publicKey, signatures: checked, labels, mandatoryIndexes }
}

/**
 * The lines of a canonical text with the issuer's names for its blank nodes, in their new order.
 *
 * @throws {OpenBadgesError} `proof.malformed` when a name is missing.
 */
export function relabel(canonical: string, labels: ReadonlyMap<string, string>): string[] {
  const rename = (label: string) => labels.get(label) ?? refuse()
  return canonical
    .split(/(?<=\n)/)
    .map((line) =>
      line
        .replace(/^_:c14n\d+/, rename)
        // A literal ends in its quote or datatype, so what stands before the full stop is never part of one.
        .replace(/(?: _:c14n\d+){1,2} \.\n$/, (end) => end.replace(/_:c14n\d+/g, rename)),
    )
    .sort()
}

type Cbor = number | Uint8Array | string | Cbor[] | Map<Cbor, Cbor>

/** The little of CBOR (RFC 8949) that such proofs use: integers, byte strings, texts, arrays, maps, tags. */
function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = { bytes, at: 0 }
  const value = readItem(reader, 0)
  if (reader.at !== bytes.length) throw malformed()
  return value
}

function readItem(reader: { bytes: Uint8Array; at: number }, depth: number): Cbor {
  const head = reader.bytes[reader.at++]
  if (head === undefined || depth > 4) throw malformed()
  const kind = head >> 5
  const size = readSize(reader, head & 31)
  if (kind === 0) return size
  // Longer than what is left can only be a lie.
  if (kind !== 6 && size > reader.bytes.length - reader.at) throw malformed()
  if (kind === 2 || kind === 3) {
    const bytes = reader.bytes.slice(reader.at, reader.at + size)
    reader.at += size
    return kind === 2 ? bytes : new TextDecoder().decode(bytes)
  }
  if (kind === 4) return Array.from({ length: size }, () => readItem(reader, depth + 1))
  if (kind === 5) {
    return new Map(
      Array.from({ length: size }, () => [readItem(reader, depth + 1), readItem(reader, depth + 1)] as const),
    )
  }
  // Tag 64 marks a byte string as one.
  if (kind === 6 && size === 64) return readItem(reader, depth + 1)
  throw malformed()
}

function readSize(reader: { bytes: Uint8Array; at: number }, short: number): number {
  if (short < 24) return short
  if (short > 26) throw malformed()
  const length = 1 << (short - 24)
  let size = 0
  for (let i = 0; i < length; i++) size = size * 256 + (reader.bytes[reader.at++] ?? refuse())
  return size
}

function isBytes(value: Cbor | undefined, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

function refuse(): never {
  throw malformed()
}

function malformed(): OpenBadgesError {
  return new OpenBadgesError('proof.malformed', 'the proofValue is no derived ecdsa-sd-2023 proof')
}
