import { createHash } from 'node:crypto'
import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { markdown } from '../platform/markdown.ts'
import { chip, type Fact, prose, section } from '../platform/pages/components.ts'
import { pictureUrl, type PictureSize } from '../platform/pictures/store.ts'
import { formatDate, formatNumber } from '../organizations/index.ts'
import { type AchievementContent, contentIn, type Expiry } from './content.ts'
import { designOf } from './picture.ts'
import type { AchievementRow } from './store.ts'

/** Where the picture of a draft is drawn or kept. */
export function draftPicture(
  base: string,
  achievement: Pick<AchievementRow, 'publicId' | 'draft'>,
  size: PictureSize,
): string {
  const { image } = achievement.draft
  if (image.kind === 'uploaded') return pictureUrl(image.pictureHash, size)
  // Another design is another address, so that a page in front of somebody shows it at once.
  const design = designOf(achievement, achievement.draft.name, image.settings)
  const version = createHash('sha256').update(JSON.stringify(design)).digest('base64url').slice(0, 10)
  return `${base}/badges/${achievement.publicId}/picture.svg?v=${version}`
}

export function stateChip(t: Translate, state: AchievementRow['state']): Html {
  if (state === 'published') return chip('ok', t('template.state.published'), 'check')
  if (state === 'archived') return chip('neutral', t('template.state.archived'), 'pause')
  return chip('neutral', t('template.state.draft'), 'ring')
}

export function domainChip(
  t: Translate,
  organization: { domain: string | null; domainConfirmedAt: Date | null },
): Html {
  return organization.domain && organization.domainConfirmedAt
    ? chip('ok', t('public.domain.confirmed', { domain: organization.domain }), 'check')
    : chip('neutral', t('public.domain.unconfirmed'), 'ring')
}

export function expiryWords(t: Translate, locale: Locale, expiry: Expiry): string {
  if (expiry.kind === 'after') return t(`public.template.expires.${expiry.unit}`, { count: expiry.amount })
  if (expiry.kind === 'on')
    return t('public.template.expires.on', { date: formatDate(locale, new Date(`${expiry.date}T00:00:00Z`)) })
  return t('public.template.expires.never')
}

/** What can be said about a template in a few words each; empty ones are left out. */
export function contentFacts(t: Translate, locale: Locale, content: AchievementContent): Fact[] {
  const rule = content.evidenceRule
  return [
    { term: t('public.template.type'), value: t(`template.type.${content.achievementType}`) },
    content.hours !== undefined && {
      term: t('public.template.hours'),
      value: t('public.template.hours.value', { count: content.hours }),
    },
    content.level !== undefined && { term: t('public.template.level'), value: content.level },
    content.credits !== undefined && {
      term: t('public.template.credits'),
      value: formatNumber(locale, content.credits),
    },
    content.cpdPoints !== undefined && {
      term: t('public.template.cpdPoints'),
      value: formatNumber(locale, content.cpdPoints),
    },
    { term: t('public.template.expires'), value: expiryWords(t, locale, content.expiry) },
    rule !== undefined &&
      rule !== 'none' && { term: t('public.template.evidence'), value: t(`public.template.evidence.${rule}`) },
    { term: t('public.template.language'), value: t(`template.language.${content.language}`) },
    content.tags.length > 0 && { term: t('public.template.tags'), value: content.tags.join(', ') },
  ]
}

/** Outcomes, skills and criteria, in the reader's language where the template has it. */
export function contentSections(t: Translate, locale: Locale, content: AchievementContent, level: 2 | 3 = 2): Html[] {
  const texts = contentIn(content, locale)
  const lang = texts.language === locale ? undefined : texts.language
  const parts: (Html | false)[] = [
    texts.outcomes.length > 0 &&
      section({
        heading: t('public.template.outcomes'),
        level,
        body: prose(html`<ol>${texts.outcomes.map((outcome) => html`<li>${outcome}</li>`)}</ol>`, { lang }),
      }),
    content.skills.length > 0 &&
      section({
        heading: t('public.template.skills'),
        level,
        body: html`<ul class="skills" role="list">${content.skills.map((skill) => html`<li>${skillWords(t, skill)}</li>`)}</ul>`,
      }),
    texts.criteria !== '' &&
      section({
        heading: t('public.template.earn'),
        level,
        body: prose(markdown(texts.criteria, { headingLevel: level === 2 ? 3 : 4 }), { lang }),
      }),
  ]
  return parts.filter((part) => part !== false)
}

function skillWords(t: Translate, skill: AchievementContent['skills'][number]): Html | string {
  const { name, framework, code, url } = skill
  const words =
    framework && code
      ? t('public.template.skill.code', { skill: name, framework, code })
      : framework
        ? t('public.template.skill.in', { skill: name, framework })
        : name
  return url ? html`<a href="${url}" rel="ugc nofollow noopener noreferrer">${words}</a>` : words
}
