import { test } from 'node:test'
import assert from 'node:assert/strict'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { startLapel } from '../../test/lapel.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashPassword } from './password-hash.ts'

test('what opens the account, looked at in both languages, light and dark, wide and narrow', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example', { passwordHash: await hashPassword('any phrase at all') })
  const at = lapel.now()
  const { accountId } = maya
  await lapel.db
    .insertInto('passkeys')
    .values({
      id: newId(),
      accountId,
      credentialId: newToken(),
      publicKey: Buffer.from('key'),
      name: 'My telephone with a rather long name',
      createdAt: at,
    })
    .execute()
  const { newPage } = await openBrowser(t)
  for (const [locale, colorScheme, width] of [
    ['en', 'light', 1280],
    ['fr', 'dark', 320],
  ] as const) {
    await lapel.db.updateTable('accounts').set({ locale }).execute()
    const page = await newPage({ colorScheme, viewport: { width, height: 900 } })
    const session = maya.cookies.get('lapel-session') ?? ''
    await page.context().addCookies([{ name: 'lapel-session', value: session, url: lapel.url }])
    for (const path of ['doors', 'two-step']) {
      await page.goto(`${lapel.url}/settings/privacy-security/${path}`)
      await axeCheck(page)
      const fits = await page.evaluate(
        () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
      )
      assert.ok(fits, `${path} is wider than ${width} px`)
      await screenshot(page, `accounts-${path}-${locale}-${colorScheme}`)
    }
  }
})
