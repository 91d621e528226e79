// The traps of signing JSON-LD, each by its name. What the reference libraries do wrong or differently is
// refused when issuing, and never lets a changed document verify.
import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalizeByOracle } from '../test/oracle.ts'
import { canonicalForm, canonicalize, knownForm } from './canonicalize.ts'
import { compareCodePoints } from './canonicalize/text.ts'
import { bundledContexts, CONTEXTS } from './contexts/index.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { didKey, resolveDidKey } from './keys/did.ts'
import { signatureScalarIsReduced } from './keys/ed25519-strict.ts'
import { generateEd25519KeyPair, signerFromPrivateJwk } from './keys/signer.ts'
import { PublicKey } from './keys/public-key.ts'
import { signCredential } from './proof/sign.ts'
import { verifyProof } from './proof/verify.ts'
import { toHex, utf8 } from './base.ts'
import { hash } from './crypto/node.ts'

const pair = await generateEd25519KeyPair()
const { did, verificationMethod } = didKey(pair.publicKey)
const signing = { signer: pair.signer, verificationMethod, created: new Date('2026-03-01T10:00:00Z') }
const verifying = { resolveKey: async (id: string) => resolveDidKey(id) }

type Change = (parts: {
  credential: JsonObject
  issuer: JsonObject
  subject: JsonObject
  achievement: JsonObject
}) => void

function credential(change: Change = () => {}): JsonObject {
  const issuer: JsonObject = { id: did, type: ['Profile'], name: 'Example University' }
  const achievement: JsonObject = {
    id: 'https://badges.example.org/a/team',
    type: ['Achievement'],
    name: 'Teamwork',
    description: 'Works well in a team.',
    criteria: { narrative: 'Nominated by peers.' },
  }
  const subject: JsonObject = { id: 'did:example:ada', type: ['AchievementSubject'], achievement }
  const made: JsonObject = {
    '@context': [CONTEXTS.credentialsV2, CONTEXTS.openBadges303],
    id: 'https://badges.example.org/c/1',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer,
    validFrom: '2026-03-01T10:00:00Z',
    name: 'Teamwork',
    credentialSubject: subject,
  }
  change({ credential: made, issuer, subject, achievement })
  return made
}

const codeOf = async (document: JsonObject, proof: JsonObject) => (await verifyProof(document, proof, verifying)).code
const refused = (code: string, change: Change) => assert.rejects(signCredential(credential(change), signing), { code })

test('trap 1: two descriptions of one id cannot be exchanged', async () => {
  const twice =
    (first: string, second: string): Change =>
    ({ issuer, achievement }) => {
      issuer['name'] = first
      achievement['creator'] = { id: did, type: ['Profile'], name: second }
    }
  // The statements are the same, so a signature over one is a signature over the other.
  assert.equal(
    await canonicalize(credential(twice('Good', 'Evil'))),
    await canonicalize(credential(twice('Evil', 'Good'))),
  )
  await refused('credential.conflicting-descriptions', twice('Good', 'Evil'))
  const careless = await signCarelessly(credential(twice('Good', 'Evil')))
  assert.equal(await codeOf(careless, careless['proof'] as JsonObject), 'proof.conflicting-descriptions')
  const same = await signCredential(credential(twice('Good', 'Good')), signing)
  assert.equal(await codeOf(same, same.proof[0]!), 'proof.valid')
})

test('trap 1: a shorter second description is fine, a hidden one in a document of the slow path is not', async () => {
  const shorter = await signCredential(
    credential(({ achievement }) => (achievement['creator'] = { id: did, type: ['Profile'] })),
    signing,
  )
  assert.equal(await codeOf(shorter, shorter.proof[0]!), 'proof.valid')
  const slow = credential(({ credential: made, achievement }) => {
    made['@context'] = [...(made['@context'] as string[]), { note: 'urn:note' }]
    achievement['creator'] = { '@id': did, type: ['Profile'], name: 'Somebody else' }
  })
  const { path, conflict } = await canonicalForm(slow)
  assert.deepEqual([path, conflict?.property], ['reference', 'name'])
})

