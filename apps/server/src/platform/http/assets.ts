import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'esbuild'
import { type Context, Hono } from 'hono'

const server = path.join(import.meta.dirname, '..', '..', '..')
const client = path.join(server, 'client')

/** The mark as a picture of its own: a pin through the corner of a lapel. Dark tabs get a light cloth. */
const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32"><style>.c{fill:#1b2a41}.s{stroke:#8fa3bf}@media (prefers-color-scheme:dark){.c{fill:#cfdcec}.s{stroke:#5b6f87}}</style><path class="c" d="M5 3h13.5a3 3 0 0 1 2.3 1.1L27 11.7a2 2 0 0 1-.3 2.8L12.4 26.3a1.6 1.6 0 0 1-1.6.3L5 24.4a3 3 0 0 1-2-2.8V5a2 2 0 0 1 2-2Z"/><path class="s" d="M6.5 21.2 11 23l12.6-10.3" fill="none" stroke-width="1.2" stroke-dasharray="2 1.8"/><circle cx="11.6" cy="11.4" r="4.6" fill="#d49a35"/><path d="m9.7 11.5 1.4 1.4 2.5-2.9" fill="none" stroke="#2b1c00" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></svg>`

type Asset = { type: string; plain: Buffer; br: Buffer; gzip: Buffer; etag: string }

export type AssetUrls = { css: string; js: string; icon: string }
export type Assets = {
  urls: AssetUrls
  /** Serves `/assets/{hash}/…` for ever and `/favicon.ico`, `/logo.svg`, `/home.svg` for a day. */
  routes: Hono
  /** The style sheet as sent, for tests. */
  css: string
}

/**
 * Bundles the style sheet and the browser's script, in memory, and gives each an address that holds the hash of
 * its content, so that a browser may keep it for ever and a new release is seen at once.
 */
export async function createAssets({ minify = true }: { minify?: boolean } = {}): Promise<Assets> {
  const result = await build({
    absWorkingDir: client,
    entryPoints: { lapel: 'main.ts', 'lapel-style': 'lapel.css' },
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    minify,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const output = (ending: string) => {
    const file = result.outputFiles.find((given) => given.path.endsWith(ending))
    if (!file) throw new Error(`esbuild made no ${ending}`)
    return Buffer.from(file.contents)
  }
  const css = output('.css')
  const files = new Map<string, Asset>()
  const add = async (name: string, type: string, content: Buffer): Promise<string> => {
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 16)
    const url = `/assets/${hash}/${name}`
    files.set(url, await compressed(type, content, hash))
    return url
  }
  const [cssUrl, jsUrl, iconUrl, homeUrl] = await Promise.all([
    add('lapel.css', 'text/css; charset=utf-8', css),
    add('lapel.js', 'text/javascript; charset=utf-8', output('lapel.js')),
    add('lapel.svg', 'image/svg+xml', Buffer.from(iconSvg)),
    // Badges of our own generator, for the start page.
    add('home.svg', 'image/svg+xml', await readFile(path.join(server, 'assets', 'home.svg'))),
  ])

  const routes = new Hono()
  routes.get('/assets/:hash/:name', (c) => {
    const asset = files.get(c.req.path)
    return asset ? send(c, asset, 'public, max-age=31536000, immutable') : c.notFound()
  })
  const icon = files.get(iconUrl)
  if (icon) {
    // Browsers ask for this address unasked; they take an SVG there as well.
    for (const address of ['/favicon.ico', '/logo.svg'])
      routes.get(address, (c) => send(c, icon, 'public, max-age=86400'))
  }
  const home = files.get(homeUrl)
  if (home) routes.get('/home.svg', (c) => send(c, home, 'public, max-age=86400'))
  return { urls: { css: cssUrl, js: jsUrl, icon: iconUrl }, routes, css: css.toString('utf8') }
}

const br = promisify(brotliCompress)
const gz = promisify(gzip)

async function compressed(type: string, plain: Buffer, hash: string): Promise<Asset> {
  const [brotli, zipped] = await Promise.all([
    br(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
    gz(plain, { level: 9 }),
  ])
  return { type, plain, br: brotli, gzip: zipped, etag: `"${hash}"` }
}

function send(c: Context, asset: Asset, cacheControl: string): Response {
  const accepted = (c.req.header('accept-encoding') ?? '').toLowerCase()
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined
  const headers = new Headers({
    'content-type': asset.type,
    'cache-control': cacheControl,
    etag: asset.etag,
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  })
  if (c.req.header('if-none-match') === asset.etag) return new Response(null, { status: 304, headers })
  if (encoding) headers.set('content-encoding', encoding)
  // A copy into a plain ArrayBuffer-backed view: responses do not take shared memory.
  return new Response(new Uint8Array(encoding ? asset[encoding] : asset.plain), { headers })
}
