import { performance } from 'node:perf_hooks'

/** Reads the time. Every rule that depends on time takes it as an argument or reads it here. */
export type Now = () => Date

/**
 * The database's time, carried forward by the monotonic clock of this process, so that a machine whose clock is wrong
 * or is set back neither prolongs a ticket nor ends one (SECURITY R13).
 */
export function databaseClock(databaseNow: Date): { now: Now; adjust: (databaseNow: Date) => void } {
  let base = databaseNow.getTime()
  let mark = performance.now()
  return {
    now: () => new Date(base + (performance.now() - mark)),
    adjust(at) {
      base = at.getTime()
      mark = performance.now()
    },
  }
}
