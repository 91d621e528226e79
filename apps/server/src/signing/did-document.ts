import type { Config } from '../platform/config.ts'
import { issuerDid } from '../organizations/index.ts'

export interface PublicKeyRow {
  verificationMethod: string
  publicKeyMultibase: string
  state: 'active' | 'retired' | 'revoked'
  revokedAt: Date | null
}

/**
 * The DID document of an issuer (Controlled Identifiers 1.0; did:web). Keys that were retired in good order stay, so
 * that what they signed still verifies; a revoked key is shown as such and may assert nothing any more (SECURITY 6.3,
 * 6.4). `assertionMethod` lists plain strings, because some verifiers find a key in no other form (STANDARDS 4.6).
 */
export function didDocument(
  config: Pick<Config, 'publicUrl'>,
  organization: { publicId: string },
  keys: readonly PublicKeyRow[],
) {
  const id = issuerDid(organization, config)
  const trusted = keys.filter(({ state }) => state !== 'revoked').map(({ verificationMethod }) => verificationMethod)
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: keys.map((key) => ({
      id: key.verificationMethod,
      type: 'Multikey',
      controller: id,
      publicKeyMultibase: key.publicKeyMultibase,
      ...(key.revokedAt ? { revoked: `${key.revokedAt.toISOString().slice(0, 19)}Z` } : {}),
    })),
    assertionMethod: trusted,
  }
}
