import { type IssuingDeps, signStatusListJob } from '../issuing/index.ts'
import { signDueListsJob, tellOfWithdrawalJob } from './jobs.ts'
import { enqueueDueLists, signList } from './sign-lists.ts'
import { tellOfWithdrawal } from './tell-of-withdrawal.ts'

export function registerRevokingJobs(deps: IssuingDeps): void {
  deps.jobs.handle(signStatusListJob, (payload) => signList(deps, payload))
  deps.jobs.handle(signDueListsJob, () => enqueueDueLists(deps))
  deps.jobs.handle(tellOfWithdrawalJob, (payload) => tellOfWithdrawal(deps, payload))
}
