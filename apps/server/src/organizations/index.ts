export {
  issuerDid,
  issuerProfile,
  may,
  type IssuerProfile,
  type Organization,
  type Permission,
  type Role,
} from './organization.ts'
export {
  membersOf as listMembers,
  organizationByFormerSlug,
  organizationById,
  organizationByPublicId,
  organizationBySlug,
  organizationsOf,
  type MemberRow,
} from './store.ts'
