import type { AccountsDeps } from './accounts.ts'
import { noteBounces } from './accounts.ts'
import { mailLater, mailNow } from './mail-later.ts'
import { forgetWhatIsOver, tidyAccounts } from './tidy.ts'

export function registerAccountsJobs(deps: Omit<AccountsDeps, 'accounts'>): void {
  noteBounces(deps)
  deps.jobs.handle(tidyAccounts, () => forgetWhatIsOver(deps))
  deps.jobs.handle(mailLater, (payload) => mailNow(deps, payload))
}
