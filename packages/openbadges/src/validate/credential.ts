// Shapes of Open Badges 3.0 documents (specification, section "Data Models") over the
// Verifiable Credentials Data Model 2.0 and, for reading only, 1.1.
import { parseDateTimeStamp } from '../dates.ts'
import {
  anything,
  at,
  boolean,
  extensible,
  isObject,
  languageText,
  listOf,
  many,
  matching,
  number,
  object,
  one,
  own,
  report,
  soleType,
  text,
  typed,
  uri,
} from './shape.ts'
import type { Inspection, Mode, Problem, Shape } from './shape.ts'
import { checkDocument, checkResultReferences, refuseTwoDescriptions } from './rules.ts'
import {
  achievementTypes,
  identifierTypes,
  isVersion1,
  kindOf,
  resultStatuses,
  resultTypes,
  targetTypes,
} from './vocabulary.ts'

const dateTime: Shape = (value, path, into) => {
  if (parseDateTimeStamp(value) !== undefined) return
  report(into, path, 'format', 'not a date with time and zone', 'Write it as 2026-03-04T00:00:00Z.')
}
const date = matching(/^\d{4}-\d\d-\d\d/, 'a date', 'Write it as 2026-03-04.')

const image = object({ id: uri, type: soleType('Image') }, { caption: languageText })
const imageOrUri: Shape = (value, path, into) => {
  // A bare address is the same to JSON-LD, but the published schema wants an object.
  if (typeof value === 'string' && into.mode === 'read') return uri(value, path, into)
  image(value, path, into)
}
const identityObject = object(
  {
    type: soleType('IdentityObject'),
    hashed: boolean,
    identityHash: text,
    identityType: extensible(...identifierTypes),
  },
  { salt: text },
)
const identifierEntry = object({
  type: soleType('IdentifierEntry'),
  identifier: text,
  identifierType: extensible(...identifierTypes),
})
const alignment = object(
  { type: typed('Alignment'), targetName: languageText, targetUrl: uri },
  { targetCode: text, targetDescription: languageText, targetFramework: text, targetType: extensible(...targetTypes) },
)
const address = object(
  { type: typed('Address') },
  {
    addressCountry: text,
    addressCountryCode: text,
    addressRegion: text,
    addressLocality: text,
    streetAddress: text,
    postOfficeBoxNumber: text,
    postalCode: text,
    geo: object({ type: typed('GeoCoordinates'), latitude: number, longitude: number }),
  },
)
const endorsements = many((value, path, into) => endorsementCredential(value, path, into))
const profile: Shape = object(
  { id: uri, type: typed('Profile') },
  {
    name: languageText,
    url: uri,
    phone: text,
    description: languageText,
    image: one(imageOrUri),
    email: text,
    address: one(address),
    official: text,
    otherIdentifier: many(identifierEntry),
    parentOrg: (value, path, into) => profileOrUri(value, path, into),
    familyName: text,
    givenName: text,
    additionalName: text,
    patronymicName: text,
    honorificPrefix: text,
    honorificSuffix: text,
    familyNamePrefix: text,
    dateOfBirth: date,
    endorsement: endorsements,
    endorsementJwt: many(text),
  },
)
const profileOrUri: Shape = (value, path, into) => (typeof value === 'string' ? uri : profile)(value, path, into)

