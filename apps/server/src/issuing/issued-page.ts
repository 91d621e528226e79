import { consolePage, formatDate, formatNumber, inConsole, may } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import { formFields } from '../platform/http/page.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import {
  badgeChip,
  button,
  chip,
  dataTable,
  deliveryChip,
  emptyState,
  field,
  filterForm,
  linkButton,
  pagination,
  rowCheckbox,
  select,
  selectionBar,
  visibilityChip,
} from '../platform/pages/components.ts'
import { deliveries, type IssuedRow, issuedStatuses } from './issued-store.ts'
import type { WizardDeps } from './wizard-frame.ts'

export const issuedPerPage = 50

export interface IssuedView {
  rows: readonly IssuedRow[]
  total: number
  page: number
  /** The filters as they stand in the address. */
  query: URLSearchParams
  templates: readonly { publicId: string; name: string }[]
  /** "Batch 41", when the list shows one batch. */
  batchNumber?: number
  now: Date
}

/** Everybody who got a badge; the filters live in the address, so a view can be bookmarked and sent. */
export function issuedPage(c: Ctx, deps: WizardDeps, o: IssuedView): Promise<Response> {
  const t = c.get('t')
  const { base, role } = inConsole(c)
  const mayIssue = may(role, 'issue')
  const isFiltered = [...o.query.keys()].some((name) => name !== 'page')
  const issue = linkButton({ href: `${base}/issue`, label: t('issued.issue'), kind: 'primary' })
  if (o.total === 0 && !isFiltered)
    return consolePage(c, deps, {
      title: t('issued.title'),
      body: emptyState({ sentence: t('issued.empty'), action: mayIssue && issue, drawing: 'people' }),
    })
  const here = (page: number) => {
    const query = new URLSearchParams(o.query)
    query.set('page', String(page))
    return `${base}/issued?${query}`
  }
  const exportQuery = new URLSearchParams(o.query)
  exportQuery.delete('page')
  return consolePage(c, deps, {
    title: t('issued.title'),
    lead: o.batchNumber === undefined ? undefined : t('issued.ofBatch', { number: o.batchNumber }),
    body: html`${filters(c, base, o)}<div class="cluster"><p role="status">${t('issued.count', {
      n: o.total,
      count: formatNumber(c.get('locale'), o.total),
    })}</p>${mayIssue && issue}${linkButton({
      href: `${base}/issued.csv?${exportQuery}`,
      label: t('issued.export'),
      kind: 'quiet',
      icon: 'download',
    })}</div>${
      o.rows.length === 0
        ? emptyState({
            sentence: t('issued.noHits', { query: o.query.get('q') ?? '' }),
            action: linkButton({ href: `${base}/issued`, label: t('issued.clear') }),
            drawing: 'search',
          })
        : html`<form method="post" action="${base}/issued/selected" novalidate>${formFields(c, deps)}<input type="hidden" name="return" value="${here(o.page)}">${table(c, o, mayIssue)}${
            mayIssue &&
            selectionBar(
              t,
              html`${button({ label: t('issued.resend'), kind: 'secondary', name: 'action', value: 'resend' })}${button({ label: t('slips.make'), kind: 'secondary', formAction: `${base}/issued/slips` })}${button(
                {
                  label: t('issued.revoke'),
                  kind: 'danger',
                  name: 'action',
                  value: 'revoke',
                },
              )}`,
            )
          }</form>`
    }${pagination(t, { page: o.page, pages: Math.ceil(o.total / issuedPerPage), href: here })}`,
  })
}

