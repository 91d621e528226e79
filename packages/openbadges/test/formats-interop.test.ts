// Two-way: what we sign, the libraries that others use accept, and the other way round; what is altered,
// withdrawn or expired, both sides refuse. The network is replaced at its edge, the libraries are as published.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { verifyCredential as verifyByPeer } from '@digitalcredentials/verifier-core'
import { peerOf } from '../bench/peer.ts'
import type { JsonObject } from '../src/json.ts'
import { verifyCredential } from '../src/verify.ts'
import { codeOf, issuerId, startWorld } from './world.ts'
import type { World } from './world.ts'

type Log = { id: string; valid?: boolean; error?: unknown }[]

const realFetch = globalThis.fetch
let world: World

before(async () => {
  world = await startWorld()
  globalThis.fetch = async (input) => {
    const url = input instanceof Request ? input.url : String(input)
    const { status, body } = await world.load(url, { accept: '', maxBytes: 1e6 })
    return new Response(new Uint8Array(body), { status, headers: { 'content-type': 'application/json' } })
  }
})
after(() => {
  globalThis.fetch = realFetch
})

/** Their log, with only what says yes or no. */
async function logOf(
  credential: JsonObject,
): Promise<{ signature?: boolean; expiration?: boolean; revocation?: boolean; fatal: boolean }> {
  const { log = [], errors } = (await verifyByPeer({ credential, knownDIDRegistries: [] } as never)) as {
    log?: Log
    errors?: unknown
  }
  const of = (id: string) => log.find((entry) => entry.id === id)?.valid
  return {
    signature: of('valid_signature'),
    expiration: of('expiration'),
    revocation: of('revocation_status'),
    fatal: errors !== undefined,
  }
}

/** Their clock is the real one, so dates have to be around today. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

async function freshWorld() {
  world = await startWorld(new Date())
  return world
}

test('ours: verifier-core finds a good badge good, and says which of altered, withdrawn, expired it is', async (t) => {
  // It looks for a schema that nobody named, and says at length that it found none.
  for (const method of ['log', 'error'] as const) t.mock.method(console, method, () => undefined)
  await freshWorld()
  const good = await world.issue({ validUntil: inDays(30) })
  assert.deepEqual(await logOf(good), { signature: true, expiration: true, revocation: true, fatal: false })
  const altered = await logOf({ ...good, name: 'Brain Surgery' })
  assert.ok(altered.fatal && altered.signature !== true)
  assert.equal((await logOf(await world.issue({ validUntil: inDays(-1) }))).expiration, false)
  await world.withdraw(4711)
  assert.equal((await logOf(good)).revocation, false)
  assert.equal((await verifyCredential(good, { now: new Date(), load: world.load })).verdict, 'no-longer-valid')
})

test('ours: @digitalbazaar/vc accepts a good badge and refuses an altered one', async () => {
  world = await startWorld()
  const peer = await peerOf(world.keys, issuerId, world.method)
  const good = await world.issue()
  await peer.verify(good)
  await assert.rejects(peer.verify({ ...good, name: 'Brain Surgery' }))
})

test('theirs: a badge signed by @digitalbazaar/vc is genuine here; altered, withdrawn or expired it is not', async () => {
  await freshWorld()
  const peer = await peerOf(world.keys, issuerId, world.method)
  const issue = async (change = {}) => {
    const { proof: _, ...unsigned } = await world.issue(change)
    return (await peer.issue(unsigned)) as JsonObject
  }
  const judge = (badge: JsonObject) => verifyCredential(badge, { now: new Date(), load: world.load })
  const good = await issue()
  assert.equal((await judge(good)).verdict, 'genuine')
  assert.deepEqual(
    [(await judge({ ...good, name: 'x' })).verdict, codeOf(await judge({ ...good, name: 'x' }), 'signature')],
    ['not-valid', 'signature.wrong'],
  )
  assert.equal((await judge(await issue({ validUntil: inDays(-1) }))).verdict, 'genuine-expired')
  await world.withdraw(4711)
  assert.equal((await judge(good)).verdict, 'no-longer-valid')
})
