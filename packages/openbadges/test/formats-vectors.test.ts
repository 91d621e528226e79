import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { runBadgeVectors } from './formats-vectors.ts'
import type { BadgeVectors } from './formats-vectors.ts'

const text = readFileSync(path.join(import.meta.dirname, '..', 'vectors', 'badges.json'), 'utf8')
const { find } = createRequire(import.meta.url)('../../../scripts/find-browser.cjs') as {
  find: () => string | undefined
}

test('every badge vector gives the verdict and the codes it should, in Node', async () => {
  for (const { name, actual, expected } of await runBadgeVectors(JSON.parse(text) as BadgeVectors))
    assert.equal(actual, expected, name)
})

test('and the same in a browser, with its own cryptography and compression', async (t) => {
  const { outputFiles } = await build({
    stdin: {
      contents: "import { runBadgeVectors } from './formats-vectors.ts'\nwindow.runBadgeVectors = runBadgeVectors",
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    minify: true,
  })
  const script = outputFiles[0]!.text
  assert.ok(!/["']node:/.test(script))
  const executablePath = find()
  assert.ok(executablePath, 'no Chromium was found; see scripts/find-browser.cjs')
  // Web Crypto works on secure origins only; localhost is one.
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>vectors</title>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : ['--disable-dev-shm-usage'],
  })
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.addScriptTag({ content: script })
  const outcomes = (await page.evaluate(`window.runBadgeVectors(${text})`)) as {
    name: string
    actual: string
    expected: string
  }[]
  assert.ok(outcomes.length > 30)
  for (const { name, actual, expected } of outcomes) assert.equal(actual, expected, name)
})
