import type { Deps } from '../platform/deps.ts'
import { noteBounces } from './accounts.ts'
import { forgetWhatIsOver, tidyAccounts } from './tidy.ts'

export function registerAccountsJobs(deps: Pick<Deps, 'db' | 'now' | 'jobs' | 'outbox'>): void {
  noteBounces(deps)
  deps.jobs.handle(tidyAccounts, () => forgetWhatIsOver(deps))
}
