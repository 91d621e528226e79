import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { openClaim } from './claim-situation.ts'
import { badgeTexts } from './badge-parts.ts'
import type { Locale } from '../platform/i18n/messages.ts'

/** Why somebody comes to register: the badge that waits, and the address it was sent to. */
export interface EntryIntent {
  /** The stored address; shown read-only, never taken from what a browser sends. */
  email: string
  /** The issuer's spelling of the person's name, to be corrected by the person. */
  name: string
  badge: string
  issuer: string
  /** Where "Not your address?" leads. */
  correctionPath: string
  returnTo: string
}

/**
 * Reads the intent behind a return path such as `/claim/{token}`.
 *
 * @returns `undefined` when the path is no claim, or when the claim has nothing to offer to somebody new.
 */
export async function entryIntent(
  deps: Pick<Deps, 'now'> & { db: Db },
  { returnTo, locale }: { returnTo: string; locale: Locale },
): Promise<EntryIntent | undefined> {
  const token = /^\/claim\/([\w-]{43})$/.exec(returnTo)?.[1]
  if (!token) return undefined
  const opened = await openClaim(deps, { token, accountId: undefined })
  if (!opened || !['register', 'sign-in'].includes(opened.situation.kind)) return undefined
  return {
    email: opened.claim.email,
    name: opened.credential.recipientName,
    badge: badgeTexts(opened.credential, locale).name,
    issuer: opened.credential.snapshot.issuer.name,
    correctionPath: `${returnTo}/correction`,
    returnTo,
  }
}