function filters(c: Ctx, base: string, o: IssuedView): Html {
  const t = c.get('t')
  const value = (name: string) => o.query.get(name) ?? ''
  const all = t('issued.filter.all')
  return filterForm({
    action: `${base}/issued`,
    label: t('issued.filters'),
    body: html`${field({ name: 'q', type: 'search', label: t('issued.filter.text'), value: value('q'), width: 'medium' })}${select(
      {
        name: 'badge',
        label: t('issuing.badge.label'),
        value: value('badge'),
        placeholder: all,
        options: o.templates.map(({ publicId, name }) => ({ value: publicId, label: name })),
      },
    )}${select({
      name: 'status',
      // The page's live region has the plain word as its id.
      id: 'filter-status',
      label: t('issued.filter.status'),
      value: value('status'),
      placeholder: all,
      options: issuedStatuses.map((status) => ({ value: status, label: t(`issued.status.${status}`) })),
    })}${select({
      name: 'notification',
      label: t('issued.notification'),
      value: value('notification'),
      placeholder: all,
      options: deliveries.map((delivery) => ({ value: delivery, label: deliveryWord(t, delivery) })),
    })}${field({ name: 'from', type: 'date', label: t('issued.filter.from'), value: value('from'), width: 'short' })}${field(
      {
        name: 'to',
        type: 'date',
        label: t('issued.filter.to'),
        value: value('to'),
        width: 'short',
      },
    )}${value('batch') !== '' && html`<input type="hidden" name="batch" value="${value('batch')}">`}${button({
      label: t('issued.filter.apply'),
      kind: 'secondary',
    })}`,
  })
}

function table(c: Ctx, o: IssuedView, mayIssue: boolean): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  return dataTable(t, {
    caption: t('issued.caption'),
    captionHidden: true,
    rows: o.rows,
    columns: [
      ...(mayIssue
        ? [
            {
              label: t('issued.select'),
              labelHidden: true,
              cell: (row: IssuedRow) =>
                rowCheckbox(t, { name: 'select', value: row.publicId, rowName: row.recipientName }),
            },
          ]
        : []),
      {
        label: t('issued.person'),
        isRowHeader: true,
        cell: (row) =>
          html`<a href="${base}/issued/${row.publicId}">${row.recipientName}</a><div class="hint">${row.recipientEmail}</div>`,
      },
      { label: t('issuing.badge.label'), cell: (row) => row.badgeName },
      {
        label: t('issued.when'),
        cell: (row) =>
          html`<time datetime="${row.createdAt.toISOString()}">${formatDate(locale, row.createdAt)}</time>`,
      },
      { label: t('issued.notification'), cell: (row) => notificationChip(t, row.delivery) },
      { label: t('issued.filter.status'), cell: (row) => statusChip(t, row, o.now) },
      {
        label: t('issued.visibility'),
        // The issuer learns whether a badge is public, and no more about who may see it (UX 10).
        cell: (row) =>
          row.visibility === 'public' ? visibilityChip(t, 'public') : chip('neutral', t('issued.notPublic'), 'lock'),
      },
    ],
  })
}

export function notificationChip(t: Translate, delivery: IssuedRow['delivery']): Html {
  return delivery === 'failed' ? chip('bad', t('issued.delivery.failed'), 'cross') : deliveryChip(t, delivery)
}

function deliveryWord(t: Translate, delivery: IssuedRow['delivery']): string {
  return delivery === 'failed' ? t('issued.delivery.failed') : t(`chip.delivery.${delivery}`)
}

const soonMs = 60 * 86_400_000

/** One word for where an award stands; the fields behind it stay apart. */
export function statusChip(
  t: Translate,
  row: Pick<IssuedRow, 'lifecycle' | 'validity' | 'decision' | 'validUntil'>,
  now: Date,
): Html {
  if (row.validity === 'revoked') return badgeChip(t, 'withdrawn')
  if (row.validity === 'replaced') return badgeChip(t, 'replaced')
  if (row.lifecycle === 'intended') return chip('info', t('issued.status.signing'), 'clock')
  if (row.validUntil && row.validUntil <= now) return badgeChip(t, 'expired')
  if (row.decision === 'waiting') return badgeChip(t, 'waiting')
  if (row.decision === 'rejected') return badgeChip(t, 'declined')
  if (row.validUntil && row.validUntil.getTime() - now.getTime() < soonMs) return badgeChip(t, 'expires-soon')
  return badgeChip(t, 'valid')
}
