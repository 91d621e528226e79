import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalizeByOracle } from '../test/oracle.ts'
import { hash } from './crypto/node.ts'
import { CONTEXTS } from './contexts/index.ts'
import type { JsonObject } from './json.ts'
import { didKey, resolveDidKey } from './keys/did.ts'
import { generateEd25519KeyPair } from './keys/signer.ts'
import { verifyProof } from './proof/verify.ts'
import { compileTemplate, slot } from './template.ts'

const pair = await generateEd25519KeyPair()
const { did, verificationMethod } = didKey(pair.publicKey)
const options = { signer: pair.signer, verificationMethod }
const created = new Date('2026-03-01T10:00:00Z')

function shape(subject: JsonObject = {}): JsonObject {
  return {
    '@context': [CONTEXTS.credentialsV2, CONTEXTS.openBadges303],
    id: slot.iri('id'),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: { id: did, type: ['Profile'], name: 'Example University' },
    validFrom: slot.text('validFrom'),
    name: 'Teamwork',
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [
        {
          type: 'IdentityObject',
          hashed: true,
          identityHash: slot.text('hash'),
          identityType: 'emailAddress',
          salt: slot.text('salt'),
        },
      ],
      achievement: {
        id: 'https://badges.example.org/a/team',
        type: ['Achievement'],
        name: 'Teamwork',
        description: 'Works well in a team.',
        criteria: { narrative: 'Nominated by peers.' },
        alignment: ['A', 'B', 'C'].map((targetName) => ({ type: ['Alignment'], targetName, targetUrl: 'urn:skill' })),
      },
      ...subject,
    },
  }
}

const values = (number: number) => ({
  id: `https://badges.example.org/c/${number}`,
  validFrom: '2026-03-01T10:00:00Z',
  hash: `sha256$${number}`,
  salt: `salt "${number}"\nü`,
})

test('a template issues credentials that verify, each with its own values', async () => {
  const template = await compileTemplate(shape(), options)
  for (let number = 0; number < 50; number++) {
    const document = JSON.parse(await template.issue(values(number), { created })) as JsonObject
    const [proof] = document['proof'] as JsonObject[]
    assert.equal(document['id'], values(number).id)
    const result = await verifyProof(document, proof!, { resolveKey: async (id) => resolveDidKey(id) })
    assert.equal(result.code, 'proof.valid')
  }
  assert.deepEqual(template.statistics, { compiled: 50, general: 0 })
})

test('many at once, across a change of the second, all verify', async () => {
  const template = await compileTemplate(shape(), options)
  const texts = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      template.issue(values(i), { created: new Date(created.getTime() + (i % 3) * 1000) }),
    ),
  )
  for (const text of texts) {
    const document = JSON.parse(text) as JsonObject
    const [proof] = document['proof'] as JsonObject[]
    assert.equal(
      (await verifyProof(document, proof!, { resolveKey: async (id) => resolveDidKey(id) })).code,
      'proof.valid',
    )
  }
})

test('what could change order or labels takes the general path, and is signed all the same', async () => {
  const result = (name: string) => ({ type: ['Result'], value: slot.text(name) })
  const template = await compileTemplate(shape({ result: [result('r0'), result('r1')] }), options)
  await template.issue({ ...values(1), r0: '1', r1: '2' }, { created })
  assert.deepEqual(template.statistics, { compiled: 1, general: 0 })
  // Two equal results look alike, which the general path refuses.
  await assert.rejects(template.issue({ ...values(1), r0: '1', r1: '1' }, { created }), {
    code: 'credential.colliding-nodes',
  })
  const evidence = await compileTemplate(
    { ...shape(), evidence: [{ id: slot.iri('e0'), type: ['Evidence'], name: 'One' }] },
    options,
  )
  // An id that is the credential's own.
  const merged = { ...values(1), e0: values(1).id }
  await assert.rejects(evidence.issue(merged, { created }), { code: 'credential.conflicting-descriptions' })
  const order = ['urn:a', 'https://zzz.example/', 'http://a.example/']
  for (const e0 of order) {
    const document = JSON.parse(await evidence.issue({ ...values(2), e0 }, { created })) as JsonObject
    const [proof] = document['proof'] as JsonObject[]
    assert.equal(
      (await verifyProof(document, proof!, { resolveKey: async (id) => resolveDidKey(id) })).code,
      'proof.valid',
    )
  }
})

