import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { codeFor, goodPassword, signUp } from '../../test/fixtures/accounts.ts'
import { badgeOf, claimPathOf, withdraw } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { acceptCredential } from './index.ts'

// The eight situations of a claim link (UX 7), each as the person meets it. One server for all: every case has its own
// badge and its own addresses.
test('a claim link in every situation', async (t) => {
  const lapel = await startLapel(t)
  const { newPage } = await openBrowser(t)
  const issuer = await anIssuer(lapel)
  let number = 0
  const aBadge = async () => {
    const to = `maya${++number}@northfield.example`
    const { publicId, credentialId } = await issueCredential(lapel, issuer, { to, name: 'Maya Roy' })
    return { to, publicId, credentialId, url: lapel.url + (await claimPathOf(lapel, to)) }
  }
  const at = (page: Page) => new URL(page.url()).pathname
  const primary = (page: Page) => page.locator('main .button-primary').first()
  const press = (page: Page, action: string) => page.locator(`main form[action$="${action}"] button`).first().click()
  const look = async (page: Page, name: string) => {
    await axeCheck(page)
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the screen`)
    await screenshot(page, `claim-${name}`)
  }
  /** The person's browser, signed in already. */
  const pageOf = async (email: string, options?: Parameters<typeof newPage>[0]) => {
    const person = await lapel.person(email)
    const page = await newPage(options)
    await page.context().addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
    return page
  }
  const decisionOf = async (publicId: string) => (await badgeOf(lapel, publicId)).decision

  await t.test('1. address unknown: registered on the phone while the mail is on the desktop', async () => {
    const { to, publicId, url } = await aBadge()
    const desktop = await newPage()
    await desktop.goto(url)
    const phone = await newPage({
      viewport: { width: 320, height: 640 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark',
    })
    await phone.goto(url)
    await screenshot(phone, 'claim-register-phone')
    assert.equal((await primary(phone).innerText()).trim(), 'Register')
    await primary(phone).click()
    assert.equal(await phone.locator('[name=email]').inputValue(), to)
    assert.ok(!(await phone.locator('[name=email]').isEditable()), 'the address comes from the link')
    assert.equal(await phone.locator('[name=givenName]').inputValue(), 'Maya')
    await phone.locator('[name=password]').fill(goodPassword)
    await phone.getByLabel('I’m not a robot').check()
    await phone.getByLabel(/^Yes, I agree/).check()
    lapel.passMinutes(0.2)
    await phone.getByText('Checked. You can go on.').first().waitFor()
    await phone.getByRole('button', { name: 'Submit' }).click()
    // The code is read on the desktop and typed on the phone.
    await phone.getByLabel('Verification code').fill(await codeFor(lapel, to))
    await phone.getByRole('button', { name: 'Next' }).click()
    await phone.locator('[name=password]').fill(goodPassword)
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click()
    await phone.waitForURL(url)
    assert.equal((await primary(phone).innerText()).trim(), 'Accept badge')
    await look(phone, 'accept-phone')
    await primary(phone).click()
    await phone.waitForURL(`**/badges/${publicId}?accepted=1`)
    await phone.getByText('is in your backpack. Nobody else can see it yet.').waitFor()
    await screenshot(phone, 'claim-accepted-phone')
    // The desktop's page is older than that; it says so instead of failing.
    await desktop.reload()
    assert.match(await desktop.locator('main').innerText(), /This badge has been accepted\./)
  })

  await t.test('2. address known: sign in, or a code to that address', async () => {
    const { to, publicId, url } = await aBadge()
    await signUp(lapel, to)
    const page = await newPage()
    await page.goto(url)
    assert.equal((await primary(page).innerText()).trim(), 'Sign in to accept')
    await press(page, '/sign-in-code')
    await page.locator('[name=code]').fill(await codeFor(lapel, to))
    await page.locator('main form[action="/sign-in/code"] button').click()
    await page.waitForURL(url)
    await press(page, '/accept')
    await page.waitForURL(`**/badges/${publicId}?accepted=1`)

    const second = await issueCredential(lapel, issuer, { to })
    const other = await newPage()
    await other.goto(lapel.url + (await claimPathOf(lapel, to)))
    await primary(other).click()
    assert.equal(await other.locator('[name=email]').inputValue(), to)
    await other.locator('[name=password]').fill(goodPassword)
    await other.locator('main form[action^="/sign-in"] button[type=submit]').first().click()
    await other.waitForURL('**/claim/*')
    await press(other, '/accept')
    await other.waitForURL(`**/badges/${second.publicId}?accepted=1`)
  })

  await t.test('3. signed in with that address: decline, undo, accept', async () => {
    const { to, publicId, url } = await aBadge()
    const page = await pageOf(to)
    await page.goto(url)
    await press(page, '/decline')
    await page.waitForURL('**/badges')
    assert.equal(await decisionOf(publicId), 'rejected')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.waitForLoadState()
    assert.equal(await decisionOf(publicId), 'waiting')
    await page.goto(url)
    await press(page, '/accept')
    await page.waitForURL(`**/badges/${publicId}?accepted=1`)
  })

  await t.test('4. signed in with another address: add this one by a code, then accept', async () => {
    const { to, publicId, url } = await aBadge()
    const page = await pageOf(`home${number}@private.example`, { viewport: { width: 320, height: 700 } })
    await page.goto(url)
    await look(page, 'mismatch-320')
    const words = await page.locator('main').innerText()
    assert.ok(words.includes(`This badge was sent to ${to}. You are signed in as home${number}@private.example.`))
    assert.equal((await primary(page).innerText()).trim(), `Add ${to} and accept`)
    await primary(page).click()
    await page.waitForURL('**/settings/account/link/*')
    await page.locator('[name=code]').fill(await codeFor(lapel, to))
    await page.locator('main form[action^="/settings/account/link/"] button[type=submit]').first().click()
    await page.waitForURL(url)
    assert.equal((await primary(page).innerText()).trim(), 'Accept badge')
    await press(page, '/accept')
    await page.waitForURL(`**/badges/${publicId}?accepted=1`)
  })

  await t.test('5. that address has an account of its own: merge, then accept', async () => {
    const { to, publicId, url } = await aBadge()
    await signUp(lapel, to, { password: 'another phrase entirely' })
    const page = await pageOf(`home${number}@private.example`)
    await page.goto(url)
    await screenshot(page, 'claim-merge')
    assert.equal((await primary(page).innerText()).trim(), 'Merge accounts')
    await primary(page).click()
    await page.waitForURL('**/settings/account/link/*')
    await page.locator('[name=code]').fill(await codeFor(lapel, to))
    await page.locator('main form[action^="/settings/account/link/"] button[type=submit]').first().click()
    await page.waitForURL('**/settings/account/merge/*')
    await page.locator('[name=password]').fill('another phrase entirely')
    await page.locator('main form[action^="/settings/account/merge/"] button[type=submit]').first().click()
    await page.waitForURL(url)
    assert.equal((await primary(page).innerText()).trim(), 'Accept badge')
    await press(page, '/accept')
    await page.waitForURL(`**/badges/${publicId}?accepted=1`)
  })

  await t.test('6. accepted already: view it', async () => {
    const { to, publicId, url } = await aBadge()
    const own = await pageOf(to)
    const { accountId } = await lapel.person(to)
    await acceptCredential(lapel.deps, { publicId, accountId })
    const page = await newPage()
    await page.goto(url)
    await screenshot(page, 'claim-accepted')
    assert.equal((await primary(page).innerText()).trim(), 'View badge')
    await own.goto(url)
    await primary(own).click()
    assert.equal(at(own), `/badges/${publicId}`)
  })

  await t.test('7. expired: a fresh link with one click and no typing', async () => {
    const { to, url } = await aBadge()
    lapel.passDays(91)
    const page = await newPage({ locale: 'fr-CA', colorScheme: 'dark' })
    await page.goto(url)
    await look(page, 'expired-fr-dark')
    assert.ok(!(await page.content()).includes(to))
    await press(page, '/renew')
    await page.waitForLoadState()
    const fresh = lapel.url + (await claimPathOf(lapel, to))
    assert.notEqual(fresh, url)
    await page.goto(fresh)
    assert.equal((await primary(page).innerText()).trim(), 'S’inscrire')
    await page.goto(url)
    await page.getByRole('link', { name: 'Je ne peux pas ouvrir cette boîte' }).first().click()
    assert.match(at(page), /^\/claim\/[\w-]{43}\/lost-mailbox$/)
    await look(page, 'lost-mailbox-fr-dark')
  })

  await t.test('8. withdrawn and replaced: why, when, whom to ask', async () => {
    const withdrawn = await aBadge()
    await withdraw(lapel, issuer, withdrawn.credentialId, 'Issued to the wrong person')
    const page = await newPage()
    await page.goto(withdrawn.url)
    await screenshot(page, 'claim-withdrawn')
    const words = await page.locator('main').innerText()
    assert.match(words, /Northfield College withdrew this badge on/)
    assert.match(words, /Reason given: Issued to the wrong person\./)
    assert.equal(await page.getByRole('link', { name: 'Contact the issuer' }).count(), 1)
    assert.equal(await page.locator('main form[action$="/accept"]').count(), 0)
  })

  await t.test(
    '"This badge is not for me" needs no account and is undone from the same link, without script',
    async () => {
      const { publicId, url } = await aBadge()
      const page = await newPage({ javaScriptEnabled: false })
      await page.goto(url)
      await page.getByRole('link', { name: 'This badge is not for me' }).click()
      await press(page, '/not-for-me')
      assert.match(await page.locator('main').innerText(), /This badge was declined\. You can change your mind\./)
      assert.equal(await decisionOf(publicId), 'rejected')
      await press(page, '/for-me')
      assert.equal(await decisionOf(publicId), 'waiting')
      assert.equal((await primary(page).innerText()).trim(), 'Register')
    },
  )
})
