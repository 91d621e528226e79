import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createAssets } from './assets.ts'

test('an asset has its hash in its address, stays for ever, and arrives compressed as asked', async () => {
  const { urls, routes } = await createAssets()
  assert.match(urls.css, /^\/assets\/[\w-]{16}\/lapel\.css$/)
  assert.match(urls.js, /^\/assets\/[\w-]{16}\/lapel\.js$/)

  const plain = await routes.request(urls.css)
  const text = await plain.text()
  assert.equal(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(plain.headers.get('content-type'), 'text/css; charset=utf-8')
  assert.equal(plain.headers.get('vary'), 'Accept-Encoding')

  const br = await routes.request(urls.css, { headers: { 'accept-encoding': 'gzip, br' } })
  assert.equal(br.headers.get('content-encoding'), 'br')
  assert.equal(brotliDecompressSync(Buffer.from(await br.arrayBuffer())).toString(), text)
  const gzip = await routes.request(urls.css, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString(), text)

  const again = await routes.request(urls.css, { headers: { 'if-none-match': plain.headers.get('etag') ?? '' } })
  assert.equal(again.status, 304)
})

test('another hash, another name or a path out of the folder finds nothing', async () => {
  const { urls, routes } = await createAssets()
  for (const address of [
    urls.css.replace(/\/assets\/[^/]+/, '/assets/AAAAAAAAAAAAAAAA'),
    urls.css.replace('lapel.css', 'main.ts'),
    '/assets/../package.json',
    '/assets/x/%2e%2e%2fmain.ts',
  ])
    assert.equal((await routes.request(address)).status, 404, address)
})

test('the icon of the site is a picture without script', async () => {
  const { routes } = await createAssets()
  const icon = await routes.request('/favicon.ico')
  assert.equal(icon.headers.get('content-type'), 'image/svg+xml')
  assert.doesNotMatch(await icon.text(), /script|onload|href/i)
})

test('script and style stay small, and the script writes no markup', async () => {
  const { urls, routes } = await createAssets()
  const size = async (url: string) =>
    (await (await routes.request(url, { headers: { 'accept-encoding': 'br' } })).arrayBuffer()).byteLength
  assert.ok((await size(urls.js)) < 12_000)
  assert.ok((await size(urls.css)) < 16_000)
  // Trusted Types would refuse these; a page must not find out in the browser.
  assert.doesNotMatch(
    await (await routes.request(urls.js)).text(),
    /\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|parseFromString|\beval\(/,
  )
})
