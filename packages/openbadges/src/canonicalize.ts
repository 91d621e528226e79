import { hash } from '#crypto'
import { conflictingDescription, type Conflict } from './canonicalize/descriptions.ts'
import { Fallback } from './canonicalize/fallback.ts'
import { inspect } from './canonicalize/inspect.ts'
import { canonicalText, canonicalTextIn } from './canonicalize/label.ts'
import { type CanonicalizeOptions, MOST_BLANK_NODES } from './canonicalize/options.ts'
import { canonicalizeByReference, canonicalizeQuads } from './canonicalize/reference.ts'
import { Statements } from './canonicalize/statements.ts'
import { tableFor } from './canonicalize/tables.ts'
import { compareCodePoints, type Findings } from './canonicalize/text.ts'
import type { JsonObject } from './json.ts'

export type { CanonicalizeOptions } from './canonicalize/options.ts'

/** A canonical form and what was noticed on the way. */
export type Canonical = {
  text: string
  /** The text in the order of code points, where it differs: RDFC-1.0 asks for it, JavaScript libraries sort by UTF-16 units. */
  byCodePoints: string | null
  findings: Findings
  /** An id that the document describes in two ways, which no signature can keep apart. */
  conflict: Conflict | null
  /** True when nodes without an id look alike, so that their labels had to be found by trying. */
  hasLookAlikes: boolean
  /** Which path made it: the closed world of bundled contexts, or jsonld.js with rdf-canonize, and why. */
  path: 'known' | 'reference'
  reason?: string
}

/**
 * Canonical N-Quads of a JSON-LD document (RDF Dataset Canonicalization, RDFC-1.0), with the bundled
 * contexts, in safe mode: what no context defines is refused, never left out.
 *
 * @throws {OpenBadgesError} `canonicalize.refused`, `canonicalize.too-complex`, `canonicalize.aborted`, `context.unknown`
 * @example
 * await canonicalize({ '@context': CONTEXTS.credentialsV2, id: 'urn:a', name: 'Ada' }) // '<urn:a> <https://schema.org/name> "Ada" .\n'
 */
export async function canonicalize(document: JsonObject, options: CanonicalizeOptions = {}): Promise<string> {
  return (await canonicalForm(document, options)).text
}

/**
 * Hash of the canonical form, in the hash that `options.hash` names (SHA-256 if none). Errors as `canonicalize`.
 *
 * @example
 * (await canonicalHash({ '@context': CONTEXTS.credentialsV2, id: 'urn:a', name: 'Ada' })).length // 32
 */
export async function canonicalHash(document: JsonObject, options: CanonicalizeOptions = {}): Promise<Uint8Array> {
  return hash(options.hash ?? 'sha256', await canonicalize(document, options))
}

/** The canonical form with everything noticed on the way. Errors as `canonicalize`. */
export async function canonicalForm(document: JsonObject, options: CanonicalizeOptions = {}): Promise<Canonical> {
  const known = knownForm(document, options)
  if (typeof known === 'string') return referenceForm(document, options, known)
  if ('lookAlike' in known) {
    const text = await canonicalizeQuads(known.lookAlike, options)
    return { ...known.rest, text, byCodePoints: null, hasLookAlikes: true }
  }
  return known
}

type Rest = Omit<Canonical, 'text' | 'byCodePoints' | 'hasLookAlikes'>

/** The canonical form by the fast path, without a promise; or the reason why it cannot be had this way. */
export function knownForm(
  document: JsonObject,
  options: CanonicalizeOptions = {},
): Canonical | { lookAlike: string; rest: Rest } | string {
  try {
    const statements = new Statements(
      document,
      tableFor(document['@context']),
      options.maxBlankNodes ?? MOST_BLANK_NODES,
      options.omitsProof,
    )
    const { findings } = statements
    const hashName = options.hash ?? 'sha256'
    const conflict = statements.hasRepeatedIds ? conflictingDescription(document) : null
    const labelled = canonicalText(statements, hashName)
    const rest: Rest = { findings, conflict, path: 'known' }
    if ('lookAlike' in labelled) return { lookAlike: labelled.lookAlike, rest }
    let byCodePoints: string | null = null
    if (findings.astral && findings.high) {
      const other = canonicalTextIn(statements, hashName, compareCodePoints)
      if ('text' in other && other.text !== labelled.text) byCodePoints = other.text
    }
    return { text: labelled.text, byCodePoints, findings, conflict, hasLookAlikes: false, path: 'known' }
  } catch (error) {
    if (error instanceof Fallback) return error.message
    throw error
  }
}

async function referenceForm(whole: JsonObject, options: CanonicalizeOptions, reason: string): Promise<Canonical> {
  const { proof, ...unsecured } = whole
  const document = options.omitsProof || proof === undefined ? unsecured : whole
  const findings = inspect(document, options.maxValues)
  const { text, expanded } = await canonicalizeByReference(document, options)
  let byCodePoints: string | null = null
  if (findings.astral && findings.high) {
    // Exact only when no label depends on the order, which is enough to refuse to issue such a text.
    const lines = text.split(/(?<=\n)/)
    const sorted = lines.toSorted(compareCodePoints).join('')
    if (sorted !== text) byCodePoints = sorted
  }
  return {
    text,
    byCodePoints,
    findings,
    // A context of the document's own may give ids and properties other names, so it is looked at without them too.
    conflict: conflictingDescription(document) ?? conflictingDescription(expanded),
    hasLookAlikes: false,
    path: 'reference',
    reason,
  }
}
