// Texts, addresses and numbers as they stand in canonical N-Quads.
/* oxlint-disable no-control-regex -- control characters are what these expressions look for */
import { OpenBadgesError } from '../errors.ts'
import { Fallback } from './fallback.ts'
import { XSD } from './tables.ts'

/** What a document contains that other software may treat differently. Set while its text is written. */
export type Findings = {
  /** Control characters other than a line feed: older libraries write them raw (CRYPTO trap 10). */
  controlCharacter: boolean
  /** Characters beyond U+FFFF, and others from U+E000 to U+FFFF: UTF-16 order and code point order differ between these. */
  astral: boolean
  high: boolean
  /** A language tag with capitals, which some processors lower and others keep. */
  capitalLanguage: boolean
  /** A number that would be signed as something else, such as 1e-7 as 0. */
  unsafeNumber: boolean
}

const SPECIAL = /[\u0000-\u001f\u007f"\\\ud800-\uffff]/
const ESCAPED = /[\u0000-\u001f\u007f"\\]/g
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/
const SHORT: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
}

/**
 * A text between the quotes of a literal (RDF 1.1 N-Quads canonical form, RDFC-1.0 section 5).
 *
 * @throws {OpenBadgesError} `canonicalize.refused` for lone surrogates, which would hash like U+FFFD.
 */
export function escapeText(text: string, findings: Findings): string {
  if (!SPECIAL.test(text)) return text
  if (!text.isWellFormed()) throw new OpenBadgesError('canonicalize.refused', 'the document holds a lone surrogate')
  if (/[\ud800-\udbff]/.test(text)) findings.astral = true
  if (/[\ue000-\uffff]/.test(text)) findings.high = true
  if (CONTROL.test(text)) findings.controlCharacter = true
  return text.replace(ESCAPED, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
}

/**
 * Absolute addresses without any character that N-Quads would escape. jsonld.js admits more, and one
 * old canonicalizer writes those raw, so that a crafted address becomes extra statements.
 */
export const STRICT_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|\\^`\s]*$/

/** Language tags that jsonld.js admits. */
export const LANGUAGE_TAG = /^[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*$/

/**
 * The literal of a JSON number under a term, as jsonld.js writes it (JSON-LD 1.1 API, section 8.6):
 * doubles with 16 digits, everything else as an integer.
 */
export function numberLiteral(
  value: number,
  datatype: string | null,
  findings: Findings,
): { text: string; datatype: string } {
  if (!Number.isFinite(value)) throw new Fallback('number')
  const isDouble = Math.abs(value) >= 1e21 || String(value).includes('.')
  if (!isSafeNumber(value)) findings.unsafeNumber = true
  if (isDouble || datatype === `${XSD}double`) {
    const text = value.toExponential(15).replace(/(\d)0*e\+?/, '$1E')
    return { text, datatype: datatype ?? `${XSD}double` }
  }
  return { text: value.toFixed(0), datatype: datatype ?? `${XSD}integer` }
}

/** True for numbers that every processor signs alike: up to 15 digits, at most 6 decimals, no exponent, no minus zero. */
export function isSafeNumber(value: number): boolean {
  if (Object.is(value, -0) || Math.abs(value) >= 1e15) return false
  if (Number.isInteger(value)) return true
  const text = String(value)
  return !text.includes('e') && text.length - text.indexOf('.') - 1 <= 6 && text.replace(/[-.]/g, '').length <= 15
}

/** Orders texts by code points, which RDFC-1.0 asks for; `<` orders by UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const xIsSurrogate = x >= 0xd800 && x <= 0xdfff
    const yIsSurrogate = y >= 0xd800 && y <= 0xdfff
    if (xIsSurrogate !== yIsSurrogate) {
      if (xIsSurrogate) return y >= 0xe000 ? 1 : x - y
      return x >= 0xe000 ? -1 : x - y
    }
    return x - y
  }
  return a.length - b.length
}

export function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
