// Badges inside PNG pictures (Open Badges 3.0, section "Baked Badge"; 2.0 baking specification):
// one iTXt chunk right after IHDR, and no other chunk of the picture touched.
import { crc32, inflate } from '#compression'
import { concatBytes, fromUtf8, utf8 } from './base.ts'
import { OpenBadgesError } from './errors.ts'

/** `openbadgecredential` holds Open Badges 3.0, `openbadges` all before. */
export type BakeKeyword = 'openbadgecredential' | 'openbadges'

const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const keywords = (['openbadgecredential', 'openbadges'] as const).map((name) => ({ name, bytes: utf8(name) }))
/** The four letters of a chunk's type as one number. */
const TYPE = { IHDR: 0x49484452, IEND: 0x49454e44, iTXt: 0x69545874, tEXt: 0x74455874, zTXt: 0x7a545874 }
/** A chunk of text may open to at most this: far more than any badge needs. */
const largestText = 4 * 1024 * 1024
/** No picture of a badge needs more chunks; a file of millions of empty ones is an attack. */
const mostChunks = 20_000

/** A picture taken apart once, to be baked many times. */
export interface PreparedPng {
  /** Everything up to and with IHDR. */
  head: Uint8Array
  /** Everything after it, without badges baked earlier. */
  rest: Uint8Array
  /** Writes a new file with the badge in it. */
  bake: (text: string, keyword?: BakeKeyword) => Uint8Array
  /** The chunk alone, for those who send head, chunk and rest one after the other without copying. */
  chunk: (text: string, keyword?: BakeKeyword) => Uint8Array
}

/**
 * True when the bytes begin as a PNG does.
 *
 * @example
 * isPng(picture) // true
 */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length > 8 && signature.every((byte, index) => bytes[index] === byte)
}

/**
 * Takes a picture apart, so that baking into it costs microseconds: for a template with many recipients.
 *
 * Badges it already carries are left out.
 *
 * @throws {OpenBadgesError} `image.unreadable` when it is not a whole PNG.
 * @example
 * unbakePng(preparePng(picture).bake('{"id":"urn:uuid:1"}')) // [{ keyword: 'openbadgecredential', text: '{"id":"urn:uuid:1"}' }]
 */
export function preparePng(png: Uint8Array): PreparedPng {
  const parts = partsOf(png)
  const head = parts.head.slice()
  const rest = concatBytes(...parts.rest)
  const chunk = (text: string, keyword: BakeKeyword = 'openbadgecredential') => writeText(keyword, text)
  return { head, rest, chunk, bake: (text, keyword) => join(head, chunk(text, keyword), rest) }
}

/**
 * Puts a badge into a picture, in place of any that was there.
 *
 * `text` is the signed JSON or the compact JWS. @throws {OpenBadgesError} `image.unreadable`
 *
 * @example
 * await unbakePng(bakePng(picture, 'eyJ.eyJ.c2ln')) // [{ keyword: 'openbadgecredential', text: 'eyJ.eyJ.c2ln' }]
 */
export function bakePng(png: Uint8Array, text: string, keyword: BakeKeyword = 'openbadgecredential'): Uint8Array {
  const { head, rest } = partsOf(png)
  return concatBytes(head, writeText(keyword, text), ...rest)
}

/** The picture without badges, as views of it: up to and with IHDR, and what follows. @throws {OpenBadgesError} */
function partsOf(png: Uint8Array): { head: Uint8Array; rest: Uint8Array[] } {
  if (!isPng(png)) throw unreadable('the picture is not a PNG')
  const headEnd = endOfChunk(png, 8)
  if (headEnd === null || typeAt(png, 8) !== TYPE.IHDR) throw unreadable('the picture is not a whole PNG')
  const rest: Uint8Array[] = []
  // Chunks that stay and follow one another are one part.
  let from = headEnd
  let start = headEnd
  for (let count = 0; ; count++) {
    if (count > mostChunks) throw unreadable('the picture has too many chunks')
    const end = endOfChunk(png, start)
    if (end === null) throw unreadable('the picture is cut off')
    const type = typeAt(png, start)
    if (badgeKeyword(png, type, start, end) !== null) {
      if (start > from) rest.push(png.subarray(from, start))
      from = end
    }
    start = end
    if (type === TYPE.IEND) break
  }
  rest.push(png.subarray(from, start))
  return { head: png.subarray(0, headEnd), rest }
}

export interface Unbaked {
  keyword: BakeKeyword
  text: string
}

/**
 * Takes out every badge a PNG carries, in the order found; the first is the one that counts.
 *
 * Reads more than it writes: compressed iTXt and zTXt, tEXt, several chunks, a damaged
 * checksum elsewhere, a file cut off after the badge.
 *
 * @throws {OpenBadgesError} `image.unreadable` when it is not a PNG at all.
 *
 * @example
 * await unbakePng(picture) // []
 */
