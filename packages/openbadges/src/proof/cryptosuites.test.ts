import assert from 'node:assert/strict'
import test from 'node:test'
import { CONTEXTS } from '../contexts/index.ts'
import type { JsonObject } from '../json.ts'
import { didKey, resolveDidKey } from '../keys/did.ts'
import { generateKeyPair } from '../keys/signer.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { deriveCredential, signSelectively } from './selective.ts'
import { signCredential } from './sign.ts'
import type { SigningCryptosuite } from './types.ts'
import { verifyProof, verifyProofs, type VerifyProofOptions } from './verify.ts'

const created = new Date('2026-03-01T10:00:00Z')
const options: VerifyProofOptions = { resolveKey: async (id) => resolveDidKey(id), now: created }

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
        tag: ['team', 'work'],
      },
    },
  }
}

const cases: [SigningCryptosuite, 'Ed25519' | 'P-256' | 'P-384'][] = [
  ['eddsa-rdfc-2022', 'Ed25519'],
  ['eddsa-jcs-2022', 'Ed25519'],
  ['ecdsa-rdfc-2019', 'P-256'],
  ['ecdsa-rdfc-2019', 'P-384'],
  ['ecdsa-jcs-2019', 'P-256'],
  ['ecdsa-jcs-2019', 'P-384'],
]

for (const [cryptosuite, keyType] of cases) {
  test(`${cryptosuite} with ${keyType}: signs, verifies, and notices every kind of change`, async () => {
    const pair = await generateKeyPair(keyType)
    const { did, verificationMethod } = didKey(pair.publicKey)
    const signing = { signer: pair.signer, verificationMethod, created, cryptosuite, keyType }
    const signed = await signCredential(credentialBy(did), signing)
    const proof = signed.proof[0]!
    assert.equal((await verifyProof(signed, proof, options)).code, 'proof.valid')

    const renamed = { ...signed, name: 'Leadership' }
    assert.equal((await verifyProof(renamed, proof, options)).code, 'proof.signature-wrong')
    const backdated = { ...proof, created: '2020-01-01T00:00:00Z' }
    assert.equal((await verifyProof(signed, backdated, options)).code, 'proof.signature-wrong')
    const cut = { ...proof, proofValue: proof.proofValue.slice(0, -3) }
    assert.equal((await verifyProof(signed, cut, options)).status, 'failed')
    const otherBase = { ...proof, proofValue: `u${proof.proofValue.slice(1)}` }
    assert.equal((await verifyProof(signed, otherBase, options)).code, 'proof.malformed')
    const { proofValue: _, ...without } = proof
    assert.equal((await verifyProof(signed, without, options)).code, 'proof.malformed')
  })
}

test('the early name eddsa-2022 verifies like its successor', async () => {
  const { document, proof } = await signedByHand({ type: 'DataIntegrityProof', cryptosuite: 'eddsa-2022' })
  assert.equal((await verifyProof(document, proof, options)).code, 'proof.valid')
})

test('Ed25519Signature2020, the form before cryptosuites, verifies; changed or under another name it does not', async () => {
  const { document, proof } = await signedByHand({ type: 'Ed25519Signature2020' }, [CONTEXTS.ed25519Signature2020V1])
  assert.equal((await verifyProof(document, proof, options)).code, 'proof.valid')
  const changed = { ...document, name: 'Surgery' }
  assert.equal((await verifyProof(changed, proof, options)).code, 'proof.signature-wrong')
  const renamed = { ...proof, type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022' }
  assert.equal((await verifyProof(document, renamed, options)).code, 'proof.signature-wrong')
  const older = { ...proof, type: 'Ed25519Signature2018' }
  assert.equal((await verifyProof(document, older, options)).status, 'not-checked')
})

/** A proof of a kind that is read and not written any more, over the canonical forms of its options and the document. */
async function signedByHand(kind: JsonObject, contexts: string[] = []) {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const credential = credentialBy(did)
  credential['@context'] = [...(credential['@context'] as string[]), ...contexts]
  const { canonicalHash } = await import('../canonicalize.ts')
  const { join } = await import('./hash-data.ts')
  const { toMultibase } = await import('../base.ts')
  const early: JsonObject = {
    ...kind,
    created: '2023-01-01T00:00:00Z',
    verificationMethod,
    proofPurpose: 'assertionMethod',
  }
  const data = join(
    await canonicalHash({ '@context': credential['@context'], ...early }),
    await canonicalHash(credential),
  )
  const proof = { ...early, proofValue: toMultibase(await pair.signer.sign(data)) }
  return { document: { ...credential, proof } as JsonObject, proof: proof as JsonObject }
}

test('a key of another kind than the cryptosuite names never verifies', async () => {
  const pair = await generateKeyPair('P-256')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const signing = { signer: pair.signer, verificationMethod, created, cryptosuite: 'ecdsa-rdfc-2019' as const }
  const signed = await signCredential(credentialBy(did), signing)
  const mislabelled = { ...signed.proof[0]!, cryptosuite: 'eddsa-rdfc-2022' }
  assert.equal((await verifyProof(signed, mislabelled, options)).code, 'proof.key-unsupported')
})

test('a context of its own does not give the proof another meaning', async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const signed = await signCredential(credentialBy(did), { signer: pair.signer, verificationMethod, created })
  const renamed = { ...signed.proof[0]!, '@context': { created: 'urn:other' } }
  assert.equal((await verifyProof(signed, renamed, options)).code, 'proof.valid')
  const other = { '@context': { created: 'urn:other' }, created: '2020-01-01T00:00:00Z' }
  assert.equal((await verifyProof(signed, { ...signed.proof[0]!, ...other }, options)).code, 'proof.signature-wrong')
})

