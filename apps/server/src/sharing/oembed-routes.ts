import { Hono } from 'hono'
import { contentIn } from '../achievements/index.ts'
import { badgeTexts } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { escapeHtml } from '../platform/http/html.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { embedCode, embedSizes } from './embed.ts'
import { cardPath } from './open-graph.ts'
import { openTemplate } from './open-template.ts'
import { cardHeight, cardWidth } from './social-card.ts'
import { sightOf } from './visible-credential.ts'

const maxAgeS = 30

/** What is shown, whatever it is. */
interface Embeddable {
  title: string
  embedUrl: string
  author: { name: string; path: string }
  thumbnail: { path: string; width: number; height: number }
}

/** oEmbed 1.0 for public badges and badge templates, as JSON and XML. */
export function oEmbedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const { publicUrl, productName } = deps.config

  routes.get('/oembed', async (c) => {
    const format = c.req.query('format') ?? 'json'
    if (format !== 'json' && format !== 'xml') return c.body('Not implemented: ask for json or xml', 501)
    const found = await embeddable(c, c.req.query('url') ?? '')
    // Private and unknown are one and the same: 401 would tell them apart (oEmbed 1.0, section 2.3.4.6).
    if (!found) throw new HttpError(404, 'There is no such badge')
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('vary', 'Accept-Language, Cookie')
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
    const answer = oEmbed(c, found)
    if (format === 'json') return c.json(answer)
    c.header('content-type', 'text/xml; charset=utf-8')
    const fields = Object.entries(answer).map(([name, value]) => `<${name}>${escapeHtml(String(value))}</${name}>`)
    return c.body(`<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>${fields.join('')}</oembed>`)
  })

  /** Section 2.3.4.4: a rich answer needs html, width and height, none larger than was asked for. */
  function oEmbed(c: Ctx, found: Embeddable) {
    const limit = (name: 'maxwidth' | 'maxheight') => {
      const typed = c.req.query(name) ?? ''
      return /^[1-9]\d{0,5}$/.test(typed) ? Number(typed) : Number.POSITIVE_INFINITY
    }
    const [maxWidth, maxHeight] = [limit('maxwidth'), limit('maxheight')]
    const size = embedSizes.m[0] <= maxWidth && embedSizes.m[1] <= maxHeight ? 'm' : 's'
    const [width, height] = [Math.min(embedSizes[size][0], maxWidth), Math.min(embedSizes[size][1], maxHeight)]
    return {
      type: 'rich',
      version: '1.0',
      title: found.title,
      author_name: found.author.name,
      author_url: `${publicUrl}${found.author.path}`,
      provider_name: productName,
      provider_url: publicUrl,
      cache_age: maxAgeS,
      thumbnail_url: `${publicUrl}${found.thumbnail.path}`,
      thumbnail_width: found.thumbnail.width,
      thumbnail_height: found.thumbnail.height,
      html: embedCode({ embedUrl: found.embedUrl, title: found.title, size, theme: 'auto', width, height }),
      width,
      height,
    }
  }

  async function embeddable(c: Ctx, address: string): Promise<Embeddable | undefined> {
    const url = URL.parse(address)
    if (url?.origin !== publicUrl) return undefined
    const badge = /^\/(?:embed\/)?b\/([\w-]{22})$/.exec(url.pathname)?.[1]
    if (badge !== undefined) return embeddableBadge(c, badge)
    const [, organizationSlug, slug] = /^\/(?:embed\/)?t\/([\w-]{1,100})\/([\w-]{1,100})$/.exec(url.pathname) ?? []
    return organizationSlug && slug ? embeddableTemplate(c, { organizationSlug, slug }) : undefined
  }

  async function embeddableBadge(c: Ctx, publicId: string): Promise<Embeddable | undefined> {
    const sight = await sightOf(deps.db, { publicId, looker: undefined })
    if (sight.kind !== 'shown' || !sight.isOpen || sight.credential.visibility !== 'public') return undefined
    const { credential } = sight
    const issuer = credential.snapshot.issuer.name
    return {
      title: c.get('t')('public.og.title', { badge: badgeTexts(credential, c.get('locale')).name, issuer }),
      embedUrl: `${publicUrl}/embed/b/${credential.publicId}`,
      author: { name: issuer, path: `/o/${credential.issuerSlug}` },
      thumbnail: { path: cardPath(credential, productName), width: cardWidth, height: cardHeight },
    }
  }

  async function embeddableTemplate(
    c: Ctx,
    o: { organizationSlug: string; slug: string },
  ): Promise<Embeddable | undefined> {
    const found = await openTemplate(deps.db, o)
    if (!found) return undefined
    const { organization, template } = found
    const badge = contentIn(template.content, c.get('locale')).name
    return {
      title: c.get('t')('public.og.alt', { badge, issuer: organization.name }),
      embedUrl: `${publicUrl}/embed/t/${organization.slug}/${template.slug}`,
      author: { name: organization.name, path: `/o/${organization.slug}` },
      thumbnail: { path: pictureUrl(template.picturePngHash, 512), width: 512, height: 512 },
    }
  }

  return routes
}
