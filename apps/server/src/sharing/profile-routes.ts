import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import type { HeldCredential } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { attributes, html, type Html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { translator } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { type Collection, collectionBySlug, collectionOf, itemsOf } from './collection-store.ts'
import { drawFor, Drawings } from './drawings.ts'
import { atomFeed, type FeedOf, jsonFeed } from './feeds.ts'
import { cardPath } from './open-graph.ts'
import { pageNumber } from './page-number.ts'
import { drawProfileCard, type ProfileCard } from './profile-card.ts'
import { badgesPerPage, collectionView, hiddenBar, profilePage } from './profile-pages.ts'
import {
  handleAfter,
  type Profile,
  profileByHandle,
  profileOf,
  publicBadgeCount,
  publicBadgesOf,
  publicCollectionsOf,
  publicSkillsOf,
} from './profile-store.ts'
import { cardHeight, cardWidth } from './social-card.ts'

const maxAgeS = 30
const badgesPerFeed = 100
const picturesOnCard = 5

/** What a person shows to everybody, and nothing of anybody who has not switched it on. */
export function profileRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  // One place for everybody's menu, which knows no handles.
  routes.get('/u', requireSignedIn, async (c) => {
    const profile = await profileOf(deps.db, signedIn(c).accountId)
    return c.redirect(profile ? `/u/${profile.handle}` : '/settings/profile', 303)
  })

  routes.get('/u/:handle', async (c) => {
    const profile = await profileByHandle(deps.db, c.req.param('handle'))
    const isOwner = profile !== undefined && c.get('viewer')?.accountId === profile.accountId
    if (!profile || (!profile.isVisible && !isOwner)) return elsewhere(c)
    const { accountId } = profile
    const count = await publicBadgeCount(deps.db, accountId)
    const pages = Math.max(1, Math.ceil(count / badgesPerPage))
    const number = Math.min(pages, pageNumber(c))
    const [badges, skills, collections] = await Promise.all([
      publicBadgesOf(deps.db, { accountId, page: number, perPage: badgesPerPage }),
      publicSkillsOf(deps.db, accountId),
      publicCollectionsOf(deps.db, accountId),
    ])
    const reader = { t: c.get('t'), locale: c.get('locale'), now: deps.now() }
    const { publicUrl } = deps.config
    const base = `${publicUrl}/u/${profile.handle}`
    return page(c, deps, {
      section: 'public',
      // Never the person's name: titles end up in histories and logs (UX 18.5).
      title: c.get('t')('profile.title'),
      heading: null,
      noindex: !profile.allowsSearchEngines,
      head: profile.isVisible
        ? html`<link rel="canonical" href="${base}${number > 1 && `?page=${number}`}">${(['json', 'atom'] as const).map((kind) => html`<link${attributes({ rel: 'alternate', type: kind === 'json' ? 'application/feed+json' : 'application/atom+xml', href: `${base}/badges.${kind}` })}>`)}`
        : undefined,
      bar: isOwner && !profile.isVisible ? hiddenBar(reader) : undefined,
      body: profilePage(reader, { profile, badges, page: number, pages, skills, collections, publicUrl, isOwner }),
    })
  })

  routes.get('/u/:handle/c/:slug', async (c) => {
    const handle = c.req.param('handle')
    const present = await profileByHandle(deps.db, handle)
    const moved = present ? undefined : await handleAfter(deps.db, handle)
    const profile = present ?? (moved && (await profileByHandle(deps.db, moved.handle)))
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
    const address = `/u/${profile.handle}/c/${word}`
    if (!present) return c.redirect(address, 301)
    // Private badges stay private, whatever they are put into.
    const items = (await itemsOf(deps.db, collection)).filter(({ visibility }) => visibility !== 'private')
    const face = items.find(({ visibility }) => visibility === 'public')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: collection.name,
      head:
        collection.visibility === 'public'
          ? preview(deps.config, { collection, url: `${deps.config.publicUrl}${address}`, face })
          : undefined,
      lead: c.get('t')('collection.by', { name: profile.name }),
      body: collectionView(
        { t: c.get('t'), locale: c.get('locale'), now: deps.now() },
        {
          description: collection.description,
          items,
          linksToBadges: true,
          page: pageNumber(c),
          address,
        },
      ),
    })
  })

  routes.get('/u/:handle/badges.json', async (c) => {
    const feed = await feedOf(c)
    if (feed instanceof Response) return feed
    c.header('content-type', 'application/feed+json; charset=utf-8')
    return c.body(JSON.stringify(jsonFeed(feed)))
  })

  routes.get('/u/:handle/badges.atom', async (c) => {
    const feed = await feedOf(c)
    if (feed instanceof Response) return feed
    c.header('content-type', 'application/atom+xml; charset=utf-8')
    return c.body(atomFeed(feed))
  })

  const cards = new Drawings<Buffer>(100)

  routes.get('/u/:handle/card.png', async (c) => {
    const profile = await visible(c)
    if (profile instanceof Response) return profile
    const { accountId } = profile
    const [count, newest] = await Promise.all([
      publicBadgeCount(deps.db, accountId),
      publicBadgesOf(deps.db, { accountId, page: 1, perPage: picturesOnCard }),
    ])
    const hashes = newest.map(({ snapshot }) => snapshot.picturePngHash)
    const card = {
      name: profile.name,
      headline: profile.headline,
      // In the person's language: whoever fetches it for a page has none.
      count: translator(profile.locale)('profile.count', { count }),
      productName: deps.config.productName,
    }
    const key = createHash('sha256')
      .update(JSON.stringify([card, hashes]))
      .digest('base64url')
      .slice(0, 22)
    open(c, profile)
    c.header('etag', `"${key}"`)
    if (c.req.header('if-none-match') === `"${key}"`) return c.body(null, 304)
    const drawn = await cards.get(key, () => drawFor(deps, c, { cost: 4 }, () => drawCard(card, hashes)))
    c.header('content-type', 'image/png')
    return c.body(new Uint8Array(drawn))
  })

  async function drawCard(card: Omit<ProfileCard, 'pictures'>, hashes: readonly string[]): Promise<Buffer> {
    const found = await Promise.all(hashes.map((hash) => pictureByHash(deps.db, hash)))
    return drawProfileCard({ ...card, pictures: found.flatMap((picture) => (picture ? [picture.bytes] : [])) })
  }

  /** A name in an address can be guessed: what is for people with the link is found by its random id alone (SECURITY S60). */
  function isOpen(collection: Collection, o: { isSecret: boolean }): boolean {
    if (collection.visibility === 'private') return false
    return o.isSecret || collection.visibility === 'public'
  }

  async function feedOf(c: Ctx): Promise<FeedOf | Response> {
    const profile = await visible(c)
    if (profile instanceof Response) return profile
    const { accountId, locale } = profile
    const pages = Math.max(1, Math.ceil((await publicBadgeCount(deps.db, accountId)) / badgesPerFeed))
    const number = pageNumber(c)
    if (number > pages) throw new HttpError(404, 'The feed has no such page')
    const badges = await publicBadgesOf(deps.db, { accountId, page: number, perPage: badgesPerFeed })
    open(c, profile)
    const { publicUrl } = deps.config
    return { t: translator(locale), locale, profile, badges, publicUrl, page: number, pages }
  }

  async function visible(c: Ctx): Promise<Profile | Response> {
    const profile = await profileByHandle(deps.db, c.req.param('handle') ?? '')
    return profile?.isVisible ? profile : elsewhere(c)
  }

  /** The same for everybody, so it may be kept; for programs, so it is never a search result unless the page is. */
  function open(c: Ctx, profile: Profile): void {
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
    if (!profile.allowsSearchEngines) c.header('x-robots-tag', 'noindex')
  }

  /** Somebody who changed the handle is found under the old one, as long as the profile is shown. */
  async function elsewhere(c: Ctx): Promise<Response> {
    const former = c.req.param('handle') ?? ''
    const present = await handleAfter(deps.db, former)
    const profile = present && (await profileByHandle(deps.db, present.handle))
    if (!profile?.isVisible) throw new HttpError(404, 'There is no such profile')
    const { pathname, search } = new URL(c.req.url)
    return c.redirect(`${pathname.replace(/^\/u\/[^/]+/, `/u/${profile.handle}`)}${search}`, 301)
  }

  return routes
}

/** What networks show beside the link of a public collection: its words and the card of its first public badge. */
function preview(
  { publicUrl, productName }: Pick<Deps['config'], 'publicUrl' | 'productName'>,
  o: { collection: Pick<Collection, 'name' | 'description'>; url: string; face: HeldCredential | undefined },
): Html {
  const properties: Record<string, string | number> = {
    'og:type': 'website',
    'og:site_name': productName,
    'og:title': o.collection.name,
    'og:url': o.url,
    ...(o.collection.description
      ? { 'og:description': o.collection.description.replace(/\s+/g, ' ').slice(0, 200) }
      : {}),
    ...(o.face
      ? {
          'og:image': `${publicUrl}${cardPath(o.face, productName)}`,
          'og:image:type': 'image/png',
          'og:image:width': cardWidth,
          'og:image:height': cardHeight,
        }
      : {}),
  }
  return html`<link rel="canonical" href="${o.url}">${Object.entries(properties).map(([property, content]) => html`<meta${attributes({ property, content })}>`)}<meta name="twitter:card" content="summary_large_image">`
}
