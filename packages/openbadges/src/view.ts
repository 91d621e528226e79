// One model of what a badge says, whatever version it was written in: what pages show.
import { kindOf } from './validate/vocabulary.ts'
import { isObject, listOf, own, textOf } from './validate/shape.ts'
import type { JsonObject } from './validate/shape.ts'

export interface CredentialView {
  /** Version of Open Badges (`clr` is 2.0, `vc` a credential that is no badge). */
  version: '0.5' | '1.0' | '1.1' | '2.0' | '3.0' | 'clr' | 'vc'
  kind: 'achievement' | 'endorsement' | 'clr' | 'other'
  id?: string
  name?: string
  description?: string
  criteria: { narrative?: string; url?: string }
  issuer: { id?: string; name?: string; url?: string; email?: string; description?: string; image?: string }
  recipient: {
    id?: string
    name?: string
    /** Identities as the badge gives them, hashed or plain. */
    identities: { type: string; value: string; hashed: boolean; salt?: string }[]
  }
  validFrom?: string
  validUntil?: string
  awardedOn?: string
  /** Address or data URI. */
  image?: string
  imageCaption?: string
  achievement: {
    id?: string
    type?: string
    tags: string[]
    creditsAvailable?: number
    language?: string
    version?: string
    fieldOfStudy?: string
    specialization?: string
    humanCode?: string
  }
  alignments: { name?: string; url?: string; framework?: string; code?: string; description?: string; type?: string }[]
  /** Learning outcomes: each result with the description it belongs to. */
  results: { name?: string; type?: string; value?: string; level?: string; status?: string; required?: string }[]
  evidence: {
    id?: string
    name?: string
    narrative?: string
    description?: string
    genre?: string
    audience?: string
  }[]
  narrative?: string
  creditsEarned?: number
  role?: string
  term?: string
  licenseNumber?: string
  activityStart?: string
  activityEnd?: string
  statusType?: string
  endorsements: number
}

/** Reads an Open Badges 3.0 or CLR document, in array or compacted form, as far as it goes; never throws. */
export function viewOfCredential(document: JsonObject): CredentialView {
  const kind = kindOf(document)
  const subject = first(own(document, 'credentialSubject'))
  const badge = first(own(subject, 'achievement'))
  const issuer = own(document, 'issuer')
  const identities = listOf(own(subject, 'identifier')).filter(isObject).map(identityOf)
  return compact({
    version: kind === 'other' ? 'vc' : kind === 'clr' ? 'clr' : '3.0',
    kind,
    id: textOf(own(document, 'id')),
    name: words(own(badge, 'name')) ?? words(own(document, 'name')),
    description: words(own(badge, 'description')) ?? words(own(document, 'description')),
    criteria: criteriaOf(own(badge, 'criteria')),
    issuer: profileOf(issuer),
    recipient: compact({
      id: textOf(own(subject, 'id')),
      name: words(own(subject, 'name')) ?? identities.find(({ type, hashed }) => type === 'name' && !hashed)?.value,
      identities,
    }),
    validFrom: textOf(own(document, 'validFrom') ?? own(document, 'issuanceDate')),
    validUntil: textOf(own(document, 'validUntil') ?? own(document, 'expirationDate')),
    awardedOn: textOf(own(document, 'awardedDate')),
    image: imageOf(own(badge, 'image')) ?? imageOf(own(subject, 'image')) ?? imageOf(own(document, 'image')),
    imageCaption: words(own(first(own(badge, 'image')), 'caption')),
    achievement: achievementOf(badge),
    alignments: listOf(own(badge, 'alignment')).filter(isObject).map(alignmentOf),
    results: resultsOf(subject, badge),
    evidence: listOf(own(document, 'evidence')).filter(isObject).map(evidenceOf),
    narrative: words(own(subject, 'narrative')),
    creditsEarned: numberOf(own(subject, 'creditsEarned')),
    role: textOf(own(subject, 'role')),
    term: textOf(own(subject, 'term')),
    licenseNumber: textOf(own(subject, 'licenseNumber')),
    activityStart: textOf(own(subject, 'activityStartDate')),
    activityEnd: textOf(own(subject, 'activityEndDate')),
    statusType: textOf(listOf(own(first(own(document, 'credentialStatus')), 'type'))[0]),
    endorsements: listOf(own(document, 'endorsement')).length + listOf(own(badge, 'endorsement')).length,
  })
}

