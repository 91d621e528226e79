// One pass over a JSON-LD document of known contexts that writes down its RDF statements. What it does
// not know for certain it hands back (Fallback). The reading is jsonld.js's expansion and toRDF in safe
// mode, for the closed world of the bundled contexts; a differential test holds the two together.
import { OpenBadgesError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { Fallback } from './fallback.ts'
import { KIND, OBJECT, type Openings, openingsOf, PREFIXES, type Table, type Term, XSD } from './tables.ts'
import { escapeText, type Findings, LANGUAGE_TAG, numberLiteral, STRICT_IRI } from './text.ts'

/**
 * One statement of a subject, in the pieces of which its line is made: behind the subject comes `open`, then the
 * object, then `close`. Pieces that are kept as they came from the JSON are put together much quicker, in the end
 * all at once, than terms that were texts of their own in between.
 */
export type Statement = {
  /** Place of the predicate in the order of lines, among the terms of the subject's table. */
  rank: number
  /** From the end of the subject to the beginning of the object: `> <predicate> "`, say, or ` <predicate> _`. */
  open: string
  /** The literal's escaped text, the address, or the number of a blank node. */
  object: string | number
  /** From the end of the object to the end of the line, both included. */
  close: string
  /** Number of the blank node that names the graph, -1 in the default graph. */
  graph: number
}

/** A subject and what is said about it. Blank nodes know the one place that refers to them. */
export type Subject = {
  /** The address, without its brackets, or the number of a blank node. */
  name: string | number
  statements: Statement[]
  /** Ranks are comparable within one table only; null when statements of several met here. */
  table: Table | null
  /** True when some place says more about it than its id, if only later than the place read now. */
  isDescribed: boolean
  /** True when the same id was described in more than one place; then what was said is kept here. */
  isRepeated: boolean
  seen: Set<string> | null
}

export type Reference = { subject: Subject; open: string; graph: number } | null

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const TYPE = openingsOf(`${RDF}type`)
const FIRST = openingsOf(`${RDF}first`)
const REST = openingsOf(`${RDF}rest`)
const NIL = `${RDF}nil`
const I18N = 'https://www.w3.org/ns/i18n#'
const I18N_CLOSE = `"^^<${I18N}`
const ADDRESS_CLOSE = '> .\n'
const BLANK_CLOSE = ' .\n'
const TEXT_CLOSE = '" .\n'

const MOST_DEPTH = 64
const MOST_STATEMENTS = 50_000

/** Everything one document says, before canonical labels. */
export class Statements {
  readonly named: Subject[] = []
  readonly blank: Subject[] = []
  readonly references: Reference[] = []
  readonly findings: Findings = {
    controlCharacter: false,
    astral: false,
    high: false,
    capitalLanguage: false,
    unsafeNumber: false,
  }
  /** True when some statement stands in a named graph. */
  hasGraphs = false
  /** True when one id is described in several places of one graph. */
  hasRepeatedIds = false
  readonly #maxBlankNodes: number
  readonly #omitsProof: boolean
  #count = 0
  #byName = new Map<string, Subject>()
  /** Literals that came from numbers or booleans: a second equal one has no reading that all agree on. */
  #natives: Set<string> | null = null
  /** Kind and end of the line of the object that `#value` gave last. */
  #kind: 0 | 1 | 2 = OBJECT.blank
  #close = BLANK_CLOSE

  /**
   * @throws {Fallback} for what only the reference can judge.
   * @throws {OpenBadgesError} `canonicalize.refused`, `canonicalize.too-complex`
   */
  constructor(document: JsonObject, root: Table, maxBlankNodes: number, omitsProof = false) {
    this.#maxBlankNodes = maxBlankNodes
    this.#omitsProof = omitsProof
    const subject = this.#node(document, root, -1, 0)
    // A document that says nothing is refused by safe mode.
    if (subject.statements.length === 0) throw new Fallback('empty document')
  }

  /** Reads a node object, and returns its subject with all its statements made. */
  #node(node: JsonObject, within: Table, graph: number, depth: number): Subject {
    if (depth > MOST_DEPTH) throw new OpenBadgesError('canonicalize.refused', `nested deeper than ${MOST_DEPTH} levels`)
    let base = within
    const context = node['@context']
    if (context !== undefined && depth > 0) {
      if (context === null) throw new Fallback('null context')
      base = base.forEmbedded(context)
    }
    const types = node['type']
    let table = base
    if (types !== undefined) {
      if (!base.hasType) throw new Fallback('type is no alias')
      table = base.forTypes(checkedTypes(types))
    }
    const id = node['id']
    const subject = id === undefined ? this.#blankSubject(table) : this.#namedSubject(id, node, table, graph)
    if (types !== undefined) this.#types(subject, types, base, graph, table.typeRank)
    for (const key in node) {
      if (key === 'id' || key === 'type' || key === '@context') continue
      if (depth === 0 && key === 'proof' && this.#omitsProof) continue
      const value = node[key]
      const term = table.terms.get(key)
      if (term === undefined || !term.isUsable || term.keyword !== null) throw new Fallback(`term ${key}`)
      if (value === null || value === undefined) continue
      if (term.twins !== null)
        for (const twin of term.twins) if (twin in node) throw new Fallback('two terms, one address')
      if (term.isList) this.#list(subject, value, term, key, table, graph, depth)
      else if (Array.isArray(value)) this.#values(subject, value, term, key, table, graph, depth)
      else {
        const object = this.#value(value, term, key, table, graph, depth)
        this.#add(subject, term.rank, term.openings, object, graph)
      }
    }
    return subject
  }

  #blankSubject(table: Table): Subject {
    if (this.blank.length >= this.#maxBlankNodes) {
      throw new OpenBadgesError('canonicalize.too-complex', `more than ${this.#maxBlankNodes} nodes without an id`)
    }
    const subject = subjectOf(this.blank.length, table, true)
    this.blank.push(subject)
    this.references.push(null)
    return subject
  }

  #namedSubject(id: JsonValue, node: JsonObject, table: Table, graph: number): Subject {
    if (typeof id !== 'string') throw new Fallback('id is no text')
    if (!table.hasId) throw new Fallback('id is no alias')
    // An id never holds a blank, so a graph's number before one keeps the graphs apart.
    const key = graph < 0 ? id : `${graph} ${id}`
    const known = this.#byName.get(key)
    if (known === undefined) {
      const subject = subjectOf(checkedAddress(id), table, saysSomething(node))
      this.#byName.set(key, subject)
      this.named.push(subject)
      return subject
    }
    if (!saysSomething(node)) return known
    if (known.isDescribed) {
      known.isRepeated = true
      this.hasRepeatedIds = true
      if (known.table !== table) known.table = null
    } else {
      known.isDescribed = true
      known.table = table
    }
    return known
  }

  #types(subject: Subject, types: JsonValue, base: Table, graph: number, rank: number): void {
    if (typeof types === 'string') {
      this.#add(subject, rank, TYPE, this.#class(types, base), graph)
      return
    }
    const first = subject.statements.length
    const seen = (types as string[]).length > FEW ? new Set<string>() : null
    for (const type of types as string[]) {
      const object = this.#class(type, base)
      if (isRepetition(seen, subject.statements, first, object, ADDRESS_CLOSE)) continue
      this.#add(subject, rank, TYPE, object, graph)
    }
  }

  #values(
    subject: Subject,
    values: JsonValue[],
    term: Term,
    key: string,
    table: Table,
    graph: number,
    depth: number,
  ): void {
    const first = subject.statements.length
    const seen = values.length > FEW ? new Set<string>() : null
    for (const item of values) {
      if (item === null || item === undefined) continue
      if (Array.isArray(item)) throw new Fallback('nested list')
      const object = this.#value(item, term, key, table, graph, depth)
      if (typeof object === 'string' && values.length > 1) {
        // jsonld.js takes texts that differ in their direction only for one; the reference path looks closer.
        if (this.#close.startsWith(I18N_CLOSE)) throw new Fallback('directions')
        if (isRepetition(seen, subject.statements, first, object, this.#close)) {
          if (this.#natives?.has(object + this.#close)) throw new Fallback('repeated number')
          continue
        }
      }
      this.#add(subject, term.rank, term.openings, object, graph)
    }
  }

  #list(subject: Subject, value: JsonValue, term: Term, key: string, table: Table, graph: number, depth: number): void {
    let from = subject
    let openings = term.openings
    let rank = term.rank
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === null || item === undefined) continue
      if (Array.isArray(item)) throw new Fallback('list of lists')
      const cell = this.#blankSubject(table)
      this.#blank()
      this.#add(from, rank, openings, cell.name, graph)
      // The order of the two predicates: "first" before "rest".
      const object = this.#value(item, term, key, table, graph, depth)
      this.#add(cell, 0, FIRST, object, graph)
      from = cell
      openings = REST
      rank = 1
    }
    this.#kind = OBJECT.address
    this.#close = ADDRESS_CLOSE
    // Two empty lists of one subject are one statement or two, depending on whom one asks.
    if (from === subject) (this.#natives ??= new Set()).add(NIL + ADDRESS_CLOSE)
    this.#add(from, rank, openings, NIL, graph)
  }

  /** The object of one value. What its line is to look like is left in `#kind` and `#close`. */
  #value(value: JsonValue, term: Term, key: string, table: Table, graph: number, depth: number): string | number {
    if (term.isGraph) return this.#graph(value, term, key, table, depth)
    if (typeof value === 'string') {
      if (term.kind === KIND.literal) return this.#literal(escapeText(value, this.findings), term.close)
      if (term.kind === KIND.id) {
        if (term.isScoped) throw new Fallback('scoped address')
        return this.#address(checkedAddress(value))
      }
      return this.#class(value, term.isScoped ? table.forProperty(key, term) : table)
    }
    if (typeof value === 'object' && value !== null) {
      const node = value as JsonObject
      if ('@value' in node) return this.#valueObject(node)
      const { name } = this.#node(node, this.#scope(term, key, table), graph, depth + 1)
      if (typeof name === 'string') return this.#address(name)
      this.#blank()
      return name
    }
    if (term.kind !== KIND.literal) throw new Fallback('number as an address')
    const object = this.#native(value, term)
    ;(this.#natives ??= new Set()).add(object + this.#close)
    return object
  }

  #literal(text: string, close: string): string {
    this.#kind = OBJECT.literal
    this.#close = close
    return text
  }

  #address(iri: string): string {
    this.#kind = OBJECT.address
    this.#close = ADDRESS_CLOSE
    return iri
  }

  #blank(): void {
    this.#kind = OBJECT.blank
    this.#close = BLANK_CLOSE
  }

  /** The address of a class, or of another name that the context may know. */
  #class(type: string, table: Table): string {
    const term = table.terms.get(type)
    if (term === undefined) return this.#address(checkedAddress(type))
    if (term.keyword !== null || term.iri === '') throw new Fallback('type')
    return this.#address(term.iri)
  }

  #graph(value: JsonValue, term: Term, key: string, table: Table, depth: number): number {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fallback('graph of a scalar')
    if ('@value' in value || !saysSomething(value)) throw new Fallback('empty graph')
    this.hasGraphs = true
    const graph = this.#blankSubject(table).name as number
    this.#node(value, this.#scope(term, key, table), graph, depth + 1)
    this.#blank()
    return graph
  }

  /** Type-scoped contexts end at the next node, then a property's own context applies. */
  #scope(term: Term, key: string, table: Table): Table {
    const base = table.base ?? table
    return term.isScoped ? base.forProperty(key, term) : base
  }

  #native(value: JsonValue, term: Term): string {
    if (typeof value === 'boolean') return this.#literal(`${value}`, closeOf(term.datatype ?? `${XSD}boolean`))
    if (typeof value !== 'number') throw new Fallback('value')
    const { text, datatype } = numberLiteral(value, term.datatype, this.findings)
    return this.#literal(text, closeOf(datatype))
  }

  /** `{"@value": text}` with a language, a direction, or both. */
  #valueObject(node: JsonObject): string {
    const text = node['@value']
    const language = node['@language']
    const direction = node['@direction']
    if (typeof text !== 'string') throw new Fallback('value object')
    for (const key in node) {
      if (key !== '@value' && key !== '@language' && key !== '@direction') throw new Fallback('value object')
    }
    const escaped = escapeText(text, this.findings)
    if (language !== undefined) {
      if (typeof language !== 'string' || !LANGUAGE_TAG.test(language)) throw new Fallback('language')
      if (language !== language.toLowerCase()) this.findings.capitalLanguage = true
    }
    const tag = typeof language === 'string' ? language.toLowerCase() : ''
    if (direction === undefined) return this.#literal(escaped, language === undefined ? TEXT_CLOSE : `"@${tag} .\n`)
    if (direction !== 'ltr' && direction !== 'rtl') throw new Fallback('direction')
    return this.#literal(escaped, closeOf(`${I18N}${tag}_${direction}`))
  }

  /** Adds a statement about the object that came last. */
  #add(subject: Subject, rank: number, openings: Openings, object: string | number, graph: number): void {
    if (++this.#count > MOST_STATEMENTS) throw new OpenBadgesError('canonicalize.too-complex', 'too many statements')
    const close = this.#close
    const open = (typeof subject.name === 'string' ? openings.named : openings.blank)[this.#kind]
    if (subject.isRepeated && typeof object === 'string') {
      if (close.startsWith(I18N_CLOSE)) throw new Fallback('directions')
      subject.seen ??= new Set(
        subject.statements.map((statement) => statement.open + statement.object + statement.close),
      )
      const statement = open + object + close
      if (subject.seen.has(statement)) {
        if (this.#natives?.has(object + close)) throw new Fallback('repeated number')
        return
      }
      subject.seen.add(statement)
    }
    if (typeof object === 'number') this.references[object] = { subject, open, graph }
    subject.statements.push({ rank, open, object, close, graph })
  }
}

function subjectOf(name: string | number, table: Table, isDescribed: boolean): Subject {
  return { name, statements: [], table, isDescribed, isRepeated: false, seen: null }
}

function checkedTypes(types: JsonValue): string | string[] {
  if (typeof types === 'string') return types
  if (!Array.isArray(types) || types.length === 0) throw new Fallback('types')
  for (const type of types) if (typeof type !== 'string') throw new Fallback('types')
  return types as string[]
}

/** True when a node has more than an id. */
function saysSomething(node: JsonObject): boolean {
  for (const key in node) if (key !== 'id' && key !== '@context') return true
  return false
}

/** Below this, looking through a list is quicker than keeping a set. */
const FEW = 16

/** True when an object has occurred among the statements from `first` on, or in the set when there are many. */
function isRepetition(
  seen: Set<string> | null,
  statements: Statement[],
  first: number,
  object: string,
  close: string,
): boolean {
  if (seen !== null) {
    const text = object + close
    if (seen.has(text)) return true
    seen.add(text)
    return false
  }
  for (let i = first; i < statements.length; i++) {
    const statement = statements[i]!
    if (statement.object === object && statement.close === close) return true
  }
  return false
}

/** From the end of a literal of this datatype to the end of the line. */
function closeOf(datatype: string): string {
  return datatype === `${XSD}string` ? TEXT_CLOSE : `"^^<${datatype}> .\n`
}

/** An address that may stand in a statement as it is. */
function checkedAddress(iri: string): string {
  if (!STRICT_IRI.test(iri)) throw new Fallback('address')
  const colon = iri.indexOf(':')
  if (colon < 5 && PREFIXES.has(iri.slice(0, colon))) throw new Fallback('prefix')
  return iri
}

/** A subject's name as a term of N-Quads, or the number of a blank node. */
export function subjectTerm(name: string | number): string | number {
  return typeof name === 'string' ? `<${name}>` : name
}

/** The predicate of a statement, with the blanks before and behind it. */
export function predicateOf({ open }: Statement | NonNullable<Reference>): string {
  return open.slice(open.indexOf(' '), -1)
}

/** The object as a term of N-Quads, or the number of a blank node. */
export function objectTerm({ open, object, close }: Statement): string | number {
  return typeof object === 'number' ? object : open.at(-1) + object + close.slice(0, -3)
}
