import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLapel } from './lapel.ts'

test('a whole Lapel answers, in the language that the browser asks for', async (t) => {
  const lapel = await startLapel(t)
  const visitor = lapel.visitor()

  const home = await visitor.get('/')
  assert.equal(home.status, 200)
  assert.match(home.words, /Badges that stay yours/)
  assert.match(home.headers.get('content-security-policy') ?? '', /default-src 'none'/)

  visitor.headers['accept-language'] = 'fr-CA,fr;q=0.9,en;q=0.5'
  assert.match((await visitor.get('/')).text, /<html lang="fr"/)

  const missing = await visitor.get('/nothing-here')
  assert.equal(missing.status, 404)
  assert.match(missing.text, /<title>Error: |<title>[^<]*Page introuvable/)

  const ready = await visitor.get('/readyz')
  assert.equal(ready.status, 200)
})

test('a form from another site changes nothing', async (t) => {
  const lapel = await startLapel(t)
  const stranger = lapel.visitor()
  const answer = await stranger.request('/theme', {
    method: 'POST',
    body: new URLSearchParams({ theme: 'dark' }),
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  })
  assert.equal(answer.status, 403)
})
