import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killedRun } from '../../test/fixtures/killed-run.ts'

// The longest list that the wizard takes (UX 10), through the real program and a real mail server. Time and memory are
// printed and never asserted: they belong to the machine.
test('a list of 20,000 people becomes 20,000 signed badges, links and messages', async (t) => {
  const people = 20_000
  const { delivered, messageIds, ...figures } = await killedRun(t, {
    people,
    kills: 0,
    untilDelivered: true,
    patienceMs: 55 * 60_000,
    pollMs: 2000,
  })
  for (const [what, count] of Object.entries(figures)) assert.equal(count, people, what)
  // One more for the member who sent the list.
  assert.equal(delivered, people + 1)
  assert.equal(messageIds, people + 1)
})
