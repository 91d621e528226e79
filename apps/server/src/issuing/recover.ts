import { completeAwards } from './complete-awards.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import * as store from './store.ts'

/** Awards that are looked after in one turn. */
const turn = 200
/** An award younger than this is still on its ordinary way. */
const patienceMs = 15_000

/**
 * Finishes awards whose last step is missing: the process died between two steps, or the signer would not sign for a
 * reason that has passed. Runs at start and every minute, and can run beside everything else.
 *
 * @param o.patienceMs 0 at start, when nothing of this process is on its way.
 */
export async function recoverAwards(deps: IssuingDeps, o: { patienceMs?: number } = {}): Promise<number> {
  const before = new Date(deps.now().getTime() - (o.patienceMs ?? patienceMs))
  const ids = await store.unfinishedAwards(deps.db, { before, limit: turn })
  await completeAwards(deps, ids)
  return ids.length
}
