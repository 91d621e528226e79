import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from './fixtures/every-route.ts'
import { fieldsOfForms, randomRequests } from './fixtures/wrong-random.ts'
import { startLapel } from './lapel.ts'

// The seed is the date by default, so that the runs of a month are not all the same; LAPEL_SEED repeats one.
const seed = Number(process.env['LAPEL_SEED'] ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''))

test('three thousand random requests: never a fault of ours, never our insides, never silence', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)
  const fields = await fieldsOfForms(world)
  assert.ok(fields.size > 60, `only ${fields.size} forms were found`)
  const { failures, statuses } = await randomRequests(world, { seed, count: 3000, fields })
  t.diagnostic(`seed ${seed}: ${JSON.stringify(statuses)}`)
  assert.deepEqual(failures, [], `seed ${seed}`)
  assert.ok((statuses[200] ?? 0) > 100 && (statuses[303] ?? 0) > 50, 'some requests went through')
  await lapel.settle()
})
