import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { button, errorFor, field, form, formActions, linkButton } from '../platform/pages/components.ts'
import { entryPage, newPasswordForm, type PageDeps, formGround } from './frames.ts'

export function forgotPage(
  c: Ctx,
  deps: PageDeps,
  o: { email?: string; errors?: readonly FieldError[]; status?: 429 } = {},
): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('forgot.title'),
    lead: t('forgot.lead'),
    errors: o.errors,
    status: o.status,
    signInHidden: true,
    body: (errors) => [
      form({
        action: '/forgot',
        ...formGround(c, deps),
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
      html`<p><a href="/lost-mailbox">${t('requests.lost.title')}</a></p>`,
    ],
  })
}

/** The same for every address (SECURITY S6). */
export function forgotSentPage(c: Ctx, deps: PageDeps, email: string): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('forgot.sent.title'),
    signInHidden: true,
    body: () => [
      html`<p>${t('forgot.sent', { email })}</p><p>${t('forgot.sent.hint')}</p>`,
      html`<p><a href="/lost-mailbox">${t('requests.lost.title')}</a></p><p><a href="/sign-in">${t('forgot.back')}</a></p>`,
    ],
  })
}

export function resetPage(c: Ctx, deps: PageDeps, o: { token: string; errors?: readonly FieldError[] }): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('reset.title'),
    lead: t('reset.effect'),
    errors: o.errors,
    signInHidden: true,
    body: (errors) => [newPasswordForm(c, deps, { action: `/reset/${o.token}`, errors })],
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
  return entryPage(c, deps, {
    title: words.title,
    status: o.state === 'unknown' ? 404 : 410,
    signInHidden: true,
    body: () => [
      html`<p>${words.body}</p>`,
      o.state === 'unknown'
        ? html`<p>${linkButton({ href: '/forgot', label: t('reset.again') })}</p>`
        : form({
            action: `/reset/${o.token}/again`,
            ...formGround(c, deps),
            body: formActions(button({ label: t('reset.again') })),
          }),
    ],
  })
}