export async function unbakePng(png: Uint8Array): Promise<Unbaked[]> {
  if (!isPng(png)) throw unreadable('the picture is not a PNG')
  const found: Unbaked[] = []
  let start = 8
  for (let count = 0; count <= mostChunks && found.length < 10; count++) {
    const end = endOfChunk(png, start)
    // A picture that was cut off may still hold its badge: what was read until then stands.
    if (end === null) break
    const type = typeAt(png, start)
    const keyword = badgeKeyword(png, type, start, end)
    if (keyword !== null) {
      const read = textOf(type, png.subarray(start + 9 + keyword.length, end - 4))
      const text = read instanceof Promise ? await read : read
      if (text !== null) found.push({ keyword, text })
    }
    if (type === TYPE.IEND) break
    start = end
  }
  return found
}

/**
 * The picture without badges, for comparing it with another copy. @throws {OpenBadgesError} `image.unreadable`
 *
 * @example
 * stripPng(bakePng(picture, 'badge')).length === picture.length // true
 */
export function stripPng(png: Uint8Array): Uint8Array {
  const { head, rest } = preparePng(png)
  return concatBytes(head, rest)
}

/** Where the chunk that begins at `start` ends; null when the file ends before. */
function endOfChunk(png: Uint8Array, start: number): number | null {
  if (start + 12 > png.length) return null
  // The length is the file's own claim: it never decides how much memory is taken.
  const end = start + 12 + numberAt(png, start)
  return end > png.length ? null : end
}

function typeAt(png: Uint8Array, start: number): number {
  return numberAt(png, start + 4)
}

function numberAt(png: Uint8Array, at: number): number {
  return ((png[at]! << 24) | (png[at + 1]! << 16) | (png[at + 2]! << 8) | png[at + 3]!) >>> 0
}

/** The keyword of a chunk of text that holds a badge; null for every other chunk. */
function badgeKeyword(png: Uint8Array, type: number, start: number, end: number): BakeKeyword | null {
  if (type !== TYPE.iTXt && type !== TYPE.tEXt && type !== TYPE.zTXt) return null
  const data = start + 8
  for (const { name, bytes } of keywords) {
    // A keyword ends with a zero byte (PNG, section 11.3.3), within the data.
    if (data + bytes.length >= end - 4 || png[data + bytes.length] !== 0) continue
    let same = 0
    while (same < bytes.length && png[data + same] === bytes[same]) same++
    if (same === bytes.length) return name
  }
  return null
}

/** The text behind the keyword; null when it cannot be read. */
function textOf(type: number, after: Uint8Array): string | null | Promise<string | null> {
  if (type === TYPE.tEXt) return decoded(after)
  if (type === TYPE.zTXt) return opened(after.subarray(1))
  // iTXt: compression flag, method, language, zero, translated keyword, zero, text.
  const language = after.indexOf(0, 2)
  const translated = language < 0 ? -1 : after.indexOf(0, language + 1)
  if (translated < 0) return null
  const text = after.subarray(translated + 1)
  return after[0] === 1 ? opened(text) : decoded(text)
}

async function opened(data: Uint8Array): Promise<string | null> {
  try {
    return fromUtf8(await inflate(data, largestText))
  } catch (error) {
    if (error instanceof OpenBadgesError) return null
    throw error
  }
}

function decoded(data: Uint8Array): string | null {
  try {
    return fromUtf8(data)
  } catch (error) {
    if (error instanceof OpenBadgesError) return null
    throw error
  }
}

/** iTXt, uncompressed, no language: what the baking specification asks for, and nothing else. */
function writeText(keyword: BakeKeyword, text: string): Uint8Array {
  // Behind length and type: the keyword and five zeros, then the text.
  const at = 8 + keyword.length + 5
  const chunk = textChunk(at, text)
  const end = chunk.length - 4
  writeNumber(chunk, 0, end - 8)
  writeNumber(chunk, 4, TYPE.iTXt)
  for (let i = 0; i < keyword.length; i++) chunk[8 + i] = keyword.charCodeAt(i)
  writeNumber(chunk, end, crc32(chunk.subarray(4, end)))
  return chunk
}

const encoder = new TextEncoder()

/** Room for a whole chunk, with the text's bytes in their place. */
function textChunk(at: number, text: string): Uint8Array {
  // Signed badges are mostly ASCII, one byte per letter; then nothing has to be copied.
  const chunk = new Uint8Array(at + text.length + 4)
  const { read } = encoder.encodeInto(text, chunk.subarray(at, at + text.length))
  if (read === text.length) return chunk
  const bytes = utf8(text)
  const longer = new Uint8Array(at + bytes.length + 4)
  longer.set(bytes, at)
  return longer
}

function writeNumber(bytes: Uint8Array, at: number, number: number): void {
  bytes[at] = number >>> 24
  bytes[at + 1] = number >>> 16
  bytes[at + 2] = number >>> 8
  bytes[at + 3] = number
}

function join(head: Uint8Array, chunk: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + chunk.length + rest.length)
  whole.set(head)
  whole.set(chunk, head.length)
  whole.set(rest, head.length + chunk.length)
  return whole
}

function unreadable(message: string): OpenBadgesError {
  return new OpenBadgesError('image.unreadable', message)
}
