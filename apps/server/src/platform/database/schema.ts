// Made by scripts/schema.ts from the migrated database. Do not edit; run: npm run schema
import type { ColumnType, Generated } from 'kysely'

/** Reads as parsed JSON, of a shape that the store must state. The driver writes an array as a PostgreSQL array, so write `JSON.stringify(value)`. */
export type Json<T = unknown> = ColumnType<T, string, string>
/** The same for a column with a default. */
export type DefaultJson<T = unknown> = ColumnType<T, string | undefined, string>

/** Every table and view, as the query builder names them. */
export interface Schema {
  accountDeletions: AccountDeletionsTable
  accountEmails: AccountEmailsTable
  accountMerges: AccountMergesTable
  accounts: AccountsTable
  achievementVersions: AchievementVersionsTable
  achievements: AchievementsTable
  addressChanges: AddressChangesTable
  addressUndos: AddressUndosTable
  auditEvents: AuditEventsTable
  authenticators: AuthenticatorsTable
  autoAccepts: AutoAcceptsTable
  batchRows: BatchRowsTable
  batches: BatchesTable
  certificateFiles: CertificateFilesTable
  checkResults: CheckResultsTable
  claimReminders: ClaimRemindersTable
  claims: ClaimsTable
  codes: CodesTable
  collectionItems: CollectionItemsTable
  collections: CollectionsTable
  consents: ConsentsTable
  correctionRequests: CorrectionRequestsTable
  credentialEvents: CredentialEventsTable
  credentials: CredentialsTable
  dataExports: DataExportsTable
  devices: DevicesTable
  digestItems: DigestItemsTable
  documentCertificates: DocumentCertificatesTable
  documentClaims: DocumentClaimsTable
  documentEvents: DocumentEventsTable
  documentPages: DocumentPagesTable
  documents: DocumentsTable
  educationLinks: EducationLinksTable
  expiryNotices: ExpiryNoticesTable
  formerHandles: FormerHandlesTable
  halfSignIns: HalfSignInsTable
  idempotencyKeys: IdempotencyKeysTable
  importedBadges: ImportedBadgesTable
  linkNotices: LinkNoticesTable
  linkedSignIns: LinkedSignInsTable
  localMailbox: LocalMailboxTable
  lostMailboxes: LostMailboxesTable
  mailOutbox: MailOutboxTable
  mailRefusals: MailRefusalsTable
  mailedSignIns: MailedSignInsTable
  notificationChoices: NotificationChoicesTable
  notificationSettings: NotificationSettingsTable
  notifications: NotificationsTable
  oauthClients: OauthClientsTable
  oauthGrants: OauthGrantsTable
  oauthTokens: OauthTokensTable
  organizationInvitations: OrganizationInvitationsTable
  organizationMembers: OrganizationMembersTable
  organizationSlugs: OrganizationSlugsTable
  organizations: OrganizationsTable
  passkeyChallenges: PasskeyChallengesTable
  passkeys: PasskeysTable
  passwordResets: PasswordResetsTable
  peopleRequests: PeopleRequestsTable
  personalTokens: PersonalTokensTable
  pictures: PicturesTable
  profiles: ProfilesTable
  rateLimits: RateLimitsTable
  rebindingAwards: RebindingAwardsTable
  rebindingVouches: RebindingVouchesTable
  rebindings: RebindingsTable
  recoveryCodes: RecoveryCodesTable
  registrationBrowsers: RegistrationBrowsersTable
  registrations: RegistrationsTable
  sessions: SessionsTable
  shareLinks: ShareLinksTable
  shareMails: ShareMailsTable
  signInTries: SignInTriesTable
  signedCredentials: SignedCredentialsTable
  signingIntents: SigningIntentsTable
  signingKeyPublics: SigningKeyPublicsTable
  signingKeys: SigningKeysTable
  spentProofs: SpentProofsTable
  statusLists: StatusListsTable
}

export interface AccountDeletionsTable {
  accountId: string
  requestedAt: Date
  dueAt: Date
  erasedAt: Date | null
}

