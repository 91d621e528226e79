import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { member } from '../../test/fixtures/console.ts'
import { anEarner, claimPathOf } from '../../test/fixtures/earner.ts'
import { issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

test('a lost mailbox and a reported error by hand, every screen in both languages, light and dark, 320 px', async (t) => {
  const lapel = await startLapel(t)
  const { newPage } = await openBrowser(t)
  const { issuer, earner, publicId } = await anEarner(lapel, { name: 'Maya Ray' })
  const second = await lapel.person('second@northfield.example', { givenName: 'Sam' })
  await member(lapel, issuer.organization.id, second, 'issuer')
  await earner.submit(
    `/badges/${publicId}/report`,
    { kind: 'name', requested: 'Maya Roy' },
    { shownOn: `/badges/${publicId}/report` },
  )
  const old = 'noah@northfield.example'
  await issueCredential(lapel, issuer, { to: old, name: 'Noah Park' })

  const browse = async (person?: { cookies: Map<string, string> }, options: Parameters<typeof newPage>[0] = {}) => {
    const page = await newPage(options)
    if (person)
      await page.context().addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
    return page
  }
  const screens: { name: string; path: string; as?: typeof earner }[] = []
  const wide = { name: 'en', locale: 'en-CA', viewport: { width: 1280, height: 800 } } as const
  const narrow = {
    name: 'fr-dark-320',
    locale: 'fr-CA',
    viewport: { width: 320, height: 700 },
    colorScheme: 'dark',
  } as const
  // The narrow one is the hard one; both are drawn where somebody wants to look at them.
  const looks = process.env['LAPEL_SHOTS'] ? [wide, narrow] : [narrow]
  const pages = new Map<string, Promise<Page>>()
  const look = async () => {
    for (const { name, path, as } of screens.splice(0))
      for (const { name: variant, ...options } of looks) {
        const key = `${variant} ${as?.email}`
        const page = await (pages.get(key) ?? pages.set(key, browse(as, options)).get(key))
        assert.ok(page)
        await lapel.db
          .updateTable('accounts')
          .set({ locale: variant.slice(0, 2) })
          .execute()
        await page.goto(lapel.url + path)
        await screenshot(page, `requests-${name}-${variant}`)
        await axeCheck(page)
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.ok(over <= 0, `${name} is ${over} px wider than the screen`)
      }
    await lapel.db.updateTable('accounts').set({ locale: 'en' }).execute()
  }

  // The person, without an account.
  const person = await browse(undefined, { javaScriptEnabled: false, viewport: { width: 320, height: 700 } })
  await person.goto(`${lapel.url}/sign-in`)
  await person.getByRole('link', { name: 'I can no longer open that mailbox' }).click()
  await person.getByRole('button', { name: 'Send the request' }).click()
  await person.locator('.error-summary').waitFor()
  await screenshot(person, 'requests-form-errors-320')
  await person.getByLabel('Old address').fill(old)
  await person.getByLabel('New address').fill('noah@home.example')
  await person.getByLabel('Your name').fill('Noah Park')
  await person.getByLabel(/Message to the issuer/).fill('Class of 2024')
  await person.getByRole('button', { name: 'Send the request' }).click()
  await person.getByRole('heading', { name: 'Check your mail' }).waitFor()
  const linkTo = async (address: string, start: string) => {
    const links = (await lapel.mailTo(address)).flatMap((mail) => mail.links).map((link) => new URL(link).pathname)
    return links.find((path) => path.startsWith(start)) ?? ''
  }
  const prove = await linkTo('noah@home.example', '/lost-mailbox/prove/')
  screens.push({ name: 'form', path: '/lost-mailbox' }, { name: 'form-signed-in', path: '/lost-mailbox', as: earner })
  screens.push({ name: 'prove', path: prove })
  await look()
  await person.goto(lapel.url + prove)
  await person.getByRole('button', { name: 'Yes, this address is mine' }).click()
  await person.getByRole('heading', { name: 'Your request is on its way' }).waitFor()
  await lapel.settle()

  // The first member.
  const base = `/console/${issuer.organization.slug}`
  const first = await browse(issuer.owner)
  await first.goto(`${lapel.url}${base}/requests`)
  await first.getByRole('link', { name: old }).click()
  const request = new URL(first.url()).pathname
  await first.getByLabel('How do you know?').fill('Called the number in the file')
  await first.getByRole('button', { name: 'Vouch', exact: true }).click()
  await first.locator('.error-summary').waitFor()
  await screenshot(first, 'requests-mailbox-errors')
  await first.getByLabel(/^I am sure that Noah Park/).check()
  await first.getByRole('button', { name: 'Vouch', exact: true }).click()
  await first.getByText('You vouched. A second member has to do the same.').waitFor()
  const { id } = await lapel.db.selectFrom('correctionRequests').select('id').executeTakeFirstOrThrow()
  screens.push(
    { name: 'list', path: `${base}/requests`, as: issuer.owner },
    { name: 'mailbox-vouched', path: request, as: issuer.owner },
    { name: 'mailbox', path: request, as: second },
    { name: 'correction', path: `${base}/requests/correction/${id}`, as: issuer.owner },
    { name: 'badge-reported', path: `/badges/${publicId}`, as: earner },
  )
  await look()

  // The second one, then the old mailbox.
  const other = await browse(second)
  await other.goto(lapel.url + request)
  await other.getByLabel('How do you know?').fill('Taught the course')
  await other.getByLabel(/^I am sure that Noah Park/).check()
  await other.getByRole('button', { name: 'Vouch', exact: true }).click()
  await other.getByText('The old address was told; the waiting time runs.').waitFor()
  const object = await linkTo(old, '/lost-mailbox/object/')
  screens.push(
    { name: 'mailbox-waiting', path: request, as: second },
    { name: 'object', path: object },
    { name: 'claim', path: await claimPathOf(lapel, old) },
  )
  await look()
  await person.goto(lapel.url + object)
  await person.getByRole('button', { name: 'Stop this' }).click()
  await person.getByText('It is stopped.').waitFor()
  screens.push({ name: 'mailbox-objected', path: request, as: second })
  await look()
})
