import { OpenBadgesError } from './errors.ts'
import type { JsonObject, JsonValue } from './json.ts'

/**
 * A JSON value in the JSON Canonicalization Scheme (RFC 8785): keys in UTF-16 order, no white space,
 * numbers and strings as ECMAScript writes them. Members that are undefined are left out, as JSON does.
 *
 * @throws {OpenBadgesError} `canonicalize.refused` for what JSON cannot say: infinite numbers, lone surrogates.
 * @example
 * canonicalizeJson({ b: 1.0, a: ['x'] }) // '{"a":["x"],"b":1}'
 */
export function canonicalizeJson(value: JsonValue): string {
  return write(value, 0)
}

function write(value: JsonValue, depth: number): string {
  if (depth > 128) throw new OpenBadgesError('canonicalize.refused', 'the document is nested too deeply')
  if (typeof value === 'string') return writeText(value)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new OpenBadgesError('canonicalize.refused', 'JSON has no infinite numbers')
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null, depth + 1)).join(',')}]`
  if (typeof value === 'object' && value !== null) return writeObject(value, depth)
  return JSON.stringify(value)
}

function writeObject(object: JsonObject, depth: number): string {
  let text = ''
  for (const key of Object.keys(object).sort()) {
    const value = object[key]
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}${writeText(key)}:${write(value, depth + 1)}`
  }
  return `{${text}}`
}

function writeText(text: string): string {
  if (!text.isWellFormed()) throw new OpenBadgesError('canonicalize.refused', 'the document holds a lone surrogate')
  return JSON.stringify(text)
}
