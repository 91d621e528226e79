import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEarner } from '../../../test/fixtures/earner.ts'
import { startLapel } from '../../../test/lapel.ts'
import { createApp } from '../../app.ts'

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
  }
  const { givenName } = await lapel.db
    .selectFrom('accounts')
    .select('givenName')
    .where('id', '=', maya.accountId)
    .executeTakeFirstOrThrow()
  assert.notEqual(givenName, 'Eve')
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
