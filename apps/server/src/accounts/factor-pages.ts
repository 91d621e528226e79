import encodeQr from 'qr'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { newToken } from '../platform/ids.ts'
import {
  button,
  codeField,
  copyField,
  errorFor,
  field,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  postButton,
} from '../platform/pages/components.ts'
import { deviceName } from './device-name.ts'
import { passkeyPart } from './passkey-part.ts'
import { base32, totpAddress } from './totp.ts'
import { newPasswordForm, type PageDeps, subPage, formGround } from './frames.ts'

export function passwordPage(c: Ctx, deps: PageDeps, o: { errors?: readonly FieldError[] } = {}): Response {
  const t = c.get('t')
  return subPage(c, deps, {
    below: 'security',
    title: t('security.password.change'),
    lead: t('reset.effect'),
    errors: o.errors,
    body: (errors) => [newPasswordForm(c, deps, { action: '/settings/privacy-security/password', errors })],
  })
}

/** Picture and text of the secret, then the first code. */
export function twoStepSetUpPage(
  c: Ctx,
  deps: PageDeps,
  o: { secret: Uint8Array; account: string; errors?: readonly FieldError[]; status?: 429 },
): Response {
  const t = c.get('t')
  const address = totpAddress({ secret: o.secret, issuer: deps.config.productName, account: o.account })
  const picture = Buffer.from(encodeQr(address, 'svg', { border: 3 })).toString('base64')
  const spaced = base32(o.secret).replace(/(.{4})(?=.)/g, '$1 ')
  return subPage(c, deps, {
    below: 'security',
    title: t('security.twoStep.turnOn'),
    lead: t('security.twoStep.lead'),
    errors: o.errors,
    status: o.status,
    body: (errors) => [
      html`<p>${t('security.twoStep.scan')}</p><p><img class="qr" width="220" height="220" alt="${t('security.twoStep.qr')}" src="data:image/svg+xml;base64,${picture}"></p>`,
      copyField(t, { id: 'secret', label: t('security.twoStep.secret'), value: spaced }),
      html`<p><a href="${address}">${t('security.twoStep.open')}</a></p>`,
      form({
        action: '/settings/privacy-security/two-step',
        ...formGround(c, deps),
        body: [
          codeField({
            name: 'code',
            label: t('second.code'),
            hint: t('security.twoStep.first'),
            error: errorFor(errors, 'code'),
            required: true,
          }),
          formActions(button({ label: t('security.twoStep.turnOn') })),
        ],
      }),
    ],
  })
}

/** The codes, this once: to copy, to print, to download. */
export function recoveryCodesPage(c: Ctx, deps: PageDeps, codes: string[]): Response {
  const t = c.get('t')
  const text = `${codes.join('\n')}\n`
  const download = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`
  return subPage(c, deps, {
    below: 'security',
    title: t('security.recovery.title'),
    lead: t('security.recovery.lead'),
    body: () => [
      messageBox({
        kind: 'warning',
        heading: messageHeading(t, 'warning'),
        body: html`<p>${t('security.recovery.once')}</p>`,
        takesFocus: true,
      }),
      copyField(t, {
        id: 'codes',
        label: t('security.recovery.title'),
        value: codes.join('\n'),
        multiline: true,
        labelHidden: true,
      }),
      html`<div class="cluster"><a class="button button-secondary" href="${download}" download="recovery-codes.txt"><span>${t('security.recovery.download')}</span></a>${linkButton({ href: '/settings/privacy-security', label: t('security.recovery.stored'), kind: 'primary' })}</div>`,
    ],
  })
}

export function twoStepManagePage(c: Ctx, deps: PageDeps, o: { left: number }): Response {
  const t = c.get('t')
  const csrf = csrfToken(c, deps)
  return subPage(c, deps, {
    below: 'security',
    title: t('security.twoStep'),
    lead: t('security.twoStep.left', { count: o.left }),
    body: () => [
      html`<div class="cluster">${postButton({ action: '/settings/privacy-security/two-step/codes', csrf, label: t('security.recovery.renew'), hidden: { idempotency: newToken() } })}${postButton({ action: '/settings/privacy-security/two-step/off', csrf, label: t('security.twoStep.turnOff'), kind: 'danger', hidden: { idempotency: newToken() } })}</div>`,
      html`<p class="hint">${t('security.recovery.renew.hint')}</p>`,
    ],
  })
}

export function addPasskeyPage(c: Ctx, deps: PageDeps): Response {
  const t = c.get('t')
  return subPage(c, deps, {
    below: 'security',
    title: t('security.passkeys.add'),
    lead: t('security.passkeys.about'),
    body: () => [
      form({
        action: '/settings/privacy-security/passkeys',
        ...formGround(c, deps),
        body: [
          field({
            name: 'name',
            label: t('security.passkey.name'),
            hint: t('security.passkey.name.hint'),
            value: deviceName(c.req.header('user-agent') ?? '') ?? '',
            autocomplete: 'off',
          }),
          passkeyPart(t, { purpose: 'register', label: t('security.passkeys.add') }),
        ],
      }),
    ],
  })
}
