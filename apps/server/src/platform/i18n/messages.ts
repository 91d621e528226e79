import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import type { MessageKey } from './keys.generated.ts'

export type { MessageKey } from './keys.generated.ts'

/** The languages that Lapel speaks, as BCP 47 tags; messages live in `locales/{feature}.{short}.json`. */
export const locales = ['en', 'fr'] as const
export type Locale = (typeof locales)[number]
/** Regional conventions for dates and numbers. */
export const regions: Record<Locale, string> = { en: 'en-CA', fr: 'fr-CA' }

/** A stored language as one that is spoken here. */
export function localeOf(stored: string | null | undefined, otherwise: Locale = 'en'): Locale {
  return locales.find((known) => known === stored) ?? otherwise
}

export type MessageValues = Record<string, string | number | boolean | Date | null | undefined>
/** Translates one message. The result is text, never markup. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

const folder = path.join(import.meta.dirname, '..', '..', '..', 'locales')

function load(): Record<Locale, Map<string, string>> {
  const all: Record<Locale, Map<string, string>> = { en: new Map(), fr: new Map() }
  for (const file of readdirSync(folder).sort()) {
    const found = /^([a-z-]+)\.(en|fr)\.json$/.exec(file)
    if (!found) continue
    const locale = found[2] as Locale
    const texts = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, string>
    for (const [key, text] of Object.entries(texts)) {
      if (all[locale].has(key)) throw new Error(`The message ${key} stands twice; the second time in locales/${file}`)
      all[locale].set(key, text)
    }
  }
  return all
}

const texts = load()
const compiled: Record<Locale, Map<string, IntlMessageFormat | string>> = { en: new Map(), fr: new Map() }

function compile(locale: Locale, key: string): IntlMessageFormat | string {
  const known = compiled[locale].get(key)
  if (known !== undefined) return known
  const text = texts[locale].get(key) ?? texts.en.get(key)
  if (text === undefined) throw new Error(`There is no message ${key}; add it to locales/*.en.json and *.fr.json`)
  // Most messages hold no argument, so they need no formatter.
  const made = /[{}']/.test(text) ? new IntlMessageFormat(text, regions[locale], undefined, { ignoreTag: true }) : text
  compiled[locale].set(key, made)
  return made
}

/** The translator of one language. A key without a text is a defect and throws; a test compares the files. */
export function translator(locale: Locale): Translate {
  return (key, values) => {
    const message = compile(locale, key)
    return typeof message === 'string' ? message : String(message.format(values))
  }
}

/** Every message of a language, for the tests that compare the files and for scripts in the browser. */
export function allMessages(locale: Locale): ReadonlyMap<string, string> {
  return texts[locale]
}

/** The first of our languages that a browser asks for (RFC 9110 section 12.5.4), or English. */
export function negotiateLocale(acceptLanguage: string | undefined): Locale {
  const header = acceptLanguage ?? ''
  const known = negotiated.get(header)
  if (known) return known
  const locale = localeFor(header)
  // Browsers send few different ones; what somebody makes up does not fill the memory.
  if (negotiated.size < 1000 && header.length < 200) negotiated.set(header, locale)
  return locale
}

const negotiated = new Map<string, Locale>()

function localeFor(acceptLanguage: string): Locale {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';')
      const q = /^q=([\d.]+)$/.exec(rest.join('').trim())?.[1]
      return { tag: tag.toLowerCase(), q: q === undefined ? 1 : Number(q) }
    })
    .filter(({ tag, q }) => tag !== '' && q > 0)
    .sort((a, b) => b.q - a.q)
  for (const { tag } of wanted) {
    const found = locales.find((locale) => tag === locale || tag.startsWith(`${locale}-`))
    if (found) return found
  }
  return 'en'
}
