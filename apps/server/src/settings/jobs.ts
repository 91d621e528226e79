import type { Deps } from '../platform/deps.ts'
import type { AskOwnSite } from '../verifying/index.ts'
import { digestJob, sendDigests } from './digest.ts'
import { eraseJob, runErasures } from './erase-account.ts'
import { buildExport, exportJob, tidyExports, tidyExportsJob } from './export-data.ts'
import { linksOpenedJob, tellOfOpenedLinks } from './link-opened.ts'
import { forgetPeopleRequests, forgetPeopleRequestsJob, tellPerson, tellPersonJob } from './people-requests.ts'

/** What the settings do later. Called once per process, before the queue starts. */
export function registerSettingsJobs(deps: Deps & { askOwnSite: AskOwnSite }): void {
  deps.jobs.handle(tellPersonJob, (payload) => tellPerson(deps, payload))
  deps.jobs.handle(forgetPeopleRequestsJob, () => forgetPeopleRequests(deps))
  deps.jobs.handle(exportJob, (payload) => buildExport(deps, payload))
  deps.jobs.handle(tidyExportsJob, () => tidyExports(deps))
  deps.jobs.handle(eraseJob, () => runErasures(deps))
  deps.jobs.handle(linksOpenedJob, async () => void (await tellOfOpenedLinks(deps)))
  deps.jobs.handle(digestJob, async () => void (await sendDigests(deps)))
}
