export { requireRecentProof, requireSignedIn, sessionMiddleware, signedIn, hasRecentProof } from './middleware.ts'
export { createSession, endSession, endSessions, type Device } from './sessions.ts'
export {
  accountByEmail,
  accountById,
  confirmedEmailsOf,
  type AccountRow,
  type ConfirmedEmail,
} from './store.ts'
