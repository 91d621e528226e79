// Builders: values in, documents out that are exactly as Open Badges 3.0 asks for them.
import { formatDateTime } from './dates.ts'
import type { JsonValue } from './json.ts'
import type {
  Achievement,
  AchievementCredential,
  Address,
  Alignment,
  Association,
  BitstringStatusListEntry,
  ClrCredential,
  Credential,
  Criteria,
  EndorsementCredential,
  Evidence,
  IdentityObject,
  LanguageText,
  Profile,
  RelatedResource,
  Related,
  Result,
  ResultDescription,
  RubricCriterionLevel,
  TypedThing,
  Uri,
} from './types.ts'
import { validateAchievement, validateCredential, validateProfile } from './validate/credential.ts'
import { clr2, ob3, obExtensions, vc2 } from './validate/vocabulary.ts'
import { refuseProblems } from './validate/invalid-document.ts'
import { isObject, listOf, own } from './validate/shape.ts'

/** A value that may be left out, as undefined, null, or an empty text or list. */
type Maybe<T> = T | null | undefined
type Moment = Date | string | number
/** The same without `type`, which the builder writes. */
type Untyped<T> = { [K in keyof Omit<T, 'type'>]: undefined extends T[K] ? T[K] | null : T[K] } & {
  type?: string | string[] | null
}

export type ImageInput = Uri | { id: Uri; caption?: Maybe<LanguageText> }
export type CriteriaInput = string | Criteria
export type AlignmentInput = Untyped<Alignment>
export type ResultInput = Untyped<Omit<Result, 'alignment'>> & { alignment?: Maybe<AlignmentInput[]> }
export type RubricLevelInput = Untyped<Omit<RubricCriterionLevel, 'alignment'>> & {
  alignment?: Maybe<AlignmentInput[]>
}
export type ResultDescriptionInput = Untyped<Omit<ResultDescription, 'alignment' | 'rubricCriterionLevel'>> & {
  alignment?: Maybe<AlignmentInput[]>
  rubricCriterionLevel?: Maybe<RubricLevelInput[]>
}
export type EvidenceInput = Untyped<Evidence>
export type ProfileInput = Untyped<Omit<Profile, 'image' | 'address' | 'parentOrg' | 'otherIdentifier'>> & {
  image?: Maybe<ImageInput>
  address?: Maybe<Untyped<Address>>
  parentOrg?: Maybe<ProfileInput>
  otherIdentifier?: Maybe<{ identifier: string; identifierType: string }[]>
}
export type AchievementInput = Untyped<
  Omit<
    Achievement,
    'image' | 'criteria' | 'alignment' | 'resultDescription' | 'creator' | 'otherIdentifier' | 'related'
  >
> & {
  image?: Maybe<ImageInput>
  criteria: CriteriaInput
  alignment?: Maybe<AlignmentInput[]>
  resultDescription?: Maybe<ResultDescriptionInput[]>
  creator?: Maybe<ProfileInput | Uri>
  otherIdentifier?: Maybe<{ identifier: string; identifierType: string }[]>
  related?: Maybe<Untyped<Related>[]>
}

export interface RecipientInput {
  /** A DID or another URI of the recipient; needed when there is no identifier. */
  id?: Maybe<Uri>
  /** From `hashIdentity` or `plainIdentity`; several mean the same person by several identities. */
  identifier?: Maybe<IdentityObject | IdentityObject[]>
  narrative?: Maybe<LanguageText>
  licenseNumber?: Maybe<string>
  role?: Maybe<string>
  term?: Maybe<string>
  creditsEarned?: Maybe<number>
  activityStartDate?: Maybe<string>
  activityEndDate?: Maybe<string>
  image?: Maybe<ImageInput>
  source?: Maybe<ProfileInput>
}

interface CommonInput {
  id: Uri
  issuer: ProfileInput
  /** Since when it holds. Fractions of a second are dropped. */
  validFrom: Moment
  validUntil?: Maybe<Moment>
  /** When it was first awarded, if `validFrom` is the date of a renewal. */
  awardedDate?: Maybe<Moment>
  name?: Maybe<LanguageText>
  description?: Maybe<LanguageText>
  image?: Maybe<ImageInput>
  credentialStatus?: Maybe<BitstringStatusListEntry | TypedThing>
  credentialSchema?: Maybe<TypedThing[]>
  refreshService?: Maybe<TypedThing[]>
  termsOfUse?: Maybe<TypedThing[]>
  /** Digests of the picture and of the published definition, so that a later change of them shows. */
  relatedResource?: Maybe<RelatedResource[]>
  endorsement?: Maybe<EndorsementCredential[]>
  /** Only for credentials that are signed as a JWT: contexts in the field disagree about this term. */
  endorsementJwt?: Maybe<string[]>
}

export interface AchievementCredentialInput extends CommonInput {
  recipient: RecipientInput
  achievement: AchievementInput
  result?: Maybe<ResultInput[]>
  evidence?: Maybe<EvidenceInput[]>
}

