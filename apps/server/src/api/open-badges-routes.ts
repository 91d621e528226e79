import { createHash } from 'node:crypto'
import { isJsonObject, type JsonObject, OpenBadgesError, parseJsonObject } from '@lapel/openbadges'
import { Hono, type MiddlewareHandler } from 'hono'
import { heldCredential } from '../claiming/index.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { throttle } from '../platform/http/throttle.ts'
import { hashToken } from '../platform/secrets.ts'
import { addBadge, AddRefused, type AddRefusal, type Verifier, VerifyRefused } from '../verifying/index.ts'
import { liveAccess, noteGrantUse } from './connections-store.ts'
import { apiRoot, serviceDescription } from './discovery.ts'
import { accessPrefix } from './issue-tokens.ts'
import { credentialsText, listCredentials, pageLinks } from './list-credentials.ts'
import { changePersonProfile, personProfile } from './person-profile.ts'
import { apiScopes, type Scope } from './scopes.ts'
import { ApiRefused, statusInfo } from './status-info.ts'

const largestPage = 100
const largestCredential = 4_000_000
const hourlyRequests = 1000
/** Each is verified, which costs far more than a look. */
const hourlyCredentials = 300

export type OpenBadgesDeps = Deps & { verifier: Verifier; fetchPublic: FetchPublic }

/** Who asks, on routes behind {@link needsScope}. */
const askers = new WeakMap<Ctx, { accountId: string }>()

/** The Open Badges 3.0 API as a Service Provider (host): what an app that was let in may read and add. */
export function openBadgesRoutes(deps: OpenBadgesDeps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.onError((error, c) => statusInfo(c, deps, error))

  const description = JSON.stringify(serviceDescription(deps.config))
  const etag = `"${createHash('sha256').update(description).digest('base64url').slice(0, 22)}"`
  routes.get(`${apiRoot}/discovery`, (c) => {
    const headers = { etag, 'cache-control': 'public, max-age=3600', 'access-control-allow-origin': '*' }
    const known = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (known.includes(etag) || known.includes('*')) return c.body(null, 304, headers)
    return c.body(description, 200, { ...headers, 'content-type': 'application/json' })
  })

  routes.get(`${apiRoot}/credentials`, needsScope(deps, apiScopes.readCredentials), async (c) => {
    const limit = wholeNumber(c, 'limit', { fallback: largestPage, least: 1, most: largestPage })
    const offset = wholeNumber(c, 'offset', { fallback: 0, least: 0, most: 1_000_000 })
    const since = c.req.query('since')
    const { total, bodies } = await listCredentials(deps.db, {
      accountId: accountOf(c),
      limit,
      offset,
      since: moment(since),
    })
    c.header('x-total-count', String(total))
    c.header('link', pageLinks(`${deps.config.publicUrl}${apiRoot}/credentials`, { limit, offset, total, since }))
    return c.body(credentialsText(bodies), 200, { 'content-type': 'application/json' })
  })

  routes.post(`${apiRoot}/credentials`, needsScope(deps, apiScopes.addCredentials), async (c) => {
    const accountId = accountOf(c)
    const { type, sent, text } = await credentialText(c)
    const waitS = await throttle(deps, {
      purpose: 'api-add-badge',
      subject: accountId,
      limit: hourlyCredentials,
      windowS: 3600,
    })
    if (waitS > 0) throw new ApiRefused(429, 'Too many badges in an hour', { retryAfterS: waitS })
    const isNew = await keep(deps, { accountId, text })
    return c.body(sent, isNew ? 201 : 200, { 'content-type': type })
  })

  routes.get(`${apiRoot}/profile`, needsScope(deps, apiScopes.readProfile), async (c) =>
    c.json(await personProfile(deps, accountOf(c))),
  )

  routes.put(`${apiRoot}/profile`, needsScope(deps, apiScopes.changeProfile), async (c) => {
    const accountId = accountOf(c)
    if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(c.req.header('content-type') ?? ''))
      throw new ApiRefused(415, 'Send application/json')
    await changePersonProfile(deps, { accountId, given: readJson(await c.req.text()) })
    return c.json(await personProfile(deps, accountId))
  })

  for (const [path, allowed] of [
    ['discovery', 'GET'],
    ['credentials', 'GET, POST'],
    ['profile', 'GET, PUT'],
  ] as const)
    routes.all(`${apiRoot}/${path}`, (c) => {
      c.header('allow', allowed)
      throw new ApiRefused(405, `Only ${allowed} is possible here`)
    })
  routes.all(`${apiRoot}/*`, () => {
    throw new ApiRefused(404, 'Nothing is here')
  })

  return routes
}

