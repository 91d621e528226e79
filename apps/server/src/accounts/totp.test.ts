import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, stepOfCode, totpAddress, totpCode, totpStep } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('the published vectors of RFC 6238 appendix B, in six digits', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const)
    assert.equal(totpCode(secret, totpStep(new Date(seconds * 1000))), code)
})

test('neighbouring steps count, others and used ones do not', () => {
  const now = new Date(1_700_000_000_000)
  const step = totpStep(now)
  for (const near of [-1, 0, 1])
    assert.equal(stepOfCode(secret, totpCode(secret, step + near), { now, after: 0 }), step + near)
  for (const far of [-2, 2])
    assert.equal(stepOfCode(secret, totpCode(secret, step + far), { now, after: 0 }), undefined)
  assert.equal(stepOfCode(secret, totpCode(secret, step), { now, after: step }), undefined)
})

test('base32 as in RFC 4648 section 10, and the address that apps read', () => {
  assert.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI')
  assert.equal(base32(Buffer.from('fooba')), 'MZXW6YTB')
  const address = new URL(totpAddress({ secret, issuer: 'Lapel & Co', account: 'maya+x@example.org' }))
  assert.equal(address.searchParams.get('issuer'), 'Lapel & Co')
  assert.equal(address.searchParams.get('secret'), base32(secret))
  assert.equal(decodeURIComponent(address.pathname), '/Lapel & Co:maya+x@example.org')
})
