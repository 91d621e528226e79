import { KeyRing } from './key-ring.ts'
import { SigningRefused } from './refusal.ts'
import { type SigningDeps, signIntents, type SigningOutcome } from './sign-intents.ts'
import { signAsJwt } from './sign-jwt.ts'
import { signStatusList } from './sign-status-list.ts'
import * as store from './store.ts'

/** The only door to the private keys: ids go in, and signatures end up in the database. */
export interface Signing {
  /**
   * Makes the organization's key unless it has one; the organization must be committed.
   *
   * @returns id of the key that signs now.
   */
  ensureSigningKey(organizationId: string): Promise<string>
  signIntent(intentId: string): Promise<SigningOutcome | undefined>
  signIntents(intentIds: readonly string[]): Promise<SigningOutcome[]>
  signStatusList(listId: string): Promise<boolean>
  /** A credential that was signed before, as a JWT; nothing when it does not stand. */
  signAsJwt(credentialId: string): Promise<string | undefined>
}

export function createSigning(deps: SigningDeps): Signing {
  const keys = new KeyRing(deps.config.keyEncryptionKey)
  return {
    async ensureSigningKey(organizationId) {
      const existing = await store.activeKey(deps.db, organizationId)
      if (existing) return existing.id
      const organization = await store.organization(deps.db, organizationId)
      if (!organization) throw new SigningRefused('signing.organization-not-active')
      await keys.create(deps, organization)
      const made = await store.activeKey(deps.db, organizationId)
      if (!made) throw new SigningRefused('signing.no-key')
      return made.id
    },
    async signIntent(intentId) {
      const [outcome] = await signIntents(deps, keys, [intentId])
      return outcome
    },
    signIntents: (intentIds) => signIntents(deps, keys, intentIds),
    signStatusList: (listId) => signStatusList(deps, keys, listId),
    signAsJwt: (credentialId) => signAsJwt(deps, keys, credentialId),
  }
}
