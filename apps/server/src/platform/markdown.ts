import MarkdownIt from 'markdown-it'
import { type Html, safeUrl, trustedHtml } from './http/html.ts'

/**
 * CommonMark without raw HTML, pictures, autolinks or anything that loads from elsewhere (SECURITY S39). What the parser
 * makes is paragraphs, headings, lists, emphasis, code, quotes, rules, tables and links to http, https and mailto.
 */
const parser = new MarkdownIt('zero', { html: false, linkify: false, typographer: false, maxNesting: 20 }).enable([
  'blockquote',
  'code',
  'emphasis',
  'balance_pairs',
  'fragments_join',
  'entity',
  'escape',
  'fence',
  'heading',
  'hr',
  'lheading',
  'link',
  'list',
  'newline',
  'paragraph',
  'strikethrough',
  'table',
  'backticks',
])

parser.validateLink = (address) => safeUrl(address) !== undefined && !address.startsWith('/')

parser.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'ugc nofollow noopener noreferrer')
  return self.renderToken(tokens, index, options)
}

/**
 * Renders text that an issuer wrote. Headings begin at `headingLevel`, since the page around them has its own.
 */
export function markdown(text: string, { headingLevel = 3 }: { headingLevel?: 2 | 3 | 4 } = {}): Html {
  const tokens = parser.parse(text, {})
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + headingLevel - 1)}`
  }
  return trustedHtml(parser.renderer.render(tokens, parser.options, {}))
}