test('an unknown cryptosuite is not checked, and neither is a key that cannot be had', async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const signed = await signCredential(credentialBy(did), { signer: pair.signer, verificationMethod, created })
  const proof = signed.proof[0]!
  const unknown = await verifyProof(signed, { ...proof, cryptosuite: 'dilithium-2030' }, options)
  assert.deepEqual([unknown.status, unknown.code], ['not-checked', 'proof.unknown-cryptosuite'])
  const offline = { ...options, resolveKey: () => Promise.reject(new Error('no network')) }
  const unavailable = await verifyProof(signed, proof, offline)
  assert.deepEqual([unavailable.status, unavailable.code], ['not-checked', 'proof.key-unavailable'])
  const context = { ...signed, '@context': [...(signed['@context'] as string[]), 'https://example.org/unknown'] }
  const strange = await verifyProof(context, proof, options)
  assert.deepEqual([strange.status, strange.code], ['not-checked', 'proof.context-unknown'])
})

test("a key must be listed for the purpose, be the issuer's, and neither revoked nor expired before", async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const signed = await signCredential(credentialBy(did), { signer: pair.signer, verificationMethod, created })
  const proof = signed.proof[0]!
  const with_ = (change: Partial<VerificationKey>) => ({
    ...options,
    now: new Date('2026-06-01T00:00:00Z'),
    resolveKey: async (id: string) => ({ ...resolveDidKey(id), ...change }),
  })
  const code = async (change: Partial<VerificationKey>) => (await verifyProof(signed, proof, with_(change))).code
  assert.equal(await code({}), 'proof.valid')
  assert.equal(await code({ purposes: ['authentication'] }), 'proof.key-not-authorized')
  assert.equal(await code({ controller: 'https://other.example' }), 'proof.foreign-key')
  assert.equal(await code({ revoked: '2026-05-01T00:00:00Z' }), 'proof.key-revoked')
  assert.equal(await code({ revoked: '2026-07-01T00:00:00Z' }), 'proof.valid')
  assert.equal(await code({ revoked: 'nonsense' }), 'proof.key-revoked')
  assert.equal(await code({ expires: '2026-02-01T00:00:00Z' }), 'proof.key-expired')
  assert.equal(await code({ expires: '2026-04-01T00:00:00Z' }), 'proof.valid')
})

test('dates and purpose of the proof itself are judged', async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const expires = new Date('2026-04-01T00:00:00Z')
  const signed = await signCredential(credentialBy(did), { signer: pair.signer, verificationMethod, created, expires })
  const proof = signed.proof[0]!
  const at = (now: string) => verifyProof(signed, proof, { ...options, now: new Date(now) })
  assert.equal((await at('2026-03-02T00:00:00Z')).code, 'proof.valid')
  assert.equal((await at('2026-04-01T00:00:00Z')).code, 'proof.expired')
  assert.equal((await at('2026-02-01T00:00:00Z')).code, 'proof.created-in-future')
  assert.equal(
    (await verifyProof(signed, proof, { ...options, expectedPurpose: 'authentication' })).code,
    'proof.wrong-purpose',
  )
  assert.equal((await verifyProof(signed, { ...proof, created: 'yesterday' }, options)).code, 'proof.malformed')
})

