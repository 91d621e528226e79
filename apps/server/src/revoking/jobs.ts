import { defineJob } from '../platform/jobs/jobs.ts'

/** Writes to the person that a badge was withdrawn, unless that was taken back. */
export const tellOfWithdrawalJob = defineJob<{ credentialId: string; revokedAt: string }>('revoking.tell')

/** Finds the status lists that have to be signed again. */
export const signDueListsJob = defineJob<Record<string, never>>('revoking.sign-due-lists', {
  concurrency: 1,
  leaseS: 30,
  deduped: true,
  retryLimit: 0,
  schedule: '* * * * *',
})
