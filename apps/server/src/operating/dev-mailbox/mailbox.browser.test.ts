import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeCheck, openBrowser, screenshot } from '../../../test/browser.ts'
import { startLapel } from '../../../test/lapel.ts'
import { translator } from '../../platform/i18n/messages.ts'
import { renderMail } from '../../platform/mail/render.ts'
import { smtpTransport } from '../../platform/mail/send.ts'
import { startLocalMailbox } from './index.ts'

// One red pixel.
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

test('what was sent is listed, found, shown without its scripts, and cleared', async (t) => {
  const lapel = await startLapel(t)
  const mailbox = await startLocalMailbox(lapel.deps)
  t.after(() => mailbox.close())
  const transport = smtpTransport({ smtpUrl: mailbox.smtpUrl, mailFrom: 'badges@lapel.example', publicUrl: lapel.url })
  const { html, text } = renderMail({
    t: translator('en'),
    locale: 'en',
    productName: 'Lapel',
    heading: 'Your verification code',
    paragraphs: ['Enter this code.'],
    image: { cid: 'dot@lapel', alt: 'A dot' },
    code: '482917',
    button: { label: 'Open the page', url: `${lapel.url}/sign-in` },
    footer: 'You got this email because of a test.',
  })
  const send = (subject: string, body: string) =>
    transport.send({
      messageId: `<${subject.replace(/\W/g, '')}@lapel.example>`,
      to: 'maya@northfield.example',
      content: {
        subject,
        fromName: 'Lapel',
        text,
        html: body,
        inline: [{ cid: 'dot@lapel', contentType: 'image/png', bytes: png }],
      },
    })
  await send('482917 is your Lapel code', html)
  await send(
    'A hostile one',
    '<head></head><script>document.title="ran"</script><img src="https://evil.example/x.png" onerror="document.title=1"><p>Hello</p>',
  )
  transport.close()

  const { newPage } = await openBrowser(t)
  for (const [locale, colorScheme, width] of [
    ['en-CA', 'light', 1280],
    ['fr-CA', 'dark', 320],
  ] as const) {
    const page = await newPage({ locale, colorScheme, viewport: { width, height: 900 } })
    const outside: string[] = []
    // What the policy stops is announced but never leaves, so only what reaches the network counts.
    await page.route('https://evil.example/**', (route) => {
      outside.push(route.request().url())
      return route.abort()
    })
    await page.goto(`${lapel.url}/dev/mail`)
    assert.equal(await page.locator('tbody tr').count(), 2)
    await axeCheck(page)
    await screenshot(page, `mailbox-list-${locale}`)
    await page.goto(`${lapel.url}/dev/mail?q=482917+maya`)
    assert.equal(await page.locator('tbody tr').count(), 1)
    await page.goto(`${lapel.url}/dev/mail?q=100%25`)
    assert.equal(await page.locator('tbody tr').count(), 0)

    await page.goto(`${lapel.url}/dev/mail`)
    await page.getByRole('link', { name: 'A hostile one' }).click()
    await page.frameLocator('.mail-frame').getByText('Hello').waitFor()
    assert.doesNotMatch(await page.title(), /ran/)
    assert.deepEqual(outside, [])

    await page.goto(`${lapel.url}/dev/mail`)
    await page.getByRole('link', { name: '482917 is your Lapel code' }).click()
    await page.frameLocator('.mail-frame').getByAltText('A dot').waitFor()
    const frame = await page.request.get(`${page.url()}/body`)
    assert.match(await frame.text(), /<img src="data:image\/png;base64,/)
    assert.match(frame.headers()['content-security-policy'] ?? '', /sandbox allow-popups/)
    // Not axe: it waits for an answer of the frame, where scripts are off.
    await screenshot(page, `mailbox-html-${locale}`)
    const here = page.url()
    for (const tab of ['text', 'source', 'links']) {
      await page.goto(`${here}?tab=${tab}`)
      await axeCheck(page)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
      await screenshot(page, `mailbox-${tab}-${locale}`)
    }
    assert.equal(await page.locator('#code-1').inputValue(), '482917')
    assert.equal(await page.locator('#link-1').inputValue(), `${lapel.url}/sign-in`)
  }

  const visitor = lapel.visitor()
  await visitor.get('/dev/mail')
  const after = await visitor.submit('/dev/mail/clear')
  assert.match(after.words, /The mailbox is empty/)
  assert.equal((await visitor.get('/dev/mail/not-an-id')).status, 404)
})
