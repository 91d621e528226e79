import { createPrivateKey, createPublicKey } from 'node:crypto'
import { Hono } from 'hono'
import { didKey, ed25519Pkcs8, ed25519SignerFromPrivateKey, PublicKey } from '@lapel/openbadges'
import type { Deps } from '../platform/deps.ts'
import { createFetchPublic } from '../platform/http/fetch-public.ts'
import { vcApi } from './vc-api.ts'

export { apiMergeParts, connectedAppDoors, connectedAppsSection } from './connected-apps.ts'
export { registerApiJobs } from './jobs.ts'
export { apiRoutes } from './routes.ts'

export const vcApiPrefix = '/api/vc'

/**
 * The VC API under {@link vcApiPrefix}, for conformance suites and integrators, when the operator set `VC_API=on`. It signs
 * with a `did:key` of its own, derived from the installation's secret, that vouches for nothing: no organization's key and
 * no badge of this site is within its reach.
 */
export function vcApiRoutes({ secrets, now }: Pick<Deps, 'secrets' | 'now'>): Hono {
  const secret = new Uint8Array(secrets.derive('vc-api-test-key'))
  const jwk = createPublicKey(
    createPrivateKey({ key: Buffer.from(ed25519Pkcs8(secret)), format: 'der', type: 'pkcs8' }),
  ).export({ format: 'jwk' })
  const publicKey = PublicKey.fromJwk({ kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' })
  const { did, verificationMethod } = didKey(publicKey)
  const signer = ed25519SignerFromPrivateKey(secret, publicKey)
  const fetchPublic = createFetchPublic()
  const one = { issuer: did, verificationMethod, signer }
  return new Hono().route(
    vcApiPrefix,
    vcApi({
      signers: {
        'eddsa-rdfc-2022': { ...one, as: { cryptosuite: 'eddsa-rdfc-2022' } },
        'eddsa-jcs-2022': { ...one, as: { cryptosuite: 'eddsa-jcs-2022' } },
        jwt: { ...one, as: { jwt: 'EdDSA' } },
      },
      now,
      load: async (url, options) => {
        const { bytes: body, ...answer } = await fetchPublic(url, options)
        return { ...answer, body }
      },
    }),
  )
}