export interface AccountEmailsTable {
  id: string
  accountId: string
  email: string
  emailCanonical: string
  isPrimary: Generated<boolean>
  confirmedAt: Date
  bouncedAt: Date | null
  /** the mail came back after it had been taken, so that a server that takes the next one says nothing */
  bouncedLater: Generated<boolean>
}

export interface AccountMergesTable {
  id: string
  fromAccountId: string
  intoAccountId: string
  moved: Json
  mergedAt: Date
  undoUntil: Date
  undoneAt: Date | null
}

export interface AccountsTable {
  id: string
  givenName: string
  familyName: string
  country: string | null
  passwordHash: string | null
  locale: Generated<string>
  theme: Generated<string>
  timeZone: string | null
  mergedInto: string | null
  closedAt: Date | null
  createdAt: Date
  dismissedHints: Generated<string[]>
}

export interface AchievementVersionsTable {
  organizationId: string
  achievementId: string
  version: number
  content: Json
  contentHash: string
  picturePngHash: string
  pictureSvgHash: string | null
  publishedAt: Date
  publishedBy: string | null
}

export interface AchievementsTable {
  id: string
  organizationId: string
  publicId: string
  slug: string
  state: Generated<'draft' | 'published' | 'archived'>
  draft: Json
  draftSavedAt: Date
  currentVersion: number | null
  createdBy: string | null
  createdAt: Date
}

export interface AddressChangesTable {
  id: string
  accountId: string
  email: string
  emailCanonical: string
  codeFailures: Generated<number>
  state: Generated<'pending' | 'confirmed' | 'merging' | 'dead'>
  returnTo: string | null
  mailedAt: Date | null
  provenAt: Date | null
  createdAt: Date
  expiresAt: Date
}