function achievementOf(badge: JsonObject): CredentialView['achievement'] {
  return compact({
    id: textOf(own(badge, 'id')),
    type: textOf(own(badge, 'achievementType')),
    tags: texts(own(badge, 'tag')),
    creditsAvailable: numberOf(own(badge, 'creditsAvailable')),
    language: textOf(own(badge, 'inLanguage')),
    version: textOf(own(badge, 'version')),
    fieldOfStudy: textOf(own(badge, 'fieldOfStudy')),
    specialization: textOf(own(badge, 'specialization')),
    humanCode: textOf(own(badge, 'humanCode')),
  })
}

function resultsOf(subject: JsonObject, badge: JsonObject): CredentialView['results'] {
  const descriptions = listOf(own(badge, 'resultDescription')).filter(isObject)
  return listOf(own(subject, 'result'))
    .filter(isObject)
    .map((result) => {
      const description = descriptions.find((item) => own(item, 'id') === own(result, 'resultDescription')) ?? {}
      const levels = listOf(own(description, 'rubricCriterionLevel')).filter(isObject)
      const level = levels.find((item) => own(item, 'id') === own(result, 'achievedLevel'))
      return compact({
        name: words(own(description, 'name')),
        type: textOf(own(description, 'resultType')),
        value: textOf(own(result, 'value')),
        level: level
          ? (words(own(level, 'name')) ?? textOf(own(level, 'level')))
          : textOf(own(result, 'achievedLevel')),
        status: textOf(own(result, 'status')),
        required: textOf(own(description, 'requiredValue')),
      })
    })
}

export function profileOf(value: unknown): CredentialView['issuer'] {
  if (typeof value === 'string') return { id: value }
  const profile = first(value)
  return compact({
    id: textOf(own(profile, 'id')),
    name: words(own(profile, 'name')),
    url: textOf(own(profile, 'url')),
    email: textOf(own(profile, 'email')),
    description: words(own(profile, 'description')),
    image: imageOf(own(profile, 'image')),
  })
}

function identityOf(identity: JsonObject): CredentialView['recipient']['identities'][number] {
  return compact({
    type: textOf(own(identity, 'identityType')) ?? textOf(own(identity, 'type')) ?? 'identifier',
    value: textOf(own(identity, 'identityHash')) ?? textOf(own(identity, 'identity')) ?? '',
    hashed: own(identity, 'hashed') !== false,
    salt: textOf(own(identity, 'salt')),
  })
}

export function alignmentOf(alignment: JsonObject): CredentialView['alignments'][number] {
  return compact({
    name: words(own(alignment, 'targetName')) ?? words(own(alignment, 'name')),
    url: textOf(own(alignment, 'targetUrl')) ?? textOf(own(alignment, 'url')),
    framework: textOf(own(alignment, 'targetFramework')),
    code: textOf(own(alignment, 'targetCode')),
    description: words(own(alignment, 'targetDescription')) ?? words(own(alignment, 'description')),
    type: textOf(own(alignment, 'targetType')),
  })
}

export function evidenceOf(evidence: JsonObject): CredentialView['evidence'][number] {
  return compact({
    id: textOf(own(evidence, 'id')),
    name: words(own(evidence, 'name')),
    narrative: words(own(evidence, 'narrative')),
    description: words(own(evidence, 'description')),
    genre: textOf(own(evidence, 'genre')),
    audience: textOf(own(evidence, 'audience')),
  })
}

export function criteriaOf(value: unknown): CredentialView['criteria'] {
  if (typeof value === 'string') return { url: value }
  const criteria = first(value)
  return compact({ narrative: words(own(criteria, 'narrative')), url: textOf(own(criteria, 'id')) })
}

export function imageOf(value: unknown): string | undefined {
  const image = listOf(value)[0]
  return textOf(isObject(image) ? own(image, 'id') : image)
}

/** The text of a language value: the first one, since a badge says its language itself. */
export function words(value: unknown): string | undefined {
  const item = listOf(value)[0]
  return textOf(isObject(item) ? own(item, '@value') : item)
}

export function texts(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

/** The object, or the only one of a list, or one without properties. */
export function first(value: unknown): JsonObject {
  const item = listOf(value)[0]
  return isObject(item) ? item : {}
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** Leaves out what is undefined, so that a view can be stored and compared as JSON. */
export function compact<T extends object>(object: T): T {
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] === undefined) delete object[key]
  return object
}
