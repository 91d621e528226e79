import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'

const script = path.join(import.meta.dirname, '../../../scripts/bench.ts')

const good = { id: 'made-up', what: 'a made-up figure', ratio: 0.5, to: 'S', floor: 0.4 }
const slow = { id: 'drawn-ms', what: 'a made-up time', ratio: 20, to: 'ms', floor: 0, ceiling: 10 }

test('the table of figures prints, and a figure beyond its bound makes the run fail', async (t) => {
  const { code, stdout } = await benchOf(t, { rows: [good, slow], notes: ['measured nothing'] })
  assert.equal(code, 1)
  assert.match(stdout, /^ {2}made-up +0\.5 S +never below 0\.4 +a made-up figure$/m)
  assert.match(stdout, /^✖ drawn-ms +20 ms +never above 10 +a made-up time$/m)
  assert.match(stdout, /^ {2}measured nothing$/m)
  assert.match(stdout, /^✖ drawn-ms: 20 is above 10$/m)
})

test('--json prints one line of figures and nothing else', async (t) => {
  const { code, stdout } = await benchOf(t, { rows: [good], notes: ['measured nothing'] }, '--json')
  assert.equal(code, 0)
  assert.equal(stdout, '[{"id":"made-up","ratio":0.5,"to":"S","floor":0.4}]\n')
})

test('a file that dies before its report makes the run fail', async (t) => {
  const { code, stderr } = await benchOf(t, null)
  assert.notEqual(code, 0)
  assert.match(stderr, /before its report/)
})

/** Runs the script over one file whose figures are given; null stands for a file that dies. */
async function benchOf(t: TestContext, report: unknown, ...options: string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'made-up.bench.mjs')
  const body = report === null ? 'process.exit(3)' : `return ${JSON.stringify(report)}`
  await writeFile(file, `export async function bench() { ${body} }\n`)
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [script, ...options, file], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}
