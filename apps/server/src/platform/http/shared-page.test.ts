import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translator } from '../i18n/messages.ts'
import { renderLayout } from '../pages/layout.ts'
import { html } from './html.ts'
import { type PageReader, sharedPageBytes } from './page.ts'

const config = { productName: 'Ampersand & Sons', mode: 'demo' } as Parameters<typeof sharedPageBytes>[1]['config']

test('a shared page is what the layout gives, whichever was rendered before it', () => {
  for (const locale of ['en', 'fr'] as const)
    for (const theme of ['system', 'dark'] as const)
      for (const [name, query] of [
        ['Welding – “Level 1”', ''],
        ["<b> & 'co' \u0001title\u0001 $& $1", '?a="1"&b=2'],
      ] as const) {
        const reader: PageReader = { t: translator(locale), locale, theme, path: '/b/x', returnTo: `/b/x${query}` }
        const parts = {
          title: name,
          head: html`<meta property="og:title" content="${name}">`,
          body: html`<h1>${name}</h1>`,
        }
        const expected = renderLayout({
          ...parts,
          ...reader,
          productName: config.productName,
          heading: null,
          nav: [],
          demo: true,
          noindex: true,
          assetUrls: { css: '', js: '' },
          currentPath: reader.path,
          csrf: '',
          part: 'public',
        })
        assert.equal(sharedPageBytes(reader, { config }, parts).toString(), expected.toString())
      }
})
