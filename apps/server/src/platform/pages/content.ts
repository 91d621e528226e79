import { attributes, type Html, html, type Renderable } from '../http/html.ts'
import type { Translate } from '../i18n/messages.ts'

/** A heading of a page with what belongs beside it. Pages whose layout prints the heading do not need it. */
export function pageHeader(options: {
  heading: Renderable
  lead?: Renderable
  actions?: Renderable
  chips?: Renderable
  serif?: boolean
  lang?: string
}): Html {
  return html`<div class="page-header"><div class="page-header-words"><h1${attributes({ class: options.serif ? 'serif' : undefined, lang: options.lang })}>${options.heading}</h1>${options.chips && html`<div class="chips">${options.chips}</div>`}${options.lead && html`<p class="lead">${options.lead}</p>`}</div>${options.actions && html`<div class="page-header-actions cluster">${options.actions}</div>`}</div>`
}

const graphemes = new Intl.Segmenter('und')

/** Who a page is about: the picture, or the first letters of the name. The name stands beside it. */
export function portrait({ name, pictureUrl }: { name: string; pictureUrl?: string | undefined }): Html {
  if (pictureUrl) return html`<img class="portrait" src="${pictureUrl}" width="112" height="112" alt="">`
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => graphemes.segment(word ?? '').containing(0)?.segment ?? '')
    .join('')
  return html`<span class="portrait avatar" aria-hidden="true">${letters.toUpperCase()}</span>`
}

/** A part of a page with its own heading, on a quiet surface when `framed`. */
export function section(options: {
  heading: string
  body: Renderable
  id?: string
  lead?: Renderable
  actions?: Renderable
  framed?: boolean
  level?: 2 | 3
  className?: string
}): Html {
  const headingId = options.id ? `${options.id}-heading` : undefined
  const heading = attributes({ id: headingId })
  return html`<section${attributes({ class: `section${options.framed ? ' panel' : ''}${options.className ? ` ${options.className}` : ''}`, id: options.id, 'aria-labelledby': headingId })}><div class="section-head">${
    options.level === 3 ? html`<h3${heading}>${options.heading}</h3>` : html`<h2${heading}>${options.heading}</h2>`
  }${options.actions && html`<div class="cluster">${options.actions}</div>`}</div>${options.lead && html`<p class="section-lead">${options.lead}</p>`}${options.body}</section>`
}

/** A quiet surface with a border. */
export function panel(body: Renderable, options: { className?: string; id?: string } = {}): Html {
  return html`<div${attributes({ class: `panel${options.className ? ` ${options.className}` : ''}`, id: options.id })}>${body}</div>`
}

/** Things under one another with even space. */
export function stack(...items: Renderable[]): Html {
  return html`<div class="stack">${items}</div>`
}

/** Things beside one another that wrap. */
export function cluster(...items: Renderable[]): Html {
  return html`<div class="cluster">${items}</div>`
}

/** Columns of equal width where there is room, else one. */
export function columns(...items: Renderable[]): Html {
  return html`<div class="columns">${items.map((item) => item && html`<div>${item}</div>`)}</div>`
}

/** A main column with a narrower one beside it, which comes second in reading order. */
export function mainAndSide(main: Renderable, side: Renderable): Html {
  return html`<div class="main-and-side"><div>${main}</div><div class="side">${side}</div></div>`
}

/** Text that was rendered from Markdown by our own renderer, with its language where it differs. */
export function prose(body: Renderable, options: { lang?: string } = {}): Html {
  return html`<div class="prose"${attributes({ lang: options.lang })}>${body}</div>`
}

/** A read-only value that can be selected, with a copy button where scripts run. */
export function copyField(
  t: Translate,
  options: {
    id: string
    label: string
    value: string
    /** The button's words: "Copy link". */
    buttonLabel?: string
    /** What the status says afterwards: "Link copied". */
    copied?: string
    hint?: Renderable
    labelHidden?: boolean
    multiline?: boolean
    /** A script moves the focus here and selects the value when the layer around it opens. */
    focusFirst?: boolean
  },
): Html {
  const shared = {
    id: options.id,
    class: 'input input-full input-mono',
    readonly: true,
    'aria-describedby': options.hint ? `${options.id}-hint` : undefined,
    'data-focus-first': options.focusFirst,
    spellcheck: 'false',
  }
  return html`<div class="field copy-field${options.value.length <= 24 && !options.multiline ? ' copy-field-short' : ''}"${attributes(
    {
      'data-copy': options.id,
      'data-copy-label': options.buttonLabel ?? t('component.copy'),
      'data-copied': options.copied ?? t('component.copied'),
      'data-copy-failed': t('component.copyFailed'),
    },
  )}><label${attributes({ for: options.id, class: options.labelHidden ? 'visually-hidden' : undefined })}>${options.label}</label>${options.hint && html`<div class="hint" id="${options.id}-hint">${options.hint}</div>`}<div class="copy-row">${
    options.multiline
      ? html`<textarea${attributes({ ...shared, rows: 4 })}>
${options.value}</textarea>`
      : html`<input${attributes({ ...shared, type: 'text', value: options.value })}>`
  }</div></div>`
}

/**
 * Content that is a section of the page without scripts and a modal dialog with them: the opener carries
 * `data-dialog="{id}"` and an address where the same content is a page.
 */
export function dialog(t: Translate, options: { id: string; heading: string; body: Renderable }): Html {
  return html`<dialog class="dialog" id="${options.id}" aria-labelledby="${options.id}-heading"><div class="dialog-head"><h2 id="${options.id}-heading">${options.heading}</h2><form method="dialog"><button type="submit" class="button button-quiet button-small">${t('component.close')}</button></form></div><div class="dialog-body">${options.body}</div></dialog>`
}
