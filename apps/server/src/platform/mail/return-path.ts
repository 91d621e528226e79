import type { Config } from '../config.ts'
import { type Secrets, sameBytes } from '../secrets.ts'

type PathDeps = { config: Pick<Config, 'mailFrom' | 'mailReturnPath'>; secrets: Secrets }

const tokenLength = 39
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The envelope sender of a message: where a server sends word that it could not deliver it. Where the operator's address
 * has a place for it, it names the message (variable envelope return path), signed, in letters that survive servers that
 * change their case.
 */
export function returnPathOf({ config, secrets }: PathDeps, mailId: string): string {
  const { mailFrom, mailReturnPath = mailFrom } = config
  return mailReturnPath.replace('{token}', () => toBase32(signed(secrets, mailId)))
}

/** The message that an address made by {@link returnPathOf} names. @returns `undefined` for all others, and forged ones. */
export function mailOfReturnPath({ config, secrets }: PathDeps, address: string): string | undefined {
  const [before, after] = (config.mailReturnPath ?? '').toLowerCase().split('{token}')
  const given = address.trim().toLowerCase()
  if (before === undefined || after === undefined || !given.startsWith(before) || !given.endsWith(after))
    return undefined
  const token = given.slice(before.length, given.length - after.length)
  const bytes = token.length === tokenLength ? fromBase32(token) : undefined
  if (!bytes) return undefined
  const hex = Buffer.from(bytes.subarray(0, 16)).toString('hex')
  const mailId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return sameBytes(Buffer.from(toBase32(signed(secrets, mailId))), Buffer.from(token)) ? mailId : undefined
}

/** Sixteen bytes of the id and eight that only this installation can make. */
function signed(secrets: Secrets, mailId: string): Buffer {
  const id = Buffer.from(mailId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, secrets.keyedHash('mail-return-path', mailId).subarray(0, 8)])
}

/** RFC 4648, section 6, in lower case and without padding. */
function toBase32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31]
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

function fromBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const letter of text) {
    const value = alphabet.indexOf(letter)
    if (value < 0) return undefined
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255)
  }
  return Uint8Array.from(bytes)
}
