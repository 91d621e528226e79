import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { backpackRows, mostSelected } from '../backpack/index.ts'
import { badgeTexts, isAccepted } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { line, optionalLine, readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId, newPublicId } from '../platform/ids.ts'
import { backLink } from '../platform/pages/components.ts'
import { addToCollection, mostCollections, undoAdd } from './add-to-collection.ts'
import { badgePicker, type Pickable, type Picking } from './badge-picker.ts'
import { type CollectionForms, collectionPage, collectionsPage, type FormState } from './collection-pages.ts'
import * as store from './collection-store.ts'
import { freeSlug } from './free-slug.ts'
import { pageNumber } from './page-number.ts'
import { collectionView, type Reader } from './profile-pages.ts'
import { profileOf } from './profile-store.ts'
import { linkEnd, newLinkFields } from './share-link-form.ts'
import { fullNameOf, sharedBy, type ShowCollection } from './share-link-routes.ts'
import { linksOf } from './share-link-store.ts'
import { createShareLink, linkPath } from './share-links.ts'
import { refuseWithheld } from './sharing-off.ts'

const nameFields = {
  name: line(100, { missing: 'collection.error.name', tooLong: 'collection.error.nameLong' }),
  description: z.string().max(500, 'collection.error.description').optional(),
}

