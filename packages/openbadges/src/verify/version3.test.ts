import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, didDocument, issuerId, now, startWorld } from '../../test/world.ts'
import { clrCredential, endorsementCredential } from '../credential.ts'
import { signJwt } from '../jwt.ts'
import { generateEd25519KeyPair } from '../keys/signer.ts'
import { verifyCredential } from '../verify.ts'

const service = 'https://college.example/refresh/1'

test('a newer edition takes the place of the badge; a bad or foreign one does not', async () => {
  const world = await startWorld()
  const refreshService = [{ id: service, type: '1EdTechCredentialRefresh' }]
  const badge = await world.issue({ refreshService })
  const judge = async (page: unknown) => {
    world.pages.set(service, page)
    const report = await verifyCredential(badge, { now, load: world.load })
    return [report.verdict, report.refresh?.outcome, report.credential?.validFrom]
  }
  const newer = await world.issue({ refreshService, validFrom: '2026-05-01T00:00:00Z' })
  assert.deepEqual(await judge(newer), ['genuine', 'replaced', '2026-05-01T00:00:00Z'])
  assert.deepEqual(await judge(badge), ['genuine', 'unchanged', '2026-03-04T00:00:00Z'])
  assert.deepEqual(await judge({ ...newer, name: 'altered' }), ['genuine', 'failed', '2026-03-04T00:00:00Z'])
  assert.deepEqual(
    await judge(await world.issue({ refreshService, id: 'urn:uuid:other', validFrom: '2026-05-01T00:00:00Z' })),
    ['genuine', 'failed', '2026-03-04T00:00:00Z'],
  )
  assert.deepEqual(await judge(undefined), ['genuine', 'failed', '2026-03-04T00:00:00Z'])
  const expired = await world.issue({
    refreshService,
    validFrom: '2026-05-01T00:00:00Z',
    validUntil: '2026-05-02T00:00:00Z',
  })
  assert.deepEqual(await judge(expired), ['genuine-expired', 'replaced', '2026-05-01T00:00:00Z'])
})

test('each endorsement is verified by itself, and must be about what carries it', async () => {
  const world = await startWorld()
  const guild = await generateEd25519KeyPair()
  const guildId = 'did:web:guild.example'
  world.pages.set('https://guild.example/.well-known/did.json', didDocument(guildId, guild))
  const endorse = (endorsed: string, by = guild) =>
    world.sign(
      endorsementCredential({
        id: 'urn:uuid:0d4c9d3f-51e4-4a57-8ee5-7a3e6a6d9f57',
        issuer: { id: guildId, name: 'Guild' },
        endorsed,
        comment: 'We know them.',
        validFrom: '2026-03-04T00:00:00Z',
      }),
      by,
      `${guildId}#${guild.publicKeyMultibase}`,
    )
  const judge = async (endorsement: object) => {
    const badge = await world.issue({ endorsement: [endorsement as never] })
    const { verdict, endorsements } = await verifyCredential(badge, { now, load: world.load })
    return [verdict, endorsements.length, endorsements[0]?.report.verdict, endorsements[0]?.comment]
  }
  const id = 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11'
  assert.deepEqual(await judge(await endorse(id)), ['genuine', 1, 'genuine', 'We know them.'])
  assert.deepEqual(await judge(await endorse('urn:uuid:another')), ['genuine', 1, 'not-valid', 'We know them.'])
  assert.deepEqual(await judge(await endorse(id, world.keys)), ['genuine', 1, 'not-valid', 'We know them.'])
})

test('a record is verified with each of its credentials; without its context the outer proof is "not checked"', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const jwt = await signJwt(
    { ...badge, proof: undefined },
    { signer: world.keys.signer, algorithm: 'EdDSA', kid: world.method },
  )
  const enveloped = {
    '@context': 'https://www.w3.org/ns/credentials/v2',
    id: `data:application/vc+jwt,${jwt}`,
    type: 'EnvelopedVerifiableCredential',
  }
  const record = clrCredential({
    id: 'urn:uuid:1',
    issuer: { id: issuerId, name: 'Northfield College' },
    recipient: { id: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' },
    credentials: [badge, { ...badge, name: 'altered' }, enveloped],
    validFrom: '2026-03-04T00:00:00Z',
  })
  const proof = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-rdfc-2022',
    verificationMethod: world.method,
    proofPurpose: 'assertionMethod',
    created: '2026-03-04T00:00:00Z',
    proofValue: 'z5e',
  }
  const report = await verifyCredential({ ...record, proof: [proof] }, { now, load: world.load })
  assert.deepEqual(
    [report.credential?.version, report.contained.map(({ verdict }) => verdict)],
    ['clr', ['genuine', 'not-valid', 'genuine']],
  )
  assert.deepEqual([report.verdict, codeOf(report, 'signature')], ['could-not-finish', 'signature.context-unknown'])
})

