// Memory stays flat over one million credentials, on every path, with values that never repeat.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'

test('a million credentials from a template, and a tenth of that issued and verified one by one, take no more memory', async (t) => {
  const script = path.join(import.meta.dirname, 'memory-run.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '1000000'], {
    timeout: 3_000_000,
  })
  const { early, late, count } = JSON.parse(stdout) as { early: number; late: number; count: number }
  t.diagnostic(`${count} credentials; heap after a tenth ${early} MB, at the end ${late} MB`)
  assert.equal(count, 1_200_000)
  assert.ok(late - early < 8, `the heap grew from ${early} to ${late} MB`)
})
