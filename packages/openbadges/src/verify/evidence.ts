// How a verification reaches the world: only through the loader it is given, with every
// question and answer written down for the report.
import { fromUtf8 } from '../base.ts'
import type { Fetched } from '../report.ts'
import { parseDocument } from '../read-json.ts'
import type { JsonObject } from '../validate/shape.ts'

export interface LoadResponse {
  status: number
  /** Header names in lower case. */
  headers: Record<string, string | undefined> | Headers
  body: Uint8Array
  /** Where redirects ended. Has to be given when there were any: a key must not come from another site than it claims. */
  url?: string
}

/**
 * Fetches a public address. It has to guard against private addresses, large answers and slow ones, and
 * throws when nothing answers; what it throws makes a check `not-checked`.
 */
export type Load = (url: string, options: { accept: string; maxBytes: number }) => Promise<LoadResponse>

export type Answer =
  | { kind: 'document'; document: JsonObject; status: number; url: string }
  | { kind: 'bytes'; body: Uint8Array; contentType: string; status: number; url: string }
  | { kind: 'nothing'; status?: number; why: string }

/** Why an answer is of no use. */
export function whyNot(answer: Answer): string {
  return answer.kind === 'nothing' ? answer.why : `the address answered ${answer.status}`
}

export const acceptJson =
  'application/ld+json, application/json, application/vc+ld+json, application/did+json, application/did+ld+json'

/** A loader that remembers: no address is asked twice in one verification, and no more than the limit. */
export class Evidence {
  readonly #load: Load | undefined
  readonly #at: string
  readonly #asked = new Map<string, Promise<{ answer: Answer; fetched: Fetched }>>()
  #left = 24

  constructor(load: Load | undefined, now: Date) {
    this.#load = load
    this.#at = now.toISOString()
  }

  /** Asks for a JSON object. What was asked is added to `fetched`. */
  async document(url: string, fetched: Fetched[], accept = acceptJson): Promise<Answer> {
    const answer = await this.bytes(url, fetched, accept, 1024 * 1024)
    if (answer.kind !== 'bytes') return answer
    try {
      const document = parseDocument(fromUtf8(answer.body))
      return { kind: 'document', document, status: answer.status, url: answer.url }
    } catch {
      return { kind: 'nothing', status: answer.status, why: 'the answer is not a JSON object' }
    }
  }

  /**
   * Like `document`, for what speaks in the name of its address: keys, issuers, hosted badges. An answer that a
   * redirect brought from another site is none, or any open redirect on an issuer's site could speak for it.
   */
  async ownDocument(url: string, fetched: Fetched[], accept = acceptJson): Promise<Answer> {
    const answer = await this.document(url, fetched, accept)
    return answer.kind === 'document' && !sameSite(url, answer.url) ? strayed(answer) : answer
  }

  /** Like `ownDocument`, for keys that are not JSON. */
  async ownBytes(url: string, fetched: Fetched[], accept: string, maxBytes: number): Promise<Answer> {
    const answer = await this.bytes(url, fetched, accept, maxBytes)
    return answer.kind === 'bytes' && !sameSite(url, answer.url) ? strayed(answer) : answer
  }

  async bytes(url: string, fetched: Fetched[], accept: string, maxBytes: number): Promise<Answer> {
    const key = `${accept} ${url}`
    const asked = this.#asked.get(key) ?? this.#ask(url, accept, maxBytes)
    this.#asked.set(key, asked)
    const { answer, fetched: record } = await asked
    fetched.push(record)
    return answer
  }

  async #ask(url: string, accept: string, maxBytes: number): Promise<{ answer: Answer; fetched: Fetched }> {
    const nothing = (why: string) => ({
      answer: { kind: 'nothing', why } as const,
      fetched: { url: url.slice(0, 2000), error: why, at: this.#at },
    })
    if (!/^https?:\/\/[^\s]+$/i.test(url) || url.length > 2000) return nothing('not a web address')
    if (!this.#load) return nothing('no loader was given')
    if (this.#left-- <= 0) return nothing('the badge names too many addresses')
    try {
      const { status, headers, body, url: end = url } = await this.#load(url, { accept, maxBytes })
      const fetched: Fetched = { url, status, at: this.#at }
      // 410 is how Open Badges 2.0 says that a badge is revoked; its body may say why.
      if (status === 410 || (status >= 200 && status < 300)) {
        if (body.length > maxBytes) return nothing('the answer is too large')
        return { answer: { kind: 'bytes', body, contentType: contentTypeOf(headers), status, url: end }, fetched }
      }
      return { answer: { kind: 'nothing', status, why: `the address answered ${status}` }, fetched }
    } catch (error) {
      return nothing(error instanceof Error ? error.message : String(error))
    }
  }
}

/** The same host and port, or the same host by TLS instead of without. */
function sameSite(asked: string, answered: string): boolean {
  if (asked === answered) return true
  try {
    const [from, to] = [new URL(asked), new URL(answered)]
    return (
      from.origin === to.origin ||
      (from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:')
    )
  } catch {
    return false
  }
}

function strayed({ status, url }: { status: number; url: string }): Answer {
  return { kind: 'nothing', status, why: `a redirect led to another site: ${url.slice(0, 200)}` }
}

function contentTypeOf(headers: LoadResponse['headers']): string {
  const value = headers instanceof Headers ? headers.get('content-type') : headers['content-type']
  return (value ?? '').split(';')[0]!.trim().toLowerCase()
}
