import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import type { Now } from './clock.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Log } from './log.ts'
import type { Outbox } from './mail/outbox.ts'
import type { Secrets } from './secrets.ts'

/**
 * What the features stand on. A function asks for the least it needs: `Pick<Deps, 'db' | 'now'>`.
 */
export interface Deps {
  config: Config
  /** Reads across organizations; an organization's staff work in `inOrganization(db, id, …)`. */
  db: Database
  now: Now
  secrets: Secrets
  jobs: Jobs
  outbox: Outbox
  log: Log
}