test('numbers and literal addresses fit where their terms want them', async () => {
  let signed = new Uint8Array()
  const signer = {
    sign(data: Uint8Array) {
      signed = data.slice()
      return pair.signer.sign(data)
    },
  }
  const credential = shape({
    creditsEarned: slot.number('credits'),
    source: { id: 'urn:s', type: ['Profile'], url: slot.iri('url') },
  })
  const template = await compileTemplate(credential, { ...options, signer })
  for (const credits of [0, 2, 2.5, 0.000001]) {
    const text = await template.issue({ ...values(1), credits, url: 'https://example.org/' }, { created })
    const { proof: _proof, ...document } = JSON.parse(text)
    assert.equal(document.credentialSubject.creditsEarned, credits)
    const expected = hash('sha256', await canonicalizeByOracle(document))
    assert.deepEqual(signed.slice(32), expected)
  }
  assert.equal(template.statistics.compiled, 4)
})

test('a value that puts the order of lines in dispute is refused, with what is constant or with other values', async () => {
  const credential = shape()
  const achievement = (credential['credentialSubject'] as JsonObject)['achievement'] as JsonObject
  const withConstant = {
    ...credential,
    evidence: [{ id: 'urn:e', type: ['Evidence'], name: slot.text('name'), narrative: 'Ａ' }],
  }
  achievement['tag'] = ['Ａ', slot.text('tag')]
  const template = await compileTemplate(credential, options)
  await assert.rejects(template.issue({ ...values(1), tag: '😀' }, { created }), { code: 'credential.ambiguous-order' })
  await template.issue({ ...values(1), tag: 'b' }, { created })
  // Where the two do not meet, the order is the same for all.
  achievement['tag'] = ['a', 'b']
  const apart = await compileTemplate(withConstant, options)
  await apart.issue({ ...values(1), name: '😀' }, { created })
  assert.deepEqual(apart.statistics, { compiled: 0, general: 1 })
})

test('missing and unfit values are refused', async () => {
  const template = await compileTemplate(shape({ creditsEarned: slot.number('credits') }), options)
  const good = { ...values(1), credits: 1 }
  const { salt: _salt, ...missing } = good
  const refusals: [Record<string, string | number>, string][] = [
    [missing, 'template.value'],
    [{ ...good, id: 'no address' }, 'template.value'],
    [{ ...good, id: 'urn:x>y' }, 'template.value'],
    [{ ...good, credits: 1e-9 }, 'template.value'],
    [{ ...good, credits: '1' }, 'template.value'],
    [{ ...good, salt: 5 }, 'template.value'],
    [{ ...good, salt: 'tab\t' }, 'credential.control-character'],
    [{ ...good, salt: '\ud800' }, 'canonicalize.refused'],
  ]
  for (const [given, code] of refusals)
    await assert.rejects(template.issue(given, { created }), { code }, JSON.stringify(given))
  const inherited = Object.create(good) as typeof good
  await assert.rejects(template.issue(inherited, { created }), { code: 'template.value' })
})

test('a slot must stand for a whole signed value, and what is constant must be sound', async () => {
  const bad: [JsonObject, string][] = [
    [{ ...shape(), name: `Hello ${slot.text('name')}` }, 'template.invalid'],
    [
      { ...shape(), name: [slot.text('x'), { '@value': 'y', '@language': slot.text('language') }] },
      'canonicalize.refused',
    ],
    [{ ...shape(), proof: [] }, 'template.invalid'],
    [{ ...shape(), name: slot.text('id') }, 'template.invalid'],
    [{ ...shape(), grade: 'A' }, 'canonicalize.refused'],
    [{ ...shape(), name: 'tab\t' }, 'credential.control-character'],
    [shape({ creditsEarned: 1e-9 }), 'credential.unsafe-number'],
    [shape({ creditsEarned: slot.text('credits') }), ''],
  ]
  for (const [credential, code] of bad) {
    const made = compileTemplate(credential, options)
    if (code === '') await made
    else await assert.rejects(made, { code }, JSON.stringify(credential))
  }
  assert.throws(() => slot.text('a b'), { code: 'template.invalid' })
})

test('text that looks like a slot cannot come in through a value', async () => {
  const template = await compileTemplate(shape(), options)
  const text = await template.issue({ ...values(1), salt: slot.text('hash') }, { created })
  const document = JSON.parse(text) as JsonObject
  const [proof] = document['proof'] as JsonObject[]
  assert.equal(
    (await verifyProof(document, proof!, { resolveKey: async (id) => resolveDidKey(id) })).code,
    'proof.valid',
  )
})
