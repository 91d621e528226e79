import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Provider } from 'oidc-provider'
import { codeFor, goodPassword, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { totpCode, totpStep } from './totp.ts'
import { type Answer, formsOf, type Visitor } from '../../test/visitor.ts'

/** A real OpenID Connect provider on this machine. Whoever signs in there is who they type, and it proves no address. */
async function startProvider(t: Pick<TestContext, 'after'>) {
  let handler: ReturnType<Provider['callback']> | undefined
  const server = createServer((request, response) => void handler?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const open = (redirectUri: string) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'lapel', client_secret: 'a secret of the two', redirect_uris: [redirectUri] }],
      pkce: { required: () => true },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      findAccount: (_c, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: 'vera@northfield.example', email_verified: true, name: 'Vera' }),
      }),
    })
    handler = provider.callback()
  }
  const env = JSON.stringify([
    { id: 'college', name: 'Northfield sign-in', issuer, clientId: 'lapel', clientSecret: 'a secret of the two' },
  ])
  return { issuer, open, env }
}

async function withProvider(t: TestContext) {
  const provider = await startProvider(t)
  const lapel = await startLapel(t, { SIGN_IN_PROVIDERS: provider.env })
  provider.open(`${lapel.url}/sign-in/with/college/callback`)
  return lapel
}

/** Goes through the provider's own pages as `login`, up to the address that leads back; does not go there yet. */
async function through(lapel: Lapel, visitor: Visitor, start: string, login: string): Promise<string> {
  let at = new URL(start, lapel.url)
  let answer: Answer = await visitor.request(at.href)
  for (let steps = 0; steps < 20; steps++) {
    if (answer.location !== undefined) {
      if (answer.location.startsWith('/sign-in/with/')) return answer.location
      at = new URL(answer.location, at)
      answer = await visitor.request(at.href)
      continue
    }
    const form = formsOf(answer.text).find(({ action }) => action.includes('/interaction/'))
    assert.ok(form, answer.text.slice(0, 500))
    at = new URL(form.action, at)
    answer = await visitor.send(at.href, {
      ...form.fields,
      ...('login' in form.fields ? { login, password: 'x' } : {}),
    })
  }
  throw new Error('The provider leads nowhere')
}

test('linked in the settings, it opens the account; unlinked, it does not', async (t) => {
  const lapel = await withProvider(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  const back = await through(lapel, maya, '/settings/privacy-security/services/college/link', 'maya-at-college')
  assert.match((await maya.get(back)).words, /You can sign in with Northfield sign-in now/)
  assert.match((await lapel.mailTo('maya@northfield.example'))[0]?.text ?? '', /Northfield sign-in was linked/)

  const visitor = lapel.visitor()
  assert.match((await visitor.get('/sign-in')).words, /Sign in with Northfield sign-in/)
  const home = await through(lapel, visitor, '/sign-in/with/college?return=/settings/account', 'maya-at-college')
  assert.equal((await visitor.request(home)).location, '/settings/account')
  assert.equal(await signedInAs(visitor), 'maya@northfield.example')

  // The answer counts once, and in this browser only.
  assert.match((await lapel.visitor().get(home)).words, /did not confirm who you are/)
  const other = lapel.visitor()
  const stolen = await through(lapel, other, '/sign-in/with/college', 'maya-at-college')
  const thief = lapel.visitor()
  assert.match((await thief.get(stolen)).words, /did not confirm who you are/)
  assert.equal(await signedInAs(thief), undefined)

  await maya.get('/settings/privacy-security')
  const unlink =
    /action="(\/settings\/privacy-security\/doors\/services\/[^"]+\/close)"/.exec(maya.page?.text ?? '')?.[1] ?? ''
  await maya.submit(unlink)
  const after = lapel.visitor()
  assert.match(
    (await after.get(await through(lapel, after, '/sign-in/with/college', 'maya-at-college'))).words,
    /Not linked yet/,
  )
})

test('non-verifying provider: an address that it claims opens nothing', async (t) => {
  const lapel = await withProvider(t)
  await signUp(lapel, 'vera@northfield.example')
  const mallory = lapel.visitor()
  const back = await through(lapel, mallory, '/sign-in/with/college', 'mallory')
  assert.match((await mallory.get(back)).words, /No account here is linked/)
  assert.equal(await signedInAs(mallory), undefined)
})

test('who registers on the way from the service is asked to link it, and is then in by it', async (t) => {
  const lapel = await withProvider(t)
  const maya = lapel.visitor()
  await maya.get(await through(lapel, maya, '/sign-in/with/college?return=/settings/account', 'maya-at-college'))
  assert.match(maya.page?.words ?? '', /Not linked yet/)
  const register = /href="(\/register\?return=[^"]+)"/.exec(maya.page?.text ?? '')?.[1] ?? ''
  // What the service says is filled in, and has to be proved like anything that is typed.
  assert.match((await maya.get(register)).text, /value="vera@northfield\.example"/)
  lapel.passMinutes(1)
  const fields = { givenName: 'Maya', email: 'maya@home.example', password: goodPassword, robot: 'yes', terms: 'yes' }
  await maya.submit('/register', fields)
  await maya.submit('/register/verify', { code: await codeFor(lapel, fields.email) })
  const asked = await maya.submit('/sign-in', { email: fields.email, password: goodPassword })
  assert.match(asked.words, /will open the account of maya@home\.example from now on/)
  assert.equal((await lapel.db.selectFrom('linkedSignIns').selectAll().execute()).length, 0)
  // Ten clicks at once: one link, one message.
  const path = '/sign-in/with/college/finish'
  const answers = await Promise.all(Array.from({ length: 10 }, () => maya.post(path)))
  assert.ok(answers.every(({ status }) => status === 303))
  assert.equal((await lapel.db.selectFrom('linkedSignIns').selectAll().execute()).length, 1)
  const told = (await lapel.mailTo(fields.email)).filter(({ text }) => /Northfield sign-in was linked/.test(text))
  assert.equal(told.length, 1)
  const other = lapel.visitor()
  await other.get(await through(lapel, other, '/sign-in/with/college', 'maya-at-college'))
  assert.equal(await signedInAs(other), fields.email)
})

