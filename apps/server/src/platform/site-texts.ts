import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Config } from './config.ts'
import type { Locale } from './i18n/messages.ts'

/** Pages of plain text that every installation has. The operator replaces one by a file of the same name in `data/content`. */
export const sitePages = ['about', 'developers', 'support', 'terms', 'privacy', 'accessibility'] as const
export type SitePage = (typeof sitePages)[number]

const ours = path.join(import.meta.dirname, '..', '..', 'content')

/** The file that holds a page's text: the operator's, or the one that we hand out. */
export function siteTextFile(config: Pick<Config, 'dataDirectory'>, name: SitePage, locale: Locale): string {
  const candidates = [operatorsFile(config, name, locale), path.join(ours, `${name}.${locale}.md`)]
  const file = candidates.find((candidate) => existsSync(candidate))
  if (!file) throw new Error(`There is no text for the page ${name} in ${locale}`)
  return file
}

/** Where an operator's own text stands, when there is one. */
export function operatorsFile(config: Pick<Config, 'dataDirectory'>, name: SitePage, locale: Locale): string {
  return path.join(config.dataDirectory, 'content', `${name}.${locale}.md`)
}
