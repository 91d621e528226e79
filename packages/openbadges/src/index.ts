export { OpenBadgesError, type OpenBadgesErrorCode } from './errors.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
export { achievement, achievementCredential, clrCredential, endorsementCredential, profile } from './credential.ts'
export type {
  AchievementCredentialInput,
  AchievementInput,
  AlignmentInput,
  CriteriaInput,
  EvidenceInput,
  ImageInput,
  ProfileInput,
  RecipientInput,
  ResultDescriptionInput,
  ResultInput,
  RubricLevelInput,
} from './credential.ts'
export type * from './types.ts'
export { formatDateTime, parseDateTimeStamp } from './dates.ts'
export { hashIdentity, identityMatches, plainIdentity } from './identity.ts'
export { InvalidDocument } from './validate/invalid-document.ts'
export { validateAchievement, validateCredential, validateProfile } from './validate/credential.ts'
export type { Mode, Problem, ProblemCode } from './validate/shape.ts'
export {
  createStatusList,
  decodeStatusList,
  encodeStatusList,
  largestStatusListBytes,
  readStatus,
  setStatus,
  smallestStatusList,
  statusListCredential,
  statusListEntry,
  type StatusBits,
  type StatusListCredential,
} from './status-list.ts'
export {
  bakePng,
  isPng,
  preparePng,
  stripPng,
  unbakePng,
  type BakeKeyword,
  type PreparedPng,
  type Unbaked,
} from './bake-png.ts'
export {
  bundledContext,
  bundledContexts,
  CONTEXTS,
  PROVIDED_CONTEXT_HASHES,
  PUBLISHED_CONTEXT_HASHES,
} from './contexts/index.ts'
export {
  concatBytes,
  equalBytes,
  fromBase58btc,
  fromBase64url,
  fromHex,
  fromMultibase,
  fromUtf8,
  toBase58btc,
  toBase64url,
  toHex,
  toMultibase,
  utf8,
} from './base.ts'
export { canonicalHash, canonicalize, type CanonicalizeOptions } from './canonicalize.ts'
export type { HashName, Jwk, KeyType, SignatureAlgorithm } from './crypto/types.ts'
export { didKey, resolveDidKey } from './keys/did.ts'
export {
  publicKeyFromMultibase,
  publicKeyToMultibase,
  secretFromMultibase,
  secretToMultibase,
} from './keys/multikey.ts'
export { PublicKey } from './keys/public-key.ts'
export {
  ed25519Pkcs8,
  ed25519SignerFromPrivateKey,
  generateEd25519KeyPair,
  generateKeyPair,
  signerFromMultikey,
  signerFromPrivateJwk,
  type KeyPair,
  type Signer,
} from './keys/signer.ts'
export type { VerificationKey } from './keys/verification-key.ts'
export { proofsOf, signCredential, type SignOptions } from './proof/sign.ts'
export { verifyProof, verifyProofs, type VerifyProofOptions } from './proof/verify.ts'
export {
  deriveCredential,
  signSelectively,
  type DeriveOptions,
  type SelectiveSignOptions,
} from './proof/selective.ts'
export { canonicalizeJson } from './jcs.ts'
export { parseJson, parseJsonObject, type JsonLimits } from './json-text.ts'
export type { DataIntegrityProof, ProofCode, ProofResult, SignedCredential, SigningCryptosuite } from './proof/types.ts'
export { bakeSvg, isSvg, stripSvg, unbakeSvg, type SvgKeyword, type UnbakedSvg } from './bake-svg.ts'
export { pdfAttachments } from './pdf-attachment.ts'
export {
  largestInput,
  readCredential,
  type Container,
  type FoundCredential,
  type Reading,
  type ReadProblemCode,
} from './read.ts'
export {
  checkNames,
  fill,
  verdictOf,
  type Check,
  type CheckDetails,
  type CheckName,
  type CheckResult,
  type EndorsementReport,
  type Fetched,
  type ProofReport,
  type Summary,
  type Verdict,
  type VerificationReport,
} from './report.ts'
export { sentences, type CheckCode } from './report-sentences.ts'
export { decodeJwt, signJwt, type DecodedJwt, type JwtAlgorithm, type JwtProfile } from './jwt.ts'
export { didWebUrl } from './verify/keys.ts'
export { library } from './version.ts'
export type { Load, LoadResponse } from './verify/evidence.ts'
export type { ResolveIssuer } from './verify/keys.ts'
export type { FindKnownIssuer, KnownIssuer } from './verify/proofs.ts'
export { verifyAll, verifyCredential, verifyFound, type VerifyOptions } from './verify.ts'
export { verifyPresentation, type PresentationOptions, type PresentationReport } from './verify/presentation.ts'
export { matchesDigest } from './verify/published.ts'
export { validatePresentation, validateVerifiableCredential } from './validate/vc2.ts'
export type { CredentialView } from './view.ts'
export {
  compileTemplate,
  slot,
  Template,
  type SlotValues,
  type TemplateOptions,
  type TemplateStatistics,
} from './template.ts'
