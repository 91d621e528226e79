import { Hono } from 'hono'
import { z } from 'zod'
import type { SignInProvider } from '../platform/config.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { button, form, formActions, linkButton } from '../platform/pages/components.ts'
import type { AccountsDeps } from './accounts.ts'
import { entryPage, formGround } from './frames.ts'
import { accountOfService, linkService, ServiceRefused } from './linked-sign-ins.ts'
import { requireRecentProof, signedIn } from './middleware.ts'
import { browserHashOf, deviceOf } from './request.ts'
import { forgetOffer, keepOffer, keptOffer, type ServiceOffer } from './service-offer.ts'
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
    if (!accountId) {
      keepOffer(c, deps, answer)
      return notLinkedPage(c, provider)
    }
    return finishFirstStep(c, deps, {
      accountId,
      method: 'service',
      returnTo: safeReturnPath(answer.returnTo) ?? '/dashboard',
    })
  })

  routes.get('/sign-in/with/:provider/finish', recent, (c) => {
    const provider = providerOf(c)
    const offer = keptOffer(c, deps)
    if (offer?.issuer !== provider.issuer) return c.redirect('/dashboard', 303)
    return finishPage(c, provider, offer)
  })

  routes.post('/sign-in/with/:provider/finish', recent, async (c) => {
    await readForm(c, z.object({}))
    const provider = providerOf(c)
    const offer = keptOffer(c, deps)
    forgetOffer(c, deps)
    if (offer?.issuer !== provider.issuer) return c.redirect('/dashboard', 303)
    await linkHere(c, provider, offer)
    return c.redirect(safeReturnPath(offer.returnTo) ?? '/dashboard', 303)
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
    await linkHere(c, provider, answer)
    return c.redirect(settings, 303)
  }

  /** Links what the service said to the signed-in account, and leaves a message about how it went. */
  async function linkHere(c: Ctx, provider: SignInProvider, said: Pick<ServiceAnswer, 'issuer' | 'subject' | 'label'>) {
    const { accountId, sessionId } = signedIn(c)
    const t = c.get('t')
    try {
      await linkService(deps, {
        accountId,
        sessionId,
        provider: said.issuer,
        providerName: provider.name,
        subject: said.subject,
        label: said.label,
        device: deviceOf(c),
      })
      flash(c, deps, { kind: 'success', message: t('security.service.linked', { name: provider.name }) })
    } catch (error) {
      if (!(error instanceof ServiceRefused)) throw error
      flash(c, deps, { kind: 'error', message: t(error.code, { product: config.productName }) })
    }
  }

  /** The same whether or not the address that the service names has an account here (SECURITY S6). */
  function notLinkedPage(c: Ctx, { id, name }: SignInProvider): Response {
    const t = c.get('t')
    const query = `?return=${encodeURIComponent(`/sign-in/with/${id}/finish`)}`
    return entryPage(c, deps, {
      title: t('service.unknown.title'),
      signInHidden: true,
      body: () => [
        html`<p>${t('service.unknown', { name })}</p><div class="cluster">${linkButton({ href: `/sign-in${query}`, label: t('service.unknown.signIn'), kind: 'primary' })}${linkButton({ href: `/register${query}`, label: t('signin.create') })}</div>`,
      ],
    })
  }

  function finishPage(c: Ctx, { id, name }: SignInProvider, offer: ServiceOffer): Response {
    const t = c.get('t')
    const returnTo = safeReturnPath(offer.returnTo) ?? '/dashboard'
    return entryPage(c, deps, {
      title: t('service.finish.title', { name }),
      body: () => [
        html`<p>${t('service.finish', { name, label: offer.label, email: signedIn(c).primaryEmail })}</p>`,
        form({
          action: `/sign-in/with/${id}/finish`,
          ...formGround(c, deps),
          body: formActions(
            button({ label: t('security.service.link', { name }) }),
            html`<a href="${returnTo}">${t('service.finish.no')}</a>`,
          ),
        }),
      ],
    })
  }

  function providerOf(c: Ctx): SignInProvider {
    const found = deps.accounts.providers.find(({ id }) => id === c.req.param('provider'))
    if (!found) throw new HttpError(404, 'No such service')
    return found
  }

  return routes
}
