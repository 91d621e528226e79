import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import { markdown } from '../platform/markdown.ts'
import { button, field, icon, linkButton } from '../platform/pages/components.ts'
import { type SitePage, siteText } from './site-pages.ts'

/** Explains in ten seconds and routes: earner, verifier, issuer (UX.md section 6). */
export function homePage(c: Ctx, deps: Pick<Deps, 'config' | 'secrets'>): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('home.title'),
    heading: null,
    section: 'public',
    body: html`<div class="hero">
      <div class="hero-words"><h1 class="display">${t('home.title')}</h1><p class="lead">${t('home.lead')}</p></div>
      <img class="hero-picture" src="/home.svg" width="430" height="330" alt="">
    </div>
    <div class="doors">
      <section class="panel door">
        ${icon('mail', 'door-mark')}
        <h2>${t('home.earner.title')}</h2>
        <p>${t('home.earner.body')}</p>
        <form method="post" action="/claim/fresh-link" novalidate>
          ${formFields(c, deps)}
          ${field({ name: 'email', label: t('home.earner.email'), type: 'email', autocomplete: 'email', inputmode: 'email' })}
          ${button({ label: t('home.earner.submit'), kind: 'primary' })}
        </form>
      </section>
      <section class="panel door">
        ${icon('check', 'door-mark')}
        <h2>${t('home.verify.title')}</h2>
        <p>${t('home.verify.body')}</p>
        ${linkButton({ href: '/verify', label: t('home.verify.action') })}
      </section>
      <section class="panel door">
        ${icon('pin', 'door-mark')}
        <h2>${t('home.issue.title')}</h2>
        <p>${t('home.issue.body')}</p>
        ${linkButton({ href: '/console', label: t('home.issue.action') })}
      </section>
    </div>`,
  })
}

export function textPage(c: Ctx, deps: Pick<Deps, 'config' | 'secrets'>, name: SitePage): Response {
  const { title, body } = siteText(deps.config, name, c.get('locale'))
  return page(c, deps, {
    title,
    section: 'public',
    width: 'text',
    body: markdown(body, { headingLevel: 2, breaks: false }),
  })
}
