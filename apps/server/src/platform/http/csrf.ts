import type { MiddlewareHandler } from 'hono'
import type { Deps } from '../deps.ts'
import { HttpError } from '../errors.ts'
import { newToken } from '../ids.ts'
import { sameBytes } from '../secrets.ts'
import { readCookie, writeCookie } from './cookies.ts'
import type { Ctx, Env } from './context.ts'
import { formBody } from './forms.ts'

/**
 * The token that a form of this visitor carries: bound to the session, or to a visitor cookie that is set when the first
 * form is shown. Pages without a form set no cookie, so they can be cached.
 */
export function csrfToken(c: Ctx, { config, secrets }: Pick<Deps, 'config' | 'secrets'>): string {
  return secrets.keyedHash('csrf', visitorKey(c, config)).toString('base64url')
}

/** Who this browser is before anybody signs in; the same value for the whole visit. */
export function visitorKey(c: Ctx, config: Deps['config']): string {
  const session = c.get('viewer')?.sessionId
  if (session) return `session:${session}`
  return `visitor:${visitorId(c, config)}`
}

const fresh = new WeakMap<Ctx, string>()

/** The random id of this browser, made when it is first needed. */
export function visitorId(c: Ctx, config: Deps['config']): string {
  const known = readCookie(c, config, 'visitor') ?? fresh.get(c)
  if (known && /^[\w-]{43}$/.test(known)) return known
  const made = newToken()
  fresh.set(c, made)
  writeCookie(c, config, 'visitor', made, { maxAgeS: 86_400 * 30 })
  return made
}

/** Why a form was refused that this site may well have shown, but to a session that is over. */
export const staleForm = Symbol('stale form')

const unsafe = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method)

/** Preferences that harm nobody: shown on cached pages, so they carry no token; the fetch metadata protect them. */
const tokenless = new Set(['/locale', '/theme'])

/** No page and no cookie counts here: apps speak with tokens and secrets of their own (OAuth 2.0). */
export function isForApps(path: string): boolean {
  return path.startsWith('/oauth/') || path.startsWith('/ims/')
}

/**
 * A bearer token is nothing that a browser sends by itself, and only the API reads one. Anything else in that header, such
 * as a name and password in an address, proves nothing about who began the request.
 */
function isProgram(c: Ctx): boolean {
  if (isForApps(c.req.path)) return true
  return c.req.path.startsWith('/api/') && /^bearer /i.test(c.req.header('authorization') ?? '')
}

/**
 * Refuses every state change that another site began (SECURITY S40): by fetch metadata where the browser sends them, by
 * Origin otherwise, and by the form's token. Requests with a bearer credential carry no cookie authority and pass.
 */
export function crossSiteProtection(deps: Pick<Deps, 'config' | 'secrets'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!unsafe(c.req.method) || isProgram(c)) return next()
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    if (
      site
        ? site !== 'same-origin' && site !== 'none'
        : origin !== undefined && origin !== new URL(c.req.url).origin && origin !== deps.config.publicUrl
    )
      throw new HttpError(403, 'This request came from another site')
    if (c.req.path.startsWith('/api/') || tokenless.has(c.req.path)) return next()
    const type = c.req.header('content-type') ?? ''
    if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type))
      throw new HttpError(415, 'Send a form')
    const body = await formBody(c)
    const token = body['csrf']
    const expected = csrfToken(c, deps)
    if (typeof token !== 'string' || !sameBytes(Buffer.from(token), Buffer.from(expected)))
      throw new HttpError(403, 'The form is too old or came from another site', { cause: staleForm })
    return next()
  }
}
