import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, didDocument, issuerId, listUrl, now, pictureUrl, results, startWorld } from '../test/world.ts'
import { sampleCredential, sampleInput, samplePng } from '../test/sample.ts'
import { bakePng } from './bake-png.ts'
import { toBase64url, utf8 } from './base.ts'
import { didKey } from './keys/did.ts'
import { generateEd25519KeyPair, generateKeyPair } from './keys/signer.ts'
import { signCredential } from './proof/sign.ts'
import { checkNames } from './report.ts'
import { verifyCredential } from './verify.ts'

test('a good badge is genuine, and every check says so', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const report = await verifyCredential(JSON.stringify(badge), {
    now,
    load: world.load,
    expectedRecipient: 'maya@college.example',
  })
  assert.deepEqual(results(report), {
    format: 'passed',
    signature: 'passed',
    issuer: 'passed',
    withdrawn: 'passed',
    dates: 'passed',
    recipient: 'passed',
    definition: 'passed',
    picture: 'passed',
  })
  assert.equal(report.verdict, 'genuine')
  assert.equal(
    report.summary.sentence,
    'Northfield College issued Data Storytelling to the recipient on 2026-03-04, and it is valid today.',
  )
  assert.equal(report.credential?.name, 'Data Storytelling')
})

test('a baked badge is read out of its picture, and the picture is compared', async () => {
  const world = await startWorld()
  const text = JSON.stringify(await world.issue())
  const same = await verifyCredential(bakePng(samplePng(), text), { now, load: world.load })
  assert.equal(codeOf(same, 'picture'), 'picture.same')
  const other = await verifyCredential(bakePng(samplePng(16), text), { now, load: world.load })
  assert.equal(codeOf(other, 'picture'), 'picture.different')
  assert.equal(other.verdict, 'genuine')
})

test('altered content is not valid', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const altered = JSON.parse(JSON.stringify(badge).replace('Data Storytelling', 'Brain Surgery')) as object
  const report = await verifyCredential(altered, { now, load: world.load })
  assert.equal(codeOf(report, 'signature'), 'signature.wrong')
  assert.equal(report.verdict, 'not-valid')
  assert.match(report.summary.sentence, /content does not match its signature/)
})

test('a valid signature by somebody else is "signed by someone else" (S27)', async () => {
  const world = await startWorld()
  const stranger = await generateEd25519KeyPair()
  const badge = await world.issue()
  const { proof: _, ...unsigned } = badge
  // The stranger claims a method of the issuer whose fragment is the stranger's own key: it must be looked up all the same.
  const forged = await world.sign(unsigned, stranger, `${issuerId}#${stranger.publicKeyMultibase}`)
  const byMethod = await verifyCredential(forged, { now, load: world.load })
  assert.equal(byMethod.verdict, 'not-valid')
  assert.equal(codeOf(byMethod, 'issuer'), 'issuer.key-not-listed')
  const byDidKey = await verifyCredential(
    await world.sign(unsigned, stranger, didKey(stranger.publicKey).verificationMethod),
    { now, load: world.load },
  )
  assert.deepEqual(
    [codeOf(byDidKey, 'signature'), codeOf(byDidKey, 'issuer')],
    ['signature.valid', 'issuer.key-not-listed'],
  )
  assert.match(byDidKey.summary.sentence, /the key is not the issuer’s/)
})

test('a withdrawn badge is no longer valid', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  await world.withdraw(4711)
  const report = await verifyCredential(badge, { now, load: world.load })
  assert.deepEqual([report.verdict, codeOf(report, 'withdrawn')], ['no-longer-valid', 'withdrawn.revoked'])
})

