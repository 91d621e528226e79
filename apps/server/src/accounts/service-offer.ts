import { z } from 'zod'
import type { Ctx } from '../platform/http/context.ts'
import { clearCookie, readCookie, writeCookie } from '../platform/http/cookies.ts'
import { sameBytes } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { browserHashOf } from './request.ts'
import type { ServiceAnswer } from './service-sign-in.ts'

const purpose = 'service-offer'
/** Long enough to register and to find the code in the mailbox. */
const minutes = 60

const offer = z.object({
  issuer: z.string(),
  subject: z.string(),
  label: z.string(),
  claimed: z.object({
    email: z.string().optional(),
    given_name: z.string().optional(),
    family_name: z.string().optional(),
  }),
  returnTo: z.string(),
  browser: z.string(),
  until: z.number(),
})
export type ServiceOffer = z.infer<typeof offer>
type OfferDeps = Pick<AccountsDeps, 'config' | 'now' | 'secrets'>

/**
 * Keeps what another service said about somebody who has no account linked with it, sealed and in this browser alone,
 * until the person has signed in here or registered and said that the two belong together.
 */
export function keepOffer(c: Ctx, deps: OfferDeps, answer: ServiceAnswer): void {
  const { issuer, subject, label, claimed, returnTo } = answer
  const kept: ServiceOffer = {
    issuer,
    subject,
    label: label.slice(0, 200),
    claimed,
    returnTo,
    browser: browserHashOf(c, deps.config).toString('base64url'),
    until: deps.now().getTime() + minutes * 60_000,
  }
  const sealed = deps.secrets.seal(purpose, JSON.stringify(kept)).toString('base64url')
  // Browsers drop larger cookies; without it the service is linked in the settings.
  if (sealed.length < 3500) writeCookie(c, deps.config, 'service', sealed, { maxAgeS: minutes * 60 })
}

export function keptOffer(c: Ctx, deps: OfferDeps): ServiceOffer | undefined {
  const sealed = readCookie(c, deps.config, 'service')
  if (!sealed) return undefined
  try {
    const text = deps.secrets.open(purpose, Buffer.from(sealed, 'base64url')).toString('utf8')
    const kept = offer.parse(JSON.parse(text))
    const browser = browserHashOf(c, deps.config).toString('base64url')
    const isTheirs = sameBytes(Buffer.from(kept.browser), Buffer.from(browser))
    return isTheirs && kept.until > deps.now().getTime() ? kept : undefined
  } catch {
    return undefined // altered, or from before the secret changed
  }
}

export function forgetOffer(c: Ctx, deps: Pick<AccountsDeps, 'config'>): void {
  clearCookie(c, deps.config, 'service')
}
