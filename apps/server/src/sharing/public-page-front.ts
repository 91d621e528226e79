import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Deps } from '../platform/deps.ts'
import { securityHeaderList } from '../platform/http/middleware.ts'
import type { PageReader } from '../platform/http/page.ts'
import { type Locale, negotiateLocale, translator } from '../platform/i18n/messages.ts'
import { isPublicId, newPublicId } from '../platform/ids.ts'
import { encoded, type KeptPage, pageKey, publicPages } from './public-page-cache.ts'
import { cacheControlOfPage, varyOfPage, wantedForm } from './public-page-form.ts'
import { everybodysPage } from './public-page-view.ts'

/**
 * Answers the page of a badge to whoever comes without a cookie, before anything else of the site is asked: a link that
 * many people open at the same time is the one thing here that has to be quick. Everything that could change the answer
 * goes on to the site itself: any cookie, any method but GET, any form but the page, and every badge that is not shown.
 *
 * The answer has the headers and leaves the line in the log that the site's own answer would have.
 */
export function publicPagesFirst(
  deps: Pick<Deps, 'config' | 'db' | 'log' | 'now'>,
  next: (request: IncomingMessage, response: ServerResponse) => unknown,
): RequestListener {
  const pages = publicPages(deps.config)
  const common = { ...securityHeaderList(deps.config), 'cache-control': cacheControlOfPage, vary: varyOfPage }

  return (request, response) => {
    const asked = pageAsked(request)
    if (!asked) return void next(request, response)
    const startedAt = performance.now()
    const { publicId, path, returnTo } = asked
    const locale = negotiateLocale(request.headers['accept-language'])
    const kept = path === returnTo ? pages.find(pageKey(publicId, locale, 'system'), deps.now()) : undefined
    if (kept)
      return send(kept, encoded(kept, header(request.headers['accept-encoding'])), {
        request,
        response,
        locale,
        startedAt,
      })
    const reader: PageReader = { t: translator(locale), locale, theme: 'system', path, returnTo }
    everybodysPage(deps, publicId, reader).then(
      (made) =>
        typeof made === 'string'
          ? next(request, response)
          : send(made, { bytes: made.plain, encoding: undefined }, { request, response, locale, startedAt }),
      // What went wrong here goes wrong there again, and is answered and logged as every fault is.
      () => next(request, response),
    )
  }

  function send(
    page: KeptPage,
    { bytes, encoding }: ReturnType<typeof encoded>,
    o: { request: IncomingMessage; response: ServerResponse; locale: Locale; startedAt: number },
  ): void {
    const requestId = newPublicId()
    const isKnown = o.request.headers['if-none-match'] === page.etag
    const status = isKnown ? 304 : 200
    const own = isKnown
      ? undefined
      : {
          'content-type': 'text/html; charset=utf-8',
          'content-language': o.locale,
          'content-length': bytes.length,
          ...(encoding ? { 'content-encoding': encoding } : {}),
        }
    o.response.writeHead(status, { ...common, etag: page.etag, 'x-request-id': requestId, ...own })
    o.response.end(isKnown ? undefined : bytes)
    const ms = Math.round(performance.now() - o.startedAt)
    deps.log.info({ request: requestId, method: 'GET', route: '/b/:id', status, ms }, 'request')
  }
}

/** Which badge's page a request asks for, when it can be answered without knowing who asks. */
function pageAsked({ method, url = '', headers }: IncomingMessage) {
  if (method !== 'GET' || headers.cookie !== undefined || !url.startsWith('/b/')) return undefined
  const path = url.slice(0, 25)
  const publicId = path.slice(3)
  if (!isPublicId(publicId) || (url.length > 25 && url[25] !== '?')) return undefined
  const query = url.length > 25 ? URL.parse(url, 'http://site')?.search : ''
  if (query === undefined || wantedForm(headers.accept, new URLSearchParams(query).get('v') ?? undefined) !== 'page')
    return undefined
  return { publicId, path, returnTo: `${path}${query}` }
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
