// A small vocabulary for saying what a document must look like. Each problem
// names the path and the remedy, because the reader is the person who has to repair it.

/** One thing that is wrong with a document, and what to do about it. */
export interface Problem {
  /** Where, as a dotted path from the root: `credentialSubject.achievement.name`. */
  path: string
  /** A stable code, for messages in other languages. */
  code: ProblemCode
  /** What is wrong, in English. */
  message: string
  /** What to do about it, in English. */
  remedy: string
}

export type ProblemCode =
  | 'missing'
  | 'type'
  | 'empty'
  | 'null'
  | 'format'
  | 'unknown-value'
  | 'unlisted-value'
  | 'array-required'
  | 'single-required'
  | 'order'
  | 'reference'
  | 'duplicate'
  | 'too-many'
  | 'text'
  | 'number'
  | 'context'
  | 'conflict'
  | 'unknown-property'

/** How strictly to look: what we write ourselves, or what others wrote. */
export type Mode = 'write' | 'read'

export interface Inspection {
  mode: Mode
  problems: Problem[]
}

export type Shape = (value: unknown, path: string, into: Inspection) => void
export type JsonObject = { [key: string]: unknown }

const most = 100

export function report(into: Inspection, path: string, code: ProblemCode, message: string, remedy: string): void {
  if (into.problems.length < most) into.problems.push({ path: path || '(document)', code, message, remedy })
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as a list: nothing is an empty list, a single value a list of one. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** The own property only, so that a hostile `__proto__` or `constructor` is never read. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** The text, when there is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Writes an object's shape: the fields it must have and those it may have. Others are left to safe mode. */
export function object(required: Record<string, Shape>, optional: Record<string, Shape> = {}, also?: Shape): Shape {
  const fields = [...Object.entries(required), ...Object.entries(optional)]
  return (value, path, into) => {
    if (!isObject(value))
      return report(into, path, 'type', `expected an object, found ${kind(value)}`, 'Write it as a JSON object.')
    for (const key of Object.keys(required)) {
      if (own(value, key) === undefined) report(into, at(path, key), 'missing', `"${key}" is missing`, `Add "${key}".`)
    }
    refuseEmpty(value, path, into)
    for (const [key, shape] of fields) {
      const inner = own(value, key)
      if (inner !== undefined && inner !== null) shape(inner, at(path, key), into)
    }
    also?.(value, path, into)
  }
}

/** One or more of a shape. Written always as an array; read also when compacted to a single value. */
export function many(shape: Shape): Shape {
  return (value, path, into) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) shape(item, `${path}[${index}]`, into)
      return
    }
    if (into.mode === 'write') {
      report(
        into,
        path,
        'array-required',
        'expected an array, found a single value',
        'Put the value into an array, even when there is only one.',
      )
    }
    shape(value, path, into)
  }
}

/** Exactly one value: an array of one is tolerated in reading only where JSON-LD makes no difference. */
export function one(shape: Shape): Shape {
  return (value, path, into) => {
    if (!Array.isArray(value)) return shape(value, path, into)
    if (into.mode === 'write' || value.length !== 1) {
      return report(
        into,
        path,
        'single-required',
        `expected one value, found ${value.length} in an array`,
        'Write exactly one value, not in an array.',
      )
    }
    shape(value[0], `${path}[0]`, into)
  }
}

/** Types of a node: at least one of the given names must be among them. */
export function typed(...names: string[]): Shape {
  return (value, path, into) => {
    const found = listOf(value)
    if (into.mode === 'write' && !Array.isArray(value)) {
      report(into, path, 'array-required', 'expected an array of types', 'Put the type into an array.')
    }
    if (found.length === 0 || found.some((name) => typeof name !== 'string' || name === '')) {
      return report(into, path, 'type', 'expected the names of types', `Write ${quoted(names)}.`)
    }
    if (!names.some((name) => found.includes(name))) {
      report(
        into,
        path,
        'unknown-value',
        `${quoted(names)} is missing among the types`,
        `Add ${quoted(names)} to "type".`,
      )
    }
  }
}

/** The one type that is written as a bare string in Open Badges 3.0 (Image, IdentityObject, IdentifierEntry). */
export function soleType(name: string): Shape {
  return (value, path, into) => {
    const fits = into.mode === 'write' ? value === name : listOf(value).includes(name)
    if (!fits) report(into, path, 'unknown-value', `expected "${name}"`, `Write "type": "${name}".`)
  }
}

export const text: Shape = (value, path, into) => {
  if (typeof value !== 'string')
    return report(into, path, 'type', `expected text, found ${kind(value)}`, 'Write it in quotes.')
  if (value === '' && into.mode === 'write')
    return report(into, path, 'empty', 'the text is empty', 'Leave the property out, or fill it in.')
  checkText(value, path, into)
}

