// What an Open Badges 2.0, 1.x or 0.5 assertion says, as far as it embeds its badge and issuer.
import { parseLegacyDate } from '../dates.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { alignmentOf, compact, criteriaOf, evidenceOf, first, imageOf, profileOf, texts, words } from '../view.ts'
import type { CredentialView } from '../view.ts'

export type VersionV2 = '0.5' | '1.0' | '1.1' | '2.0'

/** Which version an assertion is written in, by what only that version has; undefined when it is none. */
export function versionOfV2(document: JsonObject): VersionV2 | undefined {
  const contexts = texts(own(document, '@context'))
  const badge = own(document, 'badge')
  const isAssertion = listOf(own(document, 'type')).includes('Assertion')
  if (contexts.some((context) => context.includes('openbadges/v2')))
    return isAssertion || badge !== undefined ? '2.0' : undefined
  if (contexts.some((context) => context.includes('openbadges/v1')))
    return isAssertion || badge !== undefined ? '1.1' : undefined
  if (badge === undefined || own(document, 'recipient') === undefined) return undefined
  if (typeof own(document, 'recipient') === 'string') return '0.5'
  return isObject(own(document, 'verification')) ? '2.0' : '1.0'
}

/** Everything of an assertion after its badge class and issuer were fetched and put in their places. */
export function viewOfAssertion(document: JsonObject): CredentialView {
  const badge = first(own(document, 'badge'))
  const issuer = own(badge, 'issuer')
  const version = versionOfV2(document) ?? '2.0'
  return compact({
    version,
    kind: 'achievement',
    id: textOf(own(document, 'id')) ?? textOf(own(document, 'uid')),
    name: words(own(badge, 'name')),
    description: words(own(badge, 'description')),
    criteria: criteriaOf(own(badge, 'criteria')),
    issuer: issuerOf(issuer),
    recipient: recipientOf(document),
    validFrom: dateOf(own(document, 'issuedOn') ?? own(document, 'issued_on')),
    validUntil: dateOf(own(document, 'expires')),
    image: imageOf(own(badge, 'image')) ?? imageOf(own(document, 'image')),
    imageCaption: words(own(first(own(badge, 'image')), 'caption')),
    achievement: compact({
      id: textOf(own(badge, 'id')) ?? textOf(own(document, 'badge')),
      tags: texts(own(badge, 'tags')),
    }),
    alignments: [...listOf(own(badge, 'alignment')), ...listOf(own(badge, 'alignments'))]
      .filter(isObject)
      .map(alignmentOf),
    results: [],
    evidence: listOf(own(document, 'evidence')).map((item) =>
      isObject(item) ? evidenceOf(item) : compact({ id: textOf(item) }),
    ),
    narrative: words(own(document, 'narrative')),
    statusType: own(document, 'revocationList') === undefined ? undefined : 'revocationList',
    endorsements: listOf(own(document, 'endorsement')).length,
  })
}

function issuerOf(issuer: unknown): CredentialView['issuer'] {
  if (!isObject(issuer)) return profileOf(issuer)
  // 0.5: {origin, name, org, contact}
  const origin = textOf(own(issuer, 'origin'))
  return compact({
    ...profileOf(issuer),
    ...(origin === undefined ? {} : { id: origin, url: origin, email: textOf(own(issuer, 'contact')) }),
  })
}

function recipientOf(document: JsonObject): CredentialView['recipient'] {
  const recipient = own(document, 'recipient')
  const salt = textOf(own(isObject(recipient) ? recipient : document, 'salt'))
  if (typeof recipient === 'string') {
    return { identities: [compact({ type: 'email', value: recipient, hashed: recipient.includes('$'), salt })] }
  }
  const object = first(recipient)
  const value = textOf(own(object, 'identity')) ?? ''
  const hashed =
    own(object, 'hashed') === true || (own(object, 'hashed') === undefined && /^(sha256|md5)\$/.test(value))
  const profile = first(own(object, 'profile') ?? own(document, 'extensions:recipientProfile'))
  return compact({
    name: words(own(profile, 'name')),
    identities: [compact({ type: textOf(own(object, 'type')) ?? 'email', value, hashed, salt })],
  })
}

function dateOf(value: unknown): string | undefined {
  const moment = parseLegacyDate(value)
  return moment === undefined ? undefined : new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z')
}
