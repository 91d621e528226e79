import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Config } from '../platform/config.ts'
import { locales } from '../platform/i18n/messages.ts'
import { operatorsFile, siteTextFile } from '../platform/site-texts.ts'

const texts = (['terms', 'privacy'] as const).flatMap((name) => locales.map((locale) => ({ name, locale })))
const known = new Map<string, { seen: string; version: string }>()

/**
 * Version of the End user terms and the Privacy policy that people agree to: a hash of their words in every language
 * (SECURITY S58), so that whoever replaces a text asks everybody again and nobody has to remember to say so. White space
 * does not count: a file that was only wrapped anew says the same.
 *
 * The files are looked at each time, since an operator replaces them while the site runs.
 */
export function termsVersion(config: Pick<Config, 'dataDirectory'>): string {
  const seen = texts.map(({ name, locale }) => lookOf(operatorsFile(config, name, locale))).join()
  const last = known.get(config.dataDirectory)
  if (last?.seen === seen) return last.version
  try {
    const words = texts.map(({ name, locale }) => wordsOf(readFileSync(siteTextFile(config, name, locale), 'utf8')))
    const version = createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 16)
    known.set(config.dataDirectory, { seen, version })
    return version
  } catch (error) {
    // A file that cannot be read at this moment is no reason to keep people out who have agreed.
    if (last) return last.version
    throw error
  }
}

function lookOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : ''
}

function wordsOf(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim()
}
