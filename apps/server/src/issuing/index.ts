export { type AwardRequest, AwardRefused, awardCredential, type Awarded } from './award-credential.ts'
export { completeAwards } from './complete-awards.ts'
export { type CredentialEvent, credentialEvents, recordCredentialEvent } from './credential-events.ts'
export { endOfDay, expiryOf } from './expiry.ts'
export { momentInWords } from './formats.ts'
export { postForm, shownErrors } from './wizard-frame.ts'
export { checkPerson } from './check-person.ts'
export type { IssuedListener, IssuingDeps } from './issuing-deps.ts'
export { signStatusListJob } from './jobs.ts'
export { recoverAwards, resumeBatches } from './recover.ts'
export { registerIssuingJobs } from './register-jobs.ts'
export { showAward } from './issued-routes.ts'
export { issuingRoutes } from './routes.ts'
export type { CredentialSnapshot } from './snapshot.ts'
export {
  credentialById,
  credentialByPublicId,
  type CredentialRow,
  type Revocation,
  signedCredentialBody,
} from './store.ts'
export { type CredentialStatus, statusOf } from './validity.ts'
