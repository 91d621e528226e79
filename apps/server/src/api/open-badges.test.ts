import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  achievementCredential,
  didKey,
  generateEd25519KeyPair,
  hashIdentity,
  type JsonObject,
  signCredential,
  signJwt,
} from '@lapel/openbadges'
import { anApp, api, ask, connected, scopes } from '../../test/fixtures/apps.ts'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'

interface Page {
  credential: { id: string; name?: string; credentialSubject: { achievement: { name: string } } }[]
  compactJwsString: string[]
}
const pageOf = async (answer: Response) => (await answer.json()) as Page

/** An issuer elsewhere, known only by its key. */
async function elsewhere() {
  const { publicKey, signer } = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(publicKey)
  const unsigned = (to: string, o: { id?: string; name?: string; validFrom?: string } = {}) =>
    achievementCredential({
      id: `https://elsewhere.example/badges/${o.id ?? 'one'}`,
      issuer: { id: did, name: 'Elsewhere Guild' },
      recipient: { identifier: [hashIdentity(to, { salt: 'salt-of-this-one' })] },
      achievement: {
        id: 'https://elsewhere.example/achievements/1',
        name: o.name ?? 'First Aid',
        description: 'Helps first.',
        criteria: { narrative: 'Helped.' },
      },
      validFrom: o.validFrom ?? '2026-01-02T00:00:00Z',
    }) as unknown as JsonObject
  return {
    json: (to: string, o: Parameters<typeof unsigned>[1] = {}) =>
      signCredential(unsigned(to, o), { signer, verificationMethod, created: new Date('2026-01-02T00:00:00Z') }),
    jwt: (to: string, o: Parameters<typeof unsigned>[1] = {}) =>
      signJwt(unsigned(to, o), { signer, algorithm: 'EdDSA', kid: verificationMethod }),
  }
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
})

test('the service description is public, names every address, and is not sent twice', async (t) => {
  const lapel = await startLapel(t)
  const answer = await fetch(`${lapel.url}${api}/discovery`)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const described = (await answer.json()) as {
    openapi: string
    info: Record<string, string>
    paths: Record<string, object>
    components: { securitySchemes: { OAuth2ACG: Record<string, unknown> & { flows: object } } }
  }
  assert.match(described.openapi, /^3\.0\./)
  for (const name of ['title', 'version', 'termsOfService', 'x-imssf-privacyPolicyUrl'])
    assert.ok(described.info[name], name)
  const scheme = described.components.securitySchemes.OAuth2ACG
  assert.equal(scheme['type'], 'oauth2')
  assert.equal(scheme['x-imssf-registrationUrl'], `${lapel.url}/oauth/register`)
  const { authorizationCode } = scheme.flows as { authorizationCode: Record<string, unknown> }
  assert.equal(authorizationCode['authorizationUrl'], `${lapel.url}/authorize`)
  assert.equal(authorizationCode['tokenUrl'], `${lapel.url}/oauth/token`)
  assert.equal(authorizationCode['refreshUrl'], `${lapel.url}/oauth/token`)
  assert.ok(scopes.read in (authorizationCode['scopes'] as object))
  const etag = answer.headers.get('etag') ?? ''
  const again = await fetch(`${lapel.url}${api}/discovery`, { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, await again.text()], [304, ''])
  for (const path of Object.keys(described.paths))
    assert.notEqual((await fetch(`${lapel.url}${api}${path}`)).status, 404, path)
})

