import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { type Html, html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { markdown } from '../platform/markdown.ts'
import { backLink, linkButton } from '../platform/pages/components.ts'
import { type HelpGuide, helpAudiences, helpGuides, type HelpStep } from './help.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

/** All guides by whom they are for, and the booklet that holds them all. */
export function helpIndexPage(c: Ctx, deps: PageDeps): Response {
  const t = c.get('t')
  const guides = helpGuides(c.get('locale'))
  return page(c, deps, {
    title: t('help.title'),
    lead: t('help.lead'),
    section: 'public',
    width: 'text',
    body: html`${helpAudiences.map(
      (audience) =>
        html`<section class="section"><h2>${t(`help.audience.${audience}`)}</h2><ul class="help-index" role="list">${guides
          .filter((guide) => guide.audience === audience)
          .map(
            ({ slug, title, lead }) => html`<li><a href="/help/${slug}">${title}</a><p class="hint">${lead}</p></li>`,
          )}</ul></section>`,
    )}<p>${linkButton({ href: '/help/booklet', label: t('help.booklet') })}</p>`,
  })
}

export function helpGuidePage(c: Ctx, deps: PageDeps, guide: HelpGuide): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: guide.title,
    lead: guide.lead,
    section: 'public',
    width: 'text',
    body: html`${backLink('/help', t('help.title'))}${stepList(c, guide, 2)}`,
  })
}

/** Every guide on one page, to print. */
export function helpBookletPage(c: Ctx, deps: PageDeps): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('help.booklet.title'),
    lead: t('help.booklet.lead'),
    section: 'public',
    width: 'text',
    body: html`${helpGuides(c.get('locale')).map(
      (guide) =>
        html`<section class="section help-chapter"><h2>${guide.title}</h2><p class="lead">${guide.lead}</p>${stepList(c, guide, 3)}</section>`,
    )}`,
  })
}

function stepList(c: Ctx, guide: HelpGuide, level: 2 | 3): Html {
  const isSequence = guide.steps.every(({ picture }) => picture !== undefined)
  return html`${guide.steps.map((step, at) => {
    const heading = isSequence ? c.get('t')('help.step', { number: at + 1, heading: step.heading }) : step.heading
    return html`<section class="section help-step">${level === 2 ? html`<h2>${heading}</h2>` : html`<h3>${heading}</h3>`}${markdown(step.body, { breaks: false })}${picture(c, step, { eager: level === 3 })}</section>`
  })}`
}

/** @param o.eager for the booklet: what is printed was often never scrolled to */
function picture(c: Ctx, { picture: shown }: HelpStep, { eager }: { eager: boolean }): Html | null {
  if (!shown || shown.width === 0) return null
  // Taken at double density.
  return html`<img class="help-picture" src="/help/pictures/${shown.name}.${c.get('locale')}.png" alt="${shown.alt}" width="${Math.round(shown.width / 2)}" height="${Math.round(shown.height / 2)}" loading="${eager ? 'eager' : 'lazy'}">`
}
