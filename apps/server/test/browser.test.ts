import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeCheck, openBrowser } from './browser.ts'

const goodPage = `<!doctype html><html lang="en"><head><title>A page</title></head>
<body><main><h1>A page</h1><form><label>Name <input name="name"></label></form></main></body></html>`

test('the browser runs and two visitors share nothing', async (t) => {
  const { newPage } = await openBrowser(t)
  const [one, two] = await Promise.all([newPage(), newPage()])
  for (const page of [one, two])
    await page.route('http://lapel.test/', (route) => route.fulfill({ contentType: 'text/html', body: goodPage }))

  await Promise.all([one.goto('http://lapel.test/'), two.goto('http://lapel.test/')])
  await one.evaluate(() => {
    document.cookie = 'seen=yes'
  })

  assert.equal(await one.evaluate(() => document.cookie), 'seen=yes')
  assert.equal(await two.evaluate(() => document.cookie), '')
})

test('an accessible page passes, and each defect is told with its place', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()

  await page.setContent(goodPage)
  await axeCheck(page)

  await page.setContent(goodPage.replace('<label>Name <input name="name"></label>', '<input name="unnamed">'))
  await assert.rejects(axeCheck(page), /label \(critical\).*\n.*input/)
})
