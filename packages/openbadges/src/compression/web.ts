// The compression door, the web platform's side: Compression Streams, read with a cap.
import { OpenBadgesError } from '../errors.ts'

export async function gzip(data: Uint8Array): Promise<Uint8Array> {
  return through(data, new CompressionStream('gzip'), Number.POSITIVE_INFINITY)
}

export async function gunzip(data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return through(data, new DecompressionStream('gzip'), maxBytes)
}

export async function deflate(data: Uint8Array): Promise<Uint8Array> {
  return through(data, new CompressionStream('deflate'), Number.POSITIVE_INFINITY)
}

export async function inflate(data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return through(data, new DecompressionStream('deflate'), maxBytes)
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

export function crc32(data: Uint8Array, start = 0): number {
  let crc = ~start
  for (let i = 0; i < data.length; i++) crc = CRC_TABLE[(crc ^ data[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

async function through(data: Uint8Array, stream: GenericTransformStream, maxBytes: number): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  const written = writer.write(new Uint8Array(data)).then(() => writer.close())
  // The same failure surfaces through the reader below; without this it would also count as unhandled.
  written.catch(() => {})
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.readable.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > maxBytes) {
        throw new OpenBadgesError('compression.too-large', 'the compressed data opens to more than is allowed')
      }
      parts.push(value)
    }
  } catch (cause) {
    await reader.cancel().catch(() => {})
    if (cause instanceof OpenBadgesError) throw cause
    throw new OpenBadgesError('compression.corrupt', 'the compressed data cannot be read', { cause })
  }
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
