// Every term table that the fast path makes, held against the active context of jsonld.js, term by term: for
// each sequence of bundled contexts that occurs, for each type and pair of types, and for each property with a
// context of its own.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { type ActiveContext, INITIAL_CONTEXT, processContext } from '../src/canonicalize/context.ts'
import { Fallback } from '../src/canonicalize/fallback.ts'
import { PREFIXES, tableFor } from '../src/canonicalize/tables.ts'
import { bundledContext, bundledContexts, CONTEXTS } from '../src/contexts/index.ts'
import type { JsonValue } from '../src/json.ts'

type Mapping = Record<string, unknown> & { '@id': string | null; protected?: boolean; _prefix?: boolean }
type Active = { mappings: Map<string, Mapping>; '@vocab'?: string; '@language'?: string }
type Process = (input: object) => Promise<Active>

const require = createRequire(import.meta.url)
const theirs = require('jsonld/lib/context.js') as { getInitialContext(o: object): Active; process: Process }
const Resolver = require('jsonld/lib/ContextResolver.js') as new (options: object) => object
const sharedCache = new Map()

function options() {
  return {
    documentLoader: async (url: string) => ({ contextUrl: null, documentUrl: url, document: bundledContext(url) }),
    base: '',
    safe: true,
    processingMode: 'json-ld-1.1',
    contextResolver: new Resolver({ sharedCache }),
    eventHandler: [() => {}],
  }
}

const V1 = CONTEXTS.credentialsV1
const V2 = CONTEXTS.credentialsV2
const all = bundledContexts().map(({ url }) => url)
const openBadges = all.filter((url) => url.includes('/ob/v3p0/context'))
const sequences: string[][] = [
  ...all.map((url) => [url]),
  ...[V1, V2].flatMap((base) => openBadges.map((ob) => [base, ob])),
  ...[V1, V2].flatMap((base) => all.map((more) => [base, CONTEXTS.openBadges303, more])),
  [V2, CONTEXTS.openBadges303, CONTEXTS.openBadgesExtensions, CONTEXTS.multikeyV1],
  [CONTEXTS.didV1, CONTEXTS.multikeyV1],
  [CONTEXTS.didV1, CONTEXTS.securityJwkV1],
  [V1, CONTEXTS.statusList2021V1],
  [V1, CONTEXTS.openBadges302, CONTEXTS.ed25519Signature2020V1],
]

const pairsOf = (sequence: string[]) => sequence.length === 2 && sequence[1] === CONTEXTS.openBadges303

test('every table is the active context of jsonld.js, and what jsonld.js rejects is handed back', async (t) => {
  let compared = 0
  for (const sequence of sequences) {
    const their = await settle(() =>
      theirs.process({
        activeCtx: theirs.getInitialContext({ processingMode: 'json-ld-1.1' }),
        localCtx: sequence,
        options: options(),
      }),
    )
    const our = attempt(() => processContext(INITIAL_CONTEXT, sequence))
    if (our === null) continue
    assert.ok(their, `jsonld.js rejects ${sequence.join()}`)
    compared += await compareBelow(our, their, sequence.join(), pairsOf(sequence))
  }
  t.diagnostic(`${compared} active contexts compared`)
  assert.ok(compared > 1500)
})

test('the sequences of real badges are all known', () => {
  for (const sequence of [
    [V2, CONTEXTS.openBadges303],
    [V2, CONTEXTS.openBadges302],
    [V2, CONTEXTS.openBadges303, CONTEXTS.openBadgesExtensions],
    [V1, CONTEXTS.openBadges300],
    [V1, CONTEXTS.openBadges301, CONTEXTS.ed25519Signature2020V1],
    [V1, CONTEXTS.openBadges302, CONTEXTS.dataIntegrityV1],
    [V1, CONTEXTS.openBadges303, CONTEXTS.statusList2021V1, CONTEXTS.dataIntegrityV2],
    [V2, CONTEXTS.statusV1],
    [V1, CONTEXTS.statusList2021V1],
  ]) {
    assert.ok(tableFor(sequence).terms.size > 10, sequence.join())
  }
})

