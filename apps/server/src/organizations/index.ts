export {
  issuerDid,
  issuerProfile,
  may,
  type IssuerProfile,
  type Organization,
  type Permission,
  type Role,
  rolesFor,
} from './organization.ts'
export {
  membersOf as listMembers,
  organizationByFormerSlug,
  organizationById,
  organizationByPublicId,
  organizationBySlug,
  organizationsOf,
  roleOf,
  type MemberRow,
} from './store.ts'
export {
  addConsoleSection,
  consolePage,
  inConsole,
  requirePermission,
  requireRole,
  type ConsoleContext,
  type ConsoleSection,
} from './console.ts'
export { recordDisclosure } from './disclosures.ts'
export { addOverviewPart, type OverviewPart } from './overview-parts.ts'
export { createOrganization, liftHold } from './create-organization.ts'
export { domainLookups, type DomainLookups } from './domain.ts'
export { registerOrganizationJobs } from './jobs.ts'
export { organizationsRoutes } from './routes.ts'
export { mostEndingDays, usualDays } from './profile.ts'
export { freeSlug, slugFrom } from './names.ts'
export { formatDate, formatList, formatNumber, formatRatio, formatShare, formatTime } from './formats.ts'
export { pictureRefusalMessage, removedMessage } from './picture-messages.ts'
export { accentHead, accentRoutes } from './accent.ts'
export { logo } from './profile-pages.ts'
export type { OrganizationProfile } from './profile.ts'
