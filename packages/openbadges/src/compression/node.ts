// The compression door, Node's side: zlib, with caps on what comes out.
import { crc32 as crc, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { OpenBadgesError } from '../errors.ts'

/** Gzip (RFC 1952) at level 6: on sparse status lists level 9 costs twenty times as much and gains nothing. */
export async function gzip(data: Uint8Array): Promise<Uint8Array> {
  return plain(gzipSync(data, { level: 6 }))
}

/** Opens gzip. @throws {OpenBadgesError} `compression.too-large` beyond `maxBytes`, `compression.corrupt` */
export async function gunzip(data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return open(() => gunzipSync(data, { maxOutputLength: maxBytes }))
}

/** Zlib format (RFC 1950), as in PNG chunks. */
export async function deflate(data: Uint8Array): Promise<Uint8Array> {
  return plain(deflateSync(data))
}

/** Opens the zlib format. @throws {OpenBadgesError} `compression.too-large` beyond `maxBytes`, `compression.corrupt` */
export async function inflate(data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return open(() => inflateSync(data, { maxOutputLength: maxBytes }))
}

/** CRC-32 as gzip and PNG use it; `start` continues an earlier sum. */
export function crc32(data: Uint8Array, start = 0): number {
  return crc(data, start)
}

function open(inflateNow: () => Uint8Array): Uint8Array {
  try {
    return plain(inflateNow())
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    throw tooLarge
      ? new OpenBadgesError('compression.too-large', 'the compressed data opens to more than is allowed', { cause })
      : new OpenBadgesError('compression.corrupt', 'the compressed data cannot be read', { cause })
  }
}

/** The same bytes without Node's Buffer methods, whose slice is no copy. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
