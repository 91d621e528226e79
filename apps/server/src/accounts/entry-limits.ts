import type { MiddlewareHandler } from 'hono'
import { HttpError } from '../platform/errors.ts'
import type { Env } from '../platform/http/context.ts'
import type { AccountsDeps } from './accounts.ts'
import { limitNetwork } from './limits.ts'

/** More than an office behind one address needs, and far too few to guess anything. */
const perQuarterHour = 300

/** Doors that anybody may knock at, signed in or not, and that have no narrower limit of their own. */
export const entryPaths = [
  '/register/challenge',
  '/register/verify',
  '/register/verify/resend',
  '/sign-in/code',
  '/sign-in/second-step',
  '/sign-in/recovery-code',
  '/sign-in/with/*',
  '/sign-in/passkey',
  '/reset/*',
  '/email/*',
] as const

/** Counts what a network does at those doors, all together (SECURITY S12): each costs a hash, a query or a message. */
export function limitEntry(deps: AccountsDeps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const isCounted = c.req.method === 'POST' || c.req.path === '/register/challenge' || /\/with\//.test(c.req.path)
    if (!isCounted) return next()
    const address = c.get('clientAddress')
    const waitS = await limitNetwork(deps, { purpose: 'entry', address, limit: perQuarterHour, windowS: 900 })
    if (waitS > 0) throw new HttpError(429, 'Too many tries', { retryAfterS: waitS })
    return next()
  }
}
