import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzApart } from './formats-fuzz.ts'

test('20,000 damaged badges: nothing throws, nothing hangs, the memory stays small', async (t) => {
  const { failures, ...figures } = await fuzzApart(20_000, 1)
  t.diagnostic(JSON.stringify(figures))
  assert.deepEqual(failures, [])
  assert.equal(figures.inputs, 20_000)
  assert.ok(figures.slowestMs < 2000 && figures.memoryMb < 256, JSON.stringify(figures))
})
