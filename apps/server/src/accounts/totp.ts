import { createHmac } from 'node:crypto'
import { sameBytes } from '../platform/secrets.ts'

const stepS = 30
const digits = 6
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 160 bits, the length that RFC 4226 section 4 asks for. */
export const totpSecretBytes = 20

export function totpStep(at: Date): number {
  return Math.floor(at.getTime() / 1000 / stepS)
}

/** The code of one time step (RFC 6238 with HMAC-SHA-1, which is what authenticator apps speak). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The step whose code this is: the present one, or its neighbour when clocks differ or somebody types slowly. Steps up to
 * `after` do not count, so that a code seen over a shoulder is worth nothing.
 */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  { now, after }: { now: Date; after: number },
): number | undefined {
  const present = totpStep(now)
  return [present, present - 1, present + 1].find(
    (step) => step > after && sameBytes(Buffer.from(totpCode(secret, step)), Buffer.from(code)),
  )
}

/** Base32 (RFC 4648) without padding, for typing the secret by hand. */
export function base32(bytes: Uint8Array): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      text += alphabet[(value >>> (bits - 5)) & 31]
      bits -= 5
    }
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** The address that authenticator apps read from the picture. */
export function totpAddress(o: { secret: Uint8Array; issuer: string; account: string }): string {
  const label = `${encodeURIComponent(o.issuer)}:${encodeURIComponent(o.account)}`
  const query = new URLSearchParams({ secret: base32(o.secret), issuer: o.issuer, digits: '6', period: String(stepS) })
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`
}
