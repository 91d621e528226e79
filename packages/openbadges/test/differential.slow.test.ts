import test from 'node:test'
import { compareInParts } from './differential-parts.ts'

// Nearly all of the time is the reference's own: about 10 ms of processor time for each document, a quarter of
// which its repair would take (bench/repaired-peer.ts). It runs as it was published all the same.
test('20,000 random credentials canonicalize as the reference does', async (t) => {
  t.diagnostic(JSON.stringify(await compareInParts('random', 20_000)))
})

test('30,000 damaged credentials: nothing is accepted that the reference rejects', async (t) => {
  t.diagnostic(JSON.stringify(await compareInParts('damaged', 30_000)))
})

test('20,000 filled templates sign what the reference canonicalizes', async (t) => {
  t.diagnostic(JSON.stringify(await compareInParts('templates', 20_000)))
})
