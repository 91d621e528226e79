import { dayInWords } from '../claiming/index.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { html, type Html } from '../platform/http/html.ts'
import { type Locale, regions, type Translate } from '../platform/i18n/messages.ts'
import {
  badgeCard,
  badgeChip,
  badgeGrid,
  button,
  dataTable,
  emptyState,
  field,
  filterForm,
  icon,
  type IconName,
  linkButton,
  menuButton,
  menuLink,
  messageBox,
  messageHeading,
  pagination,
  rowCheckbox,
  section,
  select,
  selectionBar,
  tabs,
  visibilityChip,
} from '../platform/pages/components.ts'
import { emptyBackpack } from './empty-backpack.ts'
import {
  backpackHref,
  type BackpackQuery,
  badgesOfTab,
  choicesOf,
  filterBadges,
  groupings,
  groupsOf,
  noFilters,
  type ShownBadge,
  sorts,
  statusFilters,
  tabsOfBackpack,
  views,
  visibilityFilters,
} from './filter-badges.ts'
import { mostInArchive } from './selected.ts'
import type { BackpackRow } from './store.ts'

export const badgesPerPage = 24

export interface ListPage {
  t: Translate
  locale: Locale
  query: BackpackQuery
  rows: readonly BackpackRow[]
  now: Date
  /** The hidden inputs of a form. */
  fields: () => Html
}

export function backpackPage(p: ListPage, more: readonly Html[] = []): Html {
  const { t, query, rows, now } = p
  const ofTab = badgesOfTab(rows, query.show, now)
  const found = filterBadges(ofTab, query, p.locale)
  const pages = Math.max(1, Math.ceil(found.length / badgesPerPage))
  const page = Math.min(query.page, pages)
  const shown = found.slice((page - 1) * badgesPerPage, page * badgesPerPage)
  const waiting = badgesOfTab(rows, 'waiting', now)
  const taken = rows.filter(isTaken).length
  const cards = (badges: readonly ShownBadge[], headingLevel: 2 | 3) =>
    badgeGrid(
      badges.map((badge) => card({ ...p, headingLevel, isSelectable: true }, badge)),
      { label: t('backpack.heading') },
    )
  const list = (badges: readonly ShownBadge[], headingLevel: 2 | 3, caption = t('backpack.heading')) =>
    query.view === 'table' ? table(p, badges, caption) : cards(badges, headingLevel)
  return html`${taken > mostInArchive && html`<p class="hint">${t('backpack.zip.most', { most: mostInArchive, more: taken - mostInArchive })} <a href="/settings/privacy-security/export">${t('backpack.zip.everything')}</a></p>`}${query.show !== 'waiting' && waitingNotice(p, waiting)}
${tabs({ label: t('component.tabs'), items: tabsOfBackpack.map((show) => ({ href: backpackHref({ ...query, ...noFilters, show }), label: t(`backpack.tab.${show}`), current: show === query.show, count: show === 'waiting' ? waiting.length : undefined })) })}
${
  ofTab.length === 0
    ? more.length === 0 && nothing(p)
    : html`${filters(p, ofTab)}
<p class="hint" role="status">${t('backpack.count', { count: found.length, total: ofTab.length })}</p>
${
  shown.length === 0
    ? emptyState({
        drawing: 'search',
        sentence: query.q === '' ? t('backpack.noHits') : t('backpack.noHitsFor', { query: query.q }),
        action: linkButton({
          href: backpackHref({ ...query, ...noFilters }),
          label: t('backpack.clear'),
        }),
      })
    : html`${shown.some(isTaken) && selection(p, backpackHref(query, { page }))}${
        query.group === ''
          ? list(shown, 2)
          : groupsOf(shown).map(({ name, badges }) => section({ heading: name, body: list(badges, 3, name) }))
      }`
}
${pagination(t, { page, pages, href: (wanted) => backpackHref(query, { page: wanted }) })}`
}
${more}`
}

/** What stands beside the heading: a way in for badges from elsewhere, and all of them as one file. */
export function backpackActions({ t, rows }: Pick<ListPage, 't' | 'rows'>): Html {
  return html`${linkButton({ href: '/badges/add', label: t('backpack.add'), icon: 'plus', kind: 'secondary' })}${rows.some(isTaken) && linkButton({ href: '/badges/backpack.zip?all=1', label: t('backpack.zip.all'), icon: 'download', kind: 'quiet' })}`
}

const selectionForm = 'selected'

/**
 * What can be done with several badges at once. The boxes stand in the cards, which have forms of their own, so they name
 * this one; it asks for a page that says what will happen.
 */
function selection({ t }: ListPage, back: string): Html {
  const go = (path: string, label: string, name: IconName) =>
    button({ label, kind: 'secondary', small: true, icon: name, form: selectionForm, formAction: path })
  return html`<form id="${selectionForm}" method="get" action="/badges/selected/visibility" hidden novalidate><input type="hidden" name="return" value="${back}"></form>${selectionBar(
    t,
    html`<span class="hint">${t('backpack.select.hint')}</span>${go('/badges/selected/collection', t('backpack.select.collection'), 'plus')}${go('/badges/selected/visibility', t('backpack.select.visibility'), 'globe')}${go('/badges/backpack.zip', t('backpack.select.download'), 'download')}${go('/badges/selected/decline', t('badge.decline'), 'cross')}`,
  )}`
}

