// Checks 7 and 8: is the badge still what its issuer publishes, in words and in picture?
import { hash } from '#crypto'
import { equalBytes, fromMultibase, toBase64url } from '../base.ts'
import { isPng, stripPng } from '../bake-png.ts'
import { isSvg, stripSvg } from '../bake-svg.ts'
import { OpenBadgesError } from '../errors.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { criteriaOf, first, imageOf, texts, words } from '../view.ts'
import { domainOf } from './keys.ts'
import type { Evidence } from './evidence.ts'
import { acceptJson } from './evidence.ts'

/** Check 7, Open Badges 3.0: the achievement in the badge against the document under the achievement's id. */
export async function checkDefinition(document: JsonObject, evidence: Evidence): Promise<Check> {
  const badge = first(own(first(own(document, 'credentialSubject')), 'achievement'))
  const id = textOf(own(badge, 'id'))
  const fetched: Fetched[] = []
  const details: CheckDetails = { method: 'compared with the published achievement', inputs: { id }, fetched }
  if (id === undefined || !/^https?:/.test(id))
    return check('definition', 'not-checked', 'definition.not-published', {}, details)
  const digest = digestFor(document, id)
  if (digest) {
    const answer = await evidence.bytes(id, fetched, acceptJson, 1024 * 1024)
    if (answer.kind !== 'bytes' || answer.status === 410)
      return check('definition', 'not-checked', 'definition.unavailable', {}, details)
    if (matchesDigest(answer.body, digest))
      return check('definition', 'passed', 'definition.same', {}, { ...details, values: { digest: 'equal' } })
    // Another layout of the same words is no change: the words are compared below.
    details.values = { digest: 'different' }
  }
  const answer = await evidence.document(id, fetched)
  if (answer.kind !== 'document' || answer.status === 410)
    return check('definition', 'not-checked', 'definition.unavailable', {}, details)
  const published = achievementIn(answer.document, id)
  if (!published)
    return check(
      'definition',
      'not-checked',
      'definition.unavailable',
      {},
      { ...details, cause: 'no achievement with this id' },
    )
  return definitionAnswer(changedFields(badge, published), details)
}

export function definitionAnswer(changed: string[], details: CheckDetails): Check {
  return changed.length === 0
    ? check('definition', 'passed', 'definition.same', {}, details)
    : check(
        'definition',
        'warning',
        'definition.changed',
        { fields: changed.join(', ') },
        { ...details, values: { ...details.values, changed } },
      )
}

function achievementIn(document: JsonObject, id: string): JsonObject | undefined {
  if (own(document, 'id') === id && listOf(own(document, 'type')).includes('Achievement')) return document
  const inner = first(own(document, 'achievement'))
  return own(inner, 'id') === id ? inner : undefined
}

function changedFields(badge: JsonObject, published: JsonObject): string[] {
  const facts = (item: JsonObject): Record<string, unknown> => ({
    name: words(own(item, 'name')),
    description: words(own(item, 'description')),
    criteria: criteriaOf(own(item, 'criteria')),
    image: imageOf(own(item, 'image')),
    achievementType: own(item, 'achievementType'),
    creditsAvailable: own(item, 'creditsAvailable'),
    tag: texts(own(item, 'tag')).sort(),
    alignment: listOf(own(item, 'alignment'))
      .map((alignment) => textOf(isObject(alignment) ? own(alignment, 'targetUrl') : alignment) ?? '')
      .sort(),
  })
  const [ours, theirs] = [facts(badge), facts(published)]
  return Object.keys(ours).filter((key) => JSON.stringify(ours[key]) !== JSON.stringify(theirs[key]))
}

/** The picture that the badge was taken out of, when it was. */
export interface CarrierPicture {
  kind: 'png' | 'svg'
  bytes: Uint8Array
}

