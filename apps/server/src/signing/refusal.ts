import { DomainError } from '../platform/errors.ts'

/**
 * Why the signer does not sign. The first three end by themselves (an operator lifts the hold, tomorrow comes, the
 * database answers again), so the intent stays open; the others are final for this intent.
 */
export const passingRefusals = ['signing.organization-not-active', 'signing.daily-cap', 'signing.no-key'] as const
export const finalRefusals = [
  'signing.foreign-template',
  'signing.template-changed',
  'signing.not-staff',
  'signing.foreign-issuer',
  'signing.foreign-key',
  'signing.hash-mismatch',
  'signing.not-intended',
  'signing.invalid',
  'signing.not-verified',
] as const
export type SigningRefusal = (typeof passingRefusals)[number] | (typeof finalRefusals)[number]

export class SigningRefused extends DomainError<SigningRefusal> {
  override name = 'SigningRefused'
}

export function isPassing(code: SigningRefusal): boolean {
  return (passingRefusals as readonly string[]).includes(code)
}
