import { attributes, type Html, html, type Renderable } from '../http/html.ts'
import type { Translate } from '../i18n/messages.ts'
import { icon, type IconName } from './icons.ts'

/** The names of the hidden fields that every form posts. */
export const csrfFieldName = 'csrf'
export const idempotencyFieldName = 'idempotency'

export type FieldError = { field: string; message: string }

/** The message that belongs to one field, if any. */
export function errorFor(errors: readonly FieldError[] | undefined, field: string): string | undefined {
  return errors?.find((error) => error.field === field)?.message
}

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonOptions = {
  /** Verb and object: "Issue a badge". */
  label: string
  kind?: ButtonKind
  icon?: IconName
  /** Full name for assistive technology where the label alone is short ("Share First Aid"); it must begin with the label. */
  accessibleName?: string
  small?: boolean
  id?: string
}

function buttonClass(kind: ButtonKind, small?: boolean): string {
  return `button button-${kind}${small ? ' button-small' : ''}`
}

/** A button that submits the form around it, or the form named by `form`. */
export function button(
  options: ButtonOptions & {
    name?: string
    value?: string
    type?: 'submit' | 'button' | 'reset'
    form?: string
    formAction?: string
    /** What a script should do with the button; such a button is only useful inside a script-made part. */
    data?: Record<`data-${string}`, string | boolean>
  },
): Html {
  const { label, kind = 'primary', type = 'submit' } = options
  return html`<button${attributes({
    type,
    class: buttonClass(kind, options.small),
    id: options.id,
    name: options.name,
    value: options.value,
    form: options.form,
    formaction: options.formAction,
    'aria-label': options.accessibleName,
    ...options.data,
  })}>${options.icon && icon(options.icon)}<span>${label}</span></button>`
}

/** A link that looks like a button, for going somewhere; what changes something is a {@link button}. */
export function linkButton(
  options: ButtonOptions & {
    href: string
    download?: boolean | string
    newTab?: boolean
    rel?: string
    /** Such as `data-dialog-from`, which shows a part of that page in a dialog. */
    data?: Record<`data-${string}`, string | boolean>
  },
): Html {
  const { label, href, kind = 'secondary' } = options
  return html`<a${attributes({
    class: buttonClass(kind, options.small),
    id: options.id,
    href,
    download: options.download,
    target: options.newTab ? '_blank' : undefined,
    rel: options.rel ?? (options.newTab ? 'noopener noreferrer' : undefined),
    'aria-label': options.accessibleName,
    ...options.data,
  })}>${options.icon && icon(options.icon)}<span>${label}</span></a>`
}

/** A plain POST with its token. `novalidate`: the server decides, and says so in words. */
export function form(options: {
  action: string
  /** The token alone, or all the hidden inputs that `formFields` of platform/http/page.ts makes. */
  csrf: string | Html
  body: Renderable
  /** Makes a second submit of the same page harmless. */
  idempotencyKey?: string
  hidden?: Record<string, string | number | undefined>
  id?: string
  /** Takes files. */
  multipart?: boolean
  className?: string
  data?: Record<`data-${string}`, string | boolean>
}): Html {
  return html`<form${attributes({
    method: 'post',
    action: options.action,
    id: options.id,
    class: options.className ?? 'form',
    enctype: options.multipart ? 'multipart/form-data' : undefined,
    novalidate: true,
    ...options.data,
  })}>${typeof options.csrf === 'string' ? html`<input type="hidden" name="${csrfFieldName}" value="${options.csrf}">` : options.csrf}${
    options.idempotencyKey !== undefined &&
    html`<input type="hidden" name="${idempotencyFieldName}" value="${options.idempotencyKey}">`
  }${Object.entries(options.hidden ?? {}).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  )}${options.body}</form>`
}

/** One button that posts, for actions in rows, menus and headers. */
export function postButton(
  options: ButtonOptions & {
    action: string
    csrf: string | Html
    hidden?: Record<string, string | number | undefined>
    idempotencyKey?: string
  },
): Html {
  return form({
    action: options.action,
    csrf: options.csrf,
    idempotencyKey: options.idempotencyKey,
    hidden: options.hidden,
    className: 'form-inline',
    body: button({ kind: 'secondary', ...options }),
  })
}

/** A search or filter form: a GET whose answers live in the address. */
export function filterForm(options: { action: string; body: Renderable; label: string; id?: string }): Html {
  return html`<form${attributes({
    method: 'get',
    action: options.action,
    class: 'filters',
    role: 'search',
    'aria-label': options.label,
    id: options.id,
    novalidate: true,
  })}>${options.body}</form>`
}