/** Check 8: the picture the badge names against the one its address gives, and against the one it was baked into. */
export async function checkPicture(
  {
    image,
    document,
    carrier,
  }: { image: string | undefined; document: JsonObject; carrier?: CarrierPicture | undefined },
  evidence: Evidence,
): Promise<Check> {
  const fetched: Fetched[] = []
  const details: CheckDetails = {
    method: 'compared with the published picture',
    inputs: { image: image?.slice(0, 200) },
    fetched,
  }
  if (image === undefined) return check('picture', 'not-checked', 'picture.none', {}, details)
  if (image.startsWith('data:')) return check('picture', 'passed', 'picture.inside', {}, details)
  const answer = await evidence.bytes(image, fetched, 'image/png, image/svg+xml, image/*', 5 * 1024 * 1024)
  if (answer.kind !== 'bytes' || answer.status === 410)
    return check('picture', 'not-checked', 'picture.unavailable', { what: domainOf(image) ?? image }, details)
  if (!looksLikePicture(answer.body)) return check('picture', 'warning', 'picture.not-a-picture', {}, details)
  const digest = digestFor(document, image)
  if (digest && !matchesDigest(answer.body, digest)) return check('picture', 'warning', 'picture.changed', {}, details)
  if (carrier) {
    return samePicture(carrier.bytes, answer.body)
      ? check('picture', 'passed', 'picture.same', {}, details)
      : check('picture', 'warning', 'picture.different', {}, details)
  }
  return check('picture', 'passed', digest ? 'picture.same' : 'picture.published', {}, details)
}

/** By its first bytes, whatever the server calls it. */
function looksLikePicture(bytes: Uint8Array): boolean {
  if (isPng(bytes)) return true
  const start = String.fromCharCode(...bytes.subarray(0, 512))
  return (
    /^\u00ff\u00d8\u00ff|^GIF8[79]a|^RIFF[^]{4}WEBP/.test(start) ||
    /^(?:\u00ef\u00bb\u00bf)?\s*<(\?xml|!--|svg|!DOCTYPE svg)/i.test(start)
  )
}

/** The same but for the badge baked into it: compared chunk by chunk for PNG, without the badge element for SVG. */
function samePicture(a: Uint8Array, b: Uint8Array): boolean {
  try {
    if (isPng(a) && isPng(b)) return equalBytes(stripPng(a), stripPng(b))
    if (isSvg(a) && isSvg(b)) return stripSvg(a) === stripSvg(b)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
  }
  return false
}

/** The digest that the credential fixes for an address (VC Data Model 2.0, section 5.3, "Integrity of Related Resources"). */
function digestFor(document: JsonObject, url: string): JsonObject | undefined {
  return listOf(own(document, 'relatedResource'))
    .filter(isObject)
    .find((resource) => own(resource, 'id') === url)
}

/**
 * Whether bytes have the digest of a related resource; a digest in a form we do not know does not match.
 *
 * @example
 * matchesDigest(new Uint8Array(), { digestSRI: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }) // true
 */
export function matchesDigest(bytes: Uint8Array, resource: JsonObject): boolean {
  const sri = texts(own(resource, 'digestSRI')).flatMap((text) => text.split(/\s+/))
  const multibase = texts(own(resource, 'digestMultibase'))
  if (sri.length + multibase.length === 0) return false
  const digests = { sha256: hash('sha256', bytes), sha384: hash('sha384', bytes) }
  const sriFits = sri.every((text) => {
    const [, name, value = ''] = /^(sha256|sha384)-([A-Za-z0-9+/_-]+)={0,2}$/.exec(text) ?? []
    return (
      (name === 'sha256' || name === 'sha384') &&
      value.replaceAll('+', '-').replaceAll('/', '_') === toBase64url(digests[name])
    )
  })
  return sriFits && multibase.every((text) => equalBytes(multihashOf(text), digests.sha256))
}

/** The digest within a multihash (0x12 0x20: SHA-256), or 32 bytes alone as some write it; empty when it is another. */
function multihashOf(text: string): Uint8Array {
  try {
    const bytes = fromMultibase(text)
    if (bytes.length === 32) return bytes
    return bytes[0] === 0x12 && bytes[1] === 0x20 ? bytes.subarray(2) : new Uint8Array()
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return new Uint8Array()
  }
}
