// Shapes of Open Badges 2.0, 1.1, 1.0 and 0.5 documents.
import { parseDateTimeStamp, parseLegacyDate } from '../dates.ts'
import { boolean, httpUrl, isObject, isUri, listOf, many, object, own, report, text, uri } from './shape.ts'
import type { Inspection, JsonObject, Mode, Problem, Shape } from './shape.ts'

export type KindV2 = 'Assertion' | 'BadgeClass' | 'Profile'

const date: Shape = (value, path, into) => {
  const parsed = into.mode === 'write' ? parseDateTimeStamp(value) : parseLegacyDate(value)
  if (parsed === undefined) report(into, path, 'format', 'not a date', 'Write it as 2026-03-04T00:00:00Z.')
}

/** A reference, or the referred document itself: 2.0 allows both nearly everywhere. */
const linked =
  (shape: Shape): Shape =>
  (value, path, into) =>
    (isObject(value) ? shape : uri)(value, path, into)

const imageV2: Shape = (value, path, into) => {
  if (isObject(value)) return object({ id: uri }, { caption: text, author: text })(value, path, into)
  uri(value, path, into)
}
const alignment: Shape = object(
  {},
  { targetDescription: text, targetFramework: text, targetCode: text },
  (value, path, into) => {
    if (!isObject(value)) return
    // 1.1 called them `name` and `url`.
    for (const [key, old] of [
      ['targetName', 'name'],
      ['targetUrl', 'url'],
    ] as const) {
      if (own(value, key) === undefined && (into.mode === 'write' || own(value, old) === undefined)) {
        report(into, `${path}.${key}`, 'missing', `"${key}" is missing`, `Add "${key}".`)
      }
    }
  },
)
const criteria: Shape = (value, path, into) => {
  if (typeof value === 'string') return uri(value, path, into)
  object({}, { id: uri, narrative: text })(value, path, into)
}

const profile = object(
  { name: text },
  { id: uri, url: uri, email: text, description: text, image: imageV2, revocationList: uri },
  (value, path, into) => {
    if (into.mode === 'read' || !isObject(value)) return
    for (const key of ['id', 'type', 'url', 'email']) {
      if (own(value, key) === undefined) report(into, key, 'missing', `"${key}" is missing`, `Add "${key}".`)
    }
    if (own(value, 'id') !== undefined) httpUrl(own(value, 'id'), 'id', into)
  },
)
const badgeClass = object(
  { name: text, description: text, image: imageV2, criteria, issuer: linked(profile) },
  { id: uri, alignment: many(alignment), tags: many(text) },
  (value, _path, into) => {
    if (into.mode === 'write' && isObject(value)) httpUrl(own(value, 'id'), 'id', into)
  },
)
const recipient = object({ type: text, identity: text }, { hashed: boolean, salt: text })
const assertion = object(
  { recipient: anyRecipient, badge: linked(anyBadge) },
  { id: uri, issuedOn: date, expires: date, evidence: anyEvidence, narrative: text, image: imageV2, revoked: boolean },
  (value, _path, into) => {
    if (!isObject(value)) return
    checkKind(value, into)
    const [issued, expires] = [parseLegacyDate(own(value, 'issuedOn')), parseLegacyDate(own(value, 'expires'))]
    if (issued !== undefined && expires !== undefined && expires < issued) {
      report(into, 'expires', 'order', 'it ends before it begins', 'Make "expires" later than "issuedOn".')
    }
    if (into.mode === 'read') return
    for (const key of ['id', 'type', 'issuedOn', 'verification']) {
      if (own(value, key) === undefined) report(into, key, 'missing', `"${key}" is missing`, `Add "${key}".`)
    }
    const verification = own(value, 'verification')
    const type = isObject(verification) ? own(verification, 'type') : undefined
    if (type === 'HostedBadge') httpUrl(own(value, 'id'), 'id', into)
  },
)

/** Only 2.0 has `verification`, and with it comes a context and a type; before, neither was asked for. */
function checkKind(value: JsonObject, into: Inspection): void {
  if (!isObject(own(value, 'verification'))) return
  if (!listOf(own(value, '@context')).includes('https://w3id.org/openbadges/v2')) {
    report(
      into,
      '@context',
      'context',
      'the context of Open Badges 2.0 is missing',
      'Write "https://w3id.org/openbadges/v2".',
    )
  }
  if (!listOf(own(value, 'type')).includes('Assertion')) {
    report(into, 'type', 'unknown-value', '"Assertion" is missing among the types', 'Write "type": "Assertion".')
  }
}

function anyRecipient(value: unknown, path: string, into: Inspection): void {
  // 0.5 wrote the address, or its hash, as plain text beside `salt`.
  if (typeof value === 'string' && into.mode === 'read') return text(value, path, into)
  recipient(value, path, into)
}

function anyBadge(value: unknown, path: string, into: Inspection): void {
  // 0.5 embedded the badge, with `issuer.origin` and relative addresses.
  const issuer = isObject(value) ? own(value, 'issuer') : undefined
  if (into.mode === 'read' && isObject(issuer) && own(issuer, 'origin') !== undefined) {
    return object({ name: text, description: text }, {})(value, path, into)
  }
  badgeClass(value, path, into)
}

function anyEvidence(value: unknown, path: string, into: Inspection): void {
  many((item, where, inner) => {
    // 0.5 and 1.0 gave one address, at times a relative one.
    if (typeof item === 'string') return inner.mode === 'read' || isUri(item) ? undefined : uri(item, where, inner)
    object({}, { id: uri, narrative: text, name: text, description: text })(item, where, inner)
  })(value, path, {
    mode: into.mode === 'write' && typeof value === 'string' ? 'read' : into.mode,
    problems: into.problems,
  })
}

/** Says what is wrong with an Open Badges 2.0 document (or, when reading, an older one); empty when nothing is. */
export function validateV2(kind: KindV2, document: unknown, mode: Mode = 'read'): Problem[] {
  const into: Inspection = { mode, problems: [] }
  const isRevoked = isObject(document) && own(document, 'revoked') === true
  // A revoked hosted assertion may consist of its id and the reason alone.
  if (kind === 'Assertion' && isRevoked) return into.problems
  ;({ Assertion: assertion, BadgeClass: badgeClass, Profile: profile })[kind](document, '', into)
  return into.problems
}
