import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Deps } from '../platform/deps.ts'
import { securityHeaderList } from '../platform/http/middleware.ts'
import { negotiateLocale } from '../platform/i18n/messages.ts'
import { newPublicId } from '../platform/ids.ts'
import { encoded, pageKey, publicPages } from './public-page-cache.ts'
import { cacheControlOfPage, varyOfPage, wantedForm } from './public-page-form.ts'

/**
 * Answers a badge's page that this process keeps, before anything else of the site is asked: a link that many people
 * open at the same time is the one thing here that has to be quick. Everything that could change the answer goes on to
 * the site itself: any cookie, any query, any method but GET, any form but the page, and every page that is not kept.
 *
 * The answer has the headers and leaves the line in the log that the site's own answer would have.
 */
export function keptPagesFirst(deps: Pick<Deps, 'config' | 'log' | 'now'>, next: RequestListener): RequestListener {
  const pages = publicPages(deps.config)
  const common = {
    ...securityHeaderList(deps.config),
    'cache-control': cacheControlOfPage,
    vary: varyOfPage,
  }

  return (request, response) => {
    if (!answered(request, response)) return next(request, response)
  }

  function answered({ method, url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
    if (method !== 'GET' || url.length !== 25 || !url.startsWith('/b/') || headers.cookie !== undefined) return false
    const startedAt = performance.now()
    const locale = negotiateLocale(headers['accept-language'])
    const page = pages.find(pageKey(url.slice(3), locale, 'system'), deps.now())
    if (!page || wantedForm(headers.accept, undefined) !== 'page') return false
    const requestId = newPublicId()
    const isKnown = headers['if-none-match'] === page.etag
    const { bytes, encoding } = encoded(page, header(headers['accept-encoding']))
    const status = isKnown ? 304 : 200
    response.writeHead(status, {
      ...common,
      etag: page.etag,
      'x-request-id': requestId,
      ...(isKnown
        ? {}
        : {
            'content-type': 'text/html; charset=utf-8',
            'content-language': locale,
            'content-length': bytes.length,
            ...(encoding ? { 'content-encoding': encoding } : {}),
          }),
    })
    response.end(isKnown ? undefined : bytes)
    const ms = Math.round(performance.now() - startedAt)
    deps.log.info({ request: requestId, method, route: '/b/:id', status, ms }, 'request')
    return true
  }
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
