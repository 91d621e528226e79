import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { goodPassword, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { formsOf, Visitor } from '../../test/visitor.ts'

/** The demo as browsers can have passkeys for it: by name, not by number. */
const byName = (lapel: Lapel) => lapel.url.replace('127.0.0.1', 'localhost')

async function withAuthenticator(context: BrowserContext, page: Page) {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { session, authenticatorId }
}

async function signInWithPassword(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.locator('[name=email]').fill('maya@northfield.example')
  await page.locator('[name=password]').fill(goodPassword)
  await page.locator('form[action="/sign-in"] button[type=submit]').click()
  await page.waitForURL(`${url}/dashboard`)
}

test('a passkey is added, signs in, proves again who it is, and is removed', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const { visitor } = await openBrowser(t)
  const context = await visitor()
  const page = await context.newPage()
  const url = byName(lapel)
  const { session, authenticatorId } = await withAuthenticator(context, page)
  await signInWithPassword(page, url)

  await page.goto(`${url}/settings/privacy-security/passkeys`)
  await axeCheck(page)
  await screenshot(page, 'accounts-passkey-add-en')
  await page.locator('[name=name]').fill('My laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.locator('.message-ok').waitFor()
  assert.match(await page.locator('main').innerText(), /My laptop/)
  await axeCheck(page)
  await screenshot(page, 'accounts-security-en')
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  assert.equal(credentials.length, 1)

  await page.locator('.account-button').click()
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.waitForURL(`${url}/sign-in`)
  // Chromium's virtual authenticator answers the request behind the address field by itself.
  await page.waitForURL(`${url}/dashboard`)

  lapel.passMinutes(6)
  await page.goto(`${url}/settings/privacy-security/password`)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL(`${url}/settings/privacy-security/password`)

  await page.goto(`${url}/settings/privacy-security`)
  await page.getByRole('button', { name: 'Remove My laptop' }).click()
  await page.locator('.message-ok').waitFor()
  assert.equal((await lapel.db.selectFrom('passkeys').selectAll().execute()).length, 0)
})

test('the button signs in as well; another site’s answer, a used challenge and an unverified holder do not', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const { visitor } = await openBrowser(t)
  const context = await visitor()
  const page = await context.newPage()
  const url = byName(lapel)
  const { session, authenticatorId } = await withAuthenticator(context, page)
  await signInWithPassword(page, url)
  await page.goto(`${url}/settings/privacy-security/passkeys`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.locator('.message-ok').waitFor()

  // Without the request behind the address field, which the virtual authenticator answers by itself.
  await context.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  await context.clearCookies()
  await page.goto(`${url}/sign-in?return=/settings/account`)
  const sent = page.waitForRequest(
    (request) => request.url().endsWith('/sign-in/passkey') && request.method() === 'POST',
  )
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  const body = new URLSearchParams((await sent).postData() ?? '')
  await page.waitForURL(`${url}/settings/account`)

  // The same answer once more.
  await context.clearCookies()
  await page.goto(`${url}/sign-in`)
  await page.evaluate((response) => {
    const form = document.querySelector<HTMLFormElement>('form[action="/sign-in"]')
    const csrf = form?.querySelector<HTMLInputElement>('[name=csrf]')?.value ?? ''
    const copy = document.createElement('form')
    copy.method = 'post'
    copy.action = '/sign-in/passkey'
    for (const [name, value] of [
      ['csrf', csrf],
      ['response', response],
    ] as const) {
      const input = document.createElement('input')
      input.name = name
      input.value = value
      copy.append(input)
    }
    document.body.append(copy)
    copy.submit()
  }, body.get('response') ?? '')
  await page.locator('.message-bad').waitFor()
  assert.match(await page.locator('main').innerText(), /The passkey did not work/)

  await t.test('wrong values that only a program sends are refused and sign nobody in', () =>
    sendWrongAnswers(lapel, body.get('response') ?? ''),
  )

  // A holder who was not verified is one factor too few.
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page
    .getByText(/No passkey was used|The passkey did not work/)
    .first()
    .waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
})

/** @param used a true answer, whose challenge is spent. */
async function sendWrongAnswers(lapel: Lapel, used: string): Promise<void> {
  const program = new Visitor(byName(lapel))
  const csrf = formsOf((await program.get('/sign-in')).text).find(({ action }) => action === '/sign-in')?.fields['csrf']
  const ask = (purpose: string) => program.send('/sign-in/passkey/options', { csrf: csrf ?? '', purpose })
  for (const purpose of ['', 'constructor', 'x'.repeat(65_536)]) assert.equal((await ask(purpose)).status, 400, purpose)
  for (const purpose of ['register', 'prove']) assert.notEqual((await ask(purpose)).status, 200, purpose)

  const options = await ask('sign-in')
  assert.equal(options.status, 200)
  const { challenge } = JSON.parse(options.text) as { challenge: string }
  const answer = JSON.parse(used) as { id: string; response: Record<string, string> }
  const said = JSON.parse(Buffer.from(answer.response['clientDataJSON'] ?? '', 'base64url').toString()) as object
  const withData = (data: object, more: Record<string, string> = {}) => {
    const clientDataJSON = Buffer.from(JSON.stringify({ ...said, ...data })).toString('base64url')
    return JSON.stringify({ ...answer, response: { ...answer.response, clientDataJSON, ...more } })
  }
  const wrong = [
    '',
    'null',
    '[]',
    '{}',
    '"x"',
    '['.repeat(50_000),
    used,
    JSON.stringify({ ...answer, id: 'AAAA', rawId: 'AAAA' }),
    JSON.stringify({ ...answer, type: 'password' }),
    // The right challenge of this browser, with a signature that was made over another one.
    withData({ challenge }),
    withData({ challenge }, { signature: '' }),
    withData({ challenge, origin: 'https://evil.example' }),
    withData({ challenge, type: 'webauthn.create' }),
    withData({ challenge }, { authenticatorData: 'AA' }),
    withData({ challenge }, { userHandle: 'x'.repeat(20_001) }),
  ]
  for (const response of wrong) {
    const { status, location } = await program.send('/sign-in/passkey', {
      csrf: csrf ?? '',
      response,
      return: '/badges',
    })
    assert.deepEqual([status, location], [303, '/sign-in?return=%2Fbadges'], response.slice(0, 80))
  }
  assert.equal((await program.request('/dashboard')).status, 303)
}
