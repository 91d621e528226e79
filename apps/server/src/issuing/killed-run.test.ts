import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killedRun } from '../../test/fixtures/killed-run.ts'

test('a run whose process is killed three times issues every badge once (R1, R12)', async (t) => {
  const people = 90
  const { delivered, messageIds, ...figures } = await killedRun(t, { people, kills: 3, untilDelivered: false })
  for (const [what, count] of Object.entries(figures)) assert.equal(count, people, what)
  // SMTP itself may take a message twice when the connection breaks at the end; it keeps its Message-ID (R7).
  assert.ok(messageIds <= people + 1, `${messageIds} messages`)
  assert.ok(delivered - messageIds <= 3 * 4, `${delivered - messageIds} repeated messages`)
})