test('a known address: its owner signs in first, and nobody else gets near it', async (t) => {
  const lapel = await withProvider(t)
  await signUp(lapel, 'vera@northfield.example')
  const mallory = lapel.visitor()
  await mallory.get(await through(lapel, mallory, '/sign-in/with/college', 'mallory'))
  const finish = '/sign-in/with/college/finish'
  assert.match((await mallory.request(finish)).location ?? '', /^\/sign-in\?return=/)
  await mallory.get(`/register?return=${encodeURIComponent(finish)}`)
  lapel.passMinutes(1)
  const fields = { givenName: 'Vera', email: 'vera@northfield.example', password: 'the attackers own phrase' }
  await mallory.submit('/register', { ...fields, robot: 'yes', terms: 'yes' })
  assert.match((await lapel.mailTo(fields.email))[0]?.text ?? '', /has a Lapel account already/)
  await signIn(lapel, fields.email, fields.password, mallory)
  assert.equal(await signedInAs(mallory), undefined)

  const vera = lapel.visitor()
  await vera.get(await through(lapel, vera, '/sign-in/with/college', 'vera-at-college'))
  // What was kept for her browser is worth nothing in another one.
  const thief = await signUp(lapel, 'thief@evil.example')
  thief.cookies.set('lapel-service', vera.cookies.get('lapel-service') ?? '')
  assert.equal((await thief.request(finish)).location, '/dashboard')
  await vera.get(`/sign-in?return=${encodeURIComponent(finish)}`)
  await vera.submit('/sign-in', { email: fields.email, password: goodPassword })
  assert.match((await vera.submit(finish)).words, /You can sign in with Northfield sign-in now/)
  const rows = await lapel.db.selectFrom('linkedSignIns').select('subject').execute()
  assert.deepEqual(rows, [{ subject: 'vera-at-college' }])
})

test('nobody can be made to link a stranger’s account, and one account there opens one here', async (t) => {
  const lapel = await withProvider(t)
  const mallory = await signUp(lapel, 'mallory@evil.example')
  const vera = await signUp(lapel, 'vera@northfield.example')
  const lure = await through(lapel, mallory, '/settings/privacy-security/services/college/link', 'mallory')
  assert.match((await vera.get(lure)).words, /did not confirm who you are/)
  await mallory.get(await through(lapel, mallory, '/settings/privacy-security/services/college/link', 'mallory'))
  const taken = await through(lapel, vera, '/settings/privacy-security/services/college/link', 'mallory')
  assert.match((await vera.get(taken)).words, /opens another Lapel account already/)
  assert.equal((await lapel.db.selectFrom('linkedSignIns').selectAll().execute()).length, 1)
})

test('an answer that was altered, comes late or says no is refused', async (t) => {
  const lapel = await withProvider(t)
  const visitor = lapel.visitor()
  const back = await through(lapel, visitor, '/sign-in/with/college', 'maya')
  const state = new URL(back, lapel.url).searchParams.get('state') ?? ''
  for (const trick of [
    '/sign-in/with/college/callback',
    '/sign-in/with/college/callback?code=x&state=y',
    `/sign-in/with/college/callback?error=access_denied&state=${state}`,
    back.replace(/state=([^&]{20})/, 'state=$1A'),
    back.replace(/code=[^&]+/, 'code=forged'),
  ])
    assert.match((await visitor.get(trick)).words, /did not confirm who you are/, trick.slice(0, 60))
  const late = await through(lapel, visitor, '/sign-in/with/college', 'maya')
  lapel.passMinutes(11)
  assert.match((await visitor.get(late)).words, /did not confirm who you are/)
  assert.equal((await visitor.request('/sign-in/with/nobody')).status, 404)
})

test('a second step is asked for after it as well', async (t) => {
  const lapel = await withProvider(t)
  const maya = await signUp(lapel, 'maya@northfield.example')
  await maya.get(await through(lapel, maya, '/settings/privacy-security/services/college/link', 'maya'))
  const shown = await maya.get('/settings/privacy-security/two-step')
  const key = /value="([A-Z2-7 ]{30,})"/.exec(shown.text)?.[1]?.replaceAll(' ', '') ?? ''
  const code = totpCode(fromBase32(key), totpStep(lapel.now()))
  assert.match((await maya.submit('/settings/privacy-security/two-step', { code })).words, /Recovery codes/)
  const visitor = lapel.visitor()
  const answer = await visitor.request(await through(lapel, visitor, '/sign-in/with/college', 'maya'))
  assert.equal(answer.location, '/sign-in/second-step')
  assert.match((await signIn(lapel, 'maya@northfield.example', goodPassword)).words, /authenticator app/)
})

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (sign) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'),
  ).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
