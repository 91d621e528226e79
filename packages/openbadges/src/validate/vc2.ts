// Shapes of any Verifiable Credential and Presentation (VC Data Model 2.0, section 4), for those that are no badge.
import { parseDateTimeStamp } from '../dates.ts'
import {
  anything,
  isObject,
  isUri,
  languageText,
  listOf,
  many,
  matching,
  object,
  own,
  report,
  text,
  uri,
} from './shape.ts'
import type { Inspection, JsonObject, Problem, Shape } from './shape.ts'
import { vc1, vc2 } from './vocabulary.ts'

const typeNames: Shape = (value, path, into) => (Array.isArray(value) ? many(text) : text)(value, path, into)
const date: Shape = (value, path, into) => {
  if (parseDateTimeStamp(value) === undefined)
    report(into, path, 'format', 'not a date with time and zone', 'Write it as 2026-03-04T00:00:00Z.')
}
const thing = (required: Record<string, Shape> = {}) => object({ type: typeNames, ...required }, { id: uri })
const oneUri: Shape = (value, path, into) =>
  Array.isArray(value)
    ? report(into, path, 'single-required', 'expected one address, found an array', 'Write one id.')
    : uri(value, path, into)
const uriOrObject: Shape = (value, path, into) =>
  (isObject(value) ? object({ id: oneUri }, { name: languageText, description: languageText }) : uri)(value, path, into)
const claims: Shape = (value, path, into) => {
  object({}, { id: oneUri })(value, path, into)
  if (isObject(value) && Object.keys(value).length === 0)
    report(into, path, 'empty', 'the subject has no claims', 'Say something about it.')
}
const words = (value: unknown, path: string, into: Inspection) => {
  languageText(value, path, into)
  for (const item of listOf(value)) {
    if (!isObject(item)) continue
    const [language, direction] = [own(item, '@language'), own(item, '@direction')]
    if (language !== undefined)
      matching(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'a language tag', 'Write a tag such as "en" or "fr-CA".')(
        language,
        `${path}.@language`,
        into,
      )
    if (direction !== undefined && direction !== 'ltr' && direction !== 'rtl')
      report(into, `${path}.@direction`, 'unknown-value', 'not a direction', 'Write "ltr" or "rtl".')
  }
}
const resource = object(
  { id: uri },
  { mediaType: text, digestSRI: many(text), digestMultibase: many(text) },
  (value, path, into) => {
    if (isObject(value) && own(value, 'digestSRI') === undefined && own(value, 'digestMultibase') === undefined) {
      report(into, path, 'missing', 'no digest', 'Add "digestSRI" or "digestMultibase".')
    }
  },
)

const common: Record<string, Shape> = {
  id: oneUri,
  name: words,
  description: words,
  credentialStatus: many(thing()),
  credentialSchema: many(thing({ id: uri })),
  refreshService: many(thing()),
  termsOfUse: many(thing()),
  evidence: many(thing()),
  relatedResource: many(resource),
  proof: many(object({ type: anything })),
}
const required: Record<string, Shape> = {
  '@context': contexts,
  type: typeNames,
  issuer: uriOrObject,
  credentialSubject: many(claims),
}
const credential2 = object(required, { ...common, validFrom: date, validUntil: date }, whole)
const credential1 = object(
  { ...required, issuanceDate: date },
  { ...common, expirationDate: date, validFrom: date, validUntil: date },
  whole,
)
const enveloped = object({
  '@context': contexts,
  type: typeNames,
  id: matching(/^data:application\/[\w+.-]+[,;]/, 'a data URL', 'Write the secured credential as a data: URL.'),
})

/**
 * Says what is wrong with a Verifiable Credential of any kind (VC 2.0, and 1.1 for reading); empty when nothing is.
 *
 * Types and terms are checked where statements are made of the document, by JSON-LD in safe mode.
 *
 * @example
 * validateVerifiableCredential({})[0].path // '@context'
 */
export function validateVerifiableCredential(document: unknown): Problem[] {
  const into: Inspection = { mode: 'read', problems: [] }
  anyCredential(document, '', into)
  return into.problems
}

/**
 * The same for a presentation and the credentials in it; a credential as bare text is not allowed in 2.0.
 *
 * @example
 * validatePresentation({ '@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiablePresentation'] }) // []
 */
export function validatePresentation(document: unknown): Problem[] {
  const into: Inspection = { mode: 'read', problems: [] }
  object(
    { '@context': contexts, type: typeNames },
    {
      id: oneUri,
      holder: uriOrObject,
      verifiableCredential: many(anyCredential),
      termsOfUse: many(thing()),
      proof: many(object({ type: anything })),
    },
    (value) => {
      named(value, 'VerifiablePresentation', '', into)
      const id = isObject(value) ? own(value, 'id') : undefined
      if (typeof id === 'string' && id.startsWith('data:'))
        report(
          into,
          'id',
          'conflict',
          'an envelope that does not say it is one',
          'Write "EnvelopedVerifiablePresentation" as its type.',
        )
    },
  )(document, '', into)
  return into.problems
}

function anyCredential(value: unknown, path: string, into: Inspection): void {
  if (!isObject(value)) return object({})(value, path, into)
  if (listOf(own(value, 'type')).includes('EnvelopedVerifiableCredential')) return enveloped(value, path, into)
  ;(listOf(own(value, '@context'))[0] === vc1 ? credential1 : credential2)(value, path, into)
}

function contexts(value: unknown, path: string, into: Inspection): void {
  const list = listOf(value)
  if (list[0] !== vc2 && list[0] !== vc1) {
    report(
      into,
      path,
      'context',
      'the first context is not that of Verifiable Credentials',
      `Begin "@context" with "${vc2}".`,
    )
  }
  if (list.some((item) => !isObject(item) && !isUri(item)))
    report(into, path, 'context', 'a context is neither an address nor an object', 'Write addresses.')
}

function whole(value: unknown, path: string, into: Inspection): void {
  if (!isObject(value)) return
  named(value, 'VerifiableCredential', path, into)
  if (listOf(own(value, 'credentialSubject')).length === 0)
    report(into, 'credentialSubject', 'empty', 'there is no subject', 'Say something about somebody.')
  const [start, end] = [parseDateTimeStamp(own(value, 'validFrom')), parseDateTimeStamp(own(value, 'validUntil'))]
  if (start !== undefined && end !== undefined && end < start)
    report(into, 'validUntil', 'order', 'it ends before it begins', 'Make "validUntil" later than "validFrom".')
  const resources = listOf(own(value, 'relatedResource'))
    .filter(isObject)
    .map((item) => own(item, 'id'))
  if (new Set(resources).size < resources.length)
    report(into, 'relatedResource', 'duplicate', 'the same resource is named twice', 'Name each resource once.')
}

function named(value: unknown, name: string, path: string, into: Inspection): void {
  if (!listOf(own(value as JsonObject, 'type')).includes(name)) {
    report(
      into,
      path ? `${path}.type` : 'type',
      'unknown-value',
      `"${name}" is missing among the types`,
      `Add "${name}" to "type".`,
    )
  }
}
