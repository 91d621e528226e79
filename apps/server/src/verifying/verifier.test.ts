import assert from 'node:assert/strict'
import test from 'node:test'
import { sentences } from '@lapel/openbadges'
import { allMessages } from '../platform/i18n/messages.ts'
import { FetchRefused } from '../platform/http/fetch-public.ts'
import { answerer } from './own-documents.ts'
import { createVerifier, VerifyRefused } from './verifier.ts'

const now = new Date('2026-03-04T12:00:00Z')

test('every reason that the library gives has its words in both languages', () => {
  for (const locale of ['en', 'fr'] as const) {
    const missing = Object.keys(sentences).filter((code) => !allMessages(locale).has(`verify.code.${code}`))
    assert.deepEqual(missing, [])
  }
})

test('a question that is never answered ends the job, and the next one gets a fresh thread', async (t) => {
  const verifier = createVerifier(() => new Promise(() => undefined), { totalMs: 1_500 })
  t.after(() => verifier.close())
  await assert.rejects(
    verifier.verify('https://college.example/badge', { now }),
    (error) => error instanceof VerifyRefused && error.code === 'verify.too-complex',
  )
  const [report] = await verifier.verify('no badge', { now })
  assert.equal(report?.verdict, 'not-valid')
})

test('a file that takes too much computing ends its own thread, not the program', async (t) => {
  const verifier = createVerifier(async () => undefined, { computingMs: 1, threads: 1 })
  t.after(() => verifier.close())
  // The heaviest thing that is small: a deep, wide document.
  const wide = JSON.stringify({ '@context': [], a: Array.from({ length: 200_000 }, (_, at) => ({ at })) })
  const outcome = await verifier.verify(wide, { now }).then(
    () => 'answered',
    (error: unknown) => (error instanceof VerifyRefused ? error.code : 'broke'),
  )
  assert.equal(outcome, 'verify.too-complex')
})

test('more jobs than may wait are refused, not queued for ever', async (t) => {
  const verifier = createVerifier(() => new Promise(() => undefined), { threads: 1, waiting: 2, totalMs: 800 })
  t.after(() => verifier.close())
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => verifier.verify('https://college.example/badge', { now })),
  )
  const codes = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as VerifyRefused).code : 'ok',
  )
  assert.equal(codes.filter((code) => code === 'verify.busy').length, 2)
})

test('this site is asked from within and only for public documents; everything else goes through the guard', async () => {
  const asked: string[] = []
  const answer = answerer({
    config: { publicUrl: 'http://127.0.0.1:3000' } as never,
    db: undefined as never,
    askOwnSite: (request) => {
      asked.push(`own ${new URL(request.url).pathname}`)
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    },
    fetchPublic: (url) => {
      asked.push(`public ${url}`)
      return Promise.reject(new FetchRefused('fetch.not-public', { host: 'x' }))
    },
  })
  const load = (url: string) => answer({ kind: 'load', url, accept: '*/*', maxBytes: 1000 })
  await load('http://127.0.0.1:3000/status/abc')
  for (const url of [
    'http://127.0.0.1:3000/verify?b=x',
    'http://127.0.0.1:3000/badges/x',
    'http://127.0.0.1:3000/i/../verify',
  ])
    await assert.rejects(load(url), /no public document/)
  await assert.rejects(load('http://127.0.0.1:3001/status/abc'), /does not lead to a public host/)
  await assert.rejects(load('http://127.0.0.1:3000@evil.example/status/abc'), /public host/)
  assert.deepEqual(asked, [
    'own /status/abc',
    'public http://127.0.0.1:3001/status/abc',
    'public http://127.0.0.1:3000@evil.example/status/abc',
  ])
})