test('a status list that does not answer leaves the question open, never green', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const signed = world.pages.get(listUrl) as { credentialSubject: object }
  const spoiled: [string, unknown][] = [
    ['gone', undefined],
    ['no answer', new Error('timeout')],
    ['no JSON', '<html>'],
    ['altered', { ...signed, validUntil: '2030-01-01T00:00:00Z' }],
    ['unsigned', { ...signed, proof: undefined }],
    [
      'another purpose',
      await world.sign({
        ...signed,
        proof: undefined,
        credentialSubject: { ...signed.credentialSubject, statusPurpose: 'suspension' },
      }),
    ],
    ['another issuer', await world.sign({ ...signed, proof: undefined, issuer: 'did:web:other.example' })],
    ['expired', await world.sign({ ...signed, proof: undefined, validUntil: '2026-05-01T00:00:00Z' })],
    ['another list', await world.sign({ ...signed, proof: undefined, id: 'https://college.example/status/2' })],
    [
      'too short',
      await world.sign({
        ...signed,
        proof: undefined,
        credentialSubject: { ...signed.credentialSubject, encodedList: 'uH4sIAAAAAAAAA2NgAAAAAP__AwAAAAAAAAAAAA' },
      }),
    ],
  ]
  for (const [name, page] of spoiled) {
    world.pages.set(listUrl, page)
    const report = await verifyCredential(badge, { now, load: world.load })
    assert.deepEqual([name, report.verdict, results(report)['withdrawn']], [name, 'could-not-finish', 'not-checked'])
  }
})

test('an unreachable issuer cannot make a badge genuine', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  world.pages.delete('https://college.example/.well-known/did.json')
  assert.equal((await verifyCredential(badge, { now, load: world.load })).verdict, 'could-not-finish')
  assert.equal((await verifyCredential(badge, { now })).verdict, 'could-not-finish')
})

test('a bare key is nobody’s name, unless this site knows it', async () => {
  const world = await startWorld()
  const { did, verificationMethod } = didKey(world.keys.publicKey)
  const { proof: _, credentialStatus: __, ...unsigned } = await world.issue()
  const badge = await world.sign(
    { ...unsigned, issuer: { id: did, type: ['Profile'], name: 'A Famous University' } },
    world.keys,
    verificationMethod,
  )
  const plain = await verifyCredential(badge, { now, load: world.load })
  assert.deepEqual([plain.verdict, codeOf(plain, 'issuer')], ['issuer-not-confirmed', 'issuer.no-domain'])
  const known = await verifyCredential(badge, {
    now,
    load: world.load,
    knownIssuer: (id) => (id === did ? {} : undefined),
  })
  assert.deepEqual(
    [known.verdict, codeOf(known, 'issuer'), results(known)['issuer']],
    ['genuine', 'issuer.known-here', 'warning'],
  )
})

test('issuers that the caller resolves itself are never fetched', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  world.pages.delete('https://college.example/.well-known/did.json')
  const report = await verifyCredential(badge, {
    now,
    load: world.load,
    resolveIssuer: (id) => (id === issuerId ? didDocument(issuerId, world.keys) : undefined),
  })
  assert.equal(report.verdict, 'genuine')
  assert.ok(!world.requests.some((url) => url.includes('did.json')))
})

test('dates: not yet, expired, and without an end', async () => {
  const world = await startWorld()
  const expired = await verifyCredential(await world.issue({ validUntil: '2026-05-31T00:00:00Z' }), {
    now,
    load: world.load,
  })
  assert.deepEqual(
    [expired.verdict, expired.summary.sentence.slice(-25)],
    ['genuine-expired', 'It expired on 2026-05-31.'],
  )
  const early = await verifyCredential(await world.issue({ validFrom: '2026-06-02T00:00:00Z' }), {
    now,
    load: world.load,
  })
  assert.deepEqual([early.verdict, codeOf(early, 'dates')], ['not-valid', 'dates.not-yet'])
})

test('the recipient is compared only when asked, and no match says so without changing the verdict', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const asked = await verifyCredential(badge, { now, load: world.load, expectedRecipient: 'mallory@college.example' })
  assert.deepEqual([asked.verdict, codeOf(asked, 'recipient')], ['genuine', 'recipient.no-match'])
  assert.equal(codeOf(await verifyCredential(badge, { now, load: world.load }), 'recipient'), 'recipient.not-asked')
})

