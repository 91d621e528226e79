import { createHash } from 'node:crypto'
import type { Db } from '../database/database.ts'
import type { Now } from '../clock.ts'

export interface Picture {
  contentType: 'image/png' | 'image/svg+xml'
  width: number
  height: number
  bytes: Uint8Array
}

/** Keeps a picture under the hash of its bytes; the same picture is kept once. @returns the hash, hexadecimal. */
export async function savePicture(db: Db, picture: Picture, now: Now): Promise<string> {
  const bytes = Buffer.from(picture.bytes)
  const hash = createHash('sha256').update(bytes).digest('hex')
  await db
    .insertInto('pictures')
    .values({
      hash,
      contentType: picture.contentType,
      width: picture.width,
      height: picture.height,
      bytes,
      createdAt: now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return hash
}

export function pictureByHash(db: Db, hash: string) {
  return db
    .selectFrom('pictures')
    .select(['hash', 'contentType', 'width', 'height', 'bytes'])
    .where('hash', '=', hash)
    .executeTakeFirst()
}

/** Widths, in pixels, that pictures are served in beside their own. */
export const pictureSizes = [48, 64, 96, 120, 240, 512] as const
export type PictureSize = (typeof pictureSizes)[number]

/** Address of a PNG; with a size, of a smaller copy for screens (twice the size for fine ones is the caller's choice). */
export function pictureUrl(hash: string, size?: PictureSize): string {
  return size === undefined ? `/pictures/${hash}.png` : `/pictures/${size}/${hash}.png`
}

export function svgUrl(hash: string): string {
  return `/pictures/${hash}.svg`
}
