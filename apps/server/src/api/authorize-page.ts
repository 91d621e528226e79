import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import { signedIn } from '../accounts/index.ts'
import { pagePolicy } from '../platform/http/middleware.ts'
import {
  button,
  cluster,
  descriptionList,
  externalLink,
  form,
  linkButton,
  postButton,
  section,
  stack,
} from '../platform/pages/components.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { apiScopes, type ScopeName, scopeNamesOf } from './scopes.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

/** UX 6, `/authorize`: which app, which account, permissions in words, Allow or Refuse. */
export function authorizePage(c: Ctx, deps: PageDeps, o: { request: AuthorizeRequest; sealed: string }): Response {
  const t = c.get('t')
  const viewer = signedIn(c)
  const { client, redirectUri, scopes } = o.request
  const hidden = { request: o.sealed }
  // A browser follows the answer of a form only to where the policy lets forms lead.
  c.header('content-security-policy', pagePolicy({ formActions: ["'self'", sourceOf(redirectUri)] }))
  return page(c, deps, {
    title: t('oauth.title'),
    heading: t('oauth.heading', { app: client.name }),
    section: 'entry',
    width: 'form',
    body: stack(
      descriptionList([
        {
          term: t('oauth.app'),
          value: html`<strong>${client.name}</strong><br>${t('oauth.at', { host: client.host })}`,
        },
        {
          term: t('oauth.account'),
          value: html`${`${viewer.givenName} ${viewer.familyName}`.trim()}<br>${viewer.primaryEmail}`,
        },
      ]),
      section({ id: 'permissions', heading: t('oauth.may'), body: permissionList(c, scopeNamesOf(scopes)) }),
      html`<p>${t('oauth.stranger', { app: client.name })} ${externalLink(t, client.metadata.policy_uri, t('oauth.policy'))} · ${externalLink(t, client.metadata.tos_uri, t('oauth.terms'))}</p>`,
      html`<p class="hint">${t('oauth.after', { host: client.host })}${!scopes.includes(apiScopes.stay) && html` ${t('oauth.after.hour')}`}</p>`,
      cluster(
        form({
          action: '/authorize/allow',
          csrf: formFields(c, deps),
          hidden,
          className: 'form-inline',
          body: button({ label: t('oauth.allow') }),
        }),
        postButton({
          action: '/authorize/refuse',
          csrf: formFields(c, deps),
          hidden,
          label: t('oauth.refuse'),
        }),
        postButton({
          action: '/authorize/switch-account',
          csrf: formFields(c, deps),
          hidden,
          label: t('oauth.otherAccount'),
          kind: 'quiet',
        }),
      ),
    ),
  })
}

/** What somebody reads whose app asked in a way that leads nowhere. */
export function authorizeErrorPage(c: Ctx, deps: PageDeps, reason: 'client' | 'redirect' | 'long' | 'old'): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('oauth.title'),
    heading: t('oauth.error.heading'),
    lead: t(`oauth.error.${reason}`),
    status: 400,
    error: true,
    section: 'entry',
    width: 'form',
    body: linkButton({ href: '/dashboard', label: t('oauth.error.home') }),
  })
}

export function permissionList(c: Ctx, names: readonly ScopeName[]): Renderable {
  const t = c.get('t')
  return html`<ul>${names.map((name) => html`<li>${t(`oauth.scope.${name}`)}<br><span class="hint">${t(`oauth.scope.${name}.hint`)}</span></li>`)}</ul>`
}

/** An address as a policy names it (CSP level 3, section 2.3.1), which has no word for the numbers of IPv6. */
function sourceOf(address: string): string {
  const { origin, hostname, protocol } = new URL(address)
  return hostname.startsWith('[') ? protocol : origin
}
