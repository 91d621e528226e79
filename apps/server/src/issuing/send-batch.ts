import { publishedAchievement } from '../achievements/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import * as store from './batch-store.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { runBatchJob } from './jobs.ts'
import { BatchRefused } from './prepare-batch.ts'
import { runHashOf } from './run-batch.ts'
import { reopenIntents } from './store.ts'

interface Which {
  organizationId: string
  batchId: string
}

/**
 * Confirms a batch: pins what it will issue, then holds it for as long as it can be cancelled. A single person, or an
 * installation without a hold, starts at once.
 *
 * @param o.scheduledAt earliest moment; the hold applies as well.
 * @throws {BatchRefused} `batch.not-ready`, `batch.nothing-to-issue`
 */
export async function sendBatch(
  deps: Pick<IssuingDeps, 'db' | 'now' | 'jobs' | 'config'>,
  which: Which,
  o: { notify: boolean; scheduledAt?: Date; confirmedBy: string },
): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const batch = await store.lockDraft(tx, which)
    if (batch?.state !== 'ready' || !batch.achievementId) throw new BatchRefused('batch.not-ready')
    const { ready } = await store.countRows(tx, which)
    if (ready === 0) throw new BatchRefused('batch.nothing-to-issue')
    const achievement = await publishedAchievement(tx, which.organizationId, batch.achievementId)
    if (!achievement) throw new BatchRefused('batch.not-ready')

    const now = deps.now()
    const holdMs = ready > 1 ? deps.config.batchHoldMinutes * 60_000 : 0
    const holdUntil = new Date(Math.max(now.getTime() + holdMs, o.scheduledAt?.getTime() ?? 0))
    const settings = {
      ...batch.settings,
      notify: o.notify,
      ...(o.scheduledAt ? { scheduledAt: o.scheduledAt.toISOString() } : {}),
    }
    const version = achievement.version
    await store.updateBatch(
      tx,
      which,
      {
        state: 'held',
        holdUntil,
        settings,
        version,
        runHash: runHashOf({ ...batch, settings, version }, achievement),
        createdBy: o.confirmedBy,
      },
      now,
    )
    await deps.jobs.enqueue(
      tx,
      runBatchJob,
      { batchId: which.batchId },
      { dedupeKey: which.batchId, afterS: Math.ceil((holdUntil.getTime() - now.getTime()) / 1000) },
    )
  })
}

/** Stops a batch while it is held; nothing of it is issued. @throws {BatchRefused} `batch.too-late` */
export async function cancelBatch(deps: Pick<IssuingDeps, 'db' | 'now'>, which: Which): Promise<void> {
  await inOrganization(deps.db, which.organizationId, async (tx) => {
    const isFirst = await store.moveBatch(tx, which, {
      from: ['draft', 'checking', 'ready', 'held'],
      to: 'cancelled',
      at: deps.now(),
      change: { finishedAt: deps.now() },
    })
    if (!isFirst) throw new BatchRefused('batch.too-late')
  })
}

/** Tries the rows again that failed, in the name of the member who asks for it. @returns how many. */
export async function retryBatch(
  deps: Pick<IssuingDeps, 'db' | 'now' | 'jobs'>,
  which: Which,
  actorAccountId: string,
): Promise<number> {
  return inOrganization(deps.db, which.organizationId, async (tx) => {
    const { count, credentialIds } = await store.reopenFailedRows(tx, which)
    if (count === 0) return 0
    await reopenIntents(tx, { organizationId: which.organizationId, credentialIds, actorAccountId })
    await store.moveBatch(tx, which, {
      from: ['done-with-problems', 'sending'],
      to: 'sending',
      at: deps.now(),
      change: { finishedAt: null, pausedReason: null, createdBy: actorAccountId },
    })
    await deps.jobs.enqueue(tx, runBatchJob, { batchId: which.batchId }, { dedupeKey: which.batchId })
    return count
  })
}
