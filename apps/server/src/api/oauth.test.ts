import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'openid-client'
import {
  allow,
  anApp,
  api,
  ask,
  asking,
  askServer,
  connected,
  everyScope,
  forCode,
  metadata,
  register,
  scopes,
  type Tokens,
} from '../../test/fixtures/apps.ts'
import { goodPassword, signUp } from '../../test/fixtures/accounts.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { startLapel } from '../../test/lapel.ts'
import { formsOf } from '../../test/visitor.ts'

const settings = '/settings/applications'

test('a client library registers, is let in, reads, refreshes and is gone', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { to: 'maya@home.example' })
  const insecure = { algorithm: 'oauth2' as const, execute: [oauth.allowInsecureRequests] }
  const registered = await oauth.dynamicClientRegistration(
    new URL(lapel.url),
    metadata() as unknown as oauth.ClientMetadata,
    undefined,
    insecure,
  )
  const client = registered.clientMetadata()
  assert.equal(client['client_secret_expires_at'], 0)
  assert.equal(client['software_id'], 'badge-wallet')
  const config = new oauth.Configuration(
    registered.serverMetadata(),
    client.client_id,
    undefined,
    oauth.ClientSecretBasic(String(client['client_secret'])),
  )
  oauth.allowInsecureRequests(config)
  assert.equal(registered.serverMetadata().supportsPKCE(), true)

  const verifier = oauth.randomPKCECodeVerifier()
  const state = oauth.randomState()
  const start = oauth.buildAuthorizationUrl(config, {
    redirect_uri: 'http://127.0.0.1:9/callback',
    scope: `${scopes.read} ${scopes.stay}`,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  })
  const shown = await earner.get(`${start.pathname}${start.search}`)
  assert.match(shown.words, /Badge Wallet asks for access to your account/)
  assert.match(shown.words, /at 127\.0\.0\.1 .*Maya .*maya@home\.example .*See all badges .*Stay connected/)
  assert.doesNotMatch(shown.words, /Add badges to your backpack|Change your name/)
  const back = new URL((await earner.post('/authorize/allow')).location ?? '')
  assert.equal(back.searchParams.get('scope'), `${scopes.read} ${scopes.stay}`)

  const tokens = await oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state })
  const read = (token: string) =>
    oauth.fetchProtectedResource(config, token, new URL(`${lapel.url}${api}/credentials`), 'GET')
  assert.equal((await read(tokens.access_token)).status, 200)
  assert.match((await earner.get(settings)).words, /Badge Wallet 127\.0\.0\.1 See all badges .* Disconnect/)
  const [mail] = await lapel.mailTo(earner.email)
  assert.match(mail?.text ?? '', /The app “Badge Wallet” at 127\.0\.0\.1 was connected to your account/)
  assert.ok(mail?.links.includes(`${lapel.url}${settings}`))

  lapel.passMinutes(61)
  await assert.rejects(read(tokens.access_token), /WWW-Authenticate/i)
  const again = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')
  assert.equal((await read(again.access_token)).status, 200)
  await oauth.tokenRevocation(config, again.refresh_token ?? '')
  await assert.rejects(read(again.access_token), /WWW-Authenticate/i)
  assert.match((await earner.get(settings)).words, /No app has access/)

  // Neither secret, code nor token stands in the database.
  const stored = JSON.stringify([
    await lapel.db.selectFrom('oauthClients').selectAll().execute(),
    await lapel.db.selectFrom('oauthGrants').selectAll().execute(),
    await lapel.db.selectFrom('oauthTokens').selectAll().execute(),
    await lapel.db.selectFrom('idempotencyKeys').selectAll().execute(),
  ])
  for (const secret of [client['client_secret'], back.searchParams.get('code'), again.access_token.slice(9)])
    assert.ok(!stored.includes(String(secret)))
})