test('every prefix that a bundled context defines is on the list of prefixes', () => {
  const found = new Set<string>()
  const search = (value: JsonValue | undefined) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'string' && /[:/?#[\]@]$/.test(member)) found.add(key)
      search(member)
    }
  }
  for (const url of all) search(bundledContext(url))
  assert.deepEqual([...found].sort(), [...PREFIXES].sort())
})

test('strangers cannot fill the memory with tables', () => {
  const before = process.memoryUsage().heapUsed
  const types = [...tableFor([V2, CONTEXTS.openBadges303]).terms]
    .filter(([, term]) => term.isScoped)
    .map(([name]) => name)
  for (let i = 0; i < 3000; i++) {
    const chosen = all.filter((_, at) => (i >> at) & 1).slice(0, 3)
    const table = attempt(() => tableFor([V2, CONTEXTS.openBadges303, ...chosen]))
    if (table) attempt(() => table.forTypes(types.filter((_, at) => ((i * 2654435761) >> (at % 24)) & 1)))
  }
  assert.ok(process.memoryUsage().heapUsed - before < 150e6)
})

/** Compares two active contexts and those that types and properties lead to; gives their number. */
async function compareBelow(our: ActiveContext, their: Active, where: string, pairs: boolean): Promise<number> {
  sameTerms(our, their, where)
  let count = 1
  const scoped = [...our.terms].filter(([, definition]) => definition.scoped !== undefined)
  const types = scoped.map(([name]) => name)
  const lists = pairs ? types.flatMap((a) => types.map((b) => (a === b ? [a] : [a, b].sort()))) : types.map((a) => [a])
  for (const list of lists) {
    const below = attempt(() =>
      list.reduce(
        (active, type) => processContext(active, our.terms.get(type)!.scoped ?? null, { propagate: false }),
        our,
      ),
    )
    if (below === null) continue
    let theirBelow: Active | null = their
    for (const type of list) {
      const activeCtx: Active = theirBelow!
      const localCtx = their.mappings.get(type)!['@context']
      theirBelow = await settle(() => theirs.process({ activeCtx, localCtx, propagate: false, options: options() }))
      if (theirBelow === null) break
    }
    assert.ok(theirBelow, `jsonld.js rejects ${where} with ${list.join()}`)
    sameTerms(below, theirBelow, `${where} with ${list.join()}`)
    count++
    if (list.length === 1) count += await compareProperties(below, theirBelow, `${where} in ${list.join()}`)
  }
  return count
}

async function compareProperties(our: ActiveContext, their: Active, where: string): Promise<number> {
  let count = 0
  for (const [name, { scoped }] of our.terms) {
    if (scoped === undefined) continue
    const below = attempt(() => processContext(our, scoped ?? null, { overrideProtected: true }))
    if (below === null) continue
    const localCtx = their.mappings.get(name)!['@context']
    const theirBelow = await settle(() =>
      theirs.process({ activeCtx: their, localCtx, propagate: true, overrideProtected: true, options: options() }),
    )
    assert.ok(theirBelow, `jsonld.js rejects ${where} at ${name}`)
    sameTerms(below, theirBelow, `${where} at ${name}`)
    count++
  }
  return count
}

function sameTerms(our: ActiveContext, their: Active, where: string): void {
  assert.equal(their['@vocab'] ?? their['@language'], undefined, where)
  const left = Array.from(our.terms, ([name, d]) => [
    name,
    { id: d.iri, type: d.type, container: d.container, scoped: d.scoped, prefix: d.isPrefix, protected: d.isProtected },
  ])
  const right = Array.from(their.mappings, ([name, m]) => [
    name,
    {
      id: m['@id'],
      type: m['@type'] ?? null,
      container: m['@container'] ?? [],
      scoped: m['@context'],
      prefix: m._prefix ?? false,
      protected: m.protected ?? false,
    },
  ])
  assert.deepEqual(Object.fromEntries(left), Object.fromEntries(right), where)
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fallback) return null
    throw error
  }
}

async function settle(work: () => Promise<Active>): Promise<Active | null> {
  return work().catch(() => null)
}
