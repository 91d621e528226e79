import type { Deps } from '../platform/deps.ts'
import { digestJob, sendDigests } from './digest.ts'
import { tellPerson, tellPersonJob } from './people-requests.ts'

/** What the settings do later. Called once per process, before the queue starts. */
export function registerSettingsJobs(deps: Deps): void {
  deps.jobs.handle(tellPersonJob, (payload) => tellPerson(deps, payload))
  deps.jobs.handle(digestJob, async () => void (await sendDigests(deps)))
}
