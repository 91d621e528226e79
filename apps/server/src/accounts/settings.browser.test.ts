import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { codeFor, goodPassword, linkFor, signUp } from '../../test/fixtures/accounts.ts'
import { startLapel } from '../../test/lapel.ts'
import { totpCode, totpStep } from './totp.ts'

for (const [language, colorScheme, width, script] of [
  ['en', 'light', 1280, true],
  ['fr', 'dark', 320, false],
] as const) {
  test(`addresses, merge and second factor by hand, in ${language}, ${colorScheme}, ${width} px, ${script ? 'with' : 'without'} script`, async (t) => {
    const lapel = await startLapel(t)
    const { newPage } = await openBrowser(t)
    const options = { locale: `${language}-CA`, colorScheme, viewport: { width, height: 900 } }
    const page = await newPage({ ...options, javaScriptEnabled: script })
    // Axe needs scripts; it looks at each page in a second tab of the same visitor.
    const look = async (name: string, shown: Page = page) => {
      if (script) await axeCheck(shown)
      const isNarrow = script
        ? await shown.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)
        : true
      assert.ok(isNarrow, `${name} is wider than the screen`)
      await screenshot(shown, `accounts-${name}-${language}-${colorScheme}`)
    }
    const press = (action: string) => page.locator(`main form[action="${action}"] button[type=submit]`).click()
    const pressIn = (start: string) => page.locator(`main form[action^="${start}"] button[type=submit]`).first().click()

    await signUp(lapel, 'maya@college.example')
    await signUp(lapel, 'maya@work.example', { password: 'another phrase entirely' })
    await lapel.db.updateTable('accounts').set({ locale: language }).execute()
    await page.goto(`${lapel.url}/sign-in?return=/settings/account`)
    await page.locator('[name=email]').fill('maya@college.example')
    await page.locator('[name=password]').fill(goodPassword)
    await press('/sign-in')
    await page.waitForURL('**/settings/account')
    await look('settings-one-address')

    await page.locator('main a[href="/settings/account/link"]').first().click()
    await look('link')
    await page.locator('[name=email]').fill('maya@home.example')
    await press('/settings/account/link')
    await page.waitForURL('**/settings/account/link/*')
    await look('link-code')
    await page.locator('[name=code]').fill('1')
    await pressIn('/settings/account/link/')
    await page.locator('.error-summary').waitFor()
    await look('link-code-wrong')
    const confirmPath = await linkFor(lapel, 'maya@home.example', '/email/confirm/')
    const reader = await newPage(options)
    await reader.goto(lapel.url + confirmPath)
    await axeCheck(reader)
    await look('confirm', reader)
    await page.locator('[name=code]').fill(await codeFor(lapel, 'maya@home.example'))
    await pressIn('/settings/account/link/')
    await page.locator('.message-ok').waitFor()
    await look('settings-two-addresses')
    await page.locator('main a[href$="/remove"]').click()
    await look('remove')
    const undoPath = await linkFor(lapel, 'maya@college.example', '/email/undo/')
    await reader.goto(lapel.url + undoPath)
    await axeCheck(reader)
    await look('undo', reader)

    await page.goto(`${lapel.url}/settings/account/link`)
    await page.locator('[name=email]').fill('maya@work.example')
    await press('/settings/account/link')
    await page.waitForURL('**/settings/account/link/*')
    await page.goto(`${lapel.url}/settings/account`)
    await look('settings-waiting')
    await page.locator('main a[href^="/settings/account/link/"]').click()
    await page.locator('[name=code]').fill(await codeFor(lapel, 'maya@work.example'))
    await pressIn('/settings/account/link/')
    await page.waitForURL('**/settings/account/merge/*')
    await look('merge')
    await page.locator('[name=password]').fill('another phrase entirely')
    await pressIn('/settings/account/merge/')
    await page.locator('.message-ok').waitFor()
    await look('settings-merged')

    await page.goto(`${lapel.url}/settings/privacy-security/two-step`)
    await look('two-step')
    const key = (await page.locator('#secret').inputValue()).replaceAll(' ', '')
    await page.locator('[name=code]').fill(totpCode(fromBase32(key), totpStep(lapel.now())))
    await press('/settings/privacy-security/two-step')
    await page.locator('#codes').waitFor()
    await look('recovery-codes')
    await page.goto(`${lapel.url}/settings/privacy-security`)
    await look('security')
    await page.goto(`${lapel.url}/settings/privacy-security/password`)
    await look('password')

    const fresh = await newPage({ ...options, javaScriptEnabled: script })
    await fresh.goto(`${lapel.url}/sign-in`)
    await fresh.locator('[name=email]').fill('maya@college.example')
    await fresh.locator('[name=password]').fill(goodPassword)
    await fresh.locator('main form[action="/sign-in"] button[type=submit]').click()
    await fresh.waitForURL('**/sign-in/second-step')
    await look('second-step', fresh)
    await fresh.locator('main a[href="/sign-in/recovery-code"]').click()
    await look('recovery-code', fresh)

    lapel.passMinutes(6)
    await page.goto(`${lapel.url}/settings/account/link`)
    await page.waitForURL('**/sign-in/again?*')
    await look('again')
  })
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (sign) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'),
  ).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
