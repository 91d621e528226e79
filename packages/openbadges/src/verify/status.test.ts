import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, issuerId, listUrl, now, results, startWorld } from '../../test/world.ts'
import { signJwt } from '../jwt.ts'
import { createStatusList, encodeStatusList, setStatus, statusListCredential } from '../status-list.ts'
import { verifyCredential } from '../verify.ts'

test('StatusList2021 and lists signed as a JWT are read', async () => {
  const world = await startWorld()
  const bits = createStatusList()
  setStatus(bits, 7, true)
  const list = {
    '@context': [
      'https://www.w3.org/2018/credentials/v1',
      'https://w3id.org/vc/status-list/2021/v1',
      'https://w3id.org/security/data-integrity/v2',
    ],
    id: 'https://college.example/status/2021',
    type: ['VerifiableCredential', 'StatusList2021Credential'],
    issuer: issuerId,
    issuanceDate: '2026-03-04T00:00:00Z',
    credentialSubject: {
      id: 'https://college.example/status/2021#list',
      type: 'StatusList2021',
      statusPurpose: 'revocation',
      encodedList: (await encodeStatusList(bits)).slice(1),
    },
  }
  world.pages.set(list.id, await world.sign(list))
  const entry = (index: number) => ({
    id: `${list.id}#${index}`,
    type: 'StatusList2021Entry',
    statusPurpose: 'revocation',
    statusListIndex: String(index),
    statusListCredential: list.id,
  })
  const { proof: _, credentialStatus: __, '@context': contexts, ...rest } = await world.issue()
  const judge = async (index: number) => {
    const badge = await world.sign({
      '@context': [...(contexts as string[]), 'https://w3id.org/vc/status-list/2021/v1'],
      ...rest,
      credentialStatus: entry(index),
    })
    return codeOf(await verifyCredential(badge, { now, load: world.load }), 'withdrawn')
  }
  assert.deepEqual([await judge(6), await judge(7)], ['withdrawn.no', 'withdrawn.revoked'])

  const bitstring = await statusListCredential({
    id: listUrl,
    issuer: issuerId,
    bits,
    validFrom: '2026-03-04T00:00:00Z',
  })
  world.pages.set(
    listUrl,
    await signJwt(bitstring, {
      signer: world.keys.signer,
      algorithm: 'EdDSA',
      kid: world.method,
      profile: 'vc-jose-cose',
    }),
  )
  assert.equal((await verifyCredential(await world.issue(), { now, load: world.load })).verdict, 'genuine')
})

test('a suspended badge is withdrawn for the time being, and any of several entries decides', async () => {
  const world = await startWorld()
  const bits = createStatusList()
  setStatus(bits, 4711, true)
  const url = 'https://college.example/status/suspended'
  world.pages.set(
    url,
    await world.sign(
      await statusListCredential({
        id: url,
        issuer: issuerId,
        bits,
        validFrom: '2026-03-04T00:00:00Z',
        purpose: 'suspension',
      }),
    ),
  )
  const badge = await world.issue()
  const { proof: _, ...unsigned } = badge
  const both = [
    unsigned['credentialStatus'],
    {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'suspension',
      statusListIndex: '4711',
      statusListCredential: url,
    },
  ]
  const report = await verifyCredential(await world.sign({ ...unsigned, credentialStatus: both }), {
    now,
    load: world.load,
  })
  assert.deepEqual([report.verdict, codeOf(report, 'withdrawn')], ['no-longer-valid', 'withdrawn.suspended'])
})

test('the deprecated 1EdTech revocation list is read', async () => {
  const world = await startWorld()
  const list = 'https://college.example/revoked.json'
  const badge = await world.issue({ credentialStatus: { id: list, type: '1EdTechRevocationList' } })
  const judge = async (page: unknown) => {
    world.pages.set(list, page)
    const report = await verifyCredential(badge, { now, load: world.load })
    return [codeOf(report, 'withdrawn'), report.verdict]
  }
  assert.deepEqual(await judge({ id: list, issuer: issuerId, revokedCredential: [{ id: 'urn:uuid:other' }] }), [
    'withdrawn.no',
    'genuine',
  ])
  assert.deepEqual(
    await judge({ id: list, issuer: issuerId, revokedCredential: [{ id: badge['id'], revocationReason: 'Mistake' }] }),
    ['withdrawn.revoked', 'no-longer-valid'],
  )
  assert.deepEqual(
    await judge({ id: list, issuer: issuerId, revokedCredential: [{ id: badge['id'], revoked: false }] }),
    ['withdrawn.no', 'genuine'],
  )
  assert.deepEqual(await judge({ id: list, issuer: 'https://other.example', revokedCredential: [] }), [
    'withdrawn.list-invalid',
    'could-not-finish',
  ])
  assert.deepEqual(await judge({ hello: 1 }), ['withdrawn.list-invalid', 'could-not-finish'])
  assert.deepEqual(await judge(new Error('timeout')), ['withdrawn.list-unavailable', 'could-not-finish'])
})

test('an unknown way to say it is "not checked"; none at all is a warning', async () => {
  const world = await startWorld()
  const { proof: _, credentialStatus: __, ...unsigned } = await world.issue()
  const unknown = await verifyCredential(
    await world.sign({
      ...unsigned,
      credentialStatus: { id: 'https://college.example/s', type: 'https://college.example/FutureStatus' },
    }),
    { now, load: world.load },
  )
  assert.deepEqual([results(unknown)['withdrawn'], unknown.verdict], ['not-checked', 'could-not-finish'])
  const none = await verifyCredential(await world.sign(unsigned), { now, load: world.load })
  assert.deepEqual([results(none)['withdrawn'], none.verdict], ['warning', 'genuine'])
})

test('an index that is no number or lies outside the list is "not checked"', async () => {
  const world = await startWorld()
  const { proof: _, ...unsigned } = await world.issue()
  for (const statusListIndex of ['131072', '99999999999']) {
    const badge = await world.sign({
      ...unsigned,
      credentialStatus: { ...(unsigned['credentialStatus'] as object), statusListIndex },
    })
    assert.equal(results(await verifyCredential(badge, { now, load: world.load }))['withdrawn'], 'not-checked')
  }
})
