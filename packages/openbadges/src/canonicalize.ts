import { hash } from '#crypto'
import { canonicalizeByReference } from './canonicalize/reference.ts'
import type { CanonicalizeOptions } from './canonicalize/options.ts'
import type { JsonObject } from './json.ts'

export type { CanonicalizeOptions } from './canonicalize/options.ts'

/**
 * Canonical N-Quads of a JSON-LD document (RDF Dataset Canonicalization, RDFC-1.0), with the bundled
 * contexts, in safe mode.
 *
 * @throws {OpenBadgesError} `canonicalize.refused`, `canonicalize.too-complex`, `canonicalize.aborted`, `context.unknown`
 */
export async function canonicalize(document: JsonObject, options: CanonicalizeOptions = {}): Promise<string> {
  return canonicalizeByReference(document, options)
}

/** Hash of the canonical form, in the hash that `options.hash` names (SHA-256 if none). Errors as `canonicalize`. */
export async function canonicalHash(document: JsonObject, options: CanonicalizeOptions = {}): Promise<Uint8Array> {
  return hash(options.hash ?? 'sha256', await canonicalize(document, options))
}
