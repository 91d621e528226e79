import { identityMatches } from '@lapel/openbadges'
import type { CheckedBadge } from './check-badge.ts'

/**
 * Answers check 6 for a result that is already there: whether the badge was issued to an address. The address is compared
 * with the hashes in the badge and kept nowhere.
 */
export function withRecipient(badge: CheckedBadge, address: string): CheckedBadge {
  const identities = badge.credential?.recipient.identities ?? []
  const matches = identities.some(({ type, value, hashed, salt }) =>
    identityMatches(
      {
        type: 'IdentityObject',
        hashed,
        identityHash: value,
        identity: value,
        identityType: type,
        ...(salt === undefined ? {} : { salt }),
      },
      address,
    ),
  )
  const comparable = identities.some(({ type }) => type !== 'name')
  const [result, code] = matches
    ? (['passed', 'recipient.match'] as const)
    : comparable
      ? (['failed', 'recipient.no-match'] as const)
      : (['not-checked', 'recipient.not-comparable'] as const)
  return {
    ...badge,
    checks: badge.checks.map((given) => (given.name === 'recipient' ? { ...given, result, code, params: {} } : given)),
  }
}
