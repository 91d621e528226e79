import { hashHex } from '#crypto'
import { bundledContext, PROVIDED_CONTEXT_HASHES } from '../contexts/index.ts'
import type { HashName } from '../crypto/types.ts'
import { OpenBadgesError } from '../errors.ts'
import { canonicalizeJson } from '../jcs.ts'
import type { JsonObject } from '../json.ts'

/** Limits and additions of one canonicalization. */
export type CanonicalizeOptions = {
  /** The hash for blank node labels (RDFC-1.0, section 4.1): SHA-384 for P-384 proofs, else SHA-256. */
  hash?: HashName
  /** How hard to try with nodes that look alike: 1 is linear in their number, 2 quadratic, 0 not at all. Default 1. */
  maxWorkFactor?: number
  /** Most nodes without an id. Default 2,000. */
  maxBlankNodes?: number
  /**
   * Most values (objects, texts, numbers) in a document of the slow path, which takes about 50 microseconds for each.
   * Default 20,000; give less where nothing else may wait for a second.
   */
  maxValues?: number
  /** Stops the slow path between steps. */
  signal?: AbortSignal
  /**
   * Contexts beyond the bundled ones, by address. They never replace a bundled context, and those whose
   * hash is pinned (`PROVIDED_CONTEXT_HASHES`) must have it.
   */
  contexts?: ReadonlyMap<string, JsonObject>
  /** Leaves the document's own `proof` out. */
  omitsProof?: boolean
}

export const MOST_BLANK_NODES = 2000
export const MOST_VALUES = 20_000

/**
 * The context of an address: bundled, else provided by the caller, never fetched.
 *
 * @throws {OpenBadgesError} `context.unknown`
 */
export function loadContext(url: string, options: CanonicalizeOptions): JsonObject {
  const context = bundledContext(url) ?? providedContext(url, options)
  if (context === undefined) {
    const hint = url in PROVIDED_CONTEXT_HASHES ? ' (it is not shipped; provide its file)' : ''
    throw new OpenBadgesError('context.unknown', `the context ${url.slice(0, 200)} is not known${hint}`)
  }
  return context
}

const checked = new WeakSet<JsonObject>()

function providedContext(url: string, { contexts }: CanonicalizeOptions): JsonObject | undefined {
  const context = contexts?.get(url)
  const pins = Object.hasOwn(PROVIDED_CONTEXT_HASHES, url) ? PROVIDED_CONTEXT_HASHES[url] : undefined
  if (context === undefined || pins === undefined || checked.has(context)) return context
  if (!pins.includes(hashHex('sha256', canonicalizeJson(context)))) {
    throw new OpenBadgesError('context.unknown', `what was given as ${url} is not that context`)
  }
  checked.add(context)
  return context
}
