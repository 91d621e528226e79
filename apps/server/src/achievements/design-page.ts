import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  errorFor,
  errorSummary,
  type FieldError,
  field,
  fileField,
  form,
  formActions,
  section,
  select,
} from '../platform/pages/components.ts'
import { formatRatio } from '../organizations/index.ts'
import { badgeSvg, type BadgeDesign } from './badge-image.ts'
import { badgeBorders, badgeGlyphs, badgePalettes, badgePatterns, badgeShapes } from './image-choices.ts'
import { contrastOf, leastContrast } from './picture.ts'

export interface DesignState {
  base: string
  locale: Locale
  publicId: string
  name: string
  contentLanguage: Locale
  /** What the fields show. */
  fields: Partial<Record<string, string>>
  design: BadgeDesign
  errors: readonly FieldError[]
  hidden: () => Html
}

/** The designer: choices at the left, how it looks in three sizes on light and dark at the right (UX 10). */
export function designer(t: Translate, o: DesignState): Html {
  const at = `${o.base}/badges/${o.publicId}`
  return html`${backLink(at, o.name || t('template.untitled'))}${errorSummary(t, o.errors)}<div class="designer">${section(
    {
      id: 'generate',
      heading: t('design.generate'),
      body: form({
        id: 'design',
        action: `${at}/design`,
        csrf: o.hidden(),
        data: { 'data-live-form': `${at}/design/preview`, 'data-live-parts': 'design-preview' },
        body: html`${choices(t, o)}${formActions(
          button({ label: t('design.use') }),
          button({
            label: t('design.update'),
            kind: 'secondary',
            formAction: `${at}/design/preview`,
            data: { 'data-without-script': true },
          }),
        )}`,
      }),
    },
  )}${preview(t, o)}</div>${section({
    id: 'upload',
    heading: t('design.upload'),
    lead: t('design.upload.lead'),
    framed: true,
    body: form({
      action: `${at}/design/upload`,
      csrf: o.hidden(),
      multipart: true,
      body: html`${fileField(t, { name: 'file', label: t('design.upload.file'), error: errorFor(o.errors, 'file'), accept: '.png,.jpg,.jpeg,.svg,image/png,image/jpeg,image/svg+xml' })}${field({ name: 'uploadAltText', label: t('template.altText'), hint: t('template.altText.hint'), value: o.fields['uploadAltText'] ?? '', error: errorFor(o.errors, 'uploadAltText'), lang: o.contentLanguage, autocomplete: 'off' })}${formActions(button({ label: t('design.upload.submit'), kind: 'secondary' }))}`,
    }),
  })}`
}

function choices(t: Translate, o: DesignState): Html {
  const at = (name: string) => ({ name, id: name, value: o.fields[name] ?? '', error: errorFor(o.errors, name) })
  const auto = { value: '', label: t('design.auto') }
  return html`<div class="field-row">${select({ ...at('shape'), label: t('design.shape'), options: [auto, ...badgeShapes.map((value) => ({ value, label: t(`badge-image.shape.${value}`) }))] })}${select({ ...at('palette'), label: t('design.palette'), options: [auto, ...badgePalettes.map((value) => ({ value, label: t(`design.palette.${value}`) }))] })}</div><div class="field-row">${select({ ...at('pattern'), label: t('design.pattern'), options: [auto, ...badgePatterns.map((value) => ({ value, label: t(`design.pattern.${value}`) }))] })}${select({ ...at('border'), label: t('design.border'), options: [auto, ...badgeBorders.map((value) => ({ value, label: t(`design.border.${value}`) }))] })}</div><div class="field-row">${select({ ...at('glyph'), label: t('design.sign'), options: [{ value: '', label: t('design.sign.letters') }, ...badgeGlyphs.map((value) => ({ value, label: capital(o.locale, t(`badge-image.glyph.${value}`)) }))] })}${field({ ...at('initials'), label: t('design.initials'), hint: t('design.initials.hint'), width: 'short', maxLength: 12, autocomplete: 'off', lang: o.contentLanguage })}</div>${field({ ...at('ringText'), label: t('design.ringText'), hint: t('design.ringText.hint'), optionalLabel: t('component.optional'), maxLength: 60, autocomplete: 'off', lang: o.contentLanguage })}${field({ ...at('levelMarks'), label: t('design.levelMarks'), hint: t('design.levelMarks.hint'), type: 'number', min: 0, max: 5, width: 'short' })}${field({ ...at('altText'), label: t('template.altText'), hint: t('template.altText.hint'), lang: o.contentLanguage, autocomplete: 'off' })}`
}

/** "a star" in a list of choices begins with a capital. */
function capital(locale: Locale, text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}

function preview(t: Translate, o: DesignState): Html {
  const ratio = contrastOf(o.design)
  const src = `data:image/svg+xml;base64,${Buffer.from(badgeSvg(o.design)).toString('base64')}`
  const figure = formatRatio(o.locale, ratio)
  const sizes = [512, 120, 48] as const
  const ground = (tone: 'light' | 'dark') =>
    html`<figure class="ground ground-${tone}"><div>${sizes.map((size) => html`<img src="${src}" alt="" width="${size}" height="${size}">`)}</div><figcaption>${t(`design.preview.${tone}`)}</figcaption></figure>`
  return html`<section class="design-preview" id="design-preview" aria-labelledby="design-preview-heading"><h2 id="design-preview-heading">${t('design.preview')}</h2>${ground('light')}${ground('dark')}<p role="status">${t(ratio >= leastContrast ? 'design.contrast.fine' : 'design.contrast.low', { ratio: figure })}</p></section>`
}
