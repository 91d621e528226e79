import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import {
  concatBytes,
  equalBytes,
  fromBase58btc,
  fromBase64url,
  fromHex,
  fromMultibase,
  fromUtf8,
  toBase58btc,
  toBase64url,
  toHex,
  toMultibase,
  utf8,
} from './base.ts'

// From the draft "The Base58 Encoding Scheme", section 5, and from Bitcoin's own test data.
const base58Vectors: [string, string][] = [
  ['', ''],
  ['00', '1'],
  ['0000287fb4cd', '11233QC4'],
  ['61', '2g'],
  ['626262', 'a3gV'],
  ['73696d706c792061206c6f6e6720737472696e67', '2cFupjhnEsSn59qHXstmK2ffpLv2'],
  ['00eb15231dfceb60925886b67d065299925915aeb172c06647', '1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L'],
  ['516b6fcd0f', 'ABnLTmg'],
  ['572e4794', '3EFU7m'],
  ['10c8511e', 'Rt5zm'],
  ['00000000000000000000', '1111111111'],
]

test('base58btc agrees with published vectors and round-trips any bytes', () => {
  for (const [hex, text] of base58Vectors) {
    assert.equal(toBase58btc(fromHex(hex)), text)
    assert.equal(toHex(fromBase58btc(text)), hex)
  }
  for (let i = 0; i < 3000; i++) {
    const bytes = new Uint8Array(randomBytes(i % 100))
    bytes.fill(0, 0, i % 7)
    assert.deepEqual(fromBase58btc(toBase58btc(bytes)), bytes)
  }
})

test('base58btc is the number in base 58, for every length', () => {
  const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const samples = Array.from({ length: 400 }, (_, i) => new Uint8Array(randomBytes(i < 200 ? 64 : i - 180)))
  samples.push(
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
    new Uint8Array(64).fill(1, 60),
    new Uint8Array(300).fill(255),
  )
  for (const [i, bytes] of samples.entries()) {
    bytes.fill(0, 0, i % 5)
    let text = ''
    for (let rest = BigInt(`0x0${toHex(bytes)}`); rest > 0n; rest /= 58n) text = digits[Number(rest % 58n)] + text
    const zeros = bytes.findIndex((byte) => byte !== 0)
    assert.equal(toBase58btc(bytes), '1'.repeat(zeros < 0 ? bytes.length : zeros) + text)
  }
})

test('base64url and hex agree with Node and round-trip', () => {
  for (let i = 0; i < 500; i++) {
    const bytes = new Uint8Array(randomBytes(i % 70))
    assert.equal(toBase64url(bytes), Buffer.from(bytes).toString('base64url'))
    assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes)
    assert.equal(toHex(bytes), Buffer.from(bytes).toString('hex'))
    assert.deepEqual(fromHex(toHex(bytes)), bytes)
  }
})

test('bad digits, padding, odd lengths and unused bits are refused', () => {
  for (const text of ['0', 'O', 'I', 'l', 'a b', 'é', '1'.repeat(2000)])
    assert.throws(() => fromBase58btc(text), { code: 'base.invalid' })
  for (const text of ['A', 'AB=', 'A+', 'A/', 'AB', 'AAB', 'é', 'AAAAA'])
    assert.throws(() => fromBase64url(text), { code: 'base.invalid' }, text)
  for (const text of ['a', 'zz', '0x']) assert.throws(() => fromHex(text), { code: 'base.invalid' })
  for (const text of ['', 'mAA', 'f00']) assert.throws(() => fromMultibase(text), { code: 'base.invalid' })
  assert.throws(() => fromUtf8(Uint8Array.of(0xff)), { code: 'base.invalid' })
})

test('multibase, UTF-8 and joining', () => {
  const bytes = utf8('grüße 🎓')
  assert.equal(fromUtf8(bytes), 'grüße 🎓')
  assert.deepEqual(fromMultibase(toMultibase(bytes)), bytes)
  assert.deepEqual(fromMultibase(toMultibase(bytes, 'u')), bytes)
  assert.deepEqual(concatBytes(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3))
  assert.equal(equalBytes(bytes, utf8('grüße 🎓')), true)
  assert.equal(equalBytes(bytes, utf8('grüße')), false)
})
