import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEarner } from '../../../test/fixtures/earner.ts'
import { startLapel } from '../../../test/lapel.ts'
import { createApp } from '../../app.ts'
import { HttpError } from '../errors.ts'

test('a name and password in the header do not stand in for the token of a form', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  for (const authorization of [`Basic ${btoa('a:b')}`, 'Bearer nothing']) {
    const answer = await maya.request('/settings/profile/name', {
      method: 'POST',
      body: new URLSearchParams({ givenName: 'Eve' }),
      headers: { origin: lapel.url, authorization },
    })
    assert.equal(answer.status, 403, authorization)
    assert.match(answer.words, /This form no longer works/)
    assert.doesNotMatch(answer.text, /href="\/sign-in"/)
  }
  const { givenName } = await lapel.db
    .selectFrom('accounts')
    .select('givenName')
    .where('id', '=', maya.accountId)
    .executeTakeFirstOrThrow()
  assert.notEqual(givenName, 'Eve')
  // Signed out in another tab: nothing happened, and the way back in is on the page.
  const out = await lapel.visitor().request('/settings/profile/name', {
    method: 'POST',
    body: new URLSearchParams({ givenName: 'Eve' }),
    headers: { origin: lapel.url, 'accept-language': 'fr' },
  })
  assert.equal(out.status, 403)
  assert.match(out.words, /Rien n’a été modifié/)
  assert.match(out.text, /class="button button-primary"[^>]*href="\/sign-in"/)
})

test('what is away or too much says so with the time, and the service in every language', async (t) => {
  const lapel = await startLapel(t)
  const app = createApp(lapel.deps)
  app.get('/test/away', () => {
    throw Object.assign(new Error('no database'), { code: 'ECONNREFUSED' })
  })
  app.get('/test/wait', () => {
    throw new HttpError(429, 'Too many', { retryAfterS: 5 * 3600 })
  })
  const ask = async (path: string) => {
    const answer = await app.request(new URL(path, lapel.url), { headers: { host: new URL(lapel.url).host } })
    return { status: answer.status, text: await answer.text() }
  }
  const away = await ask('/test/away?q=1')
  assert.equal(away.status, 503)
  for (const words of [/Nothing is lost/, /lang="fr-CA">[^<]*Rien n’est perdu/, /href="\/test\/away\?q=1"/])
    assert.match(away.text, words)
  const wait = await ask('/test/wait')
  assert.equal(wait.status, 429)
  assert.match(wait.text, /Try again in 5 hours/)
})

// SECURITY S46: whatever stands in an address, the answer is never a fault of ours.
test('no address makes the server fail: NUL and huge numbers', async (t) => {
  const lapel = await startLapel(t)
  const { earner, issuer, publicId } = await anEarner(lapel)
  const hostile = ['%00', '9'.repeat(30)]
  const words = ['q', 'page', 'show', 'size', 'v', 'b', 'return', 'limit', 'offset', 'from', 'batch', 'badge', 'url']
  const failed = new Set<string>()
  const ask = async (person: typeof earner, path: string) => {
    const { status } = await person.request(path)
    if (status >= 500 && status !== 503) failed.add(`${status} ${path.slice(0, 120)}`)
  }
  for (const { method, path } of createApp(lapel.deps).routes) {
    if (method !== 'GET' || path.endsWith('*')) continue
    const person = path.startsWith('/console') ? issuer.owner : earner
    const filled = (value: string) =>
      path.replace(':org', issuer.organization.slug).replace(/:[a-z]+(\{[^}]*\})?/gi, value)
    for (const value of path.replace(':org', '').includes(':') ? hostile : []) await ask(person, filled(value))
    for (const value of ['%00', '9'.repeat(30)])
      await ask(person, `${filled(publicId)}?${words.map((word) => `${word}=${value}`).join('&')}`)
  }
  assert.deepEqual([...failed], [])
})
