import { attributes, type Html, html, type Renderable } from '../http/html.ts'
import type { Translate } from '../i18n/messages.ts'
import { type FieldError, postButton } from './forms.ts'
import { drawing, type DrawingName, icon, type IconName } from './icons.ts'

/** The first thing on a page whose form was refused. It takes the focus and each line leads to its field. */
export function errorSummary(
  t: Translate,
  errors: readonly FieldError[],
  options: { heading?: string } = {},
): Html | null {
  if (errors.length === 0) return null
  return html`<div class="message message-bad error-summary" role="alert" tabindex="-1" data-focus aria-labelledby="error-summary-heading">${icon('warning', 'message-icon')}<div class="message-words"><h2 id="error-summary-heading">${options.heading ?? t('error.summary')}</h2><ul>${errors.map(
    ({ field, message }) => html`<li>${field ? html`<a href="#${field}">${message}</a>` : message}</li>`,
  )}</ul></div></div>`
}

export type MessageKind = 'success' | 'info' | 'warning' | 'error'

const messageLooks: Record<MessageKind, { tone: string; icon: IconName }> = {
  success: { tone: 'ok', icon: 'check' },
  info: { tone: 'info', icon: 'info' },
  warning: { tone: 'warn', icon: 'warning' },
  error: { tone: 'bad', icon: 'cross' },
}

/** The word that heads a message of this kind: never colour alone. */
export function messageHeading(t: Translate, kind: MessageKind): string {
  const keys = {
    success: 'component.success',
    info: 'component.information',
    warning: 'component.warning',
    error: 'component.problem',
  } as const
  return t(keys[kind])
}

/**
 * A message with a left bar and a heading in words.
 * `takesFocus` is for the one message about what the person has just done.
 */
export function messageBox(options: {
  kind: MessageKind
  /** Usually {@link messageHeading}. */
  heading: string
  body?: Renderable
  takesFocus?: boolean
  actions?: Renderable
  /** 2 where the box stands alone on the page, 3 inside a section. */
  level?: 2 | 3
  id?: string
}): Html {
  const { tone, icon: shape } = messageLooks[options.kind]
  const heading = options.level === 3 ? html`<h3>${options.heading}</h3>` : html`<h2>${options.heading}</h2>`
  return html`<div${attributes({
    class: `message message-${tone}`,
    id: options.id,
    role: options.kind === 'error' && options.takesFocus ? 'alert' : undefined,
    tabindex: options.takesFocus ? '-1' : undefined,
    'data-focus': options.takesFocus,
  })}>${icon(shape, 'message-icon')}<div class="message-words">${heading}${options.body !== undefined && html`<div class="message-body">${options.body}</div>`}${
    options.actions && html`<div class="cluster">${options.actions}</div>`
  }</div></div>`
}

export type Flash = {
  kind: MessageKind
  message: string
  heading?: string
  /** Takes back what was done; a POST. */
  undo?: { action: string; hidden?: Record<string, string>; label?: string }
}

/** The one message that an action leaves for the next page. */
export function flashMessage(t: Translate, flash: Flash, csrf: string | Html): Html {
  return messageBox({
    kind: flash.kind,
    heading: flash.heading ?? messageHeading(t, flash.kind),
    body: html`<p>${flash.message}</p>`,
    takesFocus: true,
    actions:
      flash.undo &&
      postButton({
        action: flash.undo.action,
        csrf,
        hidden: flash.undo.hidden,
        label: flash.undo.label ?? t('component.undo'),
        small: true,
      }),
  })
}

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'neutral'

/** A status: soft fill, a shape and a word. Never something to press. */
export function chip(tone: Tone, label: string, shape: IconName = 'dot'): Html {
  return html`<span class="chip chip-${tone}">${icon(shape)}${label}</span>`
}

/** Chips side by side. */
export function chips(...all: Renderable[]): Html {
  return html`<span class="chips">${all}</span>`
}

type Look = readonly [Tone, IconName]

const badgeLooks = {
  waiting: ['info', 'clock'],
  valid: ['ok', 'check'],
  'expires-soon': ['warn', 'clock'],
  expired: ['neutral', 'clock'],
  withdrawn: ['bad', 'cross'],
  replaced: ['neutral', 'replace'],
  declined: ['neutral', 'cross'],
} as const satisfies Record<string, Look>
export type BadgeState = keyof typeof badgeLooks
/** What a badge's owner is told about it. */
export const badgeChip = (t: Translate, state: BadgeState): Html =>
  chip(badgeLooks[state][0], t(`chip.badge.${state}`), badgeLooks[state][1])

const visibilityLooks = {
  private: ['neutral', 'lock'],
  link: ['info', 'chain'],
  public: ['ok', 'globe'],
} as const satisfies Record<string, Look>
export type ShownVisibility = keyof typeof visibilityLooks
/** Who can see it. */
export const visibilityChip = (t: Translate, visibility: ShownVisibility): Html =>
  chip(visibilityLooks[visibility][0], t(`chip.visibility.${visibility}`), visibilityLooks[visibility][1])

const addressLooks = {
  primary: ['info', 'dot'],
  confirmed: ['ok', 'check'],
  waiting: ['warn', 'clock'],
  bounced: ['bad', 'cross'],
} as const satisfies Record<string, Look>
export type AddressState = keyof typeof addressLooks
export const addressChip = (t: Translate, state: AddressState): Html =>
  chip(addressLooks[state][0], t(`chip.address.${state}`), addressLooks[state][1])

