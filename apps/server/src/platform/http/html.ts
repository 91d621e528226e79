/**
 * HTML by a tagged template: strings are escaped, arrays joined, `null`, `undefined`, `false` and
 * `true` empty, and only what this module made itself passes as it stands.
 *
 * The tag does not know where in the markup a value lands. So: attributes are always quoted, values
 * never go inside `<script>` or `<style>`, and an address that a person typed goes through
 * {@link safeUrl} first.
 */
class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}
export type Html = Raw
export type Renderable = Html | string | number | null | undefined | boolean | readonly Renderable[]

const special = /[&<>"']/
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(/[&<>"']/g, (found) => entities[found] ?? found) : text
}

function render(value: Renderable): string {
  if (value instanceof Raw) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) {
    let out = ''
    for (const item of value as readonly Renderable[]) out += render(item)
    return out
  }
  return ''
}

export function html(parts: TemplateStringsArray, ...values: Renderable[]): Html {
  let out = parts[0] ?? ''
  for (let i = 0; i < values.length; i++) out += render(values[i]) + (parts[i + 1] ?? '')
  return new Raw(out)
}

/**
 * Passes markup that is known to be clean: the output of our own sanitizer (Markdown, SVG) or of our own generators.
 * Every caller is listed in the architecture test.
 */
export function trustedHtml(markup: string): Html {
  return new Raw(markup)
}

/** The attributes that have a value, escaped and quoted, with a leading space; `true` gives the bare name. */
export function attributes(given: Record<string, string | number | boolean | null | undefined>): Html {
  let out = ''
  for (const name of Object.keys(given)) {
    const value = given[name]
    if (value === null || value === undefined || value === false) continue
    out += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`
  }
  return new Raw(out)
}

/** The address itself when its scheme is http, https or mailto, or when it is a path of this site; else `undefined`. */
export function safeUrl(address: string | null | undefined): string | undefined {
  if (!address) return undefined
  if (address.startsWith('/') && !/^\/[/\\]/.test(address)) return address
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase()
  return scheme === 'https' || scheme === 'http' || scheme === 'mailto' ? address : undefined
}