/** Lets a request of an app pass that was let in with this scope, and counts it. */
function needsScope(deps: Deps, scope: Scope): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.header('cache-control', 'no-store')
    const value = /^Bearer ([\w-]{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const access = value?.startsWith(accessPrefix)
      ? await liveAccess(deps.db, { tokenHash: hashToken(value), now: deps.now() })
      : undefined
    if (!access) {
      c.header('www-authenticate', `Bearer realm="lapel"${value === undefined ? '' : ', error="invalid_token"'}`)
      throw new ApiRefused(401, 'Send an access token that is still valid')
    }
    const waitS = await throttle(deps, {
      purpose: 'open-badges-api',
      subject: access.grantId,
      limit: hourlyRequests,
      windowS: 3600,
    })
    if (waitS > 0) throw new ApiRefused(429, 'Too many requests with this permission', { retryAfterS: waitS })
    if (!access.scopes.includes(scope)) {
      c.header('www-authenticate', `Bearer realm="lapel", error="insufficient_scope", scope="${scope}"`)
      throw new ApiRefused(403, `The token lacks the scope ${scope}`)
    }
    // To the minute is enough to recognize an app that nobody uses.
    if (!access.lastUsedAt || deps.now().getTime() - access.lastUsedAt.getTime() > 60_000)
      await noteGrantUse(deps.db, { id: access.grantId, at: deps.now() })
    askers.set(c, { accountId: access.accountId })
    return next()
  }
}

function accountOf(c: Ctx): string {
  const asker = askers.get(c)
  if (!asker) throw new Error('This route is not behind needsScope')
  return asker.accountId
}

/** The credential in a request: JSON, or a compact JWS as text. It is answered and kept letter by letter. */
async function credentialText(c: Ctx): Promise<{ type: string; sent: Uint8Array<ArrayBuffer>; text: string }> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isJson = ['application/json', 'application/vc+ld+json', 'application/vc', 'application/ld+json'].includes(type)
  if (!isJson && type !== 'text/plain')
    throw new ApiRefused(415, 'Send application/json, application/vc+ld+json, or a compact JWS as text/plain')
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.length > largestCredential) throw new ApiRefused(413, `A credential has at most ${largestCredential} bytes`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    throw new ApiRefused(400, 'The body is not UTF-8')
  }
  // Nothing that would make us open an address: only the credential itself is taken.
  if (isJson) readJson(text)
  else if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw new ApiRefused(400, 'The body is not a compact JWS')
  return { type, sent: bytes, text }
}

const refusals: Record<AddRefusal, string> = {
  'add.nothing': 'This is not an Open Badges 3.0 AchievementCredential',
  'add.not-valid': 'The credential does not verify',
  'add.withdrawn': 'The credential was revoked by its issuer',
  'add.other-recipient': 'The credential is not made out to a confirmed address of this person',
  'add.own': 'This badge was issued here; the person gets it from its issuer',
  'add.known': 'A credential of another issuer with the same id is kept already',
}

/** @returns whether it is new. @throws {ApiRefused} */
async function keep(deps: OpenBadgesDeps, o: { accountId: string; text: string }): Promise<boolean> {
  try {
    const { isNew } = await addBadge(deps, {
      accountId: o.accountId,
      input: o.text,
      source: 'text',
      replaces: true,
      version: '3.0',
    })
    return isNew
  } catch (error) {
    if (error instanceof AddRefused) {
      if (error.code === 'add.own' && (await isInBackpack(deps, o))) return false
      throw new ApiRefused(400, refusals[error.code])
    }
    if (error instanceof VerifyRefused)
      throw error.code === 'verify.busy'
        ? new ApiRefused(503, 'Too many badges are being verified; try again soon', { retryAfterS: 30 })
        : new ApiRefused(400, 'The credential is too large or too complex to verify')
    throw error
  }
}

/** A badge of this site that comes back as it was signed, and lies in the backpack already. */
async function isInBackpack({ db, config }: Deps, o: { accountId: string; text: string }): Promise<boolean> {
  if (!o.text.startsWith('{')) return false
  const { id } = readJson(o.text)
  const [, publicId] = /^\/b\/([\w-]{22})$/.exec(typeof id === 'string' ? id.replace(config.publicUrl, '') : '') ?? []
  const held = publicId === undefined ? undefined : await heldCredential(db, publicId)
  if (!held || held.accountId !== o.accountId || !['accepted', 'automatic'].includes(held.decision)) return false
  return (await signedCredentialBody(db, held.publicId))?.trim() === o.text
}

function readJson(text: string): JsonObject {
  try {
    const value = parseJsonObject(text, { maxLength: largestCredential })
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
  }
  throw new ApiRefused(400, 'The body is not a JSON object')
}

function wholeNumber(c: Ctx, name: string, o: { fallback: number; least: number; most: number }): number {
  const text = c.req.query(name)
  if (text === undefined) return o.fallback
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN
  if (!(value >= o.least && value <= o.most))
    throw new ApiRefused(400, `${name} is a whole number from ${o.least} to ${o.most}`, {
      minor: 'invalid_query_parameter',
    })
  return value
}

/** An xsd:dateTime with a zone. */
function moment(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  // A plus sign that was not encoded arrives as a space.
  const written = text.replace(' ', '+')
  const isShaped = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(written)
  const at = new Date(written)
  if (!isShaped || Number.isNaN(at.getTime()))
    throw new ApiRefused(400, 'since is a date and time with a zone, such as 2026-01-31T12:00:00Z', {
      minor: 'invalid_query_parameter',
    })
  return at
}
