// Badges inside SVG pictures (Open Badges 3.0, section "Baked Badge"): one element, the first
// child of <svg>, recognized by its namespace and never by its prefix.
import { SaxesParser } from 'saxes'
import type { SaxesTagNS } from 'saxes'
import { fromUtf8 } from './base.ts'
import { OpenBadgesError } from './errors.ts'

export type SvgKeyword = 'openbadgecredential' | 'openbadges' | 'clrcredential'

const namespaces: Record<SvgKeyword, { uri: string; element: string }> = {
  openbadgecredential: { uri: 'https://purl.imsglobal.org/ob/v3p0', element: 'credential' },
  openbadges: { uri: 'http://openbadges.org', element: 'assertion' },
  clrcredential: { uri: 'https://purl.imsglobal.org/clr/v2p0', element: 'credential' },
}
const largestSvg = 10 * 1024 * 1024

/**
 * Puts a badge into an SVG picture, in place of any that was there; everything else stays as it is.
 *
 * `text` is the signed JSON, a compact JWS, or (2.0 only) the address of a hosted assertion.
 * It does not clean the picture: scripts and outside references have to be removed before.
 *
 * @throws {OpenBadgesError} `image.unreadable` when it is no well-formed SVG, or one with a document type declaration that declares things.
 * @example
 * unbakeSvg(bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"/>', '{"id":"urn:uuid:1"}'))[0].text // '{"id":"urn:uuid:1"}'
 */
