import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { badgeTexts, heldCredentials } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { line, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId, newPublicId } from '../platform/ids.ts'
import { collectionPage, collectionsPage, type FormState } from './collection-pages.ts'
import * as store from './collection-store.ts'
import { freeSlug } from './free-slug.ts'
import { pageNumber } from './page-number.ts'
import { collectionView, type Reader } from './profile-pages.ts'
import { profileOf } from './profile-store.ts'
import { linkEnd, newLinkFields } from './share-link-form.ts'
import { sharedBy, type ShowCollection } from './share-link-routes.ts'
import { linksOf } from './share-link-store.ts'
import { createShareLink, linkPath } from './share-links.ts'

const nameFields = {
  name: line(100, { missing: 'collection.error.name', tooLong: 'collection.error.nameLong' }),
  description: z.string().max(500, 'collection.error.description').optional(),
}
const mostCollections = 100

export function collectionRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/collections', '/collections/*']) routes.use(path, requireSignedIn)

  routes.get('/collections', async (c) => list(c))

  routes.post('/collections', async (c) => {
    const form = await readForm(c, z.object(nameFields))
    if (!form.ok) return list(c, form)
    const { accountId } = signedIn(c)
    const known = await store.collectionsOf(deps.db, accountId)
    if (known.length >= mostCollections) throw new HttpError(409, 'There are too many collections')
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

  routes.post('/collections/:id/add', async (c) => {
    const collection = await own(c)
    const form = await readForm(c, z.object({ badge: z.array(z.string()).max(500).optional() }))
    const publicIds = form.ok ? (form.data.badge ?? []).filter(isPublicId) : []
    const count = await deps.db
      .transaction()
      .execute((tx) => store.addItems(tx, { collectionId: collection.id, accountId: collection.accountId, publicIds }))
    await store.touchCollection(deps.db, collection.id, deps.now())
    return done(c, collection, c.get('t')('collection.added', { count }))
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
      await store.removeItem(deps.db, place)
      return done(c, collection, t('collection.removed', { badge: badgeTexts(item, c.get('locale')).name }))
    }
    const form = await readForm(c, z.object({ note: z.string().max(200).optional() }))
    if (!form.ok) throw new HttpError(400, 'The note is too long')
    await store.setNote(deps.db, { ...place, note: form.data.note?.trim() ?? '' })
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
    const { name, pin, download } = form.data
    const made = await createShareLink(deps, {
      accountId: collection.accountId,
      target: { kind: 'collection', collectionId: collection.id },
      name,
      end,
      wantsPin: pin,
      allowsDownload: download,
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

  async function show(
    c: Ctx,
    collection: store.Collection,
    forms: { form?: FormState; newLink?: FormState } = {},
  ): Promise<Response> {
    const [items, all, profile, links] = await Promise.all([
      store.itemsOf(deps.db, collection),
      heldCredentials(deps.db)
        .where('c.accountId', '=', collection.accountId)
        .where('c.decision', 'in', ['accepted', 'automatic'])
        .orderBy('c.validFrom', 'desc')
        .limit(500)
        .execute(),
      profileOf(deps.db, collection.accountId),
      linksOf(deps.db, { accountId: collection.accountId, now: deps.now(), collectionId: collection.id }),
    ])
    const inside = new Set(items.map(({ id }) => id))
    const locale = c.get('locale')
    return page(c, deps, {
      section: 'earner',
      title: collection.name,
      width: 'text',
      ...(forms.form || forms.newLink ? { error: true } : {}),
      body: collectionPage(reader(c), {
        collection,
        items,
        addable: all
          .filter(({ id }) => !inside.has(id))
          .map((badge) => ({
            publicId: badge.publicId,
            name: badgeTexts(badge, locale).name,
            issuerName: badge.snapshot.issuer.name,
          })),
        publicAddress:
          profile &&
          `${deps.config.publicUrl}/u/${profile.handle}/c/${collection.visibility === 'public' ? collection.slug : collection.publicId}`,
        links: links.map((link) => ({ ...link, path: linkPath(deps, link) })),
        publicUrl: deps.config.publicUrl,
        ...forms,
      }),
    })
  }

  return routes
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
