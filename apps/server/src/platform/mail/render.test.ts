import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locales, translator } from '../i18n/messages.ts'
import { renderMail } from './render.ts'

const mail = {
  productName: 'Lapel',
  heading: 'Your code',
  paragraphs: ['It works for 30 minutes.'],
  code: '482917',
  button: { label: 'Open the page', url: 'https://lapel.example/register/verify?link=abc&x=1' },
  facts: [['Sent to', 'maya@northfield.example']] as [string, string][],
  footer: 'You got this because somebody registered with this address.',
}

test('both parts carry the heading, the code as one word, the button and its bare address', () => {
  for (const locale of locales) {
    const { text, html } = renderMail({ ...mail, t: translator(locale), locale })
    for (const part of [mail.heading, mail.code, mail.button.label, mail.footer, 'maya@northfield.example']) {
      assert.ok(text.includes(part), `text lacks ${part}`)
      assert.ok(html.includes(part), `html lacks ${part}`)
    }
    assert.ok(text.includes(mail.button.url))
    assert.match(html, />https:\/\/lapel\.example\/register\/verify\?link=abc&amp;x=1</)
    assert.match(html, new RegExp(`<html lang="${locale}-CA"`))
  }
})

test('layout tables are hidden from screen readers, 600 px wide, and dark screens get their own colours', () => {
  const { html } = renderMail({ ...mail, t: translator('en'), locale: 'en' })
  assert.equal((html.match(/<table/g) ?? []).length, (html.match(/<table role="presentation"/g) ?? []).length)
  assert.match(html, /width="600"/)
  assert.match(html, /prefers-color-scheme:dark/)
  assert.doesNotMatch(html, /<img|<script|url\(/)
})

test('what a person typed is never markup', () => {
  const { html } = renderMail({
    ...mail,
    t: translator('en'),
    locale: 'en',
    heading: '<img src=x onerror=alert(1)>',
    paragraphs: ['</td><script>1</script>'],
    image: { cid: 'a@b', alt: '" onload="x' },
  })
  assert.doesNotMatch(html, /<script|<img src=x|" onload="/)
})

test('the last line leads to the same page in the other language, and nowhere when the page is not ours', () => {
  const english = renderMail({ ...mail, t: translator('en'), locale: 'en' })
  const address = 'https://lapel.example/in/fr?to=%2Fregister%2Fverify%3Flink%3Dabc%26x%3D1'
  assert.ok(english.text.endsWith(`Lire en français\n${address}\n`), english.text)
  assert.ok(english.html.includes(`lang="fr-CA" href="${address}"`))
  assert.match(renderMail({ ...mail, t: translator('fr'), locale: 'fr' }).text, /Read this in English\n.*\/in\/en\?/)
  const elsewhere = renderMail({ ...mail, t: translator('en'), locale: 'en', inOtherLanguages: false })
  assert.doesNotMatch(elsewhere.text + elsewhere.html, /\/in\/fr/)
})

test('what a message is about stands before its button, one by one', () => {
  const items = [{ label: 'Data Storytelling', url: 'https://lapel.example/badges/abc' }, { label: 'Your name' }]
  const { text, html } = renderMail({ ...mail, t: translator('en'), locale: 'en', items })
  assert.ok(text.includes('- Data Storytelling\n  https://lapel.example/badges/abc\n- Your name\n'), text)
  assert.ok(text.indexOf('- Your name') < text.indexOf(mail.button.label))
  assert.match(html, /<li[^>]*><a [^>]*href="https:\/\/lapel\.example\/badges\/abc"[^>]*>Data Storytelling<\/a><\/li>/)
  assert.ok(html.indexOf('Your name</li>') < html.indexOf(mail.button.label))
})
