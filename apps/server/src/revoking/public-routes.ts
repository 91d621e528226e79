import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Env } from '../platform/http/context.ts'
import { isPublicId } from '../platform/ids.ts'
import { statusListTtlMs } from '../signing/index.ts'
import * as store from './store.ts'

/** The status lists that every credential points to, as they were signed (Bitstring Status List v1.0). */
export function statusListRoutes(deps: Pick<Deps, 'db'>): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/status/:list', async (c) => {
    const publicId = c.req.param('list')
    const list = isPublicId(publicId) ? await store.listAsSigned(deps.db, publicId) : undefined
    if (!list) throw new HttpError(404, 'There is no such status list')
    // A list that was opened a moment ago; answering "nothing is withdrawn" without a signature would be a lie.
    if (list.signedJson === null || list.signedAt === null)
      throw new HttpError(503, 'The list is being signed', { retryAfterS: 1 })
    const etag = `"${list.signedVersion}-${list.signedAt.getTime().toString(36)}"`
    c.header('cache-control', `public, max-age=${statusListTtlMs / 1000}`)
    c.header('etag', etag)
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
    if (c.req.header('if-none-match') === etag) return c.body(null, 304)
    c.header('content-type', 'application/vc+ld+json')
    return c.body(list.signedJson)
  })
  return routes
}
