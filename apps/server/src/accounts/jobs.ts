import type { Deps } from '../platform/deps.ts'
import { forgetWhatIsOver, tidyAccounts } from './tidy.ts'

export function registerAccountsJobs(deps: Pick<Deps, 'db' | 'now' | 'jobs'>): void {
  deps.jobs.handle(tidyAccounts, () => forgetWhatIsOver(deps))
}
