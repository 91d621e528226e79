import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { locales, type Locale } from '../platform/i18n/messages.ts'
import { spaced } from './site-pages.ts'

export const helpAudiences = ['earners', 'issuers', 'checkers', 'operators'] as const
export type HelpAudience = (typeof helpAudiences)[number]

export interface HelpStep {
  heading: string
  /** Markdown. */
  body: string
  picture?: { name: string; alt: string; width: number; height: number }
}

export interface HelpGuide {
  slug: string
  audience: HelpAudience
  title: string
  lead: string
  steps: HelpStep[]
}

const folder = path.join(import.meta.dirname, '..', '..', 'content', 'help')
const picturesFolder = path.join(folder, 'pictures')

/** Guides in the order in which a newcomer needs them. */
const order = [
  'get-your-badge',
  'settle-in',
  'share-your-badge',
  'email-signature',
  'many-badges',
  'documents',
  'wrong-address',
  'lost-mailbox',
  'two-accounts',
  'take-your-data',
  'issue-badges',
  'issue-documents',
  'vouch',
  'check-a-badge',
  'run-lapel',
]

/** Where the browser test puts the picture of a step, and where it is read from. */
export function helpPictureFile(name: string, locale: Locale): string {
  return path.join(picturesFolder, `${name}.${locale}.png`)
}

/** Names of all pictures that guides ask for. */
export function helpPictureNames(): string[] {
  return [...new Set(guides.en.flatMap(({ steps }) => steps.flatMap(({ picture }) => picture?.name ?? [])))]
}

/**
 * Reads one guide: `# title`, `audience: …`, the lead, then `## step` with an optional line `picture: name | alternative text`.
 *
 * @throws when a part is missing; the message names the file.
 */
function readGuide(slug: string, locale: Locale): HelpGuide {
  const file = `${slug}.${locale}.md`
  const [head = '', ...sections] = spaced(readFileSync(path.join(folder, file), 'utf8'), locale).split(/^## /m)
  const title = /^# (.+)$/m.exec(head)?.[1]
  const audience = helpAudiences.find((known) => known === /^audience: (.+)$/m.exec(head)?.[1])
  const lead = head
    .replace(/^# .+$/m, '')
    .replace(/^audience: .+$/m, '')
    .trim()
  if (!title || !audience || !lead) throw new Error(`${file} needs a title, an audience and a lead`)
  const steps = sections.map((section): HelpStep => {
    const [heading = '', ...lines] = section.split('\n')
    const asked = /^picture: ([a-z-]+) \| (.+)$/m.exec(section)
    const body = lines
      .filter((line) => !line.startsWith('picture: '))
      .join('\n')
      .trim()
    const picture = asked && pictureOf(asked[1] ?? '', asked[2] ?? '', locale)
    return { heading: heading.trim(), body, ...(picture ? { picture } : {}) }
  })
  return { slug, audience, title, lead: lead.replace(/\s+/g, ' '), steps }
}

function pictureOf(name: string, alt: string, locale: Locale): HelpStep['picture'] {
  let png: Buffer
  try {
    png = readFileSync(helpPictureFile(name, locale))
  } catch {
    // Not taken yet: the step stands without it, and the test that takes the pictures says so.
    return { name, alt, width: 0, height: 0 }
  }
  return { name, alt, width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}

const guides: Record<Locale, HelpGuide[]> = { en: [], fr: [] }
for (const locale of locales) guides[locale] = order.map((slug) => readGuide(slug, locale))

export function helpGuides(locale: Locale): readonly HelpGuide[] {
  return guides[locale]
}

export function helpGuide(slug: string, locale: Locale): HelpGuide | undefined {
  return guides[locale].find((guide) => guide.slug === slug)
}

export function helpPicture(name: string, locale: Locale): Buffer | undefined {
  const known = readdirSync(picturesFolder, 'utf8')
  return known.includes(`${name}.${locale}.png`) ? readFileSync(helpPictureFile(name, locale)) : undefined
}