const criteria = object({}, { id: uri, narrative: languageText }, (value, path, into) => {
  if (isObject(value) && own(value, 'id') === undefined && own(value, 'narrative') === undefined) {
    report(
      into,
      path,
      'missing',
      'neither "id" nor "narrative" says what it takes',
      'Add a "narrative", or an "id" with the address of the criteria.',
    )
  }
})
const rubricLevel = object(
  { id: uri, type: typed('RubricCriterionLevel'), name: languageText },
  { alignment: many(alignment), description: languageText, level: text, points: text },
)
const resultDescription = object(
  { id: uri, type: typed('ResultDescription'), name: languageText, resultType: extensible(...resultTypes) },
  {
    alignment: many(alignment),
    allowedValue: many(text),
    requiredLevel: uri,
    requiredValue: text,
    rubricCriterionLevel: many(rubricLevel),
    valueMax: text,
    valueMin: text,
  },
)
const result = object(
  { type: typed('Result') },
  {
    achievedLevel: uri,
    alignment: many(alignment),
    resultDescription: uri,
    value: text,
    status: matching(
      new RegExp(`^(${resultStatuses.join('|')})$`),
      'a result status',
      `Use one of ${resultStatuses.join(', ')}.`,
    ),
  },
)
const related = object({ id: uri, type: typed('Related') }, { inLanguage: text, version: text })
const achievement = object(
  { id: uri, type: typed('Achievement'), name: languageText, description: languageText, criteria: one(criteria) },
  {
    achievementType: extensible(...achievementTypes),
    alignment: many(alignment),
    creator: profileOrUri,
    creditsAvailable: number,
    fieldOfStudy: text,
    humanCode: text,
    image: one(imageOrUri),
    inLanguage: text,
    otherIdentifier: many(identifierEntry),
    related: many(related),
    resultDescription: many(resultDescription),
    specialization: text,
    tag: many(text),
    version: text,
    endorsement: endorsements,
    endorsementJwt: many(text),
  },
)
const evidence = object(
  { type: typed('Evidence') },
  { id: uri, name: languageText, narrative: languageText, description: languageText, genre: text, audience: text },
)
const subject = object(
  { type: typed('AchievementSubject'), achievement: one(achievement) },
  {
    id: uri,
    identifier: many(identityObject),
    activityEndDate: date,
    activityStartDate: date,
    creditsEarned: number,
    image: one(imageOrUri),
    licenseNumber: text,
    narrative: languageText,
    result: many(result),
    role: text,
    source: profileOrUri,
    term: text,
  },
  (value, path, into) => {
    if (!isObject(value)) return
    if (own(value, 'id') === undefined && listOf(own(value, 'identifier')).length === 0) {
      report(
        into,
        path,
        'missing',
        'neither "id" nor "identifier" says who the recipient is',
        'Add at least one of them.',
      )
    }
    checkResultReferences(value, path, into)
  },
)
const endorsementSubject = object({ id: uri, type: typed('EndorsementSubject') }, { endorsementComment: languageText })

const typeNames: Shape = (value, path, into) => (Array.isArray(value) ? many(text) : text)(value, path, into)
/** Things that must say their type, and where the standard says so their address (VC 2.0, section 4). */
const typedThing = (required: Record<string, Shape> = {}) => object({ type: typeNames, ...required }, { id: uri })
const statusListIndex: Shape = (value, path, into) => {
  // Some issuers leave the quotes out; the number is the same.
  const isNumber = into.mode === 'read' && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  if (!isNumber) matching(/^\d{1,15}$/, 'a decimal number in quotes', 'Write it as "1234".')(value, path, into)
}
const bitstringEntry = object(
  {
    type: anything,
    statusPurpose: text,
    statusListCredential: uri,
    statusListIndex,
  },
  { id: uri },
  (value, path, into) => {
    if (isObject(value) && own(value, 'id') !== undefined && own(value, 'id') === own(value, 'statusListCredential')) {
      report(
        into,
        at(path, 'id'),
        'conflict',
        'the id of the entry is the address of the list',
        'Leave "id" out, or add "#" and the index.',
      )
    }
  },
)
const status: Shape = (value, path, into) => {
  const isEntry = isObject(value) && listOf(own(value, 'type')).includes('BitstringStatusListEntry')
  ;(isEntry ? bitstringEntry : typedThing())(value, path, into)
}
const relatedResource = object(
  { id: uri },
  { mediaType: text, digestSRI: many(text), digestMultibase: many(text) },
  (value, path, into) => {
    if (isObject(value) && own(value, 'digestSRI') === undefined && own(value, 'digestMultibase') === undefined) {
      report(into, path, 'missing', 'no digest', 'Add "digestSRI" or "digestMultibase".')
    }
  },
)

const issuerShape: Shape = (value, path, into) => {
  // In reading, a compacted issuer may be an address alone; a VC without Open Badges types need not be a Profile.
  if (typeof value === 'string') return uri(value, path, into)
  profile(value, path, into)
}

const commonOptional: Record<string, Shape> = {
  name: languageText,
  description: languageText,
  image: one(imageOrUri),
  awardedDate: dateTime,
  validUntil: dateTime,
  endorsement: endorsements,
  endorsementJwt: many(text),
  evidence: many(evidence),
  credentialSchema: many(typedThing({ id: uri })),
  credentialStatus: (value, path, into) => (into.mode === 'write' ? one : many)(status)(value, path, into),
  refreshService: many(typedThing()),
  termsOfUse: many(typedThing()),
  relatedResource: many(relatedResource),
  proof: many(object({ type: anything })),
}

