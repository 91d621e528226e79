import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** What can be done with the installation's secret without ever holding it. */
export interface Secrets {
  /** Keyed hash for values that people guess, such as codes and addresses in throttles. */
  keyedHash(purpose: string, value: string): Buffer
  /** Encrypts for one purpose (AES-256-GCM, fresh nonce). */
  seal(purpose: string, plain: string | Uint8Array): Buffer
  /** @throws when the bytes were altered or sealed for another purpose. */
  open(purpose: string, sealed: Uint8Array): Buffer
  /** A key of 32 bytes for one purpose, for libraries that want one. */
  derive(purpose: string): Buffer
}

export function createSecrets(secret: Buffer): Secrets {
  const keys = new Map<string, Buffer>()
  const derive = (purpose: string) => {
    let key = keys.get(purpose)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, 'lapel', purpose, 32))
      keys.set(purpose, key)
    }
    return key
  }
  return {
    derive,
    keyedHash: (purpose, value) => createHmac('sha256', derive(purpose)).update(value).digest(),
    seal(purpose, plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', derive(purpose), nonce).setAAD(Buffer.from(purpose))
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', derive(purpose), bytes.subarray(0, 12), {
        authTagLength: 16,
      }).setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
    },
  }
}

/** Random tokens have enough entropy for a plain hash, which can be looked up by index. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
