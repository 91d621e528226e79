export { proofsOf, signCredential, type SignOptions } from './sign.ts'
export { verifyProof, verifyProofs, type VerifyProofOptions } from './verify.ts'
