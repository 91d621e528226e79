import { Hono } from 'hono'
import { z } from 'zod'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie } from '../platform/http/cookies.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import type { AccountsDeps } from './accounts.ts'
import { doorsPath } from './doors.ts'
import { entryOfQuery } from './entry-intent.ts'
import { limitNetwork } from './limits.ts'
import { askForMail } from './mail-later.ts'
import { requireSignedIn, signedIn, writeSessionCookie } from './middleware.ts'
import { passkeysOf } from './passkeys.ts'
import { passwordError } from './password-rules.ts'
import { justActivatedOf } from './registration-store.ts'
import { browserHashOf, deviceOf, readDeviceToken } from './request.ts'
import { renewReset, ResetRefused, resetBehind, resetPassword } from './reset-password.ts'
import { forgotPage, forgotSentPage, resetOverPage, resetPage } from './reset-pages.ts'
import { endSession, renewSession } from './sessions.ts'
import { checkPassword, SignInRefused } from './sign-in.ts'
import { provePage, signInPage } from './sign-in-page.ts'
import { finishFirstStep } from './start-session.ts'
import { accountById } from './store.ts'

const signInForm = z.object({
  email: z.string().max(400).optional(),
  password: z.string().max(1000).optional(),
  return: z.string().optional(),
  entry: z.string().max(300).optional(),
})
const againForm = z.object({ password: z.string().max(1000).optional(), return: z.string().optional() })
const forgotForm = z.object({ email: z.string().max(400).optional() })
const resetForm = z.object({ password: z.string().max(1000).optional() })

/** How long the address of a fresh account is filled in on the sign-in page of its browser. */
const justActivatedMinutes = 30

