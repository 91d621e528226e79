import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { attributes, html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { type Collection, collectionBySlug, collectionOf, itemsOf } from './collection-store.ts'
import { atomFeed, jsonFeed } from './feeds.ts'
import { drawProfileCard } from './profile-card.ts'
import { collectionView, hiddenBar, profilePage } from './profile-pages.ts'
import { handleAfter, type Profile, profileByHandle, publicBadgesOf, publicCollectionsOf } from './profile-store.ts'

const maxAgeS = 30

/** What a person shows to everybody, and nothing of anybody who has not switched it on. */
export function profileRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/u/:handle', async (c) => {
    const profile = await profileByHandle(deps.db, c.req.param('handle'))
    const viewer = c.get('viewer')
    const isOwner = profile !== undefined && viewer?.accountId === profile.accountId
    if (!profile || (!profile.isVisible && !isOwner)) return elsewhere(c, c.req.param('handle'))
    const [badges, collections] = await Promise.all([
      publicBadgesOf(deps.db, profile.accountId),
      publicCollectionsOf(deps.db, profile.accountId),
    ])
    const reader = { t: c.get('t'), locale: c.get('locale'), now: deps.now() }
    const base = `${deps.config.publicUrl}/u/${profile.handle}`
    return page(c, deps, {
      section: 'public',
      // Never the person's name: titles end up in histories and logs (UX 18.5).
      title: c.get('t')('profile.title'),
      heading: profile.name,
      noindex: !profile.allowsSearchEngines,
      head: profile.isVisible
        ? html`<link rel="canonical" href="${base}">${(['json', 'atom'] as const).map((kind) => html`<link${attributes({ rel: 'alternate', type: kind === 'json' ? 'application/feed+json' : 'application/atom+xml', href: `${base}/badges.${kind}` })}>`)}`
        : undefined,
      bar: isOwner && !profile.isVisible ? hiddenBar(reader) : undefined,
      body: profilePage(reader, { profile, badges, collections, publicUrl: deps.config.publicUrl, isOwner }),
    })
  })

  routes.get('/u/:handle/c/:slug', async (c) => {
    const profile = await profileByHandle(deps.db, c.req.param('handle'))
    const word = c.req.param('slug')
    const secret =
      profile && isPublicId(word)
        ? await collectionOf(deps.db, { publicId: word, accountId: profile.accountId })
        : undefined
    const collection =
      secret ?? (profile && (await collectionBySlug(deps.db, { accountId: profile.accountId, slug: word })))
    const isOwner = profile !== undefined && c.get('viewer')?.accountId === profile.accountId
    if (!profile || !collection || !(isOwner || isOpen(collection, { isSecret: secret !== undefined })))
      throw new HttpError(404, 'There is no such collection')
    const items = await itemsOf(deps.db, collection)
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: collection.name,
      lead: c.get('t')('collection.by', { name: profile.name }),
      body: collectionView(
        { t: c.get('t'), locale: c.get('locale'), now: deps.now() },
        {
          description: collection.description,
          // Private badges stay private, whatever they are put into.
          items: items.filter(({ visibility }) => visibility !== 'private'),
          linksToBadges: true,
        },
      ),
    })
  })

  routes.get('/u/:handle/badges.json', async (c) => {
    const feed = await feedOf(c)
    c.header('content-type', 'application/feed+json; charset=utf-8')
    return c.body(JSON.stringify(jsonFeed(feed)))
  })

  routes.get('/u/:handle/badges.atom', async (c) => {
    const feed = await feedOf(c)
    c.header('content-type', 'application/atom+xml; charset=utf-8')
    return c.body(atomFeed(feed))
  })

  routes.get('/u/:handle/card.png', async (c) => {
    const { profile, badges } = await visible(c)
    const pictures = await Promise.all(
      badges.slice(0, 5).map(({ snapshot }) => pictureByHash(deps.db, snapshot.picturePngHash)),
    )
    const drawn = await drawProfileCard({
      name: profile.name,
      headline: profile.headline,
      count: c.get('t')('profile.count', { count: badges.length }),
      pictures: pictures.flatMap((picture) => (picture ? [picture.bytes] : [])),
      productName: deps.config.productName,
    })
    open(c)
    c.header('content-type', 'image/png')
    return c.body(new Uint8Array(drawn))
  })

  /** A name in an address can be guessed: what is for people with the link is found by its random id alone (SECURITY S60). */
  function isOpen(collection: Collection, o: { isSecret: boolean }): boolean {
    if (collection.visibility === 'private') return false
    return o.isSecret || collection.visibility === 'public'
  }

  async function feedOf(c: Ctx) {
    const { profile, badges } = await visible(c)
    open(c)
    return { t: c.get('t'), locale: c.get('locale'), profile, badges, publicUrl: deps.config.publicUrl }
  }

  async function visible(c: Ctx) {
    const profile = await profileByHandle(deps.db, c.req.param('handle') ?? '')
    if (!profile?.isVisible) throw new HttpError(404, 'There is no such profile')
    return { profile, badges: await publicBadgesOf(deps.db, profile.accountId) }
  }

  function open(c: Ctx): void {
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
  }

  /** Somebody who changed the handle is found under the old one, as long as the profile is shown. */
  async function elsewhere(c: Ctx, handle: string): Promise<Response> {
    const present = await handleAfter(deps.db, handle)
    const profile: Profile | undefined = present && (await profileByHandle(deps.db, present.handle))
    if (!profile?.isVisible) throw new HttpError(404, 'There is no such profile')
    return c.redirect(`/u/${profile.handle}`, 301)
  }

  return routes
}