test('trap 1: a description inside another of the same id is found, and one under names of the document\u2019s own', async () => {
  const inside = (outer: string, inner: string) =>
    credential(({ credential: made }) => {
      made['credentialSubject'] = { id: 'urn:s', description: { id: 'urn:s', name: inner }, name: outer }
    })
  assert.equal(await canonicalize(inside('Good', 'Evil')), await canonicalize(inside('Evil', 'Good')))
  const { path, conflict } = await canonicalForm(inside('Good', 'Evil'))
  assert.deepEqual([path, conflict], ['known', { id: 'urn:s', property: 'name' }])
  await assert.rejects(signCredential(inside('Good', 'Evil'), signing), { code: 'credential.conflicting-descriptions' })
  assert.equal((await canonicalForm(inside('Good', 'Good'))).conflict, null)

  const renamed = (name: string) =>
    credential(({ credential: made, achievement }) => {
      made['@context'] = [...(made['@context'] as string[]), { ident: '@id', label: 'https://schema.org/name' }]
      achievement['creator'] = { ident: did, label: name }
    })
  const disguised = await canonicalForm(renamed('Somebody else'))
  assert.deepEqual(
    [disguised.path, disguised.conflict],
    ['reference', { id: did, property: 'https://schema.org/name' }],
  )
  assert.equal((await canonicalForm(renamed('Example University'))).conflict, null)
})

test('trap 2: order is signed in allowedValue only', async () => {
  const tags =
    (tag: string[]): Change =>
    ({ achievement }) =>
      (achievement['tag'] = tag)
  assert.equal(await canonicalize(credential(tags(['a', 'b']))), await canonicalize(credential(tags(['b', 'a', 'b']))))
  const grades =
    (allowedValue: string[]): Change =>
    ({ achievement }) =>
      (achievement['resultDescription'] = [
        { id: 'urn:r', type: ['ResultDescription'], name: 'Grade', resultType: 'LetterGrade', allowedValue },
      ])
  assert.notEqual(
    await canonicalize(credential(grades(['A', 'B']))),
    await canonicalize(credential(grades(['B', 'A']))),
  )
})

test('trap 3: lone surrogates are refused, by signer and verifier', async () => {
  for (const text of ['x\ud800', '\udc00'])
    await refused('canonicalize.refused', ({ issuer }) => (issuer['name'] = text))
  const good = await signCredential(
    credential(({ issuer }) => (issuer['name'] = 'x\ufffd')),
    signing,
  )
  const bad = { ...good, issuer: { ...(good['issuer'] as JsonObject), name: 'x\ud800' } }
  assert.equal(await codeOf(bad, good.proof[0]!), 'proof.document-refused')
})

test('trap 4: numbers that would be signed as other numbers are refused', async () => {
  for (const credits of [1e-7, -0, 0.30000000000000004, 1e21, 123456789012345680, 0.1234567, 1 / 3]) {
    await refused('credential.unsafe-number', ({ subject }) => (subject['creditsEarned'] = credits))
  }
  for (const credits of [0, 1, -1, 2.5, 0.000001, 1234567.891]) {
    const document = credential(({ subject }) => (subject['creditsEarned'] = credits))
    const signed = await signCredential(document, signing)
    assert.equal(await codeOf(signed, signed.proof[0]!), 'proof.valid')
    assert.equal(await canonicalize(document), await canonicalizeByOracle(document))
  }
})

test('trap 5: texts that differ in direction only are refused, because one would stay unsigned', async () => {
  const text = (direction: string | null, language = 'en'): JsonValue =>
    direction
      ? { '@value': 'a', '@language': language, '@direction': direction }
      : { '@value': 'a', '@language': language }
  const named = (...names: JsonValue[]) => credential(({ credential: made }) => (made['name'] = names))
  await assert.rejects(canonicalize(named(text('ltr'), text('rtl'))), { code: 'canonicalize.refused' })
  await assert.rejects(canonicalize(named(text(null), text('rtl'))), { code: 'canonicalize.refused' })
  await assert.rejects(canonicalize(named('a', { '@value': 'a', '@direction': 'rtl' })), {
    code: 'canonicalize.refused',
  })
  for (const document of [named(text('ltr')), named(text('ltr'), text('rtl', 'de')), named(text('ltr'), text('ltr'))]) {
    assert.equal(await canonicalize(document), await canonicalizeByOracle(document))
  }
})

