import type { MiddlewareHandler } from 'hono'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { newPublicId } from '../ids.ts'
import { locales, negotiateLocale, translator, type Locale } from '../i18n/messages.ts'
import type { Env, Theme } from './context.ts'
import { readCookie } from './cookies.ts'

/** Gives every request an id, and writes one line when it is answered: the route's pattern, never the path (S42). */
export function requestLog({ log }: Pick<Deps, 'log'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('requestId', newPublicId())
    const startedAt = performance.now()
    await next()
    // Not c.header(), which makes the whole response anew once there is one.
    c.res.headers.set('x-request-id', c.get('requestId'))
    const pattern = c.req.matchedRoutes.findLast((route) => route.path !== '*' && route.path !== '/*')?.path
    log.info(
      {
        request: c.get('requestId'),
        method: c.req.method,
        route: pattern ?? 'unknown',
        status: c.res.status,
        ms: Math.round(performance.now() - startedAt),
      },
      'request',
    )
  }
}

/**
 * The policy of a page. `formActions` says where the answer of its forms may lead, when that is not this site alone.
 */
export function pagePolicy({ formActions = ["'self'"] }: { formActions?: readonly string[] } = {}): string {
  return policy
    .map((rule) => (rule.startsWith('form-action') ? `form-action ${formActions.join(' ')}` : rule))
    .join('; ')
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
]

/** Headers that no page goes without (SECURITY S38, S42). */
export function securityHeaderList({ publicUrl }: Pick<Config, 'publicUrl'>): Record<string, string> {
  return {
    'content-security-policy': pagePolicy(),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=()',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

/** Gives every answer those headers. A route may set a stricter or a framable policy itself. */
export function securityHeaders({ config }: Pick<Deps, 'config'>): MiddlewareHandler<Env> {
  const list = Object.entries(securityHeaderList(config))
  return async (c, next) => {
    await next()
    const { headers } = c.res
    for (const [name, value] of list) if (!headers.has(name)) headers.set(name, value)
  }
}

/** Where the request came from, seen through as many proxies as the operator has named and no more (SECURITY S12). */
export function clientAddress({ config }: Pick<Deps, 'config'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    let address = '127.0.0.1'
    try {
      address = getConnInfo(c).remote.address ?? address
    } catch {
      // Called without a socket, as unit tests do.
    }
    if (config.trustedProxies > 0) {
      const hops = (c.req.header('x-forwarded-for') ?? '')
        .split(',')
        .map((hop) => hop.trim())
        .filter(Boolean)
      address = hops.at(-config.trustedProxies) ?? address
    }
    c.set('clientAddress', address)
    return next()
  }
}

/** Language and theme: the link of a message, then account, then cookie, then what the browser asks for (UX.md section 16). Runs after the session. */
export function preferences({ config }: Pick<Deps, 'config'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const viewer = c.get('viewer')
    const cookieLocale = (name: 'read-in' | 'locale') => locales.find((known) => known === readCookie(c, config, name))
    const locale: Locale =
      cookieLocale('read-in') ??
      viewer?.locale ??
      cookieLocale('locale') ??
      negotiateLocale(c.req.header('accept-language'))
    const cookieTheme = readCookie(c, config, 'theme')
    const theme: Theme = viewer?.theme ?? (cookieTheme === 'light' || cookieTheme === 'dark' ? cookieTheme : 'system')
    c.set('locale', locale)
    c.set('theme', theme)
    c.set('t', translator(locale))
    return next()
  }
}
