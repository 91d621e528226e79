import { z } from 'zod'
import type { FieldError } from '../platform/http/forms.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import {
  type AchievementContent,
  achievementTypes,
  type ContentLanguage,
  contentLanguages,
  type ContentTranslation,
  evidenceRules,
  type Expiry,
  limits,
  type Skill,
} from './content.ts'

const shown = z.string().max(40_000).optional()
export const skillParts = ['Name', 'Framework', 'Code', 'Url'] as const
type SkillField = `skill${number}${(typeof skillParts)[number]}`
const skillFields = Object.fromEntries(
  Array.from({ length: limits.skills }, (_, row) => skillParts.map((part) => [`skill${row + 1}${part}`, shown])).flat(),
) as Record<SkillField, typeof shown>

/** The fields of the editor. Every one may be missing or empty: a draft is saved as it stands. */
export const draftForm = z.object({
  name: shown,
  description: shown,
  outcomes: shown,
  criteria: shown,
  language: shown,
  achievementType: shown,
  tags: shown,
  hours: shown,
  level: shown,
  credits: shown,
  cpdPoints: shown,
  expiryKind: shown,
  expiryAmount: shown,
  expiryUnit: shown,
  expiryDate: shown,
  evidenceRule: shown,
  altText: shown,
  otherName: shown,
  otherDescription: shown,
  otherOutcomes: shown,
  otherCriteria: shown,
  /** When the draft was saved that this page showed. */
  savedAt: shown,
  ...skillFields,
})
export type DraftFields = Partial<Record<string, string>>

/** What the editor shows for a draft. */
export function fieldsOf(content: AchievementContent): DraftFields {
  const other = content.translations?.[otherLanguage(content.language)]
  const { expiry } = content
  return {
    name: content.name,
    description: content.description,
    outcomes: content.outcomes.join('\n'),
    criteria: content.criteria,
    language: content.language,
    achievementType: content.achievementType,
    tags: content.tags.join(', '),
    hours: numberText(content.hours),
    level: content.level ?? '',
    credits: numberText(content.credits),
    cpdPoints: numberText(content.cpdPoints),
    expiryKind: expiry.kind,
    expiryAmount: expiry.kind === 'after' ? String(expiry.amount) : '',
    expiryUnit: expiry.kind === 'after' ? expiry.unit : 'years',
    expiryDate: expiry.kind === 'on' ? expiry.date : '',
    evidenceRule: content.evidenceRule ?? 'none',
    altText: content.altText,
    otherName: other?.name ?? '',
    otherDescription: other?.description ?? '',
    otherOutcomes: other?.outcomes.join('\n') ?? '',
    otherCriteria: other?.criteria ?? '',
    ...Object.fromEntries(
      content.skills.flatMap((skill, row) => [
        [`skill${row + 1}Name`, skill.name],
        [`skill${row + 1}Framework`, skill.framework ?? ''],
        [`skill${row + 1}Code`, skill.code ?? ''],
        [`skill${row + 1}Url`, skill.url ?? ''],
      ]),
    ),
  }
}

function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value)
}

export function otherLanguage(language: ContentLanguage): ContentLanguage {
  return language === 'en' ? 'fr' : 'en'
}

