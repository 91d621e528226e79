// JSON-LD context processing for the bundled contexts only. It covers what those use (term
// definitions, aliases, prefixes, protection, type-scoped and property-scoped contexts) and hands
// anything else to the reference path. A test compares every table it makes with jsonld.js.
//
// The rules are those of JSON-LD 1.1 Processing Algorithms, sections 4.1 and 4.2, in the reading of
// jsonld.js, whose verdict counts.
import { bundledContext } from '../contexts/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { Fallback } from './fallback.ts'

/** One term of an active context. */
export type Definition = {
  readonly iri: string | null
  readonly type: string | null
  readonly container: readonly string[]
  /** The scoped context as written, or undefined when there is none (`null` is a scoped context that resets). */
  readonly scoped: JsonValue | undefined
  readonly isPrefix: boolean
  readonly isProtected: boolean
}

/** An active context: its terms, and the context to return to when a type-scoped one ends. */
export type ActiveContext = {
  readonly terms: ReadonlyMap<string, Definition>
  readonly previous: ActiveContext | null
}

export const INITIAL_CONTEXT: ActiveContext = { terms: new Map(), previous: null }

type Processing = { propagate?: boolean; overrideProtected?: boolean }

/**
 * Applies a local context (address, object, null or a list of them) to an active one.
 *
 * @throws {Fallback} for whatever the bundled contexts do not do.
 */
export function processContext(active: ActiveContext, local: JsonValue, options: Processing = {}): ActiveContext {
  const { propagate = true, overrideProtected = false } = options
  let result = active
  if (!propagate && active.previous === null) result = { terms: active.terms, previous: active }
  for (const part of Array.isArray(local) ? local : [local]) {
    if (part === null) {
      if (!overrideProtected && [...result.terms.values()].some((term) => term.isProtected)) {
        throw new Fallback('null context')
      }
      result = INITIAL_CONTEXT
    } else {
      result = applyDefinitions(result, definitionsOf(part), overrideProtected)
    }
  }
  return result
}

function definitionsOf(part: JsonValue): JsonObject {
  const context = typeof part === 'string' ? bundledContext(part) : part
  if (!isJsonObject(context)) throw new Fallback('unknown context')
  if (typeof part !== 'string') {
    if ('@context' in context) throw new Fallback('nested context')
    return context
  }
  const definitions = context['@context']
  if (!isJsonObject(definitions)) throw new Fallback('unknown context')
  return definitions
}

function applyDefinitions(active: ActiveContext, local: JsonObject, overrideProtected: boolean): ActiveContext {
  const defining: Defining = {
    terms: new Map(active.terms),
    local,
    isProtected: local['@protected'] === true,
    overrideProtected,
    done: new Map(),
  }
  for (const key of Object.keys(local)) {
    if (key === '@protected') continue
    if (key === '@version') {
      if (local[key] !== 1.1) throw new Fallback('context version')
      continue
    }
    // @vocab, @base, @language, @direction, @import, @propagate: no bundled context has them.
    if (key.startsWith('@')) throw new Fallback(`context keyword ${key}`)
    define(defining, key)
  }
  return { terms: defining.terms, previous: active.previous }
}

type Defining = {
  terms: Map<string, Definition>
  local: JsonObject
  isProtected: boolean
  overrideProtected: boolean
  /** false while a term is being defined, true afterwards */
  done: Map<string, boolean>
}

const DEFINITION_KEYS = new Set(['@id', '@type', '@container', '@context', '@protected'])
const CONTAINERS = new Set(['@set', '@list', '@graph'])

function define(defining: Defining, term: string): void {
  if (defining.done.has(term)) {
    if (defining.done.get(term)) return
    throw new Fallback('cyclic context')
  }
  defining.done.set(term, false)
  const previous = defining.terms.get(term)
  defining.terms.delete(term)
  const written = defining.local[term]
  const isSimple = typeof written === 'string' || written === null
  const value = isSimple ? { '@id': written } : written
  if (!isJsonObject(value) || term === '' || term.includes(':') || term.includes('/'))
    throw new Fallback('context term')
  for (const key in value) if (!DEFINITION_KEYS.has(key)) throw new Fallback(`context term with ${key}`)

  const id = value['@id']
  if (id !== null && typeof id !== 'string') throw new Fallback('context term without @id')
  if (id === term) throw new Fallback('context term maps to itself')
  const iri = id === null ? null : expandInContext(defining, id)
  const container = containerOf(value['@container'])
  const type = value['@type'] === undefined ? null : typeMapping(defining, value['@type'])
  const isProtected = value['@protected'] === true || (defining.isProtected && value['@protected'] !== false)
  let definition: Definition = {
    iri,
    type,
    container,
    scoped: value['@context'],
    isPrefix: isSimple && iri !== null && /[:/?#[\]@]$/.test(iri),
    isProtected,
  }
  if (previous?.isProtected && !defining.overrideProtected) {
    definition = { ...definition, isProtected: true }
    // The reference refuses such a document. It shall say so itself.
    if (!sameDefinition(previous, definition)) throw new Fallback('protected term')
  }
  defining.terms.set(term, definition)
  defining.done.set(term, true)
}

function expandInContext(defining: Defining, value: string): string {
  if (value === '@id' || value === '@type') return value
  if (value.startsWith('@')) throw new Fallback(`context maps to ${value}`)
  if (value in defining.local && Object.hasOwn(defining.local, value)) define(defining, value)
  const known = defining.terms.get(value)
  if (known) return known.iri ?? refuse('context term without @id')
  const colon = value.indexOf(':')
  if (colon <= 0) throw new Fallback('relative address in a context')
  const prefix = value.slice(0, colon)
  const suffix = value.slice(colon + 1)
  if (prefix === '_') throw new Fallback('blank node in a context')
  if (suffix.startsWith('//')) return value
  if (Object.hasOwn(defining.local, prefix)) define(defining, prefix)
  const definition = defining.terms.get(prefix)
  return definition?.isPrefix && definition.iri !== null ? definition.iri + suffix : value
}

function typeMapping(defining: Defining, type: JsonValue): string {
  if (typeof type !== 'string') throw new Fallback('context type')
  if (type === '@id' || type === '@vocab' || type === '@json' || type === '@none') return type
  return expandInContext(defining, type)
}

function containerOf(value: JsonValue | undefined): readonly string[] {
  const container = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const names: string[] = []
  for (const name of container) {
    if (typeof name !== 'string' || !CONTAINERS.has(name)) throw new Fallback('context container')
    names.push(name)
  }
  if (names.includes('@list') && names.length > 1) throw new Fallback('context container')
  return names
}

function sameDefinition(a: Definition, b: Definition): boolean {
  return (
    a.iri === b.iri &&
    a.type === b.type &&
    a.isPrefix === b.isPrefix &&
    a.container.length === b.container.length &&
    a.container.every((name, i) => name === b.container[i]) &&
    JSON.stringify(a.scoped) === JSON.stringify(b.scoped)
  )
}

function refuse(reason: string): never {
  throw new Fallback(reason)
}
