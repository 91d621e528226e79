import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'
import { formBody } from './forms.ts'

/** How long an answer that was no refusal is remembered: a second click of a hurried hand, not a wish to do it again. */
const rememberMs = 3_000

/**
 * The same form of the same browser, sent again while the first one is still being answered, is one press and gets the
 * answer of the first, cookies included. So ten clicks cost one try of a password, send one message and open one session,
 * and the answer that the browser shows last is not a refusal of what the first click did.
 *
 * Kept in memory alone, since the answer may hold a session's token; between processes the database's own locks decide.
 */
export function onePress(): MiddlewareHandler<Env> {
  const open = new Map<string, Promise<Response>>()
  // A path may match twice, and nothing may wait for itself.
  const seen = new WeakSet<Request>()
  return async (c, next) => {
    if (c.req.method !== 'POST' || seen.has(c.req.raw)) return next()
    seen.add(c.req.raw)
    const body = await formBody(c)
    if (typeof body['idempotency'] !== 'string') return next()
    const said = JSON.stringify([c.req.path, c.req.header('cookie') ?? '', body])
    const key = createHash('sha256').update(said).digest('base64')
    const first = open.get(key)
    if (first) {
      const answer = (await first).clone()
      return new Response(answer.body, answer)
    }
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    promise.catch(() => {}) // Whoever waits sees it; with nobody waiting it is the caller's alone.
    open.set(key, promise)
    let keepMs = 0
    try {
      await next()
      resolve(c.res.clone())
      if (c.res.status < 400) keepMs = rememberMs
    } catch (error) {
      reject(error)
      throw error
    } finally {
      if (keepMs > 0) setTimeout(() => open.delete(key), keepMs).unref()
      else open.delete(key)
    }
  }
}
