import { OpenBadgesError } from './errors.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * UTF-8 bytes of a text. Lone surrogates become U+FFFD, so check `isWellFormed()` before signing.
 *
 * @example
 * utf8('ü').length // 2
 */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/**
 * Text of UTF-8 bytes.
 *
 * @throws {OpenBadgesError} `base.invalid` when the bytes are not UTF-8.
 * @example
 * fromUtf8(utf8('ü')) // 'ü'
 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new OpenBadgesError('base.invalid', 'the bytes are not UTF-8', { cause })
  }
}

/**
 * Joins byte arrays.
 *
 * @example
 * toHex(concatBytes(fromHex('01'), fromHex('0203'))) // '010203'
 */
export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/**
 * True when both arrays hold the same bytes. Not constant in time: for public values only.
 *
 * @example
 * equalBytes(fromHex('01'), fromHex('01')) // true
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/**
 * Lower-case hexadecimal.
 *
 * @example
 * toHex(utf8('Az')) // '417a'
 */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

/**
 * @throws {OpenBadgesError} `base.invalid`
 *
 * @example
 * fromHex('0aff').length // 2
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text))
    throw new OpenBadgesError('base.invalid', 'not hexadecimal')
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64URL_VALUES = values(BASE64URL)

/**
 * Base64url without padding (RFC 4648 section 5).
 *
 * @example
 * toBase64url(fromHex('fbff')) // '-_8'
 */
export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += BASE64URL[group >> 18]! + BASE64URL[(group >> 12) & 63]!
    if (i + 1 < bytes.length) text += BASE64URL[(group >> 6) & 63]!
    if (i + 2 < bytes.length) text += BASE64URL[group & 63]!
  }
  return text
}

/**
 * Bytes of base64url. Padding and the letters of plain base64 are refused, and so are unused
 * bits that are not zero, because two texts for the same bytes help only an attacker.
 *
 * @throws {OpenBadgesError} `base.invalid`
 * @example
 * toHex(fromBase64url('-_8')) // 'fbff'
 */
export function fromBase64url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const value = BASE64URL_VALUES[text.charCodeAt(i)] ?? 255
    if (value === 255) throw new OpenBadgesError('base.invalid', 'not base64url')
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = (held >> bits) & 255
    }
  }
  if (text.length % 4 === 1 || (held & ((1 << bits) - 1)) !== 0) {
    throw new OpenBadgesError('base.invalid', 'not base64url')
  }
  return bytes
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE58_VALUES = values(BASE58)
const LIMB = 58 ** 5
const BASE58_CODES = utf8(BASE58)
// Two digits at a time, the first in the upper byte.
const BASE58_PAIRS = Uint16Array.from(
  { length: 58 * 58 },
  (_, i) => (BASE58_CODES[Math.floor(i / 58)]! << 8) | BASE58_CODES[i % 58]!,
)

/**
 * Base58 in the Bitcoin alphabet. Works on limbs of five digits, which is three times as fast as digit by digit.
 *
 * @example
 * toBase58btc(fromHex('0061')) // '12g'
 */
export function toBase58btc(bytes: Uint8Array): string {
  let zeros = 0
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++
  const limbs = bytes.length === SIGNATURE_LENGTH ? signatureLimbs(bytes) : limbsOf(bytes.subarray(zeros))
  const digits = 5 * limbs.length <= signatureDigits.length ? signatureDigits : new Uint8Array(5 * limbs.length)
  let end = 0
  for (let j = limbs.length - 1; j >= 0; j--) {
    const limb = limbs[j]!
    const high = Math.floor(limb / 3364)
    const upper = BASE58_PAIRS[high % 3364]!
    const lower = BASE58_PAIRS[limb % 3364]!
    digits[end] = BASE58_CODES[Math.floor(high / 3364)]!
    digits[end + 1] = upper >> 8
    digits[end + 2] = upper
    digits[end + 3] = lower >> 8
    digits[end + 4] = lower
    end += 5
  }
  let start = 0
  while (start < end && digits[start] === BASE58_CODES[0]) start++
  return '1'.repeat(zeros) + decoder.decode(digits.subarray(start, end))
}

