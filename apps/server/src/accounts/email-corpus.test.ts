import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseEmailAddress } from '../platform/email-address.ts'
import { codeFor, register } from '../../test/fixtures/accounts.ts'
import { startLapel } from '../../test/lapel.ts'

// SECURITY S5: each of these is refused, or stays a different address from the one it looks like.
const lookAlikes = [
  'm\u0131ke@example.org', // dotless i
  'mi\u017fe@example.org', // long s
  'mi\u212ae@example.org', // Kelvin sign
  'mike@example.org\u0000',
  'mi\u00dfe@example.org', // sharp s
  'mike\uff20example.org', // full-width at
  'mike@ex\uff41mple.org', // full-width a
  'mike@e\u212aample.org', // Kelvin sign in the domain
  '"mike@example.org"@evil.example',
  '"mike"@example.org',
  'mike(comment)@example.org',
  'mike@example.org(comment)',
  '(x)mike@example.org',
  'mike@evil.example@example.org',
  'mike@[127.0.0.1]',
  'mike@example',
  'mike@example.org.',
  'mike@.example.org',
  'mike.@example.org',
  '.mike@example.org',
  'mi..ke@example.org',
  'mike@example.org, other@example.org',
  'Mike <mike@example.org>',
  'mike@example.org\r\nBcc: x@example.org',
  'mike @example.org',
  'mike@exa mple.org',
  'mike%evil.example@example.org:25',
  'mike\u200b@example.org',
  '\u043cike@example.org', // Cyrillic m
  `${'a'.repeat(65)}@example.org`,
  `a@${'b'.repeat(64)}.org`,
]

test('addresses that look like another are refused or stay apart', () => {
  for (const typed of lookAlikes) {
    const read = parseEmailAddress(typed)
    assert.notEqual(read?.canonical, 'mike@example.org', JSON.stringify(typed))
    if (read) assert.match(read.canonical, /^[\x21-\x7e]+$/, JSON.stringify(typed))
  }
})

test('dots and plus parts make different addresses; capitals do not', () => {
  const canonical = (typed: string) => parseEmailAddress(typed)?.canonical
  assert.notEqual(canonical('m.ike@example.org'), canonical('mike@example.org'))
  assert.notEqual(canonical('mike+badges@example.org'), canonical('mike@example.org'))
  assert.equal(canonical(' MIKE@Example.ORG '), canonical('mike@example.org'))
  assert.equal(canonical('İ@example.org'), undefined)
  assert.equal(canonical('mike@bücher.example'), 'mike@xn--bcher-kva.example')
  assert.equal(canonical('mike@BÜCHER.example'), 'mike@xn--bcher-kva.example')
})

test('reading an address twice gives the same, whatever it was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary', maxLength: 60 })), (typed) => {
      const once = parseEmailAddress(typed)
      if (!once) return
      assert.deepEqual(parseEmailAddress(once.stored)?.canonical, once.canonical)
      assert.doesNotMatch(once.stored, /[\s\p{Cc}<>,;"()]/u)
    }),
    { seed: 5, numRuns: 3000 },
  )
})

test('mail goes to the stored address byte for byte, never to what was typed later', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  await register(lapel, maya, { email: "Maya.O'Roy+x@northfield.example" })
  await maya.submit('/register/verify', { code: await codeFor(lapel, "Maya.O'Roy+x@northfield.example") })
  await lapel.visitor().submit('/forgot', { email: "MAYA.o'roy+x@NORTHFIELD.example" }, { shownOn: '/forgot' })
  await lapel.settle()
  for (const mail of lapel.allMail()) assert.deepEqual(mail.to, ["Maya.O'Roy+x@northfield.example"])
  assert.equal(lapel.allMail().length, 2)
})
