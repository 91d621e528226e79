// Names of the Open Badges 3.0 vocabulary: contexts, extensible enumerations, kinds of credentials.
import { listOf, own } from './shape.ts'
import type { JsonObject } from './shape.ts'

export const vc1 = 'https://www.w3.org/2018/credentials/v1'
export const vc2 = 'https://www.w3.org/ns/credentials/v2'
export const ob3 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'
export const obExtensions = 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'
export const clr2 = 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json'
export const clr2Pattern = /^https:\/\/purl\.imsglobal\.org\/spec\/clr\/v2p0\/context(-2\.0\.[01])?\.json$/
export const ob3Pattern = /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context(-3\.0\.[0-3])?\.json$/
/** Types that only the extensions context defines. */
export const extensionTypes = new Set([
  '1EdTechJsonSchemaValidator2019',
  '1EdTechRevocationList',
  '1EdTechCredentialRefresh',
])

export const achievementTypes = [
  'Achievement',
  'ApprenticeshipCertificate',
  'Assessment',
  'Assignment',
  'AssociateDegree',
  'Award',
  'Badge',
  'BachelorDegree',
  'Certificate',
  'CertificateOfCompletion',
  'Certification',
  'CommunityService',
  'Competency',
  'Course',
  'CoCurricular',
  'Degree',
  'Diploma',
  'DoctoralDegree',
  'Fieldwork',
  'GeneralEducationDevelopment',
  'JourneymanCertificate',
  'LearningProgram',
  'License',
  'Membership',
  'ProfessionalDoctorate',
  'QualityAssuranceCredential',
  'MasterCertificate',
  'MasterDegree',
  'MicroCredential',
  'ResearchDoctorate',
  'SecondarySchoolDiploma',
] as const
export const identifierTypes = [
  'name',
  'sourcedId',
  'systemId',
  'productId',
  'userName',
  'accountId',
  'emailAddress',
  'nationalIdentityNumber',
  'isbn',
  'issn',
  'lisSourcedId',
  'oneRosterSourcedId',
  'sisSourcedId',
  'ltiContextId',
  'ltiDeploymentId',
  'ltiToolId',
  'ltiPlatformId',
  'ltiUserId',
  'identifier',
] as const
export const targetTypes = [
  'ceasn:Competency',
  'ceterms:Credential',
  'CFItem',
  'CFRubric',
  'CFRubricCriterion',
  'CFRubricCriterionLevel',
  'CTDL',
] as const
export const resultTypes = [
  'GradePointAverage',
  'LetterGrade',
  'Percent',
  'PerformanceLevel',
  'PredictedScore',
  'RawScore',
  'Result',
  'RubricCriterion',
  'RubricCriterionLevel',
  'RubricScore',
  'ScaledScore',
  'Status',
] as const
export const resultStatuses = [
  'Completed',
  'Enrolled',
  'Failed',
  'InProgress',
  'OnHold',
  'Provisional',
  'Withdrew',
] as const

export type CredentialKind = 'achievement' | 'endorsement' | 'clr' | 'other'

/** Which shape a credential asks for, by its types. */
export function kindOf(credential: JsonObject): CredentialKind {
  const types = listOf(own(credential, 'type'))
  if (types.includes('OpenBadgeCredential') || types.includes('AchievementCredential')) return 'achievement'
  if (types.includes('EndorsementCredential')) return 'endorsement'
  return types.includes('ClrCredential') ? 'clr' : 'other'
}

export function isVersion1(credential: JsonObject): boolean {
  return listOf(own(credential, '@context'))[0] === vc1
}
