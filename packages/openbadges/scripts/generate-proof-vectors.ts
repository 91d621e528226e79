// Writes vectors/proofs.json: documents with proofs of every kind we make, their canonical form and the bytes
// that are signed, and what becomes of them when something is changed. The keys are thrown away afterwards.
// Run by hand: node packages/openbadges/scripts/generate-proof-vectors.ts
import { writeFileSync } from 'node:fs'
import { personal, rich, typical } from '../bench/credentials.ts'
import {
  canonicalHash,
  canonicalize,
  canonicalizeJson,
  CONTEXTS,
  deriveCredential,
  didKey,
  generateKeyPair,
  type JsonObject,
  type KeyPair,
  signCredential,
  type SigningCryptosuite,
  signSelectively,
  toHex,
} from '../src/index.ts'
import type { ProofVector } from '../test/proof-vectors.ts'

const created = new Date('2026-03-01T10:00:00Z')
const vectors: ProofVector[] = []

for (const [cryptosuite, keyType] of [
  ['eddsa-rdfc-2022', 'Ed25519'],
  ['eddsa-jcs-2022', 'Ed25519'],
  ['ecdsa-rdfc-2019', 'P-256'],
  ['ecdsa-rdfc-2019', 'P-384'],
  ['ecdsa-jcs-2019', 'P-256'],
  ['ecdsa-jcs-2019', 'P-384'],
] as [SigningCryptosuite, 'Ed25519' | 'P-256' | 'P-384'][]) {
  const pair = await generateKeyPair(keyType)
  const { did, verificationMethod } = didKey(pair.publicKey)
  const options = { signer: pair.signer, verificationMethod, created, cryptosuite, keyType }
  for (const [size, credential] of [
    ['typical', typical(personal(1), did)],
    ['rich', rich(personal(2), did)],
    ['VC 1.1', old(did)],
  ] as const) {
    const signed = await signCredential(credential, options)
    await add(`${cryptosuite} with ${keyType}, ${size}`, signed, ['proof.valid'], keyType)
    if (size !== 'typical') continue
    const name = `${cryptosuite} with ${keyType}`
    await add(`${name}, name changed`, { ...signed, name: 'Other' }, ['proof.signature-wrong'])
    await add(
      `${name}, date changed`,
      { ...signed, proof: [{ ...signed.proof[0]!, created: '2026-03-01T10:00:01Z' }] },
      ['proof.signature-wrong'],
    )
    await add(`${name}, signature cut`, { ...signed, proof: [{ ...signed.proof[0]!, proofValue: 'z2b' }] }, [
      'proof.signature-wrong',
    ])
    const stranger = didKey((await generateKeyPair(keyType)).publicKey)
    await add(
      `${name}, another issuer`,
      { ...signed, issuer: { ...(signed['issuer'] as JsonObject), id: stranger.did } },
      ['proof.foreign-key'],
    )
  }
}

const pair = await generateKeyPair('Ed25519')
const { did, verificationMethod } = didKey(pair.publicKey)
const eddsa = { signer: pair.signer, verificationMethod, created }
const first = await signCredential(typical(personal(3), did), {
  ...eddsa,
  proofId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
})
const chained = await signCredential(first, {
  ...eddsa,
  previousProof: 'urn:uuid:00000000-0000-4000-8000-000000000001',
})
await add('a proof set', await signCredential(first, eddsa), ['proof.valid', 'proof.valid'])
await add('a proof chain', chained, ['proof.valid', 'proof.valid'])
await add('a proof chain without its first link', { ...chained, proof: [chained.proof[1]!] }, ['proof.malformed'])
await add(
  'an unknown cryptosuite beside a known one',
  { ...first, proof: [{ ...first.proof[0]!, cryptosuite: 'unknown-2030' }, first.proof[0]!] },
  ['proof.unknown-cryptosuite', 'proof.valid'],
)
await add('an undefined term', { ...first, grade: 'A' }, ['proof.document-refused'])
await add(
  'an unknown context',
  { ...first, '@context': [...(first['@context'] as string[]), 'https://example.org/x'] },
  ['proof.context-unknown'],
)
await add('no proof', typical(personal(4), did), [])

await addSelective(await generateKeyPair('P-256'))
writeFileSync(new URL('../vectors/proofs.json', import.meta.url), `${JSON.stringify(vectors, null, 1)}\n`)
console.log(`${vectors.length} vectors`)

async function addSelective(key: KeyPair): Promise<void> {
  const issuer = didKey(key.publicKey)
  const options = { signer: key.signer, verificationMethod: issuer.verificationMethod, created }
  const base = await signSelectively(typical(personal(5), issuer.did), {
    ...options,
    mandatoryPointers: ['/issuer', '/validFrom'],
  })
  await add('ecdsa-sd-2023, base proof', base, ['proof.undisclosed'])
  const derived = await deriveCredential(base, { selectivePointers: ['/credentialSubject/achievement/name'] })
  await add('ecdsa-sd-2023, derived', derived, ['proof.valid'])
  await add('ecdsa-sd-2023, derived and changed', { ...derived, validFrom: '2020-01-01T00:00:00Z' }, [
    'proof.signature-wrong',
  ])
}

async function add(name: string, document: JsonObject, codes: string[], keyType?: string): Promise<void> {
  const vector: ProofVector = { name, document, codes }
  if (keyType !== undefined) {
    const { proof: _, ...unsecured } = document
    const hash = keyType === 'P-384' ? 'sha384' : 'sha256'
    vector.hash = hash
    vector.canonical = await canonicalize(unsecured, { hash })
    vector.canonicalHash = toHex(await canonicalHash(unsecured, { hash }))
    vector.json = canonicalizeJson(unsecured)
  }
  vectors.push(vector)
}

function old(issuer: string): JsonObject {
  return {
    '@context': [CONTEXTS.credentialsV1, CONTEXTS.openBadges301, CONTEXTS.dataIntegrityV2],
    id: 'urn:uuid:00000000-0000-4000-8000-000000000002',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: { '@value': 'Gewässerkunde 🎓', '@language': 'de' },
    issuer: { id: issuer, type: ['Profile'], name: 'Example "University"' },
    issuanceDate: '2026-03-01T10:00:00Z',
    credentialSubject: {
      id: 'did:example:ada',
      type: ['AchievementSubject'],
      achievement: {
        id: 'urn:uuid:00000000-0000-4000-8000-000000000003',
        type: ['Achievement'],
        name: 'Water',
        description: 'Line one\nline two',
        criteria: { narrative: 'Back\\slash' },
        creditsAvailable: 2.5,
      },
    },
  }
}
