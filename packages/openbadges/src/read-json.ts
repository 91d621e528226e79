import { OpenBadgesError } from './errors.ts'
import { isObject } from './validate/shape.ts'
import type { JsonObject } from './validate/shape.ts'

/** S34: no badge nests deeper, and walking deeper ones would exhaust the stack. */
const deepest = 32

/** Parses a JSON object from outside. @throws {OpenBadgesError} */
export function parseDocument(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new OpenBadgesError('json.syntax', 'not JSON', { cause })
  }
  if (!isObject(value)) throw new OpenBadgesError('json.not-an-object', 'the JSON is not an object')
  refuseDeep(value)
  return value
}

/** @throws {OpenBadgesError} `json.too-deep` */
export function refuseDeep(value: unknown): void {
  const stack: [unknown, number][] = [[value, 0]]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [item, depth] = next
    if (depth > deepest) throw new OpenBadgesError('json.too-deep', `the JSON nests deeper than ${deepest}`)
    if (typeof item === 'object' && item !== null)
      for (const inner of Object.values(item)) stack.push([inner, depth + 1])
  }
}