const deliveryLooks = {
  queued: ['neutral', 'clock'],
  sent: ['info', 'dot'],
  delivered: ['ok', 'check'],
  bounced: ['bad', 'cross'],
  suppressed: ['neutral', 'ring'],
} as const satisfies Record<string, Look>
export type ShownDelivery = keyof typeof deliveryLooks
/** What became of the notification for one badge. */
export const deliveryChip = (t: Translate, state: ShownDelivery): Html =>
  chip(deliveryLooks[state][0], t(`chip.delivery.${state}`), deliveryLooks[state][1])

const batchLooks = {
  draft: ['neutral', 'ring'],
  checking: ['info', 'clock'],
  ready: ['ok', 'check'],
  'on-hold': ['warn', 'pause'],
  sending: ['info', 'arrow'],
  done: ['ok', 'check'],
  'done-with-problems': ['warn', 'warning'],
  cancelled: ['neutral', 'cross'],
} as const satisfies Record<string, Look>
export type BatchState = keyof typeof batchLooks
export const batchChip = (t: Translate, state: BatchState): Html =>
  chip(batchLooks[state][0], t(`chip.batch.${state}`), batchLooks[state][1])

const checkLooks = {
  passed: ['ok', 'check'],
  failed: ['bad', 'cross'],
  warning: ['warn', 'warning'],
  'not-checked': ['neutral', 'ring'],
} as const satisfies Record<string, Look>
export type CheckOutcome = keyof typeof checkLooks
/** The outcome of one check; the four words are never merged. */
export const checkChip = (t: Translate, outcome: CheckOutcome): Html =>
  chip(checkLooks[outcome][0], t(`chip.check.${outcome}`), checkLooks[outcome][1])

/** The answer of a verification: one word, one sentence. It takes the focus. */
export function verdictBox(options: {
  tone: Exclude<Tone, 'info'>
  word: string
  sentence: Renderable
  when?: Renderable
  note?: Renderable
  takesFocus?: boolean
  id?: string
}): Html {
  const wordId = `${options.id ?? 'verdict'}-word`
  const shape: IconName = { ok: 'check', warn: 'warning', bad: 'cross', neutral: 'ring' }[options.tone] as IconName
  return html`<section${attributes({
    class: `verdict verdict-${options.tone}`,
    tabindex: options.takesFocus === false ? undefined : '-1',
    'data-focus': options.takesFocus !== false,
    id: options.id,
    'aria-labelledby': wordId,
  })}><div class="verdict-head">${icon(shape, 'verdict-icon')}<h2 id="${wordId}">${options.word}</h2>${options.when && html`<p class="verdict-when">${options.when}</p>`}</div><p class="verdict-sentence">${options.sentence}</p>${options.note && html`<div class="verdict-note">${options.note}</div>`}</section>`
}

/** Real progress only: the text is the figure, the bar repeats it. */
export function progress(options: {
  id: string
  label: string
  /** "1,240 of 2,000 issued · 3 failed" */
  text: Renderable
  value: number
  max: number
  /** A JSON address that a script asks for `{ value, max, text, done }`; see client/live-progress.ts. */
  liveUrl?: string
  /** Where to go when it is done. */
  doneUrl?: string
  /** Milliseconds between two questions. */
  everyMs?: number
}): Html {
  return html`<div${attributes({
    class: 'progress',
    'data-live-progress': options.liveUrl,
    'data-done-url': options.doneUrl,
    'data-every': options.everyMs,
  })}><label for="${options.id}">${options.label}</label><progress${attributes({ id: options.id, value: options.value, max: Math.max(options.max, 1) })}>${options.value} / ${options.max}</progress><p class="progress-text" data-progress-text>${options.text}</p></div>`
}

/**
 * Time left, from the server's clock: text and bar. The ticking text is silent; the polite region speaks
 * the sentences given for 60, 30 and 0 seconds. Without scripts the end time stands there (UX 7, K and J).
 */
export function countdown(options: {
  /** Whole seconds left when the page was made. */
  secondsLeft: number
  /** The bar's length in seconds. */
  totalSeconds: number
  /** "{time} left to continue", with `{time}` left in place for the script. */
  pattern: string
  /** "Works until 14:32:10" */
  until: string
  announcements: { at60: string; at30: string; at0: string }
  /** Id of the button that gets the warning style in the last half minute. */
  extendButtonId?: string
  /** Ids of what is hidden and shown when the time is over. */
  hideAtEnd?: string
  showAtEnd?: string
}): Html {
  return html`<div${attributes({
    class: 'countdown',
    'data-countdown': options.secondsLeft,
    'data-total': options.totalSeconds,
    'data-pattern': options.pattern,
    'data-at60': options.announcements.at60,
    'data-at30': options.announcements.at30,
    'data-at0': options.announcements.at0,
    'data-extend': options.extendButtonId,
    'data-hide-at-end': options.hideAtEnd,
    'data-show-at-end': options.showAtEnd,
  })}><p class="countdown-text" role="timer" aria-live="off">${options.until}</p></div>`
}

/** One sentence and one action, for a list without entries. */
export function emptyState(options: { sentence: Renderable; action?: Renderable; drawing?: DrawingName }): Html {
  return html`<div class="empty">${drawing(options.drawing ?? 'badges')}<p>${options.sentence}</p>${options.action && html`<div class="cluster">${options.action}</div>`}</div>`
}
