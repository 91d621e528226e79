import type { IssuingDeps } from '../issuing/index.ts'
import { completeRebinding, tendRebindings } from './complete-rebinding.ts'
import { forgetClosedRequests } from './forget-closed.ts'
import { completeRebindingJob, forgetClosedJob, passOnJob, tendRebindingsJob } from './jobs.ts'
import { passOnLostMailbox } from './report-lost-mailbox.ts'

export function registerRequestJobs(deps: IssuingDeps): void {
  deps.jobs.handle(passOnJob, (payload) => passOnLostMailbox(deps, payload))
  deps.jobs.handle(completeRebindingJob, (payload) => completeRebinding(deps, payload))
  deps.jobs.handle(forgetClosedJob, () => forgetClosedRequests(deps))
  deps.jobs.handle(tendRebindingsJob, () => tendRebindings(deps))
}