export function collectionRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/collections', '/collections/*']) routes.use(path, requireSignedIn)

  routes.get('/collections', async (c) => list(c))

  routes.post('/collections', async (c) => {
    const form = await readForm(c, z.object(nameFields))
    if (!form.ok) return list(c, form)
    const { accountId } = signedIn(c)
    const known = await store.collectionsOf(deps.db, accountId)
    if (known.length >= mostCollections)
      return list(c, {
        typed: form.typed,
        errors: [{ field: 'name', message: 'collection.error.many', values: { count: mostCollections } }],
      })
    const { name, description = '' } = form.data
    const key = await readIdempotencyKey(c)
    const slug = freeSlug(
      name,
      known.map((collection) => collection.slug),
    )
    const made = await once(
      deps.db,
      { scope: `collection:${accountId}`, key, body: { name, description }, now: deps.now },
      async (tx) => {
        const publicId = newPublicId()
        await store.insertCollection(tx, { publicId, accountId, slug, name, description, at: deps.now() })
        return { publicId }
      },
    )
    return c.redirect(`/collections/${made.publicId}`, 303)
  })

  routes.post('/collections/undo-add', async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, z.object({ change: z.string().max(64) }))
    if (!form.ok) throw new HttpError(400, 'There is no such change')
    const undone = await undoAdd(deps, { accountId, key: form.data.change })
    const t = c.get('t')
    flash(
      c,
      deps,
      undone
        ? { kind: 'success', message: t('collection.added.undone', { count: undone.removed }) }
        : { kind: 'warning', message: t('backpack.undo.late') },
    )
    if (undone) return c.redirect(undone.publicId === null ? '/collections' : `/collections/${undone.publicId}`, 303)
    return c.redirect('/collections', 303)
  })

  routes.get('/collections/:id', async (c) => show(c, await own(c)))

  routes.post('/collections/:id', async (c) => {
    const collection = await own(c)
    const form = await readForm(c, z.object({ ...nameFields, visibility: z.enum(['private', 'link', 'public']) }))
    if (!form.ok) return show(c, collection, { form })
    const { name, description = '', visibility } = form.data
    await store.updateCollection(deps.db, collection.id, { name, description, visibility, at: deps.now() })
    return done(c, collection, c.get('t')('collection.saved'))
  })

  routes.post('/collections/:id/delete', async (c) => {
    const collection = await own(c)
    await store.deleteCollection(deps.db, collection.id)
    flash(c, deps, { kind: 'success', message: c.get('t')('collection.deleted', { name: collection.name }) })
    return c.redirect('/collections', 303)
  })

  const pickForm = z.object({
    badge: z.array(z.string()).max(mostSelected).optional(),
    q: z.string().optional(),
    page: z.string().optional(),
    go: z.string().optional(),
  })
  routes.post('/collections/:id/add', async (c) => {
    const collection = await own(c)
    const form = await readForm(c, pickForm)
    if (!form.ok) throw new HttpError(400, 'The form holds more badges than it has room for')
    const { badge = [], q = '', go = 'add' } = form.data
    const publicIds = [...new Set(badge)].filter(isPublicId)
    if (go !== 'add') {
      const page = /^\d{1,4}$/.test(go) ? Math.max(1, Number(go)) : 1
      return pick(c, collection, { words: q.trim().slice(0, 200), page, picked: publicIds })
    }
    const { accountId, publicId } = collection
    await refuseWithheld(c, deps, { accountId, publicIds })
    const key = await readIdempotencyKey(c)
    const { credentialIds } = await addToCollection(deps, { accountId, key, to: { publicId }, publicIds })
    flashAdded(c, deps, { count: credentialIds.length, key })
    return c.redirect(`/collections/${publicId}`, 303)
  })

  const moves = { up: -1, down: 1 } as const
  routes.post('/collections/:id/items/:badge/:action{up|down|remove|note}', async (c) => {
    const collection = await own(c)
    const items = await store.itemsOf(deps.db, collection)
    const item = items.find(({ publicId }) => publicId === c.req.param('badge'))
    // The second click on Remove finds that it is done.
    if (!item && isPublicId(c.req.param('badge')) && c.req.param('action') === 'remove')
      return c.redirect(`/collections/${collection.publicId}`, 303)
    if (!item) throw new HttpError(404, 'There is no such badge in the collection')
    const place = { collectionId: collection.id, credentialId: item.id }
    const action = c.req.param('action')
    const t = c.get('t')
    if (action === 'up' || action === 'down') {
      const scope = { scope: `move:${collection.id}`, key: await readIdempotencyKey(c), body: { ...place, action } }
      await once(deps.db, { ...scope, now: deps.now }, (tx) => store.moveItem(tx, { ...place, by: moves[action] }))
      return done(c, collection, t('collection.moved', { badge: badgeTexts(item, c.get('locale')).name }))
    }
    if (action === 'remove') {
      await store.removeItems(deps.db, { collectionId: collection.id, credentialIds: [item.id] })
      return done(c, collection, t('collection.removed', { badge: badgeTexts(item, c.get('locale')).name }))
    }
    const form = await readForm(c, z.object({ note: optionalLine(200, 'collection.error.note') }))
    if (!form.ok) return show(c, collection, { note: { ...form, publicId: item.publicId } })
    await store.setNote(deps.db, { ...place, note: form.data.note ?? '' })
    return done(c, collection, t('collection.noted'))
  })

  routes.post('/collections/:id/links', async (c) => {
    const collection = await own(c)
    const form = await readForm(c, newLinkFields)
    if (!form.ok) return show(c, collection, { newLink: form })
    const end = linkEnd(form.data, deps.now())
    if (!end)
      return show(c, collection, {
        newLink: { typed: form.typed, errors: [{ field: 'date', message: 'link.error.date' }] },
      })
    const { name, pin, shownName = 'full' } = form.data
    const made = await createShareLink(deps, {
      accountId: collection.accountId,
      target: { kind: 'collection', collectionId: collection.id },
      name,
      end,
      wantsPin: pin,
      // Its badges are downloaded one by one, where each is shown.
      allowsDownload: false,
      shownName,
      idempotencyKey: await readIdempotencyKey(c),
    })
    const t = c.get('t')
    return done(c, collection, made.pin ? t('link.made.pin', { name, pin: made.pin }) : t('link.made', { name }))
  })

  async function own(c: Ctx): Promise<store.Collection> {
    const publicId = c.req.param('id') ?? ''
    const collection = isPublicId(publicId)
      ? await store.collectionOf(deps.db, { publicId, accountId: signedIn(c).accountId })
      : undefined
    if (!collection) throw new HttpError(404, 'There is no such collection')
    return collection
  }

  function done(c: Ctx, collection: store.Collection, message: string): Response {
    flash(c, deps, { kind: 'success', message })
    return c.redirect(`/collections/${collection.publicId}`, 303)
  }

  function reader(c: Ctx): Reader & { fields: () => ReturnType<typeof formFields> } {
    return { t: c.get('t'), locale: c.get('locale'), now: deps.now(), fields: () => formFields(c, deps) }
  }

  async function list(c: Ctx, form?: FormState): Promise<Response> {
    const collections = await store.collectionsOf(deps.db, signedIn(c).accountId)
    return page(c, deps, {
      section: 'earner',
      title: c.get('t')('collection.heading'),
      ...(form ? { error: true } : {}),
      body: collectionsPage(reader(c), { collections, ...(form ? { form } : {}) }),
    })
  }

  async function show(c: Ctx, collection: store.Collection, forms: CollectionForms = {}): Promise<Response> {
    const [items, profile, links] = await Promise.all([
      store.itemsOf(deps.db, collection),
      profileOf(deps.db, collection.accountId),
      linksOf(deps.db, { accountId: collection.accountId, now: deps.now(), collectionId: collection.id }),
    ])
    const addable = await addableTo(c, collection, items)
    return page(c, deps, {
      section: 'earner',
      title: collection.name,
      width: 'text',
      ...(forms.form || forms.newLink || forms.note ? { error: true } : {}),
      body: collectionPage(reader(c), {
        collection,
        items,
        picker: addable.length > 0 ? picker(c, collection, addable, { words: '', page: 1, picked: [] }) : undefined,
        publicAddress:
          profile &&
          `${deps.config.publicUrl}/u/${profile.handle}/c/${collection.visibility === 'public' ? collection.slug : collection.publicId}`,
        links: links.map((link) => ({ ...link, path: linkPath(deps, link) })),
        publicUrl: deps.config.publicUrl,
        fullName: fullNameOf(signedIn(c)),
        ...forms,
      }),
    })
  }

  /** The picker as a page of its own: what was found, and what was picked so far. */
  async function pick(c: Ctx, collection: store.Collection, picking: Picking): Promise<Response> {
    const addable = await addableTo(c, collection, await store.itemsOf(deps.db, collection))
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('collection.pick.heading'),
      lead: collection.name,
      width: 'text',
      body: html`${backLink(`/collections/${collection.publicId}`, collection.name)}${picker(c, collection, addable, picking)}`,
    })
  }

  function picker(c: Ctx, { publicId }: store.Collection, badges: readonly Pickable[], picking: Picking): Html {
    return badgePicker(reader(c), {
      action: `/collections/${publicId}/add`,
      fields: () => formFields(c, deps),
      badges,
      picking,
    })
  }

  /** The accepted badges that are not in it yet, of issuers that let them be shown (SECURITY S59). */
  async function addableTo(c: Ctx, { accountId }: store.Collection, items: readonly { publicId: string }[]) {
    const inside = new Set(items.map(({ publicId }) => publicId))
    const rows = await backpackRows(deps.db, { accountId, locale: c.get('locale') })
    return rows.filter((row) => isAccepted(row) && row.sharingOffSince === null && !inside.has(row.publicId))
  }

  return routes
}

/** What was added, with an Undo: the same after the collection's own form and after that of the backpack. */
export function flashAdded(c: Ctx, deps: Deps, o: { count: number; key: string }): void {
  flash(c, deps, {
    kind: 'success',
    message: c.get('t')('collection.added', { count: o.count }),
    ...(o.count > 0 ? { undo: { action: '/collections/undo-add', hidden: { change: o.key } } } : {}),
  })
}

/** Shows a collection behind a private link: all its badges, since the owner chose whom to show it to. */
export function showLinkedCollection(deps: Deps): ShowCollection {
  return async (c, link, path) => {
    const collection = link.collectionId ? await store.collectionById(deps.db, link.collectionId) : undefined
    if (!collection || collection.accountId !== link.accountId) return undefined
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: collection.name,
      bar: html`<p>${sharedBy(c, link)}</p>`,
      body: collectionView(
        { t, locale: c.get('locale'), now: deps.now() },
        {
          description: collection.description,
          items: await store.itemsOf(deps.db, collection),
          linksToBadges: true,
          page: pageNumber(c),
          address: path,
        },
      ),
    })
  }
}
