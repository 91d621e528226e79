// JSON from outside. JSON.parse keeps the last of two equal keys and other readers the first, so a text
// with both could say one thing to the verifier and another to whoever displays it. Such texts are refused.
import { OpenBadgesError } from './errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

export type JsonLimits = {
  /** Most UTF-16 units of text. Default 4 million. */
  maxLength?: number
  /** Deepest nesting of objects and arrays. Default 32 (SECURITY S34). */
  maxDepth?: number
}

/**
 * Parses a JSON text strictly: no repeated keys, no lone surrogates, bounded depth and length.
 *
 * @throws {OpenBadgesError} `json.syntax`, `json.repeated-key`, `json.lone-surrogate`, `json.too-deep`, `json.too-large`
 * @example
 * parseJson('{"a":[1]}') // { a: [1] }
 */
export function parseJson(text: string, { maxLength = 4_000_000, maxDepth = 32 }: JsonLimits = {}): JsonValue {
  if (text.length > maxLength) throw new OpenBadgesError('json.too-large', `the JSON is longer than ${maxLength}`)
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new OpenBadgesError('json.syntax', 'not JSON', { cause })
  }
  if (depthOf(value, maxDepth) > maxDepth) {
    throw new OpenBadgesError('json.too-deep', `the JSON nests deeper than ${maxDepth}`)
  }
  // Writing the value again gives the same text only when nothing was lost in reading it. That is by
  // far the quickest proof, and holds for every text that was written by JavaScript.
  if (JSON.stringify(value) !== text) refuseRepeatedKeys(text)
  if (text.includes('\\u') ? !isWellFormed(value) : !text.isWellFormed()) {
    throw new OpenBadgesError('json.lone-surrogate', 'the JSON holds a lone surrogate')
  }
  return value
}

/**
 * `parseJson` for texts that must be an object. A leading byte order mark is passed over.
 *
 * @throws {OpenBadgesError} as `parseJson`, and `json.not-an-object`
 * @example
 * parseJsonObject('{"a":1}') // { a: 1 }
 */
export function parseJsonObject(text: string, limits: JsonLimits = {}): JsonObject {
  const value = parseJson(text.startsWith('\ufeff') ? text.slice(1) : text, limits)
  if (!isJsonObject(value)) throw new OpenBadgesError('json.not-an-object', 'the JSON is not an object')
  return value
}

/** Depth of a value, or something above `most` once that is exceeded. */
function depthOf(value: JsonValue, most: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (most < 0) return 1
  let deepest = 0
  if (Array.isArray(value)) {
    for (const item of value) deepest = Math.max(deepest, depthOf(item, most - 1))
  } else {
    for (const key in value) {
      const member = value[key]
      if (typeof member === 'object' && member !== null) deepest = Math.max(deepest, depthOf(member, most - 1))
    }
  }
  return deepest + 1
}

function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (Array.isArray(value)) return value.every(isWellFormed)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member ?? null))
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Walks a text that JSON.parse has accepted, so only the places of keys matter, not the syntax. */
function refuseRepeatedKeys(text: string): void {
  const open: (Set<string> | null)[] = []
  let keys: Set<string> | null = null
  let expectsKey = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      const end = endOfString(text, i)
      if (expectsKey && keys !== null) {
        const key = JSON.parse(text.slice(i, end + 1)) as string
        if (keys.has(key)) {
          throw new OpenBadgesError(
            'json.repeated-key',
            `the JSON has the key "${key.slice(0, 100)}" twice in one object`,
          )
        }
        keys.add(key)
        expectsKey = false
      }
      i = end
    } else if (c === OPEN_OBJECT) {
      open.push(keys)
      keys = new Set()
      expectsKey = true
    } else if (c === OPEN_LIST) {
      open.push(keys)
      keys = null
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      keys = open.pop() ?? null
      expectsKey = false
    } else if (c === COMMA) {
      expectsKey = keys !== null
    } else if (c === COLON) {
      expectsKey = false
    }
  }
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  for (;;) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
}