/** The number that the bytes are, in base 58 to the 5th, lowest limb first and none above the highest that counts. */
function limbsOf(bytes: Uint8Array): number[] {
  const limbs: number[] = []
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length
    let carry = pair ? (bytes[i]! << 8) | bytes[i + 1]! : bytes[i]!
    const factor = pair ? 65536 : 256
    for (let j = 0; j < limbs.length; j++) {
      const x = limbs[j]! * factor + carry
      carry = Math.floor(x / LIMB)
      limbs[j] = x - carry * LIMB
    }
    if (carry > 0) limbs.push(carry)
  }
  return limbs
}

/** The length of nearly everything that is ever written in base58 here: Ed25519 and P-256 signatures. */
const SIGNATURE_LENGTH = 64
const SIGNATURE_LIMBS = 18
const signatureDigits = new Uint8Array(5 * SIGNATURE_LIMBS)

// What one bit counts at the end of each pair of a signature's bytes, in limbs; made when the first signature is written.
const pairs: number[][] = []

/** The same by one multiplication per pair and limb, and a single carry at the end: sums stay below 2 to the 51st. */
function signatureLimbs(bytes: Uint8Array): number[] {
  for (let i = 2 * pairs.length; i < SIGNATURE_LENGTH; i += 2) {
    const one = new Uint8Array(SIGNATURE_LENGTH - i)
    one[1] = 1
    pairs.push(limbsOf(one))
  }
  const limbs: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < pairs.length; i++) {
    const value = (bytes[2 * i]! << 8) | bytes[2 * i + 1]!
    const weights = pairs[i]!
    for (let j = 0; j < weights.length; j++) limbs[j] = limbs[j]! + value * weights[j]!
  }
  for (let j = 0, carry = 0; j < limbs.length; j++) {
    const x = limbs[j]! + carry
    carry = Math.floor(x / LIMB)
    limbs[j] = x - carry * LIMB
  }
  while (limbs.at(-1) === 0) limbs.pop()
  return limbs
}

/**
 * Bytes of base58btc. The work grows with the square of the length, so texts above 1,024 letters
 * (no key or signature comes near that) are refused.
 *
 * @throws {OpenBadgesError} `base.invalid`
 * @example
 * toHex(fromBase58btc('12g')) // '0061'
 */
export function fromBase58btc(text: string): Uint8Array {
  if (text.length > 1024) throw new OpenBadgesError('base.invalid', 'base58 text is too long')
  let zeros = 0
  while (zeros < text.length && text.charCodeAt(zeros) === 49) zeros++
  const words: number[] = []
  for (let i = zeros; i < text.length; ) {
    let factor = 1
    let carry = 0
    for (let k = 0; k < 5 && i < text.length; k++, i++) {
      const value = BASE58_VALUES[text.charCodeAt(i)] ?? 255
      if (value === 255) throw new OpenBadgesError('base.invalid', 'not base58')
      factor *= 58
      carry = carry * 58 + value
    }
    for (let j = 0; j < words.length; j++) {
      const x = words[j]! * factor + carry
      carry = Math.floor(x / 65536)
      words[j] = x - carry * 65536
    }
    while (carry > 0) {
      words.push(carry % 65536)
      carry = Math.floor(carry / 65536)
    }
  }
  const top = words.at(-1) ?? 0
  const bytes = new Uint8Array(zeros + words.length * 2 - (words.length > 0 && top < 256 ? 1 : 0))
  for (let j = 0, end = bytes.length; j < words.length; j++, end -= 2) {
    bytes[end - 1] = words[j]! & 255
    if (end - 2 >= zeros) bytes[end - 2] = words[j]! >> 8
  }
  return bytes
}

/**
 * Multibase as Open Badges and Data Integrity use it: `z` base58btc, `u` base64url.
 *
 * @example
 * toMultibase(fromHex('61')) // 'z2g'
 */
export function toMultibase(bytes: Uint8Array, base: 'z' | 'u' = 'z'): string {
  return base === 'z' ? `z${toBase58btc(bytes)}` : `u${toBase64url(bytes)}`
}

/**
 * @throws {OpenBadgesError} `base.invalid` for another base than `z` or `u`, or bad digits.
 *
 * @example
 * toHex(fromMultibase('uYQ')) // '61'
 */
export function fromMultibase(text: string): Uint8Array {
  if (text[0] === 'z') return fromBase58btc(text.slice(1))
  if (text[0] === 'u') return fromBase64url(text.slice(1))
  throw new OpenBadgesError('base.invalid', 'multibase must start with z or u')
}

function values(alphabet: string): Uint8Array {
  const table = new Uint8Array(256).fill(255)
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
}
