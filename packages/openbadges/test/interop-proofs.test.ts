// Each cryptosuite both ways with Digital Bazaar's implementation: what one signs the other verifies, and
// neither takes what was changed. Whether a badge is withdrawn is read from the bit, because their "verified"
// only says that the list could be read.
import assert from 'node:assert/strict'
import test from 'node:test'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey'
import { cryptosuite as ecdsa } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import { cryptosuite as eddsa } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as selective from '@digitalbazaar/ecdsa-sd-2023-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'
import { personal, typical } from '../bench/credentials.ts'
import {
  bundledContext,
  CONTEXTS,
  createStatusList,
  deriveCredential,
  didKey,
  encodeStatusList,
  generateKeyPair,
  type JsonObject,
  type KeyPair,
  resolveDidKey,
  secretToMultibase,
  setStatus,
  signCredential,
  type SigningCryptosuite,
  signSelectively,
  verifyProofs,
} from '../src/index.ts'

const created = new Date('2026-03-01T10:00:00Z')
const cases = [
  ['eddsa-rdfc-2022', 'Ed25519', eddsa],
  ['ecdsa-rdfc-2019', 'P-256', ecdsa],
  ['ecdsa-rdfc-2019', 'P-384', ecdsa],
] as const

for (const [name, keyType, cryptosuite] of cases) {
  test(`${name} with ${keyType}: they accept ours, and not when it is changed or has expired`, async () => {
    const { pair, did, verificationMethod, documentLoader } = await world(keyType)
    const signed = await signCredential(typical(personal(1), did), {
      ...signing(pair, verificationMethod),
      cryptosuite: name as SigningCryptosuite,
      keyType,
    })
    const judge = (credential: JsonObject, now = created) =>
      vc.verifyCredential({
        credential,
        suite: new DataIntegrityProof({ cryptosuite }),
        documentLoader,
        now,
        checkStatus: async () => ({ verified: true }),
      })
    assert.equal((await judge(signed)).verified, true)
    assert.equal((await judge({ ...signed, name: 'Brain Surgery' })).verified, false)
    assert.equal((await judge(signed, new Date('2040-01-01T00:00:00Z'))).verified, false)
  })

  test(`${name} with ${keyType}: we accept theirs, and not when it is changed`, async () => {
    const { did, documentLoader, theirKey } = await world(keyType)
    const suite = new DataIntegrityProof({ signer: theirKey.signer(), cryptosuite })
    const issued = (await vc.issue({ credential: typical(personal(2), did), suite, documentLoader })) as JsonObject
    assert.deepEqual(await codesOf(issued), ['proof.valid'])
    assert.deepEqual(await codesOf({ ...issued, name: 'Brain Surgery' }), ['proof.signature-wrong'])
  })
}

test('ecdsa-sd-2023: they accept what is derived from ours, and we what is derived from theirs', async () => {
  const { pair, did, verificationMethod, documentLoader, theirKey } = await world('P-256')
  const pointers = { mandatoryPointers: ['/issuer', '/validFrom'] }
  const selectivePointers = ['/credentialSubject/achievement/name', '/name']
  const derived = await deriveCredential(
    await signSelectively(typical(personal(1), did), { ...signing(pair, verificationMethod), ...pointers }),
    { selectivePointers },
  )
  const suite = new DataIntegrityProof({ cryptosuite: selective.createVerifyCryptosuite() })
  const judge = (credential: JsonObject) =>
    vc.verifyCredential({
      credential: { ...credential, proof: (credential['proof'] as JsonObject[])[0] },
      suite,
      documentLoader,
      now: created,
    })
  const theirs = await judge(derived)
  assert.equal(theirs.verified, true, theirs.error?.message)
  assert.equal((await judge({ ...derived, name: 'Brain Surgery' })).verified, false)

  const signer = new DataIntegrityProof({
    signer: theirKey.signer(),
    cryptosuite: selective.createSignCryptosuite(pointers),
  })
  const base = (await vc.issue({ credential: typical(personal(2), did), suite: signer, documentLoader })) as JsonObject
  assert.deepEqual(await codesOf(base), ['proof.undisclosed'])
  const discloser = new DataIntegrityProof({ cryptosuite: selective.createDiscloseCryptosuite({ selectivePointers }) })
  const disclosed = (await vc.derive({ verifiableCredential: base, suite: discloser, documentLoader })) as JsonObject
  assert.deepEqual(await codesOf(disclosed), ['proof.valid'])
  assert.deepEqual(await codesOf({ ...disclosed, name: 'Brain Surgery' }), ['proof.signature-wrong'])
})

test('a status list of ours tells them which badge is withdrawn', async () => {
  const { pair, did, verificationMethod, documentLoader, documents } = await world('Ed25519')
  const listId = 'https://badges.example.org/s/7'
  const bits = createStatusList()
  setStatus(bits, 2, true)
  const list: JsonObject = {
    '@context': [CONTEXTS.credentialsV2],
    id: listId,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: did,
    validFrom: '2026-03-01T10:00:00Z',
    credentialSubject: {
      id: `${listId}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: await encodeStatusList(bits),
    },
  }
  documents.set(listId, await signCredential(list, signing(pair, verificationMethod)))
  const withdrawn = async (number: number) => {
    const { credentialSchema: _, ...credential } = typical(personal(number), did)
    const signed = await signCredential(credential, signing(pair, verificationMethod))
    const suite = new DataIntegrityProof({ cryptosuite: eddsa })
    const result = await vc.verifyCredential({ credential: signed, suite, documentLoader, checkStatus })
    return result.statusResult?.results?.map(({ status }) => status)
  }
  assert.deepEqual(await withdrawn(1), [false])
  assert.deepEqual(await withdrawn(2), [true])
})

async function codesOf(document: JsonObject): Promise<string[]> {
  const results = await verifyProofs(document, { resolveKey: async (id) => resolveDidKey(id) })
  return results.map(({ code }) => code)
}

function signing(pair: KeyPair, verificationMethod: string) {
  return { signer: pair.signer, verificationMethod, created }
}

/** A key, known to both sides, and the documents that they ask for. */
async function world(keyType: 'Ed25519' | 'P-256' | 'P-384') {
  const pair = await generateKeyPair(keyType)
  const { did, verificationMethod } = didKey(pair.publicKey)
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
    return { contextUrl: null, documentUrl: url, document }
  }
  const Multikey = keyType === 'Ed25519' ? Ed25519Multikey : EcdsaMultikey
  const theirKey = await Multikey.from({ ...publicKey, secretKeyMultibase: secretToMultibase(keyType, pair.secret) })
  return { pair, did, verificationMethod, documents, documentLoader, theirKey }
}
