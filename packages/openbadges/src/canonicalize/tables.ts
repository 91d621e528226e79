// Term tables: an active context prepared for one quick look-up per JSON key, with the contexts that
// types and properties lead to. Made on first use and kept.
import type { JsonValue } from '../json.ts'
import { type ActiveContext, type Definition, INITIAL_CONTEXT, processContext } from './context.ts'
import { Fallback } from './fallback.ts'
import { flat } from './flat.ts'

export const XSD = 'http://www.w3.org/2001/XMLSchema#'
const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'

/** How a plain string under a term is read. */
export const KIND = { literal: 0, id: 1, vocab: 2 } as const

/** What an object is, for the opening of its line. */
export const OBJECT = { literal: 0, address: 1, blank: 2 } as const

/**
 * The pieces of lines between the subject and the object, for one predicate: behind an address and behind the
 * label of a blank node, and for each kind of object (`OBJECT`). In the order of texts they stand as the lines
 * do: literals, then addresses, then blank nodes.
 */
export type Openings = {
  readonly named: readonly [string, string, string]
  readonly blank: readonly [string, string, string]
}

const openings = new Map<string, Openings>()

/** The openings for a predicate that a bundled context or this library knows. */
export function openingsOf(predicate: string): Openings {
  let made = openings.get(predicate)
  if (made === undefined) {
    const between = (start: string) => {
      const opening = (object: string) => flat(`${start} <${predicate}> ${object}`)
      return [opening('"'), opening('<'), opening('_')] as const
    }
    made = { named: between('>'), blank: between('') }
    openings.set(predicate, made)
  }
  return made
}

export type Term = {
  readonly iri: string
  readonly openings: Openings
  /** Place of the predicate in the order of lines, among the terms of the same table. */
  rank: number
  readonly kind: 0 | 1 | 2
  readonly datatype: string | null
  /** What follows a plain string to the end of the line: the closing quote, the datatype, the full stop. */
  readonly close: string
  readonly isList: boolean
  readonly isGraph: boolean
  readonly isScoped: boolean
  readonly scoped: JsonValue | undefined
  readonly keyword: '@id' | '@type' | null
  /** False for what only the reference handles: `@json`, terms without an address. */
  readonly isUsable: boolean
  /** Other terms with the same address. A node that uses two of them would merge their values. */
  twins: readonly string[] | null
}

export class Table {
  readonly terms = new Map<string, Term>()
  readonly typeRank: number
  /** Whether "id" and "type" mean what they say. */
  readonly hasId: boolean
  readonly hasType: boolean
  /** The table for nodes below this one: a type-scoped context ends there. */
  readonly base: Table | null
  readonly #active: ActiveContext
  readonly #typed = new Map<string, Table>()
  readonly #byProperty = new Map<string, Table>()
  readonly #embedded = new Map<string, Table>()

  constructor(active: ActiveContext, base: Table | null) {
    this.#active = active
    this.base = base
    for (const [name, definition] of active.terms) this.terms.set(name, termOf(definition))
    markTwins(this.terms)
    const predicates = new Set([RDF_TYPE, ...Array.from(this.terms.values(), (term) => term.iri)])
    // The bracket counts: it comes after some characters that an address may go on with.
    const inOrder = Array.from(predicates, (iri) => `${iri}>`).sort()
    const ranks = new Map(inOrder.map((iri, rank) => [iri.slice(0, -1), rank]))
    for (const term of this.terms.values()) term.rank = ranks.get(term.iri)!
    this.typeRank = ranks.get(RDF_TYPE)!
    this.hasId = this.terms.get('id')?.keyword === '@id'
    this.hasType = this.terms.get('type')?.keyword === '@type'
    tableCount++
  }

  /** The table for the properties of a node with these types (type-scoped contexts, in the order of the types' names). */
  forTypes(types: string | readonly string[]): Table {
    if (typeof types === 'string') return this.terms.get(types)?.isScoped ? this.#forScoped(types, [types]) : this
    let first: string | null = null
    let several: string[] | null = null
    for (const type of types) {
      if (!this.terms.get(type)?.isScoped) continue
      if (first === null) first = type
      else (several ??= [first]).push(type)
    }
    if (first === null) return this
    if (several === null) return this.#forScoped(first, [first])
    several.sort()
    return this.#forScoped(several.join(' '), several)
  }

