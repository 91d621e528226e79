import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  copyField,
  dataTable,
  disclosure,
  emptyState,
  errorFor,
  errorSummary,
  field,
  linkButton,
  messageBox,
  messageHeading,
  radios,
  section,
  textarea,
  visibilityChip,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import type { Collection } from './collection-store.ts'
import { blueskyPost, emailMessage, facebookShare, linkedInPost, whatsAppMessage, xPost } from './outgoing-links.ts'
import type { Reader } from './profile-pages.ts'
import { type LinksPage, linksTable, newLinkForm } from './share-link-pages.ts'

export interface FormState {
  typed: Record<string, string>
  errors: readonly FieldError[]
}

/** A form of the page that was refused, as it was typed. */
export interface CollectionForms {
  form?: FormState
  newLink?: FormState
  /** The note of one badge. */
  note?: FormState & { publicId: string }
}

type Page = Reader & { fields: () => Html }

/** All collections of a person, and the form for one more. */
export function collectionsPage(
  p: Page,
  o: {
    collections: readonly {
      publicId: string
      name: string
      visibility: 'private' | 'link' | 'public'
      badges: number
    }[]
    form?: FormState
  },
): Html {
  const { t } = p
  return html`${
    o.collections.length === 0
      ? emptyState({ sentence: t('collection.empty') })
      : dataTable(t, {
          caption: t('collection.heading'),
          captionHidden: true,
          rows: o.collections,
          columns: [
            {
              label: t('collection.name'),
              isRowHeader: true,
              cell: ({ publicId, name }) => html`<a href="/collections/${publicId}">${name}</a>`,
            },
            { label: t('backpack.heading.short'), numeric: true, cell: ({ badges }) => badges },
            { label: t('backpack.filter.visibility'), cell: ({ visibility }) => visibilityChip(t, visibility) },
          ],
        })
  }
${section({
  id: 'new',
  heading: t('collection.new'),
  body: nameForm(p, {
    action: '/collections',
    ...(o.form ?? { typed: {}, errors: [] }),
    submit: t('collection.create'),
  }),
})}`
}

function nameForm(
  p: Page,
  o: FormState & { action: string; submit: string; visibility?: 'private' | 'link' | 'public' },
): Html {
  const { t } = p
  const errors = o.errors.map(({ field: name, message, values }) => ({ field: name, message: t(message, values) }))
  return html`${errorSummary(t, errors)}<form method="post" action="${o.action}" class="form" novalidate>${p.fields()}
${field({ name: 'name', label: t('collection.name'), value: o.typed['name'], error: errorFor(errors, 'name'), autocomplete: 'off', maxLength: 100 })}
${textarea(t, { name: 'description', label: t('badge.description'), optionalLabel: t('component.optional'), value: o.typed['description'], error: errorFor(errors, 'description'), rows: 3, count: 500 })}
${
  o.visibility &&
  radios({
    name: 'visibility',
    legend: t('backpack.filter.visibility'),
    value: o.typed['visibility'] ?? o.visibility,
    options: (['private', 'link', 'public'] as const).map((value) => ({
      value,
      label: t(`chip.visibility.${value}`),
      hint: t(`collection.visibility.${value}`),
    })),
  })
}
<div class="form-actions">${button({ label: o.submit })}</div></form>`
}

