import { createHash } from 'node:crypto'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { newToken } from '../platform/ids.ts'
import { hashToken, sameBytes } from '../platform/secrets.ts'
import * as store from './connections-store.ts'
import { apiScopes, scopeList } from './scopes.ts'

/** The codes of RFC 6749 section 5.2. */
export type TokenRefusal =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
/** `values.why` says in English what is wrong, for the developer. */
export class TokenRefused extends DomainError<TokenRefusal> {
  override name = 'TokenRefused'
}

export const codeMinutes = 10
export const accessSeconds = 3600
/** Days that a refresh token lives; using it gives another one. */
export const refreshDays = 90
/** So that programs which look for leaked keys recognize ours. */
export const accessPrefix = 'lapel_at_'
export const refreshPrefix = 'lapel_rt_'

export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  scope: string
  refresh_token?: string
}

type TokenDeps = Pick<Deps, 'db' | 'now'>

/**
 * Gives tokens for a code, once (RFC 6749 section 4.1.3, RFC 7636). A code that comes a second time was copied, so all
 * that came of it ends (section 4.1.2).
 *
 * @throws {TokenRefused}
 */
export async function exchangeCode(
  { db, now }: TokenDeps,
  o: { client: store.Client; code: string; redirectUri: string; verifier: string; scope: string | undefined },
): Promise<TokenAnswer> {
  // What was found is returned out of the transaction, since a throw would undo the ending of a copied code.
  const found = await db.transaction().execute(async (tx): Promise<TokenAnswer | TokenRefused> => {
    const grant = await store.lockGrantByCode(tx, hashToken(o.code))
    const at = now()
    // Another client learns nothing about a code that is not its own, and does no harm to it.
    if (!grant || grant.clientId !== o.client.id) return refused('invalid_grant', 'This code is not known')
    if (grant.codeUsedAt) {
      await store.revokeGrant(tx, { id: grant.id, at })
      return refused('invalid_grant', 'This code was used before; what came of it has ended')
    }
    if (grant.revokedAt || !(await store.isOpenAccount(tx, grant.accountId)))
      return refused('invalid_grant', 'The person has taken the permission back')
    if (grant.codeExpiresAt <= at) return refused('invalid_grant', `A code lives for ${codeMinutes} minutes`)
    if (grant.redirectUri !== o.redirectUri)
      return refused('invalid_grant', 'redirect_uri is not the one of the authorization request')
    if (!answers(o.verifier, grant.codeChallenge))
      return refused('invalid_grant', 'code_verifier does not belong to the code_challenge')
    const scopes = narrowed(grant.scopes, o.scope)
    if (!scopes) return refused('invalid_scope', 'scope asks for more than was allowed')
    await store.markCodeUsed(tx, { id: grant.id, at })
    return giveTokens(tx, { grantId: grant.id, scopes, at })
  })
  if (found instanceof TokenRefused) throw found
  return found
}

/**
 * Gives new tokens for a refresh token, which is spent by that (RFC 9700 section 4.14.2). A spent one that comes again
 * was stolen from the client or by it, and nobody can tell which: all that came of the permission ends.
 *
 * @throws {TokenRefused}
 */
export async function exchangeRefreshToken(
  { db, now }: TokenDeps,
  o: { client: store.Client; refreshToken: string; scope: string | undefined },
): Promise<TokenAnswer> {
  const tokenHash = hashToken(o.refreshToken)
  const found = await db.transaction().execute(async (tx): Promise<TokenAnswer | TokenRefused> => {
    const token = await store.lockToken(tx, tokenHash)
    const at = now()
    if (!token || token.kind !== 'refresh' || token.clientId !== o.client.id)
      return refused('invalid_grant', 'This refresh token is not known')
    if (token.usedAt) {
      await store.revokeGrant(tx, { id: token.id, at })
      return refused('invalid_grant', 'This refresh token was used before; the connection has ended')
    }
    if (token.revokedAt || token.expiresAt <= at || !(await store.isOpenAccount(tx, token.accountId)))
      return refused('invalid_grant', 'The connection has ended')
    const scopes = narrowed(token.scopes, o.scope)
    if (!scopes) return refused('invalid_scope', 'scope asks for more than was allowed')
    await store.markTokenUsed(tx, { tokenHash, at })
    return giveTokens(tx, { grantId: token.id, scopes: token.scopes, accessScopes: scopes, at })
  })
  if (found instanceof TokenRefused) throw found
  return found
}

