import { SaxesParser, type SaxesTagNS } from 'saxes'
import { PictureRefused } from './refused.ts'
import { cleanDeclarations, cleanStyleSheet, isHarmlessValue, referencesIn } from './svg-css.ts'
import { isSilentAttribute, silentElements, svgAttributes, svgElements, textElements } from './svg-rules.ts'

/** What was taken out, for the person who uploaded it. */
export interface Removed {
  kind: 'element' | 'attribute' | 'address' | 'style' | 'doctype' | 'instruction'
  name: string
  count: number
}

export interface CleanSvg {
  markup: string
  width: number
  height: number
  removed: Removed[]
}

interface Element {
  name: string
  attributes: Map<string, string>
  children: (Element | string)[]
}

const svgNamespace = 'http://www.w3.org/2000/svg'
const maxElements = 20_000
const maxDepth = 100
/** Elements after every `use`, pattern, mask and filter reference is followed. */
const maxDrawn = 60_000

/**
 * Rebuilds an SVG from what the allow-list knows (SECURITY S36): the result holds no script, no event handler, no
 * foreign content and no address outside itself.
 *
 * @param embedded turns an embedded picture (PNG or JPEG as a data address) into a clean one, or refuses it.
 * @throws {PictureRefused} `picture.broken`, `picture.too-complex` or `picture.no-size`.
 */
export async function cleanSvg(
  source: string,
  embedded: (bytes: Buffer) => Promise<string | undefined>,
): Promise<CleanSvg> {
  const removed = new Map<string, Removed>()
  const remove = (kind: Removed['kind'], name: string) => {
    const shown = name.slice(0, 60)
    const known = removed.get(`${kind} ${shown}`)
    if (known) known.count++
    else removed.set(`${kind} ${shown}`, { kind, name: shown, count: 1 })
  }
  const root = parse(source, remove)
  await cleanImages(root, embedded, remove)
  limitDrawing(root)
  const { width, height } = sizeOf(root)
  if (!root.attributes.has('viewBox')) root.attributes.set('viewBox', `0 0 ${width} ${height}`)
  root.attributes.set('width', String(width))
  root.attributes.set('height', String(height))
  return { markup: serialize(root, true), width, height, removed: [...removed.values()] }
}

