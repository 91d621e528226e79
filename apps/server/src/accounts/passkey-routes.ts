import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import type { AccountsDeps } from './accounts.ts'
import { endHalfSignIn, halfSignInOf } from './half-sign-in.ts'
import { limitNetwork } from './limits.ts'
import { requireRecentProof, requireSignedIn, signedIn, writeSessionCookie } from './middleware.ts'
import {
  addPasskey,
  PasskeyRefused,
  type RelyingParty,
  registrationOptions,
  signInOptions,
  usePasskey,
} from './passkeys.ts'
import { browserHashOf, deviceOf } from './request.ts'
import { renewSession } from './sessions.ts'
import { startSession } from './start-session.ts'

const optionsForm = z.object({ purpose: z.enum(['register', 'sign-in', 'prove']) })
const answerForm = z.object({ response: z.string().max(60_000), return: z.string().optional() })
const newForm = z.object({ response: z.string().max(60_000), name: z.string().max(80).optional() })

/** What client/passkeys.ts talks to. */
export function passkeyRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config } = deps
  const recent = requireRecentProof(deps)

  routes.post('/sign-in/passkey/options', async (c) => {
    const form = await readForm(c, optionsForm)
    const party = relyingParty(c, config)
    if (!form.ok || !party) throw new HttpError(400, 'No passkeys here')
    const waitS = await limitNetwork(deps, {
      purpose: 'passkey',
      address: c.get('clientAddress'),
      limit: 120,
      windowS: 900,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many tries', { retryAfterS: waitS })
    const browserHash = browserHashOf(c, config)
    c.header('cache-control', 'no-store')
    if (form.data.purpose === 'sign-in')
      return c.json(await signInOptions(deps, { party, browserHash, accountId: undefined }))
    const viewer = signedIn(c)
    if (form.data.purpose === 'prove')
      return c.json(await signInOptions(deps, { party, browserHash, accountId: viewer.accountId }))
    return c.json(
      await registrationOptions(deps, {
        party,
        browserHash,
        accountId: viewer.accountId,
        email: viewer.primaryEmail,
        displayName: `${viewer.givenName} ${viewer.familyName}`.trim(),
      }),
    )
  })

  routes.post('/sign-in/passkey', async (c) => {
    const { typed } = await readForm(c, answerForm)
    const browserHash = browserHashOf(c, config)
    const half = await halfSignInOf(deps.db, { browserHash, now: deps.now() })
    const asked = safeReturnPath(typed['return'])
    const party = relyingParty(c, config)
    try {
      if (!party) throw new PasskeyRefused('passkey.failed')
      const { accountId } = await usePasskey(deps, { party, browserHash, response: typed['response'] ?? '' })
      if (half) await endHalfSignIn(deps.db, { id: half.id, now: deps.now() })
      await startSession(c, deps, { accountId, method: 'passkey' })
      return c.redirect(asked ?? safeReturnPath(half?.returnTo) ?? '/dashboard', 303)
    } catch (error) {
      if (!(error instanceof PasskeyRefused)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')('passkey.failed') })
      return c.redirect(half ? '/sign-in/second-step' : backToSignIn(asked), 303)
    }
  })

  routes.post('/sign-in/again/passkey', requireSignedIn, async (c) => {
    const { typed } = await readForm(c, answerForm)
    const viewer = signedIn(c)
    const returnTo = safeReturnPath(typed['return']) ?? '/dashboard'
    const party = relyingParty(c, config)
    try {
      if (!party) throw new PasskeyRefused('passkey.failed')
      await usePasskey(deps, {
        party,
        accountId: viewer.accountId,
        browserHash: browserHashOf(c, config),
        response: typed['response'] ?? '',
      })
    } catch (error) {
      if (!(error instanceof PasskeyRefused)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')('passkey.failed') })
      return c.redirect(`/sign-in/again?return=${encodeURIComponent(returnTo)}`, 303)
    }
    writeSessionCookie(c, config, await renewSession(deps.db, { sessionId: viewer.sessionId, now: deps.now() }))
    return c.redirect(returnTo, 303)
  })

  routes.post('/settings/privacy-security/passkeys', recent, async (c) => {
    const { typed } = await readForm(c, newForm)
    const { accountId, sessionId } = signedIn(c)
    const t = c.get('t')
    const party = relyingParty(c, config)
    try {
      if (!party) throw new PasskeyRefused('passkey.failed')
      await addPasskey(deps, {
        party,
        accountId,
        sessionId,
        browserHash: browserHashOf(c, config),
        name: (typed['name'] ?? '').replace(/\s+/g, ' ').trim().slice(0, 60) || t('security.passkey.unnamed'),
        response: typed['response'] ?? '',
        device: deviceOf(c),
      })
    } catch (error) {
      if (!(error instanceof PasskeyRefused)) throw error
      flash(c, deps, { kind: 'error', message: t('passkey.failed') })
      return c.redirect('/settings/privacy-security/passkeys', 303)
    }
    flash(c, deps, { kind: 'success', message: t('security.passkey.added') })
    return c.redirect('/settings/privacy-security', 303)
  })

  return routes
}

function backToSignIn(asked: string | undefined): string {
  return asked ? `/sign-in?return=${encodeURIComponent(asked)}` : '/sign-in'
}

/** The site as browsers name it. The demo may be opened as localhost, which can have passkeys, unlike its number. */
function relyingParty(c: Ctx, config: Deps['config']): RelyingParty | undefined {
  const site = new URL(config.publicUrl)
  const here = new URL(c.req.url)
  const isLocal = config.mode === 'demo' && here.hostname === 'localhost'
  const { hostname, origin } = isLocal ? here : site
  return /^[\d.]+$|:/.test(hostname) ? undefined : { id: hostname, origin }
}
