import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createStatusList,
  didKey,
  generateKeyPair,
  signCredential,
  statusListCredential,
  statusListEntry,
} from '@lapel/openbadges'
import type { JsonObject, Load } from '@lapel/openbadges'
import { vcApi } from './vc-api.ts'
import type { VcApiSigner } from './vc-api.ts'

const now = new Date('2026-06-01T12:00:00Z')
const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiableCredential'],
  credentialSubject: { id: 'did:example:subject' },
}

async function startApi() {
  const ed = await generateKeyPair('Ed25519')
  const p256 = await generateKeyPair('P-256')
  const [edId, ecId] = [didKey(ed.publicKey), didKey(p256.publicKey)]
  const listUrl = 'https://api.example/status/1'
  const list = await statusListCredential({ id: listUrl, issuer: edId.did, bits: createStatusList(), validFrom: now })
  const signedList = await signCredential(list, {
    signer: ed.signer,
    verificationMethod: edId.verificationMethod,
    created: now,
  })
  const load: Load = async (url) =>
    url === listUrl
      ? { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(signedList)) }
      : { status: 404, headers: {}, body: new Uint8Array() }
  const signerOf = (
    id: { did: string; verificationMethod: string },
    keys: typeof ed,
    as: VcApiSigner['as'],
  ): VcApiSigner => ({
    issuer: id.did,
    verificationMethod: id.verificationMethod,
    signer: keys.signer,
    as,
  })
  const api = vcApi({
    now: () => now,
    load,
    signers: {
      eddsa: signerOf(edId, ed, { cryptosuite: 'eddsa-rdfc-2022' }),
      status: {
        ...signerOf(edId, ed, { cryptosuite: 'eddsa-rdfc-2022' }),
        nextStatus: () => statusListEntry({ list: listUrl, index: 7 }),
      },
      ecdsa: signerOf(ecId, p256, { cryptosuite: 'ecdsa-rdfc-2019' }),
      sd: signerOf(ecId, p256, { cryptosuite: 'ecdsa-sd-2023' }),
      jwt: signerOf(edId, ed, { jwt: 'EdDSA' }),
    },
  })
  const post = async (path: string, body: object) => {
    const response = await api.request(path, { method: 'POST', body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as JsonObject }
  }
  const issue = async (name: string, change: object = {}, options: object = {}) => {
    const issuer = name === 'ecdsa' || name === 'sd' ? ecId.did : edId.did
    return post(`/${name}/credentials/issue`, { credential: { ...credential, issuer, ...change }, options })
  }
  return { api, post, issue }
}

test('what each issuer signs, the verifier accepts, and refuses once it is altered', async () => {
  const { post, issue } = await startApi()
  for (const name of ['eddsa', 'status', 'ecdsa', 'jwt']) {
    const { status, body } = await issue(name)
    assert.equal(status, 201, name)
    const verifiableCredential = body['verifiableCredential'] as JsonObject
    assert.equal((await post('/credentials/verify', { verifiableCredential, options: {} })).status, 200, name)
    const altered =
      name === 'jwt'
        ? { ...verifiableCredential, id: `${(verifiableCredential as { id: string }).id.slice(0, -8)}AAAAAAAA` }
        : { ...verifiableCredential, name: 'x' }
    assert.equal((await post('/credentials/verify', { verifiableCredential: altered })).status, 400, name)
  }
})

test('the proof is one object, and the status comes from the issuer', async () => {
  const { issue } = await startApi()
  const signed = (await issue('status')).body['verifiableCredential'] as JsonObject & {
    proof: JsonObject
    credentialStatus: JsonObject
  }
  assert.deepEqual([signed.proof['type'], signed.credentialStatus['statusListIndex']], ['DataIntegrityProof', '7'])
})

test('a credential of another issuer, or one that is not shaped as it should be, is not signed', async () => {
  const { post, issue } = await startApi()
  for (const change of [
    { issuer: 'did:example:other' },
    { credentialSubject: {} },
    { type: 'Thing' },
    { validFrom: '2026-01-01' },
    { extra: 'undefined term' },
  ]) {
    const { status, body } = await issue('eddsa', change)
    assert.deepEqual([status, (body['errors'] as unknown[]).length > 0], [400, true])
  }
  assert.equal((await post('/nobody/credentials/issue', { credential })).status, 400)
  assert.equal((await post('/eddsa/credentials/issue', {})).status, 400)
})

test('a credential signed for selective disclosure is derived, and the rest verifies', async () => {
  const { post, issue } = await startApi()
  const { body } = await issue('sd', { name: 'kept back' }, { mandatoryPointers: ['/issuer'] })
  const derived = await post('/credentials/derive', {
    verifiableCredential: body['verifiableCredential'] as JsonObject,
    options: { selectivePointers: ['/credentialSubject'] },
  })
  const verifiableCredential = derived.body['verifiableCredential'] as JsonObject
  assert.deepEqual([derived.status, 'name' in verifiableCredential], [201, false])
  assert.equal((await post('/credentials/verify', { verifiableCredential })).status, 200)
})

test('presentations: unsigned ones are accepted as such, with every credential in them verified', async () => {
  const { post, issue } = await startApi()
  const good = (await issue('eddsa')).body['verifiableCredential'] as JsonObject
  const presentation = (inside: unknown) => ({
    '@context': credential['@context'],
    type: ['VerifiablePresentation'],
    verifiableCredential: inside,
  })
  assert.equal((await post('/presentations/verify', { verifiablePresentation: presentation([good]) })).status, 200)
  assert.equal(
    (await post('/presentations/verify', { verifiablePresentation: presentation([{ ...good, name: 'x' }]) })).status,
    400,
  )
  assert.equal((await post('/presentations/verify', { verifiablePresentation: presentation(['text']) })).status, 400)
})

test('a did:key is resolved, another DID is not', async () => {
  const { api, issue } = await startApi()
  const { issuer } = (await issue('eddsa')).body['verifiableCredential'] as { issuer: string }
  const response = await api.request(`/identifiers/${encodeURIComponent(issuer)}`)
  assert.equal(((await response.json()) as { didDocument: { id: string } }).didDocument.id, issuer)
  assert.equal((await api.request('/identifiers/did%3Aweb%3Aexample.org')).status, 404)
  assert.equal((await api.request('/identifiers/nonsense')).status, 400)
})