/** One collection for its owner: its badges in order, what may be added, who may see it. */
export function collectionPage(
  p: Page,
  o: {
    collection: Collection
    items: readonly (HeldCredential & { note: string })[]
    /** The form that adds badges; absent when all are in it. */
    picker: Html | undefined
    /** Where others find it; absent until the person has a handle. */
    publicAddress: string | undefined
    links: LinksPage['links']
    publicUrl: string
    /** Of the owner, for who gets a link. */
    fullName: string
  } & CollectionForms,
): Html {
  const { t } = p
  const { collection, items } = o
  const path = `/collections/${collection.publicId}`
  const hidden = items.filter(({ visibility }) => visibility === 'private').length
  return html`${backLink('/collections', t('collection.heading'))}${
    o.note &&
    errorSummary(
      t,
      o.note.errors.map(({ message, values }) => ({ field: `note-${o.note?.publicId}`, message: t(message, values) })),
    )
  }
${hidden > 0 && collection.visibility !== 'private' && messageBox({ kind: 'info', heading: messageHeading(t, 'info'), body: html`<p>${t('collection.leftOut', { count: hidden })}</p>` })}
${collection.visibility !== 'private' && (o.publicAddress ? html`${copyField(t, { id: 'collection-address', label: t('share.link'), value: o.publicAddress, buttonLabel: t('share.copy'), copied: t('share.copied') })}${networks(t, { name: collection.name, url: o.publicAddress })}` : messageBox({ kind: 'warning', heading: messageHeading(t, 'warning'), body: html`<p>${t('collection.needsHandle')}</p>`, actions: linkButton({ href: '/settings/profile', label: t('collection.chooseHandle') }) }))}
${items.length === 0 ? emptyState({ sentence: t('collection.nothing') }) : html`<ol class="collection-items" role="list">${items.map((item, at) => ownItem(p, path, item, { at, last: items.length - 1, note: o.note?.publicId === item.publicId ? o.note : undefined }))}</ol>`}
${o.picker && disclosure({ summary: t('collection.add'), open: items.length === 0, body: o.picker })}
${section({
  heading: t('collection.settings'),
  body: nameForm(p, {
    action: path,
    submit: t('collection.save'),
    visibility: collection.visibility,
    ...(o.form ?? { typed: { name: collection.name, description: collection.description }, errors: [] }),
  }),
})}
${section({
  id: 'links',
  heading: t('link.private'),
  lead: t('collection.links.text'),
  body: html`${linksTable({ ...p, links: o.links, publicUrl: o.publicUrl, returnTo: path }, { showsWhat: false })}${newLinkForm(t, { action: `${path}/links`, fields: p.fields, hasNoFiles: true, fullName: o.fullName, ...o.newLink })}`,
})}
${disclosure({
  summary: t('collection.delete'),
  body: html`<p>${t('collection.delete.ask', { count: o.links.length })}</p><form method="post" action="${path}/delete" class="form-inline" novalidate>${p.fields()}${button({ label: t('collection.delete'), kind: 'danger' })}</form>`,
})}`
}

/** The same ways as for a badge; a profile entry is for one credential, so it is not among them. */
function networks(t: Translate, { name, url }: { name: string; url: string }): Html {
  const text = t('collection.share.text', { name })
  const ways: [label: string, href: string][] = [
    ['LinkedIn', linkedInPost(url)],
    ['X', xPost({ text, url })],
    ['Facebook', facebookShare(url)],
    ['Bluesky', blueskyPost({ text, url })],
    ['WhatsApp', whatsAppMessage({ text, url })],
  ]
  return disclosure({
    summary: t('share.networks'),
    body: html`<div class="cluster">${ways.map(([label, href]) => html`<a class="button button-secondary" href="${href}" target="_blank" rel="noopener noreferrer"><span>${label}</span> <span class="visually-hidden">${t('component.newTab')}</span></a>`)}<a class="button button-secondary" href="${emailMessage({ subject: text, body: `${text}\n${url}` })}"><span>${t('share.email')}</span></a></div><div data-web-share="${url}" data-web-share-label="${t('share.device')}" data-web-share-title="${name}"></div>`,
  })
}

/** Every drag has buttons (UX 3), so the buttons are all there is. */
function ownItem(
  p: Page,
  path: string,
  item: HeldCredential & { note: string },
  { at, last, note }: { at: number; last: number; note: FormState | undefined },
): Html {
  const { t, locale } = p
  const error = note?.errors[0] && t(note.errors[0].message, note.errors[0].values)
  const texts = badgeTexts(item, locale)
  const post = (action: string, label: string) =>
    html`<form method="post" action="${path}/items/${item.publicId}/${action}" class="form-inline" novalidate>${p.fields()}${button({ label, kind: 'secondary', small: true, accessibleName: `${label} ${texts.name}` })}</form>`
  return html`<li class="panel"><div class="cluster"><img src="${pictureUrl(item.snapshot.picturePngHash, 96)}" width="48" height="48" alt="" loading="lazy"><a href="/badges/${item.publicId}"${texts.lang ? html` lang="${texts.lang}"` : null}>${texts.name}</a>${visibilityChip(t, item.visibility)}<div class="cluster item-actions">${at > 0 && post('up', t('collection.up'))}${at < last && post('down', t('collection.down'))}${post('remove', t('collection.remove'))}</div></div>
<form method="post" action="${path}/items/${item.publicId}/note" class="filters" novalidate>${p.fields()}${field({ id: `note-${item.publicId}`, name: 'note', label: t('collection.note'), value: note?.typed['note'] ?? item.note, error, optionalLabel: t('component.optional'), autocomplete: 'off', maxLength: 200 })}${button({ label: t('collection.note.save'), kind: 'secondary', small: true, accessibleName: `${t('collection.note.save')} ${texts.name}` })}</form></li>`
}
