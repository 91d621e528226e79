import { Hono } from 'hono'
import { z } from 'zod'
import type { Ctx, Env } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import { type FieldError, readForm, tick } from '../platform/http/forms.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import { newId } from '../platform/ids.ts'
import { button, checkbox, errorFor, form, formActions, postButton } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { signedIn } from './middleware.ts'
import { termsLabel } from './register-page.ts'
import { termsVersion } from './terms.ts'
import { entryPage, formGround } from './frames.ts'

const termsForm = z.object({ terms: tick, return: z.string().optional() })

/** `/sign-in/terms`: asks for consent again when the terms have changed since somebody agreed (PRODUCT A12). */
export function termsRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/sign-in/terms', (c) => {
    const returnTo = safeReturnPath(c.req.query('return')) ?? '/dashboard'
    if (!c.get('viewer')?.mustAgree) return c.redirect(returnTo, 303)
    return termsPage(c, { returnTo })
  })

  routes.post('/sign-in/terms', async (c) => {
    const { typed } = await readForm(c, termsForm)
    const returnTo = safeReturnPath(typed['return']) ?? '/dashboard'
    const viewer = signedIn(c)
    if (!viewer.mustAgree) return c.redirect(returnTo, 303)
    if (typed['terms'] === undefined)
      return termsPage(c, { returnTo, errors: [{ field: 'terms', message: 'register.terms.missing' }] })
    await agree({ accountId: viewer.accountId, locale: c.get('locale') })
    return c.redirect(returnTo, 303)
  })

  /** Presses at the same moment take turns, and the first one counts. */
  async function agree({ accountId, locale }: { accountId: string; locale: Locale }): Promise<void> {
    const version = termsVersion(deps.config)
    await deps.db.transaction().execute(async (tx) => {
      await tx.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute()
      const given = await tx
        .selectFrom('consents')
        .select('id')
        .where('accountId', '=', accountId)
        .where('purpose', '=', 'terms')
        .where('version', '=', version)
        .executeTakeFirst()
      if (given) return
      const consent = { accountId, version, locale, givenAt: deps.now() }
      await tx
        .insertInto('consents')
        .values(['terms', 'privacy'].map((purpose) => ({ ...consent, id: newId(), purpose })))
        .execute()
    })
  }

  function termsPage(c: Ctx, o: { returnTo: string; errors?: readonly FieldError[] }): Response {
    const t = c.get('t')
    return entryPage(c, deps, {
      title: t('terms.changed.title'),
      lead: t('terms.changed.lead'),
      errors: o.errors,
      body: (errors) => [
        form({
          action: '/sign-in/terms',
          ...formGround(c, deps, { return: o.returnTo }),
          body: [
            checkbox({ name: 'terms', label: termsLabel(t), error: errorFor(errors, 'terms'), required: true }),
            formActions(button({ label: t('terms.changed.continue') })),
          ],
        }),
        postButton({ action: '/sign-out', csrf: csrfToken(c, deps), label: t('terms.changed.signOut'), kind: 'quiet' }),
      ],
    })
  }

  return routes
}
