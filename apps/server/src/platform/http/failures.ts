import type { Deps } from '../deps.ts'
import { DomainError, HttpError, type Problem } from '../errors.ts'
import { linkButton } from '../pages/forms.ts'
import { drawing } from '../pages/icons.ts'
import { html } from './html.ts'
import { IdempotencyConflict } from './idempotency.ts'
import { page } from './page.ts'
import type { Ctx } from './context.ts'
import { translator, type MessageKey } from '../i18n/messages.ts'

type Words = { title: MessageKey; body: MessageKey }
const words: Partial<Record<number, Words>> = {
  400: { title: 'error.400.title', body: 'error.400.body' },
  401: { title: 'error.403.title', body: 'error.403.body' },
  403: { title: 'error.403.title', body: 'error.403.body' },
  404: { title: 'error.404.title', body: 'error.notfound' },
  409: { title: 'error.409.title', body: 'error.409.body' },
  413: { title: 'error.413.title', body: 'error.413.body' },
  415: { title: 'error.400.title', body: 'error.400.body' },
  422: { title: 'error.400.title', body: 'error.400.body' },
  429: { title: 'error.429.title', body: 'error.429.body' },
  503: { title: 'error.503.title', body: 'error.503.body' },
}

/** Answers what a route threw: a problem (RFC 9457) for machines, a page with a way out for people. */
export function failure(c: Ctx, deps: Pick<Deps, 'config' | 'secrets' | 'log'>, error: unknown): Response {
  const status = statusOf(error)
  if (status >= 500) deps.log.error({ err: error, request: c.get('requestId') }, 'request failed')
  const retryAfterS = error instanceof HttpError ? error.retryAfterS : undefined
  if (retryAfterS !== undefined) c.header('retry-after', String(retryAfterS))
  if (wantsJson(c)) {
    const title =
      error instanceof HttpError
        ? error.message
        : error instanceof DomainError
          ? error.code
          : 'Something went wrong here'
    return problem(c, { status, title })
  }
  // A failure may come before the language is known.
  const t = c.get('t') ?? translator('en')
  if (!c.get('t')) {
    c.set('t', t)
    c.set('locale', 'en')
    c.set('theme', 'system')
  }
  const { title, body } = words[status] ?? { title: 'error.500.title' as const, body: 'error.500.body' as const }
  const detail = error instanceof HttpError && status === 403 && error.cause === 'page' ? error.message : undefined
  return page(c, deps, {
    title: t(title),
    heading: null,
    status: status as 400,
    error: true,
    noindex: true,
    body: html`<div class="blank-page">${drawing(status === 404 ? 'search' : 'documents')}<h1>${t(title)}</h1>
      <p class="lead">${detail ?? t(body, { minutes: Math.ceil((retryAfterS ?? 60) / 60) })}</p>
      ${status >= 500 && status !== 503 ? html`<p>${t('error.reference')} <code>${c.get('requestId')}</code></p>` : null}
      <div class="cluster">${linkButton({ href: '/', label: t('error.home') })}${linkButton({ href: '/help', label: t('layout.help'), kind: 'quiet' })}</div></div>`,
  })
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status
  // Somebody went back to a form that was sent already and sent it again with other words in it.
  if (error instanceof IdempotencyConflict) return 409
  const code = (error as { code?: unknown } | null)?.code
  // PostgreSQL: connection lost or refused, starting, shutting down; disk full (R9, R14).
  if (typeof code === 'string' && /^(08...|57P0.|ECONNREFUSED|ECONNRESET|ENOENT)$/.test(code)) return 503
  if (code === '53100') return 507
  // An id in the address that is not even shaped like one: unknown, like any other that does not exist.
  if (code === '22P02') return 404
  // What the database cannot even hold: a NUL in a text, letters that are none, a number beyond every column.
  if (code === '22021' || code === '22P05' || code === '22003') return 400
  return 500
}

export function problem(c: Ctx, { status, title, detail }: Problem): Response {
  return c.body(JSON.stringify({ type: 'about:blank', title, status, ...(detail ? { detail } : {}) }), status as 400, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
}

/** True when the caller is a program: it asks for JSON before HTML, or uses the API. */
export function wantsJson(c: Ctx): boolean {
  if (c.req.path.startsWith('/api/')) return true
  const accept = c.req.header('accept') ?? ''
  const json = accept.search(/application\/(?:[\w.+-]+\+)?json/)
  const page = accept.indexOf('text/html')
  return json !== -1 && (page === -1 || json < page)
}
