import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import test from 'node:test'
import { fromMultibase, toBase64url, toMultibase, utf8 } from '../base.ts'
import { didKey, resolveDidKey } from './did.ts'
import { publicKeyFromMultibase, publicKeyToMultibase, secretFromMultibase, secretToMultibase } from './multikey.ts'
import { PublicKey } from './public-key.ts'
import { ed25519SignerFromPrivateKey, generateKeyPair, signerFromMultikey, signerFromPrivateJwk } from './signer.ts'

test('keys survive the way through Multikey, and verify what their other half signed', async () => {
  const prefixes = { Ed25519: 'z6Mk', 'P-256': 'zDn', 'P-384': 'z82' } as const
  for (const type of ['Ed25519', 'P-256', 'P-384'] as const) {
    for (let i = 0; i < 8; i++) {
      const pair = await generateKeyPair(type)
      assert.ok(pair.publicKeyMultibase.startsWith(prefixes[type]))
      const read = publicKeyFromMultibase(pair.publicKeyMultibase)
      assert.deepEqual(read.jwk, pair.publicKey.jwk)
      assert.equal(publicKeyToMultibase(read), pair.publicKeyMultibase)
      const signer = signerFromMultikey(read, secretToMultibase(type, pair.secret))
      const signature = await signer.sign(utf8('data'))
      assert.equal(await read.verify(utf8('data'), signature), true)
      assert.equal(await read.verify(utf8('date'), signature), false)
      assert.equal(await read.verify(utf8('data'), signature.slice(1)), false)
      assert.deepEqual(secretFromMultibase(secretToMultibase(type, pair.secret)), { type, secret: pair.secret })
    }
  }
})

test('a raw Ed25519 secret signs', async () => {
  const pair = await generateKeyPair('Ed25519')
  const signer = ed25519SignerFromPrivateKey(pair.secret, pair.publicKey)
  assert.equal(await pair.publicKey.verify(utf8('x'), await signer.sign(utf8('x'))), true)
  assert.throws(() => ed25519SignerFromPrivateKey(pair.secret.slice(1), pair.publicKey), { code: 'key.invalid' })
})

test('did:key names its own key and nothing else', async () => {
  const { publicKey, publicKeyMultibase } = await generateKeyPair('Ed25519')
  const { did, verificationMethod } = didKey(publicKey)
  assert.equal(verificationMethod, `did:key:${publicKeyMultibase}#${publicKeyMultibase}`)
  assert.equal(resolveDidKey(did).id, verificationMethod)
  assert.equal(resolveDidKey(verificationMethod).controller, did)
  const other = (await generateKeyPair('Ed25519')).publicKeyMultibase
  for (const id of [
    `${did}#${other}`,
    `${did}#key-1`,
    'did:key:',
    'did:key:z',
    'did:key:uAAA',
    `${did}?x`,
    `${did}/p`,
    'did:web:example.org',
    `x${did}`,
  ]) {
    assert.throws(() => resolveDidKey(id), { name: 'OpenBadgesError' }, id)
  }
})

test('what is no key, no point of its curve or no kind we know is refused', async () => {
  const ec = (await generateKeyPair('P-256')).publicKey
  for (const bytes of [
    Uint8Array.of(0xed, 0x01, 1, 2, 3),
    Uint8Array.of(0x80, 0x24, 5, ...new Uint8Array(32).fill(1)),
    // x = 5 is on neither side of the curve
    Uint8Array.of(0x80, 0x24, 2, ...new Uint8Array(31), 1),
    Uint8Array.of(0x80, 0x24, 2, ...new Uint8Array(32).fill(0xff)),
    Uint8Array.of(0xe7, 0x01, ...new Uint8Array(33).fill(2)),
  ]) {
    let reads: unknown
    try {
      reads = publicKeyFromMultibase(toMultibase(bytes))
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'OpenBadgesError')
      continue
    }
    assert.ok(reads instanceof PublicKey)
    createPublicKey({ key: { ...reads.jwk }, format: 'jwk' })
  }
  assert.throws(() => publicKeyFromMultibase('uAAAA'), { code: 'key.invalid' })
  assert.throws(() => PublicKey.fromJwk({ kty: 'EC', crv: 'secp256k1', x: ec.jwk.x, y: ec.jwk.y }), {
    code: 'key.unsupported',
  })
  assert.throws(() => PublicKey.fromJwk({ kty: 'oct' }), { code: 'key.unsupported' })
  assert.throws(() => PublicKey.fromJwk({ kty: 'EC', crv: 'P-256', x: ec.jwk.x }), { code: 'key.invalid' })
  assert.throws(() => PublicKey.fromJwk({ kty: 'RSA', n: toBase64url(new Uint8Array(128).fill(1)), e: 'AQAB' }), {
    code: 'key.unsupported',
  })
  assert.throws(() => signerFromPrivateJwk({ ...ec.jwk }), { code: 'key.invalid' })
  const short = { ...(await generateKeyPair('Ed25519')).privateJwk, d: 'AA' }
  assert.throws(() => signerFromPrivateJwk(short), { code: 'key.invalid' })
  const offCurve = PublicKey.fromJwk({ ...ec.jwk, y: toBase64url(new Uint8Array(32).fill(1)) })
  await assert.rejects(offCurve.verify(utf8('x'), new Uint8Array(64)), { code: 'key.invalid' })
})

test('the private members of a JWK are not kept', async () => {
  const pair = await generateKeyPair('P-256')
  assert.equal('d' in PublicKey.fromJwk(pair.privateJwk).jwk, false)
  assert.equal(fromMultibase(pair.publicKeyMultibase).length, 35)
})
