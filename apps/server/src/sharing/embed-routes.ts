import { Hono } from 'hono'
import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { escapeHtml } from '../platform/http/html.ts'
import { type Locale, locales, translator } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { credentialUrl } from '../signing/index.ts'
import { drawFor, Drawings } from './drawings.ts'
import { embedCode, embedDocument, embedPolicy, embedSize, embedSizes, embedTheme } from './embed.ts'
import { cardPath } from './open-graph.ts'
import { drawSignatureImage, type SignatureBand, signatureSize } from './signature.ts'
import { cardHeight, cardWidth } from './social-card.ts'
import { isOpenToAll, sightOf } from './visible-credential.ts'

const maxAgeS = 30

/** What other sites and mails show of a badge: a frame, a picture with its status, and oEmbed. */
export function embedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/embed/b/:id', async (c) => {
    const credential = await openCredential(c.req.param('id'))
    const locale = locales.find((known) => known === c.req.query('lang')) ?? c.get('locale')
    const theme = embedTheme(c.req.query('theme'))
    c.header('content-security-policy', embedPolicy(theme))
    c.header('cross-origin-resource-policy', 'cross-origin')
    c.header('cross-origin-opener-policy', 'unsafe-none')
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('vary', 'Accept-Language, Cookie')
    c.header('content-type', 'text/html; charset=utf-8')
    const document = embedDocument(
      { t: translator(locale), locale, theme, size: embedSize(c.req.query('size')) },
      {
        credential,
        url: credential && credentialUrl(deps.config, credential.publicId),
        now: deps.now(),
      },
    )
    return c.body(document.toString(), credential ? 200 : 404)
  })

  routes.get('/b/:id/signature.png', async (c) => {
    const id = c.req.param('id')
    const credential = await openCredential(id)
    const size = signatureSize(c.req.query('size'))
    const band = bandOf(credential)
    const key = [credential?.snapshot.picturePngHash ?? '', band?.word ?? '', size].join(' ')
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('cross-origin-resource-policy', 'cross-origin')
    c.header('content-type', 'image/png')
    // A badge that is not shown and one that never was look alike, and a mail program shows either without complaint.
    const drawn = await pictures.get(key, () => drawFor(deps, c, { cost: 1 }, () => draw(credential, band, size)))
    return c.body(new Uint8Array(drawn))
  })

  routes.get('/oembed', async (c) => {
    const format = c.req.query('format') ?? 'json'
    if (format !== 'json' && format !== 'xml') return c.body('Not implemented: ask for json or xml', 501)
    const id = badgeIdOf(c.req.query('url') ?? '')
    const sight = id === undefined ? undefined : await sightOf(deps.db, { publicId: id, looker: undefined })
    if (sight?.kind !== 'shown' || sight.credential.visibility !== 'public')
      throw new HttpError(404, 'There is no such badge')
    const answer = oEmbed(c, sight.credential)
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('access-control-allow-origin', '*')
    if (format === 'json') return c.json(answer)
    c.header('content-type', 'text/xml; charset=utf-8')
    const fields = Object.entries(answer).map(([name, value]) => `<${name}>${escapeHtml(String(value))}</${name}>`)
    return c.body(`<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>${fields.join('')}</oembed>`)
  })

  /** oEmbed 1.0, section 2.3.4.4: a rich answer needs html, width and height. */
  function oEmbed(c: Ctx, credential: HeldCredential) {
    const limit = (name: 'maxwidth' | 'maxheight') => {
      const number = Number(c.req.query(name))
      return Number.isInteger(number) && number > 0 ? number : Number.POSITIVE_INFINITY
    }
    const fits = (['l', 'm', 's'] as const).find((name) => {
      const [wide, high] = embedSizes[name]
      return name !== 'l' && wide <= limit('maxwidth') && high <= limit('maxheight')
    })
    const size = fits ?? 's'
    const [width, height] = embedSizes[size].map((edge, at) =>
      Math.min(edge, limit(at === 0 ? 'maxwidth' : 'maxheight')),
    ) as [number, number]
    const title = titleOf(credential, c.get('locale'))
    const embedUrl = `${deps.config.publicUrl}/embed/b/${credential.publicId}`
    return {
      type: 'rich',
      version: '1.0',
      title,
      author_name: credential.snapshot.issuer.name,
      author_url: `${deps.config.publicUrl}/o/${credential.issuerSlug}`,
      provider_name: deps.config.productName,
      provider_url: deps.config.publicUrl,
      cache_age: maxAgeS,
      thumbnail_url: `${deps.config.publicUrl}${cardPath(credential, deps.config.productName)}`,
      thumbnail_width: cardWidth,
      thumbnail_height: cardHeight,
      html: embedCode({ embedUrl, title, size, theme: 'auto' }),
      width,
      height,
    }
  }

  function titleOf(credential: HeldCredential, locale: Locale): string {
    return translator(locale)('public.og.title', {
      badge: badgeTexts(credential, locale).name,
      issuer: credential.snapshot.issuer.name,
    })
  }

  function badgeIdOf(address: string): string | undefined {
    const url = URL.parse(address)
    if (url?.origin !== deps.config.publicUrl) return undefined
    return /^\/(?:embed\/)?b\/([\w-]{22})$/.exec(url.pathname)?.[1]
  }

  async function openCredential(id: string): Promise<HeldCredential | undefined> {
    const sight = isPublicId(id) ? await sightOf(deps.db, { publicId: id, looker: undefined }) : undefined
    return sight?.kind === 'shown' && isOpenToAll(sight.credential) ? sight.credential : undefined
  }

  function bandOf(credential: HeldCredential | undefined): SignatureBand | undefined {
    if (!credential) return { word: translator('en')('embed.notShown'), tone: 'neutral' }
    const t = translator(credential.snapshot.achievement.language)
    const status = statusOf(credential, deps.now())
    if (status === 'valid') return undefined
    return { word: t(`public.status.${status}`), tone: status === 'withdrawn' ? 'bad' : 'neutral' }
  }

  const pictures = new Drawings<Buffer>(500)

  async function draw(credential: HeldCredential | undefined, band: SignatureBand | undefined, size: 48 | 64 | 96) {
    const picture = credential && (await pictureByHash(deps.db, credential.snapshot.picturePngHash))
    return drawSignatureImage({ picture: picture?.bytes, band }, size)
  }

  return routes
}
