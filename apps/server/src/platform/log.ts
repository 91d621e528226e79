import { pino, type Logger } from 'pino'

const warning = pino.levels.values['warn'] ?? 40

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>

/**
 * Structured lines on standard output. Lines carry ids, codes and durations; never an address, a name, a token or a
 * path that holds one (SECURITY S42).
 */
export function createLog(level: string): Log {
  // Lines of requests are written a few at a time: handing over each one costs more than making it.
  const output = pino.destination({ sync: false, minLength: 4096, periodicFlush: 200 })
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: {
        logMethod(args, write, severity) {
          write.apply(this, args)
          // What went wrong does not wait.
          if (severity >= warning) output.flush()
        },
      },
    },
    output,
  )
}

/** Drivers hang whole connections on their errors, and a `detail` that quotes the row; only this much is written. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
