// One pass over a JSON-LD document of known contexts that writes down its RDF statements. What it does
// not know for certain it hands back (Fallback). The reading is jsonld.js's expansion and toRDF in safe
// mode, for the closed world of the bundled contexts; a differential test holds the two together.
import { OpenBadgesError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { Fallback } from './fallback.ts'
import { KIND, PREFIXES, RDF_TYPE, type Table, type Term, XSD } from './tables.ts'
import { escapeText, type Findings, LANGUAGE_TAG, numberLiteral, STRICT_IRI } from './text.ts'

/**
 * One statement of a subject. Objects are N-Quads terms with the end of the line (a blank, a full stop, a line
 * feed), which spares a step per line, or the number of a blank node.
 */
export type Statement = {
  rank: number
  predicate: string
  object: string | number
  /** Number of the blank node that names the graph, -1 in the default graph. */
  graph: number
}

/** A subject and what is said about it. Blank nodes know the one place that refers to them. */
export type Subject = {
  name: string | number
  statements: Statement[]
  /** Ranks are comparable within one table only; null when statements of several met here. */
  table: Table | null
  /** True when the same id was described in more than one place; then what was said is kept here. */
  isRepeated: boolean
  seen: Set<string> | null
}

export type Reference = { subject: Subject; predicate: string; graph: number } | null

const FIRST = ' <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> '
const REST = ' <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> '
const NIL = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n'
const I18N = 'https://www.w3.org/ns/i18n#'
const I18N_SUFFIX = `"^^<${I18N}`

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
        if (object !== null) this.#add(subject, term.rank, term.predicate, object, graph)
      }
    }
    return subject
  }

  #blankSubject(table: Table): Subject {
    if (this.blank.length >= this.#maxBlankNodes) {
      throw new OpenBadgesError('canonicalize.too-complex', `more than ${this.#maxBlankNodes} nodes without an id`)
    }
    const subject: Subject = { name: this.blank.length, statements: [], table, isRepeated: false, seen: null }
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
      const subject: Subject = { name: iriNode(id), statements: [], table, isRepeated: false, seen: null }
      this.#byName.set(key, subject)
      this.named.push(subject)
      return subject
    }
    if (saysSomething(node)) {
      if (known.statements.length > 0) {
        known.isRepeated = true
        this.hasRepeatedIds = true
      }
      if (known.table !== table) {
        if (known.statements.length === 0) known.table = table
        else known.table = null
      }
    }
    return known
  }

  #types(subject: Subject, types: JsonValue, base: Table, graph: number, rank: number): void {
    if (typeof types === 'string') {
      this.#add(subject, rank, RDF_TYPE, typeEnding(types, base), graph)
      return
    }
    const first = subject.statements.length
    const seen = (types as string[]).length > FEW ? new Set<string>() : null
    for (const type of types as string[]) {
      const object = typeEnding(type, base)
      if (isRepetition(seen, subject.statements, first, RDF_TYPE, object)) continue
      this.#add(subject, rank, RDF_TYPE, object, graph)
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
      if (object === null) continue
      if (typeof object === 'string' && values.length > 1) {
        // jsonld.js takes texts that differ in their direction only for one; the reference path looks closer.
        if (object.startsWith(I18N_SUFFIX, object.lastIndexOf('"'))) throw new Fallback('directions')
        if (isRepetition(seen, subject.statements, first, term.predicate, object)) {
          if (this.#natives?.has(object)) throw new Fallback('repeated number')
          continue
        }
      }
      this.#add(subject, term.rank, term.predicate, object, graph)
    }
  }

  #list(subject: Subject, value: JsonValue, term: Term, key: string, table: Table, graph: number, depth: number): void {
    const objects: (string | number)[] = []
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === null || item === undefined) continue
      if (Array.isArray(item)) throw new Fallback('list of lists')
      const object = this.#value(item, term, key, table, graph, depth)
      if (object !== null) objects.push(object)
    }
    if (objects.length === 0) {
      // Two empty lists of one subject are one statement or two, depending on whom one asks.
      ;(this.#natives ??= new Set()).add(NIL)
      this.#add(subject, term.rank, term.predicate, NIL, graph)
      return
    }
    let from = subject
    let predicate = term.predicate
    let rank = term.rank
    for (const object of objects) {
      const cell = this.#blankSubject(table)
      this.#add(from, rank, predicate, cell.name, graph)
      // The order of the two predicates: "first" before "rest".
      this.#add(cell, 0, FIRST, object, graph)
      from = cell
      predicate = REST
      rank = 1
    }
    this.#add(from, rank, REST, NIL, graph)
  }

  /** The object of one value, or null when the value says nothing. */
  #value(
    value: JsonValue,
    term: Term,
    key: string,
    table: Table,
    graph: number,
    depth: number,
  ): string | number | null {
    if (term.isGraph) return this.#graph(value, term, key, table, depth)
    if (typeof value === 'string') {
      if (term.kind === KIND.literal) return `"${escapeText(value, this.findings)}${term.suffix}`
      if (term.kind === KIND.id) {
        if (term.isScoped) throw new Fallback('scoped address')
        return `${iriNode(value)} .\n`
      }
      const scope = term.isScoped ? table.forProperty(key, term) : table
      return typeEnding(value, scope)
    }
    if (typeof value === 'object' && value !== null) {
      const node = value as JsonObject
      if ('@value' in node) return this.#valueObject(node)
      const { name } = this.#node(node, this.#scope(term, key, table), graph, depth + 1)
      return typeof name === 'string' ? `${name} .\n` : name
    }
    if (term.kind !== KIND.literal) throw new Fallback('number as an address')
    const object = this.#native(value, term)
    ;(this.#natives ??= new Set()).add(object)
    return object
  }

  #graph(value: JsonValue, term: Term, key: string, table: Table, depth: number): number {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fallback('graph of a scalar')
    if ('@value' in value || !saysSomething(value)) throw new Fallback('empty graph')
    this.hasGraphs = true
    const graph = this.#blankSubject(table).name as number
    this.#node(value, this.#scope(term, key, table), graph, depth + 1)
    return graph
  }

  /** Type-scoped contexts end at the next node, then a property's own context applies. */
  #scope(term: Term, key: string, table: Table): Table {
    const base = table.base ?? table
    return term.isScoped ? base.forProperty(key, term) : base
  }

  #native(value: JsonValue, term: Term): string {
    if (typeof value === 'boolean') return `"${value}"^^<${term.datatype ?? `${XSD}boolean`}> .\n`
    if (typeof value === 'number') return `${numberLiteral(value, term.datatype, this.findings)} .\n`
    throw new Fallback('value')
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
    const literal = `"${escapeText(text, this.findings)}"`
    if (language !== undefined) {
      if (typeof language !== 'string' || !LANGUAGE_TAG.test(language)) throw new Fallback('language')
      if (language !== language.toLowerCase()) this.findings.capitalLanguage = true
    }
    const tag = typeof language === 'string' ? language.toLowerCase() : ''
    if (direction === undefined) return language === undefined ? `${literal} .\n` : `${literal}@${tag} .\n`
    if (direction !== 'ltr' && direction !== 'rtl') throw new Fallback('direction')
    return `${literal}^^<${I18N}${tag}_${direction}> .\n`
  }

  #add(subject: Subject, rank: number, predicate: string, object: string | number, graph: number): void {
    if (++this.#count > MOST_STATEMENTS) throw new OpenBadgesError('canonicalize.too-complex', 'too many statements')
    if (subject.isRepeated && typeof object === 'string') {
      if (object.startsWith(I18N_SUFFIX, object.lastIndexOf('"'))) throw new Fallback('directions')
      subject.seen ??= new Set(subject.statements.map((statement) => `${statement.predicate}${statement.object}`))
      const statement = `${predicate}${object}`
      if (subject.seen.has(statement)) {
        if (this.#natives?.has(object)) throw new Fallback('repeated number')
        return
      }
      subject.seen.add(statement)
    }
    if (typeof object === 'number') this.references[object] = { subject, predicate, graph }
    subject.statements.push({ rank, predicate, object, graph })
  }
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
  predicate: string,
  object: string,
): boolean {
  if (seen !== null) {
    if (seen.has(object)) return true
    seen.add(object)
    return false
  }
  for (let i = first; i < statements.length; i++) {
    const statement = statements[i]!
    if (statement.object === object && statement.predicate === predicate) return true
  }
  return false
}

function typeEnding(type: string, table: Table): string {
  const term = table.terms.get(type)
  if (term === undefined) return `${iriNode(type)} .\n`
  if (term.keyword !== null || term.iri === '') throw new Fallback('type')
  return term.ending
}

function iriNode(iri: string): string {
  if (!STRICT_IRI.test(iri)) throw new Fallback('address')
  const colon = iri.indexOf(':')
  if (colon < 5 && PREFIXES.has(iri.slice(0, colon))) throw new Fallback('prefix')
  return `<${iri}>`
}
