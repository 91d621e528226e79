import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killedRun } from '../../test/fixtures/killed-run.ts'

test('a run of 2,000 whose process is killed twenty times issues every badge once (R1)', async (t) => {
  const people = 2000
  const { delivered, messageIds, ...figures } = await killedRun(t, { people, kills: 20, untilDelivered: true })
  for (const [what, count] of Object.entries(figures)) assert.equal(count, people, what)
  assert.ok(messageIds === people + 1 || messageIds === people, `${messageIds} messages`)
  assert.ok(delivered - messageIds <= 20 * 4, `${delivered - messageIds} repeated messages`)
})
