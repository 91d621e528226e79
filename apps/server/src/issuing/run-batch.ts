import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidDocument } from '@lapel/openbadges'
import { achievementVersion, type PublishedAchievement } from '../achievements/index.ts'
import { organizationById } from '../organizations/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import { canonicalJsonHash } from '../signing/index.ts'
import { AwardRefused, type AwardRequest, recordAwards, rehearseAward } from './award-credential.ts'
import type { Batch, BatchRow } from './batch.ts'
import { awardRequestOf } from './batch-award.ts'
import * as store from './batch-store.ts'
import { completeAwards } from './complete-awards.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { runBatchJob } from './jobs.ts'
import { tellBatchFinished } from './tell-batch-finished.ts'

/** Awards that are recorded in one transaction, and signed in another. */
const together = 100

/** What a run is pinned to (SECURITY S24): later edits of the template or of the batch do not leak into it. */
export function runHashOf(
  batch: Pick<Batch, 'achievementId' | 'version' | 'settings' | 'source'>,
  achievement: PublishedAchievement,
): string {
  return canonicalJsonHash({
    achievement: [batch.achievementId, batch.version, achievement.picturePngHash, achievement.content],
    settings: batch.settings,
    mapping: batch.source.mapping,
    dateOrder: batch.source.dateOrder,
  })
}

/**
 * Issues the rows of a batch: records awards, has them signed, finishes them, a hundred at a time, each step a
 * transaction of its own. Whatever was begun before a crash is finished first, so every row gets one award, one status
 * entry and one mail, wherever the process died (SECURITY R1). Two runs of one batch at once share the rows.
 */
export async function runBatch(deps: IssuingDeps, { batchId }: { batchId: string }): Promise<void> {
  const held = await store.batchById(deps.db, batchId)
  if (!held) return
  const which = { organizationId: held.organizationId, batchId }
  if (held.state === 'held' && held.holdUntil && held.holdUntil <= deps.now())
    await store.moveBatch(deps.db, which, {
      from: ['held'],
      to: 'sending',
      at: deps.now(),
      change: { startedAt: deps.now() },
    })

  for (let idle = 0; idle < 20; ) {
    const batch = await store.batchById(deps.db, batchId)
    if (batch?.state !== 'sending') return
    const achievement = await pinnedAchievement(deps, batch)
    if (!achievement) return pause(deps, batch, 'run-changed')
    const step = await takeStep(deps, batch, achievement)
    if (step === 'paused') return
    if (step === 'done') return finishBatch(deps, batch)
    idle = step === 'waited' ? idle + 1 : 0
    // What is left is in the hands of another run, or of a process that has just died.
    if (step === 'waited') await sleep(100)
  }
  await deps.jobs.enqueue(deps.db, runBatchJob, { batchId }, { dedupeKey: batchId, afterS: 2 })
}

async function pinnedAchievement(deps: IssuingDeps, batch: Batch): Promise<PublishedAchievement | undefined> {
  if (!batch.achievementId || batch.version === null) return undefined
  const achievement = await achievementVersion(deps.db, batch.organizationId, batch.achievementId, batch.version)
  return achievement && runHashOf(batch, achievement) === batch.runHash ? achievement : undefined
}

async function takeStep(
  deps: IssuingDeps,
  batch: Batch,
  achievement: PublishedAchievement,
): Promise<'went-on' | 'waited' | 'paused' | 'done'> {
  const which = { organizationId: batch.organizationId, batchId: batch.id }
  const begun = await store.begunAwards(deps.db, which, together)
  if (begun.length === 0) {
    try {
      if ((await recordRows(deps, batch, achievement)) > 0) return 'went-on'
    } catch (error) {
      if (!(error instanceof AwardRefused)) throw error
      await pause(deps, batch, error.code)
      return 'paused'
    }
    const { ready } = await store.countRows(deps.db, which)
    return ready === 0 ? 'done' : 'waited'
  }
  const outcomes = await completeAwards(deps, begun)
  const refused = outcomes.filter((outcome) => outcome.outcome === 'refused')
  await store.failRows(
    deps.db,
    which,
    refused.filter(({ isFinal }) => isFinal).map(({ credentialId, refusal }) => ({ credentialId, failure: refusal })),
  )
  const passing = refused.find(({ isFinal }) => !isFinal)
  if (passing) {
    await pause(deps, batch, passing.refusal)
    return 'paused'
  }
  if (batch.pausedReason !== null) await store.updateBatch(deps.db, which, { pausedReason: null }, deps.now())
  return (await store.begunAwards(deps.db, which, together)).length < begun.length ? 'went-on' : 'waited'
}

/** Records the awards of the next rows. A row that the standard refuses fails alone. */
async function recordRows(deps: IssuingDeps, batch: Batch, achievement: PublishedAchievement): Promise<number> {
  const which = { organizationId: batch.organizationId, batchId: batch.id }
  const { createdBy } = batch
  if (createdBy === null) throw new Error('The batch belongs to nobody')
  return inOrganization(deps.db, batch.organizationId, async (tx) => {
    const rows = await store.takeRows(tx, which, together)
    const organization = await organizationById(tx, batch.organizationId)
    if (rows.length === 0 || !organization) return 0
    const requests = rows.map((row) => requestOf(batch, achievement, row, deps.now()))
    const refused = requests.filter((request) => isRefused(() => rehearseAward(deps, organization, request)))
    await store.failRows(
      tx,
      which,
      refused.map(({ batchRow }) => ({ rowNumber: batchRow ?? 0, failure: 'signing.invalid' })),
    )
    const awards = await recordAwards(deps, tx, {
      organizationId: batch.organizationId,
      createdBy,
      batchId: batch.id,
      requests: requests.filter((request) => !refused.includes(request)),
    })
    await store.setRowCredentials(
      tx,
      which,
      awards.map(({ batchRow, credentialId }) => ({ row: batchRow ?? 0, credentialId })),
    )
    return rows.length
  })
}

function requestOf(batch: Batch, achievement: PublishedAchievement, row: BatchRow, now: Date): AwardRequest {
  if (!row.person) throw new Error('A row without a person cannot be issued')
  return awardRequestOf({ achievement, batch, person: row.person, now, row: row.rowNumber })
}

function isRefused(attempt: () => void): boolean {
  try {
    attempt()
    return false
  } catch (error) {
    if (error instanceof InvalidDocument || error instanceof RangeError) return true
    throw error
  }
}

async function pause(deps: IssuingDeps, batch: Batch, reason: string): Promise<void> {
  deps.log.warn({ batch: batch.id, organization: batch.organizationId, reason }, 'batch paused')
  await store.updateBatch(
    deps.db,
    { organizationId: batch.organizationId, batchId: batch.id },
    { pausedReason: reason },
    deps.now(),
  )
}

/** Closes the batch and writes to whoever sent it, once. */
async function finishBatch(deps: IssuingDeps, batch: Batch): Promise<void> {
  const which = { organizationId: batch.organizationId, batchId: batch.id }
  await deps.db.transaction().execute(async (tx) => {
    const counts = await store.countRows(tx, which)
    const isFirst = await store.moveBatch(tx, which, {
      from: ['sending'],
      to: counts.failed > 0 ? 'done-with-problems' : 'done',
      at: deps.now(),
      change: { finishedAt: deps.now(), pausedReason: null },
    })
    if (isFirst) await tellBatchFinished(deps, tx, batch, counts)
  })
}