/**
 * Builds an unsigned Open Badges 3.0 AchievementCredential (specification, section "AchievementCredential").
 *
 * Types, contexts and arrays are filled in; what is empty is left out. The result passed `validateCredential`.
 *
 * @throws {InvalidDocument} naming every path that is wrong, with its remedy.
 * @example
 * achievementCredential({
 *   id: 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11',
 *   issuer: { id: 'https://college.example/issuer', name: 'Northfield College' },
 *   recipient: { identifier: hashIdentity('maya@college.example', { salt: 'deadsea' }) },
 *   achievement: {
 *     id: 'https://college.example/badges/data-storytelling', name: 'Data Storytelling',
 *     description: 'Tells a story with data.', criteria: 'Present a data set to the class.',
 *   },
 *   validFrom: '2026-03-04T00:00:00Z',
 * }).type // ['VerifiableCredential', 'OpenBadgeCredential']
 */
export function achievementCredential(input: AchievementCredentialInput): AchievementCredential {
  const { recipient, result, evidence } = input
  return finish<AchievementCredential>({
    ...envelope(input, 'OpenBadgeCredential', [vc2, ob3]),
    credentialSubject: {
      id: recipient.id,
      type: ['AchievementSubject'],
      identifier: listOf(recipient.identifier),
      narrative: recipient.narrative,
      licenseNumber: recipient.licenseNumber,
      role: recipient.role,
      term: recipient.term,
      activityStartDate: recipient.activityStartDate,
      activityEndDate: recipient.activityEndDate,
      creditsEarned: recipient.creditsEarned,
      image: imageOf(recipient.image),
      source: recipient.source ? profileOf(recipient.source) : undefined,
      achievement: achievementOf(input.achievement),
      result: result?.map((item) => ({
        ...item,
        type: types('Result', item.type),
        alignment: alignments(item.alignment),
      })),
    },
    evidence: evidence?.map((item) => ({ ...item, type: types('Evidence', item.type) })),
  })
}

/**
 * Builds an unsigned EndorsementCredential: `endorsed` is the id of a profile, an achievement or a credential.
 *
 * @throws {InvalidDocument}
 * @example
 * endorsementCredential({
 *   id: 'urn:uuid:0d4c9d3f-51e4-4a57-8ee5-7a3e6a6d9f57', issuer: { id: 'https://guild.example/issuer', name: 'Guild' },
 *   endorsed: 'https://college.example/issuer', comment: 'We know their teaching.', validFrom: '2026-03-04T00:00:00Z',
 * }).credentialSubject.type // ['EndorsementSubject']
 */
export function endorsementCredential(
  input: CommonInput & { endorsed: Uri; comment?: Maybe<LanguageText> },
): EndorsementCredential {
  return finish<EndorsementCredential>({
    ...envelope(input, 'EndorsementCredential', [vc2, ob3]),
    credentialSubject: { id: input.endorsed, type: ['EndorsementSubject'], endorsementComment: input.comment },
  })
}

/**
 * Builds an unsigned Comprehensive Learner Record 2.0 around credentials that are already signed.
 *
 * `credentials` are signed credential objects; a JWT goes in as an EnvelopedVerifiableCredential.
 *
 * @throws {InvalidDocument}
 *
 * @example
 * clrCredential({
 *   id: 'urn:uuid:1', issuer: { id: 'did:web:college.example' }, recipient: { id: 'did:example:maya' }, credentials: [{ type: ['OpenBadgeCredential'] }],
 *   validFrom: '2026-03-04T00:00:00Z',
 * }).type // ['VerifiableCredential', 'ClrCredential']
 */
export function clrCredential(
  input: CommonInput & {
    recipient: Pick<RecipientInput, 'id' | 'identifier'>
    credentials: JsonValue[]
    achievement?: Maybe<AchievementInput[]>
    association?: Maybe<Omit<Association, 'type'>[]>
    /** True when the record leaves out some of what the learner achieved. */
    partial?: Maybe<boolean>
  },
): ClrCredential {
  const { credentials, ...rest } = input
  const unsigned = finishUnchecked<ClrCredential>({
    ...envelope(rest, 'ClrCredential', [vc2, clr2, ob3]),
    partial: input.partial,
    credentialSubject: {
      id: input.recipient.id,
      type: ['ClrSubject'],
      identifier: listOf(input.recipient.identifier),
      achievement: input.achievement?.map(achievementOf),
      association: input.association?.map((item) => ({ type: ['Association'], ...item })),
    },
  })
  // Signed credentials go in byte for byte: tidying them would break their proofs.
  unsigned.credentialSubject.verifiableCredential = credentials
  return checked(unsigned)
}

/**
 * Builds an issuer profile as a document of its own, as served under the issuer's id.
 *
 * @throws {InvalidDocument}
 * @example
 * profile({ id: 'https://college.example/issuer', name: 'Northfield College' }).type // ['Profile']
 */
