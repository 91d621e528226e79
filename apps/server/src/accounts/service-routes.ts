import { Hono } from 'hono'
import type { SignInProvider } from '../platform/config.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import { flash, page } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { linkButton } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { accountOfService, linkService, ServiceRefused } from './linked-sign-ins.ts'
import { requireRecentProof, signedIn } from './middleware.ts'
import { browserHashOf, deviceOf } from './request.ts'
import { addressOfService, answerOfService, type ServiceAnswer, ServiceFailed } from './service-sign-in.ts'
import { finishFirstStep } from './start-session.ts'

const settings = '/settings/privacy-security'

/** Signing in with an institution or a network, and linking it to an account (OpenID Connect). */
export function serviceRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config } = deps
  const recent = requireRecentProof(deps)

  routes.get('/sign-in/with/:provider', async (c) => {
    const provider = providerOf(c)
    const returnTo = safeReturnPath(c.req.query('return')) ?? '/dashboard'
    if (c.get('viewer')) return c.redirect(returnTo, 303)
    return go(c, provider, { returnTo })
  })

  routes.get(`${settings}/services/:provider/link`, recent, (c) => {
    const { accountId, sessionId } = signedIn(c)
    return go(c, providerOf(c), { returnTo: settings, link: { accountId, sessionId } })
  })

  routes.get('/sign-in/with/:provider/callback', async (c) => {
    const provider = providerOf(c)
    let answer: ServiceAnswer
    try {
      answer = await answerOfService(deps, provider, {
        browserHash: browserHashOf(c, config),
        search: new URL(c.req.url).search,
      })
    } catch (error) {
      if (!(error instanceof ServiceFailed)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')('service.failed', { name: provider.name }) })
      return c.redirect(c.get('viewer') ? settings : '/sign-in', 303)
    }
    if (answer.link) return link(c, provider, answer)
    const accountId = await accountOfService(deps, { provider: answer.issuer, subject: answer.subject })
    if (!accountId) return notLinkedPage(c, provider, answer.returnTo)
    return finishFirstStep(c, deps, {
      accountId,
      method: 'service',
      returnTo: safeReturnPath(answer.returnTo) ?? '/dashboard',
    })
  })

  async function go(
    c: Ctx,
    provider: SignInProvider,
    o: { returnTo: string; link?: { accountId: string; sessionId: string } },
  ): Promise<Response> {
    try {
      const address = await addressOfService(deps, provider, { ...o, browserHash: browserHashOf(c, config) })
      return c.redirect(address, 303)
    } catch (error) {
      if (!(error instanceof ServiceFailed)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')('service.failed', { name: provider.name }) })
      return c.redirect(c.get('viewer') ? settings : '/sign-in', 303)
    }
  }

  /** Only the session that began it may end it, so that nobody can be made to link a stranger's account. */
  async function link(c: Ctx, provider: SignInProvider, answer: ServiceAnswer): Promise<Response> {
    const viewer = c.get('viewer')
    const t = c.get('t')
    if (!viewer || viewer.sessionId !== answer.link?.sessionId) {
      flash(c, deps, { kind: 'error', message: t('service.failed', { name: provider.name }) })
      return c.redirect('/sign-in', 303)
    }
    try {
      await linkService(deps, {
        accountId: viewer.accountId,
        sessionId: viewer.sessionId,
        provider: answer.issuer,
        providerName: provider.name,
        subject: answer.subject,
        label: answer.label,
        device: deviceOf(c),
      })
      flash(c, deps, { kind: 'success', message: t('security.service.linked', { name: provider.name }) })
    } catch (error) {
      if (!(error instanceof ServiceRefused)) throw error
      flash(c, deps, { kind: 'error', message: t(error.code, { product: config.productName }) })
    }
    return c.redirect(settings, 303)
  }

  function notLinkedPage(c: Ctx, { name }: SignInProvider, returnTo: string): Response {
    const t = c.get('t')
    const query = returnTo === '/dashboard' ? '' : `?return=${encodeURIComponent(returnTo)}`
    return page(c, deps, {
      title: t('service.unknown.title'),
      section: 'entry',
      width: 'form',
      signInHidden: true,
      body: html`<p>${t('service.unknown', { name })}</p><div class="cluster">${linkButton({ href: `/sign-in${query}`, label: t('signin.submit'), kind: 'primary' })}${linkButton({ href: `/register${query}`, label: t('signin.create') })}</div>`,
    })
  }

  function providerOf(c: Ctx): SignInProvider {
    const found = deps.accounts.providers.find(({ id }) => id === c.req.param('provider'))
    if (!found) throw new HttpError(404, 'No such service')
    return found
  }

  return routes
}
