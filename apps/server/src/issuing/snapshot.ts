/** The shape is the signer's, because what is signed is rebuilt from it. */
export type { CredentialSnapshot, SnapshotEvidence } from '../signing/index.ts'
