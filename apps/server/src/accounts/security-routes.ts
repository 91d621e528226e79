import { Hono } from 'hono'
import { z } from 'zod'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie, readCookie, writeCookie } from '../platform/http/cookies.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { privacyParts } from '../platform/pages/settings-frame.ts'
import type { AccountsDeps } from './accounts.ts'
import { changePassword } from './change-password.ts'
import { linkedSignInsOf } from './linked-sign-ins.ts'
import { requireRecentProof, requireSignedIn, signedIn } from './middleware.ts'
import { passkeysOf } from './passkeys.ts'
import { passwordError } from './password-rules.ts'
import { deviceOf } from './request.ts'
import { recordSecurityEvent } from './security-log.ts'
import { addPasskeyPage, passwordPage, recoveryCodesPage, twoStepManagePage, twoStepSetUpPage } from './factor-pages.ts'
import { securityPage } from './security-pages.ts'
import { openSessionsOf, securityEventsOf } from './security-store.ts'
import { endSession, endSessions } from './sessions.ts'
import { accountById } from './store.ts'
import {
  hasSecondStep,
  offeredSecret,
  offerSecret,
  recoveryCodesLeft,
  renewRecoveryCodes,
  switchOff,
  switchOn,
  TwoStepRefused,
} from './two-step.ts'

const passwordForm = z.object({ password: z.string().max(1000).optional() })
const codeForm = z.object({ code: z.string().max(60).optional() })
const nothing = z.object({})
const root = '/settings/privacy-security'

/** Password, passkeys, two-step, sessions and the log of an account. */
export function securityRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const recent = requireRecentProof(deps)
  const { db } = deps

  routes.get(root, requireSignedIn, async (c) => {
    const viewer = signedIn(c)
    const { accountId } = viewer
    const linked = await linkedSignInsOf(db, accountId)
    return securityPage(c, deps, {
      before: await privacyParts(c, 'before'),
      after: await privacyParts(c, 'after'),
      viewer,
      hasPassword: Boolean((await accountById(db, accountId))?.passwordHash),
      hasTwoStep: await hasSecondStep(db, accountId),
      recoveryCodesLeft: await recoveryCodesLeft(db, accountId),
      passkeys: await passkeysOf(db, accountId),
      providers: deps.accounts.providers.map(({ id, name, issuer }) => ({
        id,
        name,
        linked: linked.find(({ provider }) => provider === issuer),
      })),
      sessions: await openSessionsOf(db, { accountId, now: deps.now() }),
      events: await securityEventsOf(db, { accountId, limit: 30 }),
    })
  })

  routes.get(`${root}/password`, recent, (c) => passwordPage(c, deps))

  routes.post(`${root}/password`, recent, async (c) => {
    const viewer = signedIn(c)
    const { typed } = await readForm(c, passwordForm)
    const password = typed['password'] ?? ''
    const weak = passwordError('password', password, [
      deps.config.productName,
      new URL(deps.config.publicUrl).hostname,
      viewer.givenName,
      viewer.familyName,
      viewer.primaryEmail,
    ])
    if (weak) return passwordPage(c, deps, { errors: [weak] })
    await changePassword(deps, { ...viewer, password, device: deviceOf(c) })
    flash(c, deps, { kind: 'success', message: c.get('t')('security.password.changed') })
    return c.redirect(root, 303)
  })

  routes.get(`${root}/two-step`, recent, async (c) => {
    const viewer = signedIn(c)
    if (await hasSecondStep(db, viewer.accountId))
      return twoStepManagePage(c, deps, { left: await recoveryCodesLeft(db, viewer.accountId) })
    return setUpPage(c)
  })

  routes.post(`${root}/two-step`, recent, async (c) => {
    const viewer = signedIn(c)
    const { typed } = await readForm(c, codeForm)
    const code = typed['code'] ?? ''
    if (await hasSecondStep(db, viewer.accountId)) return c.redirect(`${root}/two-step`, 303)
    const secret = offeredSecret(deps, { ...viewer, sealed: readCookie(c, deps.config, 'two-step') })
    if (!secret) return setUpPage(c, 'second.offer.over')
    if (!code.trim()) return setUpPage(c, 'second.missing')
    try {
      const codes = await switchOn(deps, { ...viewer, secret, typed: code, device: deviceOf(c) })
      clearCookie(c, deps.config, 'two-step')
      return recoveryCodesPage(c, deps, codes)
    } catch (error) {
      if (!(error instanceof TwoStepRefused)) throw error
      if (error.code === 'second.gone') return c.redirect(`${root}/two-step`, 303)
      return setUpPage(c, error.code)
    }
  })

  /** The same secret until it is confirmed or its time is over, so that a reload does not part page and app. */
  function setUpPage(c: Ctx, refusal?: MessageKey): Response {
    const viewer = signedIn(c)
    let secret = offeredSecret(deps, { ...viewer, sealed: readCookie(c, deps.config, 'two-step') })
    if (!secret) {
      const offer = offerSecret(deps, { accountId: viewer.accountId, sessionId: viewer.sessionId })
      secret = offer.secret
      writeCookie(c, deps.config, 'two-step', offer.sealed, { maxAgeS: 900 })
    }
    return twoStepSetUpPage(c, deps, {
      secret,
      account: viewer.primaryEmail,
      errors: refusal && [{ field: 'code', message: refusal }],
      status: refusal === 'second.paused' ? 429 : undefined,
    })
  }

  routes.post(`${root}/two-step/codes`, recent, async (c) => {
    await readForm(c, nothing)
    const { accountId } = signedIn(c)
    if (!(await hasSecondStep(db, accountId))) return c.redirect(`${root}/two-step`, 303)
    return recoveryCodesPage(c, deps, await renewRecoveryCodes(deps, { accountId, device: deviceOf(c) }))
  })

  routes.post(`${root}/two-step/off`, recent, async (c) => {
    await readForm(c, nothing)
    await switchOff(deps, { ...signedIn(c), device: deviceOf(c) })
    flash(c, deps, { kind: 'success', message: c.get('t')('security.twoStep.turnedOff') })
    return c.redirect(root, 303)
  })

  routes.get(`${root}/passkeys`, recent, (c) => addPasskeyPage(c, deps))

  routes.post(`${root}/sessions/end-others`, requireSignedIn, async (c) => {
    await readForm(c, nothing)
    const { accountId, sessionId } = signedIn(c)
    await endSessions(db, { accountId, except: sessionId, now: deps.now() })
    await recordSecurityEvent(db, { accountId, action: 'account.session-ended', at: deps.now(), device: deviceOf(c) })
    flash(c, deps, { kind: 'success', message: c.get('t')('security.session.endedOthers') })
    return c.redirect(root, 303)
  })

  routes.post(`${root}/sessions/:id/end`, requireSignedIn, async (c) => {
    await readForm(c, nothing)
    const { accountId } = signedIn(c)
    const own = await openSessionsOf(db, { accountId, now: deps.now() })
    const session = own.find(({ id }) => id === c.req.param('id'))
    if (!session) throw new HttpError(404, 'No such session')
    await endSession(db, { sessionId: session.id, now: deps.now() })
    await recordSecurityEvent(db, { accountId, action: 'account.session-ended', at: deps.now(), device: deviceOf(c) })
    flash(c, deps, { kind: 'success', message: c.get('t')('security.session.ended') })
    return c.redirect(root, 303)
  })

  return routes
}
