import type { Selectable } from 'kysely'
import type { CredentialsTable } from '../platform/database/schema.ts'

export type CredentialStatus = 'valid' | 'expired' | 'withdrawn' | 'replaced' | 'suspended'

/** What a credential's status is at a moment. Withdrawn and replaced weigh more than an end date that has passed. */
export function statusOf(
  row: Pick<Selectable<CredentialsTable>, 'validity' | 'validUntil'>,
  now: Date,
): CredentialStatus {
  if (row.validity === 'revoked') return 'withdrawn'
  if (row.validity === 'replaced') return 'replaced'
  if (row.validity === 'suspended') return 'suspended'
  return row.validUntil !== null && row.validUntil <= now ? 'expired' : 'valid'
}
