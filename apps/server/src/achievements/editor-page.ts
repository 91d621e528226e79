import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeCard,
  badgeImage,
  button,
  descriptionList,
  disclosure,
  errorFor,
  errorSummary,
  type FieldError,
  field,
  fieldset,
  form,
  formActions,
  linkButton,
  mainAndSide,
  messageBox,
  radios,
  select,
  textarea,
} from '../platform/pages/components.ts'
import { formatDate, formatTime } from '../organizations/index.ts'
import {
  type AchievementContent,
  achievementTypes,
  contentIn,
  contentLanguages,
  evidenceRules,
  limits,
} from './content.ts'
import { type DraftFields, otherLanguage } from './draft-form.ts'
import { contentFacts, contentSections, draftPicture } from './parts.ts'
import type { AchievementRow } from './store.ts'

export interface EditorState {
  base: string
  locale: Locale
  achievement: AchievementRow
  /** What the fields show. */
  fields: DraftFields
  /** What the preview shows: the draft as saved, or as typed. */
  content: AchievementContent
  errors: readonly FieldError[]
  issuerName: string
  hidden: Html
  now: Date
  skillRows: number
  /** The save that this page stands on; absent after a conflict, when the person chooses whose text stays. */
  basedOn: string | undefined
  /** Somebody else saved meanwhile. */
  isConflict?: boolean
}

/** The editor: one long form with the preview beside it. Works by its buttons; a script saves and refreshes meanwhile. */
export function editor(t: Translate, o: EditorState): Html {
  const action = `${o.base}/badges/${o.achievement.publicId}`
  return html`${o.isConflict ? conflict(t, action) : errorSummary(t, o.errors)}${mainAndSide(
    form({
      id: 'draft',
      action,
      csrf: o.hidden,
      className: 'form form-wide',
      data: { 'data-live-form': `${action}/autosave`, 'data-live-parts': 'preview draft-status draft-token' },
      body: html`${token(o)}${basics(t, o)}${picture(t, o)}${learning(t, o)}${expiry(t, o)}${evidence(t, o)}${translation(t, o)}${formActions(
        button({ label: t('template.review'), formAction: `${action}/review` }),
        button({ label: t('template.save'), kind: 'secondary' }),
      )}`,
    }),
    html`<div class="preview-column">${button({ label: t('template.preview.update'), kind: 'secondary', small: true, form: 'draft', formAction: `${action}/preview`, data: { 'data-without-script': true } })}${status(t, o)}${preview(t, o)}</div>`,
  )}`
}

function conflict(t: Translate, action: string): Html {
  return messageBox({
    kind: 'warning',
    heading: t('template.conflict.title'),
    takesFocus: true,
    body: html`<p>${t('template.conflict')}</p>`,
    actions: [
      button({ label: t('template.conflict.mine'), form: 'draft' }),
      linkButton({ label: t('template.conflict.theirs'), href: action, kind: 'quiet' }),
    ],
  })
}

/** When the draft was saved; the script replaces it. */
function status(t: Translate, o: EditorState): Html {
  const problem = o.isConflict ? t('template.conflict.title') : o.errors[0]?.message
  const words = problem
    ? t('template.unsaved', { message: problem })
    : t('template.saved.at', { time: formatTime(o.locale, o.achievement.draftSavedAt) })
  return html`<p id="draft-status" class="hint draft-status">${words}</p>`
}

/** The save that the next one stands on. Without it the last word wins: what the person chooses after a conflict. */
function token(o: EditorState): Html {
  return html`<span id="draft-token">${o.basedOn !== undefined && html`<input type="hidden" name="savedAt" value="${o.basedOn}">`}</span>`
}

type Control = { name: string; id: string; value: string; error: string | undefined }
const controls =
  ({ fields, errors }: EditorState) =>
  (name: string): Control => ({ name, id: name, value: fields[name] ?? '', error: errorFor(errors, name) })

