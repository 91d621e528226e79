// Made by scripts/schema.ts from the migrated database; run npm run schema after adding a migration.
import type { ColumnType, Generated } from 'kysely'

/** Read as what was stored; written as text (JSON.stringify), so that arrays are not taken for SQL arrays. */
export type Json = ColumnType<unknown, string | null, string | null>

export interface AccountEmailsTable {
  id: string
  accountId: string
  email: string
  emailCanonical: string
  isPrimary: Generated<boolean>
  confirmedAt: Date
  bouncedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface AccountsTable {
  id: string
  givenName: string
  familyName: string
  country: ColumnType<string | null, string | null | undefined, string | null>
  passwordHash: ColumnType<string | null, string | null | undefined, string | null>
  locale: Generated<string>
  theme: Generated<string>
  timeZone: ColumnType<string | null, string | null | undefined, string | null>
  mergedInto: ColumnType<string | null, string | null | undefined, string | null>
  closedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  createdAt: Date
}

export interface AchievementVersionsTable {
  organizationId: string
  achievementId: string
  version: number
  content: Json
  contentHash: string
  picturePngHash: string
  pictureSvgHash: ColumnType<string | null, string | null | undefined, string | null>
  publishedAt: Date
  publishedBy: ColumnType<string | null, string | null | undefined, string | null>
}

export interface AchievementsTable {
  id: string
  organizationId: string
  publicId: string
  slug: string
  state: Generated<'draft' | 'published' | 'archived'>
  draft: Json
  draftSavedAt: Date
  currentVersion: ColumnType<number | null, number | null | undefined, number | null>
  createdBy: ColumnType<string | null, string | null | undefined, string | null>
  createdAt: Date
}

export interface AuditEventsTable {
  id: string
  organizationId: ColumnType<string | null, string | null | undefined, string | null>
  actorAccountId: ColumnType<string | null, string | null | undefined, string | null>
  actorKind: string
  action: string
  objectKind: ColumnType<string | null, string | null | undefined, string | null>
  objectId: ColumnType<string | null, string | null | undefined, string | null>
  detail: ColumnType<unknown, string | undefined, string>
  at: Date
}

export interface BatchRowsTable {
  organizationId: string
  batchId: string
  rowNumber: number
  cells: Json
  fixes: ColumnType<unknown, string | undefined, string>
  person: ColumnType<unknown, string | null | undefined, string | null>
  problems: ColumnType<unknown, string | undefined, string>
  warnings: ColumnType<unknown, string | undefined, string>
  choice: ColumnType<'skip' | 'reissue' | null, 'skip' | 'reissue' | null | undefined, 'skip' | 'reissue' | null>
  leftOut: Generated<boolean>
  state: Generated<'unchecked' | 'ready' | 'problem' | 'issued' | 'failed' | 'skipped'>
  credentialId: ColumnType<string | null, string | null | undefined, string | null>
  failure: ColumnType<string | null, string | null | undefined, string | null>
}

export interface BatchesTable {
  id: string
  organizationId: string
  number: number
  achievementId: ColumnType<string | null, string | null | undefined, string | null>
  version: ColumnType<number | null, number | null | undefined, number | null>
  state: Generated<'draft' | 'checking' | 'ready' | 'held' | 'sending' | 'done' | 'done-with-problems' | 'cancelled'>
  sourceName: ColumnType<string | null, string | null | undefined, string | null>
  sourceHash: ColumnType<string | null, string | null | undefined, string | null>
  source: ColumnType<unknown, string | undefined, string>
  settings: ColumnType<unknown, string | undefined, string>
  runHash: ColumnType<string | null, string | null | undefined, string | null>
  rowsTotal: Generated<number>
  createdBy: ColumnType<string | null, string | null | undefined, string | null>
  createdAt: Date
  holdUntil: ColumnType<Date | null, Date | null | undefined, Date | null>
  startedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  finishedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface ClaimsTable {
  id: string
  organizationId: string
  credentialId: string
  tokenHash: Buffer
  email: string
  emailCanonical: string
  createdAt: Date
  expiresAt: Date
  refusedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  diedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface CodesTable {
  id: string
  purpose: string
  subjectId: string
  codeHash: Buffer
  linkHash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
  createdAt: Date
  expiresAt: Date
  usedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface ConsentsTable {
  id: string
  accountId: string
  purpose: string
  version: string
  locale: string
  givenAt: Date
  withdrawnAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface CorrectionRequestsTable {
  id: string
  organizationId: string
  credentialId: string
  kind: 'name' | 'date' | 'address' | 'other'
  requested: string
  message: Generated<string>
  fromAccountId: ColumnType<string | null, string | null | undefined, string | null>
  state: Generated<'open' | 'done' | 'refused'>
  answer: ColumnType<string | null, string | null | undefined, string | null>
  createdAt: Date
  closedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface CredentialEventsTable {
  id: string
  organizationId: string
  credentialId: string
  kind: string
  channel: ColumnType<string | null, string | null | undefined, string | null>
  actorAccountId: ColumnType<string | null, string | null | undefined, string | null>
  at: Date
}

export interface CredentialsTable {
  id: string
  publicId: string
  organizationId: string
  achievementId: string
  version: number
  batchId: ColumnType<string | null, string | null | undefined, string | null>
  batchRow: ColumnType<number | null, number | null | undefined, number | null>
  label: string
  recipientName: string
  recipientEmail: string
  recipientEmailCanonical: string
  recipientReference: ColumnType<string | null, string | null | undefined, string | null>
  accountId: ColumnType<string | null, string | null | undefined, string | null>
  snapshot: Json
  validFrom: Date
  validUntil: ColumnType<Date | null, Date | null | undefined, Date | null>
  lifecycle: Generated<'draft' | 'scheduled' | 'intended' | 'issued' | 'withdrawn'>
  decision: Generated<'waiting' | 'accepted' | 'rejected' | 'automatic'>
  validity: Generated<'live' | 'suspended' | 'revoked' | 'replaced'>
  visibility: Generated<'private' | 'link' | 'public'>
  delivery: Generated<'queued' | 'sent' | 'delivered' | 'bounced' | 'suppressed' | 'failed'>
  notify: Generated<boolean>
  identitySalt: string
  statusListId: string
  statusIndex: number
  replacedBy: ColumnType<string | null, string | null | undefined, string | null>
  revocation: ColumnType<unknown, string | null | undefined, string | null>
  createdAt: Date
  issuedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  decidedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  revokedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  createdBy: ColumnType<string | null, string | null | undefined, string | null>
}

export interface IdempotencyKeysTable {
  scope: string
  key: string
  bodyHash: Buffer
  answer: ColumnType<unknown, string | null | undefined, string | null>
  createdAt: Date
}

export interface LocalMailboxTable {
  id: string
  receivedAt: Date
  envelopeFrom: string
  envelopeTo: string[]
  subject: string
  raw: Buffer
}

export interface MailOutboxTable {
  id: string
  organizationId: ColumnType<string | null, string | null | undefined, string | null>
  messageId: string
  template: string
  locale: string
  recipient: string
  sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
  subjectKind: ColumnType<string | null, string | null | undefined, string | null>
  subjectId: ColumnType<string | null, string | null | undefined, string | null>
  optional: Generated<boolean>
  state: Generated<'queued' | 'sent' | 'bounced' | 'suppressed' | 'failed'>
  attempts: Generated<number>
  lastError: ColumnType<string | null, string | null | undefined, string | null>
  createdAt: Date
  sentAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface OrganizationInvitationsTable {
  id: string
  organizationId: string
  email: string
  emailCanonical: string
  role: 'owner' | 'admin' | 'designer' | 'issuer' | 'viewer'
  tokenHash: Buffer
  invitedBy: string
  createdAt: Date
  expiresAt: Date
  answeredAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  answer: ColumnType<'joined' | 'refused' | 'cancelled' | null, 'joined' | 'refused' | 'cancelled' | null | undefined, 'joined' | 'refused' | 'cancelled' | null>
}

export interface OrganizationMembersTable {
  organizationId: string
  accountId: string
  role: 'owner' | 'admin' | 'designer' | 'issuer' | 'viewer'
  createdAt: Date
}

export interface OrganizationSlugsTable {
  slug: string
  organizationId: string
}

export interface OrganizationsTable {
  id: string
  publicId: string
  slug: string
  name: string
  nameSkeleton: string
  description: Generated<string>
  website: ColumnType<string | null, string | null | undefined, string | null>
  contactEmail: ColumnType<string | null, string | null | undefined, string | null>
  linkedinOrganizationId: ColumnType<string | null, string | null | undefined, string | null>
  logoHash: ColumnType<string | null, string | null | undefined, string | null>
  accent: ColumnType<string | null, string | null | undefined, string | null>
  credentialLabel: Generated<'badge' | 'micro-credential'>
  claimLinkDays: Generated<number>
  domain: ColumnType<string | null, string | null | undefined, string | null>
  domainToken: string
  domainConfirmedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  domainCheckedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  state: Generated<'active' | 'held' | 'suspended'>
  dailyCap: Generated<number>
  createdAt: Date
}

export interface PasswordResetsTable {
  id: string
  accountId: string
  tokenHash: Buffer
  createdAt: Date
  expiresAt: Date
  usedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface PicturesTable {
  hash: string
  contentType: string
  width: number
  height: number
  bytes: Buffer
  createdAt: Date
}

export interface RateLimitsTable {
  bucket: string
  windowStart: Date
  used: Generated<number>
}

export interface RegistrationsTable {
  id: string
  browserHash: Buffer
  email: string
  emailCanonical: string
  givenName: string
  familyName: string
  country: ColumnType<string | null, string | null | undefined, string | null>
  passwordHash: string
  locale: string
  wantsNews: Generated<boolean>
  termsVersion: string
  returnTo: ColumnType<string | null, string | null | undefined, string | null>
  codeFailures: Generated<number>
  state: Generated<'pending' | 'activated' | 'dead'>
  createdAt: Date
  expiresAt: Date
}

export interface SessionsTable {
  id: string
  tokenHash: Buffer
  accountId: string
  userAgent: Generated<string>
  network: Generated<string>
  createdAt: Date
  lastSeenAt: Date
  provedAt: Date
  expiresAt: Date
  endedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface SignedCredentialsTable {
  credentialId: string
  organizationId: string
  format: string
  signingKeyId: string
  body: string
  signedAt: Date
}

export interface SigningIntentsTable {
  id: string
  organizationId: string
  credentialId: string
  kind: Generated<string>
  signingKeyId: string
  unsignedHash: string
  createdAt: Date
  signedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface SigningKeyPublicsTable {
  id: ColumnType<string | null, string | null | undefined, string | null>
  organizationId: ColumnType<string | null, string | null | undefined, string | null>
  verificationMethod: ColumnType<string | null, string | null | undefined, string | null>
  publicKeyMultibase: ColumnType<string | null, string | null | undefined, string | null>
  state: ColumnType<string | null, string | null | undefined, string | null>
  createdAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  retiredAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  revokedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface SigningKeysTable {
  id: string
  organizationId: string
  verificationMethod: string
  publicKeyMultibase: string
  sealedPrivateKey: Buffer
  wrappedDataKey: Buffer
  state: Generated<'active' | 'retired' | 'revoked'>
  createdAt: Date
  retiredAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  revokedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface StatusListsTable {
  id: string
  publicId: string
  organizationId: string
  purpose: Generated<'revocation' | 'suspension'>
  size: Generated<number>
  used: Generated<number>
  isOpen: Generated<boolean>
  version: Generated<number>
  signedVersion: ColumnType<number | null, number | null | undefined, number | null>
  signedJson: ColumnType<string | null, string | null | undefined, string | null>
  signedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
  validUntil: ColumnType<Date | null, Date | null | undefined, Date | null>
}

export interface Schema {
  accountEmails: AccountEmailsTable
  accounts: AccountsTable
  achievementVersions: AchievementVersionsTable
  achievements: AchievementsTable
  auditEvents: AuditEventsTable
  batchRows: BatchRowsTable
  batches: BatchesTable
  claims: ClaimsTable
  codes: CodesTable
  consents: ConsentsTable
  correctionRequests: CorrectionRequestsTable
  credentialEvents: CredentialEventsTable
  credentials: CredentialsTable
  idempotencyKeys: IdempotencyKeysTable
  localMailbox: LocalMailboxTable
  mailOutbox: MailOutboxTable
  organizationInvitations: OrganizationInvitationsTable
  organizationMembers: OrganizationMembersTable
  organizationSlugs: OrganizationSlugsTable
  organizations: OrganizationsTable
  passwordResets: PasswordResetsTable
  pictures: PicturesTable
  rateLimits: RateLimitsTable
  registrations: RegistrationsTable
  sessions: SessionsTable
  signedCredentials: SignedCredentialsTable
  signingIntents: SigningIntentsTable
  signingKeyPublics: SigningKeyPublicsTable
  signingKeys: SigningKeysTable
  statusLists: StatusListsTable
}
