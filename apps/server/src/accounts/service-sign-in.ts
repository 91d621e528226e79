import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client'
import { z } from 'zod'
import type { SignInProvider } from '../platform/config.ts'
import { DomainError } from '../platform/errors.ts'
import { sameBytes } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'

const minutes = 10
const purpose = 'service-state'

export class ServiceFailed extends DomainError<'service.failed'> {
  override name = 'ServiceFailed'
}

/**
 * What travels as `state` to the other service and back, sealed: nothing is stored, so that the link to the service
 * changes nothing here, and only the browser that went can come back.
 */
const travelling = z.object({
  issuer: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  browser: z.string(),
  until: z.number(),
  returnTo: z.string(),
  /** The account and session that want to link the service. */
  link: z.object({ accountId: z.string(), sessionId: z.string() }).optional(),
})
type Travelling = z.infer<typeof travelling>

// One look at a provider's published settings per process; a failed one is tried again.
const configurations = new Map<string, Promise<Configuration>>()

function configurationOf(provider: SignInProvider): Promise<Configuration> {
  const key = `${provider.issuer} ${provider.clientId}`
  let found = configurations.get(key)
  if (!found) {
    const issuer = new URL(provider.issuer)
    // Plain http only on this machine, for development and tests.
    const isLocal = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(issuer.hostname)
    found = discovery(issuer, provider.clientId, provider.clientSecret, undefined, {
      timeout: 10,
      execute: isLocal ? [allowInsecureRequests] : [],
    })
    configurations.set(key, found)
    found.catch(() => configurations.delete(key))
  }
  return found
}

function callbackOf(deps: Pick<AccountsDeps, 'config'>, provider: SignInProvider): string {
  return `${deps.config.publicUrl}/sign-in/with/${provider.id}/callback`
}

/** Where the browser is sent: the service's page, with PKCE, nonce and a sealed state. @throws {ServiceFailed} */
export async function addressOfService(
  deps: Pick<AccountsDeps, 'config' | 'now' | 'secrets' | 'log'>,
  provider: SignInProvider,
  o: { browserHash: Buffer; returnTo: string; link?: Travelling['link'] },
): Promise<string> {
  const verifier = randomPKCECodeVerifier()
  const state: Travelling = {
    issuer: provider.issuer,
    nonce: randomNonce(),
    verifier,
    browser: o.browserHash.toString('base64url'),
    until: deps.now().getTime() + minutes * 60_000,
    returnTo: o.returnTo,
    link: o.link,
  }
  try {
    const address = buildAuthorizationUrl(await configurationOf(provider), {
      redirect_uri: callbackOf(deps, provider),
      scope: 'openid profile email',
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce: state.nonce,
      state: deps.secrets.seal(purpose, JSON.stringify(state)).toString('base64url'),
      // An account that is linked must be chosen, not whichever happens to be signed in there.
      ...(o.link ? { prompt: 'login' } : {}),
    })
    return address.href
  } catch (error) {
    throw failed(deps, provider, error)
  }
}

export interface ServiceAnswer {
  issuer: string
  subject: string
  /** What the service calls the person; for recognizing, never for matching. */
  label: string
  /** For filling a form in, which the person still proves. */
  claimed: z.infer<typeof claims>
  returnTo: string
  link: Travelling['link']
}

const word = z.string().max(200).optional().catch(undefined)
const claims = z.object({ email: word, given_name: word, family_name: word })

/** Reads the service's answer: exchanges the code and checks the ID token. @throws {ServiceFailed} */
export async function answerOfService(
  deps: Pick<AccountsDeps, 'config' | 'now' | 'secrets' | 'log'>,
  provider: SignInProvider,
  o: { browserHash: Buffer; search: string },
): Promise<ServiceAnswer> {
  const sealed = new URLSearchParams(o.search).get('state') ?? ''
  const state = openState(deps, sealed)
  const isTheirs =
    state?.issuer === provider.issuer &&
    state.until > deps.now().getTime() &&
    sameBytes(Buffer.from(state.browser), Buffer.from(o.browserHash.toString('base64url')))
  if (!state || !isTheirs) throw new ServiceFailed('service.failed')
  try {
    const tokens = await authorizationCodeGrant(
      await configurationOf(provider),
      new URL(`${callbackOf(deps, provider)}${o.search}`),
      { pkceCodeVerifier: state.verifier, expectedNonce: state.nonce, expectedState: sealed, idTokenExpected: true },
    )
    const said = tokens.claims()
    if (!said?.sub) throw new Error('The answer names nobody')
    const label = [said['email'], said['preferred_username'], said['name']].find(
      (value): value is string => typeof value === 'string' && value !== '',
    )
    return {
      issuer: provider.issuer,
      subject: said.sub,
      label: label ?? said.sub,
      claimed: claims.parse(said),
      returnTo: state.returnTo,
      link: state.link,
    }
  } catch (error) {
    throw failed(deps, provider, error)
  }
}

function openState(deps: Pick<AccountsDeps, 'secrets'>, sealed: string): Travelling | undefined {
  if (sealed.length > 4000) return undefined
  try {
    const text = deps.secrets.open(purpose, Buffer.from(sealed, 'base64url')).toString('utf8')
    return travelling.parse(JSON.parse(text))
  } catch {
    return undefined // altered, or made by somebody else
  }
}

/** The log keeps the library's code, which names no person; the visitor learns that it did not work. */
function failed(deps: Pick<AccountsDeps, 'log'>, provider: SignInProvider, error: unknown): ServiceFailed {
  const { code, error: reason } = error as { code?: string; error?: string }
  deps.log.warn({ provider: provider.id, code, reason }, 'sign-in with another service failed')
  return new ServiceFailed('service.failed')
}
