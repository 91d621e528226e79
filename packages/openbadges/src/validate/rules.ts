// Rules about a credential as a whole, which no single property shows.
import { conflictingDescription } from '../canonicalize/descriptions.ts'
import { parseDateTimeStamp } from '../dates.ts'
import type { JsonObject as CheckedObject } from '../json.ts'
import { at, isObject, listOf, own, report } from './shape.ts'
import type { Inspection, JsonObject } from './shape.ts'
import {
  clr2,
  clr2Pattern,
  extensionTypes,
  isVersion1,
  kindOf,
  ob3,
  ob3Pattern,
  obExtensions,
  vc1,
  vc2,
} from './vocabulary.ts'

/** Rules about the document as a whole: its contexts, its types, the order of its dates. */
export function checkDocument(value: unknown, path: string, into: Inspection): void {
  if (!isObject(value)) return
  checkContexts(value, path, into)
  if (!listOf(own(value, 'type')).includes('VerifiableCredential')) {
    report(
      into,
      at(path, 'type'),
      'unknown-value',
      '"VerifiableCredential" is missing among the types',
      'Add "VerifiableCredential" to "type".',
    )
  }
  const [from, until] = isVersion1(value)
    ? (['issuanceDate', 'expirationDate'] as const)
    : (['validFrom', 'validUntil'] as const)
  const start = parseDateTimeStamp(own(value, from))
  const end = parseDateTimeStamp(own(value, until))
  if (start !== undefined && end !== undefined && end < start) {
    report(into, at(path, until), 'order', `it ends before it begins`, `Make "${until}" later than "${from}".`)
  }
  const seen = new Set<unknown>()
  for (const resource of listOf(own(value, 'relatedResource'))) {
    const id = isObject(resource) ? own(resource, 'id') : undefined
    if (seen.has(id))
      report(
        into,
        at(path, 'relatedResource'),
        'duplicate',
        'the same resource is named twice',
        'Name each resource once.',
      )
    seen.add(id)
  }
}

function checkContexts(value: JsonObject, path: string, into: Inspection): void {
  const contexts = listOf(own(value, '@context'))
  const where = at(path, '@context')
  if (contexts[0] !== vc2 && (into.mode === 'write' || contexts[0] !== vc1)) {
    report(
      into,
      where,
      'context',
      'the first context is not that of Verifiable Credentials 2.0',
      `Begin "@context" with "${vc2}".`,
    )
  }
  const isClr = kindOf(value) === 'clr'
  const badgeContext = contexts[isClr ? 2 : 1]
  if (isClr && !(typeof contexts[1] === 'string' && clr2Pattern.test(contexts[1]))) {
    report(into, where, 'context', 'the second context is not that of CLR 2.0', `Add "${clr2}".`)
  }
  if (typeof badgeContext !== 'string' || !ob3Pattern.test(badgeContext)) {
    report(into, where, 'context', 'the Open Badges 3.0 context is missing', `Add "${ob3}" after the first one.`)
  }
  if (into.mode === 'write' && !contexts.includes(obExtensions) && usesExtensions(value)) {
    report(
      into,
      where,
      'context',
      'a type is used that only the extensions context defines',
      `Add "${obExtensions}" to "@context".`,
    )
  }
}

function usesExtensions(value: JsonObject): boolean {
  return ['credentialSchema', 'credentialStatus', 'refreshService'].some((key) =>
    listOf(own(value, key)).some(
      (item) =>
        isObject(item) &&
        listOf(own(item, 'type')).some((type) => typeof type === 'string' && extensionTypes.has(type)),
    ),
  )
}

/** `result.resultDescription` and `achievedLevel` must point into the same achievement (section "Result"). */
export function checkResultReferences(value: JsonObject, path: string, into: Inspection): void {
  const described = new Map<unknown, JsonObject>()
  const badge = listOf(own(value, 'achievement'))[0]
  for (const item of isObject(badge) ? listOf(own(badge, 'resultDescription')) : []) {
    if (isObject(item)) described.set(own(item, 'id'), item)
  }
  for (const [index, item] of listOf(own(value, 'result')).entries()) {
    if (!isObject(item)) continue
    const where = `${at(path, 'result')}[${index}]`
    const target = own(item, 'resultDescription')
    const description = described.get(target)
    if (target !== undefined && !description) {
      report(
        into,
        `${where}.resultDescription`,
        'reference',
        'no such result description in this achievement',
        'Use the "id" of one of its result descriptions.',
      )
    }
    if (!description) continue
    const levels = listOf(own(description, 'rubricCriterionLevel')).map((level) =>
      isObject(level) ? own(level, 'id') : undefined,
    )
    const achieved = own(item, 'achievedLevel')
    if (achieved !== undefined && !levels.includes(achieved)) {
      report(
        into,
        `${where}.achievedLevel`,
        'reference',
        'no such level in the result description',
        'Use the "id" of one of its rubric levels.',
      )
    }
    if (own(description, 'resultType') === 'Status' && own(item, 'status') === undefined) {
      report(into, `${where}.status`, 'missing', 'the result is a status, but gives none', 'Add "status".')
    }
  }
}

/** A signature cannot tell two descriptions of one id apart: RDF joins all statements about it. */
export function refuseTwoDescriptions(credential: JsonObject, into: Inspection): void {
  const conflict = conflictingDescription(credential as CheckedObject)
  if (!conflict) return
  report(
    into,
    'id',
    'conflict',
    `"${conflict.id}" is described in two different ways: "${conflict.property}" differs`,
    'Describe it once, and elsewhere give only its id; a signature cannot tell two descriptions apart.',
  )
}
