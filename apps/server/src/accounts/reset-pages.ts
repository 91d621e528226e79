import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { newToken } from '../platform/ids.ts'
import {
  button,
  errorFor,
  errorSummary,
  field,
  form,
  formActions,
  linkButton,
  passwordField,
} from '../platform/pages/components.ts'
import { inWords } from './register-page.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export function forgotPage(
  c: Ctx,
  deps: PageDeps,
  o: { email?: string; errors?: readonly FieldError[]; status?: 429 } = {},
): Response {
  const t = c.get('t')
  const errors = inWords(t, o.errors ?? [])
  return page(c, deps, {
    title: t('forgot.title'),
    lead: t('forgot.lead'),
    section: 'entry',
    width: 'form',
    error: errors.length > 0,
    status: o.status,
    signInHidden: true,
    body: [
      errorSummary(t, errors),
      form({
        action: '/forgot',
        csrf: csrfToken(c, deps),
        hidden: { idempotency: newToken() },
        body: [
          field({
            name: 'email',
            label: t('signin.email'),
            type: 'email',
            value: o.email,
            error: errorFor(errors, 'email'),
            autocomplete: 'username',
            required: true,
          }),
          formActions(button({ label: t('forgot.submit') }), html`<a href="/sign-in">${t('forgot.back')}</a>`),
        ],
      }),
    ],
  })
}

/** The same for every address (SECURITY S6). */
export function forgotSentPage(c: Ctx, deps: PageDeps, email: string): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('forgot.sent.title'),
    section: 'entry',
    width: 'form',
    signInHidden: true,
    body: [
      html`<p>${t('forgot.sent', { email })}</p><p>${t('forgot.sent.hint')}</p>`,
      html`<p><a href="/sign-in">${t('forgot.back')}</a></p>`,
    ],
  })
}

export function resetPage(c: Ctx, deps: PageDeps, o: { token: string; errors?: readonly FieldError[] }): Response {
  const t = c.get('t')
  const errors = inWords(t, o.errors ?? [])
  return page(c, deps, {
    title: t('reset.title'),
    lead: t('reset.effect'),
    section: 'entry',
    width: 'form',
    error: errors.length > 0,
    signInHidden: true,
    body: [
      errorSummary(t, errors),
      form({
        action: `/reset/${o.token}`,
        csrf: csrfToken(c, deps),
        hidden: { idempotency: newToken() },
        body: [
          passwordField(t, {
            name: 'password',
            label: t('reset.password'),
            hint: t('register.password.hint'),
            error: errorFor(errors, 'password'),
            autocomplete: 'new-password',
            required: true,
          }),
          formActions(button({ label: t('reset.submit') })),
        ],
      }),
    ],
  })
}

/** Used, expired or unknown: says which, and offers a new link without typing where the address is known here. */
export function resetOverPage(
  c: Ctx,
  deps: PageDeps,
  o: { token: string; state: 'used' | 'expired' | 'unknown' },
): Response {
  const t = c.get('t')
  const words = {
    used: { title: t('reset.used.title'), body: t('reset.used') },
    expired: { title: t('reset.expired.title'), body: t('reset.expired') },
    unknown: { title: t('reset.unknown.title'), body: t('reset.unknown') },
  }[o.state]
  return page(c, deps, {
    title: words.title,
    section: 'entry',
    width: 'form',
    status: o.state === 'unknown' ? 404 : 410,
    signInHidden: true,
    body: [
      html`<p>${words.body}</p>`,
      o.state === 'unknown'
        ? html`<p>${linkButton({ href: '/forgot', label: t('reset.again') })}</p>`
        : form({
            action: `/reset/${o.token}/again`,
            csrf: csrfToken(c, deps),
            hidden: { idempotency: newToken() },
            body: formActions(button({ label: t('reset.again') })),
          }),
    ],
  })
}
