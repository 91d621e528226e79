import { OpenBadgesError } from './errors.ts'
import { parseJsonObject } from './json-text.ts'
import type { JsonObject } from './validate/shape.ts'

/** S34: no badge nests deeper, and walking deeper ones would exhaust the stack. */
const deepest = 32

/**
 * Parses a JSON object from outside: repeated keys, lone surrogates and deep nesting are refused.
 *
 * @throws {OpenBadgesError} `json.…`
 */
export function parseDocument(text: string): JsonObject {
  return parseJsonObject(text, { maxDepth: deepest })
}

/** The same limit for a value that was parsed elsewhere, and may even hold itself. @throws {OpenBadgesError} `json.too-deep` */
export function refuseDeep(value: unknown): void {
  const stack: [unknown, number][] = [[value, 0]]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [item, depth] = next
    if (depth > deepest) throw new OpenBadgesError('json.too-deep', `the JSON nests deeper than ${deepest}`)
    if (typeof item !== 'object' || item === null) continue
    for (const inner of Object.values(item)) stack.push([inner, depth + 1])
  }
}
