export {
  createAccounts,
  type Accounts,
  type AccountsDeps,
  type ProvenAddress,
} from './accounts.ts'
export { dismissHint, type Hint, hints, hintsFor } from './hints.ts'
export { claimEntries } from './claim-entries.ts'
export { endedWithAccount, memberships, rowsOfAccount, type MergePart } from './merge-parts.ts'
export type { Door, DoorKind } from './doors.ts'
export type { EntryIntent, EntryResolver } from './entry-intent.ts'
export { registerAccountsJobs } from './jobs.ts'
export { hasRecentProof, requireRecentProof, requireSignedIn, sessionMiddleware, signedIn } from './middleware.ts'
export { hashPassword } from './password-hash.ts'
export { accountsRoutes } from './routes.ts'
export { deviceOf } from './request.ts'
export { recordSecurityEvent } from './security-log.ts'
export { tellOfSecurityChange } from './security-notices.ts'
export { createSession, endSession, endSessions, type Device } from './sessions.ts'
export { accountByEmail, accountById, confirmedEmailsOf, type AccountRow, type ConfirmedEmail } from './store.ts'
export { renameAccount } from './rename.ts'
export { isHeldBy } from './held-by.ts'
export { hasSecondFactor } from './second-factor.ts'
export { termsVersion } from './terms.ts'
