import { attributes, type Html, html, type Renderable } from '../http/html.ts'

/** The picture of a badge at one of its sizes. `alt` is empty where the name stands beside it. */
export function badgeImage(options: {
  src: string
  alt: string
  size: 48 | 64 | 96 | 120 | 240
  lang?: string
  eager?: boolean
}): Html {
  return html`<img${attributes({
    class: `badge-image badge-image-${options.size}`,
    src: options.src,
    width: options.size,
    height: options.size,
    lang: options.lang,
    loading: options.eager ? undefined : 'lazy',
    decoding: 'async',
  })} alt="${options.alt}">`
}

export type BadgeCardOptions = {
  name: string
  /** Where the name leads; left out, the name is plain text. */
  href?: string
  imageUrl: string
  issuer: string
  /** "March 4, 2026", and the machine's form of it. */
  date?: string
  dateTime?: string
  chips?: Renderable
  actions?: Renderable
  headingLevel?: 2 | 3
  /** Language of name and issuer, where it is not the page's. */
  lang?: string
  /** A selection box or the like, before everything else. */
  select?: Renderable
}

/** One badge in a list: a heading link, then who, when, state and actions. */
export function badgeCard(options: BadgeCardOptions): Html {
  const name = options.href ? html`<a href="${options.href}">${options.name}</a>` : options.name
  const words = attributes({ class: 'badge-card-name', title: options.name, lang: options.lang })
  return html`<article class="badge-card">${options.select && html`<div class="badge-card-select">${options.select}</div>`}${badgeImage({ src: options.imageUrl, alt: '', size: 96 })}<div class="badge-card-words">${
    options.headingLevel === 2 ? html`<h2${words}>${name}</h2>` : html`<h3${words}>${name}</h3>`
  }<p class="badge-card-issuer"${attributes({ lang: options.lang })}>${options.issuer}</p>${
    options.date &&
    html`<p class="badge-card-date">${options.dateTime ? html`<time datetime="${options.dateTime}">${options.date}</time>` : options.date}</p>`
  }</div>${options.chips && html`<div class="badge-card-chips chips">${options.chips}</div>`}${options.actions && html`<div class="badge-card-actions">${options.actions}</div>`}</article>`
}

/** Cards as a list: two and more to a row where there is room, or each across its row (`rows`) where they wait for an answer. */
export function badgeGrid(cards: readonly Html[], options: { label?: string; rows?: boolean } = {}): Html {
  return html`<ul class="badge-grid${options.rows ? ' badge-rows' : ''}" role="list"${attributes({ 'aria-label': options.label })}>${cards.map((card) => html`<li>${card}</li>`)}</ul>`
}

/** The head of a badge's own page: picture, name in the serif, facts, actions. */
export function badgeHero(options: {
  imageUrl: string
  imageAlt: string
  name: string
  lang?: string
  chips?: Renderable
  facts: Renderable
  /** Below the picture: Share, Make public, More. */
  actions?: Renderable
  /** 1 unless the page has another heading above it. */
  headingLevel?: 1 | 3
  /** The badge was accepted a moment ago: its rim draws itself once, unless the person wants no motion. */
  celebrate?: boolean
}): Html {
  const words = attributes({ class: 'badge-hero-name serif', lang: options.lang })

  return html`<div class="badge-hero"><div class="badge-hero-side">${options.celebrate && html`<svg class="rim" viewBox="0 0 100 100" aria-hidden="true" focusable="false"><circle cx="50" cy="50" r="48.5" pathLength="100"/></svg>`}${badgeImage({ src: options.imageUrl, alt: options.imageAlt, size: 240, lang: options.lang, eager: true })}${
    options.actions && html`<div class="badge-hero-actions">${options.actions}</div>`
  }</div><div class="badge-hero-words">${
    options.headingLevel === 3 ? html`<h3${words}>${options.name}</h3>` : html`<h1${words}>${options.name}</h1>`
  }${options.chips && html`<div class="chips">${options.chips}</div>`}${options.facts}</div></div>`
}