/** The draft that the fields say, with the picture of the draft before; problems stand beside it, one per field. */
export function contentOf(
  fields: DraftFields,
  before: AchievementContent,
): { content: AchievementContent; errors: FieldError[] } {
  const errors: FieldError[] = []
  const problem = (field: string, message: MessageKey, values?: FieldError['values']) =>
    void errors.push({ field, message, ...(values ? { values } : {}) })
  const line = (field: string, max: number) => {
    const text = (fields[field] ?? '').replace(/\s+/g, ' ').trim()
    if (text.length > max) problem(field, 'template.tooLong', { max })
    return text.slice(0, max)
  }
  const block = (field: string, max: number) => {
    const text = (fields[field] ?? '').replace(/\r\n?/g, '\n').trim()
    if (text.length > max) problem(field, 'template.tooLong', { max })
    return text.slice(0, max)
  }
  const lines = (field: string, o: { max: number; count: number }) => {
    const all = (fields[field] ?? '')
      .split(/\r\n?|\n/)
      // People paste lists with their own bullets and numbers.
      .map((text) =>
        text
          .replace(/^\s*(?:[-*•–]|\d{1,2}[.)])\s+/, '')
          .replace(/\s+/g, ' ')
          .trim(),
      )
      .filter(Boolean)
    if (all.length > o.count) problem(field, 'template.tooMany', { count: o.count })
    else if (all.some((text) => text.length > o.max)) problem(field, 'template.lineTooLong', { max: o.max })
    return all.slice(0, o.count).map((text) => text.slice(0, o.max))
  }
  const amount = (field: string, max: number) => {
    const text = (fields[field] ?? '').trim().replace(',', '.').replace(/\s/g, '')
    if (text === '') return undefined
    if (/^\d{1,6}(\.\d{1,2})?$/.test(text) && Number(text) <= max) return Number(text)
    problem(field, 'template.amount', { max })
    return undefined
  }
  const language = contentLanguages.find((known) => known === fields['language']) ?? before.language
  const content: AchievementContent = {
    name: line('name', limits.name),
    description: block('description', limits.description),
    outcomes: lines('outcomes', { max: limits.outcome, count: limits.outcomes }),
    criteria: block('criteria', limits.criteria),
    language,
    achievementType: achievementTypes.find((known) => known === fields['achievementType']) ?? before.achievementType,
    skills: skillsOf(fields, problem),
    tags: tagsOf(fields['tags'] ?? '', problem),
    image: before.image,
    altText: line('altText', limits.altText),
    expiry: expiryOf(fields, problem),
    hours: amount('hours', 100_000),
    level: line('level', limits.level) || undefined,
    credits: amount('credits', 10_000),
    cpdPoints: amount('cpdPoints', 10_000),
    evidenceRule: evidenceRules.find((known) => known === fields['evidenceRule']) ?? 'none',
  }
  const other: ContentTranslation = {
    name: line('otherName', limits.name),
    description: block('otherDescription', limits.description),
    outcomes: lines('otherOutcomes', { max: limits.outcome, count: limits.outcomes }),
    criteria: block('otherCriteria', limits.criteria),
  }
  if (other.name || other.description || other.outcomes.length > 0 || other.criteria) {
    if (!other.name) problem('otherName', 'template.translation.name')
    content.translations = { [otherLanguage(language)]: other }
  }
  return { content: withoutUndefined(content), errors }
}

type Report = (field: string, message: MessageKey, values?: FieldError['values']) => void

function skillsOf(fields: DraftFields, problem: Report): Skill[] {
  const skills: Skill[] = []
  for (let row = 1; row <= limits.skills; row++) {
    const at = (part: (typeof skillParts)[number]) => (fields[`skill${row}${part}`] ?? '').replace(/\s+/g, ' ').trim()
    const skill = { name: at('Name'), framework: at('Framework'), code: at('Code'), url: at('Url') }
    if (Object.values(skill).every((text) => text === '')) continue
    if (skill.name === '') problem(`skill${row}Name`, 'template.skill.name')
    if (skill.name.length > limits.skill) problem(`skill${row}Name`, 'template.tooLong', { max: limits.skill })
    if (skill.framework.length > limits.skill)
      problem(`skill${row}Framework`, 'template.tooLong', { max: limits.skill })
    if (skill.code.length > 60) problem(`skill${row}Code`, 'template.tooLong', { max: 60 })
    if (skill.url !== '' && !isWebAddress(skill.url)) problem(`skill${row}Url`, 'template.skill.url')
    skills.push(
      withoutUndefined({
        name: skill.name,
        framework: skill.framework || undefined,
        code: skill.code || undefined,
        url: skill.url || undefined,
      }),
    )
  }
  return skills
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && text.length <= 500
}

function tagsOf(text: string, problem: Report): string[] {
  const tags = [
    ...new Set(
      text
        .split(/[,\n]/)
        .map((tag) => tag.replace(/\s+/g, ' ').trim())
        .filter(Boolean),
    ),
  ]
  if (tags.length > limits.tags) problem('tags', 'template.tooMany', { count: limits.tags })
  else if (tags.some((tag) => tag.length > limits.tag)) problem('tags', 'template.lineTooLong', { max: limits.tag })
  return tags.slice(0, limits.tags).map((tag) => tag.slice(0, limits.tag))
}

function expiryOf(fields: DraftFields, problem: Report): Expiry {
  if (fields['expiryKind'] === 'after') {
    const amount = Number(fields['expiryAmount'])
    const unit = (['days', 'months', 'years'] as const).find((known) => known === fields['expiryUnit']) ?? 'years'
    if (Number.isInteger(amount) && amount >= 1 && amount <= 1000) return { kind: 'after', amount, unit }
    problem('expiryAmount', 'template.expiry.amount')
  }
  if (fields['expiryKind'] === 'on') {
    const date = fields['expiryDate'] ?? ''
    if (z.iso.date().safeParse(date).success) return { kind: 'on', date }
    problem('expiryDate', 'template.expiry.date')
  }
  return { kind: 'never' }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}