test('a definition or picture that changed since is a warning', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const id = 'https://college.example/badges/data-storytelling'
  world.pages.set(id, { ...(world.pages.get(id) as object), name: 'Story Data' })
  world.pages.set(pictureUrl, 'not a picture')
  const report = await verifyCredential(badge, { now, load: world.load })
  assert.deepEqual(
    [report.verdict, results(report)['definition'], results(report)['picture']],
    ['genuine', 'warning', 'warning'],
  )
  assert.equal(report.checks[6]?.params['fields'], 'name')
})

test('proof sets: in every order, only a valid proof by the issuer counts (S28)', async () => {
  const world = await startWorld()
  const stranger = await generateEd25519KeyPair()
  const signed = await world.issue()
  const { proof, ...unsigned } = signed
  const good = (proof as object[])[0]!
  const foreign = (
    (await world.sign(unsigned, stranger, didKey(stranger.publicKey).verificationMethod))['proof'] as object[]
  )[0]!
  const bad = { ...good, created: '2026-03-05T00:00:00Z' }
  const unknown = {
    type: 'DataIntegrityProof',
    cryptosuite: 'future-2040',
    verificationMethod: world.method,
    proofPurpose: 'assertionMethod',
    proofValue: 'z1',
  }
  const verdict = async (...proofs: object[]) =>
    (await verifyCredential({ ...unsigned, proof: proofs }, { now, load: world.load })).verdict
  for (const others of [[bad], [foreign], [unknown], [bad, foreign, unknown]]) {
    for (let place = 0; place <= others.length; place++) {
      assert.equal(await verdict(...others.slice(0, place), good, ...others.slice(place)), 'genuine')
    }
    assert.notEqual(await verdict(...others), 'genuine')
  }
  assert.deepEqual(
    [await verdict(bad), await verdict(foreign), await verdict(unknown), await verdict()],
    ['not-valid', 'not-valid', 'could-not-finish', 'not-valid'],
  )
})

test('whatever comes in, all eight checks come out and nothing is thrown', async () => {
  for (const input of [
    '',
    'hello',
    '{',
    '[]',
    '{}',
    '{"type":"Assertion"}',
    'a.b.c',
    new Uint8Array(),
    new Uint8Array(40),
    {},
    { type: ['OpenBadgeCredential'] },
  ]) {
    const report = await verifyCredential(input, { now })
    assert.deepEqual(
      report.checks.map(({ name }) => name),
      [...checkNames],
    )
    assert.equal(report.verdict, 'not-valid')
  }
})

test('a did:jwk speaks with its own key #0 and with no other, and not with one for encryption', async () => {
  for (const type of ['Ed25519', 'P-256'] as const) {
    const keys = await generateKeyPair(type)
    const didOf = (more: object) => `did:jwk:${toBase64url(utf8(JSON.stringify({ ...keys.publicKey.jwk, ...more })))}`
    const codesFor = async (did: string, fragment: string) => {
      const credential = sampleCredential({ issuer: { ...sampleInput.issuer, id: did } })
      const badge = await signCredential(credential, {
        signer: keys.signer,
        verificationMethod: `${did}#${fragment}`,
        created: now,
        cryptosuite: type === 'P-256' ? 'ecdsa-rdfc-2019' : 'eddsa-rdfc-2022',
      })
      const report = await verifyCredential(JSON.stringify(badge), { now })
      return { verdict: report.verdict, signature: results(report)['signature'] }
    }
    // The key is in the name, and nothing says whose name it is.
    assert.deepEqual(await codesFor(didOf({}), '0'), { verdict: 'issuer-not-confirmed', signature: 'passed' })
    assert.notEqual((await codesFor(didOf({}), '1')).signature, 'passed')
    assert.notEqual((await codesFor(didOf({ use: 'enc' }), '0')).signature, 'passed')
  }
})
