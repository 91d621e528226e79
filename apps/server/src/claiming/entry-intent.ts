import type { EntryResolver } from '../accounts/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { openClaim } from './claim-situation.ts'

/**
 * What a claim link means to somebody who registers or signs in: the address it was sent to, which is shown read-only
 * and never taken from what a browser sends, the issuer's spelling of the name, and the way back to the badge.
 */
export function claimEntry(deps: Pick<Deps, 'now'> & { db: Db }): EntryResolver {
  return async (token) => {
    const opened = await openClaim(deps, { token, accountId: undefined })
    if (!opened || !['register', 'sign-in'].includes(opened.situation.kind)) return undefined
    const { claim, credential } = opened
    const issuer = credential.snapshot.issuer.name
    return {
      email: { stored: claim.email, canonical: claim.emailCanonical },
      ...namesOf(credential.recipientName),
      returnTo: `/claim/${token}`,
      arrivedBy: 'mail',
      badge: { name: credential.snapshot.achievement.name, issuerName: issuer },
      organizationName: issuer,
      notYourAddressPath: `/claim/${token}/correction`,
    }
  }
}

/** A guess that the person can change: the last word as the family name, and none when there is only one. */
function namesOf(name: string): { givenName: string; familyName?: string } {
  const words = name.trim().split(/\s+/)
  const last = words.length > 1 ? words.pop() : undefined
  return { givenName: words.join(' '), ...(last ? { familyName: last } : {}) }
}