/** In and out: `/sign-in`, `/sign-out`, `/forgot`, `/reset/{token}`. */
export function signInRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config } = deps

  routes.get('/sign-in', async (c) => {
    const entry = entryOfQuery((name) => c.req.query(name))
    const intent = await deps.accounts.entries.resolve(entry)
    const asked = safeReturnPath(c.req.query('return'))
    if (c.get('viewer')) return c.redirect(intent?.returnTo ?? asked ?? '/dashboard', 303)
    const fresh = await freshRegistration(c, deps)
    return signInPage(c, deps, {
      email: intent?.email?.stored ?? fresh?.email,
      returnTo: asked,
      intent,
      entry: intent && entry,
      providers: deps.accounts.providers,
    })
  })

  routes.post('/sign-in', async (c) => {
    const form = await readForm(c, signInForm)
    const { email = '', password = '', entry } = form.typed
    const intent = await deps.accounts.entries.resolve(entry)
    const asked = safeReturnPath(form.typed['return'])
    const again = (errors: FieldError[], status?: 422 | 429) =>
      signInPage(c, deps, {
        email,
        returnTo: asked,
        intent,
        entry: intent && entry,
        providers: deps.accounts.providers,
        errors,
        status,
      })
    const missing: FieldError[] = []
    if (!email.trim()) missing.push({ field: 'email', message: 'signin.email.missing' })
    if (!password) missing.push({ field: 'password', message: 'signin.password.missing' })
    if (missing.length > 0) return again(missing)
    if (!form.ok) return again([{ field: 'email', message: 'signin.failed' }])

    const fresh = await freshRegistration(c, deps)
    try {
      const outcome = await checkPassword(deps, {
        email,
        password,
        browserHash: browserHashOf(c, config),
        deviceToken: readDeviceToken(c, config),
        device: deviceOf(c),
      })
      if (outcome.kind === 'registration') return c.redirect('/register/verify', 303)
      return await finishFirstStep(c, deps, {
        accountId: outcome.accountId,
        method: 'password',
        returnTo: intent?.returnTo ?? asked ?? safeReturnPath(fresh?.returnTo) ?? '/dashboard',
      })
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error
      return again(
        [{ field: 'email', message: error.code, values: error.values }],
        error.code === 'signin.failed' ? 422 : 429,
      )
    }
  })

  routes.post('/sign-out', async (c) => {
    const viewer = c.get('viewer')
    if (viewer) await endSession(deps.db, { sessionId: viewer.sessionId, now: deps.now() })
    clearCookie(c, config, 'session')
    flash(c, deps, { kind: 'success', message: c.get('t')('signin.signedOut') })
    return c.redirect('/sign-in', 303)
  })

  routes.get('/sign-in/again', requireSignedIn, async (c) => {
    const viewer = signedIn(c)
    const account = await accountById(deps.db, viewer.accountId)
    return provePage(c, deps, {
      viewer,
      hasPassword: Boolean(account?.passwordHash),
      hasPasskey: (await passkeysOf(deps.db, viewer.accountId)).length > 0,
      returnTo: safeReturnPath(c.req.query('return')) ?? '/dashboard',
    })
  })

  routes.post('/sign-in/again', requireSignedIn, async (c) => {
    const viewer = signedIn(c)
    const form = await readForm(c, againForm)
    const returnTo = safeReturnPath(form.typed['return']) ?? '/dashboard'
    try {
      const outcome = await checkPassword(deps, {
        email: viewer.primaryEmail,
        password: form.typed['password'] ?? '',
        browserHash: browserHashOf(c, config),
        deviceToken: readDeviceToken(c, config),
        device: deviceOf(c),
      })
      if (outcome.kind !== 'account' || outcome.accountId !== viewer.accountId) throw new SignInRefused('signin.failed')
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error
      const isWrong = error.code === 'signin.failed'
      return provePage(c, deps, {
        viewer,
        hasPassword: true,
        hasPasskey: (await passkeysOf(deps.db, viewer.accountId)).length > 0,
        returnTo,
        errors: [{ field: 'password', message: isWrong ? 'again.wrong' : error.code, values: error.values }],
        status: isWrong ? undefined : 429,
      })
    }
    const token = await renewSession(deps.db, { sessionId: viewer.sessionId, now: deps.now() })
    writeSessionCookie(c, config, token)
    return c.redirect(returnTo, 303)
  })

  routes.get('/forgot', (c) => forgotPage(c, deps))

  routes.post('/forgot', async (c) => {
    const { typed } = await readForm(c, forgotForm)
    const email = (typed['email'] ?? '').trim()
    if (!email.includes('@'))
      return forgotPage(c, deps, { email, errors: [{ field: 'email', message: 'register.email.invalid' }] })
    const waitS = await limitNetwork(deps, {
      purpose: 'forgot',
      address: c.get('clientAddress'),
      limit: 20,
      windowS: 3600,
    })
    if (waitS > 0) {
      c.header('retry-after', String(waitS))
      const values = { minutes: Math.ceil(waitS / 60) }
      return forgotPage(c, deps, { email, errors: [{ field: '', message: 'forgot.limit', values }], status: 429 })
    }
    await askForMail(deps, { kind: 'reset', email: email.slice(0, 400) })
    return forgotSentPage(c, deps, email)
  })

  routes.get('/reset/:token', async (c) => {
    const token = c.req.param('token')
    const reset = await resetBehind(deps, token)
    if (reset?.state === 'live') return resetPage(c, deps, { token })
    return resetOverPage(c, deps, { token, state: reset?.state ?? 'unknown' })
  })

  routes.post('/reset/:token', async (c) => {
    const token = c.req.param('token')
    const { typed } = await readForm(c, resetForm)
    const password = typed['password'] ?? ''
    const reset = await resetBehind(deps, token)
    if (reset?.state !== 'live') return resetOverPage(c, deps, { token, state: reset?.state ?? 'unknown' })
    const account = await accountById(deps.db, reset.accountId)
    const weak = passwordError('password', password, [
      config.productName,
      new URL(config.publicUrl).hostname,
      account?.givenName ?? '',
      account?.familyName ?? '',
      reset.email,
    ])
    if (weak) return resetPage(c, deps, { token, errors: [weak] })
    let opensMore: boolean
    try {
      opensMore = (await resetPassword(deps, { token, password, device: deviceOf(c) })).opensMore
    } catch (error) {
      if (!(error instanceof ResetRefused)) throw error
      const state = { 'reset.used': 'used', 'reset.expired': 'expired', 'reset.unknown': 'unknown' } as const
      return resetOverPage(c, deps, { token, state: state[error.code] })
    }
    // Somebody else may have put them there, and a new password ends none of them.
    flash(c, deps, { kind: 'success', message: c.get('t')(opensMore ? 'reset.done.doors' : 'reset.done') })
    return c.redirect(opensMore ? `/sign-in?return=${encodeURIComponent(doorsPath)}` : '/sign-in', 303)
  })

  // What the button shows stands at this address, and a browser may open it again.
  routes.get('/reset/:token/again', (c) => c.redirect(`/reset/${encodeURIComponent(c.req.param('token'))}`, 303))

  routes.post('/reset/:token/again', async (c) => {
    const token = c.req.param('token')
    const reset = await resetBehind(deps, token)
    if (!reset) return resetOverPage(c, deps, { token, state: 'unknown' })
    await renewReset(deps, token)
    return forgotSentPage(c, deps, reset.email)
  })

  return routes
}

function freshRegistration(c: Ctx, deps: AccountsDeps) {
  const since = new Date(deps.now().getTime() - justActivatedMinutes * 60_000)
  return justActivatedOf(deps.db, browserHashOf(c, deps.config), since)
}
