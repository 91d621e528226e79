import { attributes, type Html, html, type Renderable } from '../http/html.ts'
import type { Translate } from '../i18n/messages.ts'
import { icon } from './icons.ts'

export type Column<Row> = {
  label: string
  cell: (row: Row) => Renderable
  /** Its cell names the row, for screen readers. */
  isRowHeader?: boolean
  /** Numbers, set flush at the end with figures of one width. */
  numeric?: boolean
  /** Sorting is a link to the same page in another order. */
  sort?: { href: string; direction?: 'ascending' | 'descending' }
  /** The words for the small screen's card stay away: for columns of buttons. */
  labelHidden?: boolean
  className?: string
}

/**
 * A table with a caption. Below 40 rem each row becomes a card with its labels, unless `compare` asks for a
 * region that scrolls sideways and can be reached by keyboard.
 */
export function dataTable<Row>(
  t: Translate,
  options: {
    caption: string
    captionHidden?: boolean
    columns: readonly Column<Row>[]
    rows: readonly Row[]
    /** Columns must stay beside one another. */
    compare?: boolean
    dense?: boolean
    /** Cells are long, such as addresses: rows become cards as early as those of six columns. */
    wide?: boolean
    rowId?: (row: Row) => string | undefined
    foot?: Renderable
  },
): Html {
  const { columns } = options
  const head = columns.map((column) => {
    const sorted = column.sort?.direction
    const label = column.sort
      ? html`<a class="sort" href="${column.sort.href}">${column.label}${icon('chevron', `sort-mark${sorted ? ` sort-${sorted}` : ''}`)}${sorted && html`<span class="visually-hidden">, ${t(`component.table.sort.${sorted}`)}</span>`}</a>`
      : column.labelHidden
        ? html`<span class="visually-hidden">${column.label}</span>`
        : column.label
    return html`<th${attributes({ scope: 'col', class: column.numeric ? 'numeric' : undefined, 'aria-sort': sorted })}>${label}</th>`
  })
  const body = options.rows.map(
    (row) =>
      html`<tr${attributes({ id: options.rowId?.(row) })}>${columns.map((column) => {
        const given = attributes({
          class: [column.numeric && 'numeric', column.className].filter(Boolean).join(' ') || undefined,
          'data-label': column.labelHidden ? undefined : column.label,
        })
        return column.isRowHeader
          ? html`<th scope="row"${given}><div class="cell">${column.cell(row)}</div></th>`
          : html`<td${given}><div class="cell">${column.cell(row)}</div></td>`
      })}</tr>`,
  )
  const table = html`<table class="table${options.dense ? ' table-dense' : ''}${options.compare ? '' : ' table-cards'}${!options.compare && (options.wide || columns.length >= 6) ? ' table-many' : ''}"><caption${attributes({ class: options.captionHidden ? 'visually-hidden' : undefined })}>${options.caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody>${options.foot && html`<tfoot>${options.foot}</tfoot>`}</table>`
  return options.compare
    ? html`<div class="table-scroll" role="region" tabindex="0" aria-label="${t('component.table.scroll', { caption: options.caption })}">${table}</div>`
    : html`<div class="table-frame">${table}</div>`
}

/** The box that selects one row; the form around the table posts its values. */
export function rowCheckbox(
  t: Translate,
  options: { name: string; value: string; rowName: string; form?: string },
): Html {
  return html`<input${attributes({ type: 'checkbox', class: 'row-select', name: options.name, value: options.value, form: options.form, 'aria-label': t('component.table.select', { name: options.rowName }), 'data-row-select': true })}>`
}

/** Counts the selected rows and holds what can be done with them. The script adds "Select all" and keeps the count. */
export function selectionBar(t: Translate, actions: Renderable): Html {
  return html`<div${attributes({
    class: 'selection-bar',
    'data-selection-bar': true,
    'data-select-all': t('component.table.selectAll'),
    'data-none': t('component.table.selected', { count: 0 }),
    'data-one': t('component.table.selected', { count: 1 }).replace('1', '{count}'),
    'data-other': t('component.table.selected', { count: 111 }).replace('111', '{count}'),
  })}><div class="cluster">${actions}</div></div>`
}

export type Fact = { term: string; value: Renderable; lang?: string } | null | undefined | false

/** Names and values: "Issued: March 4, 2026". Empty entries are left out. */
export function descriptionList(facts: readonly Fact[], options: { compact?: boolean } = {}): Html {
  return html`<dl class="facts${options.compact ? ' facts-compact' : ''}">${facts.map(
    (fact) => fact && html`<div><dt>${fact.term}</dt><dd${attributes({ lang: fact.lang })}>${fact.value}</dd></div>`,
  )}</dl>`
}

/** What happened when, newest or oldest first as given. */
export function timeline(
  entries: readonly { when: string; dateTime: string; what: Renderable; note?: Renderable }[],
  options: { label?: string } = {},
): Html {
  return html`<ol class="timeline" role="list"${attributes({ 'aria-label': options.label })}>${entries.map(
    ({ when, dateTime, what, note }) =>
      html`<li><time datetime="${dateTime}">${when}</time><div>${what}${note && html`<p class="hint">${note}</p>`}</div></li>`,
  )}</ol>`
}

/** A number with its definition. */
export function figure(options: { value: string; label: string; definition?: string; href?: string }): Html {
  return html`<div class="figure"><p class="figure-value">${options.href ? html`<a href="${options.href}">${options.value}</a>` : options.value}</p><p class="figure-label">${options.label}</p>${options.definition && html`<p class="hint">${options.definition}</p>`}</div>`
}
