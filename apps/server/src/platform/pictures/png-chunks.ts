import { crc32, inflateSync } from 'node:zlib'
import { PictureRefused } from './refused.ts'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
export const isPngBytes = (bytes: Uint8Array) => signature.equals(bytes.subarray(0, 8))

/** What drawing needs; text, profiles and animation are left out, among them the compressed ones. */
const kept = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'sRGB', 'IDAT', 'IEND'])
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Walks the chunks of a PNG (W3C PNG, section 5) before any decoder sees it: every length inside the file, every
 * checksum right, and picture data that opens to no more than the header promises.
 *
 * @returns the same picture with its drawing chunks only.
 * @throws {PictureRefused} `picture.broken` or `picture.too-many-pixels`.
 */
export function drawingChunks(bytes: Buffer, { maxPixels }: { maxPixels: number }): Buffer {
  const broken = (reason: string) => new PictureRefused('picture.broken', { reason })
  const out: Buffer[] = [signature]
  const data: Buffer[] = []
  let header: { width: number; height: number; bits: number } | undefined
  let ended = false
  for (let at = 8; at < bytes.length && !ended; ) {
    if (at + 12 > bytes.length) throw broken('cut off')
    const length = bytes.readUInt32BE(at)
    const end = at + 12 + length
    if (length > 0x7fff_ffff || end > bytes.length) throw broken('cut off')
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (!/^[A-Za-z]{4}$/.test(type)) throw broken('chunk name')
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw broken('checksum')
    const body = bytes.subarray(at + 8, end - 4)
    if (!header) {
      if (type !== 'IHDR' || length !== 13) throw broken('header')
      header = readHeader(body, maxPixels)
    } else if (type === 'IHDR') throw broken('header')
    if (type === 'IDAT') data.push(body)
    if (kept.has(type)) out.push(bytes.subarray(at, end))
    ended = type === 'IEND'
    at = end
  }
  if (!header || !ended || data.length === 0) throw broken('cut off')
  // One filter byte per row; interlacing adds at most 7 passes of rows.
  const promised =
    Math.ceil((header.width * header.bits) / 8) * header.height + header.height * 2 + header.width * 2 + 1024
  try {
    inflateSync(Buffer.concat(data), { maxOutputLength: promised })
  } catch (cause) {
    throw broken(
      (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'more data than pixels' : 'picture data',
    )
  }
  return Buffer.concat(out)
}

function readHeader(body: Buffer, maxPixels: number) {
  const width = body.readUInt32BE(0)
  const height = body.readUInt32BE(4)
  const depth = body[8] ?? 0
  const perPixel = channels[body[9] ?? 99]
  if (width === 0 || height === 0 || !perPixel || ![1, 2, 4, 8, 16].includes(depth))
    throw new PictureRefused('picture.broken', { reason: 'header' })
  if (width * height > maxPixels) throw new PictureRefused('picture.too-many-pixels', { width, height })
  return { width, height, bits: depth * perPixel }
}
