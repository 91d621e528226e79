import { Hono } from 'hono'
import { contentIn } from '../achievements/index.ts'
import type { HeldCredential } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { backLink } from '../platform/pages/components.ts'
import { pictureByHash, pictureUrl } from '../platform/pictures/store.ts'
import { credentialUrl } from '../signing/index.ts'
import { drawFor, Drawings } from './drawings.ts'
import { type Embed, embedDocument, embedPolicy, embedSize, embedTheme, templateEmbedDocument } from './embed.ts'
import { embedChoice, embedChoices } from './embed-choices.ts'
import { openTemplate } from './open-template.ts'
import { drawSignatureImage, type SignatureBand, signatureSize } from './signature.ts'
import { isOpenToAll, sightOf } from './visible-credential.ts'

const maxAgeS = 30

/** What other sites and mails show: frames of badges and templates, and a picture that tells a badge's status. */
export function embedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/embed/b/:id', async (c) => {
    const credential = await openCredential(c.req.param('id'))
    const document = embedDocument(framed(c), {
      credential,
      url: credential && credentialUrl(deps.config, credential.publicId),
      now: deps.now(),
    })
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

  routes.get('/embed/t/:org/:badge', async (c) => {
    const found = await openTemplate(deps.db, { organizationSlug: c.req.param('org'), slug: c.req.param('badge') })
    const embed = framed(c)
    const document = templateEmbedDocument(
      embed,
      found && {
        template: found.template,
        issuerName: found.organization.name,
        url: `${deps.config.publicUrl}/t/${found.organization.slug}/${found.template.slug}`,
        isArchived: found.isArchived,
      },
    )
    return c.body(document.toString(), found ? 200 : 404)
  })

  /** The code for a template; for its issuer's site, or whoever points to it. */
  routes.get('/t/:org/:badge/embed', async (c) => {
    const found = await openTemplate(deps.db, { organizationSlug: c.req.param('org'), slug: c.req.param('badge') })
    if (!found) throw new HttpError(404, 'There is no such badge template')
    const [t, locale] = [c.get('t'), c.get('locale')]
    const { organization, template } = found
    const { publicUrl } = deps.config
    const { name } = contentIn(template.content, locale)
    const path = `/t/${organization.slug}/${template.slug}`
    return page(c, deps, {
      section: 'public',
      noindex: true,
      width: 'text',
      title: t('embed.template.heading', { badge: name }),
      lead: t('embed.template.lead'),
      body: html`${backLink(path, name)}<div id="code" class="stack">${embedChoices(t, {
        choice: embedChoice(c),
        path: `${path}/embed`,
        anchor: 'code',
        embedUrl: `${publicUrl}/embed${path}`,
        title: t('public.og.alt', { badge: name, issuer: organization.name }),
        plain: {
          url: `${publicUrl}${path}`,
          imageUrl: `${publicUrl}${pictureUrl(template.picturePngHash, 240)}`,
          altText: template.content.altText,
        },
      })}</div>`,
    })
  })

  /** The headers of a page that other sites may frame, and nothing but such a page. */
  function framed(c: Ctx): Embed {
    const locale = locales.find((known) => known === c.req.query('lang')) ?? c.get('locale')
    const theme = embedTheme(c.req.query('theme'))
    c.header('content-security-policy', embedPolicy(theme))
    c.header('cross-origin-resource-policy', 'cross-origin')
    c.header('cross-origin-opener-policy', 'unsafe-none')
    c.header('cache-control', `public, max-age=${maxAgeS}`)
    c.header('vary', 'Accept-Language, Cookie')
    c.header('content-type', 'text/html; charset=utf-8')
    return { t: translator(locale), locale, theme, size: embedSize(c.req.query('size')) }
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
