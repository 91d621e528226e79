import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { signedIn } from '../accounts/index.ts'
import type { HeldCredential } from '../claiming/index.ts'
import { achievementVersion } from '../achievements/index.ts'
import { signedCredentialBody, statusOf } from '../issuing/index.ts'
import { organizationByPublicId, recordDisclosure } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { translator } from '../platform/i18n/messages.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { assertionFile, bakedPng, bakedSvg, type Download, signedJson } from './downloads.ts'
import { drawFor, Drawings } from './drawings.ts'
import { hostedAssertion, hostedBadgeClass, hostedIssuer, withdrawnAssertion } from './hosted-v2.ts'
import { cardVersion } from './open-graph.ts'
import { encoded, type KeptPage, pageKey, publicPages } from './public-page-cache.ts'
import { cacheControlOfPage, maxAgeS, varyOfPage, wantedForm } from './public-page-form.ts'
import { everybodysPage, publicPageOptions, readBadge } from './public-page-view.ts'
import { drawSocialCard } from './social-card.ts'
import { isOpenToAll, sightOf, sightOn } from './visible-credential.ts'

/** What everybody can open: the badge's page for people, the same address as JSON for machines, and its files. */
export function publicBadgeRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/b/:id', async (c) => {
    c.header('vary', varyOfPage)
    const wanted = wantedForm(c.req.header('accept'), c.req.query('v'))
    if (wanted !== 'page') return wanted === 'v2' ? hosted(c) : json(c, wanted)
    return c.get('viewer') ? forViewer(c) : forEverybody(c)
  })

  /** The owner and the issuer's team see more than others do; nothing of it is kept anywhere. */
  async function forViewer(c: Ctx): Promise<Response> {
    const sight = await sightOn(deps.db, await readBadge(deps, c.req.param('id') ?? ''), c.get('viewer'))
    if (sight.kind === 'none') throw new HttpError(404, 'There is no such badge')
    if (sight.kind === 'removed') return removed(c)
    if (sight.asIssuer) await disclosed(c, sight.credential)
    const reader = { t: c.get('t'), locale: c.get('locale') }
    return page(c, deps, await publicPageOptions(deps, reader, sight, { shared: false }))
  }

  /** The team sees a badge that others do not: in an organization with minors that is written down. */
  function disclosed(c: Ctx, { organizationId, sharingOffSince, publicId }: HeldCredential): Promise<void> {
    return recordDisclosure(deps, {
      kind: 'opened',
      record: { kind: 'credential', id: publicId },
      organization: { id: organizationId, sharingOffSince },
      accountId: signedIn(c).accountId,
    })
  }

  const pages = publicPages(deps.config)

  /** The same page for everybody who is not signed in: kept for a moment here, and for half a minute by browsers. */
  async function forEverybody(c: Ctx): Promise<Response> {
    const id = c.req.param('id') ?? ''
    const { path } = c.req
    const [locale, theme] = [c.get('locale'), c.get('theme')]
    const returnTo = `${path}${new URL(c.req.url).search}`
    const known = returnTo === path ? pages.find(pageKey(id, locale, theme), deps.now()) : undefined
    if (known) return shareable(c, known, encoded(known, c.req.header('accept-encoding')))
    const made = await everybodysPage(deps, id, { t: c.get('t'), locale, theme, path, returnTo })
    if (made === 'none') throw new HttpError(404, 'There is no such badge')
    return made === 'removed' ? removed(c) : shareable(c, made, { bytes: made.plain, encoding: undefined })
  }

  function shareable(c: Ctx, { etag }: KeptPage, { bytes, encoding }: ReturnType<typeof encoded>): Response {
    c.header('cache-control', cacheControlOfPage)
    c.header('etag', etag)
    if (c.req.header('if-none-match') === etag) return c.body(null, 304)
    c.header('content-type', 'text/html; charset=utf-8')
    c.header('content-language', c.get('locale'))
    if (encoding) c.header('content-encoding', encoding)
    return c.body(bytes)
  }

  routes.get('/b/:id/card.png', async (c) => {
    const credential = await open(c)
    const version = cardVersion(credential, deps.config.productName)
    const etag = `"${version}"`
    c.header('etag', etag)
    // The versioned address never changes its content; any other is for whoever typed it.
    const asked = c.req.query('v') === version
    c.header('cache-control', asked ? 'public, max-age=86400' : `public, max-age=${maxAgeS}`)
    c.header('cross-origin-resource-policy', 'cross-origin')
    if (c.req.header('if-none-match') === etag) return c.body(null, 304)
    c.header('content-type', 'image/png')
    const drawn = await cards.get(etag, () => drawFor(deps, c, { cost: 6 }, () => drawCard(credential)))
    return c.body(new Uint8Array(drawn))
  })

  routes.get('/b/:id/badge.png', async (c) => file(c, await bakedPng(deps.db, await openAndValid(c))))
  routes.get('/b/:id/badge.svg', async (c) => file(c, await bakedSvg(deps.db, await openAndValid(c))))
  routes.get('/b/:id/credential.json', async (c) => file(c, await signedJson(deps.db, await open(c))))

  routes.get('/b/:id/assertion.json', async (c) => file(c, assertionFile(deps.config, await openAndValid(c))))

  routes.get('/v2/issuers/:organization', async (c) => {
    const organization = await organizationByPublicId(deps.db, c.req.param('organization'))
    if (!organization) throw new HttpError(404, 'There is no such issuer')
    return document(c, hostedIssuer(deps.config, organization), 300)
  })

  routes.get('/v2/issuers/:organization/badges/:achievement/:version{[1-9][0-9]{0,6}}', async (c) => {
    const organization = await organizationByPublicId(deps.db, c.req.param('organization'))
    const row =
      organization &&
      (await deps.db
        .selectFrom('achievements')
        .select('id')
        .where('organizationId', '=', organization.id)
        .where('publicId', '=', c.req.param('achievement'))
        .executeTakeFirst())
    const version = Number(c.req.param('version'))
    const published = row && (await achievementVersion(deps.db, organization.id, row.id, version))
    if (!published) throw new HttpError(404, 'There is no such badge template')
    const badge = {
      organizationPublicId: organization.publicId,
      achievementPublicId: published.publicId,
      version,
      content: published.content,
      picturePngHash: published.picturePngHash,
    }
    return document(c, hostedBadgeClass(deps.config, badge), 3600)
  })

  function removed(c: Ctx): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      title: t('public.removed.title'),
      body: html`<p>${t('public.removed.text')}</p>`,
      status: 410,
      noindex: true,
    })
  }

  /** The signed bytes themselves, in the media type that was asked for. */
  async function json(c: Ctx, contentType: string): Promise<Response> {
    const credential = await open(c)
    const text = await signedCredentialBody(deps.db, credential.publicId)
    if (text === undefined) throw new HttpError(404, 'There is no such badge')
    machineHeaders(c)
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    c.header('etag', etag)
    if (c.req.header('if-none-match') === etag) return c.body(null, 304)
    c.header('content-type', contentType)
    return c.body(text)
  }

  async function hosted(c: Ctx): Promise<Response> {
    const sight = await sightOf(deps.db, { publicId: c.req.param('id') ?? '', looker: undefined })
    if (sight.kind !== 'shown') throw new HttpError(404, 'There is no such badge')
    const { credential } = sight
    const isGone = ['withdrawn', 'replaced'].includes(statusOf(credential, deps.now()))
    if (isGone) return document(c, withdrawnAssertion(deps.config, credential), maxAgeS, 410)
    return document(c, hostedAssertion(deps.config, credential), maxAgeS)
  }

  function document(c: Ctx, content: object, ageS: number, status: 200 | 410 = 200): Response {
    machineHeaders(c, ageS)
    c.header('content-type', 'application/ld+json')
    return c.body(JSON.stringify(content), status)
  }

  /** Any site may read what is public: that is what hosted badges are for. */
  function machineHeaders(c: Ctx, ageS = maxAgeS): void {
    c.header('cache-control', `public, max-age=${ageS}`)
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
    c.header('vary', 'Accept')
  }

  async function open(c: Ctx): Promise<HeldCredential> {
    const sight = await sightOf(deps.db, { publicId: c.req.param('id') ?? '', looker: undefined })
    if (sight.kind !== 'shown' || !isOpenToAll(sight.credential)) throw new HttpError(404, 'There is no such badge')
    return sight.credential
  }

  /** Pictures of a withdrawn badge are not handed out any more; its JSON is, since its status says so. */
  async function openAndValid(c: Ctx): Promise<HeldCredential> {
    const credential = await open(c)
    if (statusOf(credential, deps.now()) === 'withdrawn') throw new HttpError(410, 'The badge was withdrawn')
    return credential
  }

  function file(c: Ctx, download: Download): Response {
    machineHeaders(c)
    return sendFile(c, download)
  }

  const cards = new Drawings<Buffer>(200)

  async function drawCard(credential: HeldCredential): Promise<Buffer> {
    const { snapshot } = credential
    const picture = await pictureByHash(deps.db, snapshot.picturePngHash)
    if (!picture) throw new Error(`The picture ${snapshot.picturePngHash} is missing`)
    const t = translator(snapshot.achievement.language)
    return drawSocialCard({
      picture: { bytes: picture.bytes, type: 'image/png' },
      badgeName: snapshot.achievement.name,
      issuerName: snapshot.issuer.name,
      recipientName: credential.recipientName,
      productName: deps.config.productName,
      words: { issuedBy: t('public.card.issuedBy'), earnedBy: t('public.card.earnedBy') },
    })
  }

  return routes
}

export function sendFile(c: Ctx, { bytes, contentType, fileName }: Download): Response {
  c.header('content-type', contentType)
  c.header('content-disposition', `attachment; filename="${fileName}"`)
  // A file is never a page of ours, whatever is in it (SECURITY S37).
  c.header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
  return c.body(bytes)
}
