import { hash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { mayHaveChanged } from '../platform/changes.ts'
import type { Config } from '../platform/config.ts'
import type { Theme } from '../platform/http/context.ts'
import type { Locale } from '../platform/i18n/messages.ts'

/**
 * How long a page is given out without a look at the database. What this process changes is seen at once; this is for
 * what other processes change. Together with the half minute that browsers may keep a page, a withdrawal is seen within
 * the minute that SECURITY S32 allows.
 */
const maxAgeMs = 2_000
const mostPages = 500

type Bytes = Uint8Array<ArrayBuffer>

/** One page as it is sent to whoever is not signed in. */
export interface KeptPage {
  etag: string
  plain: Bytes
  /** Made when the page is given out for the second time: many are looked at once. */
  compressed: Partial<Record<'br' | 'gzip', Bytes>>
}

export type Encoding = 'br' | 'gzip' | undefined

interface Entry extends KeptPage {
  /** Ids of what the page was made from. */
  madeFrom: readonly string[]
  readAt: number
  /** By the clock of the site, which tests move; an expiry date may have passed since. */
  at: number
}

/**
 * Public pages of badges, each in every language and theme it was asked for. Only what is open to everybody comes in
 * here: who calls {@link keep} has just seen that it is.
 */
export class PublicPages {
  readonly #entries = new Map<string, Entry>()

  /** The page, when it is certainly as it would be made now, or was made less than two seconds ago. */
  find(key: string, now: Date): KeptPage | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    const age = now.getTime() - entry.at
    const isFresh = age >= 0 && age < maxAgeMs && performance.now() - entry.readAt < maxAgeMs
    return isFresh && !mayHaveChanged(entry.madeFrom, entry.readAt) ? entry : undefined
  }

  /** @param o.readAt `performance.now()` before the database was asked. */
  keep(key: string, plain: Bytes, o: { madeFrom: readonly string[]; readAt: number; now: Date }): KeptPage {
    const made = { ...pageOf(plain), madeFrom: o.madeFrom, readAt: o.readAt, at: o.now.getTime() }
    const before = this.#entries.get(key)
    if (before?.etag === made.etag) made.compressed = before.compressed
    this.#entries.delete(key)
    this.#entries.set(key, made)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > mostPages && oldest !== undefined) this.#entries.delete(oldest)
    return made
  }
}

const ofSite = new WeakMap<object, PublicPages>()

/** The pages of one site in this process; the configuration stands for the site. */
export function publicPages(config: Pick<Config, 'publicUrl'>): PublicPages {
  let pages = ofSite.get(config)
  if (!pages) {
    pages = new PublicPages()
    ofSite.set(config, pages)
  }
  return pages
}

export function pageKey(publicId: string, locale: Locale, theme: Theme): string {
  return `${publicId} ${locale} ${theme}`
}

/** A page that is not kept, in the same form. */
export function pageOf(plain: Bytes): KeptPage {
  const etag = `W/"${hash('sha256', plain, 'base64url').slice(0, 22)}"`
  return { etag, plain, compressed: {} }
}

/**
 * The bytes in the encoding that the reader takes. The page holds no secret and nothing that the reader sent, so its
 * compressed length tells nothing (BREACH).
 */
export function encoded(page: KeptPage, acceptEncoding: string | undefined): { bytes: Bytes; encoding: Encoding } {
  const encoding = encodingFor(acceptEncoding)
  if (!encoding) return { bytes: page.plain, encoding }
  const bytes = (page.compressed[encoding] ??= new Uint8Array(
    encoding === 'br'
      ? brotliCompressSync(page.plain, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: page.plain.length },
        })
      : gzipSync(page.plain),
  ))
  return { bytes, encoding }
}

const negotiated = new Map<string, Encoding>()

/** Browsers send one of a handful of headers; what is kept for each stays small whatever others send. */
function encodingFor(header: string | undefined): Encoding {
  if (header === undefined) return undefined
  if (negotiated.has(header)) return negotiated.get(header)
  const encoding = (['br', 'gzip'] as const).find((name) => accepts(header, name))
  if (negotiated.size < 100 && header.length < 200) negotiated.set(header, encoding)
  return encoding
}

/** RFC 9110, section 12.5.3; a weight of nought is a no. */
function accepts(header: string, encoding: string): boolean {
  if (!header.includes(encoding)) return false
  return header.split(',').some((part) => {
    const [name = '', ...rest] = part.trim().split(';')
    return name.trim().toLowerCase() === encoding && !/^\s*q=0(?:\.0*)?\s*$/.test(rest.join(';'))
  })
}