function parse(source: string, remove: (kind: Removed['kind'], name: string) => void): Element {
  const parser = new SaxesParser({ xmlns: true })
  const open: Element[] = []
  let root: Element | undefined
  let elements = 0
  let depth = 0
  let skipped = 0
  parser.on('error', (error) => {
    throw new PictureRefused('picture.broken', { reason: error.message.slice(0, 120) })
  })
  parser.on('doctype', (doctype) => {
    // A plain document type is harmless; one that declares anything is told.
    if (/\[|ENTITY/i.test(doctype)) remove('doctype', 'DOCTYPE')
  })
  parser.on('processinginstruction', ({ target }) => remove('instruction', target))
  parser.on('opentag', (tag) => {
    if (++elements > maxElements || ++depth > maxDepth) throw new PictureRefused('picture.too-complex')
    if (skipped > 0) return void skipped++
    if (tag.uri !== svgNamespace || !svgElements.has(tag.local) || (root === undefined && tag.local !== 'svg')) {
      // A link's content is drawn, the link itself goes; the same for groups of a choice.
      if (tag.uri === svgNamespace && ['a', 'switch'].includes(tag.local) && root) {
        remove('element', tag.local)
        open.push({ name: '', attributes: new Map(), children: open.at(-1)?.children ?? [] })
        return
      }
      if (root === undefined) throw new PictureRefused('picture.broken', { reason: 'no svg element' })
      if (tag.uri === svgNamespace && !silentElements.has(tag.local)) remove('element', tag.name)
      skipped = 1
      return
    }
    const element: Element = { name: tag.local, attributes: cleanAttributes(tag, remove), children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
    root ??= element
  })
  parser.on('closetag', () => {
    depth--
    if (skipped > 0) return void skipped--
    const element = open.pop()
    if (element?.name !== 'style') return
    const css = cleanStyleSheet(textOf(element), (name) => remove('style', name))
    element.children = css === '' ? [] : [css]
  })
  const text = (content: string) => {
    const element = open.at(-1)
    if (skipped === 0 && element && (textElements.has(element.name) || element.name === 'style'))
      element.children.push(content)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.write(source).close()
  if (!root) throw new PictureRefused('picture.broken', { reason: 'no svg element' })
  return root
}

function cleanAttributes(tag: SaxesTagNS, remove: (kind: Removed['kind'], name: string) => void): Map<string, string> {
  const kept = new Map<string, string>()
  for (const { name, local, value, uri } of Object.values(tag.attributes)) {
    if (local === 'href' && (uri === '' || uri === 'http://www.w3.org/1999/xlink')) {
      const address = value.trim()
      const isEmbedded = tag.local === 'image' && /^data:image\/(png|jpe?g);base64,/i.test(address)
      if (/^#[\w.:-]+$/.test(address) ? tag.local !== 'image' : isEmbedded) kept.set('href', address)
      else remove('address', shortAddress(address))
    } else if (isSilentAttribute(name) || (uri !== '' && uri !== 'http://www.w3.org/XML/1998/namespace')) {
      continue
    } else if (local === 'style') {
      const declarations = cleanDeclarations(value, (property) => remove('style', property))
      if (declarations !== '') kept.set('style', declarations)
    } else if (!svgAttributes.has(local)) {
      remove('attribute', name)
    } else if (local === 'id' ? !/^[\w.:-]+$/.test(value) : !isHarmlessValue(value)) {
      remove('attribute', name)
    } else {
      kept.set(local, value)
    }
  }
  return kept
}

function shortAddress(address: string): string {
  return address.startsWith('data:') ? `${address.slice(0, 24)}…` : address
}

async function cleanImages(
  root: Element,
  embedded: (bytes: Buffer) => Promise<string | undefined>,
  remove: (kind: Removed['kind'], name: string) => void,
): Promise<void> {
  let allowed = 20
  const visit = async (parent: Element): Promise<void> => {
    const kept: Element['children'] = []
    for (const child of parent.children) {
      if (typeof child === 'string' || child.name !== 'image') {
        if (typeof child !== 'string') await visit(child)
        kept.push(child)
        continue
      }
      const address = child.attributes.get('href')
      if (!address || allowed-- <= 0) {
        if (address) remove('element', 'image')
        continue
      }
      const clean = await embedded(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'))
      if (!clean) {
        remove('element', 'image')
        continue
      }
      child.attributes.set('href', clean)
      kept.push(child)
    }
    parent.children = kept
  }
  await visit(root)
}

/**
 * Counts what would be drawn once every reference is followed, so that a few lines that refer to one another cannot
 * grow into millions of shapes.
 */
function limitDrawing(root: Element): void {
  const byId = new Map<string, Element>()
  const collect = (element: Element) => {
    const id = element.attributes.get('id')
    if (id) byId.set(id, element)
    for (const child of element.children) if (typeof child !== 'string') collect(child)
  }
  collect(root)
  const sheet = sheetReferences(root)
  const costs = new Map<Element, number>()
  const onTheWay = new Set<Element>()
  const costOf = (element: Element): number => {
    const known = costs.get(element)
    if (known !== undefined) return known
    if (onTheWay.has(element)) throw new PictureRefused('picture.too-complex')
    onTheWay.add(element)
    let cost = 1
    for (const reference of referencesOf(element, sheet)) {
      const target = byId.get(reference)
      if (target && target !== element) cost += costOf(target)
    }
    for (const child of element.children) if (typeof child !== 'string') cost += costOf(child)
    onTheWay.delete(element)
    if (cost > maxDrawn) throw new PictureRefused('picture.too-complex')
    costs.set(element, cost)
    return cost
  }
  costOf(root)
}

interface SheetRule {
  /** `.class`, `#id`, `tag` and `*` in the selector; one of them is enough, which counts too much rather than too little. */
  tokens: Set<string>
  references: string[]
}

function sheetReferences(root: Element): SheetRule[] {
  const rules: SheetRule[] = []
  const visit = (element: Element) => {
    if (element.name === 'style') {
      for (const [, selector = '', body = ''] of textOf(element).matchAll(/([^{}]*)\{([^{}]*)\}/g)) {
        const references = referencesIn(body)
        if (references.length > 0) rules.push({ tokens: new Set(selector.match(/[.#]?[\w-]+|\*/g)), references })
      }
    }
    for (const child of element.children) if (typeof child !== 'string') visit(child)
  }
  visit(root)
  return rules
}

function referencesOf(element: Element, sheet: SheetRule[]): string[] {
  const found: string[] = []
  for (const [name, value] of element.attributes) {
    if (name === 'href' && value.startsWith('#')) found.push(value.slice(1))
    else if (value.includes('url(')) found.push(...referencesIn(value))
  }
  if (sheet.length === 0) return found
  const own = ['*', element.name, `#${element.attributes.get('id') ?? ''}`]
  for (const name of (element.attributes.get('class') ?? '').split(/\s+/)) own.push(`.${name}`)
  for (const rule of sheet) if (own.some((token) => rule.tokens.has(token))) found.push(...rule.references)
  return found
}

function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : '')).join('')
}

function sizeOf(root: Element): { width: number; height: number } {
  const viewBox = root.attributes
    .get('viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number)
  const [, , boxWidth, boxHeight] = viewBox ?? []
  const fromBox = boxWidth && boxHeight && boxWidth > 0 && boxHeight > 0
  const width = length(root.attributes.get('width')) ?? (fromBox ? boxWidth : undefined)
  const height = length(root.attributes.get('height')) ?? (fromBox ? boxHeight : undefined)
  if (!width || !height) throw new PictureRefused('picture.no-size')
  return fromBox ? { width: boxWidth, height: boxHeight } : { width, height }
}

function length(value: string | undefined): number | undefined {
  const number = /^\s*(\d+(?:\.\d+)?)\s*(px|pt|mm|cm|in)?\s*$/.exec(value ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}

function serialize(element: Element, isRoot: boolean): string {
  const attributes = [...element.attributes]
    .map(([name, value]) => ` ${name === 'href' ? 'href' : name}="${escape(value)}"`)
    .join('')
  const content = element.children
    .map((child) => (typeof child === 'string' ? escape(child) : serialize(child, false)))
    .join('')
  const open = `<${element.name}${isRoot ? ` xmlns="${svgNamespace}"` : ''}${attributes}`
  return content === '' ? `${open}/>` : `${open}>${content}</${element.name}>`
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found] ?? found)
}
