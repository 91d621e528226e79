import { attributes, type Html, html, type Renderable, safeUrl } from '../http/html.ts'
import type { Locale, Translate } from '../i18n/messages.ts'
import { pageHeader } from './content.ts'
import { type Flash, flashMessage } from './feedback.ts'
import { csrfFieldName, form, postButton } from './forms.ts'
import { icon, logoMark } from './icons.ts'
import { type NavItem, navList } from './navigation.ts'

export type Theme = 'light' | 'dark' | 'system'

export type LayoutOptions = {
  t: Translate
  locale: Locale
  theme: Theme
  /** What the operator calls the installation. */
  productName: string
  /** Becomes "{title} - {product}", and with `failed` "Error: {title} - {product}". */
  title: string
  /** The page's h1; left out, it is the title. `null` when the body brings its own. */
  heading?: Renderable
  /** One sentence below the heading. */
  lead?: Renderable
  /** Beside the heading where there is room, below it where there is none. */
  actions?: Renderable
  body: Renderable
  /** Main navigation; empty for a person who has not signed in. */
  nav: readonly NavItem[]
  account?: { name: string; initials: string; items: readonly { href: string; label: string }[] }
  /** Leave out the Sign in link, on pages that are about signing in. */
  signInHidden?: boolean
  /** Where Sign in leads; a page that a person should come back to adds its address. */
  signInHref?: string
  flash?: Flash
  demo: boolean
  /** A form was refused: the title says so. */
  failed?: boolean
  noindex?: boolean
  /** Open Graph and the like. */
  head?: Html
  assetUrls: { css: string; js: string; icon?: string }
  currentPath: string
  /** Where the language and theme forms come back to, with its query; the current path when left out. */
  returnTo?: string
  csrf: string
  /** How wide the content may grow: 36 rem for one form, 46 rem for reading, 72 rem for lists and consoles. */
  width?: 'form' | 'text' | 'page'
  /** Which part of the site the page belongs to: settings stand on cards, what leads to an account on one. */
  part?: 'public' | 'earner' | 'settings' | 'console' | 'entry' | 'portal'
  /** Navigation of a part of the site, beside the content: {@link sideNavigation}. */
  aside?: Html
  /** Product name, or the organization's on its own pages; the product when left out. */
  brand?: { name: string; href: string; logoUrl?: string }
  /** Above the heading: "You see this as owner". */
  bar?: Renderable
}

/** The whole document: skip link, header, one main with one h1, footer (UX 3, page frame). */
export function renderLayout(options: LayoutOptions): Html {
  const { t, locale, theme } = options
  const product = options.productName
  const fullTitle = t('layout.title', { heading: options.title, product })
  const heading = options.heading === undefined ? options.title : options.heading
  return html`<!DOCTYPE html>
<html${attributes({ lang: locale, dir: 'ltr', 'data-theme': theme === 'system' ? undefined : theme })}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.failed ? t('layout.title.error', { title: fullTitle }) : fullTitle}</title>
<meta name="color-scheme" content="${theme === 'system' ? 'light dark' : theme}">
${options.noindex && html`<meta name="robots" content="noindex, nofollow">`}
<link rel="stylesheet" href="${options.assetUrls.css}">
${options.assetUrls.icon && html`<link rel="icon" type="image/svg+xml" href="${options.assetUrls.icon}">`}
<script type="module" src="${options.assetUrls.js}"></script>
${options.head}
</head>
<body${attributes({ 'data-working': t('component.working'), 'data-close': t('component.close'), 'data-paused': t('component.live.paused') })}>
<a class="skip-link" href="#main">${t('layout.skip')}</a>
${header(options, product)}
<div class="container frame${options.aside ? ' frame-with-aside' : ''}">
${options.aside}
<main id="main" class="main main-${options.width ?? 'page'}${options.part && ` in-${options.part}`}" tabindex="-1">
${options.bar && html`<div class="owner-bar">${options.bar}</div>`}
${options.flash && flashMessage(t, options.flash, options.csrf)}
${heading !== null && (options.actions ? pageHeader({ heading, lead: options.lead, actions: options.actions }) : html`<h1>${heading}</h1>`)}
${options.lead && !options.actions && html`<p class="lead">${options.lead}</p>`}
${options.body}
</main>
</div>
${footer(t)}
<div id="announcements" class="visually-hidden" role="status"></div>
</body>
</html>
`
}

function demoBar(t: Translate): Html {
  return html`<div class="demo-bar"><p>${t('layout.demo')} <a href="/dev/mail">${t('layout.demo.mailbox')}</a></p></div>`
}

