import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { didKey } from '../src/index.ts'
import { generateEd25519KeyPair } from '../src/keys/signer.ts'
import { sampleCredential, sampleInput, samplePng } from './sample.ts'

const program = path.join(import.meta.dirname, '..', 'bin', 'openbadges.ts')

function openbadges(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a badge is signed, baked, inspected, taken out and verified on the command line', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'openbadges-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name: string) => path.join(folder, name)
  const keys = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(keys.publicKey)
  writeFileSync(file('key.json'), JSON.stringify(keys.privateJwk))
  writeFileSync(
    file('credential.json'),
    JSON.stringify(sampleCredential({ issuer: { ...sampleInput.issuer, id: did } })),
  )
  writeFileSync(file('picture.png'), samplePng())

  assert.equal(
    openbadges(
      'sign',
      file('credential.json'),
      '--key',
      file('key.json'),
      '--method',
      verificationMethod,
      '-o',
      file('badge.json'),
    ).status,
    0,
  )
  assert.equal(openbadges('bake', file('picture.png'), file('badge.json'), '-o', file('badge.png')).status, 0)
  assert.equal(openbadges('unbake', file('badge.png')).stdout.trim(), readFileSync(file('badge.json'), 'utf8').trim())
  assert.match(openbadges('inspect', file('badge.png')).stdout, /"name": "Data Storytelling"/)

  const verified = openbadges('verify', file('badge.png'), '--offline', '--recipient', 'maya@college.example')
  assert.match(verified.stdout, /^issuer-not-confirmed: The file is unaltered/)
  assert.match(verified.stdout, /✔ signature {2}passed {6}Nothing was altered/)
  assert.match(verified.stdout, /✔ recipient {2}passed/)
  assert.equal(verified.status, 3)

  writeFileSync(file('altered.json'), readFileSync(file('badge.json'), 'utf8').replace('Storytelling', 'Surgery'))
  const altered = openbadges('verify', file('altered.json'), '--offline', '--json')
  assert.equal(altered.status, 1)
  assert.equal((JSON.parse(altered.stdout) as { verdict: string }[])[0]?.verdict, 'not-valid')

  const jwt = openbadges(
    'sign',
    file('credential.json'),
    '--key',
    file('key.json'),
    '--method',
    verificationMethod,
    '--jwt',
  ).stdout.trim()
  writeFileSync(file('badge.jwt'), jwt)
  assert.match(openbadges('verify', file('badge.jwt'), '--offline').stdout, /^issuer-not-confirmed/)
})

test('a wrong call says how it is done, and an address on this machine is not fetched', () => {
  assert.equal(openbadges('verify').status, 2)
  assert.match(openbadges('nonsense').stderr, /openbadges verify/)
  assert.equal(openbadges('unbake', '/nowhere/badge.png').status, 2)
  assert.match(openbadges('verify', 'http://127.0.0.1:9/badge', '--json').stdout, /not a public address/)
})

test('what cannot be right is refused in one sentence, and nothing is written', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'openbadges-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name: string) => path.join(folder, name)
  const keys = await generateEd25519KeyPair()
  const other = didKey((await generateEd25519KeyPair()).publicKey).verificationMethod
  writeFileSync(file('key.json'), JSON.stringify(keys.privateJwk))
  writeFileSync(file('short.json'), JSON.stringify({ ...keys.privateJwk, d: 'AA' }))
  writeFileSync(file('credential.json'), JSON.stringify(sampleCredential()))
  writeFileSync(file('picture.png'), samplePng())
  writeFileSync(file('words.txt'), 'no badge')
  const out = file('out')
  const sign = (key: string) => ['sign', file('credential.json'), '--key', file(key), '-o', out, '--method', other]
  const calls: [string[], RegExp][] = [
    [['verify', file('words.txt'), '--ofline'], /^Unknown option '--ofline'/],
    [['bake', file('picture.png'), file('words.txt'), '-o', out], /words\.txt is no badge/],
    [['bake', file('words.txt'), file('credential.json'), '-o', out], /neither PNG nor SVG/],
    [sign('key.json'), /is not the address of this key/],
    [sign('short.json'), /the private key cannot be used/],
    [sign('words.txt'), /not JSON/],
  ]
  for (const [args, message] of calls) {
    const { status, stdout, stderr } = openbadges(...args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack of calls')
    assert.equal(existsSync(out), false)
  }
})
