import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { CompiledQuery } from 'kysely'
import { setVisibility } from '../backpack/index.ts'
import { forgetChanges } from '../platform/changes.ts'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { newPublicId } from '../platform/ids.ts'
import { publicBadge } from './public-page-store.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'

/** As bytes on the line: `fetch` would unpack them. */
async function raw(lapel: Lapel, path: string, headers: Record<string, string> = {}) {
  const { request } = await import('node:http')
  const url = new URL(path, lapel.url)
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(url, { headers: { accept: 'text/html', ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        )
    })
      .on('error', reject)
      .end()
  })
}

const words = (body: Buffer) =>
  body
    .toString()
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

/** The present change counts as long past, so that pages are kept again. */
function settleChanges() {
  forgetChanges()
}

test('a kept page is the page itself: same words, same headers, compressed as asked', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  settleChanges()
  const first = await raw(lapel, `/b/${publicId}`)
  const second = await raw(lapel, `/b/${publicId}`)
  assert.equal(first.status, 200)
  assert.deepEqual(second.body, first.body)
  const named = ({ headers }: typeof first) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !['x-request-id', 'date'].includes(name)))
  assert.deepEqual(named(second), named(first))
  assert.notEqual(second.headers['x-request-id'], first.headers['x-request-id'])
  assert.match(String(second.headers['content-security-policy']), /default-src 'none'/)
  assert.equal(second.headers['set-cookie'], undefined)

  const br = await raw(lapel, `/b/${publicId}`, { 'accept-encoding': 'gzip, br' })
  assert.equal(br.headers['content-encoding'], 'br')
  assert.deepEqual(brotliDecompressSync(br.body), first.body)
  const gzip = await raw(lapel, `/b/${publicId}`, { 'accept-encoding': 'gzip, br;q=0' })
  assert.equal(gzip.headers['content-encoding'], 'gzip')
  assert.deepEqual(gunzipSync(gzip.body), first.body)

  const known = await raw(lapel, `/b/${publicId}`, { 'if-none-match': String(first.headers['etag']) })
  assert.equal(known.status, 304)
  assert.equal(known.body.length, 0)
  assert.equal(
    (await raw(lapel, `/b/${publicId}`, { accept: 'application/json' })).headers['content-type'],
    'application/json',
  )
})

test('each language and theme has a page of its own, and whoever is signed in gets none of them', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  settleChanges()
  for (let round = 0; round < 2; round++) {
    assert.match(words((await raw(lapel, `/b/${publicId}`)).body), /Verify/)
    const french = await raw(lapel, `/b/${publicId}`, { 'accept-language': 'fr-CA' })
    assert.equal(french.headers['content-language'], 'fr')
    assert.match(french.body.toString(), /<html lang="fr"/)
    const cookie = await raw(lapel, `/b/${publicId}`, { cookie: 'lapel-locale=fr; lapel-theme=dark' })
    assert.match(cookie.body.toString(), /<html lang="fr" dir="ltr" data-theme="dark"/)
  }
  const own = await earner.get(`/b/${publicId}`)
  assert.match(own.words, /You see this as owner/)
  assert.equal(own.headers.get('cache-control'), 'no-store')
  assert.doesNotMatch(words((await raw(lapel, `/b/${publicId}`)).body), /You see this as owner/)
})

test('what this process changes is on the kept page at once', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer, credentialId } = await anEarner(lapel, { visibility: 'public' })
  const look = () => raw(lapel, `/b/${publicId}`)
  const keep = async () => {
    settleChanges()
    assert.equal((await look()).status, 200)
    assert.equal((await look()).status, 200)
  }
  await keep()
  await setVisibility(lapel.deps, { publicId, accountId: earner.accountId, visibility: 'private' })
  assert.equal((await look()).status, 404)
  await setVisibility(lapel.deps, { publicId, accountId: earner.accountId, visibility: 'link' })
  await keep()
  await withdraw(lapel, issuer, credentialId)
  assert.match(words((await look()).body), /Withdrawn/)
})

test('what another process changes is seen after two seconds', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  settleChanges()
  const look = () => raw(lapel, `/b/${publicId}`)
  await look()
  // As another process does it: nothing here is told.
  await lapel.db.updateTable('credentials').set({ visibility: 'private' }).where('publicId', '=', publicId).execute()
  assert.equal((await look()).status, 200)
  lapel.passMinutes(0.05)
  assert.equal((await look()).status, 404)
})

test('a crowd is read together, and a read that hangs holds up nobody who comes later', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  let reads = 0
  const hangs = Promise.withResolvers<void>()
  // The database itself, but its first answer is kept back.
  const executeQuery = async (query: CompiledQuery) => {
    const isFirst = ++reads === 1
    const answer = await lapel.db.executeQuery(query)
    if (isFirst) await hangs.promise
    return answer
  }
  const db = new Proxy(lapel.db, {
    get(target, name) {
      if (name === 'executeQuery') return executeQuery
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const first = publicBadge(db, publicId)
  const crowd = Array.from({ length: 50 }, () => publicBadge(db, publicId))
  const none = publicBadge(db, newPublicId())
  assert.equal((await Promise.all(crowd)).filter((badge) => badge?.publicId === publicId).length, 50)
  assert.equal(await none, undefined)
  assert.equal((await publicBadge(db, publicId))?.publicId, publicId, 'it still hangs')
  assert.equal(reads, 3, 'the one that hangs, the crowd, and one more')
  hangs.resolve()
  assert.equal((await first)?.publicId, publicId)
})

// Issue 4, Speed: under 30 KB compressed without pictures, and no script is needed.
test('the public page, its style and its script weigh less than 30 KB', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  settleChanges()
  await raw(lapel, `/b/${publicId}`)
  const { body } = await raw(lapel, `/b/${publicId}`)
  const text = body.toString()
  const parts = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js))"/g)].map(([, path = '']) => path)
  assert.equal(parts.length, 2)
  const weigh = async (encoding: 'gzip' | 'br', pack: (bytes: Buffer) => Buffer) => {
    const sizes = await Promise.all(
      parts.map(async (path) => (await raw(lapel, path, { 'accept-encoding': encoding })).body.length),
    )
    return sizes.reduce((sum, size) => sum + size, pack(body).length)
  }
  const [br, gzip] = [await weigh('br', brotliCompressSync), await weigh('gzip', gzipSync)]
  t.diagnostic(`page, style and script: ${br} bytes with br, ${gzip} with gzip`)
  assert.ok(br < 30_000, `${br} bytes`)
  // Without the script everything is there: the verdict, the facts, links to check and to download.
  assert.match(words(body), /Valid .* checked just now/)
  for (const path of [`/verify?b=${publicId}`, `/b/${publicId}/badge.png`, `/b/${publicId}/credential.json`])
    assert.ok(text.includes(path), path)
})