test('a badge that an app adds comes back letter by letter, and the person sees it', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const { tokens } = await connected(lapel, maya)
  const guild = await elsewhere()
  // Spaces and an order of its own: what was sent is what is kept.
  const text = JSON.stringify(await guild.json(maya.email), null, 3)
  const added = await ask(lapel, '/credentials', tokens.access_token, post(text, 'application/vc+ld+json'))
  assert.equal(added.status, 201)
  assert.equal(added.headers.get('content-type'), 'application/vc+ld+json')
  assert.equal(await added.text(), text)
  const jwt = await guild.jwt(maya.email, { id: 'two', name: 'Second Aid' })
  const token = await ask(lapel, '/credentials', tokens.access_token, post(jwt, 'text/plain'))
  assert.deepEqual([token.status, await token.text()], [201, jwt])

  const list = await ask(lapel, '/credentials', tokens.access_token)
  const raw = await list.text()
  assert.ok(raw.includes(text))
  const page = JSON.parse(raw) as Page
  assert.deepEqual(page.compactJwsString, [jwt])
  assert.equal(list.headers.get('x-total-count'), '2')
  const backpack = (await maya.get('/badges')).words
  assert.match(backpack, /First Aid Elsewhere Guild/)
  assert.match(backpack, /Second Aid Elsewhere Guild/)

  // The same again is a replacement, and so is a newer one with its id.
  const again = await ask(lapel, '/credentials', tokens.access_token, post(`${text}\n`))
  assert.deepEqual([again.status, await again.text()], [200, `${text}\n`])
  const newer = JSON.stringify(await guild.json(maya.email, { name: 'First Aid, renewed' }))
  assert.equal((await ask(lapel, '/credentials', tokens.access_token, post(newer))).status, 200)
  const now = await (await ask(lapel, '/credentials', tokens.access_token)).text()
  assert.ok(now.includes(newer) && !now.includes(text))
  assert.match((await maya.get('/badges')).words, /First Aid, renewed/)

  // Another issuer's badge with the same id takes nobody's place.
  const other = JSON.stringify(await (await elsewhere()).json(maya.email))
  assert.equal((await ask(lapel, '/credentials', tokens.access_token, post(other))).status, 400)
  assert.ok((await (await ask(lapel, '/credentials', tokens.access_token)).text()).includes(newer))
})

