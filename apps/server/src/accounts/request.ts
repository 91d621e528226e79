import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { readCookie, writeCookie } from '../platform/http/cookies.ts'
import { visitorId } from '../platform/http/csrf.ts'
import { hashToken } from '../platform/secrets.ts'
import type { Device } from './sessions.ts'

/** Which browser asks, as it is stored: the hash of its visitor cookie. */
export function browserHashOf(c: Ctx, config: Deps['config']): Buffer {
  return hashToken(visitorId(c, config))
}

export function deviceOf(c: Ctx): Device {
  return { address: c.get('clientAddress'), userAgent: c.req.header('user-agent') ?? '' }
}

export function readDeviceToken(c: Ctx, config: Deps['config']): string | undefined {
  const token = readCookie(c, config, 'device')
  return token && /^[\w-]{43}$/.test(token) ? token : undefined
}

export function writeDeviceCookie(c: Ctx, config: Deps['config'], token: string): void {
  writeCookie(c, config, 'device', token, { maxAgeS: 365 * 86_400 })
}
