// Runs vectors/proofs.json; also in a browser, so nothing of Node in here.
import {
  canonicalHash,
  canonicalize,
  canonicalizeJson,
  type HashName,
  type JsonObject,
  resolveDidKey,
  toHex,
  verifyProofs,
} from '../src/index.ts'

export type ProofVector = {
  name: string
  /** A secured document, by an issuer with a did:key. */
  document: JsonObject
  /** What becomes of each of its proofs. */
  codes: string[]
  /** Canonical N-Quads of the document without proofs, the hash for its labels, its hash, and its JCS form. */
  hash?: HashName
  canonical?: string
  canonicalHash?: string
  json?: string
}

/** What each vector gives and what it should, as text to compare. */
export async function runProofVectors(
  vectors: readonly ProofVector[],
): Promise<{ name: string; actual: string; expected: string }[]> {
  const outcomes = []
  for (const { name, document, codes, hash, canonical, canonicalHash: digest, json } of vectors) {
    const results = await verifyProofs(document, { resolveKey: async (id) => resolveDidKey(id) })
    outcomes.push({ name, actual: results.map(({ code }) => code).join(), expected: codes.join() })
    if (hash === undefined) continue
    const { proof: _, ...unsecured } = document
    outcomes.push({
      name: `${name}: canonical`,
      actual: await canonicalize(unsecured, { hash }),
      expected: canonical ?? '',
    })
    outcomes.push({
      name: `${name}: hash`,
      actual: toHex(await canonicalHash(unsecured, { hash })),
      expected: digest ?? '',
    })
    outcomes.push({ name: `${name}: JCS`, actual: canonicalizeJson(unsecured), expected: json ?? '' })
  }
  return outcomes
}
