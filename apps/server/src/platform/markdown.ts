import MarkdownIt from 'markdown-it'
import { escapeHtml, type Html, trustedHtml } from './http/html.ts'

const parser = new MarkdownIt('default', {
  html: false,
  linkify: true,
  typographer: false,
  breaks: true,
  maxNesting: 20,
})

/** http, https and mailto only; everything else is shown as it was written. */
parser.validateLink = (address) => {
  const url = URL.parse(address.trim())
  return (
    url !== null && ['http:', 'https:', 'mailto:'].includes(url.protocol) && url.username === '' && url.password === ''
  )
}
// Words such as "setup.sh" are not addresses.
parser.linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: false })

// Pictures from elsewhere would tell their host who reads the page: their description stands in their place.
parser.renderer.rules.image = (tokens, index) => escapeHtml(tokens[index]?.content ?? '')
parser.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'ugc nofollow noopener noreferrer')
  return self.renderToken(tokens, index, options)
}

const allowed: Record<string, readonly string[]> = {
  a: ['href', 'rel', 'title'],
  blockquote: [],
  br: [],
  code: [],
  em: [],
  h2: [],
  h3: [],
  h4: [],
  h5: [],
  h6: [],
  hr: [],
  li: [],
  ol: ['start'],
  p: [],
  pre: [],
  s: [],
  strong: [],
  table: [],
  tbody: [],
  td: [],
  th: [],
  thead: [],
  tr: [],
  ul: [],
}

/**
 * Markdown of a person as clean HTML (SECURITY S39): no HTML of theirs, links to http, https and mailto only, no
 * pictures. Headings begin at `headingLevel`, since the page around them has its own. A line that ends in a form field ends
 * on the page, too; with `breaks: false`, for files whose lines are wrapped, it flows on. What the renderer made passes an
 * allow-list once more, so that a flaw in it stays harmless.
 */
export function markdown(
  source: string,
  { headingLevel = 3, breaks = true }: { headingLevel?: 2 | 3 | 4; breaks?: boolean } = {},
): Html {
  const key = `${headingLevel} ${breaks} ${source}`
  const known = rendered.get(key)
  if (known) return known
  const made = render(source, { headingLevel, breaks })
  // The criteria of a template stand on each of its badges.
  rendered.set(key, made)
  const [oldest] = rendered.keys()
  if (rendered.size > 200 && oldest !== undefined) rendered.delete(oldest)
  return made
}

const rendered = new Map<string, Html>()

function render(source: string, { headingLevel, breaks }: { headingLevel: number; breaks: boolean }): Html {
  const tokens = parser.parse(source, {})
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + headingLevel - 1)}`
  }
  return trustedHtml(onlyAllowed(parser.renderer.render(tokens, { ...parser.options, breaks }, {})))
}

function onlyAllowed(markup: string): string {
  return markup.replace(/<(\/?)([a-z0-9]*)([^>]*)>?/gi, (tag, slash: string, name: string, rest: string) => {
    const attributes = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (!attributes || !tag.endsWith('>')) return escapeHtml(tag)
    if (slash) return `</${name}>`
    let out = `<${name}`
    for (const [, attribute = '', value = ''] of rest.matchAll(/\s([a-z]+)="([^"]*)"/g)) {
      if (!attributes.includes(attribute)) continue
      if (attribute === 'href' && !/^(https?:|mailto:)/i.test(value)) continue
      out += ` ${attribute}="${value}"`
    }
    return `${out}>`
  })
}

/** The words of a Markdown text, for places that show no formatting: mail, cards, meta tags. */
export function markdownText(source: string): string {
  const words: string[] = []
  for (const token of parser.parse(source, {})) {
    if (token.type === 'inline') {
      const line = (token.children ?? []).map((child) => (child.type.endsWith('break') ? ' ' : child.content)).join('')
      words.push(line)
    } else if (token.type === 'code_block' || token.type === 'fence') words.push(token.content.trim())
  }
  return words.join('\n').trim()
}
