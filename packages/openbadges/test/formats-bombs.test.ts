// Small inputs that are made to cost much: each must be answered within two seconds of work, and never as genuine.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { checkNames } from '../src/report.ts'
import { verifyAll, verifyCredential } from '../src/verify.ts'
import { pngChunk, samplePng } from './sample.ts'
import { listUrl, now, startWorld } from './world.ts'

async function answersSoon(input: string | Uint8Array | object, load?: Parameters<typeof verifyCredential>[1]['load']) {
  // Processor time, not the clock's: a busy machine must not look like a slow library.
  const start = process.cpuUsage()
  const report = await verifyCredential(input, { now, load })
  const { user, system } = process.cpuUsage(start)
  assert.ok(user + system < 2_000_000, `took ${Math.round((user + system) / 1000)} ms`)
  assert.equal(report.checks.length, checkNames.length)
  assert.ok(report.verdict !== 'genuine' && report.verdict !== 'genuine-expired')
  return report
}

test('graphs of nodes that look alike', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  for (const size of [8, 20, 60]) {
    const nodes = Array.from({ length: size }, (_, i) => ({
      id: `_:e${i}`,
      type: ['Evidence'],
      endorsement: Array.from({ length: size }, (__, j) => ({ id: `_:e${j}` })),
    }))
    await answersSoon({ ...badge, evidence: nodes }, world.load)
  }
  await answersSoon(
    { ...badge, evidence: Array.from({ length: 3000 }, () => ({ type: ['Evidence'], name: 'same' })) },
    world.load,
  )
  const ring = Array.from({ length: 200 }, (_, i) => ({
    id: `_:r${i}`,
    type: ['Evidence'],
    endorsement: { id: `_:r${(i + 1) % 200}` },
  }))
  await answersSoon({ ...badge, evidence: ring }, world.load)
})

test('very long lists, names and numbers', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  await answersSoon(`{"type":["OpenBadgeCredential"],"x":[${'1,'.repeat(1_500_000)}1]}`, world.load)
  await answersSoon({ ...badge, tag: Array.from({ length: 50_000 }, (_, i) => `t${i}`) }, world.load)
  await answersSoon({ ...badge, name: 'a'.repeat(3_000_000) }, world.load)
  await answersSoon(
    { ...badge, '@context': Array.from({ length: 20_000 }, () => 'https://www.w3.org/ns/credentials/v2') },
    world.load,
  )
  await answersSoon(
    { ...badge, credentialStatus: Array.from({ length: 20_000 }, () => badge['credentialStatus']) },
    world.load,
  )
})

test('proofs that build on each other without end, and proofs by the thousand', async () => {
  const world = await startWorld()
  const badge = await world.issue()
  const good = (badge['proof'] as object[])[0]!
  const ids = Array.from({ length: 8 }, (_, i) => `urn:x:${i}`)
  const tower = ids.map((id, i) => ({ ...good, id, previousProof: ids.filter((_, j) => j > i) }))
  await answersSoon({ ...badge, proof: tower }, world.load)
  await answersSoon({ ...badge, proof: ids.map((id) => ({ ...good, id, previousProof: ids })) }, world.load)
  await answersSoon(
    { ...badge, proof: [{ ...good, id: 'urn:x:1', previousProof: Array.from({ length: 5000 }, () => 'urn:x:1') }] },
    world.load,
  )
  await answersSoon(
    {
      ...badge,
      proof: Array.from({ length: 5000 }, (_, i) => ({
        ...good,
        created: `2026-03-04T00:00:${String(i % 60).padStart(2, '0')}Z`,
        id: `urn:x:${i}`,
      })),
    },
    world.load,
  )
})

test('deep nesting, in JSON and in XML', async () => {
  await answersSoon(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
  await answersSoon('['.repeat(1_000_000))
  await answersSoon(`<svg xmlns="http://www.w3.org/2000/svg">${'<g>'.repeat(300_000)}`)
  await answersSoon(
    `<svg xmlns="http://www.w3.org/2000/svg" ${Array.from({ length: 50_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
  )
})

test('compressed data that opens to gigabytes: PNG text, PDF attachments, status lists', async () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024)
  const picture = samplePng()
  const bomb = pngChunk('iTXt', Buffer.concat([Buffer.from('openbadgecredential\0\x01\0\0\0'), deflateSync(zeros)]))
  await answersSoon(
    Buffer.concat([picture.subarray(0, 33), ...Array.from({ length: 40 }, () => bomb), picture.subarray(33)]),
  )
  await answersSoon(
    Buffer.concat([
      picture.subarray(0, 33),
      ...Array.from({ length: 15_000 }, () => pngChunk('tEXt', Buffer.from('a\0b'))),
      picture.subarray(33),
    ]),
  )
  const stream = deflateSync(zeros)
  const object = (n: number) =>
    Buffer.concat([
      Buffer.from(`${n} 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length ${stream.length} >>\nstream\n`),
      stream,
      Buffer.from('\nendstream\nendobj\n'),
    ])
  await answersSoon(Buffer.concat([Buffer.from('%PDF-1.7\n'), ...Array.from({ length: 30 }, (_, i) => object(i))]))
  await answersSoon(Buffer.from(`%PDF-1.7\n${'1 0 obj << stream\n'.repeat(200_000)}`))
  await answersSoon(Buffer.from(`%PDF-1.7\n${'/EF<<'.repeat(1_000_000)}`))

  const world = await startWorld()
  const list = world.pages.get(listUrl) as { credentialSubject: object }
  const encodedList = `u${gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 }).toString('base64url')}`
  world.pages.set(
    listUrl,
    await world.sign({ ...list, proof: undefined, credentialSubject: { ...list.credentialSubject, encodedList } }),
  )
  const report = await answersSoon(await world.issue(), world.load)
  assert.deepEqual([report.verdict, report.checks[3]?.code], ['could-not-finish', 'withdrawn.list-invalid'])
})

test('badges inside badges do not go on for ever', async () => {
  const world = await startWorld()
  let badge = await world.issue()
  for (let depth = 0; depth < 4; depth++) badge = { ...badge, endorsement: [badge, badge, badge] }
  await answersSoon(badge, world.load)
  const presentation = {
    type: ['VerifiablePresentation'],
    verifiableCredential: Array.from({ length: 500 }, () => ({ type: ['OpenBadgeCredential'] })),
  }
  assert.equal((await verifyAll(presentation, { now })).length, 20)
})

test('a badge may not make us ask hundreds of addresses', async () => {
  const world = await startWorld()
  const status = Array.from({ length: 300 }, (_, i) => ({
    id: `https://victim${i}.example/list`,
    type: '1EdTechRevocationList',
  }))
  const { proof: _, ...unsigned } = await world.issue()
  const extensions = [...(unsigned['@context'] as string[]), 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json']
  world.requests.length = 0
  await answersSoon(await world.sign({ ...unsigned, '@context': extensions, credentialStatus: status }), world.load)
  assert.ok(world.requests.length <= 24, String(world.requests.length))
})

const found = path.join(import.meta.dirname, '..', 'vectors', 'found')
for (const name of readdirSync(found)) {
  test(`found by fuzzing: ${name}`, async () => {
    const world = await startWorld()
    await answersSoon(readFileSync(path.join(found, name)), world.load)
  })
}
