import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { badgeTexts, dayInWords, type HeldCredential, heldCredentialById, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { sameBytes } from '../platform/secrets.ts'
import { bakedPng, bakedSvg, type Download, signedJson } from './downloads.ts'
import { publicPage } from './public-page.ts'
import { sendFile } from './public-routes.ts'
import {
  linkKinds,
  linksPerPage,
  linkStates,
  pinPage,
  sharesAddress,
  type SharesQuery,
  sharesPage,
} from './share-link-pages.ts'
import { countOpen, linksOf, type OwnLink } from './share-link-store.ts'
import { pageNumber } from './page-number.ts'
import { nameIn } from './shown-name.ts'
import {
  extendShareLink,
  findShareLink,
  type FoundLink,
  linkPath,
  pinKey,
  pinPauseMinutes,
  resumeShareLink,
  revokeShareLink,
  tryPin,
} from './share-links.ts'

/** Shows a collection behind a link; the collections hand it in. */
export type ShowCollection = (c: Ctx, link: FoundLink, path: string) => Promise<Response | undefined>

/** Shows what a later feature shares; `undefined` when it is no longer there. */
export type ShowTarget = (c: Ctx, link: FoundLink, path: string) => Promise<{ title: string; body: Html } | undefined>

const targets = new Map<FoundLink['kind'], ShowTarget>()

/** Called by a feature when its routes are made. */
export function addLinkTarget(kind: 'document', show: ShowTarget): void {
  targets.set(kind, show)
}

const pinCookie = 'lapel-share'
const pinHours = 12

export function shareLinkRoutes(deps: Deps, showCollection: ShowCollection): Hono<Env> {
  const routes = new Hono<Env>()

  routes.use('/s/*', async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-robots-tag', 'noindex, nofollow')
  })

  routes.get('/s/:token', async (c) => {
    const link = await findShareLink(deps, c.req.param('token'))
    if (!link) return gone(c)
    if (!isOpen(c, link)) return link.pausedAt ? paused(c) : pin(c, undefined)
    const shown = await show(c, link)
    // Programs that look ahead do not ask for a document as a browser does when a person follows a link.
    if (c.req.header('sec-fetch-dest') === 'document') await countOpen(deps.db, { id: link.id, at: deps.now() })
    return shown
  })

  routes.post('/s/:token/pin', async (c) => {
    const link = await findShareLink(deps, c.req.param('token'))
    if (!link) return gone(c)
    const form = await readForm(c, z.object({ pin: z.string().max(40).optional() }))
    const t = c.get('t')
    const tried = await tryPin(deps, link, form.ok ? (form.data.pin ?? '') : '')
    if (tried.kind === 'wrong') return pin(c, t('link.pin.wrong', { n: tried.left }))
    if (tried.kind === 'paused') return paused(c)
    if (tried.kind === 'wait') return pin(c, t('link.pin.wait', { minutes: pinPauseMinutes }))
    setCookie(c, pinCookie, tried.key, {
      path: `/s/${c.req.param('token')}`,
      httpOnly: true,
      secure: deps.config.publicUrl.startsWith('https:'),
      sameSite: 'Strict',
      maxAge: pinHours * 3600,
    })
    return c.redirect(`/s/${c.req.param('token')}`, 303)
  })

  for (const [name, make] of [
    ['badge.png', bakedPng],
    ['badge.svg', bakedSvg],
    ['credential.json', signedJson],
  ] as const)
    routes.get(`/s/:token/${name}`, async (c) => sendFile(c, await download(c, make)))

  routes.get('/shares', requireSignedIn, async (c) => {
    const t = c.get('t')
    const query = readQuery(c)
    const all = await linksOf(deps.db, { accountId: signedIn(c).accountId, now: deps.now() })
    const found = all.filter((link) => isWanted(link, query))
    const pages = Math.max(1, Math.ceil(found.length / linksPerPage))
    const number = Math.min(pages, pageNumber(c))
    const shown = found.slice((number - 1) * linksPerPage, number * linksPerPage)
    return page(c, deps, {
      section: 'earner',
      title: t('link.heading'),
      body: sharesPage(
        {
          t,
          locale: c.get('locale'),
          publicUrl: deps.config.publicUrl,
          links: shown.map((link) => ({ ...link, path: linkPath(deps, link) })),
          fields: () => formFields(c, deps),
          returnTo: sharesAddress(query, number),
        },
        { query, count: found.length, isNothing: all.length === 0, page: number, pages },
      ),
    })
  })

  const backForm = z.object({ return: z.string().optional() })
  routes.post('/shares/:id/revoke', requireSignedIn, async (c) => {
    const count = await revokeShareLink(deps, { accountId: signedIn(c).accountId, id: linkId(c) })
    if (count === 0) throw new HttpError(404, 'There is no such link')
    return back(c, c.get('t')('link.revoked'))
  })

  routes.post('/shares/:id/extend', requireSignedIn, async (c) => {
    const endsAt = await extendShareLink(deps, {
      accountId: signedIn(c).accountId,
      id: linkId(c),
      idempotencyKey: await readIdempotencyKey(c),
    })
    if (!endsAt) throw new HttpError(404, 'There is no such link')
    return back(c, c.get('t')('link.extended', { date: dayInWords(c.get('locale'), endsAt) }))
  })

  routes.post('/shares/:id/resume', requireSignedIn, async (c) => {
    const isOwn = await resumeShareLink(deps, { accountId: signedIn(c).accountId, id: linkId(c) })
    if (!isOwn) throw new HttpError(404, 'There is no such link')
    return back(c, c.get('t')('link.resumed'))
  })

  routes.post('/shares/revoke-all', requireSignedIn, async (c) => {
    const count = await revokeShareLink(deps, { accountId: signedIn(c).accountId })
    flash(c, deps, { kind: 'success', message: c.get('t')('link.revokedAll', { count }) })
    return c.redirect('/shares', 303)
  })

  function linkId(c: Ctx): string {
    const id = c.req.param('id') ?? ''
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new HttpError(404, 'There is no such link')
    return id
  }

  async function back(c: Ctx, message: string): Promise<Response> {
    const form = await readForm(c, backForm)
    flash(c, deps, { kind: 'success', message })
    return c.redirect((form.ok && safeReturnPath(form.data.return)) || '/shares', 303)
  }

  function isOpen(c: Ctx, link: FoundLink): boolean {
    if (link.pinHash === null) return true
    const key = getCookie(c, pinCookie)
    return key !== undefined && sameBytes(Buffer.from(key), Buffer.from(pinKey(deps.secrets, link)))
  }

  async function show(c: Ctx, link: FoundLink): Promise<Response> {
    const path = `/s/${c.req.param('token')}`
    if (link.kind === 'collection') return (await showCollection(c, link, path)) ?? gone(c)
    if (link.kind === 'document') return showTarget(c, link, path)
    const credential = await badgeOf(link)
    if (!credential) return gone(c)
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: badgeTexts(credential, c.get('locale')).name,
      heading: null,
      bar: html`<p>${sharedBy(c, link)}</p>`,
      body: publicPage({
        t,
        locale: c.get('locale'),
        credential: { ...credential, recipientName: shownNameOf(link, credential) ?? t('link.shownName.nobody') },
        now: deps.now(),
        url: `${deps.config.publicUrl}${path}`,
        verifyPath: `${path}/check`,
        templatePath: undefined,
        successorUrl: undefined,
        downloads: link.allowsDownload
          ? { png: `${path}/badge.png`, svg: `${path}/badge.svg`, json: `${path}/credential.json` }
          : undefined,
      }),
    })
  }

  async function showTarget(c: Ctx, link: FoundLink, path: string): Promise<Response> {
    const shown = await targets.get(link.kind)?.(c, link, path)
    if (!shown) return gone(c)
    const bar = html`<p>${sharedBy(c, link)}</p>`
    return page(c, deps, { section: 'public', noindex: true, title: shown.title, bar, body: shown.body })
  }

  /** The badge, as long as the person who shares it still has it. */
  async function badgeOf(link: FoundLink): Promise<HeldCredential | undefined> {
    const credential = link.credentialId ? await heldCredentialById(deps.db, link.credentialId) : undefined
    return credential && isAccepted(credential) && credential.accountId === link.accountId ? credential : undefined
  }

  async function download(c: Ctx, make: (db: Deps['db'], credential: HeldCredential) => Promise<Download>) {
    const link = await findShareLink(deps, c.req.param('token') ?? '')
    const credential = link && isOpen(c, link) && link.allowsDownload ? await badgeOf(link) : undefined
    if (!credential || statusOf(credential, deps.now()) === 'withdrawn')
      throw new HttpError(404, 'There is no such file')
    return make(deps.db, credential)
  }

  /** The same for a link that never was, is over, or was revoked; it names nobody. */
  function gone(c: Ctx): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      status: 404,
      title: t('link.gone.title'),
      width: 'form',
      body: html`<p>${t('link.gone')}</p>`,
    })
  }

  /** Too many wrong PINs; it names nobody, like a link that is over. */
  function paused(c: Ctx): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      status: 403,
      title: t('link.pin.paused.title'),
      width: 'form',
      body: html`<p>${t('link.pin.paused')}</p>`,
    })
  }

  function pin(c: Ctx, error: string | undefined): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: t('link.pin.title'),
      width: 'form',
      ...(error ? { error: true } : {}),
      body: pinPage(t, { action: `/s/${c.req.param('token')}/pin`, fields: () => formFields(c, deps), error }),
    })
  }

  return routes
}

