import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { sampleCredential, samplePng } from '../test/sample.ts'
import { bakePng } from './bake-png.ts'
import { bakeSvg } from './bake-svg.ts'
import { readCredential } from './read.ts'
import type { JsonObject } from './validate/shape.ts'

const credential = sampleCredential({
  result: [{ value: '95' }],
  evidence: [{ id: 'https://college.example/e/1', name: 'Slides' }],
})
const text = JSON.stringify(credential)
const jwt = `${Buffer.from('{"alg":"EdDSA"}').toString('base64url')}.${Buffer.from(text).toString('base64url')}.c2ln`
const utf8 = (value: string) => new TextEncoder().encode(value)

function pdf(content: string, { compressed = false, withType = true } = {}): Uint8Array {
  const data = compressed ? deflateSync(Buffer.from(content)) : Buffer.from(content)
  return Buffer.concat([
    Buffer.from(
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Names << /EmbeddedFiles << /Names [(badge.json) 2 0 R] >> >> >>\nendobj\n',
    ),
    Buffer.from('2 0 obj\n<< /Type /Filespec /F (badge.json) /EF << /F 3 0 R >> >>\nendobj\n'),
    Buffer.from(
      `3 0 obj\n<< ${withType ? '/Type /EmbeddedFile ' : ''}/Length ${data.length}${compressed ? ' /Filter /FlateDecode' : ''} >>\nstream\n`,
    ),
    data,
    Buffer.from(
      '\nendstream\nendobj\n4 0 obj\n<< /Length 5 >>\nstream\nq Q n\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF',
    ),
  ])
}

test('a badge is found in every container, by content', async () => {
  const svg = bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"/>', text)
  const inputs: [string, string | Uint8Array | object][] = [
    ['json', text],
    ['json', `\ufeff ${text}\n`],
    ['json', utf8(text)],
    ['json', credential],
    ['jwt', jwt],
    ['png', bakePng(samplePng(), text)],
    ['png', bakePng(samplePng(), jwt)],
    ['svg', utf8(svg)],
    ['svg', svg],
    ['pdf', pdf(text)],
    ['pdf', pdf(text, { compressed: true })],
    ['pdf', pdf(text, { compressed: true, withType: false })],
    [
      'json',
      {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: 'EnvelopedVerifiableCredential',
        id: `data:application/vc+jwt,${jwt}`,
      },
    ],
    ['json', { type: ['VerifiablePresentation'], verifiableCredential: [credential] }],
    ['json', { credential: [credential], compactJwsString: [] }],
  ]
  for (const [container, input] of inputs) {
    const { credentials, problem } = await readCredential(input)
    assert.equal(problem, undefined)
    assert.deepEqual(
      [
        credentials.length,
        credentials[0]?.container === container || credentials[0]?.jwt === jwt,
        credentials[0]?.view.name,
      ],
      [1, true, 'Data Storytelling'],
    )
  }
})

test('the view says what the badge says, in arrays or compacted', async () => {
  const compacted = JSON.parse(text) as JsonObject & { credentialSubject: JsonObject & { achievement: JsonObject } }
  for (const [object, key] of [
    [compacted.credentialSubject, 'result'],
    [compacted.credentialSubject, 'identifier'],
    [compacted, 'evidence'],
    [compacted.credentialSubject.achievement, 'alignment'],
  ] as const) {
    object[key] = (object[key] as unknown[])[0]
  }
  const [full, short] = [
    (await readCredential(text)).credentials[0]?.view,
    (await readCredential(compacted)).credentials[0]?.view,
  ]
  assert.deepEqual(short, full)
  assert.deepEqual(full?.alignments, [
    { name: 'Present data', url: 'https://skills.example/present-data', type: 'ext:ESCO' },
  ])
  assert.deepEqual(
    [full?.results[0]?.value, full?.evidence[0]?.name, full?.criteria.narrative, full?.achievement.tags],
    ['95', 'Slides', 'Present a data set to the class.', ['data', 'story']],
  )
  assert.deepEqual(
    [full?.version, full?.kind, full?.issuer.name, full?.validFrom],
    ['3.0', 'achievement', 'Northfield College', '2026-03-04T00:00:00Z'],
  )
})