export function bakeSvg(svg: string | Uint8Array, text: string, keyword: SvgKeyword = 'openbadgecredential'): string {
  const { source, root, badges } = scan(svg)
  if (!root) throw unreadable('the picture is not an SVG')
  const rootTag = source.slice(root.start, root.end)
  const isClosed = rootTag.endsWith('/>')
  const opening = rootTag
    .slice(0, isClosed ? -2 : -1)
    .replace(declaration, '')
    .trimEnd()
  const { uri, element } = namespaces[keyword]
  const content = /^\s*\{/.test(text)
    ? `<openbadges:${element}><![CDATA[${text.replaceAll(']]>', ']]\\u003e')}]]></openbadges:${element}>`
    : `<openbadges:${element} verify="${escapeAttribute(text.trim())}"></openbadges:${element}>`
  const rest = cut(source, badges, root.end)
  const start = `${source.slice(0, root.start)}${opening} xmlns:openbadges="${uri}">${content}`
  return isClosed ? `${start}</${root.name}>${rest}` : start + rest
}

export interface UnbakedSvg {
  keyword: SvgKeyword
  text: string
}

/**
 * Takes out every badge an SVG carries, in the order found; the first is the one that counts.
 *
 * @throws {OpenBadgesError} `image.unreadable` when it is not XML, or declares entities.
 *
 * @example
 * unbakeSvg('<svg xmlns="http://www.w3.org/2000/svg"/>') // []
 */
export function unbakeSvg(svg: string | Uint8Array): UnbakedSvg[] {
  return scan(svg).badges.flatMap(({ keyword, verify, body }) => {
    // In 2.0 the element may hold both: the address in `verify`, the JSON as content.
    const text = body.trim() || verify.trim()
    return text ? [{ keyword, text: /^[\w-]+\.[\w-]+\.[\w-]+$/.test(verify.trim()) ? verify.trim() : text }] : []
  })
}

/**
 * True when the text begins as an SVG does: a declaration, comments, then <svg>.
 *
 * @example
 * isSvg('<svg xmlns="http://www.w3.org/2000/svg"/>') // true
 */
export function isSvg(bytes: Uint8Array | string): boolean {
  const start = typeof bytes === 'string' ? bytes.slice(0, 4096) : new TextDecoder().decode(bytes.subarray(0, 4096))
  return /^\ufeff?\s*<(\?xml|!--|!DOCTYPE\s+svg|(\w+:)?svg[\s>/])/i.test(start)
}

/**
 * The picture without badges and without white space between them, for comparing two copies. @throws {OpenBadgesError} `image.unreadable`
 *
 * @example
 * stripSvg(bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', '{}')) // '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
 */
export function stripSvg(svg: string | Uint8Array): string {
  const { source, root, badges } = scan(svg)
  if (!root) throw unreadable('the picture is not an SVG')
  const opening = source.slice(root.start, root.end).replace(declaration, '')
  return `${opening}${cut(source, badges, root.end)}`
    .replace(/\s*\/>|\s+/g, (space) => (space.endsWith('/>') ? '/>' : ' '))
    .trim()
}

const declaration = /\s+xmlns:openbadges\s*=\s*("[^"]*"|'[^']*')/

interface Place {
  start: number
  end: number
}
interface FoundBadge extends Place {
  keyword: SvgKeyword
  verify: string
  body: string
}
interface Scan {
  source: string
  root: (Place & { name: string }) | undefined
  badges: FoundBadge[]
}

/** Walks the XML once. What was found before a flaw further down still counts. */
function scan(svg: string | Uint8Array): Scan {
  if (svg.length > largestSvg) throw unreadable('the picture is too large')
  const source = typeof svg === 'string' ? svg : fromUtf8(svg)
  const found: Scan = { source, root: undefined, badges: [] }
  const parser = new SaxesParser({ xmlns: true, position: true })
  let depth = 0
  let start = 0
  let open: { badge: FoundBadge; depth: number } | undefined
  parser.on('error', (cause) => {
    throw unreadable('the picture is not well-formed XML', cause)
  })
  parser.on('doctype', (doctype) => {
    // A bare document type names a standard and does nothing; one with declarations defines entities.
    if (doctype.includes('[')) throw unreadable('the picture declares entities')
  })
  parser.on('opentagstart', ({ name }) => {
    start = source.lastIndexOf(`<${name}`, parser.position)
  })
  parser.on('opentag', (tag) => {
    depth++
    if (depth > 500) throw unreadable('the picture nests too deep')
    if (depth === 1) {
      if (tag.local !== 'svg') throw unreadable('the picture is not an SVG')
      found.root = { start, end: parser.position, name: tag.name }
    }
    const keyword = open ? undefined : keywordOf(tag)
    if (keyword)
      open = { depth, badge: { keyword, start, end: source.length, verify: attribute(tag, 'verify'), body: '' } }
  })
  const collect = (text: string) => {
    if (open && open.badge.body.length < largestSvg) open.badge.body += text
  }
  parser.on('text', collect)
  parser.on('cdata', collect)
  parser.on('closetag', () => {
    if (open?.depth === depth) {
      found.badges.push({ ...open.badge, end: parser.position })
      open = undefined
    }
    depth--
  })
  try {
    parser.write(source).close()
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    if (found.badges.length === 0) throw error
  }
  return { ...found, badges: found.badges.slice(0, 10) }
}

function keywordOf(tag: SaxesTagNS): SvgKeyword | undefined {
  const uri = tag.uri.replace(/\/$/, '').replace(/^https:\/\/openbadges\.org$/, 'http://openbadges.org')
  const entry = Object.entries(namespaces).find(
    ([, name]) => name.uri === uri && ['credential', 'assertion'].includes(tag.local),
  )
  return entry?.[0] as SvgKeyword | undefined
}

function attribute(tag: SaxesTagNS, name: string): string {
  const found = Object.hasOwn(tag.attributes, name) ? tag.attributes[name] : undefined
  return found?.value ?? ''
}

/** The source from a place on, without the badges in it. */
function cut(source: string, badges: readonly Place[], from: number): string {
  let rest = ''
  let at = from
  for (const { start, end } of badges) {
    rest += source.slice(at, start)
    at = end
  }
  return rest + source.slice(at)
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function unreadable(message: string, cause?: unknown): OpenBadgesError {
  return new OpenBadgesError('image.unreadable', message, { cause })
}
