import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import { looksInstitutional } from './address-hint.ts'

/** What the dashboard may suggest, the most useful first. */
export const hints = ['email', 'passkey', 'profile'] as const
export type Hint = (typeof hints)[number]

/** The suggestions that fit this account and that the person has not sent away for good, the most useful first. */
export async function hintsFor(db: Db, accountId: string): Promise<Hint[]> {
  const account = await db
    .selectFrom('accounts as a')
    .select((eb) => [
      'a.dismissedHints',
      eb.exists(eb.selectFrom('passkeys as k').select('k.id').whereRef('k.accountId', '=', 'a.id')).as('hasPasskey'),
      eb
        .exists(
          eb
            .selectFrom('profiles as p')
            .select('p.accountId')
            .whereRef('p.accountId', '=', 'a.id')
            .where((is) => is.or([is('p.headline', '<>', ''), is('p.bio', '<>', '')])),
        )
        .as('hasProfile'),
      sql<string[]>`array(select email_canonical from account_emails e where e.account_id = a.id)`.as('addresses'),
    ])
    .where('a.id', '=', accountId)
    .executeTakeFirst()
  if (!account) return []
  const fits: Record<Hint, boolean> = {
    email: account.addresses.length > 0 && account.addresses.every(looksInstitutional),
    passkey: !account.hasPasskey,
    profile: !account.hasProfile,
  }
  return hints.filter((hint) => fits[hint] && !account.dismissedHints.includes(hint))
}

/** Sends a suggestion away for good; again is harmless. */
export async function dismissHint(db: Db, o: { accountId: string; hint: Hint }): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ dismissedHints: sql<string[]>`array_append(dismissed_hints, ${o.hint})` })
    .where('id', '=', o.accountId)
    .where(sql<boolean>`not (${o.hint} = any (dismissed_hints))`)
    .execute()
}
