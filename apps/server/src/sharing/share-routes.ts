import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { setVisibility } from '../backpack/index.ts'
import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent, statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import { credentialUrl } from '../signing/index.ts'
import { assertionFile, bakedPng, bakedSvg, fileName, signedJson } from './downloads.ts'
import { embedChoice } from './embed-choices.ts'
import { mastodonPost, mastodonServer } from './outgoing-links.ts'
import { sendFile } from './public-routes.ts'
import { qrPng, qrSvg } from './qr-code.ts'
import { linkEnd, newLinkFields } from './share-link-form.ts'
import { linksOf } from './share-link-store.ts'
import { createShareLink, linkPath } from './share-links.ts'
import { mastodonPage, type PanelPart, type SharePage, sharePage, shareText, signatureOf } from './share-page.ts'
import { ifShareable, shareable } from './shareable.ts'
import { signaturePreview, signatureSize } from './signature.ts'
import { walletSection } from './wallet-routes.ts'

/** Where a click leads that is counted as sharing; nothing is posted for the person. */
export const shareChannels = [
  'link',
  'device',
  'linkedin-profile',
  'linkedin-post',
  'x',
  'facebook',
  'bluesky',
  'mastodon',
  'whatsapp',
  'email',
  'signature',
  'embed',
  'qr',
] as const

/** Signs a credential as a JWT; the only thing of signing that is needed here. */
export type SignAsJwt = (credentialId: string) => Promise<string | undefined>

