import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof, signedIn } from '../accounts/index.ts'
import { formatDate } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie } from '../platform/http/cookies.ts'
import { readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash, formFields } from '../platform/http/page.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  errorSummary,
  field,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  stack,
} from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import {
  EraseRefused,
  type EraseRefusal,
  graceDays,
  leftBehind,
  requestErasure,
  soleOwnerships,
} from './erase-account.ts'

const root = '/settings/privacy-security/delete'
const confirmForm = z.object({ email: z.string().max(300).optional() })
const refusals: Record<EraseRefusal, MessageKey> = {
  'erase.other-address': 'erase.error.address',
  'erase.last-owner': 'erase.error.owner',
}

/** `…/privacy-security/delete`: what happens, what stays, and the address typed to confirm. */
export function eraseRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get(root, requireRecentProof(deps), (c) => show(c))

  routes.post(`${root}/confirm`, requireRecentProof(deps), async (c) => {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    const given = await readForm(c, confirmForm)
    const typed = given.typed['email'] ?? ''
    try {
      const dueAt = await requestErasure(deps, { accountId, typed })
      clearCookie(c, deps.config, 'session')
      flash(c, deps, { kind: 'success', message: t('erase.done', { date: formatDate(c.get('locale'), dueAt) }) })
      return c.redirect('/', 303)
    } catch (error) {
      if (error instanceof EraseRefused) return show(c, { typed, error: t(refusals[error.code]) })
      throw error
    }
  })

  async function show(c: Ctx, o: { typed?: string; error?: string } = {}): Promise<Response> {
    const { accountId, primaryEmail } = signedIn(c)
    const t = c.get('t')
    const counts = await leftBehind(deps.db, accountId)
    const owned = await soleOwnerships(deps.db, accountId)
    const errors = o.error ? [{ field: 'email', message: o.error }] : []
    return settingsPage(c, deps, {
      title: t('erase.title'),
      lead: t('erase.lead', { days: graceDays }),
      width: 'text',
      error: errors.length > 0,
      body: [
        errorSummary(t, errors),
        backLink('/settings/privacy-security', t('settings.nav.security')),
        stack(
          html`<ul><li>${t('erase.stays.badges', { count: counts.badges })}</li><li>${t('erase.stays.pages', { count: counts.open })}</li><li>${t('erase.stays.documents', { count: counts.documents })}</li><li>${t('erase.goes')}</li><li>${t('erase.grace', { days: graceDays })}</li></ul>`,
          html`<p>${linkButton({ href: '/settings/privacy-security/export', label: t('export.open') })}</p>`,
          owned.length > 0
            ? messageBox({
                kind: 'warning',
                heading: messageHeading(t, 'warning'),
                body: html`<p>${t('erase.owner')}</p><ul>${owned.map(({ name, slug }) => html`<li><a href="/console/${slug}/team">${name}</a></li>`)}</ul>`,
              })
            : form({
                action: `${root}/confirm`,
                csrf: formFields(c, deps),
                body: [
                  field({
                    name: 'email',
                    type: 'email',
                    label: t('erase.type', { email: primaryEmail }),
                    value: o.typed,
                    error: o.error,
                    required: true,
                    autocomplete: 'off',
                  }),
                  formActions(
                    button({ label: t('erase.submit'), kind: 'danger' }),
                    linkButton({ href: '/settings/privacy-security', label: t('erase.keep') }),
                  ),
                ],
              }),
        ),
      ],
    })
  }

  return routes
}
