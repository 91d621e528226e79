// Every example in the README and in the docstrings is run, and says what it claims.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as library from '../src/index.ts'
import * as v2 from '../src/v2/index.ts'
import { didWebUrl } from '../src/verify/keys.ts'
import { sampleCredential, samplePng } from './sample.ts'

const root = path.join(import.meta.dirname, '..')
const entry = (name: string) => pathToFileURL(path.join(root, 'src', name, 'index.ts')).href

const blocks = readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/^```ts\n([^]*?)^```/gm)
for (const [index, [, code = '']] of [...blocks].entries()) {
  test(`README example ${index + 1}`, async () => {
    const expected = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1])
    assert.ok(expected.length > 0)
    const said: string[] = []
    const runnable = stripTypeScriptTypes(code)
      .replaceAll("'@lapel/openbadges'", `'${entry('.')}'`)
      .replaceAll("'@lapel/openbadges/v2'", `'${entry('v2')}'`)
      .replaceAll('console.log(', 'globalThis.readmeSays(')
    Object.assign(globalThis, { readmeSays: (text: unknown) => said.push(String(text)) })
    await import(`data:text/javascript,${encodeURIComponent(`${runnable}\n// ${index}`)}`)
    assert.deepEqual(said, expected)
  })
}

type Run = (...values: unknown[]) => Promise<unknown>
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...parts: string[]) => Run
const scope: Record<string, unknown> = {
  ...library,
  ...v2,
  didWebUrl,
  picture: samplePng(),
  credential: sampleCredential(),
}

for (const file of globSync('src/**/*.ts', { cwd: root }).sort()) {
  const source = readFileSync(path.join(root, file), 'utf8')
  for (const [, example = ''] of source.matchAll(/^ *\* @example\n([^]*?)^ *\*(?:\/| @)/gm)) {
    const code = example.replace(/^ *\* ?/gm, '').trim()
    const [, lines = '', expected = ''] = /^([^]*) \/\/ ([^\n]*)$/.exec(code) ?? []
    test(`${file}: ${code.split('\n')[0]!.slice(0, 60)}`, async () => {
      assert.ok(expected, `no expected value in: ${code}`)
      const last = lastStatement(lines)
      const run = new AsyncFunction(
        ...Object.keys(scope),
        `${lines.slice(0, lines.length - last.length)}\nreturn [await (${last}), ${expected}]`,
      )
      const [actual, wanted] = (await run(...Object.values(scope))) as [unknown, unknown]
      assert.deepEqual(actual, wanted)
    })
  }
}

/** From the last line that begins at the margin with something that opens a statement. */
function lastStatement(code: string): string {
  const starts = [...code.matchAll(/^[^\s})\]].*/gm)].map((match) => match.index)
  return code.slice(starts.at(-1) ?? 0)
}
