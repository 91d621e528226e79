// The reference path: jsonld.js in safe mode, then rdf-canonize. It decides what the fast path may do,
// and takes every document the fast path hands back. Both libraries are loaded on first use, because
// most programs never need them.
import type { NodeObject } from 'jsonld'
import { OpenBadgesError } from '../errors.ts'
import type { HashName } from '../crypto/types.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { CanonicalizeOptions } from './options.ts'
import { loadContext, MOST_BLANK_NODES } from './options.ts'
import { STRICT_IRI } from './text.ts'

/**
 * Canonical N-Quads (RDFC-1.0) of a JSON-LD document by the reference libraries, and its expanded form, in which
 * ids and properties have no other names. Terms that no context defines, relative addresses and anything else
 * that would be lost are refused (safe mode).
 *
 * @throws {OpenBadgesError} `canonicalize.refused`, `canonicalize.too-complex`, `canonicalize.aborted`, `context.unknown`
 */
export async function canonicalizeByReference(
  document: JsonObject,
  options: CanonicalizeOptions = {},
): Promise<{ text: string; expanded: JsonValue[] }> {
  const [{ default: jsonld }, { default: rdfCanonize }] = await Promise.all([import('jsonld'), import('rdf-canonize')])
  const toRdfOptions = {
    algorithm: 'RDFC-1.0',
    base: '',
    safe: true,
    rdfDirection: 'i18n-datatype',
    produceGeneralizedRdf: false,
    documentLoader: async (url: string) => ({
      documentUrl: url,
      document: loadContext(url, options) as NodeObject,
      tag: 'static',
    }),
  }
  const expanded = await refusing('canonicalize.refused', options, () =>
    // jsonld.js does not change its input, but it may keep parts of it; the copy keeps callers free.
    jsonld.expand(structuredClone(document) as NodeObject, toRdfOptions),
  )
  const dataset = await refusing('canonicalize.refused', options, () =>
    jsonld.toRDF(expanded, { ...toRdfOptions, skipExpansion: true }),
  )
  checkTerms(dataset as Quad[], options.maxBlankNodes ?? MOST_BLANK_NODES)
  const text = await refusing('canonicalize.too-complex', options, () =>
    rdfCanonize.canonize(dataset, rdfOptions(options)),
  )
  refuseRepeatedLines(text)
  return { text, expanded: expanded as JsonValue[] }
}

/**
 * Canonical form of N-Quads whose blank nodes the fast path could not tell apart by their first-degree hashes.
 *
 * @throws {OpenBadgesError} `canonicalize.too-complex`, `canonicalize.aborted`
 */
export async function canonicalizeQuads(nquads: string, options: CanonicalizeOptions = {}): Promise<string> {
  const { default: rdfCanonize } = await import('rdf-canonize')
  return refusing('canonicalize.too-complex', options, () =>
    rdfCanonize.canonize(nquads, { ...rdfOptions(options), inputFormat: 'application/n-quads' }),
  )
}

function rdfOptions(options: CanonicalizeOptions) {
  return {
    algorithm: 'RDFC-1.0' as const,
    format: 'application/n-quads' as const,
    messageDigestAlgorithm: hashName[options.hash ?? 'sha256'],
    maxWorkFactor: options.maxWorkFactor ?? 1,
    ...(options.signal ? { signal: options.signal } : {}),
  }
}

const hashName: Record<HashName, string> = { sha256: 'sha256', sha384: 'sha384' }

type Term = { termType: string; value: string; datatype?: Term }
type Quad = { subject: Term; predicate: Term; object: Term; graph: Term }

/**
 * Refuses what jsonld.js lets pass: addresses with characters that an older canonicalizer writes raw,
 * so that one address reads as several statements; and too many blank nodes.
 */
function checkTerms(dataset: Quad[], maxBlankNodes: number): void {
  const blank = new Set<string>()
  for (const { subject, predicate, object, graph } of dataset) {
    for (const term of [subject, predicate, object, graph, object.datatype]) {
      if (term?.termType === 'BlankNode') blank.add(term.value)
      if (term?.termType === 'NamedNode' && term !== object.datatype && !STRICT_IRI.test(term.value)) {
        throw new OpenBadgesError('canonicalize.refused', `the address ${term.value.slice(0, 200)} is not admitted`)
      }
    }
  }
  if (blank.size > maxBlankNodes) {
    throw new OpenBadgesError('canonicalize.too-complex', `the document holds ${blank.size} nodes without an id`)
  }
}

/** `[1, "1"]` under one property is one statement in RDF, but two lines in rdf-canonize. */
function refuseRepeatedLines(text: string): void {
  const lines = text.split('\n')
  for (let i = 1; i < lines.length; i++) {
    if (lines[i] === lines[i - 1]) {
      throw new OpenBadgesError('canonicalize.refused', 'the document says one thing twice, as a number and as a text')
    }
  }
}

async function refusing<T>(
  code: 'canonicalize.refused' | 'canonicalize.too-complex',
  options: CanonicalizeOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    options.signal?.throwIfAborted()
    return await work()
  } catch (cause) {
    if (cause instanceof OpenBadgesError) throw cause
    const inner = ownErrorWithin(cause)
    if (inner) throw inner
    if (cause instanceof Error && cause.name === 'AbortError') {
      throw new OpenBadgesError('canonicalize.aborted', 'canonicalizing was stopped', { cause })
    }
    throw new OpenBadgesError(code, explain(cause), { cause })
  }
}

/** The context loader's own refusal, which jsonld.js wraps in errors of its own. */
function ownErrorWithin(error: unknown): OpenBadgesError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; depth++) {
    if (at instanceof OpenBadgesError) return at
    const details: unknown = 'details' in at ? at.details : undefined
    at = typeof details === 'object' && details !== null && 'cause' in details ? details.cause : at.cause
  }
  return undefined
}

/** One sentence from a jsonld.js error, with the property that safe mode refused. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const details: unknown = 'details' in error ? error.details : undefined
  if (typeof details !== 'object' || details === null || !('event' in details)) return error.message
  const event = details.event as { code?: string; details?: Record<string, unknown> }
  const what = event.details ? JSON.stringify(Object.values(event.details)[0]) : ''
  return `JSON-LD safe mode refused the document: ${event.code ?? 'data would be lost'} ${what}`.slice(0, 400).trim()
}