export function profile(input: ProfileInput): Profile {
  const built = tidy(profileOf(input)) as Profile
  refuseProblems(validateProfile(built, 'write'))
  return built
}

/**
 * Builds an achievement as a document of its own, as published under its id: what check 7 compares with.
 *
 * @throws {InvalidDocument}
 *
 * @example
 * achievement({
 *   id: 'https://college.example/badges/1', name: 'Data Storytelling', description: 'Tells a story.', criteria: 'Present.',
 * }).criteria // { narrative: 'Present.' }
 */
export function achievement(input: AchievementInput): Achievement {
  const built = tidy(achievementOf(input)) as Achievement
  refuseProblems(validateAchievement(built, 'write'))
  return built
}

function envelope(input: CommonInput, type: string, contexts: string[]): Record<string, unknown> {
  return {
    '@context': usesExtensions(input) ? [...contexts, obExtensions] : contexts,
    id: input.id,
    type: ['VerifiableCredential', type],
    name: input.name,
    description: input.description,
    image: imageOf(input.image),
    issuer: profileOf(input.issuer),
    validFrom: formatDateTime(input.validFrom),
    validUntil: momentOf(input.validUntil),
    awardedDate: momentOf(input.awardedDate),
    credentialStatus: input.credentialStatus,
    credentialSchema: input.credentialSchema,
    refreshService: input.refreshService,
    termsOfUse: input.termsOfUse,
    relatedResource: input.relatedResource,
    endorsement: input.endorsement,
    endorsementJwt: input.endorsementJwt,
  }
}

function usesExtensions({ credentialStatus, credentialSchema, refreshService }: CommonInput): boolean {
  return [credentialStatus, ...(credentialSchema ?? []), ...(refreshService ?? [])].some((thing) =>
    listOf(thing?.type).some((type) => String(type).startsWith('1EdTech')),
  )
}

function achievementOf(input: AchievementInput): Record<string, unknown> {
  const { type, criteria, image, alignment, resultDescription, creator, otherIdentifier, related, ...rest } = input
  return {
    ...rest,
    type: types('Achievement', type),
    criteria: typeof criteria === 'string' ? { narrative: criteria } : criteria,
    image: imageOf(image),
    alignment: alignments(alignment),
    creator: typeof creator === 'string' || !creator ? creator : profileOf(creator),
    otherIdentifier: otherIdentifier?.map((item) => ({ type: 'IdentifierEntry', ...item })),
    related: related?.map((item) => ({ ...item, type: types('Related', item.type) })),
    resultDescription: resultDescription?.map((item) => ({
      ...item,
      type: types('ResultDescription', item.type),
      alignment: alignments(item.alignment),
      rubricCriterionLevel: item.rubricCriterionLevel?.map((level) => ({
        ...level,
        type: types('RubricCriterionLevel', level.type),
        alignment: alignments(level.alignment),
      })),
    })),
  }
}

function profileOf(input: ProfileInput): Record<string, unknown> {
  const { type, image, address, parentOrg, otherIdentifier, ...rest } = input
  return {
    ...rest,
    type: types('Profile', type),
    image: imageOf(image),
    address: address && { ...address, type: types('Address', address.type) },
    parentOrg: parentOrg && profileOf(parentOrg),
    otherIdentifier: otherIdentifier?.map((item) => ({ type: 'IdentifierEntry', ...item })),
  }
}

function alignments(input: Maybe<AlignmentInput[]>) {
  return input?.map((item) => ({ ...item, type: types('Alignment', item.type) }))
}

function imageOf(input: Maybe<ImageInput>): unknown {
  if (!input) return undefined
  return typeof input === 'string'
    ? { id: input, type: 'Image' }
    : { id: input.id, type: 'Image', caption: input.caption }
}

function momentOf(moment: Maybe<Moment>): string | undefined {
  return moment === null || moment === undefined ? undefined : formatDateTime(moment)
}

/** Our type first, then those of the caller, each once. */
function types(name: string, more: Maybe<string | string[]>): string[] {
  return [...new Set([name, ...(listOf(more) as string[])])]
}

function finish<T extends Credential>(document: Record<string, unknown>): T {
  return checked(finishUnchecked<T>(document))
}

function finishUnchecked<T extends Credential>(document: Record<string, unknown>): T {
  const { endorsement, ...rest } = document
  const built = tidy(rest) as Record<string, unknown>
  // An embedded endorsement is signed already and must stay as it is.
  if (Array.isArray(endorsement) && endorsement.length > 0) built['endorsement'] = endorsement
  return built as unknown as T
}

function checked<T extends Credential>(credential: T): T {
  refuseProblems(validateCredential(credential, 'write'))
  return credential
}

/** Leaves out what is empty: nulls, empty lists, empty text (specification, section "Serialization"). */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== undefined)
  if (!isObject(value)) return value === '' || value === null ? undefined : value
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const inner = tidy(own(value, key))
    if (inner === undefined || (Array.isArray(inner) && inner.length === 0)) continue
    kept[key] = inner
  }
  return kept
}
