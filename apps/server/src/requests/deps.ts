import type { Deps } from '../platform/deps.ts'

/** What the use cases of this feature stand on. */
export type RequestDeps = Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox' | 'jobs'>