export interface AddressUndosTable {
  id: string
  accountId: string
  kind: 'added' | 'removed' | 'primary'
  email: string
  emailCanonical: string
  formerPrimaryCanonical: string | null
  tokenHash: Uint8Array
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface AuditEventsTable {
  id: string
  organizationId: string | null
  actorAccountId: string | null
  actorKind: string
  action: string
  objectKind: string | null
  objectId: string | null
  detail: DefaultJson
  at: Date
}

export interface AuthenticatorsTable {
  id: string
  accountId: string
  sealedSecret: Uint8Array
  lastStep: Generated<number>
  confirmedAt: Date | null
  createdAt: Date
  failures: Generated<number>
}

export interface AutoAcceptsTable {
  accountId: string
  organizationId: string
  givenAt: Date
  endedAt: Date | null
}

export interface BatchRowsTable {
  organizationId: string
  batchId: string
  rowNumber: number
  cells: Json
  fixes: DefaultJson
  person: Json | null
  problems: DefaultJson
  warnings: DefaultJson
  choice: 'skip' | 'reissue' | null
  leftOut: Generated<boolean>
  state: Generated<'unchecked' | 'ready' | 'problem' | 'issued' | 'failed' | 'skipped'>
  credentialId: string | null
  failure: string | null
}

export interface BatchesTable {
  id: string
  organizationId: string
  number: number
  achievementId: string | null
  version: number | null
  state: Generated<'draft' | 'checking' | 'ready' | 'held' | 'sending' | 'done' | 'done-with-problems' | 'cancelled'>
  sourceName: string | null
  sourceHash: string | null
  source: DefaultJson
  settings: DefaultJson
  runHash: string | null
  rowsTotal: Generated<number>
  createdBy: string | null
  createdAt: Date
  holdUntil: Date | null
  startedAt: Date | null
  finishedAt: Date | null
  publicId: string
  pausedReason: string | null
  rowsChecked: Generated<number>
  changedAt: Date | null
}

export interface CertificateFilesTable {
  organizationId: string
  credentialId: string
  paper: 'a4' | 'letter'
  version: string
  fileHash: string
  madeAt: Date
}

export interface CheckResultsTable {
  id: string
  report: Json
  sourceName: string | null
  createdAt: Date
  expiresAt: Date
}

export interface ClaimRemindersTable {
  credentialId: string
  sent: Generated<number>
  lastSentAt: Date | null
  stoppedAt: Date | null
}

export interface ClaimsTable {
  id: string
  organizationId: string
  credentialId: string
  tokenHash: Uint8Array
  email: string
  emailCanonical: string
  createdAt: Date
  expiresAt: Date
  refusedAt: Date | null
  diedAt: Date | null
}

export interface CodesTable {
  id: string
  purpose: string
  subjectId: string
  codeHash: Uint8Array
  linkHash: Uint8Array | null
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface CollectionItemsTable {
  collectionId: string
  credentialId: string
  position: number
  note: Generated<string>
}

export interface CollectionsTable {
  id: string
  accountId: string
  publicId: string
  slug: string
  name: string
  description: Generated<string>
  visibility: Generated<'private' | 'link' | 'public'>
  createdAt: Date
  updatedAt: Date
}

export interface ConsentsTable {
  id: string
  accountId: string
  purpose: string
  version: string
  locale: string
  givenAt: Date
  withdrawnAt: Date | null
}

export interface CorrectionRequestsTable {
  id: string
  organizationId: string
  credentialId: string
  kind: 'name' | 'date' | 'address' | 'other'
  /** personal: free text of the earner; kept 365 days after closed_at */
  requested: string
  /** personal: free text of the earner; kept 365 days after closed_at */
  message: Generated<string>
  fromAccountId: string | null
  state: Generated<'open' | 'done' | 'refused'>
  /** personal: free text to the earner; kept 365 days after closed_at */
  answer: string | null
  createdAt: Date
  closedAt: Date | null
  closedBy: string | null
}

export interface CredentialEventsTable {
  id: string
  organizationId: string
  credentialId: string
  kind: string
  channel: string | null
  actorAccountId: string | null
  at: Date
}

export interface CredentialsTable {
  id: string
  publicId: string
  organizationId: string
  achievementId: string
  version: number
  batchId: string | null
  batchRow: number | null
  label: string
  recipientName: string
  recipientEmail: string
  recipientEmailCanonical: string
  recipientReference: string | null
  accountId: string | null
  snapshot: Json
  validFrom: Date
  validUntil: Date | null
  lifecycle: Generated<'draft' | 'scheduled' | 'intended' | 'issued' | 'withdrawn'>
  decision: Generated<'waiting' | 'accepted' | 'rejected' | 'automatic'>
  validity: Generated<'live' | 'suspended' | 'revoked' | 'replaced'>
  visibility: Generated<'private' | 'link' | 'public'>
  delivery: Generated<'queued' | 'sent' | 'delivered' | 'bounced' | 'suppressed' | 'failed'>
  notify: Generated<boolean>
  identitySalt: string
  statusListId: string
  statusIndex: number
  replacedBy: string | null
  revocation: Json | null
  createdAt: Date
  issuedAt: Date | null
  decidedAt: Date | null
  revokedAt: Date | null
  createdBy: string | null
  evidenceChoices: DefaultJson
}

export interface DataExportsTable {
  id: string
  accountId: string
  state: Generated<'queued' | 'building' | 'ready' | 'failed' | 'gone'>
  partsDone: Generated<number>
  partsTotal: Generated<number>
  fileHash: string | null
  fileSize: number | null
  requestedAt: Date
  readyAt: Date | null
  expiresAt: Date | null
}

export interface DevicesTable {
  id: string
  accountId: string
  tokenHash: Uint8Array
  createdAt: Date
  lastUsedAt: Date
  skipsSecondStepUntil: Date | null
}

export interface DigestItemsTable {
  id: string
  accountId: string
  event: string
  words: string
  path: string
  subjectKind: string | null
  subjectId: string | null
  createdAt: Date
}

export interface DocumentCertificatesTable {
  fingerprint: string
  certificate: Uint8Array
  sealedKey: Uint8Array | null
  isOwn: boolean
  createdAt: Date
}

export interface DocumentClaimsTable {
  id: string
  organizationId: string
  documentId: string
  tokenHash: Uint8Array
  email: string
  emailCanonical: string
  createdAt: Date
  expiresAt: Date
}

export interface DocumentEventsTable {
  id: string
  organizationId: string
  documentId: string
  kind: string
  actorAccountId: string | null
  at: Date
}

export interface DocumentPagesTable {
  organizationId: string
  documentId: string
  number: number
  pictureHash: string
  width: number
  height: number
  words: Json
}

export interface DocumentsTable {
  id: string
  publicId: string
  organizationId: string
  kind: 'certificate' | 'transcript' | 'letter' | 'other'
  title: string
  documentDate: string
  recipientName: string
  recipientEmail: string
  recipientEmailCanonical: string
  accountId: string | null
  credentialId: string | null
  originalHash: string
  originalSize: number
  pages: number
  fileHash: string | null
  fileSize: number | null
  state: Generated<'intended' | 'issued' | 'failed'>
  decision: Generated<'waiting' | 'accepted' | 'rejected' | 'automatic'>
  validity: Generated<'live' | 'withdrawn' | 'replaced'>
  delivery: Generated<'queued' | 'sent' | 'delivered' | 'bounced' | 'suppressed' | 'failed'>
  notify: Generated<boolean>
  withdrawal: Json | null
  replacedBy: string | null
  createdAt: Date
  issuedAt: Date | null
  decidedAt: Date | null
  withdrawnAt: Date | null
  createdBy: string | null
}

export interface EducationLinksTable {
  id: string
  accountId: string
  organizationPublicId: string | null
  institution: string
  memberNumber: Generated<string>
  signInUrl: Generated<string>
  createdAt: Date
}

export interface ExpiryNoticesTable {
  credentialId: string
  days: number
  sentAt: Date
}

export interface FormerHandlesTable {
  handle: string
  accountId: string
}

export interface HalfSignInsTable {
  id: string
  browserHash: Uint8Array
  accountId: string
  method: string
  returnTo: string | null
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface IdempotencyKeysTable {
  scope: string
  key: string
  bodyHash: Uint8Array
  answer: Json | null
  createdAt: Date
}

export interface ImportedBadgesTable {
  id: string
  publicId: string
  accountId: string
  contentHash: Uint8Array
  body: string
  name: string
  issuerName: string
  awardedOn: string | null
  validUntil: Date | null
  pictureHash: string | null
  source: 'file' | 'text' | 'address'
  verdict: string
  report: Json
  createdAt: Date
  checkedAt: Date
  issuedAt: Date | null
}

export interface LinkNoticesTable {
  linkId: string
  toldOpens: number
  toldAt: Date
}

export interface LinkedSignInsTable {
  id: string
  accountId: string
  provider: string
  subject: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
}

export interface LocalMailboxTable {
  id: string
  receivedAt: Date
  envelopeFrom: string
  envelopeTo: string[]
  subject: string
  raw: Uint8Array
}

export interface LostMailboxesTable {
  id: string
  /** personal: address; kept 365 days after the last request made of it is closed, 7 days when not proved */
  oldEmail: string
  /** personal: address; as old_email */
  oldEmailCanonical: string
  /** personal: address; as old_email */
  newEmail: string
  /** personal: address; as old_email */
  newEmailCanonical: string
  /** personal: name; as old_email */
  name: string
  /** personal: free text; as old_email */
  note: string
  accountId: string | null
  credentialId: string | null
  proofHash: Uint8Array | null
  locale: string
  createdAt: Date
  expiresAt: Date
  provedAt: Date | null
}

export interface MailOutboxTable {
  id: string
  organizationId: string | null
  messageId: string
  template: string
  locale: string
  recipient: string
  sealed: Uint8Array | null
  subjectKind: string | null
  subjectId: string | null
  optional: Generated<boolean>
  state: Generated<'queued' | 'sent' | 'bounced' | 'suppressed' | 'failed'>
  attempts: Generated<number>
  lastError: string | null
  createdAt: Date
  sentAt: Date | null
}

export interface MailRefusalsTable {
  addressHash: Uint8Array
  event: string
  refusedAt: Date
}

export interface MailedSignInsTable {
  id: string
  accountId: string
  email: string
  browserHash: Uint8Array
  codeFailures: Generated<number>
  returnTo: string | null
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface NotificationChoicesTable {
  accountId: string
  event: string
  byMail: boolean
  inApp: boolean
}

export interface NotificationSettingsTable {
  accountId: string
  digest: Generated<'none' | 'daily' | 'weekly'>
  mailLocale: string | null
  digestSentAt: Date | null
}

export interface NotificationsTable {
  id: string
  accountId: string
  event: string
  words: string
  path: string
  createdAt: Date
  readAt: Date | null
}

export interface OauthClientsTable {
  id: string
  publicId: string
  secretHash: Uint8Array
  name: string
  host: string
  metadata: Json
  redirectUris: string[]
  scopes: string[]
  createdAt: Date
}

export interface OauthGrantsTable {
  id: string
  clientId: string
  accountId: string
  scopes: string[]
  redirectUri: string
  codeHash: Uint8Array
  codeChallenge: string
  codeExpiresAt: Date
  codeUsedAt: Date | null
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date
  revokedAt: Date | null
}

export interface OauthTokensTable {
  tokenHash: Uint8Array
  grantId: string
  kind: 'access' | 'refresh'
  scopes: string[]
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface OrganizationInvitationsTable {
  id: string
  organizationId: string
  email: string
  emailCanonical: string
  role: 'owner' | 'admin' | 'designer' | 'issuer' | 'viewer'
  tokenHash: Uint8Array
  invitedBy: string
  createdAt: Date
  expiresAt: Date
  answeredAt: Date | null
  answer: 'joined' | 'refused' | 'cancelled' | null
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
  website: string | null
  contactEmail: string | null
  linkedinOrganizationId: string | null
  logoHash: string | null
  accent: string | null
  credentialLabel: Generated<'badge' | 'micro-credential'>
  claimLinkDays: Generated<number>
  domain: string | null
  domainToken: string
  domainConfirmedAt: Date | null
  domainCheckedAt: Date | null
  state: Generated<'active' | 'held' | 'suspended'>
  dailyCap: Generated<number>
  createdAt: Date
  holdLooksLike: string | null
  holdLiftedAt: Date | null
  domainMethod: 'dns' | 'file' | null
  domainFailingSince: Date | null
  sharingOffSince: Date | null
  reminderDays: Generated<number[]>
  endingDays: Generated<number[]>
}

export interface PasskeyChallengesTable {
  challengeHash: Uint8Array
  purpose: 'register' | 'sign-in' | 'prove'
  accountId: string | null
  browserHash: Uint8Array
  expiresAt: Date
}

export interface PasskeysTable {
  id: string
  accountId: string
  credentialId: string
  publicKey: Uint8Array
  signCount: Generated<number>
  transports: Generated<string[]>
  name: string
  backedUp: Generated<boolean>
  createdAt: Date
  lastUsedAt: Date | null
}

export interface PasswordResetsTable {
  id: string
  accountId: string
  tokenHash: Uint8Array
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
  email: Generated<string>
}

export interface PeopleRequestsTable {
  id: string
  organizationId: string
  /** personal: address, perhaps of somebody without an account; kept 365 days after the last change of a request that is not allowed */
  email: string
  /** personal: address; as email */
  emailCanonical: string
  accountId: string | null
  wantsProfile: boolean
  wantsDirectory: boolean
  /** personal: free text to the person; as email */
  message: Generated<string>
  state: Generated<'requested' | 'allowed' | 'refused' | 'ended' | 'cancelled'>
  requestedBy: string | null
  requestedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  lastSeenAt: Date | null
}

export interface PersonalTokensTable {
  id: string
  accountId: string
  name: string
  tokenHash: Uint8Array
  scopes: string[]
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

export interface PicturesTable {
  hash: string
  contentType: string
  width: number
  height: number
  bytes: Uint8Array
  createdAt: Date
}

export interface ProfilesTable {
  accountId: string
  handle: string
  isVisible: Generated<boolean>
  allowsSearchEngines: Generated<boolean>
  showsFullName: Generated<boolean>
  headline: Generated<string>
  place: Generated<string>
  bio: Generated<string>
  links: DefaultJson
  updatedAt: Date
  pictureHash: string | null
  social: DefaultJson
  badgeVisibility: Generated<'private' | 'link' | 'public'>
}

export interface RateLimitsTable {
  bucket: string
  windowStart: Date
  used: Generated<number>
}

export interface RebindingAwardsTable {
  organizationId: string
  rebindingId: string
  credentialId: string
  holderId: string | null
  successorId: string | null
}

export interface RebindingVouchesTable {
  organizationId: string
  rebindingId: string
  place: number
  accountId: string
  /** personal: free text about the person; kept 365 days after the request is closed */
  how: string
  at: Date
}

export interface RebindingsTable {
  id: string
  publicId: string
  organizationId: string
  lostMailboxId: string
  /** personal: address; kept 365 days after closed_at */
  oldEmailCanonical: string
  /** personal: address; kept 365 days after closed_at */
  newEmailCanonical: string
  state: Generated<'open' | 'waiting' | 'done' | 'refused' | 'objected' | 'lapsed'>
  /** personal: free text to the person; kept 365 days after closed_at */
  answer: string | null
  objectionHash: Uint8Array | null
  takesEffectAt: Date | null
  createdAt: Date
  expiresAt: Date
  closedAt: Date | null
  closedBy: string | null
}

export interface RecoveryCodesTable {
  id: string
  accountId: string
  codeHash: Uint8Array
  createdAt: Date
  usedAt: Date | null
}

export interface RegistrationBrowsersTable {
  registrationId: string
  browserHash: Uint8Array
}

export interface RegistrationsTable {
  id: string
  browserHash: Uint8Array
  email: string
  emailCanonical: string
  givenName: string
  familyName: string
  country: string | null
  passwordHash: string
  locale: string
  wantsNews: Generated<boolean>
  termsVersion: string
  returnTo: string | null
  codeFailures: Generated<number>
  state: Generated<'pending' | 'activated' | 'dead'>
  createdAt: Date
  expiresAt: Date
  mailedAt: Date | null
  activatedAt: Date | null
  accountId: string | null
  confirmedAge: number | null
}

export interface SessionsTable {
  id: string
  tokenHash: Uint8Array
  accountId: string
  userAgent: Generated<string>
  network: Generated<string>
  createdAt: Date
  lastSeenAt: Date
  provedAt: Date
  expiresAt: Date
  endedAt: Date | null
}

export interface ShareLinksTable {
  id: string
  accountId: string
  kind: 'badge' | 'collection' | 'document'
  credentialId: string | null
  collectionId: string | null
  tokenHash: Uint8Array
  sealedToken: Uint8Array
  name: string
  pinHash: Uint8Array | null
  pinFailures: Generated<number>
  pinBlockedUntil: Date | null
  allowsDownload: Generated<boolean>
  endsAt: Date | null
  opens: Generated<number>
  lastOpenedAt: Date | null
  createdAt: Date
  revokedAt: Date | null
  documentId: string | null
  pinFailuresTotal: Generated<number>
  pausedAt: Date | null
  shownName: Generated<'full' | 'initial' | 'none'>
}

export interface ShareMailsTable {
  id: string
  accountId: string
  credentialId: string
  sealed: Uint8Array
  sentAt: Date
}

export interface SignInTriesTable {
  bucket: string
  tries: number
  pauses: Generated<number>
  consecutive: number
  since: Date
  lastAt: Date
  pausedUntil: Date | null
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
  signedAt: Date | null
  refusedAt: Date | null
  refusal: string | null
}

export interface SigningKeyPublicsTable {
  id: string
  organizationId: string
  verificationMethod: string
  publicKeyMultibase: string
  state: 'active' | 'retired' | 'revoked'
  createdAt: Date
  retiredAt: Date | null
  revokedAt: Date | null
}

export interface SigningKeysTable {
  id: string
  organizationId: string
  verificationMethod: string
  publicKeyMultibase: string
  sealedPrivateKey: Uint8Array
  wrappedDataKey: Uint8Array
  state: Generated<'active' | 'retired' | 'revoked'>
  createdAt: Date
  retiredAt: Date | null
  revokedAt: Date | null
  version: Generated<number>
}

export interface SpentProofsTable {
  proofHash: Uint8Array
  expiresAt: Date
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
  signedVersion: number | null
  signedJson: string | null
  signedAt: Date | null
  validUntil: Date | null
}
