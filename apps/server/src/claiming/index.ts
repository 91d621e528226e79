export { claimMailWords, type MailedCredential } from './award-mail.ts'
export { acceptCredential, ClaimRefused, type ClaimRefusal } from './accept-credential.ts'
export { onIssued } from './on-issued.ts'
export {
  badgePicturePath,
  badgeTexts,
  evidenceSection,
  expiryFact,
  expiryWords,
  issuedLine,
  issuerMark,
  learningSections,
  measureFacts,
  reasonWords,
  type Reading,
} from './badge-parts.ts'
export {
  badgeState,
  type BadgeState,
  heldCredential,
  heldCredentialById,
  heldCredentials,
  type HeldCredential,
  isAccepted,
  type Revocation,
} from './credential.ts'
export { openClaim, type OpenedClaim } from './claim-situation.ts'
export {
  closeCorrections,
  type CorrectionRefusal,
  CorrectionRefused,
  refuseCorrection,
} from './corrections.ts'
export { correctionNotice } from './correction-notice.ts'
export { createClaim } from './create-claim.ts'
export { dayInWords, isoDay, momentInWords } from './dates.ts'
export { declineCredential, isRestorable, restoreCredential, restoreDays } from './decline-credential.ts'
export { requestCorrection } from './request-correction.ts'
export { sendFreshLink } from './send-fresh-link.ts'
export { claimEntry } from './entry-intent.ts'
export {
  acceptsAutomatically,
  correctionById,
  correctionsAbout,
  type CorrectionView,
  forgetCorrections,
  listCorrections,
  setAutoAccept,
} from './store.ts'
export { claimingRoutes, type ClaimEntries } from './routes.ts'
export { keepBadgesOfAddress } from './keep-badges.ts'
export { registerClaimingJobs, remindOfWaiting, tellOfEnding } from './remind.ts'