/** The row of buttons at the end of a form; the primary one first. */
export function formActions(...actions: Renderable[]): Html {
  return html`<div class="form-actions">${actions}</div>`
}

export type FieldWidth = 'short' | 'medium' | 'long' | 'full'

type Described = { hint?: Renderable; error?: string; id: string; extra?: string }

function describedBy({ hint, error, id, extra }: Described): string | undefined {
  const ids = [hint && `${id}-hint`, error && `${id}-error`, extra].filter(Boolean)
  return ids.length > 0 ? ids.join(' ') : undefined
}

function hintAndError({ hint, error, id }: Described): Renderable {
  return [
    hint && html`<div class="hint" id="${id}-hint">${hint}</div>`,
    error && html`<p class="field-error" id="${id}-error">${icon('warning')}<span>${error}</span></p>`,
  ]
}

function fieldFrame(options: {
  id: string
  label: Renderable
  optionalLabel?: string
  hint?: Renderable
  error?: string
  control: Renderable
  className?: string
}): Html {
  return html`<div class="field${options.error ? ' field-invalid' : ''}${options.className ? ` ${options.className}` : ''}"><label for="${options.id}">${options.label}${
    options.optionalLabel && html` <span class="optional">${options.optionalLabel}</span>`
  }</label>${hintAndError(options)}${options.control}</div>`
}

export type FieldOptions = {
  name: string
  label: string
  /** Defaults to the name; the error summary links to it. */
  id?: string
  hint?: Renderable
  error?: string
  value?: string | number
  /** "(optional)" in the reader's language; leave out for what is needed. */
  optionalLabel?: string
  required?: boolean
  autocomplete?: string
  maxLength?: number
  readOnly?: boolean
  width?: FieldWidth
  /** Language of what is typed, where it differs from the page's. */
  lang?: string
}

function controlAttributes(options: FieldOptions & { extraDescription?: string }, id: string) {
  return {
    id,
    name: options.name,
    required: options.required,
    readonly: options.readOnly,
    maxlength: options.maxLength,
    autocomplete: options.autocomplete,
    lang: options.lang,
    'aria-describedby': describedBy({ hint: options.hint, error: options.error, id, extra: options.extraDescription }),
    'aria-invalid': options.error ? 'true' : undefined,
  }
}

export type InputType = 'text' | 'email' | 'url' | 'tel' | 'number' | 'date' | 'datetime-local' | 'search' | 'color'
export type InputMode = 'text' | 'email' | 'url' | 'tel' | 'numeric' | 'decimal' | 'search' | 'none'

const inputModes: Partial<Record<InputType, InputMode>> = {
  email: 'email',
  url: 'url',
  tel: 'tel',
  number: 'numeric',
  search: 'search',
}

/** One line of text. Label, hint, error and input, in that order. */
export function field(
  options: FieldOptions & {
    type?: InputType
    inputmode?: InputMode
    min?: string | number
    max?: string | number
    step?: string | number
    spellcheck?: boolean
    /** A word before or after the input, such as "points" or "https://". */
    prefix?: string
    suffix?: string
    list?: string
  },
): Html {
  const id = options.id ?? options.name
  const type = options.type ?? 'text'
  const input = html`<input${attributes({
    type,
    class: `input input-${options.width ?? 'full'}`,
    ...controlAttributes(options, id),
    inputmode: options.inputmode ?? inputModes[type],
    value: options.value,
    min: options.min,
    max: options.max,
    step: options.step,
    list: options.list,
    spellcheck:
      options.spellcheck === undefined
        ? type === 'email' || type === 'url'
          ? 'false'
          : undefined
        : String(options.spellcheck),
    autocapitalize: type === 'email' || type === 'url' ? 'none' : undefined,
  })}>`
  const control =
    options.prefix || options.suffix
      ? html`<div class="affixed">${options.prefix && html`<span class="affix">${options.prefix}</span>`}${input}${options.suffix && html`<span class="affix">${options.suffix}</span>`}</div>`
      : input
  return fieldFrame({ ...options, id, control })
}

