import { Hono } from 'hono'
import { isJsonObject, parseJsonObject } from '@lapel/openbadges'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import * as tokens from './issue-tokens.ts'
import { registerClient, RegistrationRefused } from './register-client.ts'
import { allScopes } from './scopes.ts'

const hourlyRegistrations = 20
const hourlyWrongSecrets = 100
const largestRegistration = 20_000

/** Where the parts of the authorization server are; the discovery documents name them. */
export const oauthPaths = {
  authorize: '/authorize',
  register: '/oauth/register',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
} as const

/** What apps ask the authorization server: registration, tokens, revocation and where these are. No cookie counts here. */
export function oauthRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.onError((error, c) => oauthFailure(c, deps, error))

  // RFC 8414.
  routes.get('/.well-known/oauth-authorization-server', (c) => {
    const at = (path: string) => `${deps.config.publicUrl}${path}`
    c.header('cache-control', 'public, max-age=3600')
    c.header('access-control-allow-origin', '*')
    return c.json({
      issuer: deps.config.publicUrl,
      authorization_endpoint: at(oauthPaths.authorize),
      token_endpoint: at(oauthPaths.token),
      registration_endpoint: at(oauthPaths.register),
      revocation_endpoint: at(oauthPaths.revoke),
      scopes_supported: allScopes,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      service_documentation: at('/developers'),
      op_policy_uri: at('/privacy'),
      op_tos_uri: at('/terms'),
    })
  })

  routes.post(oauthPaths.register, async (c) => {
    c.header('cache-control', 'no-store')
    const network = throttledNetwork(c.get('clientAddress'))
    const waitS = await throttle(deps, {
      purpose: 'oauth-register',
      subject: network,
      limit: hourlyRegistrations,
      windowS: 3600,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many registrations from this network', { retryAfterS: waitS })
    return c.json(await registerClient(deps, await jsonBody(c)), 201)
  })

  routes.post(oauthPaths.token, async (c) => {
    c.header('cache-control', 'no-store')
    // RFC 6749 section 5.1 wants both.
    c.header('pragma', 'no-cache')
    const client = await proven(c)
    const { one, need } = await formOf(c)
    const grantType = need('grant_type')
    if (grantType === 'authorization_code')
      return c.json(
        await tokens.exchangeCode(deps, {
          client,
          code: need('code'),
          redirectUri: need('redirect_uri'),
          verifier: need('code_verifier'),
          scope: one('scope'),
        }),
      )
    if (grantType === 'refresh_token')
      return c.json(
        await tokens.exchangeRefreshToken(deps, { client, refreshToken: need('refresh_token'), scope: one('scope') }),
      )
    throw new tokens.TokenRefused('unsupported_grant_type', {
      why: 'grant_type is authorization_code or refresh_token',
    })
  })

  // RFC 7009. A token that is not known, or not this client's, is as good as revoked.
  routes.post(oauthPaths.revoke, async (c) => {
    c.header('cache-control', 'no-store')
    const client = await proven(c)
    const { need } = await formOf(c)
    await tokens.revokeToken(deps, { client, token: need('token') })
    return c.body(null, 200)
  })

  /** Wrong secrets are counted by network, so that nobody has us compare them without end. */
  async function proven(c: Ctx) {
    try {
      return await tokens.provenClient(deps, c.req.header('authorization'))
    } catch (error) {
      const subject = throttledNetwork(c.get('clientAddress'))
      const o = { purpose: 'oauth-client', subject, limit: hourlyWrongSecrets, windowS: 3600 }
      const waitS = await throttle(deps, o)
      if (waitS > 0) throw new HttpError(429, 'Too many wrong secrets', { retryAfterS: waitS, cause: error })
      throw error
    }
  }

  return routes
}

async function jsonBody(c: Ctx): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    throw new RegistrationRefused('invalid_client_metadata', { why: 'Send application/json' })
  const text = await c.req.text()
  try {
    const body = parseJsonObject(text, { maxLength: largestRegistration })
    if (isJsonObject(body)) return body
  } catch {
    // Not JSON, or not an object: said below.
  }
  throw new RegistrationRefused('invalid_client_metadata', { why: 'Send a JSON object' })
}

/** The fields of a form, each at most once (RFC 6749 section 3.2). */
async function formOf(c: Ctx) {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? ''))
    throw new tokens.TokenRefused('invalid_request', { why: 'Send application/x-www-form-urlencoded' })
  const fields = new URLSearchParams(await c.req.text())
  const one = (name: string) => {
    if (fields.getAll(name).length > 1) throw new tokens.TokenRefused('invalid_request', { why: `${name} came twice` })
    return fields.get(name) ?? undefined
  }
  const need = (name: string) => {
    const value = one(name)
    if (!value) throw new tokens.TokenRefused('invalid_request', { why: `${name} is missing` })
    return value
  }
  return { one, need }
}

/** RFC 6749 section 5.2, RFC 7591 section 3.2.2. */
function oauthFailure(c: Ctx, { log }: Pick<Deps, 'log'>, error: unknown): Response {
  c.header('cache-control', 'no-store')
  if (error instanceof RegistrationRefused || error instanceof tokens.TokenRefused) {
    const isUnknown = error.code === 'invalid_client'
    if (isUnknown) c.header('www-authenticate', 'Basic realm="lapel"')
    return c.json({ error: error.code, error_description: String(error.values['why'] ?? '') }, isUnknown ? 401 : 400)
  }
  if (error instanceof HttpError) {
    if (error.retryAfterS !== undefined) c.header('retry-after', String(error.retryAfterS))
    return c.json({ error: 'temporarily_unavailable', error_description: error.message }, error.status)
  }
  log.error({ err: error, request: c.get('requestId') }, 'request failed')
  return c.json({ error: 'server_error', error_description: 'Something went wrong here' }, 500)
}
