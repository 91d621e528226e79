import { attributes, type Html, html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'

/**
 * Where the script puts its passkey button: passkeys need it, so without script nothing is shown (UX 3), but on the page that
 * is for nothing else. See client/passkeys.ts.
 */
export function passkeyPart(
  t: Translate,
  o: { purpose: 'register' | 'sign-in' | 'prove'; label: string; returnTo?: string; autofill?: boolean },
): Html {
  return html`<div${attributes({
    class: 'passkey',
    'data-passkey': o.purpose,
    'data-label': o.label,
    'data-return': o.returnTo,
    'data-autofill': o.autofill,
    'data-failed': t('passkey.failed'),
    'data-cancelled': t('passkey.cancelled'),
  })}>${o.purpose === 'register' && html`<p class="hint">${t('passkey.unavailable')}</p>`}</div>`
}
