import sharp from 'sharp'

export interface FlatPicture {
  png: Buffer
  width: number
  height: number
}

const known = new Map<string, Promise<FlatPicture>>()
const most = 200

/**
 * A picture as a PDF takes it without taking it apart: no transparency, laid on the colour of its place, as large as print
 * needs. The few templates whose certificates are asked for again and again stay.
 *
 * @param o.side longest side in pixels.
 */
export function flatPicture(
  picture: { hash: string; bytes: Uint8Array },
  o: { ground: string; side: number },
): Promise<FlatPicture> {
  const key = `${picture.hash} ${o.ground} ${o.side}`
  const found = known.get(key)
  if (found) return found
  const made = flatten(picture.bytes, o)
  known.set(key, made)
  made.catch(() => known.delete(key))
  const [oldest] = known.keys()
  if (known.size > most && oldest !== undefined) known.delete(oldest)
  return made
}

async function flatten(bytes: Uint8Array, { ground, side }: { ground: string; side: number }): Promise<FlatPicture> {
  const { data, info } = await sharp(bytes, { limitInputPixels: 25_000_000 })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: ground })
    .toColourspace('srgb')
    .png({ compressionLevel: 7 })
    .toBuffer({ resolveWithObject: true })
  return { png: data, width: info.width, height: info.height }
}