const achievementCredential2 = object(
  {
    '@context': anything,
    id: uri,
    type: typed('OpenBadgeCredential', 'AchievementCredential'),
    issuer: issuerShape,
    validFrom: dateTime,
    credentialSubject: one(subject),
  },
  commonOptional,
  checkDocument,
)
const achievementCredential1 = object(
  {
    '@context': anything,
    id: uri,
    type: typed('OpenBadgeCredential', 'AchievementCredential'),
    issuer: issuerShape,
    issuanceDate: dateTime,
    credentialSubject: one(subject),
  },
  { ...commonOptional, expirationDate: dateTime },
  checkDocument,
)
const endorsementCredential: Shape = object(
  {
    '@context': anything,
    id: uri,
    type: typed('EndorsementCredential'),
    issuer: issuerShape,
    credentialSubject: one(endorsementSubject),
  },
  { ...commonOptional, validFrom: dateTime, issuanceDate: dateTime, expirationDate: dateTime },
  checkDocument,
)
const association = object({ type: typed('Association'), associationType: text, sourceId: uri, targetId: uri })
const embeddedCredential: Shape = (value, path, into) => {
  // VC 1.1 allowed a JWT as bare text.
  if (into.mode === 'write' || typeof value !== 'string') object({})(value, path, into)
}
const clrSubject = object(
  { type: typed('ClrSubject'), verifiableCredential: many(embeddedCredential) },
  { id: uri, identifier: many(identityObject), achievement: many(achievement), association: many(association) },
)
const clrRequired: Record<string, Shape> = {
  '@context': anything,
  id: uri,
  type: typed('ClrCredential'),
  issuer: issuerShape,
  credentialSubject: one(clrSubject),
}
const clrCredential2 = object(
  { ...clrRequired, validFrom: dateTime },
  { ...commonOptional, partial: boolean },
  checkDocument,
)
const clrCredential1 = object(
  { ...clrRequired, issuanceDate: dateTime },
  { ...commonOptional, partial: boolean, expirationDate: dateTime },
  checkDocument,
)

/**
 * Says what is wrong with an Open Badges 3.0 or CLR 2.0 document; an empty list means nothing is.
 *
 * `write` asks for what we issue ourselves (arrays everywhere, VC 2.0, no empty values); `read`
 * accepts all that a verifier must accept: compacted values and VC 1.1.
 *
 * @example
 * validateCredential({ type: ['VerifiableCredential', 'OpenBadgeCredential'] })[0].path // '@context'
 */
export function validateCredential(credential: unknown, mode: Mode = 'read'): Problem[] {
  const into: Inspection = { mode, problems: [] }
  if (!isObject(credential)) {
    object({})(credential, '', into)
    return into.problems
  }
  const isOld = isVersion1(credential) && mode === 'read'
  const shape = {
    achievement: isOld ? achievementCredential1 : achievementCredential2,
    endorsement: endorsementCredential,
    clr: isOld ? clrCredential1 : clrCredential2,
    other: typedOther,
  }[kindOf(credential)]
  shape(credential, '', into)
  if (mode === 'write') refuseTwoDescriptions(credential, into)
  return into.problems
}

const typedOther: Shape = (_value, _path, into) => {
  report(
    into,
    'type',
    'unknown-value',
    'the document does not say that it is an Open Badge',
    'Add "OpenBadgeCredential" to "type".',
  )
}

/**
 * What a profile must look like, for the key documents and profile pages we write.
 *
 * @example
 * validateProfile({ id: 'https://college.example/issuer', type: ['Profile'], name: 'Northfield College' }) // []
 */
export function validateProfile(value: unknown, mode: Mode = 'read'): Problem[] {
  const into: Inspection = { mode, problems: [] }
  profile(value, '', into)
  return into.problems
}

/**
 * Says what is wrong with an achievement, as published under its id.
 *
 * @example
 * validateAchievement({ type: ['Achievement'] })[0].path // 'id'
 */
export function validateAchievement(value: unknown, mode: Mode = 'read'): Problem[] {
  const into: Inspection = { mode, problems: [] }
  achievement(value, '', into)
  return into.problems
}
