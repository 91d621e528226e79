import { Hono } from 'hono'
import { z } from 'zod'
import { parseEmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie } from '../platform/http/cookies.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { button, codeField, errorFor, form, formActions } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { LinkRefused, startLinking } from './link-address.ts'
import { askForMailedSignIn } from './ask-mailed-sign-in.ts'
import { entryOfQuery } from './entry-intent.ts'
import { finishMailedSignIn } from './mailed-sign-in.ts'
import { hasRecentProof, signedIn } from './middleware.ts'
import { browserHashOf } from './request.ts'
import { endSession } from './sessions.ts'
import { finishFirstStep } from './start-session.ts'
import { entryPage, formGround, resendPart } from './frames.ts'

/** What accounts do for somebody who stands before a claim; the app hands it to the claiming feature. */
export function claimEntries(deps: AccountsDeps) {
  return {
    /** Starts adding an address to the signed-in account: mails a code, and goes to where it is typed in. */
    async startAddingAddress(c: Ctx, o: { email: string; returnTo: string }): Promise<Response> {
      const viewer = signedIn(c)
      const email = parseEmailAddress(o.email)
      const linkPath = `/settings/account/link?return=${encodeURIComponent(o.returnTo)}`
      // An address is added after a recent proof only (SECURITY S7). What the claim knows is asked for again then.
      if (!email || !hasRecentProof(viewer, deps.now()))
        return c.redirect(`/sign-in/again?return=${encodeURIComponent(o.returnTo)}`, 303)
      try {
        const { changeId } = await startLinking(deps, {
          accountId: viewer.accountId,
          email,
          returnTo: o.returnTo,
          locale: c.get('locale'),
        })
        return c.redirect(`/settings/account/link/${changeId}`, 303)
      } catch (error) {
        if (!(error instanceof LinkRefused)) throw error
        flash(c, deps, { kind: 'error', message: c.get('t')(error.code) })
        return c.redirect(linkPath, 303)
      }
    },

    /** Mails a code that signs its reader in, once for a press, and goes to where it is typed in. */
    async startCodeSignIn(c: Ctx, o: { email: string; claim: string }): Promise<Response> {
      const email = parseEmailAddress(o.email)
      if (!email) return c.redirect(`/sign-in?claim=${o.claim}`, 303)
      const { outcome, isAgain } = await askForMailedSignIn(deps, {
        email,
        browserHash: browserHashOf(c, deps.config),
        returnTo: `/claim/${o.claim}`,
        idempotencyKey: await readIdempotencyKey(c),
      })
      const t = c.get('t')
      if (outcome === 'limit') flash(c, deps, { kind: 'warning', message: t('code.limit') })
      else if (outcome === 'too-soon') flash(c, deps, { kind: 'info', message: t('code.tooSoon') })
      else if (isAgain) flash(c, deps, { kind: 'success', message: t('code.resent', { email: email.stored }) })
      return c.redirect(`/sign-in/code?claim=${o.claim}`, 303)
    },

    /** Ends this browser's session, then goes to a path. */
    async signOut(c: Ctx, o: { returnTo: string }): Promise<Response> {
      const viewer = c.get('viewer')
      if (viewer) await endSession(deps.db, { sessionId: viewer.sessionId, now: deps.now() })
      clearCookie(c, deps.config, 'session')
      return c.redirect(o.returnTo, 303)
    },
  }
}

const codeForm = z.object({
  code: z.string().max(40).optional(),
  email: z.string().max(400).optional(),
  return: z.string().optional(),
})

/** `/sign-in/code`: where the code of {@link claimEntries}.startCodeSignIn is typed in. */
export function mailedCodeRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/sign-in/code', async (c) => {
    const entry = entryOfQuery((name) => c.req.query(name))
    const intent = await deps.accounts.entries.resolve(entry)
    if (c.get('viewer')) return c.redirect(intent?.returnTo ?? '/dashboard', 303)
    if (!intent?.email) return c.redirect('/sign-in', 303)
    return codePage(c, deps, { email: intent.email.stored, returnTo: intent.returnTo })
  })
  routes.post('/sign-in/code', async (c) => {
    const { typed } = await readForm(c, codeForm)
    const returnTo = safeReturnPath(typed['return']) ?? '/dashboard'
    const email = typed['email'] ?? ''
    const again = (message: FieldError['message'], values?: FieldError['values']) =>
      codePage(c, deps, { email, returnTo, typed: typed['code'], errors: [{ field: 'code', message, values }] })
    if (!typed['code']?.trim()) return again('code.missing')
    const outcome = await finishMailedSignIn(deps, {
      browserHash: browserHashOf(c, deps.config),
      typed: typed['code'],
      email,
    })
    if (outcome.kind === 'wrong') return again('code.wrong', { n: outcome.left })
    if (outcome.kind === 'expired') return again('link.expired')
    if (outcome.kind === 'over') return again('mailedcode.over')
    return finishFirstStep(c, deps, {
      accountId: outcome.accountId,
      method: 'mailed-code',
      returnTo: safeReturnPath(outcome.returnTo) ?? returnTo,
    })
  })
  return routes
}

function codePage(
  c: Ctx,
  deps: Pick<AccountsDeps, 'config' | 'secrets'>,
  o: { email: string; returnTo: string; typed?: string; errors?: readonly FieldError[] },
): Response {
  const t = c.get('t')
  const isOfClaim = /^\/claim\/[\w-]{43}$/.test(o.returnTo)
  return entryPage(c, deps, {
    title: t('mailedcode.title'),
    errors: o.errors,
    signInHidden: true,
    body: (errors) => [
      html`<p>${t('code.sent', { email: o.email })}</p>`,
      form({
        action: '/sign-in/code',
        ...formGround(c, deps, { email: o.email, return: o.returnTo }),
        body: [
          codeField({
            name: 'code',
            label: t('code.label'),
            value: o.typed,
            error: errorFor(errors, 'code'),
            required: true,
          }),
          formActions(button({ label: t('second.submit') })),
        ],
      }),
      isOfClaim && resendPart(c, deps, { action: `${o.returnTo}/sign-in-code` }),
      isOfClaim
        ? html`<p><a href="${o.returnTo}">${t('claim.back')}</a></p>`
        : html`<p><a href="/sign-in">${t('forgot.back')}</a></p>`,
    ],
  })
}
