import { Hono } from 'hono'
import { z } from 'zod'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, readForm, tick } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { button, checkbox, codeField, errorFor, field, form, formActions } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { endHalfSignIn, halfSignInOf, trustDevice } from './half-sign-in.ts'
import { passkeyPart } from './passkey-part.ts'
import { browserHashOf, deviceOf } from './request.ts'
import { startSession } from './start-session.ts'
import { checkSecondStep } from './two-step.ts'
import { entryPage, type Errors, formGround } from './frames.ts'

const stepForm = z.object({ code: z.string().max(60).optional(), remember: tick })

/** `/sign-in/second-step` and its way out, `/sign-in/recovery-code` (UX 6). */
export function secondStepRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()

  for (const kind of ['second-step', 'recovery-code'] as const) {
    routes.get(`/sign-in/${kind}`, async (c) => {
      if (!(await half(c))) return c.redirect('/sign-in', 303)
      return stepPage(c, kind)
    })

    routes.post(`/sign-in/${kind}`, async (c) => {
      const { typed } = await readForm(c, stepForm)
      const waiting = await half(c)
      if (!waiting) return c.redirect('/sign-in', 303)
      const code = typed['code'] ?? ''
      if (!code.trim()) return stepPage(c, kind, [{ field: 'code', message: 'second.missing' }])
      const outcome = await checkSecondStep(deps, { accountId: waiting.accountId, typed: code, device: deviceOf(c) })
      const isCode = kind === 'recovery-code'
      if (outcome !== 'right')
        return stepPage(
          c,
          kind,
          [{ field: 'code', message: isCode && outcome === 'wrong' ? 'second.recovery.wrong' : `second.${outcome}` }],
          outcome === 'wrong' ? undefined : 429,
        )
      if (!(await endHalfSignIn(deps.db, { id: waiting.id, now: deps.now() }))) return c.redirect('/sign-in', 303)
      const { accountId } = waiting
      const deviceToken = await startSession(c, deps, { accountId, method: `${waiting.method}+${kind}` })
      if (typed['remember'] !== undefined) await trustDevice(deps.db, { accountId, deviceToken, now: deps.now() })
      return c.redirect(safeReturnPath(waiting.returnTo) ?? '/dashboard', 303)
    })
  }

  const half = (c: Ctx) => halfSignInOf(deps.db, { browserHash: browserHashOf(c, deps.config), now: deps.now() })

  function stepPage(
    c: Ctx,
    kind: 'second-step' | 'recovery-code',
    errors: readonly FieldError[] = [],
    status?: 429,
  ): Response {
    const t = c.get('t')
    const isApp = kind === 'second-step'
    const common = (all: Errors) => ({ name: 'code', error: errorFor(all, 'code'), required: true })
    return entryPage(c, deps, {
      title: t(isApp ? 'second.title' : 'second.recovery.title'),
      errors,
      status,
      signInHidden: true,
      body: (errors) => [
        form({
          action: `/sign-in/${kind}`,
          ...formGround(c, deps),
          body: [
            isApp
              ? codeField({ ...common(errors), label: t('second.code') })
              : field({
                  ...common(errors),
                  label: t('second.recovery.code'),
                  hint: t('second.recovery.hint'),
                  autocomplete: 'off',
                  width: 'medium',
                  spellcheck: false,
                }),
            checkbox({ name: 'remember', label: t('second.remember') }),
            formActions(button({ label: t('second.submit') })),
          ],
        }),
        isApp && passkeyPart(t, { purpose: 'sign-in', label: t('passkey.use') }),
        isApp
          ? html`<p><a href="/sign-in/recovery-code">${t('second.useRecovery')}</a></p>`
          : html`<p><a href="/sign-in/second-step">${t('second.useApp')}</a></p>`,
      ],
    })
  }

  return routes
}
