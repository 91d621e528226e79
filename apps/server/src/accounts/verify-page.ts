import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import {
  button,
  codeField,
  errorFor,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  passwordField,
} from '../platform/pages/components.ts'
import { likelyAddress } from './address-hint.ts'
import type { Registration } from './registration-store.ts'
import { entryPage, type PageDeps, resendPart, formGround } from './frames.ts'

/** "Thank you for registering": where the code of the mail goes (UX 6, W2). */
export function verifyPage(
  c: Ctx,
  deps: PageDeps,
  o: {
    registration: Registration
    /** Token of the mail's link, carried along. */
    link?: string
    code?: string
    asksPassword: boolean
    errors?: readonly FieldError[]
    notice?: { kind: 'info' | 'warning'; text: string }
    status?: 429
  },
): Response {
  const t = c.get('t')
  const { registration } = o
  const hidden = { registration: registration.id, link: o.link }
  const meant = likelyAddress(registration.email)
  return entryPage(c, deps, {
    title: t('code.title'),
    errors: o.errors,
    status: o.status,
    signInHidden: true,
    body: (errors) => [
      o.notice &&
        messageBox({
          kind: o.notice.kind,
          heading: messageHeading(t, o.notice.kind),
          body: html`<p>${o.notice.text}</p>`,
        }),
      html`<p>${t('code.sent', { email: registration.email })}</p>`,
      form({
        action: '/register/verify',
        ...formGround(c, deps, hidden),
        body: [
          codeField({
            name: 'code',
            label: t('code.label'),
            value: o.code,
            error: errorFor(errors, 'code'),
            required: true,
          }),
          o.asksPassword &&
            passwordField(t, {
              name: 'password',
              label: t('code.password.label'),
              hint: t('code.password.hint'),
              error: errorFor(errors, 'password'),
              autocomplete: 'current-password',
              required: true,
            }),
          formActions(button({ label: t('code.next') })),
        ],
      }),
      resendPart(c, deps, { action: '/register/verify/resend', hidden }),
      !o.asksPassword &&
        html`<p>${t('code.wrongAddress')}${meant && html` <span>${t('code.didYouMean', { address: meant })}</span>`} <a href="/register?change=1">${t('code.change')}</a></p>`,
    ],
  })
}

/** For a browser that has nothing to verify: says why, and where to go on. */
export function nothingToVerifyPage(c: Ctx, deps: PageDeps, notice?: string): Response {
  const t = c.get('t')
  return entryPage(c, deps, {
    title: t('code.none.title'),
    body: () => [
      notice && messageBox({ kind: 'info', heading: messageHeading(t, 'info'), body: html`<p>${notice}</p>` }),
      html`<p>${t('code.none.body')}</p>`,
      html`<div class="cluster">${linkButton({ href: '/sign-in', label: t('signin.submit'), kind: 'primary' })}${linkButton({ href: '/register', label: t('signin.create') })}</div>`,
    ],
  })
}
