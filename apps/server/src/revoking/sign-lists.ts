import { setTimeout as sleep } from 'node:timers/promises'
import { type IssuingDeps, signStatusListJob } from '../issuing/index.ts'
import * as store from './store.ts'

/** A list is signed at most this often: a run of withdrawals costs one signature per second, not one each. */
const leastIntervalMs = 1000
/** Lists are signed again when less than this is left of their validity. */
const renewBeforeMs = 24 * 3_600_000

/** Signs a list when a bit changed or its end is near; what changes meanwhile waits for the next job. */
export async function signList(deps: IssuingDeps, { listId }: { listId: string }): Promise<void> {
  const list = await store.listTimes(deps.db, listId)
  if (!list) return
  const now = deps.now().getTime()
  const isCurrent = list.signedVersion === list.version
  const isLasting = list.validUntil !== null && list.validUntil.getTime() - now > renewBeforeMs
  if (isCurrent && isLasting) return
  const wait = list.signedAt ? list.signedAt.getTime() + leastIntervalMs - now : 0
  if (wait > 0) await sleep(Math.min(wait, leastIntervalMs))
  await deps.signing.signStatusList(listId)
}

/** Enqueues every list that is due; the safety net behind the jobs that changes enqueue themselves. */
export async function enqueueDueLists(deps: IssuingDeps): Promise<void> {
  const due = await store.dueLists(deps.db, new Date(deps.now().getTime() + renewBeforeMs))
  for (const listId of due) await deps.jobs.enqueue(deps.db, signStatusListJob, { listId }, { dedupeKey: listId })
}
