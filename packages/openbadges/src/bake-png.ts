// Badges inside PNG pictures (Open Badges 3.0, section "Baked Badge"; 2.0 baking specification):
// one iTXt chunk right after IHDR, and no other chunk of the picture touched.
import { crc32, inflate } from '#compression'
import { concatBytes, fromUtf8, utf8 } from './base.ts'
import { OpenBadgesError } from './errors.ts'

/** `openbadgecredential` holds Open Badges 3.0, `openbadges` all before. */
export type BakeKeyword = 'openbadgecredential' | 'openbadges'

const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const keywords: readonly string[] = ['openbadgecredential', 'openbadges']
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
  const chunks = [...walk(png)]
  const [first] = chunks
  if (first?.type !== 'IHDR' || chunks.at(-1)?.type !== 'IEND') throw unreadable('the picture is not a whole PNG')
  const kept = chunks.slice(1).filter((chunk) => !isBadge(chunk))
  return { head: png.subarray(0, first.end), rest: kept.map(({ start, end }) => png.subarray(start, end)) }
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
  try {
    for (const chunk of walk(png)) {
      if (!isBadge(chunk)) continue
      const text = await readText(chunk.type, chunk.data)
      if (text !== undefined) found.push({ keyword: keywordOf(chunk.data) as BakeKeyword, text })
      if (found.length >= 10) break
    }
  } catch (error) {
    // A picture that was cut off may still hold its badge: what was read until then stands.
    if (!(error instanceof OpenBadgesError) || error.code !== 'image.unreadable') throw error
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

interface Chunk {
  type: string
  start: number
  end: number
  data: Uint8Array
}

function* walk(png: Uint8Array): Generator<Chunk> {
  if (!isPng(png)) throw unreadable('the picture is not a PNG')
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  let start = 8
  for (let count = 0; start < png.length; count++) {
    if (count > mostChunks) throw unreadable('the picture has too many chunks')
    if (start + 12 > png.length) throw unreadable('the picture is cut off')
    const length = view.getUint32(start)
    const end = start + 12 + length
    // The length is the file's own claim: it never decides how much memory is taken.
    if (end > png.length) throw unreadable('the picture is cut off')
    const type = String.fromCharCode(png[start + 4]!, png[start + 5]!, png[start + 6]!, png[start + 7]!)
    yield { type, start, end, data: png.subarray(start + 8, end - 4) }
    if (type === 'IEND') return
    start = end
  }
}

function isBadge({ type, data }: Chunk): boolean {
  return (type === 'iTXt' || type === 'tEXt' || type === 'zTXt') && keywords.includes(keywordOf(data))
}

/** Keywords are 1 to 79 bytes before a zero byte (PNG, section 11.3.3). */
function keywordOf(data: Uint8Array): string {
  let keyword = ''
  for (let i = 0; i < 80 && i < data.length; i++) {
    if (data[i] === 0) return keyword
    keyword += String.fromCharCode(data[i]!)
  }
  return ''
}

async function readText(type: string, data: Uint8Array): Promise<string | undefined> {
  const after = data.subarray(data.indexOf(0) + 1)
  try {
    if (type === 'tEXt') return fromUtf8(after)
    if (type === 'zTXt') return fromUtf8(await inflate(after.subarray(1), largestText))
    // iTXt: compression flag, method, language, zero, translated keyword, zero, text.
    const isCompressed = after[0] === 1
    const language = after.indexOf(0, 2)
    const translated = language < 0 ? -1 : after.indexOf(0, language + 1)
    if (translated < 0) return undefined
    const text = after.subarray(translated + 1)
    return fromUtf8(isCompressed ? await inflate(text, largestText) : text)
  } catch (error) {
    if (error instanceof OpenBadgesError) return undefined
    throw error
  }
}

/** iTXt, uncompressed, no language: what the baking specification asks for, and nothing else. */
function writeText(keyword: BakeKeyword, text: string): Uint8Array {
  const bytes = utf8(text)
  const dataLength = keyword.length + 5 + bytes.length
  const chunk = new Uint8Array(12 + dataLength)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, dataLength)
  chunk.set([0x69, 0x54, 0x58, 0x74], 4)
  for (let i = 0; i < keyword.length; i++) chunk[8 + i] = keyword.charCodeAt(i)
  chunk.set(bytes, 8 + keyword.length + 5)
  view.setUint32(8 + dataLength, crc32(chunk.subarray(4, 8 + dataLength)))
  return chunk
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