function selectBox({ t }: Pick<ListPage, 't'>, badge: ShownBadge): Html | null {
  if (!isTaken(badge)) return null
  return rowCheckbox(t, { name: 'badge', value: badge.publicId, rowName: badge.name, form: selectionForm })
}

/** "1 badge is waiting for you: Data Storytelling" */
export function waitingNotice({ t }: Pick<ListPage, 't'>, waiting: readonly ShownBadge[]): Html | null {
  const [first] = waiting
  if (!first) return null
  const [text, href] =
    waiting.length === 1
      ? [t('backpack.waiting.one', { badge: first.name }), `/badges/${first.publicId}`]
      : [t('backpack.waiting.many', { count: waiting.length }), '/badges?show=waiting']
  return messageBox({
    kind: 'info',
    heading: messageHeading(t, 'info'),
    body: html`<p>${text}</p>`,
    actions: linkButton({ href, label: t('backpack.review'), kind: 'primary' }),
  })
}

function nothing(p: ListPage): Html {
  const { t, query } = p
  if (query.show === 'all') return emptyBackpack(p)
  return emptyState({ sentence: query.show === 'waiting' ? t('backpack.noneWaiting') : t('backpack.noneDeclined') })
}

function filters({ t, locale, query }: ListPage, ofTab: readonly ShownBadge[]): Html {
  const { issuers, years, languages } = choicesOf(ofTab, locale)
  const languageNames = new Intl.DisplayNames(regions[locale], { type: 'language' })
  const all = { value: '', label: t('backpack.filter.all') }
  const chosen = [query.issuer, query.status, query.visibility, query.year, query.language].filter(
    (value) => value !== '',
  ).length
  return filterForm({
    action: '/badges',
    label: t('backpack.search.form'),
    body: html`${query.show !== 'all' && html`<input type="hidden" name="show" value="${query.show}">`}${field({ name: 'q', type: 'search', label: t('backpack.search'), value: query.q, width: 'medium', autocomplete: 'off' })}${select({ name: 'sort', label: t('backpack.sort'), value: query.sort, width: 'short', options: sorts.map((sort) => ({ value: sort, label: t(`backpack.sort.${sort}`) })) })}${select({ name: 'view', label: t('backpack.view'), value: query.view, width: 'short', options: views.map((view) => ({ value: view, label: t(`backpack.view.${view}`) })) })}${select({ name: 'group', label: t('backpack.group'), value: query.group, width: 'short', options: [{ value: '', label: t('backpack.group.none') }, ...groupings.map((group) => ({ value: group, label: t(`backpack.group.${group}`) }))] })}
<details class="disclosure"${chosen > 0 ? html` open` : null}><summary>${icon('chevron')}<span>${t('backpack.filters', { count: chosen })}</span></summary><div class="disclosure-body filters">${select({ name: 'issuer', label: t('backpack.filter.issuer'), value: query.issuer, width: 'medium', options: [all, ...issuers.map(({ slug, name }) => ({ value: slug, label: name }))] })}${
      query.show === 'all' &&
      html`${select({ name: 'status', label: t('backpack.filter.status'), value: query.status, width: 'short', options: [all, ...statusFilters.map((status) => ({ value: status, label: t(`chip.badge.${status}`) }))] })}${select({ name: 'visibility', label: t('backpack.filter.visibility'), value: query.visibility, width: 'short', options: [all, ...visibilityFilters.map((visibility) => ({ value: visibility, label: t(`chip.visibility.${visibility}`) }))] })}`
    }${select({ name: 'year', label: t('backpack.filter.year'), value: query.year, width: 'short', options: [all, ...years.map((year) => ({ value: year, label: year }))] })}${select({ name: 'language', label: t('backpack.filter.language'), value: query.language, width: 'short', options: [all, ...languages.map((language) => ({ value: language, label: languageNames.of(language) ?? language }))] })}</div></details>
<div class="form-actions">${button({ label: t('backpack.apply'), kind: 'secondary' })}</div>`,
  })
}

function langOf({ language }: ShownBadge, locale: Locale): string | undefined {
  return language === locale ? undefined : language
}

export function badgeHref({ publicId }: { publicId: string }): string {
  return `/badges/${publicId}`
}

export function card(
  p: Pick<ListPage, 't' | 'locale' | 'fields'> & { headingLevel?: 2 | 3; isSelectable?: boolean },
  badge: ShownBadge,
): Html {
  const { t, locale } = p
  return badgeCard({
    select: p.isSelectable && selectBox(p, badge),
    name: badge.name,
    href: badgeHref(badge),
    imageUrl: pictureUrl(badge.picturePngHash, 240),
    issuer: badge.issuerName,
    date: dayInWords(locale, badge.awardedOn),
    dateTime: badge.awardedOn,
    lang: langOf(badge, locale),
    headingLevel: p.headingLevel ?? 2,
    chips: chipsOf(t, badge),
    actions: actionsOf(p, badge),
  })
}

