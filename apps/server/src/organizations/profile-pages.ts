import { attributes, type Html, html, safeUrl } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  checkbox,
  errorFor,
  errorSummary,
  type FieldError,
  field,
  fieldset,
  fileField,
  form,
  formActions,
  linkButton,
  radios,
  textarea,
} from '../platform/pages/components.ts'
import { contrastRatio, readableAccent } from '../platform/pictures/contrast.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { formatRatio } from './formats.ts'
import type { Organization } from './organization.ts'
import { usualDays } from './profile.ts'

export interface ProfileFormState {
  typed: Record<string, string>
  errors: readonly FieldError[]
  /** Stored by this organization, or by an earlier try of the same form. */
  logoHash: string | null
  /** What was taken out of an uploaded drawing. */
  notice?: string
}

/** What the form shows before anybody typed. */
export function profileState(organization: Organization | undefined): ProfileFormState {
  const written = ({ reminderDays, endingDays }: Pick<Organization, 'reminderDays' | 'endingDays'>) => ({
    reminderDays: reminderDays.join(', '),
    endingDays: endingDays.join(', '),
  })
  if (!organization)
    return {
      typed: { credentialLabel: 'badge', claimLinkDays: '90', ...written(usualDays) },
      errors: [],
      logoHash: null,
    }
  return {
    typed: {
      name: organization.name,
      slug: organization.slug,
      description: organization.description,
      website: organization.website ?? '',
      contactEmail: organization.contactEmail ?? '',
      linkedinOrganizationId: organization.linkedinOrganizationId ?? '',
      accent: organization.accent ?? '',
      credentialLabel: organization.credentialLabel,
      claimLinkDays: String(organization.claimLinkDays),
      ...written(organization),
    },
    errors: [],
    logoHash: organization.logoHash,
  }
}

/** The form that creates an organization and, filled in, the one that edits its profile. */
export function profileForm(
  t: Translate,
  o: ProfileFormState & {
    locale: Locale
    fields: Html
    action: string
    publicUrl: string
    /** Absent while it does not exist yet. */
    organization?: Organization
  },
): Html {
  const { typed, organization } = o
  const optionalLabel = t('component.optional')
  const at = (name: string) => ({ name, id: name, value: typed[name] ?? '', error: errorFor(o.errors, name) })
  return html`${errorSummary(t, o.errors)}${o.notice && html`<p class="hint" role="status">${o.notice}</p>`}${form({
    action: o.action,
    csrf: o.fields,
    multipart: true,
    hidden: { logoHash: o.logoHash ?? '' },
    body: html`
${fieldset({
  id: 'identity',
  legend: t('organization.profile.identity'),
  body: html`
${field({ ...at('name'), label: t('organization.name'), hint: t('organization.name.hint'), autocomplete: 'organization', required: true })}
${field({
  ...at('slug'),
  label: t('organization.slug'),
  hint: organization ? t('organization.slug.hint') : t('organization.slug.hint.new'),
  optionalLabel: organization ? undefined : optionalLabel,
  prefix: `${new URL(o.publicUrl).host}/o/`,
  spellcheck: false,
  autocomplete: 'off',
})}
${textarea(t, { ...at('description'), label: t('organization.description'), hint: t('organization.description.hint'), optionalLabel, rows: 4, count: 2000 })}
${field({ ...at('website'), type: 'url', label: t('organization.website'), optionalLabel, autocomplete: 'url' })}
${field({ ...at('contactEmail'), type: 'email', label: t('organization.contactEmail'), hint: t('organization.contactEmail.hint'), optionalLabel, autocomplete: 'email' })}`,
})}
${fieldset({
  id: 'looks',
  legend: t('organization.profile.looks'),
  body: html`
${o.logoHash && html`<div class="present-picture"><img src="${pictureUrl(o.logoHash, 120)}" alt="${t('organization.logo.present')}" width="64" height="64"><p class="hint">${t('organization.logo.kept')}</p></div>`}
${fileField(t, { name: 'logo', label: t('organization.logo'), hint: t('organization.logo.hint'), optionalLabel, error: errorFor(o.errors, 'logo'), accept: '.png,.jpg,.jpeg,.svg,image/png,image/jpeg,image/svg+xml' })}
${o.logoHash && checkbox({ name: 'removeLogo', label: t('organization.logo.remove') })}
${field({ ...at('accent'), label: t('organization.accent'), hint: html`${t('organization.accent.hint')}${accentNote(t, o.locale, typed['accent'])}`, optionalLabel, width: 'short', spellcheck: false, autocomplete: 'off' })}`,
})}
${fieldset({
  id: 'issuing',
  legend: t('organization.profile.issuing'),
  body: html`
${radios({
  name: 'credentialLabel',
  legend: t('organization.label'),
  value: typed['credentialLabel'] ?? 'badge',
  inline: true,
  options: [
    { value: 'badge', label: t('organization.label.badge') },
    { value: 'micro-credential', label: t('organization.label.micro-credential') },
  ],
})}
${field({ ...at('linkedinOrganizationId'), label: t('organization.linkedin'), hint: t('organization.linkedin.hint'), optionalLabel, width: 'medium', inputmode: 'text', autocomplete: 'off' })}
${field({ ...at('claimLinkDays'), type: 'number', label: t('organization.claimLinkDays'), hint: t('organization.claimLinkDays.hint'), suffix: t('organization.days'), width: 'short', min: 7, max: 365 })}
${field({ ...at('reminderDays'), label: t('organization.reminderDays'), hint: t('organization.reminderDays.hint'), optionalLabel, width: 'medium', autocomplete: 'off' })}
${field({ ...at('endingDays'), label: t('organization.endingDays'), hint: t('organization.endingDays.hint'), optionalLabel, width: 'medium', autocomplete: 'off' })}`,
})}
${formActions(
  button({ label: organization ? t('organization.profile.submit') : t('organization.new.submit') }),
  organization
    ? linkButton({
        label: t('organization.profile.view'),
        href: `/o/${organization.slug}`,
        kind: 'quiet',
        icon: 'external',
      })
    : null,
)}`,
  })}`
}

/** Says how well words in the accent can be read, and what is shown instead when they cannot (UX 17). */
function accentNote(t: Translate, locale: Locale, typed: string | undefined): Html | null {
  const wanted = typed?.trim()
  if (!wanted || !/^#?[0-9a-f]{6}$/i.test(wanted)) return null
  const hex = wanted.startsWith('#') ? wanted : `#${wanted}`
  const ratio = formatRatio(locale, contrastRatio(hex, '#ffffff'))
  const { color, changed } = readableAccent(hex, { label: '#ffffff', page: '#ffffff' })
  return html`<span class="accent-note">${colorSwatch(hex)}${changed ? html`${colorSwatch(color)}` : null}<span>${
    changed
      ? t('organization.accent.darkened', { wanted: hex.toUpperCase(), shown: color.toUpperCase(), ratio })
      : t('organization.accent.fine', { ratio })
  }</span></span>`
}

/** A colour shown as a drawing, since the policy of our pages allows no style in the markup. */
function colorSwatch(color: string): Html {
  return html`<svg class="color-swatch" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><rect${attributes({ width: 20, height: 20, rx: 4, fill: color })}/></svg>`
}

/** The organization's logo, or nothing. */
export function logo(hash: string | null, size: 48 | 64 | 96): Html | null {
  if (!hash) return null
  const src = safeUrl(pictureUrl(hash, size === 48 ? 96 : 240))
  return html`<img class="organization-logo" src="${src ?? ''}" alt="" width="${size}" height="${size}">`
}
