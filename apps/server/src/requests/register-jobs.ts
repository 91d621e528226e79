import type { IssuingDeps } from '../issuing/index.ts'
import { completeRebinding, tendRebindings } from './complete-rebinding.ts'
import { completeRebindingJob, tendRebindingsJob } from './jobs.ts'

export function registerRequestJobs(deps: IssuingDeps): void {
  deps.jobs.handle(completeRebindingJob, (payload) => completeRebinding(deps, payload))
  deps.jobs.handle(tendRebindingsJob, () => tendRebindings(deps))
}
