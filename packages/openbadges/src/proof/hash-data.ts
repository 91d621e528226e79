// The bytes that a proof signs: hash of the proof's options, then hash of the document
// (VC Data Integrity EdDSA 1.0, sections 3.2.3 to 3.3.5; ECDSA 1.0 likewise).
import { hash } from '#crypto'
import { type Canonical, canonicalForm, type CanonicalizeOptions, knownForm } from '../canonicalize.ts'
import type { HashName } from '../crypto/types.ts'
import { OpenBadgesError } from '../errors.ts'
import { canonicalizeJson } from '../jcs.ts'
import type { JsonObject } from '../json.ts'

/** The proof's options under the document's context, whatever context they claim for themselves. */
export function proofConfiguration(options: JsonObject, document: JsonObject): JsonObject {
  return document['@context'] === undefined ? options : { ...options, '@context': document['@context'] }
}

/** The canonical form, without waiting where no waiting is needed. */
export function formOf(document: JsonObject, options: CanonicalizeOptions): Canonical | Promise<Canonical> {
  const known = knownForm(document, options)
  return typeof known === 'string' || 'lookAlike' in known ? canonicalForm(document, options) : known
}

export function hashText(name: HashName, text: string): Uint8Array {
  return hash(name, text)
}

export function hashJson(name: HashName, document: JsonObject): Uint8Array {
  return hash(name, canonicalizeJson(document))
}

/** Two hashes in a row. */
export function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/**
 * Refuses to sign what would verify here and not elsewhere, or what a signature cannot protect.
 * `lenient` lifts the first kind only, for test suites that ask for such credentials.
 *
 * @throws {OpenBadgesError}
 */
export function refuseUnsound({ findings, conflict, hasLookAlikes, byCodePoints }: Canonical, lenient: boolean): void {
  if (conflict) {
    throw new OpenBadgesError(
      'credential.conflicting-descriptions',
      `${conflict.id} is described twice with different "${conflict.property}": a signature could not tell which stands where`,
    )
  }
  if (findings.unsafeNumber) {
    throw new OpenBadgesError(
      'credential.unsafe-number',
      'numbers need an absolute value below 1e15 and at most 6 decimals, else they are signed as other numbers',
    )
  }
  if (lenient) return
  if (hasLookAlikes) {
    throw new OpenBadgesError(
      'credential.colliding-nodes',
      'parts of the credential without an id are alike (such as two equal results): give them ids or leave one out',
    )
  }
  if (findings.controlCharacter) {
    throw new OpenBadgesError(
      'credential.control-character',
      'texts must not hold control characters other than line feeds: libraries disagree about signing them',
    )
  }
  if (byCodePoints !== null) {
    throw new OpenBadgesError(
      'credential.ambiguous-order',
      'libraries disagree about the order of two of the texts (one with characters beyond U+FFFF, one with U+E000 to U+FFFF)',
    )
  }
  if (findings.capitalLanguage) {
    throw new OpenBadgesError(
      'credential.language-tag',
      'language tags must be in lower case: libraries disagree about capitals',
    )
  }
}
