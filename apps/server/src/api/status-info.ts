import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'

/** Values of `imsx_codeMinorFieldValue` (1EdTech common status information) that this site has a use for. */
type CodeMinor =
  | 'forbidden'
  | 'internal_server_error'
  | 'invalid_data'
  | 'invalid_query_parameter'
  | 'not_acceptable'
  | 'not_allowed'
  | 'not_found'
  | 'server_busy'
  | 'unauthorizedrequest'

const codes: Record<number, CodeMinor> = {
  400: 'invalid_data',
  401: 'unauthorizedrequest',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_allowed',
  413: 'invalid_data',
  415: 'not_acceptable',
  422: 'invalid_data',
  429: 'server_busy',
  503: 'server_busy',
}

/** A request to the Open Badges API that is refused; the words are English, for the developer. */
export class ApiRefused extends HttpError {
  override name = 'ApiRefused'
  readonly minor: CodeMinor | undefined
  constructor(status: HttpError['status'], message: string, o: { minor?: CodeMinor; retryAfterS?: number } = {}) {
    super(status, message, o.retryAfterS === undefined ? {} : { retryAfterS: o.retryAfterS })
    this.minor = o.minor
  }
}

/** What was thrown, as `Imsx_StatusInfo` (Open Badges 3.0, "Imsx_StatusInfo"). */
export function statusInfo(c: Ctx, { log }: Pick<Deps, 'log'>, error: unknown): Response {
  c.header('cache-control', 'no-store')
  const known = error instanceof HttpError ? error : undefined
  if (!known) log.error({ err: error, request: c.get('requestId') }, 'request failed')
  if (known?.retryAfterS !== undefined) c.header('retry-after', String(known.retryAfterS))
  const status = known?.status ?? 500
  const minor = (known instanceof ApiRefused && known.minor) || codes[status] || 'internal_server_error'
  return c.json(
    {
      imsx_codeMajor: 'failure',
      imsx_severity: 'error',
      imsx_description: known?.message ?? 'Something went wrong here',
      imsx_codeMinor: {
        imsx_codeMinorField: [{ imsx_codeMinorFieldName: 'sourcedId', imsx_codeMinorFieldValue: minor }],
      },
    },
    status as 400,
  )
}
