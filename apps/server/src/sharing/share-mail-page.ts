import { type HeldCredential, momentInWords } from '../claiming/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import { type Locale, regions, type Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  errorFor,
  errorSummary,
  formActions,
  section,
  textarea,
} from '../platform/pages/components.ts'
import { longestMessage, mostRecipients, type SentMail } from './share-mail.ts'

export interface ShareMailPage {
  t: Translate
  locale: Locale
  credential: HeldCredential
  fields: () => Html
  typed: Record<string, string>
  errors: readonly { field: string; message: string }[]
  /** The same message in the person's own mail program. */
  mailtoHref: string
  sent: readonly SentMail[]
}

/** Sends the link by mail from here; works without script, like everything of the panel. */
export function shareMailPage(p: ShareMailPage): Html {
  const { t, credential, errors, typed } = p
  const path = `/badges/${credential.publicId}/share`
  return html`${backLink(path, t('share.back'))}${errorSummary(t, errors)}<form method="post" action="${path}/email" class="form" novalidate>${p.fields()}
${textarea(t, { name: 'to', label: t('share.email.to'), hint: t('share.email.to.hint', { count: mostRecipients }), value: typed['to'], error: errorFor(errors, 'to'), rows: 2, autocomplete: 'off' })}
${textarea(t, { name: 'message', label: t('share.email.message'), optionalLabel: t('component.optional'), hint: t('share.email.message.hint'), value: typed['message'], error: errorFor(errors, 'message'), rows: 4, count: longestMessage })}
${formActions(button({ label: t('share.email.send') }), html`<a class="button button-secondary" href="${p.mailtoHref}">${t('share.email.own')}</a>`)}</form>
${p.sent.length > 0 && section({ heading: t('share.email.history'), lead: t('share.email.history.text'), body: html`<ul class="link-list" role="list">${p.sent.map((mail) => html`<li class="panel"><p><time datetime="${mail.sentAt.toISOString()}">${momentInWords(p.locale, mail.sentAt)}</time></p><p class="break-anywhere">${t('share.email.history.line', { to: addressList(p.locale, mail.to) })}</p>${mail.message && html`<p class="preserve-lines">${mail.message}</p>`}</li>`)}</ul>` })}`
}

function addressList(locale: Locale, addresses: readonly string[]): string {
  return new Intl.ListFormat(regions[locale]).format(addresses)
}
