import { batchesWithWork, deleteOldDrafts } from './batch-store.ts'
import { completeAwards } from './complete-awards.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { checkBatchJob, runBatchJob } from './jobs.ts'
import * as store from './store.ts'

/** Awards that are looked after in one turn. */
const turn = 200
/** Days after which a batch that nobody goes on with is thrown away (UX 10). */
const draftDays = 30

/**
 * Finishes awards whose last step is missing: the process died between two steps, or the signer would not sign for a
 * reason that has passed. Can run beside the ordinary way, because every step happens once.
 */
export async function recoverAwards(deps: IssuingDeps): Promise<number> {
  const ids = await store.unfinishedAwards(deps.db, turn)
  await completeAwards(deps, ids)
  return ids.length
}

/** Gives batches that have work to do a job again: held ones whose time has come, and those whose process died. */
export async function resumeBatches(deps: IssuingDeps): Promise<void> {
  for (const { id, state } of await batchesWithWork(deps.db, deps.now()))
    await deps.jobs.enqueue(
      deps.db,
      state === 'checking' ? checkBatchJob : runBatchJob,
      { batchId: id },
      { dedupeKey: `${id} resumed` },
    )
  await deleteOldDrafts(deps.db, new Date(deps.now().getTime() - draftDays * 86_400_000))
}
