import sharp from 'sharp'
// Loaded for its effect as well: it closes every decoder but those of PNG and JPEG.
import { maxUploadBytes } from '../platform/pictures/upload.ts'
import type { Verifier } from './verifier.ts'

/** The text of a QR code in a photograph; `undefined` when there is none to be read. */
export async function textInPhoto(verifier: Verifier, bytes: Uint8Array): Promise<string | undefined> {
  if (bytes.length > maxUploadBytes) return undefined
  // A code that fills a third of a phone's picture is read at either size.
  for (const size of [800, 1600]) {
    const picture = await pixels(bytes, size)
    if (!picture) return undefined
    const text = await verifier.readQr(picture)
    if (text !== undefined) return text
  }
  return undefined
}

async function pixels(bytes: Uint8Array, size: number) {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: 50_000_000, failOn: 'error', pages: 1 })
      .rotate()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .ensureAlpha()
      .timeout({ seconds: 5 })
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { pixels: new Uint8Array(data), width: info.width, height: info.height }
  } catch {
    return undefined
  }
}