test('a presentation proof answers one challenge and one domain', async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const presentation = { '@context': [CONTEXTS.credentialsV2], type: ['VerifiablePresentation'], holder: did }
  const signed = await signCredential(presentation, {
    signer: pair.signer,
    verificationMethod,
    created,
    proofPurpose: 'authentication',
    challenge: 'c1',
    domain: 'verifier.example',
  })
  const check = (expectedChallenge: string, expectedDomain: string) =>
    verifyProof(signed, signed.proof[0]!, {
      ...options,
      expectedPurpose: 'authentication',
      expectedChallenge,
      expectedDomain,
    })
  assert.equal((await check('c1', 'verifier.example')).code, 'proof.valid')
  assert.equal((await check('c2', 'verifier.example')).code, 'proof.wrong-purpose')
  assert.equal((await check('c1', 'other.example')).code, 'proof.wrong-purpose')
})

test('proof sets are judged one by one, and chains only with what they build on', async () => {
  const [one, two] = [await generateKeyPair('Ed25519'), await generateKeyPair('P-256')]
  const [a, b] = [didKey(one.publicKey), didKey(two.publicKey)]
  const first = await signCredential(credentialBy(a.did), {
    signer: one.signer,
    verificationMethod: a.verificationMethod,
    created,
    proofId: 'urn:uuid:11111111-0000-4000-8000-000000000001',
  })
  const chained = await signCredential(first, {
    signer: two.signer,
    verificationMethod: b.verificationMethod,
    created,
    cryptosuite: 'ecdsa-rdfc-2019',
    previousProof: 'urn:uuid:11111111-0000-4000-8000-000000000001',
  })
  assert.equal(chained.proof.length, 2)
  const anyone = { ...options, expectedController: null }
  assert.deepEqual(
    (await verifyProofs(chained, anyone)).map(({ code }) => code),
    ['proof.valid', 'proof.valid'],
  )
  // The second signer is a notary, not the issuer.
  assert.deepEqual(
    (await verifyProofs(chained, options)).map(({ code }) => code),
    ['proof.valid', 'proof.foreign-key'],
  )

  const withoutFirst = { ...chained, proof: [chained.proof[1]!] }
  assert.equal((await verifyProofs(withoutFirst, anyone))[0]?.code, 'proof.malformed')
  const tampered = { ...chained, proof: [{ ...chained.proof[0]!, created: '2020-01-01T00:00:00Z' }, chained.proof[1]!] }
  assert.deepEqual(
    (await verifyProofs(tampered, anyone)).map(({ code }) => code),
    ['proof.signature-wrong', 'proof.previous-failed'],
  )
  const itself = { ...chained.proof[1]!, id: 'urn:x', previousProof: 'urn:x' }
  assert.equal((await verifyProof({ ...chained, proof: [itself] }, itself, anyone)).status, 'failed')
})

test('proofs that all build on one another cannot keep a verifier busy', async () => {
  const pair = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const proofs: JsonObject[] = []
  let signed: JsonObject = credentialBy(did)
  for (let i = 0; i < 20; i++) {
    const previousProof = proofs.map(({ id }) => id as string)
    const options = { signer: pair.signer, verificationMethod, created, proofId: `urn:p:${i}` }
    const next = await signCredential(signed, i === 0 ? options : { ...options, previousProof })
    proofs.push(next.proof.at(-1)!)
    signed = next
  }
  let asked = 0
  const counting = { ...options, resolveKey: async (id: string) => (asked++, resolveDidKey(id)) }
  assert.equal((await verifyProof(signed, proofs[19]!, counting)).code, 'proof.valid')
  assert.equal(asked, 20)
  const circle = ['a', 'b'].map((id, i) => ({ ...proofs[0]!, id: `urn:${id}`, previousProof: `urn:${'ba'[i]}` }))
  const circular = { ...credentialBy(did), proof: circle }
  assert.equal((await verifyProof(circular, circle[0]!, counting)).status, 'failed')
})

test('ecdsa-sd-2023: what the holder discloses verifies, anything else does not', async () => {
  const pair = await generateKeyPair('P-256')
  const { did, verificationMethod } = didKey(pair.publicKey)
  const base = await signSelectively(credentialBy(did), {
    signer: pair.signer,
    verificationMethod,
    created,
    mandatoryPointers: ['/issuer', '/validFrom', '/type'],
  })
  assert.equal((await verifyProofs(base, options))[0]?.code, 'proof.undisclosed')
  const derived = await deriveCredential(base, { selectivePointers: ['/credentialSubject/achievement/name'] })
  assert.equal(JSON.stringify(derived).includes('Nominated'), false)
  assert.equal((await verifyProofs(derived, options))[0]?.code, 'proof.valid')
  const changed = JSON.parse(JSON.stringify(derived).replace('"Teamwork"', '"Leadership"')) as JsonObject
  assert.equal((await verifyProofs(changed, options))[0]?.code, 'proof.signature-wrong')
  await assert.rejects(deriveCredential(credentialBy(did), { selectivePointers: ['/name'] }), {
    code: 'proof.malformed',
  })
})
