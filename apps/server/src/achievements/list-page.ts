import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { badgeImage, chip, chips, dataTable, emptyState, linkButton, tabs } from '../platform/pages/components.ts'
import { formatDate, formatNumber, formatShare } from '../organizations/index.ts'
import type { AchievementContent } from './content.ts'
import { sameContent } from './edit.ts'
import { draftPicture, stateChip } from './parts.ts'
import { pictureUrl } from '../platform/pictures/store.ts'

export interface TemplateRow {
  publicId: string
  state: 'draft' | 'published' | 'archived'
  draft: AchievementContent
  draftSavedAt: Date
  content: AchievementContent | null
  picturePngHash: string | null
  issued: number
  accepted: number
}
export const listFilters = ['all', 'draft', 'published', 'archived'] as const
export type ListFilter = (typeof listFilters)[number]

export function templateList(
  t: Translate,
  o: { base: string; locale: Locale; rows: readonly TemplateRow[]; filter: ListFilter; canDesign: boolean },
): Html {
  const create =
    o.canDesign &&
    linkButton({ label: t('template.list.new'), href: `${o.base}/badges/new`, kind: 'primary', icon: 'plus' })
  if (o.rows.length === 0)
    return emptyState({
      sentence: t(o.canDesign ? 'template.list.empty' : 'template.list.empty.viewer'),
      action: create,
    })
  const rows = o.rows.filter(({ state }) => (o.filter === 'all' ? state !== 'archived' : state === o.filter))
  const filters = listFilters.map((filter) => ({
    href: filter === 'all' ? `${o.base}/badges` : `${o.base}/badges?show=${filter}`,
    label: filter === 'all' ? t('template.filter.all') : t(`template.state.${filter}`),
    current: filter === o.filter,
    count: filter === 'all' ? undefined : o.rows.filter(({ state }) => state === filter).length,
  }))
  return html`<p>${create}</p>${tabs({ label: t('template.filter'), items: filters })}${dataTable(t, {
    caption: t('template.list.caption'),
    captionHidden: true,
    wide: true,
    rows,
    columns: [
      {
        label: t('template.list.badge'),
        isRowHeader: true,
        cell: (row) =>
          html`<span class="picture-and-name">${badgeImage({ src: row.picturePngHash && row.state !== 'draft' ? pictureUrl(row.picturePngHash, 96) : draftPicture(o.base, row, 96), alt: '', size: 48 })}<a href="${o.base}/badges/${row.publicId}" lang="${(row.content ?? row.draft).language}">${(row.content ?? row.draft).name || t('template.untitled')}</a></span>`,
      },
      {
        label: t('template.list.state'),
        cell: (row) =>
          chips(
            stateChip(t, row.state),
            row.state === 'published' && row.content && !sameContent(row.content, row.draft)
              ? chip('warn', t('template.state.changes'), 'clock')
              : null,
          ),
      },
      { label: t('template.list.issued'), numeric: true, cell: (row) => formatNumber(o.locale, row.issued) },
      {
        label: t('template.list.accepted'),
        numeric: true,
        cell: (row) =>
          row.issued === 0
            ? html`<span class="hint">${t('template.list.none')}</span>`
            : formatShare(o.locale, row.accepted / row.issued),
      },
      { label: t('template.list.changed'), cell: (row) => formatDate(o.locale, row.draftSavedAt) },
    ],
  })}`
}
