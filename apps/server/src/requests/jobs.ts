import { defineJob } from '../platform/jobs/jobs.ts'

/** Opens the requests about one lost mailbox with the issuers that it concerns. */
export const passOnJob = defineJob<{ lostMailboxId: string }>('requests.pass-on')

/** Moves the awards of one request. */
export const completeRebindingJob = defineJob<{ organizationId: string; rebindingId: string }>('requests.complete', {
  concurrency: 1,
  deduped: true,
  retryDelayMaxS: 3600,
})

/** Once a day; see forget-closed.ts. */
export const forgetClosedJob = defineJob<Record<string, never>>('requests.forget', {
  schedule: '11 4 * * *',
  concurrency: 1,
})

/** Looks after all requests. */
export const tendRebindingsJob = defineJob<Record<string, never>>('requests.tend', {
  schedule: '*/5 * * * *',
  concurrency: 1,
  deduped: true,
  retryLimit: 0,
})
