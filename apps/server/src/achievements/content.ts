import { z } from 'zod'
import { badgeBorders, badgeGlyphs, badgePalettes, badgePatterns, badgeShapes } from './image-choices.ts'

/** Languages that a template can be written in. */
export const contentLanguages = ['en', 'fr'] as const
export type ContentLanguage = (typeof contentLanguages)[number]

/** `AchievementType` of Open Badges 3.0 (section B.3), without the ones that name whole degrees by country. */
export const achievementTypes = [
  'Achievement',
  'Assessment',
  'Assignment',
  'Award',
  'Badge',
  'Certificate',
  'CertificateOfCompletion',
  'Certification',
  'CommunityService',
  'Competency',
  'Course',
  'CoCurricular',
  'Diploma',
  'Fieldwork',
  'LearningProgram',
  'License',
  'Membership',
  'MicroCredential',
] as const
export type AchievementType = (typeof achievementTypes)[number]

export const evidenceRules = ['none', 'optional', 'required'] as const
export type EvidenceRule = (typeof evidenceRules)[number]

export interface Skill {
  name: string
  /** Address of the skill in its framework; makes it an alignment in the credential. */
  url?: string
  framework?: string
  code?: string
}

export type Expiry =
  | { kind: 'never' }
  | { kind: 'after'; amount: number; unit: 'days' | 'months' | 'years' }
  /** The last day, `2027-12-31`. */
  | { kind: 'on'; date: string }

/** What the generator is told; what is left out follows from the template's id. */
export interface BadgeImageSettings {
  shape?: (typeof badgeShapes)[number]
  pattern?: (typeof badgePatterns)[number]
  palette?: (typeof badgePalettes)[number]
  /** 1 to 3 letters in place of the name's own. */
  initials?: string
  /** A sign in place of letters. */
  glyph?: (typeof badgeGlyphs)[number]
  border?: (typeof badgeBorders)[number]
  ringText?: string
  /** 0 to 5. */
  levelMarks?: number
}

export type AchievementImage =
  | { kind: 'generated'; settings: BadgeImageSettings }
  /** Hash of the PNG in `pictures`; of the SVG too when one was uploaded. */
  | { kind: 'uploaded'; pictureHash: string; svgHash?: string }

export interface ContentTranslation {
  name: string
  description: string
  outcomes: string[]
  /** Markdown. */
  criteria: string
}

/** What a badge template says. A draft may hold empty texts; a published version never does. */
export interface AchievementContent extends ContentTranslation {
  language: ContentLanguage
  achievementType: AchievementType
  skills: Skill[]
  tags: string[]
  image: AchievementImage
  /** Describes the picture for people who do not see it. */
  altText: string
  expiry: Expiry
  /** Hours of learning. */
  hours?: number
  level?: string
  credits?: number
  cpdPoints?: number
  evidenceRule?: EvidenceRule
  /** The same texts in other languages than {@link language}. */
  translations?: Partial<Record<ContentLanguage, ContentTranslation>>
}

/** Longest texts, in characters. */
export const limits = {
  name: 120,
  description: 2_000,
  outcomes: 20,
  outcome: 300,
  criteria: 10_000,
  skills: 20,
  skill: 120,
  tags: 20,
  tag: 40,
  altText: 300,
  level: 60,
} as const

const text = (max: number) => z.string().max(max)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const amount = (max: number) => z.number().min(0).max(max)

const translation = z.strictObject({
  name: text(limits.name),
  description: text(limits.description),
  outcomes: z.array(text(limits.outcome)).max(limits.outcomes),
  criteria: text(limits.criteria),
})

/** Shape and bounds of what is stored; what a publication needs on top is {@link missingForPublication}. */
export const achievementContent: z.ZodType<AchievementContent> = z.strictObject({
  ...translation.shape,
  language: z.enum(contentLanguages),
  achievementType: z.enum(achievementTypes),
  skills: z
    .array(
      z.strictObject({
        name: text(limits.skill),
        url: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .optional(),
        framework: text(limits.skill).optional(),
        code: text(60).optional(),
      }),
    )
    .max(limits.skills),
  tags: z.array(text(limits.tag)).max(limits.tags),
  image: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('generated'),
      settings: z.strictObject({
        shape: z.enum(badgeShapes).optional(),
        pattern: z.enum(badgePatterns).optional(),
        palette: z.enum(badgePalettes).optional(),
        initials: z.string().max(12).optional(),
        glyph: z.enum(badgeGlyphs).optional(),
        border: z.enum(badgeBorders).optional(),
        ringText: z.string().max(60).optional(),
        levelMarks: z.number().int().min(0).max(5).optional(),
      }),
    }),
    z.strictObject({ kind: z.literal('uploaded'), pictureHash: hash, svgHash: hash.optional() }),
  ]),
  altText: text(limits.altText),
  expiry: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('never') }),
    z.strictObject({
      kind: z.literal('after'),
      amount: z.number().int().min(1).max(1_000),
      unit: z.enum(['days', 'months', 'years']),
    }),
    z.strictObject({ kind: z.literal('on'), date: z.iso.date() }),
  ]),
  hours: amount(100_000).optional(),
  level: text(limits.level).optional(),
  credits: amount(10_000).optional(),
  cpdPoints: amount(10_000).optional(),
  evidenceRule: z.enum(evidenceRules).optional(),
  translations: z.partialRecord(z.enum(contentLanguages), translation).optional(),
})

/** A template that nobody has written anything in. */
export function emptyContent(language: ContentLanguage): AchievementContent {
  return {
    name: '',
    description: '',
    outcomes: [],
    criteria: '',
    language,
    achievementType: 'Badge',
    skills: [],
    tags: [],
    image: { kind: 'generated', settings: {} },
    altText: '',
    expiry: { kind: 'never' },
    evidenceRule: 'none',
  }
}

export const publicationNeeds = ['name', 'description', 'criteria', 'altText'] as const
export type PublicationNeed = (typeof publicationNeeds)[number]

/** The parts that a template must have before it is published and that this one lacks. */
export function missingForPublication(content: AchievementContent): PublicationNeed[] {
  return publicationNeeds.filter((part) => content[part].trim() === '')
}

/**
 * The texts in the language of the reader, else in the template's own (UX 16).
 *
 * @returns the language they are in, for the `lang` attribute.
 */
export function contentIn(
  content: AchievementContent,
  wanted: ContentLanguage,
): ContentTranslation & { language: ContentLanguage } {
  const translated = wanted === content.language ? undefined : content.translations?.[wanted]
  if (!translated || translated.name === '') {
    const { name, description, outcomes, criteria, language } = content
    return { name, description, outcomes, criteria, language }
  }
  return {
    name: translated.name,
    description: translated.description || content.description,
    outcomes: translated.outcomes.length > 0 ? translated.outcomes : content.outcomes,
    criteria: translated.criteria || content.criteria,
    language: wanted,
  }
}
