import { Hono } from 'hono'
import type { Deps } from '../deps.ts'
import { HttpError } from '../errors.ts'
import type { Ctx, Env } from '../http/context.ts'
import { pictureByHash, pictureSizes } from './store.ts'
import { smallerCopy } from './upload.ts'

/** Opened directly, a picture is a document without origin, scripts and network (SECURITY S37). */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

/** Smaller copies, by size and hash: a list of badges asks for the same few again and again. */
const copies = new Map<string, Buffer>()
const maxCopies = 500

/** `/pictures/{hash}.png`, `/pictures/{hash}.svg` and `/pictures/{size}/{hash}.png`: immutable, for everybody. */
export function pictureRoutes(deps: Pick<Deps, 'db'>): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/pictures/:file{[0-9a-f]{64}\\.(?:png|svg)}', async (c) => {
    const [hash = '', extension] = c.req.param('file').split('.')
    const picture = await pictureByHash(deps.db, hash)
    if (!picture || picture.contentType !== (extension === 'svg' ? 'image/svg+xml' : 'image/png'))
      throw new HttpError(404, 'No such picture')
    return answer(c, picture.bytes, picture.contentType, `${hash}.${extension}`)
  })
  routes.get('/pictures/:size{[0-9]+}/:file{[0-9a-f]{64}\\.png}', async (c) => {
    const size = pictureSizes.find((known) => String(known) === c.req.param('size'))
    const hash = c.req.param('file').slice(0, 64)
    if (size === undefined) throw new HttpError(404, 'No such size')
    const key = `${size}/${hash}`
    let copy = copies.get(key)
    if (!copy) {
      const picture = await pictureByHash(deps.db, hash)
      if (!picture || picture.contentType !== 'image/png') throw new HttpError(404, 'No such picture')
      copy = await smallerCopy(picture.bytes, size)
      if (copies.size >= maxCopies) copies.delete(copies.keys().next().value ?? '')
      copies.set(key, copy)
    }
    return answer(c, copy, 'image/png', `${hash}-${size}.png`)
  })
  return routes
}

function answer(c: Ctx, bytes: Uint8Array, contentType: string, name: string): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': contentType,
    'content-disposition': `inline; filename="${name}"`,
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    // Badges are shown on other people's sites and in their mail.
    'cross-origin-resource-policy': 'cross-origin',
    etag: `"${name}"`,
  })
}