function basics(t: Translate, o: EditorState): Html {
  const at = controls(o)
  return fieldset({
    id: 'basics',
    legend: t('template.basics'),
    body: html`${field({ ...at('name'), label: t('template.name'), hint: t('template.name.hint'), maxLength: limits.name, lang: o.content.language, autocomplete: 'off' })}${textarea(t, { ...at('description'), label: t('template.description'), hint: t('template.description.hint'), rows: 3, count: limits.description, lang: o.content.language })}<div class="field-row">${select({ ...at('language'), label: t('template.language'), width: 'medium', options: contentLanguages.map((value) => ({ value, label: t(`template.language.${value}`) })) })}${select({ ...at('achievementType'), label: t('template.type'), width: 'medium', options: achievementTypes.map((value) => ({ value, label: t(`template.type.${value}`) })).sort((a, b) => a.label.localeCompare(b.label, o.locale)) })}</div>`,
  })
}

function picture(t: Translate, o: EditorState): Html {
  const at = controls(o)
  return fieldset({
    id: 'picture',
    legend: t('template.picture'),
    body: html`<div class="present-picture">${badgeImage({ src: draftPicture(o.base, { ...o.achievement, draft: o.content }, 240), alt: '', size: 96, eager: true })}<div class="stack"><p class="hint">${t(o.content.image.kind === 'generated' ? 'template.picture.generated' : 'template.picture.uploaded')}</p>${button({ label: t('template.picture.change'), kind: 'secondary', small: true, formAction: `${o.base}/badges/${o.achievement.publicId}/to-design` })}</div></div>${field({ ...at('altText'), label: t('template.altText'), hint: t('template.altText.hint'), maxLength: limits.altText, lang: o.content.language, autocomplete: 'off' })}`,
  })
}

function learning(t: Translate, o: EditorState): Html {
  const at = controls(o)
  const optionalLabel = t('component.optional')
  const lang = o.content.language
  return fieldset({
    id: 'learning',
    legend: t('template.learning'),
    body: html`${textarea(t, { ...at('outcomes'), label: t('template.outcomes'), hint: t('template.outcomes.hint'), optionalLabel, rows: 5, lang })}${textarea(t, { ...at('criteria'), label: t('template.criteria'), hint: t('template.criteria.hint'), rows: 7, count: limits.criteria, lang })}${skills(t, o)}<div class="field-row">${field({ ...at('hours'), label: t('template.hours'), optionalLabel, width: 'short', inputmode: 'decimal' })}${field({ ...at('level'), label: t('template.level'), hint: t('template.level.hint'), optionalLabel, width: 'medium', autocomplete: 'off' })}</div><div class="field-row">${field({ ...at('credits'), label: t('template.credits'), optionalLabel, width: 'short', inputmode: 'decimal' })}${field({ ...at('cpdPoints'), label: t('template.cpdPoints'), optionalLabel, width: 'short', inputmode: 'decimal' })}</div>${field({ ...at('tags'), label: t('template.tags'), hint: t('template.tags.hint'), optionalLabel, autocomplete: 'off' })}`,
  })
}

function skills(t: Translate, o: EditorState): Html {
  const at = controls(o)
  const rows = Array.from({ length: o.skillRows }, (_, index) => index + 1)
  return fieldset({
    id: 'skills',
    legend: t('template.skills'),
    hint: t('template.skills.hint'),
    body: html`<ol class="skill-rows" role="list">${rows.map((number) => {
      const name = `skill${number}`
      const details = ['Framework', 'Code', 'Url'].map((part) => at(`${name}${part}`))
      const [framework, code, url] = details
      return html`<li>${field({ ...at(`${name}Name`), label: t('template.skill', { number }), autocomplete: 'off' })}${
        framework &&
        code &&
        url &&
        disclosure({
          summary: t('template.skill.more', { number }),
          open: details.some(({ error }) => error !== undefined),
          body: html`${field({ ...framework, label: t('template.skill.framework'), autocomplete: 'off' })}${field({ ...code, label: t('template.skill.code'), width: 'medium', autocomplete: 'off', spellcheck: false })}${field({ ...url, label: t('template.skill.address'), type: 'url', autocomplete: 'off' })}`,
        })
      }</li>`
    })}</ol>${o.skillRows < limits.skills && button({ label: t('template.skill.add'), kind: 'quiet', small: true, icon: 'plus', formAction: `${o.base}/badges/${o.achievement.publicId}/more-skills` })}`,
  })
}

