import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { anEarner } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'
import type { Answer } from '../../test/visitor.ts'

const nobody = 'A'.repeat(22)
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What an answer gives away, apart from what differs with every request or repeats what was asked. */
function told(answer: Answer, publicId: string) {
  const isText = /^(text|application\/(json|problem))/.test(answer.headers.get('content-type') ?? '')
  const text = answer.text
    .replaceAll(publicId, '{id}')
    .replaceAll(encodeURIComponent(publicId), '{id}')
    .replace(/name="(csrf|idempotency)" value="[^"]*"/g, '')
  const headers = [...answer.headers]
    .filter(([name]) => !['date', 'x-request-id', 'set-cookie', 'content-length', 'keep-alive'].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return { status: answer.status, headers, body: isText ? text : hash(answer.bytes) }
}

/** Everything below `/` that is about one badge, for people and for programs. */
const surfaces: [path: string, headers?: Record<string, string>][] = [
  ['/b/{id}'],
  ['/b/{id}', { accept: 'application/json' }],
  ['/b/{id}', { accept: 'application/vc+ld+json' }],
  ['/b/{id}?v=2', { accept: 'application/ld+json' }],
  ['/b/{id}/card.png'],
  ['/b/{id}/signature.png'],
  ['/b/{id}/signature.png?size=96'],
  ['/b/{id}/badge.png'],
  ['/b/{id}/badge.svg'],
  ['/b/{id}/credential.json'],
  ['/b/{id}/assertion.json'],
  ['/b/{id}/certificate.pdf'],
  ['/b/{id}/certificate.pdf?size=a4'],
  ['/embed/b/{id}'],
  ['/embed/b/{id}?theme=dark&lang=fr'],
  ['/oembed?url={url}'],
  ['/oembed?url={url}&format=xml'],
  ['/verify?b={id}'],
]
/** The owner's own pages, as another signed-in person asks for them. */
const owned = [
  '/badges/{id}/share',
  '/badges/{id}/share/email',
  '/badges/{id}/share/signature',
  '/badges/{id}/share/mastodon?server=mastodon.example',
  '/badges/{id}/share/qr.svg',
  '/badges/{id}/share/qr.png',
  '/badges/{id}/badge.png',
  '/badges/{id}/badge.svg',
  '/badges/{id}/credential.json',
  '/badges/{id}/credential.jwt',
  '/badges/{id}/assertion.json',
  '/badges/{id}/certificate.pdf',
  '/badges/{id}/badge.pkpass',
]

test('a private badge, one that nobody accepted and none at all are the same nothing', async (t) => {
  const lapel = await startLapel(t)
  const { publicId: hidden, issuer } = await anEarner(lapel)
  const waiting = await anEarner(lapel, { issuer, to: 'zoe@northfield.example', visibility: 'public' })
  await lapel.db
    .updateTable('credentials')
    .set({ decision: 'waiting', accountId: null })
    .where('publicId', '=', waiting.publicId)
    .execute()
  const stranger = lapel.visitor()
  const mallory = await lapel.person('mallory@example.org')
  const of = (path: string, id: string) =>
    path.replaceAll('{id}', id).replaceAll('{url}', encodeURIComponent(`${lapel.config.publicUrl}/b/${id}`))

  for (const [path, headers = {}] of surfaces)
    for (const who of [stranger, mallory]) {
      const none = told(await who.request(of(path, nobody), { headers }), nobody)
      assert.ok(path.includes('signature.png') ? none.status === 200 : [404, 410].includes(none.status), path)
      for (const id of [hidden, waiting.publicId])
        assert.deepEqual(told(await who.request(of(path, id), { headers }), id), none, path)
    }
  for (const path of owned) {
    const none = told(await mallory.request(of(path, nobody)), nobody)
    assert.equal(none.status, 404, path)
    for (const id of [hidden, waiting.publicId])
      assert.deepEqual(told(await mallory.request(of(path, id)), id), none, path)
  }
})
