import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import {
  button,
  disclosure,
  errorFor,
  errorSummary,
  fileField,
  formActions,
  textarea,
} from '../platform/pages/components.ts'

/** One form, three ways to hand something in; the camera is added by script where there is one. */
export function verifyForm(
  t: Translate,
  o: { fields: () => Html; typed: Record<string, string>; errors: readonly FieldError[] },
): Html {
  const errors = o.errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
  return html`${errorSummary(t, errors)}
<form method="post" action="/verify" class="form" enctype="multipart/form-data" novalidate>${o.fields()}
${fileField(t, { name: 'file', label: t('verify.file'), hint: t('verify.file.hint'), error: errorFor(errors, 'file') })}
${textarea(t, { name: 'text', label: t('verify.paste'), hint: t('verify.paste.hint'), value: o.typed['text'], error: errorFor(errors, 'text'), rows: 3, code: true })}
<div data-scan-qr="text" data-scan-label="${t('verify.scan')}" data-scan-stop="${t('verify.scan.stop')}" data-scan-denied="${t('verify.scan.denied')}" data-scan-looking="${t('verify.scan.looking')}"></div>
${disclosure({ summary: t('verify.photo'), open: errorFor(errors, 'photo') !== undefined, body: fileField(t, { name: 'photo', label: t('verify.photo'), hint: t('verify.photo.hint'), accept: 'image/png,image/jpeg', error: errorFor(errors, 'photo') }) })}
${formActions(button({ label: t('verify.button') }))}</form>`
}
