import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  errorFor,
  errorSummary,
  formActions,
  linkButton,
  radios,
  textarea,
} from '../platform/pages/components.ts'

export interface ActionPage {
  t: Translate
  locale: Locale
  credential: HeldCredential
  /** Links and embeds that lead to the badge now. */
  liveLinks: number
  fields: () => Html
}

const path = ({ credential }: ActionPage) => `/badges/${credential.publicId}`

/** Who may see it: each choice says what becomes visible, or what stops. */
export function visibilityPage(p: ActionPage, error?: string): Html {
  const { t, credential } = p
  const evidence = credential.snapshot.evidence.filter(({ isPublic }) => isPublic).length
  const suggested = credential.visibility === 'public' ? 'private' : 'public'
  return html`${error && errorSummary(t, [{ field: 'visibility', message: error }])}<div id="visibility-form"><form method="post" action="${path(p)}/visibility" class="form" novalidate>${p.fields()}
${radios({
  name: 'visibility',
  legend: t('badge.visibility.ask', { badge: badgeTexts(credential, p.locale).name }),
  value: suggested,
  error,
  options: [
    { value: 'public', label: t('chip.visibility.public'), hint: t('badge.visibility.public', { count: evidence }) },
    { value: 'link', label: t('chip.visibility.link'), hint: t('badge.visibility.link', { count: evidence }) },
    {
      value: 'private',
      label: t('chip.visibility.private'),
      hint:
        credential.visibility === 'private'
          ? t('badge.visibility.private')
          : t('badge.visibility.stops', { count: p.liveLinks }),
    },
  ],
})}
${formActions(button({ label: t('badge.visibility.save') }), linkButton({ href: path(p), label: t('badge.back'), kind: 'quiet' }))}</form></div>`
}

/** Asked only when somebody else may be looking at the badge. */
export function declinePage(p: ActionPage): Html {
  const { t, credential } = p
  return html`<p class="lead">${t('decline.ask', { badge: badgeTexts(credential, p.locale).name, n: p.liveLinks })}</p>
<form method="post" action="${path(p)}/decline" class="form" novalidate>${p.fields()}${formActions(button({ label: t('badge.decline.confirm'), kind: 'danger' }), linkButton({ href: path(p), label: t('badge.back') }))}</form>`
}

/** "Report an error": goes to the issuer, who decides. */
export function reportPage(p: ActionPage, o: { typed: Record<string, string>; errors: FieldError[] }): Html {
  const { t, credential } = p
  const errors = o.errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
  return html`${errorSummary(t, errors)}<p>${t('badge.report.text', { issuer: credential.snapshot.issuer.name })}</p>
<form method="post" action="${path(p)}/report" class="form" novalidate>${p.fields()}
${radios({ name: 'kind', legend: t('badge.report.kind'), value: o.typed['kind'], error: errorFor(errors, 'kind'), options: (['name', 'date', 'other'] as const).map((kind) => ({ value: kind, label: t(`badge.report.${kind}`) })) })}
${textarea(t, { name: 'requested', label: t('badge.report.requested'), rows: 3, count: 500, value: o.typed['requested'], error: errorFor(errors, 'requested') })}
${formActions(button({ label: t('badge.report.send') }), linkButton({ href: path(p), label: t('badge.back'), kind: 'quiet' }))}</form>`
}
