import { newToken } from '../src/platform/ids.ts'

export interface Answer {
  status: number
  headers: Headers
  /** Where it redirects to, as a path. */
  location: string | undefined
  text: string
  json(): unknown
  /** The page's words without markup, white space folded. */
  words: string
  bytes: Uint8Array
}

type Fields = Record<string, string | string[] | File>

/** A browser without script: keeps cookies, fills in forms that pages show. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly url: string
  /** The page it looks at. */
  page: Answer | undefined
  headers: Record<string, string> = {}

  constructor(url: string) {
    this.url = url
  }

  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const target = path.startsWith('http') ? path : this.url + path
    const response = await fetch(target, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...this.headers,
        ...(init.headers as Record<string, string> | undefined),
      },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    const text = new TextDecoder().decode(bytes)
    const location = response.headers.get('location')
    return {
      status: response.status,
      headers: response.headers,
      location: location ? location.replace(this.url, '') : undefined,
      text,
      json: () => JSON.parse(text) as unknown,
      words: wordsOf(text),
      bytes,
    }
  }

  /** Opens a page, following redirects as a browser does. */
  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    let answer = await this.request(path, init)
    for (let hops = 0; answer.location !== undefined && [301, 302, 303, 307, 308].includes(answer.status); hops++) {
      if (hops === 10) throw new Error('Too many redirects')
      answer = await this.request(answer.location)
    }
    if (answer.headers.get('content-type')?.startsWith('text/html')) this.page = answer
    return answer
  }

  /**
   * Sends the form of the present page whose action is `action` (or the one form that has it as a prefix), with what the
   * page has filled in, and these fields over it. Does not follow the redirect.
   */
  async post(action: string, fields: Fields = {}, { shownOn }: { shownOn?: string } = {}): Promise<Answer> {
    if (shownOn) await this.get(shownOn)
    const form =
      this.page &&
      formsOf(this.page.text).find((found) => found.action === action || found.action.split('?')[0] === action)
    if (!form)
      throw new Error(
        `The page has no form with the action ${action}; it has ${
          this.page
            ? formsOf(this.page.text)
                .map((found) => found.action)
                .join(', ')
            : 'not been opened'
        }`,
      )
    const all: Fields = { ...form.fields, ...fields }
    return this.send(action, all, form.multipart)
  }

  /** Like {@link post}, then goes where the answer leads. */
  async submit(action: string, fields: Fields = {}, options: { shownOn?: string } = {}): Promise<Answer> {
    const answer = await this.post(action, fields, options)
    if (answer.location !== undefined) return this.get(answer.location)
    this.page = answer
    return answer
  }

  /** Sends fields as they are, with a fresh idempotency key and no form behind them. */
  async send(path: string, fields: Fields, multipart = false): Promise<Answer> {
    const body = multipart ? new FormData() : new URLSearchParams()
    for (const [name, value] of Object.entries({ idempotency: newToken(), ...fields })) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one instanceof File) (body as FormData).append(name, one)
        else body.append(name, one)
      }
    }
    return this.request(path, {
      method: 'POST',
      body,
      headers: { origin: this.url, 'sec-fetch-site': 'same-origin' },
    })
  }
}

interface Form {
  action: string
  multipart: boolean
  fields: Record<string, string>
}

/** The forms of a page with the values that a browser would send if nobody touched them. */
export function formsOf(page: string): Form[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => {
    const fields: Record<string, string> = {}
    for (const [, tag = ''] of body.matchAll(/<input\b([^>]*)>/g)) {
      const name = attribute(tag, 'name')
      const type = attribute(tag, 'type') ?? 'text'
      if (name === undefined || ['submit', 'button', 'file'].includes(type)) continue
      if (['checkbox', 'radio'].includes(type) && !/\schecked\b/.test(tag)) continue
      fields[name] = attribute(tag, 'value') ?? (['checkbox', 'radio'].includes(type) ? 'on' : '')
    }
    for (const [, tag = '', text = ''] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      const name = attribute(tag, 'name')
      if (name !== undefined) fields[name] = unescapeHtml(text.replace(/^\n/, ''))
    }
    for (const [, tag = '', options = ''] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const name = attribute(tag, 'name')
      const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, option = '']) => option)
      const chosen = all.find((option) => /\sselected\b/.test(option)) ?? all[0]
      if (name !== undefined && chosen !== undefined) fields[name] = attribute(chosen, 'value') ?? ''
    }
    return { action: attribute(head, 'action') ?? '', multipart: /multipart\/form-data/.test(head), fields }
  })
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : unescapeHtml(found)
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
}

function wordsOf(page: string): string {
  return unescapeHtml(
    page
      .replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, ' ')
      .replaceAll('<wbr>', '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' '),
  ).trim()
}
