// What the reference path must know about a document before jsonld.js sees it. The fast path learns
// the same while it reads.
/* oxlint-disable no-control-regex -- control characters are what these expressions look for */
import { OpenBadgesError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { MOST_VALUES } from './options.ts'
import { type Findings, isSafeNumber } from './text.ts'

const MOST_DEPTH = 64

/**
 * Walks a document once and tells what it contains that other software may treat differently.
 *
 * @throws {OpenBadgesError} `canonicalize.refused` when it is too deep, holds a lone surrogate or texts
 *   that jsonld.js would drop unsigned; `canonicalize.too-complex` when it is too large for the slow path.
 */
export function inspect(document: JsonObject, maxValues = MOST_VALUES): Findings {
  const inspection: Inspection = {
    values: maxValues,
    findings: { controlCharacter: false, astral: false, high: false, capitalLanguage: false, unsafeNumber: false },
  }
  visit(document, inspection, 0)
  return inspection.findings
}

/** How many values may still come, and what was found in those before. */
type Inspection = { values: number; findings: Findings }

function visit(value: JsonValue | undefined, inspection: Inspection, depth: number): void {
  if (--inspection.values < 0) throw new OpenBadgesError('canonicalize.too-complex', 'the document is too large')
  // Arrays count as levels here and not in the fast path, so the limit is twice as high.
  if (depth > 2 * MOST_DEPTH) throw new OpenBadgesError('canonicalize.refused', 'the document is nested too deeply')
  if (typeof value === 'string') visitText(value, inspection.findings)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new OpenBadgesError('canonicalize.refused', 'the document holds an infinite number')
    if (!isSafeNumber(value)) inspection.findings.unsafeNumber = true
  } else if (Array.isArray(value)) {
    refuseDroppedDirections(value)
    for (const item of value) visit(item, inspection, depth + 1)
  } else if (isJsonObject(value)) {
    const language = value['@language']
    if (typeof language === 'string' && language !== language.toLowerCase()) inspection.findings.capitalLanguage = true
    for (const [key, member] of Object.entries(value)) {
      visitText(key, inspection.findings)
      visit(member, inspection, depth + 1)
    }
  }
}

function visitText(text: string, findings: Findings): void {
  if (!text.isWellFormed()) throw new OpenBadgesError('canonicalize.refused', 'the document holds a lone surrogate')
  if (/[\ud800-\udbff]/.test(text)) findings.astral = true
  if (/[\ue000-\uffff]/.test(text)) findings.high = true
  if (/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text)) findings.controlCharacter = true
}

/** Of texts that are alike but for `@direction`, jsonld.js keeps the first and drops the others, unsigned. */
function refuseDroppedDirections(items: readonly JsonValue[]): void {
  const hasDirection = (item: JsonValue) => isJsonObject(item) && '@direction' in item
  if (items.length < 2 || !items.some(hasDirection)) return
  const seen = new Map<string, string>()
  for (const item of items) {
    const node = isJsonObject(item) ? item : { '@value': item }
    if (!('@value' in node)) continue
    const language = typeof node['@language'] === 'string' ? node['@language'].toLowerCase() : null
    const text = JSON.stringify([node['@value'], language, node['@type'] ?? null])
    const direction = JSON.stringify(node['@direction'] ?? null)
    if ((seen.get(text) ?? direction) !== direction) {
      throw new OpenBadgesError('canonicalize.refused', 'two texts differ in their direction only')
    }
    seen.set(text, direction)
  }
}