test('trap 6: a number and the text of the same number under one property are refused', async () => {
  for (const values of [
    [1, '1'],
    [true, 'true'],
    [0.3, 0.30000000000000004],
  ]) {
    await assert.rejects(canonicalize(credential(({ subject }) => (subject['creditsEarned'] = values))), {
      code: 'canonicalize.refused',
    })
  }
  const twice = credential(({ subject }) => (subject['creditsEarned'] = [1, 1]))
  assert.equal(await canonicalize(twice), await canonicalizeByOracle(twice))
})

test('trap 7: addresses with characters that N-Quads escapes are refused', async () => {
  for (const id of [
    'urn:x>y',
    'urn:x"y',
    'urn:x{y',
    'urn:x}y',
    'urn:x\\y',
    'urn:x^y',
    'urn:x`y',
    'urn:x|y',
    'urn:x>.\u2028<urn:y',
    'urn:x\u00a0y',
    'relative',
    '',
  ]) {
    await assert.rejects(
      canonicalize(credential(({ credential: made }) => (made['id'] = id))),
      { code: 'canonicalize.refused' },
      id,
    )
  }
  // A prefix of a bundled context, where it applies, means another address than it seems.
  const old = { ...credential(), '@context': [CONTEXTS.credentialsV1, CONTEXTS.openBadges303], id: 'cred:holder' }
  assert.equal(
    await canonicalize({ ...old, id: 'cred:holder' }).catch(() => 'refused'),
    await canonicalizeByOracle(old).catch(() => 'refused'),
  )
})

test('trap 8: keys of small order and signatures with a scalar beyond the order are refused', async () => {
  const zero = new Uint8Array(32)
  const smallOrder = [
    zero,
    Uint8Array.of(1, ...zero.slice(1)),
    Uint8Array.of(0xec, ...new Uint8Array(30).fill(0xff), 0x7f),
    Uint8Array.of(0xee, ...new Uint8Array(30).fill(0xff), 0x7f),
    Uint8Array.of(1, ...zero.slice(2), 0x80),
    Uint8Array.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'.match(/../g)!, (h) =>
      Number.parseInt(h, 16),
    ),
    Uint8Array.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'.match(/../g)!, (h) =>
      Number.parseInt(h, 16),
    ),
  ]
  for (const x of smallOrder) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') }
    assert.throws(() => PublicKey.fromJwk(jwk), { code: 'key.invalid' }, toHex(x))
  }
  const data = utf8('data')
  const signature = await signerFromPrivateJwk(pair.privateJwk).sign(data)
  assert.equal(await pair.publicKey.verify(data, signature), true)
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const scalar = BigInt(`0x${toHex(signature.slice(32).reverse())}`) + order
  const malleated = Uint8Array.from(signature)
  for (let i = 0, s = scalar; i < 32; i++, s >>= 8n) malleated[32 + i] = Number(s & 255n)
  assert.equal(await pair.publicKey.verify(data, malleated), false)
  // node:crypto sees this itself; other platforms need not.
  assert.deepEqual([signature, malleated].map(signatureScalarIsReduced), [true, false])
})

