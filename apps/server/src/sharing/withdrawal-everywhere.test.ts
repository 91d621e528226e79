import assert from 'node:assert/strict'
import test from 'node:test'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'

/** The longest that an answer may be kept by anybody, in seconds. */
const longestS = 60

const same = (a: Uint8Array, b: Uint8Array | undefined) => b !== undefined && Buffer.from(a).equals(b)

test('no answer about a badge may be kept longer than a minute, and each one tells of a withdrawal', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer, credentialId } = await anEarner(lapel, { visibility: 'public' })
  const visitor = lapel.visitor()
  const json = { accept: 'application/json' }
  const list = await lapel.db
    .selectFrom('credentials as c')
    .innerJoin('statusLists as l', 'l.id', 'c.statusListId')
    .select(['l.publicId', 'l.purpose'])
    .where('c.id', '=', credentialId)
    .executeTakeFirstOrThrow()
  const surfaces: [path: string, headers: Record<string, string>, says: RegExp | number | 'changes'][] = [
    [`/b/${publicId}`, {}, /Withdrawn - checked just now/],
    [`/b/${publicId}?v=2`, json, 410],
    [`/b/${publicId}/badge.png`, {}, 410],
    [`/b/${publicId}/badge.svg`, {}, 410],
    [`/embed/b/${publicId}`, {}, /Withdrawn - checked just now/],
    [`/b/${publicId}/signature.png`, {}, 'changes'],
    [`/verify?b=${publicId}`, {}, /No longer valid/],
    [`/status/${list.publicId}`, json, 'changes'],
  ]
  const before = new Map<string, Uint8Array>()
  for (const [path, headers] of surfaces) {
    const answer = await visitor.request(path, { headers })
    assert.equal(answer.status, 200, path)
    const control = answer.headers.get('cache-control') ?? ''
    const keptS = control.includes('no-store') ? 0 : Number(/max-age=(\d+)/.exec(control)?.[1] ?? Number.NaN)
    assert.ok(keptS <= longestS, `${path}: ${control}`)
    before.set(path, answer.bytes)
  }
  await withdraw(lapel, issuer, credentialId)
  for (const [path, headers, says] of surfaces) {
    const answer = await visitor.request(path, { headers })
    if (says === 'changes') {
      // A list is signed at most once a second, so it may lag behind the page by that much.
      let { bytes } = answer
      for (let tries = 0; tries < 40 && same(bytes, before.get(path)); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        ;({ bytes } = await visitor.request(path, { headers }))
      }
      assert.ok(!same(bytes, before.get(path)), path)
    }
    if (typeof says === 'number') assert.equal(answer.status, says, path)
    if (says instanceof RegExp) assert.match(answer.words, says, path)
  }
})
