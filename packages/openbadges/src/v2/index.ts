export {
  assertion,
  badgeClass,
  contextV2,
  cryptographicKey,
  issuerProfile,
  recipientV2,
  revocationList,
  revokedAssertion,
} from './documents.ts'
export type {
  AlignmentV2,
  AssertionV2,
  BadgeClassV2,
  CriteriaV2,
  CryptographicKeyV2,
  EvidenceV2,
  ProfileV2,
  Recipient,
  RevocationListV2,
  VerificationV2,
} from './types.ts'
