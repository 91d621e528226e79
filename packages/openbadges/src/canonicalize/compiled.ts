// The canonical form of many credentials that differ in a few values. The statements are read once, with
// marks in the places of those values; what remains per credential is to fill the gaps, hash the blank
// nodes that a gap touches, and put the blocks in order. Whatever could upset the order or the labels
// (two nodes alike, an id that occurs twice) makes `fill` give up, and the general path takes over.
import { hashHex } from '#crypto'
import { flat } from './flat.ts'
import { objectTerm, predicateOf, type Reference, type Statements, type Subject, subjectTerm } from './statements.ts'
import { compareUnits } from './text.ts'

/** A gap: the literal or address of one named value. `suffix` follows a text, datatype and quote included. */
export type Gap = { name: string; kind: SlotKind; suffix: string }
export type SlotKind = 'text' | 'iri' | 'number'

// Plain ASCII, because other characters would count as findings in the texts of the template.
const MARK = 'lapel-slot'

/** The mark that stands for a value in a credential that is to be compiled. */
export function markOf(kind: SlotKind, name: string): string {
  return `${MARK}-${kind}:${name}`
}

/** Name and kind of a mark, or null for any other text. */
export function readMark(text: string): { kind: SlotKind; name: string } | null {
  const match = /^lapel-slot-(text|iri|number):([A-Za-z0-9_.-]+)$/.exec(text)
  return match ? { kind: match[1] as SlotKind, name: match[2]! } : null
}

// A part of a text: constant, the number of a gap (0, 1, …), a blank node (-1, -2, … for 0, 1, …), the name
// of the subject whose lines these are, or lines whose order shows only when the gaps are filled.
type Part = string | number | Run
const SELF = 1e9

/** Lines of one subject and predicate, of which not all objects are constant. */
type Run = { self: string | number; predicate: string; objects: (string | number)[] }

/** What is said about one subject. `name` is constant, the number of a gap, or ~number of a blank node. */
type Block = { name: string | number; parts: Part[]; isFixed: boolean }

/** A blank node: its hash when no gap touches it, else null; and what is hashed. */
type BlankNode = { block: Block; hash: string | null; input: Part[] }

/** A compiled canonical form. */
export class CompiledForm {
  readonly gaps: readonly Gap[]
  readonly #blocks: Block[]
  readonly #blank: BlankNode[]
  /** The named blocks as they followed one another in the last fill, and all their parts in a row. */
  #layout: { order: Block[]; parts: Part[] } = { order: [], parts: [] }

  /** @throws {TypeError} when a mark does not stand for a whole value, or a statement stands in a named graph. */
  constructor(statements: Statements) {
    if (statements.hasGraphs) throw new TypeError('a template cannot hold embedded proofs')
    const gaps: Gap[] = []
    this.#blocks = statements.named
      .filter(({ statements: list }) => list.length > 0)
      .map((subject) => blockOf(subject, gaps))
    const blocks = statements.blank.map((subject) => blockOf(subject, gaps))
    this.#blank = blocks.map((block, i) => blankNode(block, statements.references[i] ?? null, gaps))
    this.gaps = gaps
  }

