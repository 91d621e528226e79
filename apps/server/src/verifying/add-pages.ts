import { dayInWords } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import {
  backLink,
  badgeCard,
  badgeGrid,
  button,
  chip,
  errorFor,
  errorSummary,
  fileField,
  formActions,
  linkButton,
  section,
  textarea,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import type { ImportedBadge, ImportedCard } from './imported-store.ts'
import { type Reader, verdictTone } from './words.ts'

export function addForm(
  { t }: Reader,
  o: { fields: () => Html; typed: Record<string, string>; errors: readonly FieldError[]; needsAddress: boolean },
): Html {
  const errors = o.errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
  return html`${backLink('/badges', t('backpack.heading.short'))}${errorSummary(t, errors)}
${o.needsAddress && html`<p>${linkButton({ href: '/settings/account/link', label: t('backpack.addAddress'), kind: 'secondary' })}</p>`}
<form method="post" action="/badges/add" class="form" enctype="multipart/form-data" novalidate>${o.fields()}
${fileField(t, { name: 'file', label: t('verify.file'), hint: t('verify.file.hint'), error: errorFor(errors, 'file') })}
${textarea(t, { name: 'text', label: t('verify.paste'), hint: t('verify.paste.hint'), value: o.typed['text'], error: errorFor(errors, 'text'), rows: 3, code: true })}
${formActions(button({ label: t('backpack.add') }))}</form>`
}

/** The part of the backpack that holds badges from elsewhere. */
export function importedSection(p: Reader, badges: readonly ImportedCard[]): Html | null {
  const { t, locale } = p
  if (badges.length === 0) return null
  return section({
    heading: t('add.section'),
    body: badgeGrid(
      badges.map((badge) =>
        badgeCard({
          name: badge.name,
          href: `/badges/elsewhere/${badge.publicId}`,
          imageUrl: badge.pictureHash ? pictureUrl(badge.pictureHash, 240) : '/logo.svg',
          issuer: badge.issuerName,
          ...(badge.awardedOn ? { date: dayInWords(locale, badge.awardedOn), dateTime: badge.awardedOn } : {}),
          headingLevel: 3,
          chips: chip(verdictTone[badge.verdict], t(`verify.verdict.${badge.verdict}`), 'dot'),
        }),
      ),
    ),
  })
}

export function importedActions({ t }: Reader, badge: ImportedBadge, fields: () => Html): Html {
  const path = `/badges/elsewhere/${badge.publicId}`
  const post = (action: string, label: string, kind: 'secondary' | 'danger') =>
    html`<form method="post" action="${path}/${action}" class="form-inline" novalidate>${fields()}${button({ label, kind })}</form>`
  return html`<div class="cluster">${post('check', t('add.checkAgain'), 'secondary')}${linkButton({ href: `${path}/credential.json`, label: t('add.download'), download: true, icon: 'download' })}${post('remove', t('add.remove'), 'danger')}</div>`
}
