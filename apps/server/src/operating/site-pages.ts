import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { termsVersion } from '../accounts/index.ts'
import type { Config } from '../platform/config.ts'
import type { Locale } from '../platform/i18n/messages.ts'

/** Pages of plain text that every installation has. The operator replaces one by a file of the same name in `data/content`. */
export const sitePages = ['about', 'developers', 'support', 'terms', 'privacy', 'accessibility'] as const
export type SitePage = (typeof sitePages)[number]

const ours = path.join(import.meta.dirname, '..', '..', 'content')

export interface SiteText {
  title: string
  /** Markdown without the title. */
  body: string
}

export function siteText(
  config: Pick<Config, 'dataDirectory' | 'productName' | 'publicUrl'>,
  name: SitePage,
  locale: Locale,
): SiteText {
  const candidates = [
    path.join(config.dataDirectory, 'content', `${name}.${locale}.md`),
    path.join(ours, `${name}.${locale}.md`),
  ]
  const file = candidates.find((candidate) => existsSync(candidate))
  if (!file) throw new Error(`There is no text for the page ${name} in ${locale}`)
  const text = spaced(readFileSync(file, 'utf8'), locale)
    .replaceAll('{product}', config.productName)
    .replaceAll('{version}', termsVersion)
    .replaceAll('](/', `](${config.publicUrl}/`)
  const [first = '', ...rest] = text.split('\n')
  return { title: first.replace(/^#\s*/, ''), body: rest.join('\n') }
}

/** French sets its colon and its quotes off by a space at which no line may end; whoever writes a text types a plain one. */
export function spaced(text: string, locale: Locale): string {
  return locale === 'fr' ? text.replace(/ (:(?=\s)|»)/g, '\u00a0$1').replace(/« /g, '«\u00a0') : text
}
