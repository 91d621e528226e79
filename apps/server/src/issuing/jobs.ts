import { defineJob } from '../platform/jobs/jobs.ts'

/** Signs one award and does what follows from it. */
export const signAwardJob = defineJob<{ credentialId: string }>('issuing.sign', {
  concurrency: 2,
  leaseS: 10,
  retryDelayMaxS: 300,
})

/** Signs a status list again because a bit changed or its end comes near. One waits per list. */
export const signStatusListJob = defineJob<{ listId: string }>('revoking.sign-list', {
  concurrency: 2,
  leaseS: 10,
  deduped: true,
  retryDelayMaxS: 60,
})

/** Finds awards and runs whose last step is missing: after a crash, after a refusal that has passed. */
export const recoverJob = defineJob<Record<string, never>>('issuing.recover', {
  concurrency: 1,
  leaseS: 10,
  deduped: true,
  retryLimit: 0,
  schedule: '* * * * *',
  atStart: true,
})

/** Checks the rows of a batch without issuing anything. */
export const checkBatchJob = defineJob<{ batchId: string }>('issuing.check', {
  concurrency: 1,
  leaseS: 10,
  deduped: true,
})

/** Issues the rows of a batch, until none is left. */
export const runBatchJob = defineJob<{ batchId: string }>('issuing.run', {
  concurrency: 1,
  leaseS: 10,
  deduped: true,
  // While the job of a process that died waits for its retry, no other one with its key is taken.
  retryDelayMaxS: 5,
})