test('a registration says what is wrong with it, and nothing of it is fetched', async (t) => {
  const lapel = await startLapel(t)
  const site = 'http://127.0.0.1:9'
  const wrong: [over: Record<string, unknown>, error: string][] = [
    ...Object.keys(metadata()).map((name): [Record<string, unknown>, string] => [
      { [name]: undefined },
      name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    ]),
    [{ redirect_uris: [] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['http://wallet.example/cb'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: [`${site}/cb#part`] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['https://a:b@wallet.example/cb'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: [`${site}/cb\r\nx: y`] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['https://wallet.example\\@evil.example/'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: [`${site}/cb`, 'https://evil.example/cb'] }, 'invalid_client_metadata'],
    [{ redirect_uris: [`${site}/cb`, `${site}/cb`] }, 'invalid_redirect_uri'],
    [{ redirect_uris: Array.from({ length: 11 }, (_, at) => `${site}/${at}`) }, 'invalid_redirect_uri'],
    [{ policy_uri: 'https://evil.example/' }, 'invalid_client_metadata'],
    [{ tos_uri: 'javascript:alert(1)//127.0.0.1' }, 'invalid_client_metadata'],
    [{ logo_uri: 'data:image/svg+xml,<svg onload="alert(1)"/>' }, 'invalid_client_metadata'],
    [{ client_name: 'a'.repeat(81) }, 'invalid_client_metadata'],
    [{ client_name: '\u202elapeL' }, 'invalid_client_metadata'],
    [{ client_name: 'two\nlines' }, 'invalid_client_metadata'],
    [{ client_name: 'Ｌａｐｅｌ' }, 'invalid_client_metadata'],
    [{ scope: 'openid email' }, 'invalid_client_metadata'],
    [{ token_endpoint_auth_method: 'none' }, 'invalid_client_metadata'],
    [{ grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    [{ response_types: ['token'] }, 'invalid_client_metadata'],
  ]
  for (const [over, error] of wrong) {
    await lapel.db.deleteFrom('rateLimits').execute()
    const answer = await register(lapel, metadata(over))
    assert.equal(answer.status, 400, JSON.stringify(over).slice(0, 100))
    assert.equal(((await answer.json()) as { error: string }).error, error, JSON.stringify(over).slice(0, 100))
  }
  for (const init of [{ body: '[]' }, { body: '{' }, { headers: { 'content-type': 'text/plain' } }])
    assert.equal((await register(lapel, metadata(), init)).status, 400)
  assert.deepEqual(await lapel.db.selectFrom('oauthClients').select('id').execute(), [])

  await lapel.db.deleteFrom('rateLimits').execute()
  for (let at = 0; at < 20; at++) assert.equal((await register(lapel, metadata())).status, 201)
  assert.equal((await register(lapel, metadata())).status, 429)
  // An app that nobody let in is forgotten after a while.
  const { registerApiJobs } = await import('./jobs.ts')
  lapel.passDays(91)
  const jobs: (() => Promise<void>)[] = []
  registerApiJobs({
    ...lapel.deps,
    jobs: { ...lapel.deps.jobs, handle: (_job, work) => void jobs.push(work as never) },
  })
  for (const job of jobs) await job()
  assert.deepEqual(await lapel.db.selectFrom('oauthClients').select('id').execute(), [])
})

test('on a real site addresses are https, on one host that is not ours', async (t) => {
  const lapel = await startLapel(t, {
    PUBLIC_URL: 'https://badges.example.org',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'badges@example.org',
  })
  const all = (site: string) =>
    metadata({
      ...Object.fromEntries(['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'].map((name) => [name, `${site}/x`])),
      redirect_uris: [`${site}/cb`],
    })
  for (const site of ['http://127.0.0.1:9', 'http://localhost', 'https://badges.example.org', 'http://wallet.example'])
    assert.equal((await register(lapel, all(site))).status, 400, site)
  assert.equal((await register(lapel, all('https://wallet.example'))).status, 201)
})

test('wrong values of /authorize: an unknown app or address leads nowhere, all else back with its error', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const [app, narrow] = [await anApp(lapel), await anApp(lapel, { scope: scopes.read })]
  const nowhere: [Record<string, string | undefined>, RegExp][] = [
    [{ client_id: undefined }, /an app that we do not know/],
    [{ client_id: 'x' }, /an app that we do not know/],
    [{ client_id: 'A'.repeat(22) }, /an app that we do not know/],
    [{ redirect_uri: undefined }, /an address that the app has not told us/],
    [{ redirect_uri: 'https://evil.example/callback' }, /an address that the app has not told us/],
    [{ redirect_uri: `${app.redirectUri}/` }, /an address that the app has not told us/],
    [{ redirect_uri: app.redirectUri.toUpperCase() }, /an address that the app has not told us/],
    [{ redirect_uri: `${app.redirectUri}?kept=no` }, /an address that the app has not told us/],
    [{ state: 'x'.repeat(2000) }, /longer than we can read/],
  ]
  for (const visitor of [maya, lapel.visitor()])
    for (const [over, words] of nowhere) {
      const answer = await visitor.request(`/authorize?${asking(app, over)}`)
      assert.equal(answer.status, 400, JSON.stringify(over))
      assert.match(answer.words, words)
      assert.equal(answer.location, undefined)
    }
  const back: [Record<string, string | undefined>, string][] = [
    [{ response_type: undefined }, 'unsupported_response_type'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ state: undefined }, 'invalid_request'],
    [{ state: '' }, 'invalid_request'],
    [{ state: 'x'.repeat(501) }, 'invalid_request'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: undefined }, 'invalid_scope'],
    [{ scope: 'openid' }, 'invalid_scope'],
    [{ scope: `${scopes.read} openid` }, 'invalid_scope'],
    [{ scope: scopes.stay }, 'invalid_scope'],
    [{ request: 'x.y.z' }, 'request_not_supported'],
    [{ request_uri: 'https://evil.example/' }, 'request_uri_not_supported'],
  ]
  for (const [over, error] of back) {
    const { location = '' } = await maya.request(`/authorize?${asking(app, over)}`)
    assert.ok(location.startsWith(`${app.redirectUri}?`), location)
    assert.equal(new URL(location).searchParams.get('error'), error, JSON.stringify(over))
    assert.equal(new URL(location).searchParams.get('iss'), lapel.url)
  }
  const twice = await maya.request(`/authorize?${asking(app)}&scope=x`)
  assert.equal(new URL(twice.location ?? '').searchParams.get('error'), 'invalid_request')
  const unregistered = await maya.request(`/authorize?${asking(narrow, { scope: scopes.add })}`)
  assert.equal(new URL(unregistered.location ?? '').searchParams.get('error'), 'invalid_scope')
  // Nobody is sent to an address of a stranger's choice before it is known who they are.
  const anonymous = await lapel.visitor().request(`/authorize?${asking(app, { scope: 'openid' })}`)
  assert.match(anonymous.location ?? '', /^\/sign-in\?/)
  assert.deepEqual(await lapel.db.selectFrom('oauthGrants').select('id').execute(), [])
})

test('signing in, proving again and changing the account lead back to what the app asked for', async (t) => {
  const lapel = await startLapel(t)
  const app = await anApp(lapel)
  const maya = await lapel.person('maya@home.example')
  const browser = lapel.visitor()
  const away = await browser.request(`/authorize?${asking(app)}`)
  assert.equal(away.location, '/sign-in?return=%2Fauthorize%2Fcontinue')
  await signUp(lapel, 'vera@home.example')
  await browser.get(away.location ?? '')
  const signedIn = await browser.submit('/sign-in', { email: 'vera@home.example', password: goodPassword })
  assert.match(signedIn.words, /Badge Wallet asks for access .*vera@home\.example/)
  browser.cookies.delete('lapel-session')
  const another = await browser.get(`/authorize?${asking(app)}`)
  assert.match(
    another.text,
    /href="\/register\?return=%2Fauthorize%2Fcontinue"/,
    'whoever has no account comes back too',
  )
  browser.cookies.set('lapel-session', maya.cookies.get('lapel-session') ?? '')
  assert.match((await browser.get('/authorize/continue')).words, /Badge Wallet asks for access/)
  // What waited is used up, and too old after an hour.
  assert.match((await browser.get('/authorize/continue')).words, /no longer here/)

  lapel.passMinutes(6)
  const old = await browser.request(`/authorize?${asking(app)}`)
  assert.equal(old.location, '/sign-in/again?return=%2Fauthorize%2Fcontinue')
  lapel.passMinutes(61)
  assert.match((await browser.get('/authorize/continue')).words, /no longer here/)

  const noah = await lapel.person('noah@home.example')
  await noah.get(`/authorize?${asking(app)}`)
  const switched = await noah.post('/authorize/switch-account')
  assert.equal(switched.location, '/sign-in?return=%2Fauthorize%2Fcontinue')
  assert.match((await noah.get('/settings/account')).words, /Sign in/)
  noah.cookies.set('lapel-session', (await lapel.person('maya@home.example')).cookies.get('lapel-session') ?? '')
  assert.match((await noah.get('/authorize/continue')).words, /maya@home\.example/)
})

test('refused, forged, framed or pressed by somebody else, nothing is given', async (t) => {
  const lapel = await startLapel(t)
  const app = await anApp(lapel)
  const [maya, mallory] = [await lapel.person('maya@home.example'), await lapel.person('mallory@home.example')]
  const shown = await maya.get(`/authorize?${asking(app)}`)
  assert.match(shown.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  assert.match(shown.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/127\.0\.0\.1:9;/)
  const { location = '' } = await maya.post('/authorize/refuse')
  const back = new URL(location)
  assert.deepEqual(
    [back.searchParams.get('error'), back.searchParams.get('state'), back.searchParams.get('code')],
    ['access_denied', 'state-of-this-one', null],
  )

  const request = hiddenIn(shown.text, '/authorize/allow', 'request')
  const csrf = hiddenIn(shown.text, '/authorize/allow', 'csrf')
  for (const wrong of ['', 'x'.repeat(43)])
    assert.equal((await maya.send('/authorize/allow', { request, csrf: wrong })).status, 403)
  for (const forged of ['', 'x', `${request.slice(0, -4)}AAAA`])
    assert.equal((await maya.send('/authorize/allow', { csrf, request: forged })).status, 400)
  await mallory.get(`/authorize?${asking(app)}`)
  const own = hiddenIn(mallory.page?.text ?? '', '/authorize/allow', 'csrf')
  assert.equal((await mallory.send('/authorize/allow', { csrf: own, request })).status, 409)
  const foreign = await maya.request('/authorize/allow', {
    method: 'POST',
    body: new URLSearchParams({ csrf, request }),
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(foreign.status, 403)
  // The page stood open for too long.
  lapel.passMinutes(6)
  assert.match((await maya.send('/authorize/allow', { csrf, request })).location ?? '', /^\/sign-in\/again\?/)
  assert.deepEqual(await lapel.db.selectFrom('oauthGrants').select('id').execute(), [])
})

test('ten presses of Allow give one code, and the code gives tokens once', async (t) => {
  const lapel = await startLapel(t)
  const app = await anApp(lapel)
  const maya = await lapel.person('maya@home.example')
  await maya.get(`/authorize?${asking(app)}`)
  const pressed = await Promise.all(Array.from({ length: 10 }, () => maya.post('/authorize/allow')))
  assert.equal(new Set(pressed.map(({ location }) => location)).size, 1)
  assert.equal((await lapel.db.selectFrom('oauthGrants').select('id').execute()).length, 1)
  const code = new URL(pressed[0]?.location ?? '').searchParams.get('code') ?? ''

  const answers = await Promise.all(Array.from({ length: 10 }, () => askServer(lapel, app, forCode(app, code))))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  // Whoever sends a code twice has copied it, so what the first one got has ended.
  const tokens = (await answers.find(({ status }) => status === 200)?.json()) as Tokens
  assert.equal((await ask(lapel, '/profile', tokens.access_token)).status, 401)
  assert.match((await maya.get(settings)).words, /No app has access/)
})

test('a code is refused with the wrong verifier, address, client, scope, secret, and after ten minutes', async (t) => {
  const lapel = await startLapel(t)
  const [app, other] = [await anApp(lapel), await anApp(lapel, { client_name: 'Other' })]
  const maya = await lapel.person('maya@home.example')
  const code = await allow(maya, app, { scope: scopes.read })
  const refused: [typeof app, Record<string, string>, string, number?][] = [
    [app, forCode(app, code, { code_verifier: 'w'.repeat(43) }), 'invalid_grant'],
    [app, forCode(app, code, { code_verifier: 'short' }), 'invalid_grant'],
    [app, forCode(app, code, { redirect_uri: 'http://127.0.0.1:9/callback?kept=yes' }), 'invalid_grant'],
    [app, forCode(app, code, { scope: everyScope.join(' ') }), 'invalid_scope'],
    [app, forCode(app, 'A'.repeat(43)), 'invalid_grant'],
    [app, { ...forCode(app, code), code_verifier: '' }, 'invalid_request'],
    [app, { ...forCode(app, code), grant_type: 'password' }, 'unsupported_grant_type'],
    [app, { grant_type: 'refresh_token', refresh_token: 'lapel_rt_x' }, 'invalid_grant'],
    [app, { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    [app, {}, 'invalid_request'],
    [other, forCode(app, code), 'invalid_grant'],
    [{ ...app, secret: other.secret }, forCode(app, code), 'invalid_client', 401],
    [{ ...app, secret: '' }, forCode(app, code), 'invalid_client', 401],
    [{ ...app, id: 'A'.repeat(22) }, forCode(app, code), 'invalid_client', 401],
  ]
  for (const [client, fields, error, status = 400] of refused) {
    const answer = await askServer(lapel, client, fields)
    assert.equal(answer.status, status, JSON.stringify(fields))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(((await answer.json()) as { error: string }).error, error, JSON.stringify(fields))
    if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic/)
  }
  const posted = await fetch(`${lapel.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...forCode(app, code), client_id: app.id, client_secret: app.secret }),
  })
  assert.equal(posted.status, 401, 'the secret goes into the header')
  // None of that spent the code. What an address had in its query stays there.
  assert.match(
    (await maya.request(`/authorize?${asking({ ...app, redirectUri: `${app.redirectUri}?kept=yes` }, { scope: 'x' })}`))
      .location ?? '',
    /\?kept=yes&error=invalid_scope&/,
  )
  const good = await askServer(lapel, app, forCode(app, code, { scope: scopes.read }))
  assert.equal(good.status, 200)
  const tokens = (await good.json()) as Tokens
  assert.equal(tokens.refresh_token, undefined, 'only offline_access gives one')
  assert.equal(tokens.expires_in, 3600)

  const late = await allow(maya, app)
  lapel.passMinutes(11)
  assert.equal((await askServer(lapel, app, forCode(app, late))).status, 400)
  assert.match((await maya.get(settings)).words, /Badge Wallet/)
  lapel.passMinutes(60)
  assert.match((await maya.get(settings)).words, /No app has access/, 'without offline_access it is over by itself')
})

test('a refresh token changes each time; one that comes twice ends the connection', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const { app, tokens } = await connected(lapel, maya)
  const other = await anApp(lapel, { client_name: 'Other' })
  const refresh = (client: typeof app, token: string, over: Record<string, string> = {}) =>
    askServer(lapel, client, { grant_type: 'refresh_token', refresh_token: token, ...over })

  assert.equal((await refresh(other, tokens.refresh_token)).status, 400)
  assert.equal((await refresh(app, tokens.access_token)).status, 400, 'an access token is none')
  const narrowed = await refresh(app, tokens.refresh_token, { scope: scopes.profile })
  const second = (await narrowed.json()) as Tokens
  assert.equal(second.scope, scopes.profile)
  assert.equal((await ask(lapel, '/profile', second.access_token)).status, 200)
  assert.equal((await ask(lapel, '/credentials', second.access_token)).status, 403)
  lapel.passDays(80)
  const third = (await (await refresh(app, second.refresh_token)).json()) as Tokens
  assert.deepEqual(third.scope.split(' ').sort(), [...everyScope].sort())
  lapel.passDays(80)
  const fourth = (await (await refresh(app, third.refresh_token)).json()) as Tokens
  assert.equal((await ask(lapel, '/profile', fourth.access_token)).status, 200)

  assert.equal((await refresh(app, third.refresh_token)).status, 400)
  assert.equal((await ask(lapel, '/profile', fourth.access_token)).status, 401)
  assert.equal((await refresh(app, fourth.refresh_token)).status, 400)

  const late = await connected(lapel, await lapel.person('maya@home.example'), { app })
  lapel.passDays(91)
  assert.equal((await refresh(app, late.tokens.refresh_token)).status, 400)
})

test('an app ends its own tokens only, and whatever else it names is ignored', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const { app, tokens } = await connected(lapel, maya)
  const other = await anApp(lapel, { client_name: 'Other' })
  assert.equal((await askServer(lapel, other, { token: tokens.refresh_token }, 'revoke')).status, 200)
  assert.equal((await askServer(lapel, app, { token: 'unknown' }, 'revoke')).status, 200)
  assert.equal((await askServer(lapel, app, {}, 'revoke')).status, 400)
  assert.equal((await askServer(lapel, { ...app, secret: 'x' }, { token: 'x' }, 'revoke')).status, 401)
  assert.equal((await ask(lapel, '/profile', tokens.access_token)).status, 200)
  assert.equal((await askServer(lapel, app, { token: tokens.access_token }, 'revoke')).status, 200)
  assert.equal((await ask(lapel, '/profile', tokens.access_token)).status, 401)
  const more = await askServer(lapel, app, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  assert.equal(more.status, 200, 'the connection stays when only an access token was ended')
})

test('Disconnect ends everything of one app at once, is in the log, and is nobody else’s to press', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const first = await connected(lapel, maya, { scopes: [scopes.profile, scopes.stay] })
  const again = await connected(lapel, maya, { app: first.app, scopes: [scopes.read] })
  const pending = await allow(maya, first.app)
  const other = await connected(lapel, maya, { app: await anApp(lapel, { client_name: 'Other App' }) })
  const listed = await maya.get(settings)
  assert.equal(listed.words.match(/Badge Wallet/g)?.length, 1, 'one row for each app')
  const id = (
    await lapel.db.selectFrom('oauthClients').select('id').where('name', '=', 'Badge Wallet').executeTakeFirstOrThrow()
  ).id

  const mallory = await lapel.person('mallory@home.example')
  await mallory.get(settings)
  const csrf = hiddenIn((await mallory.get(settings)).text, `${settings}/tokens`, 'csrf')
  await mallory.send(`${settings}/disconnect`, { csrf, app: id })
  assert.equal((await ask(lapel, '/profile', first.tokens.access_token)).status, 200)

  const own = hiddenIn((await maya.get(settings)).text, `${settings}/disconnect`, 'csrf')
  const done = await maya.send(`${settings}/disconnect`, { csrf: own, app: id })
  assert.match((await maya.get(done.location ?? '')).words, /Badge Wallet has no access to your account any more/)
  for (const { access_token } of [first.tokens, again.tokens])
    assert.equal((await ask(lapel, '/profile', access_token)).status, 401)
  const more = { grant_type: 'refresh_token', refresh_token: first.tokens.refresh_token }
  assert.equal((await askServer(lapel, first.app, more)).status, 400)
  assert.equal((await askServer(lapel, first.app, forCode(first.app, pending))).status, 400)
  assert.equal((await ask(lapel, '/profile', other.tokens.access_token)).status, 200)
  const log = await maya.get('/settings/privacy-security')
  assert.match(log.words, /App disconnected Badge Wallet/)
  assert.match(log.words, /App connected Other App/)
  const doors = await maya.get('/settings/privacy-security/doors')
  assert.match(doors.words, /Connected apps.*Other App/)
  const close = formsOf(doors.text).find(({ action }) => action.endsWith('/close'))
  await maya.submit(close?.action ?? '')
  assert.equal((await ask(lapel, '/profile', other.tokens.access_token)).status, 401)
})
