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
  const leastLength = lengthOf(value, maxDepth)
  if (leastLength === null) throw new OpenBadgesError('json.too-deep', `the JSON nests deeper than ${maxDepth}`)
  // A member that was lost in reading takes five characters or more ("":0,), so a text with fewer to spare has lost
  // none. Else, writing the value again gives the same text only when nothing was lost, which holds for every text
  // that was written by JavaScript. Both are far quicker than looking for the keys.
  if (text.length - leastLength >= 5 && JSON.stringify(value) !== text) refuseRepeatedKeys(text)
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

/** Length that no JSON text of the value is below; null when it nests deeper than `depth`. */
function lengthOf(value: JsonValue, depth: number): number | null {
  // Escapes and other ways to write a number only make a text longer than this.
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object') return value === true ? 4 : value === false ? 5 : 1
  if (value === null) return 4
  if (depth <= 0) return null
  // The brackets, and a comma behind every part but the last.
  let length = 1
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i]!
      const inner = typeof item === 'string' ? item.length + 2 : lengthOf(item, depth - 1)
      if (inner === null) return null
      length += inner + 1
    }
  } else {
    for (const key of Object.keys(value)) {
      const member = value[key]!
      const inner = typeof member === 'string' ? member.length + 2 : lengthOf(member, depth - 1)
      if (inner === null) return null
      length += key.length + 3 + inner + 1
    }
  }
  return length === 1 ? 2 : length
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
