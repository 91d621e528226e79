import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEarner } from '../../test/fixtures/earner.ts'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'

const page = '/settings/applications'

async function makeToken(visitor: Visitor, scopes: string[], days = '30'): Promise<string> {
  await visitor.get(page)
  const made = await visitor.submit(`${page}/tokens`, { name: 'My program', scopes, days })
  const value = /lapel_pat_[\w-]{43}/.exec(made.text)?.[0]
  if (!value) throw new Error(`No token was shown: ${made.status}`)
  return value
}

function ask(lapel: Lapel, path: string, token?: string): Promise<Response> {
  return fetch(
    `${lapel.url}/api/v1/me/${path}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  )
}

test('a token reads what its scopes name, is shown once and stored as a hash', async (t) => {
  const lapel = await startLapel(t)
  const { earner, publicId } = await anEarner(lapel, { to: 'maya@home.example' })
  const badges = await makeToken(earner, ['badges:read'])
  const profile = await makeToken(earner, ['profile:read'])
  assert.doesNotMatch((await earner.get(page)).text, /lapel_pat_/)
  const rows = await lapel.db.selectFrom('personalTokens').selectAll().execute()
  assert.ok(!JSON.stringify(rows).includes(badges.slice(12)))

  const answer = await ask(lapel, 'badges?include=credential', badges)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const { items } = (await answer.json()) as { items: { id: string; credential: { credentialSubject: unknown } }[] }
  assert.deepEqual(
    items.map(({ id }) => id),
    [publicId],
  )
  assert.ok(items[0]?.credential.credentialSubject)
  assert.equal(((await (await ask(lapel, 'profile', profile)).json()) as { givenName: string }).givenName, 'Maya')

  for (const [path, token] of [
    ['badges', profile],
    ['profile', badges],
  ] as const) {
    const refused = await ask(lapel, path, token)
    assert.equal(refused.status, 403)
    assert.equal(refused.headers.get('content-type'), 'application/problem+json')
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope/)
  }
  assert.match((await earner.get(page)).words, /My program/)
})

test('no token, a wrong one, one that ended, and a revoked one are the same 401', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { to: 'maya@home.example' })
  const token = await makeToken(earner, ['badges:read'])
  for (const wrong of [
    undefined,
    'lapel_pat_x',
    `${token}x`,
    token.slice(0, -1),
    token.replace('lapel_pat_', ''),
    `lapel_pat_${'A'.repeat(43)}`,
  ]) {
    const refused = await ask(lapel, 'badges', wrong)
    assert.equal(refused.status, 401, wrong)
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/)
    const problem = (await refused.json()) as { status: number; title: string }
    assert.equal(problem.status, 401)
  }
  assert.equal((await ask(lapel, 'badges', token)).status, 200)
  const id = hiddenIn((await earner.get(page)).text, `${page}/tokens/revoke`, 'token')
  const mallory = await lapel.person('mallory@home.example')
  const csrf = hiddenIn((await mallory.get(page)).text, `${page}/tokens`, 'csrf')
  await mallory.send(`${page}/tokens/revoke`, { csrf, token: id })
  assert.equal((await ask(lapel, 'badges', token)).status, 200)
  await earner.submit(`${page}/tokens/revoke`, { token: id })
  assert.equal((await ask(lapel, 'badges', token)).status, 401)
  const short = await makeToken(earner, ['badges:read'])
  lapel.passDays(31)
  assert.equal((await ask(lapel, 'badges', short)).status, 401)
})

test('a form sent ten times makes one token; wrong fields make none; an old proof is asked for first', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const shown = await maya.get(page)
  const fields = {
    csrf: hiddenIn(shown.text, `${page}/tokens`, 'csrf'),
    idempotency: hiddenIn(shown.text, `${page}/tokens`, 'idempotency'),
    name: 'Ten',
    scopes: ['badges:read'],
    days: '30',
  }
  const answers = await Promise.all(Array.from({ length: 10 }, () => maya.send(`${page}/tokens`, fields)))
  assert.equal(answers.filter(({ text }) => /lapel_pat_/.test(text)).length, 1)
  assert.equal((await lapel.db.selectFrom('personalTokens').selectAll().execute()).length, 1)
  for (const wrong of [{ name: ' ' }, { name: 'x'.repeat(81) }, { scopes: 'badges:write' }, { days: '9999' }]) {
    const refused = await maya.send(`${page}/tokens`, { ...fields, idempotency: 'x'.repeat(43), ...wrong })
    assert.equal(refused.status, 422, JSON.stringify(wrong))
  }
  lapel.passMinutes(6)
  const old = await maya.send(`${page}/tokens`, { ...fields, idempotency: 'y'.repeat(43) })
  assert.equal(old.location, `/sign-in/again?return=${encodeURIComponent(page)}`)
})

test('more than a thousand requests in an hour wait, and limits outside the range are refused', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { to: 'maya@home.example' })
  const token = await makeToken(earner, ['badges:read'])
  for (const query of ['limit=0', 'limit=101', 'limit=abc', 'offset=-1', 'limit=1e2'])
    assert.equal((await ask(lapel, `badges?${query}`, token)).status, 400, query)
  await lapel.db.updateTable('rateLimits').set({ used: 1000 }).where('bucket', 'like', 'personal-api:%').execute()
  const refused = await ask(lapel, 'badges', token)
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
})
