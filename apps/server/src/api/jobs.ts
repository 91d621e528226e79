import type { Deps } from '../platform/deps.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { deleteSpent } from './connections-store.ts'

const tidyJob = defineJob<Record<string, never>>('api.tidy', { schedule: '23 3 * * *', concurrency: 1 })
const day = 86_400_000

/** Forgets tokens a week after they ended, and apps that registered and that nobody let in within 90 days. */
export function registerApiJobs(deps: Deps): void {
  deps.jobs.handle(tidyJob, async () => {
    const at = deps.now().getTime()
    await deleteSpent(deps.db, { before: new Date(at - 7 * day), unusedBefore: new Date(at - 90 * day) })
  })
}