test('assertions of 2.0, 1.1, 1.0 and 0.5 are told apart', async () => {
  const badge = {
    id: 'https://college.example/b',
    name: 'Data Storytelling',
    description: 'd',
    image: 'https://college.example/b.png',
    criteria: 'https://college.example/c',
    issuer: 'https://college.example/i',
  }
  const recipient = { type: 'email', identity: 'sha256$aa', hashed: true, salt: 's' }
  const view = async (document: object) => (await readCredential(document)).credentials[0]?.view
  const v2 = await view({
    '@context': 'https://w3id.org/openbadges/v2',
    type: 'Assertion',
    id: 'https://college.example/a',
    recipient,
    badge,
    verification: { type: 'HostedBadge' },
    issuedOn: '2026-03-04T00:00:00Z',
  })
  assert.deepEqual(
    [v2?.version, v2?.name, v2?.recipient.identities[0]?.hashed, v2?.issuer.id],
    ['2.0', 'Data Storytelling', true, 'https://college.example/i'],
  )
  assert.equal(
    (
      await view({
        '@context': 'https://w3id.org/openbadges/v1',
        type: 'Assertion',
        uid: '1',
        recipient,
        badge: 'https://college.example/b',
        verify: { type: 'hosted', url: 'https://college.example/a' },
        issuedOn: 1388534400,
      })
    )?.version,
    '1.1',
  )
  const v1 = await view({
    uid: '1',
    recipient,
    badge: 'https://college.example/b',
    verify: { type: 'hosted', url: 'https://college.example/a' },
    issuedOn: 1388534400,
  })
  assert.deepEqual([v1?.version, v1?.validFrom], ['1.0', '2014-01-01T00:00:00Z'])
  const v05 = await view({
    recipient: 'sha256$ab',
    salt: 's',
    issued_on: '2012-01-30',
    badge: {
      version: '0.5.0',
      name: 'Old',
      description: 'd',
      image: '/b.png',
      criteria: '/c',
      issuer: { origin: 'https://old.example', name: 'Old School' },
    },
  })
  assert.deepEqual(
    [v05?.version, v05?.name, v05?.issuer, v05?.recipient.identities[0]],
    [
      '0.5',
      'Old',
      { id: 'https://old.example', name: 'Old School', url: 'https://old.example' },
      { type: 'email', value: 'sha256$ab', hashed: true, salt: 's' },
    ],
  )
})

test('what holds no badge says why', async () => {
  const code = async (input: string | Uint8Array | object) => (await readCredential(input)).problem?.code
  assert.equal(await code(''), 'read.empty')
  assert.equal(await code('hello'), 'read.not-recognized')
  assert.equal(await code('{"a":1}'), 'read.no-badge')
  assert.equal(await code('{"a":1'), 'read.damaged')
  assert.equal(await code('{"type":"OpenBadgeCredential","type":"x"}'), 'read.repeated-key')
  assert.equal(await code('{"a":'.repeat(40) + '1' + '}'.repeat(40)), 'read.too-deep')
  assert.equal(await code(samplePng()), 'read.no-badge')
  assert.equal(await code(new Uint8Array(11 * 1024 * 1024)), 'read.too-large')
  assert.equal(await code([1]), 'read.not-recognized')
  assert.equal((await readCredential(' https://college.example/b/1 ')).url, 'https://college.example/b/1')
})

test('an object that holds itself does not hang the reader', async () => {
  const loop: JsonObject = { type: 'OpenBadgeCredential' }
  loop['self'] = loop
  assert.equal((await readCredential(loop)).problem?.code, 'read.too-deep')
})

test('several badges in one file are all found', async () => {
  const { credentials } = await readCredential({
    type: ['VerifiablePresentation'],
    verifiableCredential: [credential, { ...credential, id: 'urn:uuid:2' }],
  })
  assert.deepEqual(
    credentials.map(({ view }) => view.id),
    [credential.id, 'urn:uuid:2'],
  )
})