/** Text, or VC 2.0 language values: `{"@value", "@language", "@direction"}`, one or several. */
export const languageText: Shape = (value, path, into) => {
  if (typeof value === 'string') return text(value, path, into)
  const values = listOf(value)
  for (const [index, item] of values.entries()) {
    if (typeof item === 'string') continue
    const fits =
      isObject(item) &&
      typeof own(item, '@value') === 'string' &&
      Object.keys(item).every((key) => ['@value', '@language', '@direction'].includes(key))
    if (!fits)
      report(
        into,
        `${path}[${index}]`,
        'type',
        'expected text or a language value',
        'Write text, or {"@value", "@language"}.',
      )
  }
}

export const number: Shape = (value, path, into) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return report(into, path, 'type', `expected a number, found ${kind(value)}`, 'Write a JSON number, without quotes.')
  }
  // jsonld.js signs 1e-7 as "0" and keeps 16 digits: such values are not protected by the signature.
  if (into.mode === 'write' && (/e/i.test(String(value)) || /\.\d{7,}/.test(String(value)) || Object.is(value, -0))) {
    report(
      into,
      path,
      'number',
      'a number with an exponent or more than six decimals',
      'Round it to at most six decimals.',
    )
  }
}

export const boolean: Shape = (value, path, into) => {
  if (typeof value !== 'boolean')
    report(into, path, 'type', `expected true or false, found ${kind(value)}`, 'Write true or false, without quotes.')
}

// Absolute, without characters that older canonicalizers write into N-Quads unescaped (CRYPTO: IRI injection).
const uriPattern = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\p{Cc}]+$/u

export function isUri(value: unknown): value is string {
  return typeof value === 'string' && uriPattern.test(value)
}

export const uri: Shape = (value, path, into) => {
  if (typeof value !== 'string')
    return report(into, path, 'type', `expected an address, found ${kind(value)}`, 'Write one URI as text.')
  if (!isUri(value)) {
    report(
      into,
      path,
      'format',
      'not an absolute URI',
      'Write the whole address, with its scheme (https:, did:, urn:) and without spaces.',
    )
  }
}

export const httpUrl: Shape = (value, path, into) => {
  if (!isUri(value) || !/^https?:\/\/[^/]/.test(value)) {
    report(into, path, 'format', 'not a web address', 'Write an address that begins with https://.')
  }
}

/** A value out of a list that may be extended with `ext:` (Open Badges 3.0, extensible enumerations). */
export function extensible(...names: string[]): Shape {
  const known = new Set(names)
  return (value, path, into) => {
    if (typeof value !== 'string')
      return report(into, path, 'type', `expected text, found ${kind(value)}`, 'Write one value in quotes.')
    if (known.has(value) || /^ext:[a-z|A-Z|0-9|.|\-_]+$/.test(value)) return
    report(
      into,
      path,
      'unlisted-value',
      `"${clip(value)}" is not in the list`,
      'Use a value of the specification, or begin your own with "ext:".',
    )
  }
}

export function oneOf(...names: string[]): Shape {
  return (value, path, into) => {
    if (typeof value !== 'string' || !names.includes(value)) {
      report(into, path, 'unknown-value', `expected one of ${names.join(', ')}`, 'Use one of these values.')
    }
  }
}

export function matching(pattern: RegExp, what: string, remedy: string): Shape {
  return (value, path, into) => {
    if (typeof value !== 'string' || !pattern.test(value)) report(into, path, 'format', `not ${what}`, remedy)
  }
}

export const anything: Shape = () => undefined

function refuseEmpty(value: JsonObject, path: string, into: Inspection): void {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) report(into, at(path, key), 'null', 'the value is null', 'Leave the property out.')
    else if (into.mode === 'write' && Array.isArray(inner) && inner.length === 0) {
      report(into, at(path, key), 'empty', 'the array is empty', 'Leave the property out.')
    }
  }
}

function checkText(value: string, path: string, into: Inspection): void {
  // Lone surrogates hash as U+FFFD, so two different texts would share a signature.
  if (!value.isWellFormed())
    report(
      into,
      path,
      'text',
      'the text has half of a character pair',
      'Repair the text: it was cut inside a character.',
    )
  // Old canonicalizers write control characters raw, new ones escape them: the signature would depend on the reader.
  if (into.mode === 'write' && /[^\P{Cc}\n\u0080-\u009f]/u.test(value)) {
    report(
      into,
      path,
      'text',
      'the text has a control character',
      'Remove tabs and control characters; line breaks may stay.',
    )
  }
}

export function at(path: string, key: string): string {
  return path ? `${path}.${key}` : key
}

export function kind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export function clip(value: string, length = 80): string {
  return value.length > length ? `${value.slice(0, length)}…` : value
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(' or ')
}