function readQuery(c: Ctx): SharesQuery {
  return {
    words: (c.req.query('q') ?? '').trim().slice(0, 100),
    kind: linkKinds.find((kind) => kind === c.req.query('kind')) ?? '',
    state: linkStates.find((state) => state === c.req.query('state')) ?? '',
  }
}

function isWanted(link: OwnLink, { words, kind, state }: SharesQuery): boolean {
  if (kind !== '' && link.kind !== kind) return false
  if (state === 'unopened' && link.opens > 0) return false
  if (state === 'endless' && link.endsAt !== null) return false
  if (state === 'paused' && link.pausedAt === null) return false
  return folded(`${link.name} ${link.what}`).includes(folded(words))
}

/** Search sees neither case nor accents. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
}

/** "Shared by {name} until {date}": the end of the link, never that of the badge (it says so itself). */
export function sharedBy(c: Ctx, link: FoundLink): string {
  const t = c.get('t')
  const name = nameIn(link.shownName, fullNameOf(link))
  if (!link.endsAt) return name === undefined ? t('link.shared.unnamed') : t('link.shared', { name })
  const date = dayInWords(c.get('locale'), link.endsAt)
  return name === undefined ? t('link.sharedUntil.unnamed', { date }) : t('link.sharedUntil', { name, date })
}