test('what does not verify, is for somebody else or is no badge is refused, and nothing is fetched for it', async (t) => {
  const lapel = await startLapel(t)
  const { earner: maya, publicId } = await anEarner(lapel, { to: 'maya@home.example' })
  const { tokens } = await connected(lapel, maya)
  const guild = await elsewhere()
  const good = JSON.stringify(await guild.json(maya.email))
  const own = (await maya.request(`/badges/${publicId}/credential.json`)).text
  const cases: [name: string, init: RequestInit, status: number, words: RegExp][] = [
    ['altered', post(good.replace('First Aid', 'Last Aid')), 400, /does not verify/],
    ['of another person', post(JSON.stringify(await guild.json('zoe@home.example'))), 400, /not made out to/],
    ['not JSON', post('{'), 400, /not a JSON object/],
    ['a list', post(`[${good}]`), 400, /not a JSON object/],
    ['an address', post('https://elsewhere.example/badge', 'text/plain'), 400, /not a compact JWS/],
    ['an address in JSON', post('"https://elsewhere.example/badge"'), 400, /not a JSON object/],
    ['a form', post('a=b', 'application/x-www-form-urlencoded'), 415, /Send application\/json/],
    ['an empty object', post('{}'), 400, /not an Open Badges 3.0/],
    ['too large', post(JSON.stringify({ x: 'x'.repeat(4_100_000) })), 413, /at most/],
    ['deep', post(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`), 400, /./],
    ['of this site, altered', post(own.replace('Data Storytelling', 'Else')), 400, /issued here|does not verify/],
  ]
  for (const [name, init, status, words] of cases) {
    const answer = await ask(lapel, '/credentials', tokens.access_token, init)
    assert.equal(answer.status, status, name)
    const info = (await answer.json()) as Record<string, string>
    assert.deepEqual([info['imsx_codeMajor'], info['imsx_severity']], ['failure', 'error'], name)
    assert.match(info['imsx_description'] ?? '', words, name)
  }
  assert.deepEqual(await lapel.db.selectFrom('importedBadges').select('id').execute(), [])
  assert.equal((await ask(lapel, '/credentials', tokens.access_token, post(own))).status, 200, 'is there already')
})

test('each scope allows one thing, and a token that is none is told nothing', async (t) => {
  const lapel = await startLapel(t)
  const { earner: maya } = await anEarner(lapel, { to: 'maya@home.example' })
  const app = await anApp(lapel)
  const calls: [scope: string, path: string, init?: RequestInit][] = [
    [scopes.read, '/credentials'],
    [scopes.add, '/credentials', post('{}')],
    [scopes.profile, '/profile'],
    [scopes.change, '/profile', { ...post('{}'), method: 'PUT' }],
  ]
  for (const [scope] of calls) {
    const { tokens } = await connected(lapel, maya, { app, scopes: [scope] })
    for (const [needed, path, init] of calls) {
      const answer = await ask(lapel, path, tokens.access_token, init)
      assert.equal(answer.status === 403, needed !== scope, `${scope} at ${path}: ${answer.status}`)
      if (answer.status !== 403) continue
      assert.match(answer.headers.get('www-authenticate') ?? '', /insufficient_scope/)
      assert.match(await answer.text(), /"imsx_codeMinorFieldValue":"forbidden"/)
    }
  }
  for (const wrong of [undefined, 'x', `lapel_at_${'A'.repeat(43)}`, 'lapel_pat_x'])
    for (const [, path, init] of calls) {
      const answer = await ask(lapel, path, wrong, init)
      assert.equal(answer.status, 401)
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
      assert.match(await answer.text(), /"imsx_codeMajor":"failure"/)
    }
  // A session opens no part of it: another site's page cannot use it.
  assert.equal((await maya.request(`${api}/credentials`)).status, 401)
  for (const [path, method] of [
    ['/credentials', 'DELETE'],
    ['/profile', 'POST'],
    ['/discovery', 'PUT'],
  ] as const) {
    const answer = await ask(lapel, path, undefined, { method })
    assert.equal(answer.status, 405)
    assert.ok(answer.headers.get('allow'))
  }
  assert.match(await (await ask(lapel, '/nothing')).text(), /imsx_codeMajor/)
  const huge = await ask(lapel, '/credentials', undefined, post('x'.repeat(13_000_000), 'text/plain'))
  assert.deepEqual([huge.status, huge.headers.get('content-type')], [413, 'application/problem+json'])
})

test('pages, totals and links hold together, and since leaves out what is older', async (t) => {
  const lapel = await startLapel(t)
  const { earner: maya, issuer, credentialId } = await anEarner(lapel, { to: 'maya@home.example' })
  const { tokens } = await connected(lapel, maya)
  const guild = await elsewhere()
  for (const [at, day] of ['05', '04', '03', '02'].entries()) {
    const badge = JSON.stringify(await guild.json(maya.email, { id: `n${at}`, validFrom: `2026-01-${day}T00:00:00Z` }))
    assert.equal((await ask(lapel, '/credentials', tokens.access_token, post(badge))).status, 201)
  }
  const seen: string[] = []
  let next: string | undefined = `${lapel.url}${api}/credentials?limit=2`
  for (let pages = 0; next && pages < 10; pages++) {
    const answer: Response = await fetch(next, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    assert.equal(answer.headers.get('x-total-count'), '5')
    const links = Object.fromEntries(
      [...(answer.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url, rel]) => [rel, url]),
    ) as Record<string, string>
    assert.match(links['first'] ?? '', /offset=0$/)
    assert.match(links['last'] ?? '', /offset=4$/)
    assert.equal('prev' in links, pages > 0)
    seen.push(...(await pageOf(answer)).credential.map(({ id }) => id))
    next = links['next']
  }
  assert.equal(new Set(seen).size, 5)
  assert.match(seen[0] ?? '', /\/b\//, 'the one issued last comes first')
  assert.deepEqual(
    seen.slice(1).map((id) => id.at(-1)),
    ['0', '1', '2', '3'],
  )
  const since = async (text: string) =>
    (await pageOf(await ask(lapel, `/credentials?since=${encodeURIComponent(text)}`, tokens.access_token))).credential
  assert.equal((await since('2026-01-03T00:00:00Z')).length, 3)
  assert.equal((await since('2026-01-03T00:00:00+01:00')).length, 4)
  assert.equal((await since('2126-01-01T00:00:00Z')).length, 0)
  const plus = await ask(lapel, '/credentials?since=2026-01-03T00:00:00+01:00', tokens.access_token)
  assert.equal((await pageOf(plus)).credential.length, 4, 'not encoded')
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'since=yesterday', 'since=2026-01-01'])
    assert.equal((await ask(lapel, `/credentials?${query}`, tokens.access_token)).status, 400, query)
  // A withdrawn badge is still one: whoever verifies it reads that it was withdrawn.
  await withdraw(lapel, issuer, credentialId)
  assert.equal((await pageOf(await ask(lapel, '/credentials', tokens.access_token))).credential.length, 5)
  // An organization with minors that switched sharing off hands its badges to no app.
  const organization = lapel.db.updateTable('organizations').where('id', '=', issuer.organization.id)
  await organization.set({ sharingOffSince: lapel.now() }).execute()
  assert.equal((await pageOf(await ask(lapel, '/credentials', tokens.access_token))).credential.length, 4)
  // Nobody else's badges, and none that waits.
  const zoe = await lapel.person('zoe@home.example')
  const none = await connected(lapel, zoe)
  assert.deepEqual(await pageOf(await ask(lapel, '/credentials', none.tokens.access_token)), {
    credential: [],
    compactJwsString: [],
  })
})

test('the profile says who the person is, and takes over the name and the description alone', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example', { givenName: 'Maya', familyName: 'Roy' })
  const { tokens } = await connected(lapel, maya)
  const read = async () => (await (await ask(lapel, '/profile', tokens.access_token)).json()) as Record<string, unknown>
  const before = await read()
  assert.deepEqual(before['type'], ['Profile'])
  assert.match(String(before['id']), /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8/)
  assert.ok(!JSON.stringify(before).includes(maya.accountId))
  assert.deepEqual([before['name'], before['email'], before['description']], ['Maya Roy', maya.email, undefined])
  const put = (body: unknown, type = 'application/json') =>
    ask(lapel, '/profile', tokens.access_token, { ...post(JSON.stringify(body), type), method: 'PUT' })
  const changed = await put({ ...before, familyName: 'Roy-Diaz', description: 'Reads maps.', email: 'x@evil.example' })
  assert.equal(changed.status, 200)
  const after = await read()
  assert.deepEqual(await changed.json(), after)
  assert.deepEqual([after['name'], after['email'], after['description']], ['Maya Roy-Diaz', maya.email, 'Reads maps.'])
  for (const wrong of [
    [],
    {},
    { type: 'Profile', id: 'urn:uuid:00000000-0000-8000-8000-000000000000' },
    { type: 'Profile', givenName: '' },
    { type: 'Profile', givenName: 'x'.repeat(81) },
    { type: 'Profile', givenName: ['x'] },
    { type: 'Profile', description: 'x'.repeat(2001) },
    { type: 'Profile', description: 'a\u0000b' },
  ])
    assert.equal((await put(wrong)).status, 400, JSON.stringify(wrong).slice(0, 80))
  assert.equal((await put(before, 'text/plain')).status, 415)
  assert.deepEqual(await read(), after)
})

test('an account that was closed or merged, or is to be erased, gives no app anything', async (t) => {
  const lapel = await startLapel(t)
  const zoe = await lapel.person('zoe@home.example')
  const leaving = await connected(lapel, zoe)
  const at = lapel.now()
  await lapel.db
    .insertInto('accountDeletions')
    .values({ accountId: zoe.accountId, requestedAt: at, dueAt: at })
    .execute()
  assert.equal((await ask(lapel, '/profile', leaving.tokens.access_token)).status, 401)
  lapel.passMinutes(1)
  await lapel.person('zoe@home.example')
  assert.equal((await ask(lapel, '/profile', leaving.tokens.access_token)).status, 200, 'signing in keeps the account')
  const [maya, noah] = [await lapel.person('maya@home.example'), await lapel.person('noah@home.example')]
  const { tokens } = await connected(lapel, maya)
  const merged = await connected(lapel, noah)
  await lapel.db.updateTable('accounts').set({ closedAt: lapel.now() }).where('id', '=', maya.accountId).execute()
  await lapel.db.updateTable('accounts').set({ mergedInto: maya.accountId }).where('id', '=', noah.accountId).execute()
  for (const { access_token } of [tokens, merged.tokens])
    assert.equal((await ask(lapel, '/profile', access_token)).status, 401)
})
