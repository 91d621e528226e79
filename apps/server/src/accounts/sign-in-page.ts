import type { Ctx, Viewer } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { button, errorFor, field, form, formActions, linkButton, passwordField } from '../platform/pages/components.ts'
import { type EntryIntent, entryQuery } from './entry-intent.ts'
import { passkeyPart } from './passkey-part.ts'
import { entryPage, type PageDeps, formGround } from './frames.ts'

/** Any proven address of the account, and the password (UX 6, W2). */
export function signInPage(
  c: Ctx,
  deps: PageDeps,
  o: {
    email?: string
    returnTo?: string
    intent?: EntryIntent
    entry?: string
    providers?: readonly { id: string; name: string }[]
    errors?: readonly FieldError[]
    status?: 422 | 429
  },
): Response {
  const t = c.get('t')
  const badge = o.intent?.badge
  return entryPage(c, deps, {
    title: t('signin.title'),
    lead: badge && t('signin.forBadge', { badge: badge.name, issuer: badge.issuerName }),
    errors: o.errors,
    status: o.status,
    signInHidden: true,
    body: (errors) => [
      form({
        action: '/sign-in',
        ...formGround(c, deps, { return: o.returnTo, entry: o.entry }),
        body: [
          field({
            name: 'email',
            label: t('signin.email'),
            type: 'email',
            value: o.email,
            error: errorFor(errors, 'email'),
            autocomplete: 'username webauthn',
            required: true,
          }),
          passwordField(t, {
            name: 'password',
            label: t('signin.password'),
            error: errorFor(errors, 'password'),
            autocomplete: 'current-password',
            required: true,
          }),
          formActions(button({ label: t('signin.submit') })),
        ],
      }),
      passkeyPart(t, {
        purpose: 'sign-in',
        label: t('passkey.use'),
        returnTo: o.intent?.returnTo ?? o.returnTo,
        autofill: true,
      }),
      o.providers &&
        o.providers.length > 0 &&
        html`<ul role="list" class="stack">${o.providers.map(
          ({ id, name }) =>
            html`<li>${linkButton({ href: `/sign-in/with/${id}${returnQuery(o.intent?.returnTo ?? o.returnTo)}`, label: t('signin.with', { name }) })}</li>`,
        )}</ul>`,
      html`<ul role="list"><li><a href="/forgot">${t('signin.forgot')}</a></li><li><a href="/lost-mailbox">${t('requests.lost.title')}</a></li><li><a href="/register${o.entry ? entryQuery(o.entry) : returnQuery(o.returnTo)}">${t('signin.create')}</a></li></ul>`,
    ],
  })
}

function returnQuery(returnTo: string | undefined): string {
  return returnTo ? `?return=${encodeURIComponent(returnTo)}` : ''
}

/** Before something dangerous: the password once more, then back to it (UX 3). */
export function provePage(
  c: Ctx,
  deps: PageDeps,
  o: {
    viewer: Viewer
    hasPassword: boolean
    hasPasskey: boolean
    returnTo: string
    errors?: readonly FieldError[]
    status?: 429
  },
): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('again.title'),
    errors: o.errors,
    status: o.status,
    body: (errors) => [
      o.hasPassword
        ? form({
            action: '/sign-in/again',
            csrf: csrfToken(c, deps),
            hidden: { return: o.returnTo },
            body: [
              html`<p>${t('again.lead')}</p>`,
              passwordField(t, {
                name: 'password',
                label: t('signin.password'),
                error: errorFor(errors, 'password'),
                autocomplete: 'current-password',
                required: true,
              }),
              formActions(button({ label: t('again.submit') })),
            ],
          })
        : html`<p>${t('again.noPassword', { email: o.viewer.primaryEmail })}</p>`,
      o.hasPasskey && passkeyPart(t, { purpose: 'prove', label: t('passkey.use'), returnTo: o.returnTo }),
      html`<p><a href="/forgot">${t('signin.forgot')}</a></p>`,
    ],
  })
}
