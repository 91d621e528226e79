export { statusOf, type CredentialStatus } from '../issuing/index.ts'
export { statusListRoutes } from './public-routes.ts'
export { registerRevokingJobs } from './register-jobs.ts'
export { replaceCredential, replaceInTransaction } from './replace-credential.ts'
export { revokingRoutes } from './routes.ts'
export {
  isUndoable,
  revocationReasons,
  type RevocationReason,
  revokeCredential,
  RevokeRefused,
  type RevokeRefusal,
  type RevokeRequest,
  undoMinutes,
  undoRevocation,
} from './revoke-credential.ts'
export { enqueueDueLists } from './sign-lists.ts'
export { tellOfWithdrawal } from './tell-of-withdrawal.ts'
