import type { Db } from '../platform/database/database.ts'
import { type Client, clientByPublicId } from './connections-store.ts'
import { isScope, type Scope, scopeList } from './scopes.ts'

/** What an app asks for, checked (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
export interface AuthorizeRequest {
  client: Client
  redirectUri: string
  scopes: Scope[]
  state: string
  codeChallenge: string
}

export type AuthorizeError =
  | 'invalid_request'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'request_not_supported'
  | 'request_uri_not_supported'

export type ReadRequest =
  | { ok: true; request: AuthorizeRequest }
  /** Nobody knows where this would lead, so it leads nowhere. */
  | { ok: false; to: undefined; reason: 'client' | 'redirect' | 'long' }
  /** Goes back to the app. */
  | { ok: false; to: string }

/** Longer ones would not fit into the cookie that carries them through the sign-in. */
export const longestRequest = 2000
const longestState = 500

/** Reads the query of `/authorize`. `issuer` goes along with what is sent back (RFC 9207). */
export async function readAuthorizeRequest(db: Db, query: string, issuer: string): Promise<ReadRequest> {
  if (query.length > longestRequest) return { ok: false, to: undefined, reason: 'long' }
  const params = new URLSearchParams(query)
  const one = (name: string) => (params.getAll(name).length === 1 ? (params.get(name) ?? '') : undefined)

  const clientId = one('client_id')
  const client = clientId !== undefined && /^[\w-]{22}$/.test(clientId) && (await clientByPublicId(db, clientId))
  if (!client) return { ok: false, to: undefined, reason: 'client' }
  const redirectUri = one('redirect_uri')
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri))
    return { ok: false, to: undefined, reason: 'redirect' }

  const state = one('state')
  const back = (error: AuthorizeError, why: string): ReadRequest => ({
    ok: false,
    to: errorRedirect({ redirectUri, state: state?.slice(0, longestState), issuer, error, why }),
  })
  if (params.has('request')) return back('request_not_supported', 'Send the parameters in the query')
  if (params.has('request_uri')) return back('request_uri_not_supported', 'Send the parameters in the query')
  const twice = [...new Set(params.keys())].find((name) => params.getAll(name).length > 1)
  if (twice !== undefined) return back('invalid_request', 'A parameter was sent twice')
  if (one('response_type') !== 'code') return back('unsupported_response_type', 'response_type has to be code')
  if (!state || state.length > longestState)
    return back('invalid_request', `state has to have 1 to ${longestState} characters`)
  const codeChallenge = one('code_challenge')
  if (one('code_challenge_method') !== 'S256' || !codeChallenge || !/^[\w-]{43}=?$/.test(codeChallenge))
    return back('invalid_request', 'PKCE with code_challenge_method S256 is needed')
  const asked = scopeList(one('scope') ?? '')
  const scopes = asked.filter(isScope)
  if (asked.length === 0 || scopes.length < asked.length || !scopes.every((scope) => client.scopes.includes(scope)))
    return back('invalid_scope', 'scope names what is not offered here or what the client did not register')
  if (scopes.every((scope) => scope === 'offline_access'))
    return back('invalid_scope', 'offline_access alone gives access to nothing')
  return {
    ok: true,
    request: { client, redirectUri, scopes, state, codeChallenge: codeChallenge.replace(/=$/, '') },
  }
}

/** RFC 6749 section 4.1.2.1. */
export function errorRedirect(o: {
  redirectUri: string
  state: string | undefined
  issuer: string
  error: AuthorizeError
  why: string
}): string {
  return withParams(o.redirectUri, {
    error: o.error,
    error_description: o.why,
    ...(o.state === undefined ? {} : { state: o.state }),
    iss: o.issuer,
  })
}

/** RFC 6749 section 4.1.2, with the `scope` that Open Badges 3.0 wants. */
export function codeRedirect(o: {
  redirectUri: string
  state: string
  issuer: string
  code: string
  scopes: readonly string[]
}): string {
  return withParams(o.redirectUri, { code: o.code, scope: o.scopes.join(' '), state: o.state, iss: o.issuer })
}

/** A query that the address has already stays as it is. */
function withParams(address: string, params: Record<string, string>): string {
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(params)}`
}
