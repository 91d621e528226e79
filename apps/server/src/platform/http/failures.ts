import type { Deps } from '../deps.ts'
import { DomainError, HttpError, type Problem } from '../errors.ts'
import { linkButton } from '../pages/forms.ts'
import { type DrawingName, drawing } from '../pages/icons.ts'
import { isForApps, staleForm } from './csrf.ts'
import { type Html, html } from './html.ts'
import { IdempotencyConflict } from './idempotency.ts'
import { page } from './page.ts'
import type { Ctx } from './context.ts'
import { type Locale, locales, type MessageKey, regions, type Translate, translator } from '../i18n/messages.ts'

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
const ours: Words = { title: 'error.500.title', body: 'error.500.body' }
const stale: Words = { title: 'error.stale.title', body: 'error.stale.body' }
const drawings: Partial<Record<number, DrawingName>> = { 403: 'lock', 404: 'search', 429: 'clock', 503: 'clock' }

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
  if (!c.get('t')) {
    c.set('t', translator('en'))
    c.set('locale', 'en')
    c.set('theme', 'system')
  }
  const t = c.get('t')
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD'
  const isStale = error instanceof HttpError && error.cause === staleForm
  const said = isStale ? stale : (words[status] ?? ours)
  const detail = error instanceof HttpError && status === 403 && error.cause === 'page' ? error.message : undefined
  return page(c, deps, {
    title: t(said.title),
    heading: null,
    status: status as 400,
    error: true,
    noindex: true,
    body: html`<div class="blank-page">${drawing(isStale ? 'clock' : (drawings[status] ?? 'documents'))}<h1>${t(said.title)}</h1>
      <p class="lead">${detail ?? (status === 429 ? waitWords(t, retryAfterS ?? 60) : t(said === ours && isReading ? 'error.500.reading' : said.body))}</p>
      ${status === 503 && inOtherLanguages(c.get('locale'), said)}
      ${status >= 500 && status !== 503 ? html`<p>${t('error.reference')} <code class="nowrap">${c.get('requestId')}</code></p>` : null}
      <div class="cluster"${isReading ? null : html` data-back="${t('error.back')}"`}>${wayOut()}${linkButton({ href: '/', label: t('error.home') })}${linkButton({ href: '/help', label: t('layout.help'), kind: 'quiet' })}</div></div>`,
  })

  function wayOut(): Html | null {
    if (isStale && !c.get('viewer'))
      return linkButton({ href: '/sign-in', label: t('error.stale.signIn'), kind: 'primary' })
    if (isReading && (status === 429 || status >= 500))
      return linkButton({
        href: `${c.req.path}${new URL(c.req.url).search}`,
        label: t('error.again'),
        kind: 'primary',
      })
    return null
  }
}

/** The service may be away before anybody's language is known, so this page speaks them all (UX 3, failures). */
function inOtherLanguages(locale: Locale, said: Words): Html[] {
  return locales
    .filter((other) => other !== locale)
    .map((other) => {
      const t = translator(other)
      return html`<p class="lead" lang="${regions[other]}">${t(said.title)}. ${t(said.body)}</p>`
    })
}

function waitWords(t: Translate, seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes > 90 ? t('error.429.hours', { hours: Math.ceil(minutes / 60) }) : t('error.429.body', { minutes })
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
  if (c.req.path.startsWith('/api/') || isForApps(c.req.path)) return true
  const accept = c.req.header('accept') ?? ''
  const json = accept.search(/application\/(?:[\w.+-]+\+)?json/)
  const page = accept.indexOf('text/html')
  return json !== -1 && (page === -1 || json < page)
}
