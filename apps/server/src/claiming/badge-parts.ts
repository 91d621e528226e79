import { type AchievementContent, contentIn } from '../achievements/index.ts'
import { html, type Html, safeUrl } from '../platform/http/html.ts'
import { type Locale, regions, type Translate } from '../platform/i18n/messages.ts'
import { markdown } from '../platform/markdown.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { chip, type Fact, icon, prose } from '../platform/pages/components.ts'
import { section } from '../platform/pages/content.ts'
import type { CredentialSnapshot } from '../signing/index.ts'
import type { HeldCredential } from './credential.ts'
import { dayInWords, isoDay } from './dates.ts'

/** Who reads a badge, and in which language. */
export interface Reading {
  t: Translate
  locale: Locale
}

/** The texts of a badge for this reader; `lang` is set where they are not in the page's language (UX 16). */
export function badgeTexts({ snapshot }: Pick<HeldCredential, 'snapshot'>, locale: Locale) {
  const texts = contentIn(snapshot.achievement, locale)
  return { ...texts, lang: texts.language === locale ? undefined : texts.language }
}

/** Address of the picture by its hash: the same address always gives the same bytes. */
export function badgePicturePath({ snapshot }: Pick<HeldCredential, 'snapshot'>): string {
  return pictureUrl(snapshot.picturePngHash, 512)
}

/** The issuer's name with the mark of a confirmed domain, in words. */
export function issuerMark({ t }: Reading, credential: HeldCredential): Html {
  return credential.domainConfirmedAt
    ? html`${chip('ok', t('claim.domain.confirmed'), 'check')}`
    : html`${chip('neutral', t('claim.domain.unconfirmed'), 'ring')}`
}

export function issuedLine({ t, locale }: Reading, credential: HeldCredential, now: Date): Html {
  const issued = html`<time datetime="${isoDay(credential.snapshot.awardedOn)}">${dayInWords(locale, credential.snapshot.awardedOn)}</time>`
  return html`${issued} · ${expiryWords({ t, locale }, credential, now)}`
}

/** "Reason given: …", with one full stop whoever wrote it. */
export function reasonWords({ t }: Pick<Reading, 't'>, reason: string): string {
  return t('claim.reason', { reason: reason.trim().replace(/\.$/, '') })
}

/** The same as the value of a fact: "Expires: March 4, 2028". */
export function expiryFact({ t, locale }: Reading, { validUntil }: HeldCredential): string {
  return validUntil ? dayInWords(locale, validUntil) : t('claim.fact.never')
}

export function expiryWords({ t, locale }: Reading, { validUntil }: HeldCredential, now: Date): string {
  if (!validUntil) return t('claim.expiry.never')
  const date = dayInWords(locale, validUntil)
  return validUntil <= now ? t('claim.expiry.past', { date }) : t('claim.expiry.until', { date })
}

/** What the learner did and can do: outcomes, skills, criteria. Sections without content are left out. */
export function learningSections(
  { t, locale }: Reading,
  credential: Pick<HeldCredential, 'snapshot'>,
  { level = 2 }: { level?: 2 | 3 } = {},
): (Html | false)[] {
  const texts = badgeTexts(credential, locale)
  const { skills } = credential.snapshot.achievement
  return [
    texts.outcomes.length > 0 &&
      section({
        heading: t('badge.outcomes'),
        level,
        body: html`<ol${langOf(texts.lang)}>${texts.outcomes.map((outcome) => html`<li>${outcome}</li>`)}</ol>`,
      }),
    skills.length > 0 &&
      section({
        heading: t('badge.skills'),
        level,
        body: html`<ul class="skills" role="list"${langOf(texts.lang)}>${skills.map((skill) => html`<li>${skillWords(skill)}</li>`)}</ul>`,
      }),
    texts.criteria.trim() !== '' &&
      section({ heading: t('badge.criteria'), level, body: prose(markdown(texts.criteria), { lang: texts.lang }) }),
  ]
}

function langOf(lang: string | undefined): Html | false {
  return lang !== undefined && html` lang="${lang}"`
}

/** The skill with its framework and code where it is aligned; its address is the framework's own. */
function skillWords(skill: CredentialSnapshot['achievement']['skills'][number]): Html {
  const url = safeUrl(skill.url)
  const name = url
    ? html`<a href="${url}" rel="ugc nofollow noopener noreferrer">${skill.name}${icon('external')}</a>`
    : html`${skill.name}`
  const aligned = [skill.framework, skill.code].filter(Boolean).join(' ')
  return aligned ? html`${name} <span class="hint">${aligned}</span>` : name
}

// Making a formatter costs far more than using it, and every badge page does.
const numbers = { en: new Intl.NumberFormat(regions.en), fr: new Intl.NumberFormat(regions.fr) }
const languageNames = new Map<string, string>()

function languageName(code: AchievementContent['language'], locale: Locale): string {
  const key = `${locale} ${code}`
  let name = languageNames.get(key)
  if (name === undefined) {
    name = new Intl.DisplayNames(regions[locale], { type: 'language' }).of(code) ?? code
    languageNames.set(key, name)
  }
  return name
}

/** Hours, level, credits, points and language: the measures of the work. */
export function measureFacts({ t, locale }: Reading, { snapshot }: Pick<HeldCredential, 'snapshot'>): Fact[] {
  const { achievement } = snapshot
  const number = numbers[locale]
  return [
    achievement.hours !== undefined && { term: t('badge.hours'), value: number.format(achievement.hours) },
    achievement.level !== undefined && achievement.level !== '' && { term: t('badge.level'), value: achievement.level },
    achievement.credits !== undefined && { term: t('badge.credits'), value: number.format(achievement.credits) },
    achievement.cpdPoints !== undefined && { term: t('badge.cpdPoints'), value: number.format(achievement.cpdPoints) },
    { term: t('badge.language'), value: languageName(achievement.language, locale) },
  ]
}

/** Evidence items; a reader who is not the owner gets the public ones only. */
export function evidenceSection(
  { t }: Reading,
  { snapshot }: Pick<HeldCredential, 'snapshot'>,
  { isOwner }: { isOwner: boolean },
): Html | false {
  const items = snapshot.evidence.filter(({ isPublic }) => isOwner || isPublic)
  if (items.length === 0) return false
  return section({
    heading: t('badge.evidence', { count: items.length }),
    body: html`<ul class="plain-list">${items.map((item) => {
      const url = safeUrl(item.url)
      const name = url
        ? html`<a href="${url}" rel="ugc nofollow noopener noreferrer">${item.name}${icon('external')}</a>`
        : html`<strong>${item.name}</strong>`
      return html`<li>${name}${item.narrative && html`<p>${item.narrative}</p>`}${isOwner && html`<p class="hint">${item.isPublic ? t('badge.evidence.public') : t('badge.evidence.private')}</p>`}</li>`
    })}</ul>`,
  })
}
