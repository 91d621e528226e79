import { Hono } from 'hono'
import { z } from 'zod'
import { parseEmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie } from '../platform/http/cookies.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { button, codeField, errorFor, form, formActions } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { LinkRefused, startLinking } from './link-address.ts'
import { askForMail } from './mail-later.ts'
import { finishMailedSignIn } from './mailed-sign-in.ts'
import { hasRecentProof, signedIn } from './middleware.ts'
import { browserHashOf } from './request.ts'
import { endSession } from './sessions.ts'
import { finishFirstStep } from './start-session.ts'
import { entryPage, formGround } from './frames.ts'

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

    /** Mails a code that signs its reader in. */
    async startCodeSignIn(c: Ctx, o: { email: string; returnTo: string }): Promise<Response> {
      const browserHash = browserHashOf(c, deps.config)
      await askForMail(deps, { kind: 'sign-in', ...o, browser: browserHash.toString('base64url') })
      return codePage(c, deps, { email: o.email, returnTo: o.returnTo })
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
  routes.get('/sign-in/code', (c) => c.redirect('/sign-in', 303))
  routes.post('/sign-in/code', async (c) => {
    const { typed } = await readForm(c, codeForm)
    const returnTo = safeReturnPath(typed['return']) ?? '/dashboard'
    const again = (message: FieldError['message']) =>
      codePage(c, deps, { email: typed['email'] ?? '', returnTo, errors: [{ field: 'code', message }] })
    if (!typed['code']?.trim()) return again('code.missing')
    const outcome = await finishMailedSignIn(deps, {
      browserHash: browserHashOf(c, deps.config),
      typed: typed['code'],
    })
    if (outcome.kind !== 'right') return again(outcome.kind === 'wrong' ? 'mailedcode.wrong' : 'mailedcode.over')
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
  o: { email: string; returnTo: string; errors?: readonly FieldError[] },
): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('mailedcode.title'),
    errors: o.errors,
    signInHidden: true,
    body: (errors) => [
      html`<p>${t('mailedcode.sent', { email: o.email })}</p>`,
      form({
        action: '/sign-in/code',
        ...formGround(c, deps, { email: o.email, return: o.returnTo }),
        body: [
          codeField({ name: 'code', label: t('code.label'), error: errorFor(errors, 'code'), required: true }),
          formActions(button({ label: t('second.submit') })),
        ],
      }),
      html`<p><a href="${o.returnTo}">${t('forgot.back')}</a></p>`,
    ],
  })
}