test('trap 9: parts that look alike are never issued, and a graph made to take for ever is given up', async () => {
  const alike: Change = ({ subject }) => {
    subject['result'] = [
      { type: ['Result'], value: '1' },
      { type: ['Result'], value: '1' },
    ]
  }
  await refused('credential.colliding-nodes', alike)
  // Two nodes whose own statements are the same, told apart by what stands below them.
  const tie = credential(({ achievement }) => {
    achievement['creator'] = ['Aachen', 'Berlin'].map((addressLocality) => ({
      type: ['Profile'],
      name: 'Same',
      address: { type: ['Address'], addressLocality },
    }))
  })
  assert.equal((await canonicalForm(tie)).hasLookAlikes, true)
  assert.equal(await canonicalize(tie), await canonicalizeByOracle(tie))
  const poison = credential(({ achievement }) => {
    achievement['creator'] = Array.from({ length: 8 }, () => ({
      type: ['Profile'],
      name: 'Same',
      address: { type: ['Address'], addressLocality: 'Same' },
      otherIdentifier: [1, 2].map(() => ({ type: 'IdentifierEntry', identifier: 'Same', identifierType: 'name' })),
    }))
  })
  await assert.rejects(canonicalize(poison), { code: 'canonicalize.too-complex' })
  const signed = {
    ...poison,
    proof: [
      {
        type: 'DataIntegrityProof',
        cryptosuite: 'eddsa-rdfc-2022',
        verificationMethod,
        proofPurpose: 'assertionMethod',
        proofValue: 'z1',
      },
    ],
  }
  const verdict = await verifyProof(signed, signed.proof[0]!, verifying)
  assert.deepEqual([verdict.status, verdict.code], ['not-checked', 'proof.too-complex'])
})

test('trap 10: control characters other than line feeds are refused when issuing, and verify when others issued them', async () => {
  for (const c of ['\t', '\r', '\b', '\f', '\u0000', '\u0001', '\u001f', '\u007f']) {
    await refused('credential.control-character', ({ achievement }) => (achievement['description'] = `a${c}b`))
  }
  const lines = await signCredential(
    credential(({ achievement }) => (achievement['description'] = 'a\nb')),
    signing,
  )
  assert.equal(await codeOf(lines, lines.proof[0]!), 'proof.valid')
  const tab = await signCarelessly(credential(({ achievement }) => (achievement['description'] = 'a\tb')))
  assert.equal(await codeOf(tab, tab['proof'] as JsonObject), 'proof.valid')
})

test('trap 11: texts whose order is in dispute are not issued, and verify in either order', async () => {
  const disputed: Change = ({ achievement }) => (achievement['tag'] = ['😀', 'Ａ'])
  await refused('credential.ambiguous-order', disputed)
  const form = await canonicalForm(credential(disputed))
  assert.ok(form.byCodePoints !== null && form.byCodePoints !== form.text)
  assert.equal(form.text, await canonicalizeByOracle(credential(disputed)))
  for (const order of ['text', 'byCodePoints'] as const) {
    const signed = await signCarelessly(credential(disputed), order)
    assert.equal(await codeOf(signed, signed['proof'] as JsonObject), 'proof.valid', order)
  }
  assert.equal(
    (await canonicalForm(credential(({ achievement }) => (achievement['tag'] = ['😀', 'b'])))).byCodePoints,
    null,
  )
  const sorted = ['b', '\ud83d\ude00', '\uff21', '\ue000', 'a'].sort(compareCodePoints)
  assert.deepEqual(sorted, ['a', 'b', '\ue000', '\uff21', '\ud83d\ude00'])
})

test('trap 12: every bundled context has the hash that is written beside it', () => {
  const all = bundledContexts()
  assert.equal(all.length, 15)
  for (const { url, sha256, text } of all) assert.equal(toHex(hash('sha256', text)), sha256, url)
})

test('trap 12: a provided context counts only with its pinned hash, and never in place of a bundled one', async () => {
  const document = credential(({ credential: made }) => {
    made['@context'] = [CONTEXTS.credentialsV2, CONTEXTS.clr201, CONTEXTS.openBadges303]
  })
  await assert.rejects(canonicalize(document), { code: 'context.unknown' })
  const forged = new Map<string, JsonObject>([[CONTEXTS.clr201, { '@context': { ClrCredential: 'urn:other' } }]])
  await assert.rejects(canonicalize(document, { contexts: forged }), { code: 'context.unknown' })
  const replaced = new Map<string, JsonObject>([[CONTEXTS.openBadges303, { '@context': { Achievement: 'urn:other' } }]])
  assert.equal(await canonicalize(credential(), { contexts: replaced }), await canonicalize(credential()))
})

test('two terms of one address do not repeat a statement', async () => {
  const document = credential(({ achievement }) => {
    achievement['criteria'] = { id: 'urn:criteria', narrative: 'Twice' }
    achievement['Criteria'] = { id: 'urn:criteria' }
  })
  assert.equal(await canonicalize(document), await canonicalizeByOracle(document))
})

