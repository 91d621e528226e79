import { type BackpackRow, holdsWords } from '../backpack/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { button, checkbox, checkboxes, disclosure, field, fieldset } from '../platform/pages/components.ts'

/** Badges on one page of the picker. */
export const pickerPage = 24

/** What a form of the picker asked for; anything else is the first page, with nothing picked. */
export interface Picking {
  words: string
  page: number
  /** Public ids, also of badges that this page does not show. */
  picked: readonly string[]
}

export type Pickable = Pick<BackpackRow, 'publicId' | 'name' | 'language' | 'issuerName' | 'skills'>

/**
 * A form in which badges are picked from any number, by search and by pages, without script: each button sends what was
 * picked so far, and what the next page does not show goes along hidden.
 */
export function badgePicker(
  { t, locale }: { t: Translate; locale: Locale },
  o: { action: string; fields: () => Html; badges: readonly Pickable[]; picking: Picking },
): Html {
  const { words, picked } = o.picking
  const found = o.badges.filter((badge) => holdsWords(badge, words))
  const pages = Math.max(1, Math.ceil(found.length / pickerPage))
  const page = Math.min(o.picking.page, pages)
  const shown = found.slice((page - 1) * pickerPage, page * pickerPage)
  const elsewhere = o.badges.filter((badge) => picked.includes(badge.publicId) && !shown.includes(badge))
  const needsSearch = o.badges.length > pickerPage
  const go = (value: string, label: string) => button({ name: 'go', value, label, kind: 'secondary', small: true })
  return html`<form method="post" action="${o.action}" class="form" novalidate>${o.fields()}
${
  needsSearch &&
  html`<div class="filters">${field({ name: 'q', id: 'pick-q', type: 'search', label: t('backpack.search'), value: words, width: 'medium', autocomplete: 'off' })}${button({ name: 'go', value: 'find', label: t('backpack.search.form'), kind: 'secondary' })}</div><input type="hidden" name="page" value="${page}">
<p class="hint" role="status">${t('collection.pick.count', { count: found.length, total: o.badges.length })}</p>`
}
${
  elsewhere.length > 0 &&
  disclosure({
    summary: t('collection.pick.elsewhere', { count: elsewhere.length }),
    body: fieldset({
      id: 'picked-group',
      legend: t('collection.pick.elsewhere', { count: elsewhere.length }),
      legendHidden: true,
      body: html`<div class="choices">${elsewhere.map((badge, at) => checkbox({ ...option(badge, locale), name: 'badge', id: `picked-${at + 1}`, checked: true }))}</div>`,
    }),
  })
}
${
  shown.length === 0
    ? html`<p>${words === '' ? t('backpack.noHits') : t('backpack.noHitsFor', { query: words })}</p>`
    : checkboxes({
        name: 'badge',
        legend: t('collection.add.which'),
        values: picked,
        options: shown.map((badge) => option(badge, locale)),
      })
}
${
  pages > 1 &&
  html`<div class="pagination">${page > 1 ? go(String(page - 1), t('component.pagination.previous')) : html`<span></span>`}<p>${t('component.pagination.page', { page, pages })}</p>${page < pages ? go(String(page + 1), t('component.pagination.next')) : html`<span></span>`}</div>`
}
<div class="form-actions">${button({ name: 'go', value: 'add', label: t('collection.add.button') })}</div></form>`
}

function option({ publicId, name, language, issuerName }: Pickable, locale: Locale) {
  return {
    value: publicId,
    label: language === locale ? name : html`<span lang="${language}">${name}</span>`,
    hint: issuerName,
  }
}
