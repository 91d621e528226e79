import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { badgeList, mostSelected, selectedBadges } from '../backpack/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, optionalLine, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { button, errorFor, errorSummary, field, formActions, linkButton, radios } from '../platform/pages/components.ts'
import { addToCollection, mostCollections } from './add-to-collection.ts'
import { flashAdded } from './collection-routes.ts'
import * as store from './collection-store.ts'

const isNew = 'new'

interface Typed {
  typed: Record<string, string>
  errors: readonly FieldError[]
}

/** From the backpack: badges that were chosen there go into a collection, or into a new one. */
export function collectSelectedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/selected/collection', requireSignedIn, async (c) => {
    const badges = await selectedBadges(c, deps)
    return badges instanceof Response ? badges : ask(c, badges)
  })

  const form = z.object({
    collection: z.string({ message: 'backpack.collect.error.which' }).optional(),
    name: optionalLine(100, 'collection.error.nameLong'),
    badge: z.array(z.string()).max(mostSelected).optional(),
  })
  routes.post('/badges/selected/collection', requireSignedIn, async (c) => {
    const read = await readForm(c, form)
    const badges = await selectedBadges(c, deps)
    if (badges instanceof Response) return badges
    if (!read.ok) return ask(c, badges, read)
    const { accountId } = signedIn(c)
    const known = await store.collectionsOf(deps.db, accountId)
    const { collection, name } = read.data
    const again = (where: string, message: FieldError['message']) =>
      ask(c, badges, { typed: read.typed, errors: [{ field: where, message }] })
    const chosen = known.find(({ publicId }) => publicId === collection)
    if (!chosen && collection !== isNew) return again('collection', 'backpack.collect.error.which')
    if (!chosen && name === undefined) return again('name', 'collection.error.name')
    if (!chosen && known.length >= mostCollections) return again('collection', 'backpack.collect.error.many')
    const publicIds = badges.filter(isCollectable).map((badge) => badge.publicId)
    const key = await readIdempotencyKey(c)
    const to = chosen ? { publicId: chosen.publicId } : { name: name ?? '' }
    const done = await addToCollection(deps, { accountId, key, to, publicIds })
    flashAdded(c, deps, { count: done.credentialIds.length, key })
    return c.redirect(`/collections/${done.publicId}`, 303)
  })

  async function ask(c: Ctx, badges: HeldCredential[], state: Typed = { typed: {}, errors: [] }): Promise<Response> {
    const t = c.get('t')
    const able = badges.filter(isCollectable)
    const waiting = badges.filter((badge) => !isAccepted(badge))
    const withheld = badges.filter((badge) => isAccepted(badge) && !isCollectable(badge))
    const known = await store.collectionsOf(deps.db, signedIn(c).accountId)
    const errors = state.errors.map(({ field: where, message, values }) => ({
      field: where,
      message: t(message, values),
    }))
    // With `?badge=` in its own address, so that a form that comes back still knows what was chosen.
    const search = new URLSearchParams(badges.map(({ publicId }) => ['badge', publicId]))
    return page(c, deps, {
      section: 'earner',
      title: t('backpack.collect.heading', { count: able.length }),
      width: 'form',
      ...(errors.length > 0 ? { error: true } : {}),
      body: html`${errorSummary(t, errors)}${badgeList(c, able)}${waiting.length > 0 && html`<p>${t('backpack.collect.cannot', { count: waiting.length })}</p>${badgeList(c, waiting)}`}${withheld.length > 0 && html`<p>${t('share.off.selected', { count: withheld.length })}</p>${badgeList(c, withheld)}`}
<form method="post" action="/badges/selected/collection?${search.toString()}" class="form" novalidate>${formFields(c, deps)}
${radios({
  name: 'collection',
  legend: t('backpack.collect.which'),
  value: state.typed['collection'] ?? known[0]?.publicId ?? isNew,
  error: errorFor(errors, 'collection'),
  options: [
    ...known.map((collection) => ({
      value: collection.publicId,
      label: collection.name,
      hint: t('backpack.collect.holds', { count: collection.badges }),
    })),
    { value: isNew, label: t('backpack.collect.new') },
  ],
})}
${field({ name: 'name', label: t('backpack.collect.name'), value: state.typed['name'], error: errorFor(errors, 'name'), autocomplete: 'off' })}
${formActions(able.length > 0 && button({ label: t('backpack.collect.save') }), linkButton({ href: '/badges', label: t('backpack.selected.back'), kind: 'quiet' }))}</form>`,
    })
  }

  return routes
}

/** Accepted, and of an issuer that lets it be shown (SECURITY S59). */
function isCollectable(badge: HeldCredential): boolean {
  return isAccepted(badge) && badge.sharingOffSince === null
}
