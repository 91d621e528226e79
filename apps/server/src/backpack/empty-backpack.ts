import { html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { button, emptyState, field } from '../platform/pages/components.ts'

/** A badge that is expected has mostly gone to another address, so adding it is asked for here. */
export function emptyBackpack({ t, fields }: { t: Translate; fields: () => Html }): Html {
  return emptyState({
    sentence: t('empty.backpack'),
    action: html`<form method="post" action="/settings/account/link" class="form form-add-address" novalidate>${fields()}<input type="hidden" name="return" value="/badges">${field({ name: 'email', type: 'email', label: t('backpack.addAddress.field'), autocomplete: 'email', required: true })}${button({ label: t('backpack.addAddress') })}</form>`,
  })
}
