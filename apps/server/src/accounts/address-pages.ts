import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import {
  button,
  codeField,
  errorFor,
  field,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  passwordField,
} from '../platform/pages/components.ts'
import type { AddressChange } from './link-address.ts'
import type { MergePreview } from './merge-accounts.ts'
import type { ConfirmedEmail } from './store.ts'
import { type PageDeps, resendPart, subPage, formGround } from './frames.ts'

export function linkPage(
  c: Ctx,
  deps: PageDeps,
  o: { email?: string; returnTo?: string; errors?: readonly FieldError[] } = {},
): Response {
  const t = c.get('t')
  return subPage(c, deps, {
    below: 'account',
    title: t('link.title'),
    lead: t('link.lead'),
    errors: o.errors,
    body: (errors) => [
      form({
        action: '/settings/account/link',
        ...formGround(c, deps, { return: o.returnTo }),
        body: [
          field({
            name: 'email',
            label: t('link.email'),
            type: 'email',
            value: o.email,
            error: errorFor(errors, 'email'),
            autocomplete: 'email',
            required: true,
          }),
          formActions(button({ label: t('link.add') })),
        ],
      }),
      html`<p><a href="/lost-mailbox">${t('requests.lost.title')}</a></p>`,
    ],
  })
}

export function linkCodePage(
  c: Ctx,
  deps: PageDeps,
  o: { change: AddressChange; typed?: string; errors?: readonly FieldError[] },
): Response {
  const t = c.get('t')
  const path = `/settings/account/link/${o.change.id}`
  return subPage(c, deps, {
    below: 'account',
    title: t('link.code.title'),
    errors: o.errors,
    body: (errors) => [
      html`<p>${t('code.sent', { email: o.change.email })}</p>`,
      form({
        action: path,
        ...formGround(c, deps),
        body: [
          codeField({
            name: 'code',
            label: t('code.label'),
            value: o.typed,
            error: errorFor(errors, 'code'),
            required: true,
          }),
          formActions(button({ label: t('link.code.confirm') })),
        ],
      }),
      resendPart(c, deps, { action: `${path}/resend` }),
    ],
  })
}

/** The page behind the link of the mail: says whose account it is before the button. It works signed out. */
export function confirmPage(
  c: Ctx,
  deps: PageDeps,
  o: { token: string; email: string; name: string; account: string },
): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('confirm.title'),
    section: 'entry',
    width: 'form',
    body: [
      html`<p>${t('confirm.body', { email: o.email, name: o.name, account: o.account })}</p>`,
      form({
        action: `/email/confirm/${o.token}`,
        ...formGround(c, deps),
        body: formActions(button({ label: t('link.code.confirm') })),
      }),
      html`<p class="hint">${t('confirm.notYou')}</p>`,
    ],
  })
}

export function confirmOverPage(
  c: Ctx,
  deps: PageDeps,
  o: { text: string; title?: string; kind?: 'success' | 'info'; againToken?: string; status?: 404 | 410 },
): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: o.title ?? t('confirm.title'),
    section: 'entry',
    width: 'form',
    status: o.status,
    body: [
      messageBox({
        kind: o.kind ?? 'info',
        heading: messageHeading(t, o.kind ?? 'info'),
        body: html`<p>${o.text}</p>`,
        takesFocus: o.kind === 'success',
      }),
      o.againToken &&
        form({
          action: `/email/confirm/${o.againToken}/again`,
          ...formGround(c, deps),
          body: formActions(button({ label: t('confirm.again') })),
        }),
      html`<p>${linkButton({ href: '/settings/account', label: t('link.back') })}</p>`,
    ],
  })
}

export function removePage(c: Ctx, deps: PageDeps, o: { email: ConfirmedEmail; badges: number }): Response {
  const t = c.get('t')
  const { email } = o.email
  return subPage(c, deps, {
    below: 'account',
    title: t('address.remove.title'),
    body: () => [
      html`<p>${t('address.remove.body', { email, n: o.badges })}</p>`,
      form({
        action: `/settings/account/emails/${o.email.id}/remove`,
        ...formGround(c, deps),
        body: formActions(
          button({ label: t('address.remove.button', { email }), kind: 'danger' }),
          linkButton({ href: '/settings/account', label: t('address.remove.keep') }),
        ),
      }),
    ],
  })
}

export function undoPage(
  c: Ctx,
  deps: PageDeps,
  o: { token: string; kind: 'added' | 'removed' | 'primary'; email: string },
): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('undo.title'),
    section: 'entry',
    width: 'form',
    body: [
      html`<p>${t(`undo.${o.kind}`, { email: o.email })}</p><p>${t('undo.effect')}</p>`,
      form({
        action: `/email/undo/${o.token}`,
        ...formGround(c, deps),
        body: formActions(button({ label: t('undo.button') })),
      }),
    ],
  })
}

/** UX 9: what moves, what remains, and the sign-in to the other account that shows both are the same person's. */
export function mergePage(
  c: Ctx,
  deps: PageDeps,
  o: { preview: MergePreview; asksCode: boolean; errors?: readonly FieldError[]; status?: 429 },
): Response {
  const t = c.get('t')
  const { preview } = o
  const list = new Intl.ListFormat(c.get('locale') === 'fr' ? 'fr-CA' : 'en-CA', { type: 'conjunction' })
  return subPage(c, deps, {
    below: 'account',
    title: t('merge.title'),
    errors: o.errors,
    status: o.status,
    body: (errors) => [
      html`<p>${t('merge.ask', { email: preview.email })}</p>`,
      html`<h2>${t('merge.moves')}</h2><ul><li>${t('merge.part.emails', { count: preview.emails.length, list: list.format(preview.emails) })}</li>${preview.parts.map(({ label, count }) => html`<li>${t(label, { count })}</li>`)}</ul>`,
      html`<p>${t('merge.remains')}</p>`,
      form({
        action: `/settings/account/merge/${preview.changeId}`,
        ...formGround(c, deps),
        body: [
          preview.hasPassword &&
            passwordField(t, {
              name: 'password',
              label: t('merge.password'),
              hint: t('merge.password.hint', { email: preview.email }),
              error: errorFor(errors, 'password'),
              autocomplete: 'current-password',
              required: true,
            }),
          o.asksCode &&
            codeField({
              name: 'code',
              label: t('merge.code'),
              hint: t('merge.code.hint'),
              error: errorFor(errors, 'code'),
              required: true,
            }),
          formActions(
            button({ label: t('merge.button'), kind: 'danger' }),
            linkButton({ href: '/settings/account', label: t('merge.keep') }),
          ),
        ],
      }),
      html`<p><a href="/forgot">${t('signin.forgot')}</a></p>`,
    ],
  })
}