export function fullNameOf({ givenName, familyName }: Pick<FoundLink, 'givenName' | 'familyName'>): string {
  return `${givenName} ${familyName}`.trim()
}

/** The name that the badge was issued to, as the link shows it. */
function shownNameOf(link: FoundLink, { recipientName }: HeldCredential): string | undefined {
  return nameIn(link.shownName, recipientName)
}

/** A link that works and whose PIN, if it has one, was entered in this browser. */
export async function openedLink(deps: Deps, c: Ctx, token: string): Promise<FoundLink | undefined> {
  const link = await findShareLink(deps, token)
  if (!link || link.pinHash === null) return link
  const key = getCookie(c, pinCookie)
  return key !== undefined && sameBytes(Buffer.from(key), Buffer.from(pinKey(deps.secrets, link))) ? link : undefined
}

/**
 * For the checker: the badge behind a link that is open in this browser. `shownName` is there when the link does not show
 * the name in full.
 */
export async function badgeBehindLink(
  deps: Deps,
  c: Ctx,
  token: string,
): Promise<{ credential: HeldCredential; shownName?: { name: string | undefined } } | undefined> {
  const link = await openedLink(deps, c, token)
  const credential = link?.credentialId ? await heldCredentialById(deps.db, link.credentialId) : undefined
  if (!link || !credential || !isAccepted(credential) || credential.accountId !== link.accountId) return undefined
  return link.shownName === 'full' ? { credential } : { credential, shownName: { name: shownNameOf(link, credential) } }
}
