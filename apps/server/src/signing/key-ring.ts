import { sign as signBytes, type KeyObject } from 'node:crypto'
import { type Signer, type VerificationKey, generateEd25519KeyPair, publicKeyFromMultibase } from '@lapel/openbadges'
import type { Config } from '../platform/config.ts'
import type { Db } from '../platform/database/database.ts'
import type { Now } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import { issuerDid } from '../organizations/index.ts'
import { openKey, sealKey } from './sealed-key.ts'
import * as store from './store.ts'

/** A key that is open in this process, with what its controller says about it. */
export interface OpenKey {
  id: string
  verificationMethod: string
  signer: Signer
  verificationKey: VerificationKey
}

/**
 * Holds the private keys that this process has opened. They exist as key objects of the runtime, which give out
 * signatures and never their bytes; whether a key may still sign is asked of the database every time.
 */
export class KeyRing {
  readonly #keyEncryptionKey: Uint8Array
  readonly #open = new Map<string, OpenKey>()

  constructor(keyEncryptionKey: Uint8Array) {
    this.#keyEncryptionKey = keyEncryptionKey
  }

  /** @throws when the sealed key was altered or belongs to something else. */
  open(row: store.SigningKeyRow): OpenKey {
    const known = this.#open.get(row.id)
    if (known) return known
    const identity = { organizationId: row.organizationId, keyId: row.id, version: row.version }
    const privateKey: KeyObject = openKey(this.#keyEncryptionKey, identity, row)
    const opened: OpenKey = {
      id: row.id,
      verificationMethod: row.verificationMethod,
      signer: { sign: (data) => signBytes(null, data, privateKey) },
      verificationKey: {
        id: row.verificationMethod,
        controller: row.verificationMethod.split('#')[0] ?? '',
        publicKey: publicKeyFromMultibase(row.publicKeyMultibase),
        purposes: ['assertionMethod'],
      },
    }
    if (this.#open.size >= 1000) this.#open.clear()
    this.#open.set(row.id, opened)
    return opened
  }

  /**
   * Makes the Ed25519 key of an organization unless it has one that signs. The method's fragment is the multibase of
   * the key, which every known verifier resolves (STANDARDS 4.6).
   */
  async create(
    { db, config, now }: { db: Db; config: Pick<Config, 'publicUrl'>; now: Now },
    organization: { id: string; publicId: string },
  ): Promise<void> {
    const pair = await generateEd25519KeyPair()
    const identity = {
      organizationId: organization.id,
      keyId: newId(),
      version: (await store.latestKeyVersion(db, organization.id)) + 1,
    }
    await store.insertKey(db, {
      id: identity.keyId,
      organizationId: organization.id,
      version: identity.version,
      verificationMethod: `${issuerDid(organization, config)}#${pair.publicKeyMultibase}`,
      publicKeyMultibase: pair.publicKeyMultibase,
      ...sealKey(this.#keyEncryptionKey, identity, pair.secret),
      createdAt: now(),
    })
    pair.secret.fill(0)
  }
}
