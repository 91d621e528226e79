import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  createStatusList,
  decodeStatusList,
  encodeStatusList,
  readStatus,
  setStatus,
  statusListCredential,
  statusListEntry,
} from './status-list.ts'

test('index 0 is the most significant bit of the first byte', () => {
  const bits = createStatusList()
  setStatus(bits, 0, true)
  setStatus(bits, 9, true)
  assert.deepEqual([bits[0], bits[1]], [0x80, 0x40])
  setStatus(bits, 0, false)
  assert.deepEqual([bits[0], readStatus(bits, 0), readStatus(bits, 9)], [0, false, true])
})

test('an encoded list opens to the same bits', async () => {
  const bits = createStatusList()
  for (let index = 3; index < bits.length * 8; index += 977) setStatus(bits, index, true)
  const encoded = await encodeStatusList(bits)
  assert.equal(encoded[0], 'u')
  assert.deepEqual(Buffer.from(await decodeStatusList(encoded)), Buffer.from(bits))
})

test('a list that is too small, too large or damaged is refused', async () => {
  const pack = (bytes: number) => `u${gzipSync(Buffer.alloc(bytes)).toString('base64url')}`
  await assert.rejects(decodeStatusList(pack(16_383)), RangeError)
  await assert.rejects(decodeStatusList(pack(2 * 1024 * 1024 + 1)), { code: 'compression.too-large' })
  await assert.rejects(decodeStatusList('uAAAA'), { code: 'compression.corrupt' })
  await assert.rejects(decodeStatusList('u!!'), { code: 'base.invalid' })
  assert.throws(() => createStatusList(100), RangeError)
})

test('a bomb of 256 MiB is stopped at once', async () => {
  const bomb = `u${gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 }).toString('base64url')}`
  const start = process.cpuUsage()
  await assert.rejects(decodeStatusList(bomb), { code: 'compression.too-large' })
  const { user, system } = process.cpuUsage(start)
  assert.ok(user + system < 1_000_000)
})

test('an index outside the list is an error, not a no', () => {
  const bits = createStatusList()
  for (const index of [-1, bits.length * 8, 1.5, Number.NaN, 2 ** 53])
    assert.throws(() => readStatus(bits, index), RangeError)
})

test('the entry and the list credential are written as the specification says', async () => {
  assert.deepEqual(statusListEntry({ list: 'https://college.example/status/1', index: 4711 }), {
    id: 'https://college.example/status/1#4711',
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '4711',
    statusListCredential: 'https://college.example/status/1',
  })
  const list = await statusListCredential({
    id: 'https://college.example/status/1',
    issuer: 'https://college.example/issuer',
    bits: createStatusList(),
    validFrom: '2026-03-04T00:00:00.250Z',
    validUntil: '2026-03-06T00:00:00Z',
    ttlMs: 60_000,
  })
  assert.equal(list.validFrom, '2026-03-04T00:00:00Z')
  assert.deepEqual(list.type, ['VerifiableCredential', 'BitstringStatusListCredential'])
  assert.equal(list.credentialSubject.ttl, 60_000)
})