/** A password with a Show button where scripts run. The typed value is never sent back. */
export function passwordField(
  t: Translate,
  options: Omit<FieldOptions, 'value' | 'autocomplete'> & { autocomplete: 'current-password' | 'new-password' },
): Html {
  const id = options.id ?? options.name
  return fieldFrame({
    ...options,
    id,
    control: html`<div${attributes({
      class: 'password',
      'data-password': true,
      'data-show': t('component.password.show'),
      'data-hide': t('component.password.hide'),
      'data-show-name': t('component.password.showName'),
      'data-hide-name': t('component.password.hideName'),
      'data-shown': t('component.password.shown'),
      'data-hidden': t('component.password.hidden'),
    })}><input${attributes({
      type: 'password',
      class: 'input input-full',
      ...controlAttributes(options, id),
      autocapitalize: 'none',
      spellcheck: 'false',
    })}></div>`,
  })
}

/** The code from a mail or an authenticator: one input, wide tracking, paste and autofill allowed. */
export function codeField(options: Omit<FieldOptions, 'autocomplete'> & { digits?: number }): Html {
  const id = options.id ?? options.name
  return fieldFrame({
    ...options,
    id,
    control: html`<input${attributes({
      type: 'text',
      class: 'input input-code',
      ...controlAttributes({ ...options, autocomplete: 'one-time-code' }, id),
      inputmode: 'numeric',
      // Room for the spaces and hyphens that people paste along with the digits.
      maxlength: options.maxLength ?? (options.digits ?? 6) * 2 + 4,
      value: options.value,
      spellcheck: 'false',
      autocapitalize: 'none',
    })}>`,
  })
}

/** Several lines. With `maxLength` a script counts what is left; the server decides all the same. */
export function textarea(
  t: Translate,
  options: FieldOptions & { rows?: number; count?: number; code?: boolean },
): Html {
  const id = options.id ?? options.name
  const counted = options.count !== undefined
  return fieldFrame({
    ...options,
    id,
    // The line break after the tag is dropped by parsers, so that a first empty line of the value survives.
    control: html`<textarea${attributes({
      class: `input input-${options.width ?? 'full'}${options.code ? ' input-mono' : ''}`,
      ...controlAttributes({ ...options, extraDescription: counted ? `${id}-count` : undefined }, id),
      rows: options.rows ?? 5,
      spellcheck: options.code ? 'false' : undefined,
      'data-count': options.count,
      'data-count-status': counted ? `${id}-count` : undefined,
      // The browser chooses between the two by its own plural rules; 1 and 111 stand for any number of each kind.
      'data-count-one': counted ? t('component.characters.left', { count: 1 }).replace('1', '{count}') : undefined,
      'data-count-other': counted
        ? t('component.characters.left', { count: 111 }).replace('111', '{count}')
        : undefined,
      'data-over-one': counted ? t('component.characters.over', { count: 1 }).replace('1', '{count}') : undefined,
      'data-over-other': counted ? t('component.characters.over', { count: 111 }).replace('111', '{count}') : undefined,
    })}>
${options.value ?? ''}</textarea>${counted && html`<p class="hint count" id="${id}-count">${t('component.characters.left', { count: (options.count ?? 0) - String(options.value ?? '').length })}</p>`}`,
  })
}

export type SelectOption = { value: string; label: string; lang?: string; disabled?: boolean }

export function select(
  options: FieldOptions & {
    options: readonly (SelectOption | { label: string; options: readonly SelectOption[] })[]
    /** The first, empty choice: "Choose a country". */
    placeholder?: string
    /** A script sends the form when the choice changes, and hides the button that does it without scripts. */
    submitOnChange?: boolean
  },
): Html {
  const id = options.id ?? options.name
  const chosen = options.value === undefined ? undefined : String(options.value)
  const option = (given: SelectOption) =>
    html`<option${attributes({ value: given.value, selected: given.value === chosen, disabled: given.disabled, lang: given.lang })}>${given.label}</option>`
  return fieldFrame({
    ...options,
    id,
    control: html`<select${attributes({
      class: `input input-${options.width ?? 'full'}`,
      ...controlAttributes({ ...options, readOnly: undefined, maxLength: undefined }, id),
      'data-submit-on-change': options.submitOnChange,
    })}>${options.placeholder !== undefined && html`<option value="">${options.placeholder}</option>`}${options.options.map(
      (given) =>
        'options' in given
          ? html`<optgroup label="${given.label}">${given.options.map(option)}</optgroup>`
          : option(given),
    )}</select>`,
  })
}

