import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { accountById } from '../accounts/index.ts'
import { badgeState, heldCredentials } from '../claiming/index.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { throttle } from '../platform/http/throttle.ts'
import { hashToken } from '../platform/secrets.ts'
import { credentialUrl } from '../signing/index.ts'
import { tokenPrefix } from './applications-routes.ts'
import { profileOf } from './profile-store.ts'
import { liveToken, noteUse, type TokenScope } from './tokens-store.ts'

const hourlyRequests = 1000
const largestPage = 100

/** Who asks, on routes behind {@link needsScope}. */
const askers = new WeakMap<Ctx, { accountId: string }>()

/** `/api/v1/me`: what a person's own programs read with a personal token. */
export function personalApiRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/api/v1/me/badges', needsScope(deps, 'badges:read'), async (c) => {
    const { accountId } = askers.get(c) ?? never()
    const limit = wholeNumber(c.req.query('limit'), {
      name: 'limit',
      fallback: largestPage,
      least: 1,
      most: largestPage,
    })
    const offset = wholeNumber(c.req.query('offset'), { name: 'offset', fallback: 0, least: 0, most: 100_000 })
    const withCredential = c.req.query('include') === 'credential'
    const rows = await heldCredentials(deps.db)
      .where('c.accountId', '=', accountId)
      .where('c.decision', 'in', ['accepted', 'automatic'])
      .orderBy('c.validFrom', 'desc')
      .orderBy('c.id', 'desc')
      .limit(limit + 1)
      .offset(offset)
      .execute()
    const items = []
    for (const row of rows.slice(0, limit)) {
      const signed = withCredential ? await signedCredentialBody(deps.db, row.publicId) : undefined
      items.push({
        id: row.publicId,
        url: credentialUrl(deps.config, row.publicId),
        name: row.snapshot.achievement.name,
        description: row.snapshot.achievement.description,
        language: row.snapshot.achievement.language,
        issuer: { id: row.snapshot.issuer.id, name: row.snapshot.issuer.name },
        awardedOn: row.snapshot.awardedOn,
        validUntil: row.validUntil?.toISOString() ?? null,
        state: badgeState(row, deps.now()),
        visibility: row.visibility,
        ...(signed === undefined ? {} : { credential: JSON.parse(signed) as unknown }),
      })
    }
    return c.json({
      items,
      next: rows.length > limit ? `/api/v1/me/badges?limit=${limit}&offset=${offset + limit}` : null,
    })
  })

  routes.get('/api/v1/me/profile', needsScope(deps, 'profile:read'), async (c) => {
    const { accountId } = askers.get(c) ?? never()
    const account = await accountById(deps.db, accountId)
    const profile = await profileOf(deps.db, accountId)
    return c.json({
      givenName: account?.givenName ?? '',
      familyName: account?.familyName ?? '',
      handle: profile?.handle ?? null,
      isVisible: profile?.isVisible ?? false,
      headline: profile?.headline ?? '',
      place: profile?.place ?? '',
      bio: profile?.bio ?? '',
      links: profile?.links ?? [],
    })
  })

  return routes
}

function never(): never {
  throw new Error('This route is not behind needsScope')
}

/** Lets a request with a live personal token of this scope pass, and counts it. */
function needsScope(deps: Deps, scope: TokenScope): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.header('cache-control', 'no-store')
    const value = /^Bearer ([\w-]{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const token = value?.startsWith(tokenPrefix)
      ? await liveToken(deps.db, { tokenHash: hashToken(value), now: deps.now() })
      : undefined
    if (!token) {
      c.header('www-authenticate', 'Bearer realm="lapel"')
      throw new HttpError(401, 'Send a personal token that is still valid')
    }
    const waitS = await throttle(deps, {
      purpose: 'personal-api',
      subject: token.id,
      limit: hourlyRequests,
      windowS: 3600,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many requests with this token', { retryAfterS: waitS })
    if (!token.scopes.includes(scope)) {
      c.header('www-authenticate', `Bearer realm="lapel", error="insufficient_scope", scope="${scope}"`)
      throw new HttpError(403, `The token lacks the scope ${scope}`)
    }
    // To the minute is enough to recognize a token that nobody uses.
    if (!token.lastUsedAt || deps.now().getTime() - token.lastUsedAt.getTime() > 60_000)
      await noteUse(deps.db, { id: token.id, at: deps.now() })
    askers.set(c, { accountId: token.accountId })
    return next()
  }
}

function wholeNumber(
  text: string | undefined,
  o: { name: string; fallback: number; least: number; most: number },
): number {
  if (text === undefined) return o.fallback
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN
  if (!(value >= o.least && value <= o.most))
    throw new HttpError(400, `${o.name} is a whole number from ${o.least} to ${o.most}`)
  return value
}
