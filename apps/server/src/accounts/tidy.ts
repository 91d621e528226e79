import type { Deps } from '../platform/deps.ts'
import { defineJob } from '../platform/jobs/jobs.ts'

export const tidyAccounts = defineJob<Record<string, never>>('accounts.tidy', { schedule: '23 3 * * *' })

const day = 86_400_000

/** Forgets what is over: unproven registrations and addresses, spent codes and proofs, old counts and failures,
 * answers to forms of long ago and ended sessions. */
export async function forgetWhatIsOver({ db, now }: Pick<Deps, 'db' | 'now'>): Promise<void> {
  const before = (days: number) => new Date(now().getTime() - days * day)
  await db.deleteFrom('registrations').where('expiresAt', '<', now()).where('state', '!=', 'activated').execute()
  await db.deleteFrom('registrations').where('activatedAt', '<', before(7)).execute()
  await db.deleteFrom('codes').where('expiresAt', '<', before(7)).execute()
  // Of an address that was not proven nothing is kept: it may be a stranger's.
  await db.deleteFrom('addressChanges').where('expiresAt', '<', before(7)).execute()
  await db.deleteFrom('addressUndos').where('expiresAt', '<', before(30)).execute()
  await db.deleteFrom('mailedSignIns').where('expiresAt', '<', before(7)).execute()
  await db.deleteFrom('halfSignIns').where('expiresAt', '<', before(7)).execute()
  await db.deleteFrom('passkeyChallenges').where('expiresAt', '<', now()).execute()
  await db.deleteFrom('spentProofs').where('expiresAt', '<', before(1)).execute()
  await db.deleteFrom('signInTries').where('lastAt', '<', before(90)).execute()
  await db.deleteFrom('passwordResets').where('expiresAt', '<', before(30)).execute()
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('expiresAt', '<', before(90)), eb('endedAt', '<', before(90))]))
    .execute()
  // No window is longer than a day, and no form stands open for so long.
  await db.deleteFrom('rateLimits').where('windowStart', '<', before(2)).execute()
  await db.deleteFrom('idempotencyKeys').where('createdAt', '<', before(90)).execute()
  await db.deleteFrom('devices').where('lastUsedAt', '<', before(365)).execute()
}
