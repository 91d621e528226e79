import { decodeJwt, type JsonObject, parseJsonObject, proofsOf, signJwt, verifyProof } from '@lapel/openbadges'
import type { KeyRing } from './key-ring.ts'
import { SigningRefused } from './refusal.ts'
import type { SigningDeps } from './sign-intents.ts'
import * as store from './store.ts'

/**
 * A credential that was signed before, once more as a JWT (Open Badges 3.0, section "JSON Web Token Proof Format").
 *
 * What is signed is what the issuer's own proof in the kept bytes vouches for, and nothing else, so that whoever could
 * change those bytes gets no signature. The same credential gives the same JWT as long as the issuer's key is the same.
 *
 * @returns nothing when there is no such credential, it does not stand, or the issuer may not sign now.
 * @throws {SigningRefused} `signing.not-verified`, `signing.no-key`
 */
export async function signAsJwt(deps: SigningDeps, keys: KeyRing, credentialId: string): Promise<string | undefined> {
  const { db, now } = deps
  const kept = await store.signedCredential(db, credentialId)
  if (!kept) return undefined
  const [organization, signedBy, active] = await Promise.all([
    store.organization(db, kept.organizationId),
    store.signingKey(db, kept.organizationId, kept.signingKeyId),
    store.activeKey(db, kept.organizationId),
  ])
  if (organization?.state !== 'active') return undefined
  if (!signedBy || !active) throw new SigningRefused('signing.no-key')

  const document = parseJsonObject(kept.body)
  const [proof] = proofsOf(document['proof'])
  const { verificationKey } = keys.open(signedBy)
  const vouched = proof && (await verifyProof(document, proof, { resolveKey: async () => verificationKey, now: now() }))
  if (vouched?.status !== 'passed') throw new SigningRefused('signing.not-verified')

  const { proof: _proof, ...unsigned } = document
  const key = keys.open(active)
  const jwt = await signJwt(unsigned as JsonObject, {
    signer: key.signer,
    algorithm: 'EdDSA',
    kid: key.verificationMethod,
  })
  const { signed, signature } = decodeJwt(jwt)
  if (!(await key.verificationKey.publicKey.verify(signed, signature))) throw new SigningRefused('signing.not-verified')
  return jwt
}
