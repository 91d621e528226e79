import type { MiddlewareHandler } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env, Viewer } from '../platform/http/context.ts'
import { readCookie, writeCookie } from '../platform/http/cookies.ts'
import { wantsJson } from '../platform/http/failures.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { proofMinutes, viewerOf } from './sessions.ts'

export const sessionCookieDays = 90

/** Puts the signed-in person into `viewer`. Runs before whatever depends on who that is. */
export function sessionMiddleware(deps: Pick<Deps, 'config' | 'db' | 'now'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = readCookie(c, deps.config, 'session')
    c.set('viewer', token && /^[\w-]{43}$/.test(token) ? await viewerOf(deps, token) : undefined)
    return next()
  }
}

/** Sends whoever is signed out to the sign-in page, which brings them back. */
export const requireSignedIn: MiddlewareHandler<Env> = async (c, next) => {
  const viewer = c.get('viewer')
  if (viewer && !viewer.mustAgree) return next()
  if (viewer) {
    if (wantsJson(c)) throw new HttpError(403, 'Agree to the terms first')
    return c.redirect(`/sign-in/terms?return=${encodeURIComponent(pageOf(c))}`, 303)
  }
  if (wantsJson(c)) throw new HttpError(401, 'Sign in first')
  return c.redirect(`/sign-in?return=${encodeURIComponent(pageOf(c))}`, 303)
}

/** The signed-in person, on routes behind {@link requireSignedIn}. */
export function signedIn(c: Ctx): Viewer {
  const viewer = c.get('viewer')
  if (!viewer) throw new HttpError(401, 'Sign in first')
  return viewer
}

/**
 * For what is dangerous: asks for the password, a passkey or the second factor again when the last proof is older than
 * five minutes (UX 3), then comes back to the page.
 */
export function requireRecentProof(deps: Pick<Deps, 'now'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const viewer = c.get('viewer')
    if (!viewer || viewer.mustAgree) return requireSignedIn(c, next)
    if (hasRecentProof(viewer, deps.now())) return next()
    if (wantsJson(c)) throw new HttpError(403, 'Prove again who you are first')
    return c.redirect(`/sign-in/again?return=${encodeURIComponent(pageOf(c))}`, 303)
  }
}

export function hasRecentProof(viewer: Viewer, now: Date): boolean {
  return now.getTime() - viewer.provedAt.getTime() <= proofMinutes * 60_000
}

export function writeSessionCookie(c: Ctx, config: Deps['config'], token: string): void {
  writeCookie(c, config, 'session', token, { maxAgeS: sessionCookieDays * 86_400 })
}

/** The page a request belongs to: itself for a GET; for an action the page above it, since actions lie below their page. */
function pageOf(c: Ctx): string {
  const { pathname, search } = new URL(c.req.url)
  const path = c.req.method === 'GET' ? `${pathname}${search}` : pathname.replace(/\/[^/]*$/, '')
  return safeReturnPath(path) ?? '/dashboard'
}
