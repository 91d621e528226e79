import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import type { Deps } from '../deps.ts'
import type { Env } from './context.ts'

/**
 * In demo mode, answers only to names that no stranger can own: a page elsewhere could let its own name lead to this
 * machine (DNS rebinding), and then read the mailbox or sign in as a demo person. Addresses in numbers and names without
 * a dot are safe, since no site in the world has one. A real site's pages hold nothing without a session, whose cookie is
 * bound to the name.
 */
export function ownHost({ config }: Pick<Deps, 'config'>): MiddlewareHandler<Env> {
  const own = new URL(config.publicUrl).hostname
  return async (c, next) => {
    if (config.mode !== 'demo') return next()
    const { hostname } = new URL(c.req.url)
    if (hostname !== own && !isSafe(hostname))
      return c.text('This demo answers at its own address only. To serve it at a name, set PUBLIC_URL.\n', 421)
    return next()
  }
}

function isSafe(hostname: string): boolean {
  if (!hostname.includes('.') || hostname.endsWith('.localhost')) return true
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}
