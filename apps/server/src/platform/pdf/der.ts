/** Distinguished Encoding Rules (ITU-T X.690), as far as certificates and signatures need them. */

function length(n: number): Buffer {
  if (n < 0x80) return Buffer.from([n])
  const bytes: number[] = []
  for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export function tagged(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

export const sequence = (...parts: Uint8Array[]) => tagged(0x30, ...parts)
/** A SET OF: its members in the order of their bytes (X.690 section 11.6). */
export const setOf = (...parts: Uint8Array[]) => tagged(0x31, ...[...parts].sort((a, b) => Buffer.compare(a, b)))
export const octets = (bytes: Uint8Array) => tagged(0x04, bytes)
export const bits = (bytes: Uint8Array, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes)
export const utf8 = (text: string) => tagged(0x0c, Buffer.from(text, 'utf8'))
export const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]))
export const nothing = () => Buffer.from([0x05, 0x00])

/** An INTEGER from its big-endian bytes, taken as a positive number. */
export function integer(value: number | Uint8Array): Buffer {
  let bytes = typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value)
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 0x80) bytes = bytes.subarray(1)
  return (bytes[0] ?? 0) >= 0x80 ? tagged(0x02, Buffer.from([0]), bytes) : tagged(0x02, bytes)
}

/** An object identifier such as `1.2.840.113549.1.7.2`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const group = [part % 128]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) group.unshift((left % 128) | 0x80)
    bytes.push(...group)
  }
  return tagged(0x06, Buffer.from(bytes))
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '')
  return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

export interface Element {
  tag: number
  /** The content, without tag and length. */
  content: Buffer
  /** The whole element. */
  whole: Buffer
}

/** Reads the elements that stand one after the other. @throws on bytes that are not DER. */
export function readElements(bytes: Uint8Array): Element[] {
  const all = Buffer.from(bytes)
  const found: Element[] = []
  let at = 0
  while (at < all.length) {
    const tag = all[at]
    const first = all[at + 1]
    if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new Error('Not DER')
    let size = first
    let head = 2
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 4 || at + 2 + count > all.length) throw new Error('Not DER')
      size = all.readUIntBE(at + 2, count)
      head = 2 + count
    }
    if (at + head + size > all.length) throw new Error('Not DER')
    found.push({ tag, content: all.subarray(at + head, at + head + size), whole: all.subarray(at, at + head + size) })
    at += head + size
  }
  return found
}

/** The one element that the bytes are; bytes after it are ignored (a padded signature field). */
export function readElement(bytes: Uint8Array): Element {
  const all = Buffer.from(bytes)
  const first = all[1] ?? 0
  const count = first >= 0x80 ? first & 0x7f : 0
  const size = count > 0 && count <= 4 && all.length >= 2 + count ? all.readUIntBE(2, count) : first
  const [element] = readElements(all.subarray(0, 2 + count + size))
  if (!element) throw new Error('Not DER')
  return element
}