export type CheckboxOptions = {
  name: string
  /** May hold links, such as the terms. */
  label: Renderable
  id?: string
  value?: string
  checked?: boolean
  hint?: Renderable
  error?: string
  required?: boolean
  disabled?: boolean
  data?: Record<`data-${string}`, string | boolean>
}

/** One box with its words beside it. An unticked box posts nothing. */
export function checkbox(options: CheckboxOptions): Html {
  const id = options.id ?? options.name
  return html`<div class="choice-field${options.error ? ' field-invalid' : ''}">${options.error && html`<p class="field-error" id="${id}-error">${icon('warning')}<span>${options.error}</span></p>`}<div class="choice"><input${attributes(
    {
      type: 'checkbox',
      id,
      name: options.name,
      value: options.value ?? 'yes',
      checked: options.checked,
      required: options.required,
      disabled: options.disabled,
      'aria-describedby': describedBy({ hint: options.hint, error: options.error, id }),
      'aria-invalid': options.error ? 'true' : undefined,
      ...options.data,
    },
  )}><div class="choice-words"><label for="${id}">${options.label}</label>${options.hint && html`<div class="hint" id="${id}-hint">${options.hint}</div>`}</div></div></div>`
}

type GroupOptions = {
  id: string
  legend: string
  legendHidden?: boolean
  hint?: Renderable
  error?: string
  body: Renderable
  className?: string
}

/** Fields that answer one question. */
export function fieldset(options: GroupOptions): Html {
  return html`<fieldset${attributes({
    id: options.id,
    class: `fieldset${options.error ? ' field-invalid' : ''}${options.className ? ` ${options.className}` : ''}`,
    'aria-describedby': describedBy(options),
  })}><legend${attributes({ class: options.legendHidden ? 'visually-hidden' : undefined })}>${options.legend}</legend>${hintAndError(options)}${options.body}</fieldset>`
}

/** Choices of which one holds. The error summary links to the first. */
export function radios(options: {
  name: string
  legend: string
  legendHidden?: boolean
  value?: string
  options: readonly { value: string; label: Renderable; hint?: Renderable; disabled?: boolean }[]
  hint?: Renderable
  error?: string
  id?: string
  /** Side by side where there is room, for two or three short answers. */
  inline?: boolean
}): Html {
  const id = options.id ?? options.name
  return fieldset({
    ...options,
    id: `${id}-group`,
    className: options.inline ? 'choices-inline' : undefined,
    body: html`<div class="choices">${options.options.map((given, index) => {
      const inputId = index === 0 ? id : `${id}-${index + 1}`
      return html`<div class="choice"><input${attributes({
        type: 'radio',
        id: inputId,
        name: options.name,
        value: given.value,
        checked: given.value === options.value,
        disabled: given.disabled,
        'aria-describedby': given.hint ? `${inputId}-hint` : undefined,
      })}><div class="choice-words"><label for="${inputId}">${given.label}</label>${given.hint && html`<div class="hint" id="${inputId}-hint">${given.hint}</div>`}</div></div>`
    })}</div>`,
  })
}

/** Choices of which any number holds; all post under one name. */
export function checkboxes(options: {
  name: string
  legend: string
  values?: readonly string[]
  options: readonly { value: string; label: Renderable; hint?: Renderable; disabled?: boolean }[]
  hint?: Renderable
  error?: string
}): Html {
  return fieldset({
    ...options,
    id: `${options.name}-group`,
    body: html`<div class="choices">${options.options.map((given, index) =>
      checkbox({
        ...given,
        name: options.name,
        id: index === 0 ? options.name : `${options.name}-${index + 1}`,
        checked: options.values?.includes(given.value),
      }),
    )}</div>`,
  })
}

/** An input for a file with a frame around it; a script lets files be dropped on the frame and names the chosen one. */
export function fileField(
  t: Translate,
  options: Omit<FieldOptions, 'value' | 'autocomplete' | 'maxLength' | 'readOnly'> & {
    accept?: string
    multiple?: boolean
  },
): Html {
  const id = options.id ?? options.name
  return fieldFrame({
    ...options,
    id,
    control: html`<div${attributes({
      class: 'file-drop',
      'data-file-drop': true,
      'data-words': t('component.file.drop'),
      'data-chosen': t('component.file.chosen', { name: '{name}', size: '{size}' }),
    })}><input${attributes({
      type: 'file',
      ...controlAttributes(options, id),
      accept: options.accept,
      multiple: options.multiple,
    })}></div>`,
  })
}