export function shareRoutes(deps: Deps, signAsJwt: SignAsJwt): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/:id/share', requireSignedIn, async (c) => {
    const credential = await ifShareable(deps, c)
    return credential ? show(c, credential) : c.redirect(`/badges/${c.req.param('id')}`, 303)
  })

  routes.post('/badges/:id/share/links', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    const form = await readForm(c, newLinkFields)
    if (!form.ok) return show(c, credential, form)
    const { name, pin, download, shownName = 'full' } = form.data
    const end = linkEnd(form.data, deps.now())
    if (!end) return show(c, credential, { typed: form.typed, errors: [{ field: 'date', message: 'link.error.date' }] })
    if (download && shownName !== 'full')
      return show(c, credential, {
        typed: form.typed,
        errors: [{ field: 'shownName', message: 'link.error.shownName' }],
      })
    const made = await createShareLink(deps, {
      accountId: signedIn(c).accountId,
      target: { kind: 'badge', credential },
      name,
      end,
      wantsPin: pin,
      allowsDownload: download,
      shownName,
      idempotencyKey: await readIdempotencyKey(c),
    })
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: made.pin ? t('link.made.pin', { name, pin: made.pin }) : t('link.made', { name }),
    })
    return c.redirect(`/badges/${credential.publicId}/share`, 303)
  })

  const visibilityForm = z.object({ visibility: z.enum(['link', 'public']) })
  routes.post('/badges/:id/share/visibility', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    const form = await readForm(c, visibilityForm)
    if (!form.ok) throw new HttpError(400, 'Choose who may open the link')
    const { visibility } = form.data
    const before = await setVisibility(deps, {
      publicId: credential.publicId,
      accountId: signedIn(c).accountId,
      visibility,
    })
    if (!before) throw new HttpError(409, 'The badge cannot be shared')
    const badge = badgeTexts(credential, c.get('locale')).name
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')(`badge.visibility.done.${visibility}`, { badge }),
      undo: { action: `/badges/${credential.publicId}/visibility`, hidden: { visibility: before } },
    })
    return c.redirect(`/badges/${credential.publicId}/share`, 303)
  })

  const sharedForm = z.object({ channel: z.enum(shareChannels) })
  routes.post('/badges/:id/shared', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    const form = await readForm(c, sharedForm)
    if (!form.ok) throw new HttpError(400, 'There is no such way to share')
    const waitS = await throttle(deps, {
      purpose: 'shared',
      subject: `${credential.id} ${form.data.channel}`,
      limit: 10,
      windowS: 3600,
    })
    if (waitS === 0)
      await recordCredentialEvent(deps.db, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        kind: 'shared',
        channel: form.data.channel,
        actorAccountId: signedIn(c).accountId,
        at: deps.now(),
      })
    return c.body(null, 204)
  })

  routes.get('/badges/:id/share/mastodon', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    const p = panel(c, credential)
    const server = c.req.query('server') ?? ''
    const host = mastodonServer(server)
    const href = mastodonPost({ server, text: shareText(p), url: p.url })
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('share.mastodon.heading'),
      width: 'form',
      ...(href ? {} : { error: true }),
      body: mastodonPage(p, href && host ? { server, host, href } : { server, error: t('share.mastodon.error') }),
    })
  })

  /** Framed by the panel alone; styles in attributes are what mail programs read. */
  routes.get('/badges/:id/share/signature', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    c.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'",
    )
    c.header('cache-control', 'no-store')
    c.header('content-type', 'text/html; charset=utf-8')
    return c.body(signaturePreview(signatureOf(panel(c, credential)), c.get('locale')).toString())
  })

  routes.get('/badges/:id/share/qr.svg', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    return sendFile(c, {
      bytes: qrSvg(urlOf(credential), { title: c.get('t')('public.qr.alt'), caption: true }),
      contentType: 'image/svg+xml',
      fileName: fileName(credential, 'qr.svg'),
    })
  })

  routes.get('/badges/:id/share/qr.png', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    return sendFile(c, {
      bytes: new Uint8Array(await qrPng(urlOf(credential), { caption: true })),
      contentType: 'image/png',
      fileName: fileName(credential, 'qr.png'),
    })
  })

  routes.get('/badges/:id/badge.png', requireSignedIn, async (c) =>
    sendFile(c, await bakedPng(deps.db, await shareable(deps, c))),
  )
  routes.get('/badges/:id/badge.svg', requireSignedIn, async (c) =>
    sendFile(c, await bakedSvg(deps.db, await shareable(deps, c))),
  )
  routes.get('/badges/:id/credential.json', requireSignedIn, async (c) =>
    sendFile(c, await signedJson(deps.db, await shareable(deps, c))),
  )
  routes.get('/badges/:id/assertion.json', requireSignedIn, async (c) =>
    sendFile(c, assertionFile(deps.config, await shareable(deps, c))),
  )

  routes.get('/badges/:id/credential.jwt', requireSignedIn, async (c) => {
    const credential = await shareable(deps, c)
    const waitS = await throttle(deps, {
      purpose: 'sign-as-jwt',
      subject: signedIn(c).accountId,
      limit: 60,
      windowS: 600,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many downloads at once', { retryAfterS: waitS })
    const jwt = await signAsJwt(credential.id)
    // Also where the issuer may not sign now; the other files, which were signed before, are still there.
    if (jwt === undefined) throw new HttpError(409, 'This badge is not signed anew')
    return sendFile(c, { bytes: jwt, contentType: 'application/jwt', fileName: fileName(credential, 'jwt') })
  })

  function urlOf(credential: HeldCredential): string {
    return credentialUrl(deps.config, credential.publicId)
  }

  async function show(c: Ctx, credential: HeldCredential, newLink?: SharePage['newLink']): Promise<Response> {
    const links = await linksOf(deps.db, {
      accountId: signedIn(c).accountId,
      now: deps.now(),
      credentialId: credential.id,
    })
    return page(c, deps, {
      section: 'earner',
      title: c.get('t')('share.heading', { badge: badgeTexts(credential, c.get('locale')).name }),
      width: 'text',
      ...(newLink ? { error: true } : {}),
      body: sharePage({
        ...panel(c, credential),
        links: links.map((link) => ({ ...link, path: linkPath(deps, link) })),
        ...(newLink ? { newLink } : {}),
      }),
    })
  }

  function panel(c: Ctx, credential: HeldCredential): SharePage {
    return {
      links: [],
      publicUrl: deps.config.publicUrl,
      signatureSize: signatureSize(c.req.query('size')),
      embed: embedChoice(c),
      opened: openedParts(c),
      t: c.get('t'),
      locale: c.get('locale'),
      credential,
      url: urlOf(credential),
      productName: deps.config.productName,
      isCurrent: statusOf(credential, deps.now()) === 'valid',
      wallet: walletSection(deps, { t: c.get('t'), credential }),
      fields: () => formFields(c, deps),
    }
  }

  return routes
}

/** Choosing a size or a look comes back to the part that it is about. */
function openedParts(c: Ctx): Set<PanelPart> {
  const opened = new Set<PanelPart>()
  if (c.req.query('size') !== undefined) opened.add('signature')
  if (['theme', 'frame', 'lang'].some((name) => c.req.query(name) !== undefined)) opened.add('website')
  return opened
}