/** Ends a token of this client (RFC 7009): a refresh token with all that belongs to it. Any other is ignored. */
export async function revokeToken({ db, now }: TokenDeps, o: { client: store.Client; token: string }): Promise<void> {
  const tokenHash = hashToken(o.token)
  await db.transaction().execute(async (tx) => {
    const token = await store.lockToken(tx, tokenHash)
    if (!token || token.clientId !== o.client.id) return
    if (token.kind === 'refresh') await store.revokeGrant(tx, { id: token.id, at: now() })
    else await store.deleteToken(tx, tokenHash)
  })
}

/** The client that a `client_secret_basic` header proves. @throws {TokenRefused} */
export async function provenClient({ db }: Pick<Deps, 'db'>, header: string | undefined): Promise<store.Client> {
  const unknown = () => refused('invalid_client', 'Send client_id and client_secret in a Basic header')
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,2000})$/i.exec(header ?? '')?.[1]
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? []
  if (id === undefined || secret === undefined) throw unknown()
  const client = await store.clientByPublicId(db, formDecoded(id))
  // Compared either way, so that the time tells nothing about whether the client exists.
  const isRight = sameBytes(hashToken(formDecoded(secret)), client?.secretHash ?? hashToken(''))
  if (!client || !isRight) throw unknown()
  return client
}

/** RFC 6749 section 2.3.1: both are form-encoded before they are put together. Ours need it not, so either works. */
function formDecoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}

async function giveTokens(
  tx: Tx,
  o: { grantId: string; scopes: string[]; accessScopes?: string[]; at: Date },
): Promise<TokenAnswer> {
  const after = (seconds: number) => new Date(o.at.getTime() + seconds * 1000)
  const accessScopes = o.accessScopes ?? o.scopes
  const access = `${accessPrefix}${newToken()}`
  const refresh = o.scopes.includes(apiScopes.stay) ? `${refreshPrefix}${newToken()}` : undefined
  const expiresAt = after(refresh ? refreshDays * 86_400 : accessSeconds)
  const base = { grantId: o.grantId, createdAt: o.at }
  await store.insertTokens(tx, [
    { ...base, tokenHash: hashToken(access), kind: 'access', scopes: accessScopes, expiresAt: after(accessSeconds) },
    ...(refresh
      ? [{ ...base, tokenHash: hashToken(refresh), kind: 'refresh' as const, scopes: o.scopes, expiresAt }]
      : []),
  ])
  await store.extendGrant(tx, { id: o.grantId, expiresAt })
  return {
    access_token: access,
    token_type: 'Bearer',
    expires_in: accessSeconds,
    scope: accessScopes.join(' '),
    ...(refresh ? { refresh_token: refresh } : {}),
  }
}

/** What is asked for, as long as all of it was allowed; all that was allowed when nothing is asked for. */
function narrowed(allowed: string[], asked: string | undefined): string[] | undefined {
  if (asked === undefined || asked.trim() === '') return allowed
  const scopes = scopeList(asked)
  return scopes.every((scope) => allowed.includes(scope)) ? scopes : undefined
}

function answers(verifier: string, challenge: string): boolean {
  // RFC 7636 section 4.1 allows fewer characters; the sample of 1EdTech's own text has others, and the hash decides.
  if (!/^[\x21-\x7e]{43,128}$/.test(verifier)) return false
  const made = createHash('sha256').update(verifier).digest('base64url')
  return sameBytes(Buffer.from(made), Buffer.from(challenge))
}

function refused(code: TokenRefusal, why: string): TokenRefused {
  return new TokenRefused(code, { why })
}