function chipsOf(t: Translate, badge: ShownBadge): Html {
  // Valid is what a badge usually is; saying it on every card would only make the others harder to see.
  const state = badge.state !== 'valid' && badgeChip(t, badge.state)
  const seen = isTaken(badge) && badge.state !== 'withdrawn' && visibilityChip(t, badge.visibility)
  return html`${state}${seen}`
}

function isTaken({ decision }: Pick<BackpackRow, 'decision'>): boolean {
  return decision === 'accepted' || decision === 'automatic'
}

function actionsOf(
  { t, fields }: Pick<ListPage, 't' | 'fields'>,
  badge: ShownBadge,
  { inTable = false }: { inTable?: boolean } = {},
): Html {
  const href = badgeHref(badge)
  const named = (label: string) => `${label} ${badge.name}`
  const post = (action: string, label: string, kind: 'primary' | 'secondary' | 'quiet', name?: IconName) =>
    html`<form method="post" action="${href}/${action}" class="form-inline" novalidate>${fields()}${button({ label, kind, small: true, accessibleName: named(label), ...(name ? { icon: name } : {}) })}</form>`
  if (badge.state === 'waiting')
    return html`${post('accept', t('badge.accept'), 'primary')}${!inTable && linkButton({ href, label: t('backpack.review'), small: true, accessibleName: named(t('backpack.review')) })}`
  if (badge.state === 'declined') return post('restore', t('backpack.restore'), 'secondary')
  if (badge.state === 'withdrawn' || badge.state === 'replaced') return html``
  return html`${linkButton({ href: `${href}/share`, label: t('backpack.share'), data: { 'data-dialog-from': 'share-panel' }, icon: 'share', small: true, kind: 'secondary', accessibleName: named(t('backpack.share')) })}${menuButton(
    {
      label: t('component.menu.more'),
      accessibleName: t('component.menu.moreFor', { name: badge.name }),
      small: true,
      kind: 'quiet',
      items: [
        badge.visibility === 'public'
          ? menuLink({ href: `${href}/visibility`, label: t('badge.makePrivate'), icon: 'lock' })
          : menuLink({ href: `${href}/visibility`, label: t('badge.makePublic'), icon: 'globe' }),
        badge.visibility === 'public' && post('hide', t('badge.hide'), 'quiet', 'chain'),
        menuLink({
          href: `/badges/selected/collection?badge=${badge.publicId}`,
          label: t('backpack.select.collection'),
          icon: 'plus',
        }),
        menuLink({ href: `${href}/badge.png`, label: t('badge.download'), icon: 'download', download: true }),
        // Asked about only when somebody else may be looking at it; otherwise Undo is enough.
        badge.visibility === 'private'
          ? post('decline', t('badge.decline'), 'quiet')
          : menuLink({ href: `${href}/decline`, label: t('badge.decline'), icon: 'cross' }),
      ],
    },
  )}`
}

function table(p: ListPage, badges: readonly ShownBadge[], caption: string): Html {
  const { t, locale, query } = p
  return dataTable(t, {
    caption,
    captionHidden: true,
    rows: badges,
    columns: [
      { label: t('backpack.column.select'), labelHidden: true, cell: (badge) => selectBox(p, badge) },
      {
        label: t('backpack.column.badge'),
        isRowHeader: true,
        className: 'long-names',
        sort: {
          href: backpackHref(query, { sort: 'name' }),
          direction: query.sort === 'name' ? 'ascending' : undefined,
        },
        cell: (badge) =>
          html`<a href="${badgeHref(badge)}"${langOf(badge, locale) ? html` lang="${badge.language}"` : null}>${badge.name}</a>`,
      },
      {
        label: t('backpack.filter.issuer'),
        className: 'long-names',
        sort: {
          href: backpackHref(query, { sort: 'issuer' }),
          direction: query.sort === 'issuer' ? 'ascending' : undefined,
        },
        cell: ({ issuerName }) => issuerName,
      },
      {
        label: t('badge.issued'),
        sort: {
          href: backpackHref(query, { sort: query.sort === 'newest' ? 'oldest' : 'newest' }),
          direction: query.sort === 'newest' ? 'descending' : query.sort === 'oldest' ? 'ascending' : undefined,
        },
        cell: ({ awardedOn }) => html`<time datetime="${awardedOn}">${shortDay(locale, awardedOn)}</time>`,
      },
      { label: t('backpack.filter.status'), cell: (badge) => badgeChip(t, badge.state) },
      {
        label: t('backpack.filter.visibility'),
        cell: (badge) => (isTaken(badge) ? visibilityChip(t, badge.visibility) : ''),
      },
      {
        label: t('backpack.column.actions'),
        labelHidden: true,
        cell: (badge) => html`<div class="cluster">${actionsOf(p, badge, { inTable: true })}</div>`,
      },
    ],
  })
}

function shortDay(locale: Locale, day: string): string {
  return new Intl.DateTimeFormat(regions[locale], { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )
}
