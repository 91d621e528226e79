import { forgetCorrections } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import * as store from './store.ts'

/** Long enough for the person and the issuer to come back to an answer; who vouched stays in the audit trail. */
export const keptDays = 365

/**
 * Forgets requests that were closed long ago, with the addresses, names and sentences in them (SECURITY S57). What became
 * of the badge stays in its own history.
 */
export async function forgetClosedRequests({ db, now }: Pick<Deps, 'db' | 'now'>): Promise<void> {
  const before = new Date(now().getTime() - keptDays * 86_400_000)
  await forgetCorrections(db, before)
  await db.transaction().execute(async (tx) => {
    await store.forgetClosed(tx, before)
    await store.forgetAnswered(tx, before)
  })
}
