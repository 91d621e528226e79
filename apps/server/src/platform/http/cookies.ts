import { getCookie, setCookie } from 'hono/cookie'
import type { Config } from '../config.ts'
import type { Ctx } from './context.ts'

export type CookieName =
  | 'session'
  | 'visitor'
  | 'flash'
  | 'locale'
  /** From a link in a message: the language for a while, before the account's own. */
  | 'read-in'
  | 'theme'
  | 'handoff'
  | 'device'
  | 'two-step'
  | 'service'
  /** What an app asked for, while the person signs in. */
  | 'authorize'

/**
 * `__Host-` cookies (RFC 6265bis section 4.1.3.2) wherever the site is served over https; the demo on plain loopback
 * cannot have them.
 */
function cookieName(config: Pick<Config, 'publicUrl'>, name: CookieName): string {
  return config.publicUrl.startsWith('https:') ? `__Host-lapel-${name}` : `lapel-${name}`
}

export function readCookie(c: Ctx, config: Pick<Config, 'publicUrl'>, name: CookieName): string | undefined {
  return getCookie(c, cookieName(config, name))
}

export function writeCookie(
  c: Ctx,
  config: Pick<Config, 'publicUrl'>,
  name: CookieName,
  value: string,
  options: { maxAgeS?: number } = {},
): void {
  setCookie(c, cookieName(config, name), value, {
    path: '/',
    httpOnly: true,
    secure: config.publicUrl.startsWith('https:'),
    sameSite: 'Lax',
    ...(options.maxAgeS === undefined ? {} : { maxAge: options.maxAgeS }),
  })
}

export function clearCookie(c: Ctx, config: Pick<Config, 'publicUrl'>, name: CookieName): void {
  writeCookie(c, config, name, '', { maxAgeS: 0 })
}
