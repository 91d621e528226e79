/**
 * A refusal that the caller could have expected. The code names it (`claim.expired`); routes map each code
 * to a problem, and pages use it as the key of a message that says what to do next.
 */
export class DomainError<Code extends string = string> extends Error {
  override name = 'DomainError'
  readonly code: Code
  /** Values for the message, never secrets. */
  readonly values: Record<string, string | number>
  constructor(code: Code, values: Record<string, string | number> = {}) {
    super(code)
    this.code = code
    this.values = values
  }
}

/** RFC 9457. The title is English and for developers; people read the message files. */
export interface Problem {
  status: number
  title: string
  detail?: string
}

/** Answers that are not refusals of one feature. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 503 | 507
  /** For 429 and 503, in seconds. */
  readonly retryAfterS: number | undefined
  constructor(status: HttpError['status'], message: string, options: { retryAfterS?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.status = status
    this.retryAfterS = options.retryAfterS
  }
}