  #forScoped(key: string, types: readonly string[]): Table {
    const known = this.#typed.get(key)
    if (known !== undefined) return known
    let active = this.#active
    for (const type of types) {
      active = processContext(active, this.terms.get(type)!.scoped ?? null, { propagate: false })
    }
    return keep(this.#typed, key, new Table(active, this))
  }

  /** The table for values of a property that has a scoped context of its own. */
  forProperty(name: string, term: Term): Table {
    const known = this.#byProperty.get(name)
    if (known !== undefined) return known
    const active = processContext(this.#active, term.scoped ?? null, { overrideProtected: true })
    return keep(this.#byProperty, name, new Table(active, null))
  }

  /** The table for a node that carries its own `@context`. */
  forEmbedded(context: JsonValue): Table {
    const key = keyOf(context)
    const known = this.#embedded.get(key)
    if (known !== undefined) return known
    return keep(this.#embedded, key, new Table(processContext(this.#active, context), null))
  }
}

// Strangers choose context lists and type lists, so the number of tables kept is bounded. A server
// meets some dozens; past the limit everything is dropped and made again.
const MOST_TABLES = 600
let tableCount = 0
const roots = new Map<string, Table>()

/**
 * The table of a document's `@context`.
 *
 * @throws {Fallback} when a context is not bundled or does more than the bundled ones.
 */
export function tableFor(context: JsonValue | undefined): Table {
  if (context === undefined) throw new Fallback('no context')
  if (isSameList(context, lastList)) return lastTable!
  const key = keyOf(context)
  let table = roots.get(key)
  if (table === undefined || tableCount > MOST_TABLES) {
    if (tableCount > MOST_TABLES) {
      roots.clear()
      tableCount = 0
    }
    table = keep(roots, key, new Table(processContext(INITIAL_CONTEXT, context), null))
  }
  if (Array.isArray(context)) {
    lastList = context.slice()
    lastTable = table
  }
  return table
}

// A document and its proof share their contexts, and so do the credentials of a batch.
let lastList: JsonValue[] = []
let lastTable: Table | null = null

function isSameList(context: JsonValue, list: readonly JsonValue[]): boolean {
  if (!Array.isArray(context) || context.length !== list.length || list.length === 0) return false
  for (let i = 0; i < list.length; i++) if (context[i] !== list[i]) return false
  return true
}

function keep(map: Map<string, Table>, key: string, table: Table): Table {
  if (map.size >= 100) map.clear()
  map.set(key, table)
  return table
}

// The count keeps a list apart from one text that looks like the list joined.
function keyOf(context: JsonValue): string {
  if (typeof context === 'string') return `1 ${context}`
  if (!Array.isArray(context) || context.length === 0 || context.length > 12) throw new Fallback('context list')
  let key = `${context.length}`
  for (const part of context) {
    if (typeof part !== 'string') throw new Fallback('inline context')
    key += ` ${part}`
  }
  return key
}

function termOf({ iri, type, container, scoped }: Definition): Term {
  const keyword = iri === '@id' || iri === '@type' ? iri : null
  const datatype = type === null || type.startsWith('@') ? null : type
  const isGraph = container.includes('@graph')
  return {
    iri: iri ?? '',
    openings: openingsOf(iri ?? ''),
    rank: 0,
    kind: type === '@id' ? KIND.id : type === '@vocab' ? KIND.vocab : KIND.literal,
    datatype,
    close: flat(datatype === null || datatype === `${XSD}string` ? '" .\n' : `"^^<${datatype}> .\n`),
    isList: container.includes('@list'),
    isGraph,
    isScoped: scoped !== undefined,
    scoped,
    keyword,
    isUsable: iri !== null && type !== '@json' && !(isGraph && container.includes('@list')),
    twins: null,
  }
}

function markTwins(terms: Map<string, Term>): void {
  const names = new Map<string, string[]>()
  for (const [name, term] of terms) {
    if (term.keyword !== null || term.iri === '') continue
    const same = names.get(term.iri)
    if (same) same.push(name)
    else names.set(term.iri, [name])
  }
  for (const same of names.values()) {
    if (same.length > 1) for (const name of same) terms.get(name)!.twins = same.filter((other) => other !== name)
  }
}

/** Names that some bundled context uses as a prefix: an address that begins with one may mean another address. */
export const PREFIXES: ReadonlySet<string> = new Set(['cred', 'sec', 'xsd'])