function expiry(t: Translate, o: EditorState): Html {
  const at = controls(o)
  const amount = at('expiryAmount')
  const unit = at('expiryUnit')
  return fieldset({
    id: 'expiry',
    legend: t('template.expiry'),
    body: html`${radios({
      name: 'expiryKind',
      legend: t('template.expiry.legend'),
      value: o.fields['expiryKind'] ?? 'never',
      options: (['never', 'after', 'on'] as const).map((value) => ({ value, label: t(`template.expiry.${value}`) })),
    })}<div class="field-row">${field({ ...amount, label: t('template.expiry.amountLabel'), type: 'number', min: 1, max: 1000, width: 'short' })}${select({ ...unit, value: unit.value || 'years', label: t('template.expiry.unit'), width: 'short', options: (['days', 'months', 'years'] as const).map((value) => ({ value, label: t(`template.expiry.${value}`) })) })}${field({ ...at('expiryDate'), label: t('template.expiry.dateLabel'), type: 'date', width: 'medium' })}</div>`,
  })
}

function evidence(t: Translate, o: EditorState): Html {
  return fieldset({
    id: 'evidence',
    legend: t('template.evidence'),
    body: radios({
      name: 'evidenceRule',
      legend: t('template.evidence.legend'),
      value: o.fields['evidenceRule'] ?? 'none',
      options: evidenceRules.map((value) => ({ value, label: t(`template.evidence.${value}`) })),
    }),
  })
}

function translation(t: Translate, o: EditorState): Html {
  const at = controls(o)
  const lang = otherLanguage(o.content.language)
  const language = t(`template.language.in.${lang}`)
  const names = ['otherName', 'otherDescription', 'otherOutcomes', 'otherCriteria']
  return disclosure({
    id: 'translation',
    boxed: true,
    summary: html`${t('template.translation', { language })} <span class="optional">${t('component.optional')}</span>`,
    open: names.some((name) => errorFor(o.errors, name) !== undefined || (o.fields[name] ?? '') !== ''),
    body: html`<p class="hint">${t('template.translation.hint', { language })}</p>${field({ ...at('otherName'), label: t('template.name'), maxLength: limits.name, lang, autocomplete: 'off' })}${textarea(t, { ...at('otherDescription'), label: t('template.description'), rows: 3, lang })}${textarea(t, { ...at('otherOutcomes'), label: t('template.outcomes'), hint: t('template.outcomes.hint'), rows: 5, lang })}${textarea(t, { ...at('otherCriteria'), label: t('template.criteria'), rows: 7, lang })}`,
  })
}

/** How the badge will look in a list and on its own page. */
export function preview(
  t: Translate,
  o: Pick<EditorState, 'base' | 'locale' | 'achievement' | 'content' | 'issuerName' | 'now'>,
): Html {
  const texts = contentIn(o.content, o.locale)
  const lang = texts.language === o.locale ? undefined : texts.language
  const name = texts.name || t('template.untitled')
  const image = draftPicture(o.base, { ...o.achievement, draft: o.content }, 240)
  return html`<section class="preview" id="preview" aria-labelledby="preview-heading"><h2 id="preview-heading">${t('template.preview')}</h2><h3>${t('template.preview.card')}</h3>${badgeCard({ name, imageUrl: image, issuer: o.issuerName, date: formatDate(o.locale, o.now), dateTime: o.now.toISOString().slice(0, 10), lang, headingLevel: 3 })}<h3>${t('template.preview.page')}</h3><div class="panel preview-page">${badgeImage({ src: image, alt: texts.language === o.content.language ? o.content.altText : '', size: 120, eager: true })}<p class="preview-name serif"${lang ? html` lang="${lang}"` : null}>${name}</p><p class="hint">${o.issuerName}</p>${texts.description && html`<p${lang ? html` lang="${lang}"` : null}>${texts.description}</p>`}${descriptionList(contentFacts(t, o.locale, o.content), { compact: true })}${contentSections(t, o.locale, o.content, 3)}</div></section>`
}