test('trap 13: an object whose type is missing is refused, not left unsigned', async () => {
  await refused('canonicalize.refused', ({ subject }) => (subject['result'] = [{ value: '1' }]))
  await refused('canonicalize.refused', ({ credential: made }) => (made['evidence'] = [{ genre: 'Portfolio' }]))
  await refused(
    'canonicalize.refused',
    ({ credential: made }) => (made['credentialSchema'] = [{ id: 'urn:s', type: '1EdTechJsonSchemaValidator2019' }]),
  )
})

test('trap 14: datatypes are signed as the contexts write them, odd ones too', async () => {
  const text = await canonicalize(
    credential(({ credential: made, achievement }) => {
      made['awardedDate'] = '2026-03-01T10:00:00Z'
      achievement['creditsAvailable'] = 2
    }),
  )
  assert.match(text, /awardedDate> "2026-03-01T10:00:00Z"\^\^<xsd:dateTime> \./)
  assert.match(text, /creditsAvailable> "2"\^\^<https:\/\/www\.w3\.org\/2001\/XMLSchema#float> \./)
  const half = await canonicalize(credential(({ achievement }) => (achievement['creditsAvailable'] = 2.5)))
  assert.match(half, /creditsAvailable> "2\.5E0"\^\^<https:/)
})

test('trap 15: language tags with capitals are not issued, and verify when others issued them', async () => {
  const capital: Change = ({ credential: made }) => (made['name'] = { '@value': 'Teamwork', '@language': 'en-US' })
  await refused('credential.language-tag', capital)
  const theirs = await signCarelessly(credential(capital))
  assert.equal(await codeOf(theirs, theirs['proof'] as JsonObject), 'proof.valid')
})

test("trap 16: the proof's own members are signed", async () => {
  const signed = await signCredential(credential(), signing)
  const proof = signed.proof[0]!
  const other = await generateEd25519KeyPair()
  for (const change of [
    { created: '2026-03-01T10:00:01Z' },
    { verificationMethod: didKey(other.publicKey).verificationMethod },
    { expires: '2030-01-01T00:00:00Z' },
    { nonce: 'n' },
  ]) {
    assert.notEqual(await codeOf(signed, { ...proof, ...change }), 'proof.valid', JSON.stringify(change))
  }
  assert.equal(await codeOf(signed, { ...proof, unknown: 'x' }), 'proof.document-refused')
})

// Trap 17 (embedded proof and JWT are two artefacts) concerns who serves them; trap 18 stands in json-text.test.ts.

test('S29: contexts cannot be swapped, redefined, hidden inside or joined to one text', async () => {
  const signed = await signCredential(credential(), signing)
  const proof = signed.proof[0]!
  const [first, second] = signed['@context'] as [string, string]
  const contexts: JsonValue[] = [
    [first, CONTEXTS.openBadges302],
    [first],
    `${first} ${second}`,
    [`${first} ${second}`],
    `2 ${first} ${second}`,
    [first, second, { name: 'urn:other' }],
    [first, second, null],
    [first, second, 'https://example.org/evil'],
    { '@vocab': 'urn:vocab#' },
    [],
  ]
  for (const context of contexts) {
    assert.notEqual(await codeOf({ ...signed, '@context': context }, proof), 'proof.valid', JSON.stringify(context))
  }
  // A vocabulary for undefined terms leaves the meaning of defined ones, but nothing can be slipped in.
  const vocabulary = { ...signed, '@context': [first, second, { '@vocab': 'urn:vocab#' }], unknown: 'x' }
  assert.equal(await codeOf(vocabulary, proof), 'proof.signature-wrong')
  const inner = structuredClone(signed)
  ;((inner['credentialSubject'] as JsonObject)['achievement'] as JsonObject)['@context'] = { name: 'urn:other' }
  assert.notEqual(await codeOf(inner, proof), 'proof.valid')
  for (const extra of [
    { '@graph': [{ id: 'urn:x', name: 'y' }] },
    { '@included': [{ id: 'urn:x', name: 'y' }] },
    { '@type': 'x' },
    { '@id': 'urn:x' },
    { unknown: 1 },
    { '@reverse': { issuer: { id: 'urn:x', name: 'y' } } },
    { '@nest': { description: 'y' } },
  ]) {
    assert.notEqual(await codeOf({ ...signed, ...extra }, proof), 'proof.valid', JSON.stringify(extra))
  }
})

test('S30: depth, size and blank nodes are bounded', async () => {
  let deep: JsonObject = { type: ['Profile'], name: 'bottom' }
  for (let i = 0; i < 80; i++) deep = { type: ['Profile'], parentOrg: deep }
  await assert.rejects(canonicalize(credential(({ issuer }) => (issuer['parentOrg'] = deep))), {
    code: 'canonicalize.refused',
  })
  const many = credential(({ credential: made }) => {
    made['evidence'] = Array.from({ length: 3000 }, (_, i) => ({ type: ['Evidence'], name: `${i}` }))
  })
  await assert.rejects(canonicalize(many), { code: 'canonicalize.too-complex' })
  const large = credential(({ credential: made }) => {
    made['@context'] = [...(made['@context'] as string[]), { note: 'urn:note' }]
    made['note'] = Array.from({ length: 25_000 }, (_, i) => `${i}`)
  })
  await assert.rejects(canonicalize(large), { code: 'canonicalize.too-complex' })
  const small = { ...credential(), '@context': [{ name: 'urn:name' }] }
  await assert.rejects(canonicalize(small, { maxValues: 10 }), { code: 'canonicalize.too-complex' })
  const aborted = credential(({ credential: made }) => {
    made['evidence'] = Array.from({ length: 6 }, () => ({ type: ['Evidence'], name: 'same' }))
  })
  await assert.rejects(canonicalize(aborted, { signal: AbortSignal.abort(), maxWorkFactor: 3 }), {
    code: 'canonicalize.aborted',
  })
})

test('S30: long lists take time in proportion to their length', async () => {
  const names = Array.from({ length: 30_000 }, (_, i) => `urn:n:${i}`)
  const documents = [
    credential(({ achievement }) => (achievement['tag'] = names)),
    credential(({ issuer }) => (issuer['type'] = ['Profile', ...names])),
    credential(({ credential: made, achievement }) => {
      achievement['tag'] = names
      made['evidence'] = [{ id: achievement['id'], type: ['Achievement'], tag: names }]
    }),
    credential(({ achievement }) => {
      achievement['tag'] = Array.from({ length: 500_000 }, () => null)
      achievement['creator'] = { id: did, type: ['Profile'], name: 'Example University' }
    }),
    credential(({ achievement }) => (achievement['image'] = names)),
  ]
  for (const document of documents) {
    const start = process.cpuUsage()
    await canonicalize(document).catch(() => {})
    const { user, system } = process.cpuUsage(start)
    assert.ok(user + system < 3_000_000, `${(user + system) / 1000} ms of processor time`)
  }
})

test('twelve blank nodes get the labels that ten do not show', () => {
  const document = credential(({ credential: made }) => {
    made['evidence'] = Array.from({ length: 14 }, (_, i) => ({ type: ['Evidence'], name: `${i}` }))
  })
  const form = knownForm(document)
  assert.ok(typeof form !== 'string' && 'text' in form)
})

/** A proof as a careless library makes it: over whatever canonical text there is. */
async function signCarelessly(document: JsonObject, order: 'text' | 'byCodePoints' = 'text'): Promise<JsonObject> {
  const proof = {
    type: 'DataIntegrityProof',
    created: '2026-03-01T10:00:00Z',
    verificationMethod,
    cryptosuite: 'eddsa-rdfc-2022',
    proofPurpose: 'assertionMethod',
  }
  const configuration = await canonicalize({ '@context': document['@context'], ...proof })
  const form = await canonicalForm(document)
  const data = new Uint8Array([...hash('sha256', configuration), ...hash('sha256', form[order] ?? '')])
  const { toMultibase } = await import('./base.ts')
  return { ...document, proof: { ...proof, proofValue: toMultibase(await pair.signer.sign(data)) } }
}
