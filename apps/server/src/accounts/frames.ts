import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { type Html, html, type Renderable } from '../platform/http/html.ts'
import { page, type PageOptions } from '../platform/http/page.ts'
import type { MessageKey, Translate } from '../platform/i18n/messages.ts'
import { newToken } from '../platform/ids.ts'
import {
  backLink,
  button,
  errorFor,
  errorSummary,
  form,
  formActions,
  passwordField,
} from '../platform/pages/components.ts'

export type PageDeps = Pick<Deps, 'config' | 'secrets'>
/** Errors of a form in the reader's language. */
export type Errors = { field: string; message: string }[]

/** The words of an error, with its values. */
export function inWords(t: Translate, errors: readonly FieldError[]): Errors {
  return errors.map(({ field: name, message, values }) => ({ field: name, message: t(message, values) }))
}

type FrameOptions = Pick<PageOptions, 'title' | 'lead' | 'status' | 'signInHref'> & {
  errors?: readonly FieldError[]
  /** The parts below the error summary, which is made here. */
  body: (errors: Errors) => Renderable[]
}

/** A page on the way into an account: one narrow form, the errors on top. */
export function entryPage(
  c: Ctx,
  deps: PageDeps,
  { errors: given, body, ...o }: FrameOptions & Pick<PageOptions, 'signInHidden'>,
): Response {
  const errors = inWords(c.get('t'), given ?? [])
  return page(c, deps, {
    ...o,
    section: 'entry',
    width: 'form',
    error: errors.length > 0,
    body: [errorSummary(c.get('t'), errors), ...body(errors)],
  })
}

const areas = {
  account: ['/settings/account', 'link.back'],
  security: ['/settings/privacy-security', 'security.title'],
} as const satisfies Record<string, readonly [string, MessageKey]>

/** A page one step below an area of the settings, with the way back to it. */
export function subPage(
  c: Ctx,
  deps: PageDeps,
  {
    errors: given,
    body,
    lead,
    below,
    ...o
  }: FrameOptions & { below: keyof typeof areas; width?: PageOptions['width'] },
): Response {
  const t = c.get('t')
  const errors = inWords(t, given ?? [])
  const [href, label] = areas[below]
  return page(c, deps, {
    width: 'form',
    ...o,
    heading: null,
    section: 'settings',
    error: errors.length > 0,
    body: [
      backLink(href, t(label)),
      html`<h1>${o.title}</h1>`,
      lead && html`<p class="lead">${lead}</p>`,
      errorSummary(t, errors),
      ...body(errors),
    ],
  })
}

/** What stands in every form besides its fields. */
export function formGround(c: Ctx, deps: PageDeps, hidden: Record<string, string | undefined> = {}) {
  return { csrf: csrfToken(c, deps), hidden: { idempotency: newToken(), ...hidden } }
}

/** The one field of a new password, wherever it is set. */
export function newPasswordForm(c: Ctx, deps: PageDeps, o: { action: string; errors: Errors }): Html {
  const t = c.get('t')
  return form({
    action: o.action,
    ...formGround(c, deps),
    body: [
      passwordField(t, {
        name: 'password',
        label: t('reset.password'),
        hint: t('register.password.hint'),
        error: errorFor(o.errors, 'password'),
        autocomplete: 'new-password',
        required: true,
      }),
      formActions(button({ label: t('reset.submit') })),
    ],
  })
}

/** "No email yet?", with the button that sends another code. */
export function resendPart(
  c: Ctx,
  deps: PageDeps,
  o: { action: string; hidden?: Record<string, string | undefined> },
): Html {
  const t = c.get('t')
  return html`<div class="section"><p>${t('code.noEmail')} <span class="hint">${t('code.noEmail.hint')}</span></p>${form(
    {
      action: o.action,
      ...formGround(c, deps, o.hidden),
      className: 'form-inline',
      body: button({ label: t('code.resend'), kind: 'secondary' }),
    },
  )}</div>`
}
