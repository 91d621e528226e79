import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzInParts } from './formats-fuzz.ts'

test('a million damaged badges: nothing throws, nothing hangs, the memory stays small', async (t) => {
  const { failures, ...figures } = await fuzzInParts(1_000_000, 1_000_000, 4)
  t.diagnostic(JSON.stringify(figures))
  assert.deepEqual(failures, [])
  assert.equal(figures.inputs, 1_000_000)
  assert.ok(figures.slowestMs < 2000 && figures.memoryMb < 256, JSON.stringify(figures))
})
