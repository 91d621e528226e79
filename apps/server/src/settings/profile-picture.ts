import sharp from 'sharp'
import type { Db } from '../platform/database/database.ts'
import type { Now } from '../platform/clock.ts'
import { savePicture } from '../platform/pictures/store.ts'
import { readUploadedPicture } from '../platform/pictures/upload.ts'

/** The square that is kept of a picture, in percent of its width, its height and its shorter side. */
export interface Crop {
  left: number
  top: number
  size: number
}

const side = 512

/**
 * Keeps a square of an uploaded picture. It is decoded and made anew first, so that nothing rides along in it, neither
 * code nor the place where it was taken.
 *
 * @param crop without one, the middle is kept.
 * @returns the picture's hash.
 * @throws {PictureRefused}
 */
export async function keepProfilePicture(
  db: Db,
  now: Now,
  { bytes, crop }: { bytes: Uint8Array; crop: Crop | undefined },
): Promise<string> {
  const { png } = await readUploadedPicture(bytes, { square: false, minimum: 96, largest: 2048 })
  const { width, height } = png
  const shorter = Math.min(width, height)
  const wanted = crop ? Math.round((shorter * crop.size) / 100) : shorter
  const length = Math.max(1, Math.min(wanted, shorter))
  const from = (whole: number, percent: number | undefined) =>
    Math.max(0, Math.min(whole - length, Math.round(((whole - length) * (percent ?? 50)) / 100)))
  const data = await sharp(Buffer.from(png.bytes))
    .extract({ left: from(width, crop?.left), top: from(height, crop?.top), width: length, height: length })
    .resize({ width: side, height: side, withoutEnlargement: true })
    .png({ compressionLevel: 9 })
    .toBuffer({ resolveWithObject: true })
  return savePicture(
    db,
    { contentType: 'image/png', width: data.info.width, height: data.info.height, bytes: data.data },
    now,
  )
}
