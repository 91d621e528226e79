// The canonical form of many credentials that differ in a few values. The statements are read once, with
// marks in the places of those values; what remains per credential is to fill the gaps, hash the blank
// nodes that a gap touches, and put the blocks in order. Whatever could upset the order or the labels
// (two nodes alike, an id that occurs twice) makes `fill` give up, and the general path takes over.
import { hashHex } from '#crypto'
import type { Reference, Statements, Subject } from './statements.ts'
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

// A part of a text: constant, the number of a gap (0, 1, …), a blank node (-1, -2, … for 0, 1, …), or the
// name of the subject whose lines these are.
type Part = string | number
const SELF = 1e9

type Line = { predicate: string; object: Part }

/** What is said about one subject. */
type Block = {
  /** Constant name, number of the gap that names it, or ~number of a blank node. */
  name: Part
  lines: Line[]
  /** The lines as one run of parts; null when they may have to change places once the gaps are filled. */
  parts: Part[] | null
}

type BlankNode = {
  block: Block
  /** The hash, when no gap touches the node; else null. */
  hash: string | null
  /** Hash input: what refers to the node, before its own lines (`own`) or after them. */
  before: Part[]
  own: Part[] | null
  after: Part[]
}

/** A compiled canonical form. */
export class CompiledForm {
  readonly gaps: readonly Gap[]
  readonly #blocks: Block[]
  readonly #blank: BlankNode[]
  /** The order of the named blocks in the last fill, and their text: runs of parts, and blocks to be sorted. */
  #layout: { order: Block[]; runs: (Part[] | Block)[] } = { order: [], runs: [] }

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
    let text = ''
    for (const run of this.#layout.runs) {
      const part = Array.isArray(run)
        ? join(run, terms, labels, '')
        : looseText(run, terms, labels, nameOf(run.name, terms))
      if (part === null) return null
      text += part
    }
    for (const number of order) {
      const { block } = this.#blank[number]!
      const label = labels[number]!
      const part =
        block.parts === null ? looseText(block, terms, labels, label) : join(block.parts, terms, labels, label)
      if (part === null) return null
      text += part
    }
    return text
  }

  /** Labels of the blank nodes, and in `order` their numbers as their lines follow one another; null when two are alike. */
  #label(terms: readonly string[], order: number[]): string[] | null {
    const hashes: string[] = []
    for (let i = 0; i < this.#blank.length; i++) {
      const node = this.#blank[i]!
      const hash = node.hash ?? hashOf(node, terms)
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

  #arrange(terms: readonly string[]): { order: Block[]; runs: (Part[] | Block)[] } {
    const order = this.#blocks.toSorted((a, b) => compareUnits(nameOf(a.name, terms), nameOf(b.name, terms)))
    const runs: (Part[] | Block)[] = []
    for (const block of order) {
      if (block.parts === null) {
        runs.push(block)
        continue
      }
      const last = runs.at(-1)
      const run = Array.isArray(last) ? last : []
      if (run !== last) runs.push(run)
      for (const part of block.parts) add(run, part === SELF ? block.name : part)
    }
    return { order, runs }
  }
}

function blockOf(subject: Subject, gaps: Gap[]): Block {
  const lines = subject.statements.map(({ predicate, object }) => ({ predicate, object: partOf(object, gaps) }))
  lines.sort((a, b) => compareUnits(a.predicate, b.predicate) || compareConstants(a.object, b.object))
  const name = partOf(subject.name, gaps)
  if (lines.some((line, i) => isLoose(line, lines[i + 1]))) return { name, lines, parts: null }
  const parts: Part[] = []
  for (const { predicate, object } of lines) add(parts, SELF, predicate, object, ' .\n')
  return { name, lines, parts }
}

function partOf(term: string | number, gaps: Gap[]): Part {
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

function compareConstants(a: Part, b: Part): number {
  return typeof a === 'string' && typeof b === 'string' ? compareUnits(a, b) : 0
}

/** True when two lines share a predicate and not both objects are constant. */
function isLoose(line: Line, next: Line | undefined): boolean {
  if (next === undefined || line.predicate !== next.predicate) return false
  return typeof line.object !== 'string' || typeof next.object !== 'string'
}

function blankNode(block: Block, reference: Reference, gaps: Gap[]): BlankNode {
  const node: BlankNode = { block, hash: null, before: [], own: null, after: [] }
  if (reference) {
    const from = partOf(reference.subject.name, gaps)
    // "<" comes before the node's own "_:a", and "_:z" after it.
    if (typeof from === 'number' && from < 0) add(node.after, '_:z', reference.predicate, '_:a .\n')
    else add(node.before, from, reference.predicate, '_:a .\n')
  }
  if (block.parts) {
    node.own = []
    for (const part of block.parts)
      add(node.own, part === SELF ? '_:a' : typeof part === 'number' && part < 0 ? '_:z' : part)
  }
  const touched = [...node.before, ...block.lines.map(({ object }) => object)]
  if (touched.every((part) => typeof part === 'string' || part < 0)) node.hash = hashOf(node, [])
  return node
}

function hashOf({ block, before, own, after }: BlankNode, terms: readonly string[]): string | null {
  const lines = own === null ? looseText(block, terms, null, '_:a') : join(own, terms, null, '')
  if (lines === null) return null
  return hashHex('sha256', join(before, terms, null, '') + lines + join(after, terms, null, ''))
}

function add(parts: Part[], ...more: Part[]): void {
  for (const part of more) {
    const last = parts.length - 1
    if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part
    else parts.push(part)
  }
}

/** Text of parts; `labels` are those of the blank nodes, null while hashing, where each is `_:z`. */
function join(
  parts: readonly Part[],
  terms: readonly string[],
  labels: readonly string[] | null,
  self: string,
): string {
  let text = ''
  for (let i = 0; i < parts.length; i++) text += textOf(parts[i]!, terms, labels, self)
  return text
}

function textOf(part: Part, terms: readonly string[], labels: readonly string[] | null, self: string): string {
  if (typeof part === 'string') return part
  if (part === SELF) return self
  if (part >= 0) return terms[part]!
  return labels === null ? '_:z' : labels[~part]!
}

/** Lines whose order depends on what fills the gaps; null when two say the same, which is one statement and not two. */
function looseText(
  { lines }: Block,
  terms: readonly string[],
  labels: readonly string[] | null,
  self: string,
): string | null {
  const filled = lines.map(({ predicate, object }) => {
    const isBlank = typeof object === 'number' && object < 0
    return { predicate, isBlank, object: textOf(object, terms, labels, self) }
  })
  filled.sort((a, b) => compareUnits(a.predicate, b.predicate) || compareUnits(a.object, b.object))
  let text = ''
  for (let i = 0; i < filled.length; i++) {
    const { predicate, object, isBlank } = filled[i]!
    const last = filled[i - 1]
    if (!isBlank && last?.predicate === predicate && last.object === object) return null
    text += `${self}${predicate}${object} .\n`
  }
  return text
}

function nameOf(part: Part, terms: readonly string[]): string {
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
