import { pino, type Logger } from 'pino'

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>

/**
 * Structured lines on standard output. Lines carry ids, codes and durations; never an address, a name, a token or a
 * path that holds one (SECURITY S42).
 */
export function createLog(level: string): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
}
