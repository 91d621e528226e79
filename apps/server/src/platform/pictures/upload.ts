import sharp, { type Sharp } from 'sharp'
import { drawingChunks, isPngBytes } from './png-chunks.ts'
import { rasterize } from './raster.ts'
import { PictureRefused } from './refused.ts'
import type { Picture } from './store.ts'
import { cleanSvg, type Removed } from './svg.ts'

export { PictureRefused, type PictureRefusal } from './refused.ts'
export type { Removed } from './svg.ts'

export const maxUploadBytes = 10 * 1024 * 1024
const maxPixels = 25_000_000
const maxSvgBytes = 2 * 1024 * 1024
const decodeSeconds = 5

// The decoders of other formats stay out of reach: content decides what a file is, and only PNG and JPEG are decoded here.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg'] })
sharp.cache(false)

export interface UploadedPicture {
  png: Picture
  /** The cleaned master, where an SVG was uploaded. */
  svg: Picture | undefined
  removed: Removed[]
}

/**
 * Reads a picture that a person uploaded (SECURITY S34, S36). What it is follows from its content, not from its name;
 * the result is always made anew, so nothing rides along in it.
 *
 * @param rules.square the picture must be as wide as it is high (2 % of slack, which is filled transparently).
 * @param rules.minimum pixels of the shorter side; an SVG has no smallest size.
 * @param rules.largest pixels of the longer side of the PNG that is made.
 * @throws {PictureRefused}
 */
export async function readUploadedPicture(
  upload: Uint8Array,
  rules: { square: boolean; minimum: number; largest: number },
): Promise<UploadedPicture> {
  const bytes = Buffer.from(upload.buffer, upload.byteOffset, upload.byteLength)
  if (bytes.length === 0) throw new PictureRefused('picture.empty')
  if (bytes.length > maxUploadBytes) throw new PictureRefused('picture.too-large')
  const kind = kindOf(bytes)
  if (kind === 'png') return { ...(await fromRaster(drawingChunks(bytes, { maxPixels }), rules)), removed: [] }
  if (kind === 'jpeg') return { ...(await fromRaster(bytes, rules)), removed: [] }
  if (kind === 'svg') return fromSvg(bytes, rules)
  if (kind) throw new PictureRefused('picture.other-kind', { kind })
  throw new PictureRefused('picture.unknown-kind')
}

function kindOf(bytes: Buffer): string | undefined {
  if (isPngBytes(bytes)) return 'png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  const start = bytes.subarray(0, 16).toString('latin1')
  if (start.startsWith('GIF8')) return 'GIF'
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'WebP'
  if (start.startsWith('%PDF')) return 'PDF'
  if (start.slice(4, 8) === 'ftyp') return 'HEIC'
  if (start.startsWith('BM')) return 'BMP'
  if (/^(II\*\0|MM\0\*)/.test(start)) return 'TIFF'
  if (start.startsWith('PK\x03\x04')) return 'ZIP'
  const text = textOf(bytes.subarray(0, 4096))
  if (text !== undefined && /^\s*(<\?xml|<!--|<!DOCTYPE\s+svg|<svg[\s>])/i.test(text)) return 'svg'
  return undefined
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined
  return new TextDecoder('utf-8').decode(bytes)
}

async function fromRaster(
  bytes: Buffer,
  rules: { square: boolean; minimum: number; largest: number },
): Promise<Omit<UploadedPicture, 'removed'>> {
  try {
    const opened = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 })
    const { autoOrient } = await opened.metadata()
    checkSize(autoOrient, rules)
    return { png: await finish(opened.autoOrient(), autoOrient, rules), svg: undefined }
  } catch (error) {
    throw refusalOf(error)
  }
}

async function fromSvg(
  bytes: Buffer,
  rules: { square: boolean; minimum: number; largest: number },
): Promise<UploadedPicture> {
  if (bytes.length > maxSvgBytes) throw new PictureRefused('picture.too-complex')
  let source: string
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new PictureRefused('picture.broken', { reason: 'not UTF-8' })
  }
  try {
    const clean = await cleanSvg(source, embeddedPicture)
    checkSize(clean, { ...rules, minimum: 0 })
    const scale = rules.largest / Math.max(clean.width, clean.height)
    // Drawn on a thread that is stopped when it takes long, with the faces that we ship.
    const drawn = await rasterize(clean.markup, Math.max(1, Math.round(clean.width * scale)))
    const opened = sharp(drawn, { limitInputPixels: maxPixels })
    return {
      png: await finish(opened, { width: rules.largest, height: rules.largest }, rules),
      svg: {
        contentType: 'image/svg+xml',
        width: Math.max(1, Math.round(clean.width * scale)),
        height: Math.max(1, Math.round(clean.height * scale)),
        bytes: Buffer.from(clean.markup),
      },
      removed: clean.removed,
    }
  } catch (error) {
    throw refusalOf(error)
  }
}

/** A picture inside an SVG, made anew; `undefined` when it is not one. */
async function embeddedPicture(bytes: Buffer): Promise<string | undefined> {
  try {
    const kind = kindOf(bytes)
    if (kind !== 'png' && kind !== 'jpeg') return undefined
    const { png } = await fromRaster(kind === 'png' ? drawingChunks(bytes, { maxPixels }) : bytes, {
      square: false,
      minimum: 1,
      largest: 2048,
    })
    return `data:image/png;base64,${Buffer.from(png.bytes).toString('base64')}`
  } catch (error) {
    if (error instanceof PictureRefused) return undefined
    throw error
  }
}

function checkSize(
  { width, height }: { width: number; height: number },
  { square, minimum }: { square: boolean; minimum: number },
): void {
  const values = { width: Math.round(width), height: Math.round(height), minimum }
  if (square && Math.abs(width - height) > 0.02 * Math.max(width, height))
    throw new PictureRefused('picture.not-square', values)
  if (Math.min(width, height) < minimum) throw new PictureRefused('picture.too-small', values)
}

async function finish(
  opened: Sharp,
  size: { width: number; height: number },
  { square, largest }: { square: boolean; largest: number },
): Promise<Picture> {
  const isLarge = Math.max(size.width, size.height) > largest
  const side = isLarge ? largest : Math.round(Math.max(size.width, size.height))
  const { data, info } = await opened
    .resize({
      width: side,
      height: side,
      fit: square ? 'contain' : 'inside',
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    })
    .toColourspace('srgb')
    .timeout({ seconds: decodeSeconds })
    .png({ compressionLevel: 9, effort: 7 })
    .toBuffer({ resolveWithObject: true })
  return { contentType: 'image/png', width: info.width, height: info.height, bytes: data }
}

/** A decoder that gives up on a file is the file's fault. */
function refusalOf(error: unknown): unknown {
  if (error instanceof PictureRefused) return error
  if (!(error instanceof Error)) return error
  if (/pixel limit/i.test(error.message)) return new PictureRefused('picture.too-many-pixels')
  if (/timeout|too long/i.test(error.message)) return new PictureRefused('picture.too-complex')
  return new PictureRefused('picture.broken', { reason: 'decoder' })
}

/** A smaller copy of a stored PNG. */
export async function smallerCopy(bytes: Uint8Array, width: number): Promise<Buffer> {
  return sharp(Buffer.from(bytes), { limitInputPixels: maxPixels })
    .resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 9, effort: 7 })
    .toBuffer()
}
