import { Hono } from 'hono'
import { z } from 'zod'
import { deviceOf, endSession, hasRecentProof, requireSignedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie, readCookie, writeCookie } from '../platform/http/cookies.ts'
import { readForm } from '../platform/http/forms.ts'
import { readIdempotencyKey } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import { allowApp } from './allow-app.ts'
import { authorizeErrorPage, authorizePage } from './authorize-page.ts'
import { type AuthorizeRequest, codeRedirect, errorRedirect, readAuthorizeRequest } from './authorize-request.ts'

const root = '/authorize'
/** Where the sign-in comes back to; the request itself waits in a cookie, since an address would be too long for it. */
const continuePath = `${root}/continue`
const waitingMinutes = 60

const requestForm = z.object({ request: z.string().max(4000) })

/** `/authorize`: an app asks a person for access (RFC 6749 section 4.1, UX 6). Nothing happens before a press of Allow. */
export function authorizeRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config, secrets, now } = deps
  const issuer = config.publicUrl

  routes.get(root, async (c) => {
    const query = new URL(c.req.url).search.slice(1)
    const read = await readAuthorizeRequest(deps.db, query, issuer)
    if (!read.ok && read.to === undefined) return authorizeErrorPage(c, deps, read.reason)
    // Nobody is sent on, not even with an error, before it is known who they are (RFC 9700 section 4.11.2): anybody may
    // register an address, and a link to this site would lead there.
    const viewer = c.get('viewer')
    if (!viewer || viewer.mustAgree || !hasRecentProof(viewer, now())) return proveFirst(c, query)
    if (!read.ok) return c.redirect(read.to, 303)
    return authorizePage(c, deps, { request: read.request, sealed: seal({ query, accountId: viewer.accountId }) })
  })

  routes.get(continuePath, requireSignedIn, (c) => {
    const waiting = open(readCookie(c, config, 'authorize') ?? '')
    clearCookie(c, config, 'authorize')
    return waiting ? c.redirect(`${root}?${waiting.query}`, 303) : authorizeErrorPage(c, deps, 'old')
  })

  routes.post(`${root}/allow`, async (c) => {
    const { query, request } = await asked(c)
    const viewer = c.get('viewer')
    if (!viewer || viewer.mustAgree || !hasRecentProof(viewer, now())) return proveFirst(c, query)
    const { accountId } = viewer
    const waitS = await throttle(deps, { purpose: 'oauth-allow', subject: accountId, limit: 60, windowS: 3600 })
    if (waitS > 0) throw new HttpError(429, 'Too many apps in an hour', { retryAfterS: waitS })
    const { code } = await allowApp(deps, {
      accountId,
      request,
      idempotencyKey: await readIdempotencyKey(c),
      device: deviceOf(c),
    })
    return c.redirect(codeRedirect({ ...request, issuer, code }), 303)
  })

  routes.post(`${root}/refuse`, async (c) => {
    const { request } = await asked(c)
    return c.redirect(errorRedirect({ ...request, issuer, error: 'access_denied', why: 'The person refused' }), 303)
  })

  routes.post(`${root}/switch-account`, async (c) => {
    const { query } = await asked(c)
    const viewer = c.get('viewer')
    if (viewer) await endSession(deps.db, { sessionId: viewer.sessionId, now: now() })
    clearCookie(c, config, 'session')
    c.set('viewer', undefined)
    return proveFirst(c, query)
  })

  /** To the page that signs in, asks for the password again or shows new terms; the request waits meanwhile. */
  function proveFirst(c: Ctx, query: string): Response {
    const viewer = c.get('viewer')
    writeCookie(c, config, 'authorize', seal({ query, accountId: '' }), { maxAgeS: waitingMinutes * 60 })
    const back = encodeURIComponent(continuePath)
    const page = !viewer ? '/sign-in' : viewer.mustAgree ? '/sign-in/terms' : '/sign-in/again'
    return c.redirect(`${page}?return=${back}`, 303)
  }

  /** The request that the form was shown for, read again: the app may be gone by now, or somebody else signed in. */
  async function asked(c: Ctx): Promise<{ query: string; request: AuthorizeRequest }> {
    const given = await readForm(c, requestForm)
    const shown = given.ok ? open(given.data.request) : undefined
    if (!shown) throw new HttpError(400, 'The form is too old or was not made here')
    const viewer = c.get('viewer')
    if (viewer && viewer.accountId !== shown.accountId)
      throw new HttpError(409, 'Somebody else is signed in now than when the page was opened')
    const read = await readAuthorizeRequest(deps.db, shown.query, issuer)
    if (!read.ok) throw new HttpError(400, 'The app does not exist any more')
    return { query: shown.query, request: read.request }
  }

  function seal(o: { query: string; accountId: string }): string {
    return secrets.seal('authorize', JSON.stringify({ ...o, at: now().getTime() })).toString('base64url')
  }

  function open(sealed: string): { query: string; accountId: string } | undefined {
    try {
      const { at, ...shown } = JSON.parse(secrets.open('authorize', Buffer.from(sealed, 'base64url')).toString()) as {
        query: string
        accountId: string
        at: number
      }
      return now().getTime() - at <= waitingMinutes * 60_000 ? shown : undefined
    } catch {
      return undefined // altered, or sealed before the secret changed
    }
  }

  return routes
}