test('content that a signature cannot protect, or that no context defines, is never genuine', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const changes: object[] = [
    { extra: 'undefined term' },
    { '@context': [...(badge['@context'] as string[]), { until: 'https://www.w3.org/2018/credentials#validUntil' }] },
    { '@context': [...(badge['@context'] as string[]), 'https://evil.example/context'] },
    { '@context': [...(badge['@context'] as string[])].reverse() },
    { '@context': [...(badge['@context'] as string[]), { '@vocab': 'https://evil.example/' }] },
    { '@graph': [] },
    { '@type': 'https://evil.example/Type' },
    { 'https://evil.example/extra': 'x' },
    { issuer: { ...(badge['issuer'] as object), '@context': { name: 'https://evil.example/name' } } },
    { issuer: { ...(badge['issuer'] as object), '@id': 'did:web:evil.example' } },
  ]
  for (const change of changes) {
    world.requests.length = 0
    const report = await verifyCredential({ ...badge, ...change }, { now, load: world.load })
    assert.notEqual(report.verdict, 'genuine', JSON.stringify(change))
    assert.ok(!world.requests.some((url) => url.includes('evil')))
  }
})

test('one id described in two ways is not valid, even though its signature would be', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const subject = badge['credentialSubject'] as { achievement: object }
  const twice = {
    ...badge,
    credentialSubject: {
      ...subject,
      achievement: { ...subject.achievement, creator: { id: issuerId, type: ['Profile'], name: 'Another College' } },
    },
  }
  const report = await verifyCredential(twice, { now, load: world.load })
  assert.deepEqual([report.verdict, codeOf(report, 'format')], ['not-valid', 'format.two-descriptions'])
})

test('a badge whose end or status is written so that readers miss it is never genuine', async () => {
  const world = await startWorld()
  const guild = 'did:web:college.example'
  const id = 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11'
  const endorsement = await world.sign(
    endorsementCredential({
      id: 'urn:uuid:0d4c9d3f-51e4-4a57-8ee5-7a3e6a6d9f57',
      issuer: { id: guild, name: 'Northfield College', url: 'https://college.example' },
      endorsed: id,
      validFrom: '2026-03-04T00:00:00Z',
    }),
  )
  const badge = await world.issue({ validUntil: '2026-05-31T00:00:00Z', endorsement: [endorsement as never] })
  assert.equal((await verifyCredential(badge, { now, load: world.load })).verdict, 'genuine-expired')
  const {
    validUntil,
    credentialStatus,
    endorsement: [inner],
    ...rest
  } = badge as Record<string, unknown> & { endorsement: Record<string, unknown>[] }
  const vc = 'https://www.w3.org/2018/credentials#'
  const typedDate = { '@value': validUntil, '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' }
  // Each of these has exactly the statements that were signed: the signature alone would hold.
  const disguised: object[] = [
    { ...rest, credentialStatus, endorsement: [inner], [`${vc}validUntil`]: typedDate },
    { ...rest, credentialStatus, endorsement: [inner], validUntil: typedDate },
    { ...rest, credentialStatus, endorsement: [inner], validUntil: [validUntil] },
    {
      ...rest,
      credentialStatus,
      endorsement: [inner],
      '@context': [
        ...(rest['@context'] as string[]),
        { until: { '@id': `${vc}validUntil`, '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' } },
      ],
      until: validUntil,
    },
    { ...rest, validUntil: '2026-05-31T00:00:00Z', endorsement: [inner], [`${vc}credentialStatus`]: credentialStatus },
    {
      ...rest,
      endorsement: [
        {
          ...inner,
          credentialSubject: {
            ...(inner?.['credentialSubject'] as object),
            type: ['EndorsementSubject', 'VerifiableCredential', 'OpenBadgeCredential'],
            validUntil,
            credentialStatus,
          },
        },
      ],
    },
  ]
  for (const document of disguised) {
    const report = await verifyCredential(document, { now, load: world.load })
    assert.ok(
      ['not-valid', 'could-not-finish'].includes(report.verdict),
      `${report.verdict}: ${JSON.stringify(document).slice(0, 300)}`,
    )
  }
})

test('small flaws are a warning, flaws in what matters a failure', async () => {
  const world = await startWorld()
  const { proof: _, ...unsigned } = await world.issue({ result: [{ value: '95' }] })
  const judge = async (
    change: (document: {
      credentialSubject: Record<string, unknown> & { result: object[]; identifier: object[] }
    }) => void,
  ) => {
    const document = structuredClone(unsigned) as never as {
      credentialSubject: Record<string, unknown> & { result: object[]; identifier: object[] }
    }
    change(document)
    const report = await verifyCredential(await world.sign(document), { now, load: world.load })
    return [report.verdict, codeOf(report, 'format')]
  }
  assert.deepEqual(
    await judge(
      ({ credentialSubject }) =>
        (credentialSubject.result = [{ type: ['Result'], achievedLevel: 'urn:x:1', resultDescription: 'urn:x:2' }]),
    ),
    ['genuine', 'format.unusual'],
  )
  assert.deepEqual(
    await judge(
      ({ credentialSubject }) =>
        (credentialSubject.identifier = [{ ...credentialSubject.identifier[0], identityType: 'email' }]),
    ),
    ['genuine', 'format.unusual'],
  )
  assert.deepEqual(
    await judge(
      ({ credentialSubject }) => delete (credentialSubject['achievement'] as Record<string, unknown>)['name'],
    ),
    ['not-valid', 'format.invalid'],
  )
  assert.deepEqual(await judge(({ credentialSubject }) => delete credentialSubject['identifier' as never]), [
    'not-valid',
    'format.invalid',
  ])
})
