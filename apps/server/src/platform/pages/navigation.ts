import { attributes, type Html, html, type Renderable } from '../http/html.ts'
import type { Translate } from '../i18n/messages.ts'
import { icon, type IconName } from './icons.ts'

export type NavItem = { href: string; label: string; current?: boolean; count?: number; lang?: string }

/** The address of the list entry that the current path stands on or below: the longest that fits. */
export function currentItem(items: readonly { href: string }[], currentPath: string): string | undefined {
  const pathOf = (href: string) => href.split(/[?#]/)[0] ?? href
  return items
    .filter(
      ({ href }) =>
        currentPath === pathOf(href) || currentPath.startsWith(pathOf(href) === '/' ? '\0' : `${pathOf(href)}/`),
    )
    .sort((a, b) => pathOf(b.href).length - pathOf(a.href).length)[0]?.href
}

export function navList(items: readonly NavItem[], currentPath?: string): Html {
  const current = currentPath === undefined ? undefined : currentItem(items, currentPath)
  return html`<ul role="list">${items.map(
    (item) =>
      html`<li><a${attributes({ href: item.href, lang: item.lang, 'aria-current': (item.current ?? item.href === current) ? 'page' : undefined })}>${item.label}${item.count ? html` <span class="count-mark">${item.count}</span>` : null}</a></li>`,
  )}</ul>`
}

/** Navigation of a part of the site: a column at the side where there is room, a disclosure on small screens. */
export function sideNavigation(options: {
  label: string
  items: readonly NavItem[]
  currentPath?: string
  top?: Renderable
}): Html {
  const current = currentItem(options.items, options.currentPath ?? '')
  const here = options.items.find((item) => item.current ?? item.href === current)
  return html`<div class="side-nav"><nav aria-label="${options.label}">${options.top}<div class="side-nav-wide">${navList(options.items, options.currentPath)}</div><details class="side-nav-narrow"><summary><span class="hint">${options.label}</span> ${here?.label}${icon('chevron')}</summary><div class="side-nav-items">${navList(options.items, options.currentPath)}</div></details></nav></div>`
}

/** The way back up. The page itself is the last entry and no link. */
export function breadcrumbs(t: Translate, trail: readonly { href: string; label: string }[], here?: string): Html {
  return html`<nav class="breadcrumbs" aria-label="${t('component.breadcrumbs')}"><ol role="list">${trail.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}${here && html`<li aria-current="page">${here}</li>`}</ol></nav>`
}

/** "< Badges": the one step back, for pages that have a single parent. */
export function backLink(href: string, label: string): Html {
  return html`<p class="back-link"><a href="${href}">${icon('back')}${label}</a></p>`
}

/** Links between addresses that show the same things another way. */
export function tabs(options: { label: string; items: readonly NavItem[] }): Html {
  return html`<nav class="tabs" aria-label="${options.label}">${navList(options.items)}</nav>`
}

export function pagination(
  t: Translate,
  options: { page: number; pages: number; href: (page: number) => string },
): Html | null {
  const { page, pages, href } = options
  if (pages <= 1) return null
  return html`<nav class="pagination" aria-label="${t('component.pagination')}">${page > 1 ? html`<a class="button button-secondary" rel="prev" href="${href(page - 1)}">${icon('back')}<span>${t('component.pagination.previous')}</span></a>` : html`<span></span>`}<p>${t('component.pagination.page', { page, pages })}</p>${page < pages ? html`<a class="button button-secondary" rel="next" href="${href(page + 1)}"><span>${t('component.pagination.next')}</span>${icon('arrow')}</a>` : html`<span></span>`}</nav>`
}

/** Where in a task the person stands. Steps that are done may lead back. */
export function stepper(t: Translate, steps: readonly { label: string; href?: string }[], currentIndex: number): Html {
  return html`<nav class="stepper" aria-label="${t('component.stepper')}"><ol role="list">${steps.map(
    ({ label, href }, index) => {
      const state = index < currentIndex ? 'done' : index === currentIndex ? 'current' : 'ahead'
      const mark = html`<span class="step-mark">${state === 'done' ? icon('check') : index + 1}</span>`
      const words = html`${mark}<span class="step-label">${label}${state === 'done' && html`<span class="visually-hidden">, ${t('component.stepper.done')}</span>`}</span>`
      return html`<li${attributes({ class: `step step-${state}`, 'aria-current': state === 'current' ? 'step' : undefined })}>${state === 'done' && href ? html`<a href="${href}">${words}</a>` : html`<span>${words}</span>`}</li>`
    },
  )}</ol></nav>`
}

/** More about something, folded away. */
export function disclosure(options: {
  summary: Renderable
  body: Renderable
  open?: boolean
  id?: string
  boxed?: boolean
}): Html {
  return html`<details${attributes({ class: `disclosure${options.boxed ? ' disclosure-boxed' : ''}`, id: options.id, open: options.open })}><summary>${icon('chevron')}<span>${options.summary}</span></summary><div class="disclosure-body">${options.body}</div></details>`
}

/**
 * A disclosure of plain links and buttons. Escape and a click outside close it where scripts run.
 * Make the items with {@link menuLink} and `postButton({ kind: 'quiet' })`.
 */
export function menuButton(options: {
  label: string
  items: readonly Renderable[]
  accessibleName?: string
  icon?: IconName
  iconOnly?: boolean
  kind?: 'secondary' | 'quiet'
  small?: boolean
  align?: 'start' | 'end'
}): Html {
  const label = options.iconOnly
    ? html`<span class="visually-hidden">${options.accessibleName ?? options.label}</span>`
    : html`<span>${options.label}</span>`
  return html`<details class="menu menu-${options.align ?? 'end'}" data-menu><summary${attributes({
    class: `button button-${options.kind ?? 'secondary'}${options.small ? ' button-small' : ''}`,
    'aria-label': options.iconOnly ? undefined : options.accessibleName,
  })}>${options.icon && icon(options.icon)}${label}${!options.iconOnly && icon('chevron', 'menu-chevron')}</summary><ul class="menu-items" role="list">${options.items.map((item) => item && html`<li>${item}</li>`)}</ul></details>`
}

export function menuLink(options: {
  href: string
  label: string
  icon?: IconName
  download?: boolean | string
  newTab?: boolean
}): Html {
  return html`<a${attributes({ class: 'menu-item', href: options.href, download: options.download, target: options.newTab ? '_blank' : undefined, rel: options.newTab ? 'noopener noreferrer' : undefined })}>${options.icon && icon(options.icon)}<span>${options.label}</span></a>`
}

/** A link to another site in a new tab, which its name says. */
export function externalLink(t: Translate, href: string, label: string): Html {
  return html`<a${attributes({ href, target: '_blank', rel: 'noopener noreferrer' })}>${label}<span class="visually-hidden"> ${t('component.newTab')}</span>${icon('external')}</a>`
}
