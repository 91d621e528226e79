import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { canonicalizeByOracle } from './oracle.ts'
import { runProofVectors, type ProofVector } from './proof-vectors.ts'

const text = readFileSync(path.join(import.meta.dirname, '..', 'vectors', 'proofs.json'), 'utf8')
const vectors = JSON.parse(text) as ProofVector[]
const { find } = createRequire(import.meta.url)('../../../scripts/find-browser.cjs') as {
  find: () => string | undefined
}

test('every proof vector gives the codes, texts and hashes it should, in Node', async () => {
  for (const { name, actual, expected } of await runProofVectors(vectors)) assert.equal(actual, expected, name)
})

test('the canonical texts of the vectors are those of the reference libraries', async () => {
  for (const { name, document, hash, canonical } of vectors) {
    if (hash !== 'sha256') continue
    const { proof: _, ...unsecured } = document
    assert.equal(canonical, await canonicalizeByOracle(unsecured), name)
  }
})

test('and the same in a browser, with Web Crypto and our own hashes', async (t) => {
  const script = await bundle(
    `import { runProofVectors } from './proof-vectors.ts'
     import { compileTemplate, didKey, generateEd25519KeyPair, resolveDidKey, signCredential, slot, verifyProofs } from '../src/index.ts'
     const pair = generateEd25519KeyPair()
     window.runProofVectors = runProofVectors
     window.issueHere = async (credential) => {
       const key = await pair
       const { did, verificationMethod } = didKey(key.publicKey)
       const options = { signer: key.signer, verificationMethod, created: new Date('2026-03-01T10:00:00Z') }
       const issuer = { ...credential.issuer, id: did }
       const one = await signCredential({ ...credential, issuer }, options)
       const template = await compileTemplate({ ...credential, issuer, id: slot.iri('id') }, options)
       const two = JSON.parse(await template.issue({ id: 'urn:x' }, options))
       return [one, two]
     }`,
  )
  assert.ok(!/["']node:/.test(script), 'nothing of Node is in the bundle')
  const executablePath = find()
  assert.ok(executablePath, 'no Chromium was found; see scripts/find-browser.cjs')
  // Web Crypto works on secure origins only; localhost is one.
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const browser = await chromium.launch({ executablePath, args })
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.addScriptTag({ content: script })
  const outcomes = (await page.evaluate(`window.runProofVectors(${text})`)) as Awaited<
    ReturnType<typeof runProofVectors>
  >
  assert.ok(outcomes.length > 80)
  for (const { name, actual, expected } of outcomes) assert.equal(actual, expected, name)

  const unsigned = { ...vectors[0]!.document, proof: undefined }
  const issued = (await page.evaluate(`window.issueHere(${JSON.stringify(unsigned)})`)) as ProofVector['document'][]
  const judged = issued.map((document, i) => ({ name: `issued in the browser ${i}`, document, codes: ['proof.valid'] }))
  for (const { name, actual, expected } of await runProofVectors(judged)) assert.equal(actual, expected, name)
})

test('what a page needs to verify stays small; the slow path is loaded only when it is wanted', async (t) => {
  const proof = await bundleSizes(
    `import { resolveDidKey, verifyProofs } from '../src/index.ts'
     window.verify = (document) => verifyProofs(document, { resolveKey: async (id) => resolveDidKey(id) })`,
  )
  const whole = await bundleSizes(
    `import { verifyCredential } from '../src/index.ts'
     window.verify = (input, load) => verifyCredential(input, { now: new Date(), load })`,
  )
  for (const [name, { first, all }] of Object.entries({ verifyProofs: proof, verifyCredential: whole })) {
    const text = ({ bytes, packed }: Size) => `${Math.round(bytes / 1024)} KiB (${Math.round(packed / 1024)} gzipped)`
    t.diagnostic(`${name} alone, minified: ${text(first)} at first, ${text(all)} with the slow path`)
  }
  assert.ok(proof.first.bytes < 130 * 1024 && proof.first.packed < 30 * 1024)
  assert.ok(whole.first.bytes < 260 * 1024 && whole.first.packed < 70 * 1024)
})

test('a bundle holds what is used and nothing else', async () => {
  for (const name of ['bakePng', 'slot', 'toHex', 'statusListEntry']) {
    const script = await bundle(`import { ${name} } from '../src/index.ts'; window.used = ${name}`)
    assert.ok(script.length < 4096, `${name} alone takes ${script.length} bytes`)
  }
})

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    minify: true,
  })
  return outputFiles[0]!.text
}

type Size = { bytes: number; packed: number }

async function bundleSizes(contents: string): Promise<{ first: Size; all: Size }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'out',
    write: false,
    minify: true,
    metafile: true,
  })
  // What the entry imports at once, directly or through others.
  const needed = new Set<string>()
  const visit = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    for (const { path: next, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement') visit(next)
  }
  for (const [name, { entryPoint }] of Object.entries(metafile.outputs)) if (entryPoint === '<stdin>') visit(name)
  const sizeOf = (files: typeof outputFiles) => ({
    bytes: files.reduce((sum, file) => sum + file.contents.length, 0),
    packed: files.reduce((sum, file) => sum + gzipSync(file.contents).length, 0),
  })
  const first = outputFiles.filter((file) => [...needed].some((name) => file.path.endsWith(path.basename(name))))
  assert.equal(first.length, needed.size)
  return { first: sizeOf(first), all: sizeOf(outputFiles) }
}