  /** The canonical text with these terms in the gaps, or null when only the general path can tell. */
  fill(terms: readonly string[]): string | null {
    const order: number[] = []
    const labels = this.#label(terms, order)
    if (labels === null) return null
    if (this.#layout.order.length === 0 || !isInOrder(this.#layout.order, terms)) this.#layout = this.#arrange(terms)
    if (!isInOrder(this.#layout.order, terms)) return null
    let text = join('', this.#layout.parts, terms, labels, '')
    for (const number of order) {
      if (text === null) return null
      text = join(text, this.#blank[number]!.block.parts, terms, labels, labels[number]!)
    }
    return text
  }

  /** Labels of the blank nodes, and in `order` their numbers as their lines follow one another; null when two are alike. */
  #label(terms: readonly string[], order: number[]): string[] | null {
    const hashes: string[] = []
    for (let i = 0; i < this.#blank.length; i++) {
      const node = this.#blank[i]!
      const hash = node.hash ?? hashOf(node.input, terms)
      if (hash === null) return null
      hashes.push(hash)
      // Insertion into the order of hashes: a handful of nodes.
      let at = i
      while (at > 0 && hashes[order[at - 1]!]! > hash) {
        order[at] = order[at - 1]!
        at--
      }
      if (at > 0 && hashes[order[at - 1]!] === hash) return null
      order[at] = i
    }
    const labels: string[] = []
    for (let i = 0; i < order.length; i++) labels[order[i]!] = labelText(i)
    // From ten on, the order of labels as texts is not the order of their numbers.
    if (order.length > 10) order.sort((a, b) => compareUnits(labels[a]!, labels[b]!))
    return labels
  }

  #arrange(terms: readonly string[]): { order: Block[]; parts: Part[] } {
    const order = this.#blocks.toSorted((a, b) => compareUnits(nameOf(a.name, terms), nameOf(b.name, terms)))
    const parts: Part[] = []
    for (const block of order) for (const part of block.parts) add(parts, about(block.name, part))
    return { order, parts: inOnePiece(parts) }
  }
}

function blockOf(subject: Subject, gaps: Gap[]): Block {
  const byPredicate = new Map<string, (string | number)[]>()
  for (const statement of subject.statements) {
    const predicate = predicateOf(statement)
    const objects = byPredicate.get(predicate) ?? []
    objects.push(partOf(objectTerm(statement), gaps))
    byPredicate.set(predicate, objects)
  }
  const parts: Part[] = []
  let isFixed = true
  for (const predicate of [...byPredicate.keys()].sort()) {
    const objects = byPredicate.get(predicate)!
    const isConstant = objects.every((object) => typeof object === 'string')
    if (objects.some((object) => typeof object === 'number' && object >= 0)) isFixed = false
    if (isConstant) for (const object of objects.sort()) add(parts, SELF, predicate, object, ' .\n')
    else if (objects.length === 1) add(parts, SELF, predicate, objects[0]!, ' .\n')
    else parts.push({ self: SELF, predicate, objects })
  }
  return { name: partOf(subjectTerm(subject.name), gaps), parts: inOnePiece(parts), isFixed }
}

function partOf(term: string | number, gaps: Gap[]): string | number {
  if (typeof term === 'number') return ~term
  const gap = gapOf(term)
  if (gap === null) {
    if (term.includes(MARK)) {
      throw new TypeError('a slot must stand for a whole value')
    }
    return term
  }
  const known = gaps.findIndex((g) => g.name === gap.name && g.kind === gap.kind && g.suffix === gap.suffix)
  return known >= 0 ? known : gaps.push(gap) - 1
}

function gapOf(term: string): Gap | null {
  if (term[0] === '<') {
    const mark = readMark(term.slice(1, -1))
    return mark ? { ...mark, suffix: '' } : null
  }
  const end = term.lastIndexOf('"')
  const mark = readMark(term.slice(1, end))
  return mark ? { ...mark, suffix: term.slice(end) } : null
}

function blankNode(block: Block, reference: Reference, gaps: Gap[]): BlankNode {
  const own: Part[] = []
  for (const part of block.parts) add(own, asHashed(about('_:a', part)))
  const input: Part[] = []
  const from = reference ? partOf(subjectTerm(reference.subject.name), gaps) : null
  // "<" comes before the node's own "_:a", and "_:z" after it.
  const isFromBlank = typeof from === 'number' && from < 0
  if (reference && from !== null && !isFromBlank) add(input, from, predicateOf(reference), '_:a .\n')
  add(input, ...own)
  if (reference && isFromBlank) add(input, '_:z', predicateOf(reference), '_:a .\n')
  const isFixed = block.isFixed && (from === null || typeof from === 'string' || isFromBlank)
  return { block, hash: isFixed ? hashOf(input, []) : null, input: inOnePiece(input) }
}

/** A part of a block with the subject's name put in. */
function about(name: string | number, part: Part): Part {
  if (typeof part === 'object') return { ...part, self: name }
  return part === SELF ? name : part
}

/** A part as it is hashed: every other blank node is "_:z". */
function asHashed(part: Part): Part {
  const hashed = (term: string | number) => (typeof term === 'number' && term < 0 ? '_:z' : term)
  return typeof part === 'object' ? { ...part, objects: part.objects.map(hashed) } : hashed(part)
}

function hashOf(input: readonly Part[], terms: readonly string[]): string | null {
  const text = join('', input, terms, [], '')
  return text === null ? null : hashHex('sha256', text)
}

function add(parts: Part[], ...more: Part[]): void {
  for (const part of more) {
    const last = parts.length - 1
    if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part
    else parts.push(part)
  }
}

/** The same parts with every constant laid out for being copied often. */
function inOnePiece(parts: readonly Part[]): Part[] {
  return parts.map((part) => (typeof part === 'string' ? flat(part) : part))
}

/** The text with the parts behind it; null when two lines say the same, which is one statement and not two. */
function join(
  start: string,
  parts: readonly Part[],
  terms: readonly string[],
  labels: readonly string[],
  self: string,
): string | null {
  let text = start
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (typeof part === 'object') {
      const lines = linesOf(part, terms, labels, self)
      if (lines === null) return null
      text += lines
    } else text += textOf(part, terms, labels, self)
  }
  return text
}

function textOf(part: string | number, terms: readonly string[], labels: readonly string[], self: string): string {
  if (typeof part === 'string') return part
  if (part === SELF) return self
  return part >= 0 ? terms[part]! : labels[~part]!
}

function linesOf(run: Run, terms: readonly string[], labels: readonly string[], self: string): string | null {
  const objects: string[] = []
  for (const object of run.objects) {
    const text = textOf(object, terms, labels, self)
    let at = objects.length
    while (at > 0 && objects[at - 1]! > text) {
      objects[at] = objects[at - 1]!
      at--
    }
    // Blank nodes never have one label, but all are "_:z" while hashing.
    if (at > 0 && objects[at - 1] === text && text !== '_:z') return null
    objects[at] = text
  }
  const head = textOf(run.self, terms, labels, self) + run.predicate
  return `${head}${objects.join(` .\n${head}`)} .\n`
}

function nameOf(part: string | number, terms: readonly string[]): string {
  return typeof part === 'string' ? part : terms[part]!
}

function isInOrder(blocks: readonly Block[], terms: readonly string[]): boolean {
  for (let i = 1; i < blocks.length; i++) {
    const a = blocks[i - 1]!.name
    const b = blocks[i]!.name
    // Constant names were compared when the order was made.
    if (typeof a === 'string' && typeof b === 'string') continue
    if (!(nameOf(a, terms) < nameOf(b, terms))) return false
  }
  return true
}

const labelTexts: string[] = []

function labelText(number: number): string {
  return number < 100 ? (labelTexts[number] ??= `_:c14n${number}`) : `_:c14n${number}`
}
