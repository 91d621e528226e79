import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes } from 'node:crypto'
import { ed25519Pkcs8 } from '@lapel/openbadges'

/** What a sealed key belongs to. Moved to another organization, id or version, it does not open (SECURITY 6.1). */
export interface KeyIdentity {
  organizationId: string
  keyId: string
  version: number
}

export interface SealedKey {
  /** PKCS#8 under the data key: nonce, ciphertext, tag. */
  sealedPrivateKey: Uint8Array
  /** The data key under the key encryption key, in the same form. */
  wrappedDataKey: Uint8Array
}

/** Seals the 32 bytes of an Ed25519 secret under a fresh data key, and that under the key encryption key. */
export function sealKey(keyEncryptionKey: Uint8Array, identity: KeyIdentity, secret: Uint8Array): SealedKey {
  const dataKey = randomBytes(32)
  try {
    return {
      sealedPrivateKey: encrypt(dataKey, boundTo('private-key', identity), ed25519Pkcs8(secret)),
      wrappedDataKey: encrypt(keyEncryptionKey, boundTo('data-key', identity), dataKey),
    }
  } finally {
    dataKey.fill(0)
  }
}

/** @throws when a byte was changed, the key was moved, or the key encryption key is another one. */
export function openKey(keyEncryptionKey: Uint8Array, identity: KeyIdentity, sealed: SealedKey) {
  const dataKey = decrypt(keyEncryptionKey, boundTo('data-key', identity), sealed.wrappedDataKey)
  const pkcs8 = decrypt(dataKey, boundTo('private-key', identity), sealed.sealedPrivateKey)
  dataKey.fill(0)
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  pkcs8.fill(0)
  return key
}

function boundTo(part: string, { organizationId, keyId, version }: KeyIdentity): Buffer {
  return Buffer.from(`lapel signing key\n${part}\n${organizationId}\n${keyId}\n${version}`)
}

function encrypt(key: Uint8Array, additional: Buffer, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additional)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, additional: Buffer, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(additional)
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}