function header(options: LayoutOptions, product: string): Html {
  const { t } = options
  const brand = options.brand ?? { name: product, href: '/' }
  const logo = safeUrl(brand.logoUrl)
  const signIn =
    !options.account &&
    !options.signInHidden &&
    html`<a class="button button-secondary button-small" href="${options.signInHref ?? '/sign-in'}">${t('layout.signIn')}</a>`
  const hasNav = options.nav.length > 0
  return html`<header class="site-header">${options.demo && demoBar(t)}<div class="container site-header-row"><a class="brand" href="${brand.href}" aria-label="${t('layout.home', { product: brand.name })}">${
    logo ? html`<img class="brand-logo" src="${logo}" alt="" width="32" height="32">` : logoMark()
  }<span>${brand.name}</span></a>${hasNav && html`<nav class="site-nav" aria-label="${t('layout.nav.main')}">${navList(options.nav, options.currentPath)}</nav>`}<div class="site-tools"><a class="tool" href="/help">${t('layout.help')}</a>${languageSwitch(options)}${themeMenu(options)}${accountMenu(options)}${signIn}</div><div class="site-compact">${signIn}<details class="menu menu-end" data-menu><summary class="button button-secondary button-small">${icon('menu')}<span>${t('layout.menu')}</span></summary><div class="menu-items site-menu">${signIn && html`<a class="menu-item site-menu-sign-in" href="${options.signInHref ?? '/sign-in'}">${t('layout.signIn')}</a>`}${
    hasNav && html`<nav aria-label="${t('layout.menu')}">${navList(options.nav, options.currentPath)}</nav>`
  }${accountItems(options)}<div class="site-menu-tools"><a class="menu-item" href="/help">${t('layout.help')}</a>${languageSwitch(options, true)}${themeChoices(options)}</div></div></details></div></div></header>`
}

/** The other language, named in itself. With a third language this becomes a list. */
function languageSwitch(options: LayoutOptions, inMenu = false): Html {
  const other: Locale = options.locale === 'en' ? 'fr' : 'en'
  return form({
    action: '/locale',
    csrf: options.csrf,
    className: 'form-inline',
    hidden: { return: options.returnTo ?? options.currentPath },
    body: html`<button${attributes({ type: 'submit', class: inMenu ? 'menu-item' : 'tool', name: 'locale', value: other, lang: other })}>${options.t('layout.language.switch')}</button>`,
  })
}

const themes = [
  { value: 'light', key: 'layout.theme.light', icon: 'sun' },
  { value: 'dark', key: 'layout.theme.dark', icon: 'moon' },
  { value: 'system', key: 'layout.theme.system', icon: 'device' },
] as const

function themeChoices({ t, theme, csrf, returnTo, currentPath }: LayoutOptions): Html {
  return html`<form class="theme-form" method="post" action="/theme" novalidate><input type="hidden" name="${csrfFieldName}" value="${csrf}"><input type="hidden" name="return" value="${returnTo ?? currentPath}"><fieldset><legend>${t('layout.theme')}</legend>${themes.map(
    (choice) =>
      html`<button${attributes({ type: 'submit', class: 'menu-item', name: 'theme', value: choice.value, 'aria-pressed': String(choice.value === theme) })}>${icon(choice.icon)}<span>${t(choice.key)}</span>${choice.value === theme && icon('check', 'menu-tick')}</button>`,
  )}</fieldset></form>`
}

function themeMenu(options: LayoutOptions): Html {
  const shape = themes.find(({ value }) => value === options.theme)?.icon ?? 'device'
  return html`<details class="menu menu-end" data-menu><summary class="tool tool-icon">${icon(shape)}<span class="visually-hidden">${options.t('layout.theme')}</span></summary><div class="menu-items">${themeChoices(options)}</div></details>`
}

function accountItems({ t, account, csrf }: LayoutOptions): Html | null {
  if (!account) return null
  return html`<div class="account-items"><p class="menu-heading">${account.name}</p><ul role="list">${account.items.map(({ href, label }) => html`<li><a class="menu-item" href="${href}">${label}</a></li>`)}<li>${postButton({ action: '/sign-out', csrf, label: t('layout.signOut'), kind: 'quiet' })}</li></ul></div>`
}

function accountMenu(options: LayoutOptions): Html | null {
  const { t, account } = options
  if (!account) return null
  return html`<details class="menu menu-end" data-menu><summary class="tool account-button" title="${account.name}"><span class="avatar" aria-hidden="true">${account.initials}</span><span class="visually-hidden">${t('layout.account.menu', { name: account.name })}</span>${icon('chevron')}</summary><div class="menu-items">${accountItems(options)}</div></details>`
}

function footer(t: Translate): Html {
  const items = [
    { href: '/about', label: t('layout.footer.about') },
    { href: '/developers', label: t('layout.footer.developers') },
    { href: '/support', label: t('layout.footer.support') },
    { href: '/terms', label: t('layout.footer.terms') },
    { href: '/privacy', label: t('layout.footer.privacy') },
    { href: '/accessibility', label: t('layout.footer.accessibility') },
    { href: '/verify', label: t('layout.footer.verify') },
  ]
  return html`<footer class="site-footer"><div class="container"><nav aria-label="${t('layout.nav.footer')}">${navList(items)}</nav></div></footer>`
}
