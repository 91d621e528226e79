// Open Badges 3.0 data model (specification, section "Data Models") as we write it: arrays
// for every property that may repeat, objects for complex values, nothing empty. Written as type aliases, since
// TypeScript lets those stand for plain JSON objects.
import type { JsonValue } from './json.ts'

export type Uri = string
/** `YYYY-MM-DDThh:mm:ssZ` */
export type DateTime = string
/** Plain text, or VC 2.0 language values. */
export type LanguageText = string | LanguageValue | LanguageValue[]
export type LanguageValue = {
  '@value': string
  '@language'?: string
  '@direction'?: 'ltr' | 'rtl'
}

export type Image = {
  id: Uri
  type: 'Image'
  caption?: LanguageText
}
export type IdentityObject = {
  type: 'IdentityObject'
  hashed: boolean
  identityHash: string
  identityType: string
  salt?: string
}
export type IdentifierEntry = {
  type: 'IdentifierEntry'
  identifier: string
  identifierType: string
}

export type Alignment = {
  type: string[]
  targetName: LanguageText
  targetUrl: Uri
  targetCode?: string
  targetDescription?: LanguageText
  targetFramework?: string
  targetType?: string
}

export type Address = {
  type: string[]
  addressCountry?: string
  addressCountryCode?: string
  addressRegion?: string
  addressLocality?: string
  streetAddress?: string
  postOfficeBoxNumber?: string
  postalCode?: string
}

export type Profile = {
  id: Uri
  type: string[]
  name?: LanguageText
  url?: Uri
  phone?: string
  description?: LanguageText
  image?: Image
  email?: string
  address?: Address
  otherIdentifier?: IdentifierEntry[]
  official?: string
  parentOrg?: Profile
  familyName?: string
  givenName?: string
  additionalName?: string
  patronymicName?: string
  honorificPrefix?: string
  honorificSuffix?: string
  familyNamePrefix?: string
  dateOfBirth?: string
  endorsement?: EndorsementCredential[]
  endorsementJwt?: string[]
}

export type Criteria = {
  id?: Uri
  narrative?: LanguageText
}
export type Related = {
  id: Uri
  type: string[]
  inLanguage?: string
  version?: string
}

export type RubricCriterionLevel = {
  id: Uri
  type: string[]
  name: LanguageText
  alignment?: Alignment[]
  description?: LanguageText
  level?: string
  points?: string
}

export type ResultDescription = {
  id: Uri
  type: string[]
  name: LanguageText
  resultType: string
  alignment?: Alignment[]
  allowedValue?: string[]
  requiredLevel?: Uri
  requiredValue?: string
  rubricCriterionLevel?: RubricCriterionLevel[]
  valueMax?: string
  valueMin?: string
}

export type Result = {
  type: string[]
  achievedLevel?: Uri
  alignment?: Alignment[]
  resultDescription?: Uri
  status?: string
  value?: string
}

export type Achievement = {
  id: Uri
  type: string[]
  name: LanguageText
  description: LanguageText
  criteria: Criteria
  achievementType?: string
  alignment?: Alignment[]
  creator?: Profile | Uri
  creditsAvailable?: number
  fieldOfStudy?: string
  humanCode?: string
  image?: Image
  inLanguage?: string
  otherIdentifier?: IdentifierEntry[]
  related?: Related[]
  resultDescription?: ResultDescription[]
  specialization?: string
  tag?: string[]
  version?: string
  endorsement?: EndorsementCredential[]
  endorsementJwt?: string[]
}

export type Evidence = {
  type: string[]
  id?: Uri
  name?: LanguageText
  narrative?: LanguageText
  description?: LanguageText
  genre?: string
  audience?: string
}

export type AchievementSubject = {
  type: string[]
  achievement: Achievement
  id?: Uri
  identifier?: IdentityObject[]
  activityStartDate?: string
  activityEndDate?: string
  creditsEarned?: number
  image?: Image
  licenseNumber?: string
  narrative?: LanguageText
  result?: Result[]
  role?: string
  source?: Profile
  term?: string
}

export type BitstringStatusListEntry = {
  id?: Uri
  type: 'BitstringStatusListEntry'
  statusPurpose: string
  /** A decimal number as text, as the specification wants it. */
  statusListIndex: string
  statusListCredential: Uri
}

export type RelatedResource = {
  id: Uri
  mediaType?: string
  digestSRI?: string
  digestMultibase?: string
}
export type TypedThing = {
  id?: Uri
  type: string | string[]
  [property: string]: JsonValue | undefined
}

export type Credential = {
  '@context': string[]
  id: Uri
  type: string[]
  name?: LanguageText
  description?: LanguageText
  image?: Image
  issuer: Profile
  validFrom: DateTime
  validUntil?: DateTime
  awardedDate?: DateTime
  credentialStatus?: TypedThing
  credentialSchema?: TypedThing[]
  refreshService?: TypedThing[]
  termsOfUse?: TypedThing[]
  relatedResource?: RelatedResource[]
  evidence?: Evidence[]
  endorsement?: EndorsementCredential[]
  endorsementJwt?: string[]
  proof?: JsonValue[]
}

/** Statement that one recipient earned one achievement, not yet or already signed. */
export type AchievementCredential = Credential & {
  credentialSubject: AchievementSubject
}
export type EndorsementSubject = {
  id: Uri
  type: string[]
  endorsementComment?: LanguageText
}
/** Statement by somebody else that a profile, an achievement or a credential is what it claims to be. */
export type EndorsementCredential = Credential & {
  credentialSubject: EndorsementSubject
}

export type Association = {
  type: string[]
  associationType: string
  sourceId: Uri
  targetId: Uri
}
export type ClrSubject = {
  type: string[]
  id?: Uri
  identifier?: IdentityObject[]
  verifiableCredential: JsonValue[]
  achievement?: Achievement[]
  association?: Association[]
}
/** Comprehensive Learner Record 2.0: an envelope around credentials, signed by whoever puts it together. */
export type ClrCredential = Credential & {
  credentialSubject: ClrSubject
  partial?: boolean
}
