import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleCredential, sampleInput } from '../test/sample.ts'
import { endorsementCredential } from './credential.ts'
import { hashIdentity, identityMatches, plainIdentity } from './identity.ts'
import { InvalidDocument } from './validate/invalid-document.ts'
import { validateCredential } from './validate/credential.ts'
import type { JsonObject } from './validate/shape.ts'

test('a built credential has arrays wherever a value may repeat', () => {
  const credential = sampleCredential({
    result: [{ value: '95' }],
    evidence: [{ id: 'https://college.example/evidence/1', name: 'Slides' }],
  })
  assert.deepEqual(credential['@context'], [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ])
  assert.deepEqual(credential.issuer.type, ['Profile'])
  assert.deepEqual(credential.credentialSubject.type, ['AchievementSubject'])
  assert.ok(Array.isArray(credential.credentialSubject.identifier))
  assert.deepEqual(credential.credentialSubject.result, [{ value: '95', type: ['Result'] }])
  assert.deepEqual(credential.credentialSubject.achievement.image, {
    id: 'https://college.example/badges/data-storytelling.png',
    type: 'Image',
  })
  assert.deepEqual(validateCredential(credential, 'write'), [])
})

test('what is empty is left out', () => {
  const credential = sampleCredential({
    name: '',
    evidence: [],
    achievement: { ...sampleInput.achievement, tag: [], specialization: null },
  })
  assert.ok(!('name' in credential) && !('evidence' in credential))
  assert.ok(
    !('tag' in credential.credentialSubject.achievement) &&
      !('specialization' in credential.credentialSubject.achievement),
  )
})

test('a refusal names every path and what to do', () => {
  const build = () =>
    sampleCredential({
      recipient: {},
      achievement: { ...sampleInput.achievement, id: 'no uri', achievementType: 'Trophy', criteria: {} },
      result: [{ resultDescription: 'urn:uuid:none' }],
    })
  assert.throws(build, (error: unknown) => {
    assert.ok(error instanceof InvalidDocument)
    assert.deepEqual(error.problems.map(({ path, code }) => `${path} ${code}`).sort(), [
      'credentialSubject missing',
      'credentialSubject.achievement.achievementType unlisted-value',
      'credentialSubject.achievement.criteria missing',
      'credentialSubject.achievement.id format',
      'credentialSubject.result[0].resultDescription reference',
    ])
    assert.ok(error.problems.every(({ message, remedy }) => message && remedy))
    return true
  })
})

test('one id described in two ways is refused, because a signature cannot tell the two apart', () => {
  const creator = { id: sampleInput.issuer.id, name: 'Another College' }
  assert.throws(() => sampleCredential({ achievement: { ...sampleInput.achievement, creator } }), /two different ways/)
})

test('values that a signature does not protect are refused', () => {
  const refuse = (change: object, pattern: RegExp) =>
    assert.throws(() => sampleCredential({ achievement: { ...sampleInput.achievement, ...change } }), pattern)
  refuse({ description: 'cut \ud83d off' }, /character pair/)
  refuse({ description: 'a\ttab' }, /control character/)
  refuse({ creditsAvailable: 1e-7 }, /exponent/)
  refuse({ creditsAvailable: 0.1234567 }, /six decimals/)
  refuse({ id: 'https://a.example/> <b' }, /URI/)
  assert.ok(
    sampleCredential({ achievement: { ...sampleInput.achievement, description: 'two\nlines', creditsAvailable: 2.5 } }),
  )
})

test('compacted and VC 1.1 forms are read, and not written', () => {
  const compact = JSON.parse(JSON.stringify(sampleCredential())) as JsonObject
  const subject = compact['credentialSubject'] as JsonObject
  subject['type'] = 'AchievementSubject'
  subject['identifier'] = (subject['identifier'] as unknown[])[0]
  ;(compact['issuer'] as JsonObject)['type'] = 'Profile'
  assert.deepEqual(validateCredential(compact), [])
  assert.ok(validateCredential(compact, 'write').length >= 3)
  const { validFrom, ...old } = compact
  const old11 = {
    ...old,
    '@context': ['https://www.w3.org/2018/credentials/v1', 'https://purl.imsglobal.org/spec/ob/v3p0/context.json'],
    issuanceDate: validFrom,
  }
  assert.deepEqual(validateCredential(old11), [])
})

test('dates need a zone, and the end is not before the beginning', () => {
  const credential = sampleCredential() as unknown as JsonObject
  assert.deepEqual(
    validateCredential({ ...credential, validFrom: '2026-03-04T00:00:00' }).map((p) => p.path),
    ['validFrom'],
  )
  assert.deepEqual(
    validateCredential({ ...credential, validFrom: '2026-02-30T00:00:00Z' }).map((p) => p.path),
    ['validFrom'],
  )
  assert.deepEqual(
    validateCredential({ ...credential, validUntil: '2026-03-03T00:00:00Z' }).map((p) => p.code),
    ['order'],
  )
})

test('the extensions context comes with the types that need it', () => {
  const credential = sampleCredential({
    credentialSchema: [
      { id: 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/x.json', type: '1EdTechJsonSchemaValidator2019' },
    ],
  })
  assert.equal(credential['@context'][2], 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json')
})

test('an endorsement names what it endorses', () => {
  const endorsement = endorsementCredential({
    id: 'urn:uuid:0d4c9d3f-51e4-4a57-8ee5-7a3e6a6d9f57',
    issuer: { id: 'https://guild.example/issuer', name: 'Guild' },
    endorsed: sampleInput.issuer.id,
    comment: 'We know their teaching.',
    validFrom: '2026-03-04T00:00:00Z',
  })
  assert.deepEqual(endorsement.credentialSubject, {
    id: sampleInput.issuer.id,
    type: ['EndorsementSubject'],
    endorsementComment: 'We know their teaching.',
  })
})

test('a hashed recipient is recognized by the address in any case, and by no other', () => {
  const hashed = hashIdentity(' Maya@College.example ', { salt: 'deadsea' })
  assert.match(hashed.identityHash, /^sha256\$[0-9a-f]{64}$/)
  assert.ok(identityMatches(hashed, 'MAYA@college.example'))
  assert.ok(
    identityMatches(
      { ...hashed, identityHash: hashed.identityHash.replace(/\$.*/, (hex) => hex.toUpperCase()) },
      'maya@college.example',
    ),
  )
  assert.ok(!identityMatches(hashed, 'mary@college.example'))
  assert.ok(!identityMatches({ ...hashed, salt: 'x' }, 'maya@college.example'))
  // Vector of RFC 1321 for "abc".
  assert.ok(identityMatches({ hashed: true, identityHash: 'md5$900150983cd24fb0d6963f7d28e17f72' }, 'abc'))
  assert.ok(identityMatches(plainIdentity('maya@college.example'), 'maya@college.example'))
  assert.ok(!identityMatches({ hashed: true, identityHash: 'maya@college.example' }, 'maya@college.example'))
})
