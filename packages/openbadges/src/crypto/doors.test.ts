// Both sides of the crypto and compression doors do the same. Node has Web Crypto too, so they meet here.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as nodeCompression from '../compression/node.ts'
import * as webCompression from '../compression/web.ts'
import * as node from './node.ts'
import * as web from './web.ts'

test('hashes are equal for every length around the block borders', () => {
  for (const length of [0, 1, 3, 55, 56, 57, 63, 64, 65, 111, 112, 113, 127, 128, 129, 1000, 6000]) {
    const data = node.randomBytes(length)
    for (const name of ['sha256', 'sha384'] as const) {
      assert.deepEqual(web.hash(name, data), node.hash(name, data), `${name} of ${length}`)
      assert.equal(web.hashHex(name, data), node.hashHex(name, data))
    }
  }
  assert.equal(web.hashHex('sha256', 'grüße 🎓'), node.hashHex('sha256', 'grüße 🎓'))
})

test('what one side signs the other verifies, for every kind of key', async () => {
  const data = node.randomBytes(100)
  for (const [type, algorithm] of [
    ['Ed25519', 'Ed25519'],
    ['P-256', 'ES256'],
    ['P-384', 'ES384'],
    ['RSA', 'RS256'],
  ] as const) {
    for (const [one, other] of [
      [node, web],
      [web, node],
    ] as const) {
      const { publicJwk, privateJwk } = await one.generateKeyPair(type)
      const signature = await one.sign(algorithm, (await one.importPrivateKey(privateJwk)) as never, data)
      const key = (await other.importPublicKey(publicJwk)) as never
      assert.equal(await other.verify(algorithm, key, data, signature), true, type)
      assert.equal(await other.verify(algorithm, key, data.slice(1), signature), false, type)
    }
  }
})

test("neither side hands out Node's Buffer, whose slice shares its bytes", async () => {
  const { privateJwk } = await node.generateKeyPair('Ed25519')
  const data = node.randomBytes(10)
  const made = [
    await node.sign('Ed25519', await node.importPrivateKey(privateJwk), data),
    node.hash('sha256', data),
    data,
    await nodeCompression.gzip(data),
    await nodeCompression.gunzip(await nodeCompression.gzip(data), 100),
    await nodeCompression.inflate(await nodeCompression.deflate(data), 100),
  ]
  for (const bytes of made) assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype)
})

test('a PEM public key reads as the same JWK on both sides', async () => {
  const { generateKeyPairSync } = await import('node:crypto')
  for (const pair of [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ]) {
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const ours = await web.jwkFromPem(pem)
    const theirs = await node.jwkFromPem(pem)
    assert.deepEqual([ours.kty, ours.x, ours.y, ours.n, ours.e], [theirs.kty, theirs.x, theirs.y, theirs.n, theirs.e])
  }
  await assert.rejects(web.jwkFromPem('no PEM'), { code: 'key.unsupported' })
})

test('compression goes both ways between the two, and bombs are stopped on both', async () => {
  const data = new Uint8Array(100_000)
  data.set(node.randomBytes(1000), 50)
  for (const [one, other] of [
    [nodeCompression, webCompression],
    [webCompression, nodeCompression],
  ] as const) {
    assert.deepEqual(new Uint8Array(await other.gunzip(await one.gzip(data), 100_000)), data)
    assert.deepEqual(new Uint8Array(await other.inflate(await one.deflate(data), 100_000)), data)
    assert.equal(one.crc32(data), other.crc32(data))
    assert.equal(one.crc32(data.subarray(10), one.crc32(data.subarray(0, 10))), one.crc32(data))
    const bomb = await one.gzip(new Uint8Array(20_000_000))
    await assert.rejects(other.gunzip(bomb, 1_000_000), { code: 'compression.too-large' })
    await assert.rejects(other.gunzip(bomb.slice(0, 100), 100_000_000), { code: 'compression.corrupt' })
    await assert.rejects(other.inflate(new Uint8Array(20), 1000), { code: 'compression.corrupt' })
  }
})
