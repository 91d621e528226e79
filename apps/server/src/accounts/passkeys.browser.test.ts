import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { goodPassword, signUp } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'

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
