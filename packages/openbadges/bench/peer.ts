// @digitalbazaar/vc, set up as its documentation says, with every document at hand.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { bundledContext, CONTEXTS, type JsonObject, type KeyPair, secretToMultibase } from '../src/index.ts'

export type Peer = {
  issue(credential: JsonObject): Promise<unknown>
  verify(credential: JsonObject): Promise<unknown>
}

/** The other library, issuing and verifying with our key. */
export async function peerOf(pair: KeyPair, did: string, verificationMethod: string): Promise<Peer> {
  const publicKey = {
    '@context': CONTEXTS.multikeyV1,
    id: verificationMethod,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: pair.publicKeyMultibase,
  }
  const documents = new Map<string, unknown>([
    [verificationMethod, publicKey],
    [did, { '@context': [CONTEXTS.didV1, CONTEXTS.multikeyV1], id: did, assertionMethod: [publicKey] }],
  ])
  const documentLoader = async (url: string) => {
    const document = bundledContext(url) ?? documents.get(url)
    if (!document) throw new Error(`${url} is not at hand`)
    return { contextUrl: null, documentUrl: url, document, tag: 'static' }
  }
  const secretKeyMultibase = secretToMultibase('Ed25519', pair.secret)
  const key = await Ed25519Multikey.from({ ...publicKey, secretKeyMultibase })
  const signer = key.signer()
  return {
    issue: (credential) =>
      vc.issue({ credential, suite: new DataIntegrityProof({ signer, cryptosuite }), documentLoader }),
    async verify(credential) {
      const result = await vc.verifyCredential({
        credential,
        suite: new DataIntegrityProof({ cryptosuite }),
        documentLoader,
        checkStatus: async () => ({ verified: true }),
      })
      if (!result.verified) throw result.error ?? new Error('not verified')
      return result
    },
  }
}
