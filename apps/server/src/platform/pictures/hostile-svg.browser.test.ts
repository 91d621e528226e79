import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../../../test/browser.ts'
import { hostileSvgs, openCleaned, wrappings } from '../../../test/fixtures/hostile-svgs.ts'
import { startLapel } from '../../../test/lapel.ts'
import { savePicture, svgUrl } from './store.ts'

test('hostile drawings, opened directly after cleaning: no dialog, no script, no request', async (t) => {
  const { newPage } = await openBrowser(t)
  const opened = await openCleaned(await newPage(), (attack) => [attack % wrappings.length])
  assert.ok(opened > hostileSvgs.length)
})

test('and a stored drawing that was never cleaned does nothing either, by the policy it is served with', async (t) => {
  const lapel = await startLapel(t)
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  const alarms: string[] = []
  page.on('dialog', (dialog) => {
    alarms.push('dialog')
    void dialog.dismiss()
  })
  page.on('request', (request) => void (request.url().startsWith(lapel.url) || alarms.push(request.url())))
  const raw = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><script>alert(2)</script><image href="https://evil.example/a.png"/></svg>`
  const hash = await savePicture(
    lapel.db,
    { contentType: 'image/svg+xml', width: 9, height: 9, bytes: Buffer.from(raw) },
    () => lapel.now(),
  )
  const response = await page.goto(lapel.url + svgUrl(hash))
  assert.equal(response?.status(), 200)
  assert.match(response?.headers()['content-security-policy'] ?? '', /sandbox/)
  await page.waitForTimeout(300)
  assert.deepEqual(
    alarms.filter((alarm) => !alarm.includes('evil.example')),
    [],
  )
})
