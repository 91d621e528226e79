import { randomBytes, randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 64)
let used = pool.length

/** 128 bits from the system's generator, which is asked for many at once; each is handed out once. */
function randomBits(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + 16)
  used += 16
  return bytes
}

/**
 * A UUID version 7 (RFC 9562 section 5.7): ordered by time of making, made here so that no database function is needed.
 * Used inside only; it tells when a row was made, so it never appears in an address.
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomBits()
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A public id: 128 random bits as 22 characters of base64url (SECURITY S48). */
export function newPublicId(): string {
  return randomBits().toString('base64url')
}

export function isPublicId(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(text)
}

/** A bearer token: 256 random bits as 43 characters of base64url. Only its hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}
