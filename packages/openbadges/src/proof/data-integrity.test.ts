import assert from 'node:assert/strict'
import test from 'node:test'
import { CONTEXTS } from '../contexts/index.ts'
import type { JsonObject } from '../json.ts'
import { didKey, resolveDidKey } from '../keys/did.ts'
import { generateEd25519KeyPair } from '../keys/signer.ts'
import { signCredential, verifyProof } from './data-integrity.ts'

const now = new Date('2026-03-01T10:00:00Z')
const resolveKey = async (id: string) => resolveDidKey(id)

function credentialBy(issuer: string): JsonObject {
  return {
    '@context': [CONTEXTS.credentialsV2, CONTEXTS.openBadges303],
    id: 'https://badges.example.org/c/1',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: { id: issuer, type: ['Profile'], name: 'Example University' },
    validFrom: '2026-03-01T10:00:00Z',
    name: 'Teamwork',
    credentialSubject: {
      id: 'did:example:ada',
      type: ['AchievementSubject'],
      achievement: {
        id: 'https://badges.example.org/a/team',
        type: ['Achievement'],
        name: 'Teamwork',
        description: 'Works well in a team.',
        criteria: { narrative: 'Nominated by peers.' },
      },
    },
  }
}

async function signed() {
  const pair = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(pair.publicKey)
  const credential = credentialBy(did)
  return {
    pair,
    did,
    credential,
    signed: await signCredential(credential, { signer: pair.signer, verificationMethod, created: now }),
  }
}

test('a signed credential verifies, and its input is left as it was', async () => {
  const { credential, signed: document, did } = await signed()
  assert.equal(credential['proof'], undefined)
  assert.equal(document.proof.length, 1)
  assert.deepEqual(await verifyProof(document, document.proof[0]!, { resolveKey }), {
    status: 'passed',
    code: 'proof.valid',
    detail: 'the signature is valid',
    cryptosuite: 'eddsa-rdfc-2022',
    verificationMethod: document.proof[0]!.verificationMethod,
    created: '2026-03-01T10:00:00Z',
    controller: did,
  })
})

test('a changed credential fails', async () => {
  const { signed: document } = await signed()
  const result = await verifyProof({ ...document, name: 'Leadership' }, document.proof[0]!, { resolveKey })
  assert.equal(result.code, 'proof.signature-wrong')
})

test('an undefined term makes the document refused, never unsigned', async () => {
  const { signed: document, pair, did } = await signed()
  const result = await verifyProof({ ...document, grade: 'A' }, document.proof[0]!, { resolveKey })
  assert.equal(result.code, 'proof.document-refused')
  const options = { signer: pair.signer, verificationMethod: didKey(pair.publicKey).verificationMethod, created: now }
  await assert.rejects(signCredential({ ...credentialBy(did), grade: 'A' }, options), { code: 'canonicalize.refused' })
})

test('a good signature by somebody else than the issuer fails', async () => {
  const { signed: document } = await signed()
  const stranger = await generateEd25519KeyPair()
  const { verificationMethod } = didKey(stranger.publicKey)
  const { proof: _, ...unsigned } = document
  const forged = await signCredential(unsigned, { signer: stranger.signer, verificationMethod, created: now })
  assert.equal((await verifyProof(forged, forged.proof[0]!, { resolveKey })).code, 'proof.foreign-key')
})
