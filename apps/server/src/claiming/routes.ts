import { Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { requireSignedIn } from '../accounts/index.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { acceptCredential, ClaimRefused, type ClaimRefusal } from './accept-credential.ts'
import { badgeTexts } from './badge-parts.ts'
import { openClaim, type OpenedClaim } from './claim-situation.ts'
import { declineCredential, refuseByLink, takeBackRefusal } from './decline-credential.ts'
import { type ClaimPage, claimPage, correctionPage, notForMePage } from './pages.ts'
import { correctionNotice } from './correction-notice.ts'
import { requestCorrection } from './request-correction.ts'
import { sendFreshLink } from './send-fresh-link.ts'
import { correctionsAbout } from './store.ts'
import { unsubscribeRoutes } from './unsubscribe.ts'

/** What the accounts feature does for somebody who stands before a claim; the app hands it in. */
export interface ClaimEntries {
  /** Starts adding an address to the signed-in account: mails a code, and says where it is typed in. */
  startAddingAddress?: (c: Ctx, o: { email: string; returnTo: string }) => Promise<Response>
  /** Mails a code that signs its reader in, and goes to where it is typed in. */
  startCodeSignIn?: (c: Ctx, o: { email: string; claim: string }) => Promise<Response>
  /** Ends this browser's session, then goes to a path. */
  signOut?: (c: Ctx, o: { returnTo: string }) => Promise<Response>
}

const refusals: Record<ClaimRefusal, { status: 403 | 404 | 409 | 410; message: MessageKey }> = {
  'claim.unknown': { status: 404, message: 'error.notfound' },
  'claim.mismatch': { status: 403, message: 'claim.forwarded' },
  'claim.withdrawn': { status: 410, message: 'claim.ended' },
  'claim.declined': { status: 409, message: 'claim.refused.text' },
}

export function claimingRoutes(deps: Deps, entries: ClaimEntries = {}): Hono<Env> {
  const routes = new Hono<Env>()

  routes.use('/claim/*', async (c, next) => {
    // The token stands in the address: nothing may keep the page, and no other site may learn of it (SECURITY S42).
    await next()
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
  })

  // Whoever agreed to older terms reads the new ones first, as on every page of an account.
  const agreed: MiddlewareHandler<Env> = (c, next) => (c.get('viewer') ? requireSignedIn(c, next) : next())
  for (const action of ['accept', 'decline', 'add-address']) routes.use(`/claim/:token/${action}`, agreed)

  routes.get('/claim/:token', async (c) => {
    const opened = await open(c)
    const notice = correctionNotice(
      { t: c.get('t'), locale: c.get('locale') },
      {
        issuer: opened.credential.snapshot.issuer.name,
        requests: await correctionsAbout(deps.db, opened.credential.id),
        now: deps.now(),
        isOwn: false,
      },
    )
    return show(c, opened, (p) => claimPage({ ...p, notice }), {
      title: badgeTexts(opened.credential, c.get('locale')).name,
      ownHeading: true,
    })
  })

  routes.post('/claim/:token/accept', async (c) => {
    const { viewer, opened } = await openSignedIn(c)
    if (!viewer) return toSignIn(c)
    const { publicId } = opened.credential
    try {
      await acceptCredential(deps, { publicId, accountId: viewer.accountId })
    } catch (error) {
      if (error instanceof ClaimRefused) return refused(c, opened, error)
      throw error
    }
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')('claim.done', { badge: badgeTexts(opened.credential, c.get('locale')).name }),
    })
    return c.redirect(`/badges/${publicId}?accepted=1`, 303)
  })

  routes.post('/claim/:token/decline', async (c) => {
    const { viewer, opened } = await openSignedIn(c)
    if (!viewer) return toSignIn(c)
    const { publicId } = opened.credential
    try {
      await declineCredential(deps, { publicId, accountId: viewer.accountId })
    } catch (error) {
      if (error instanceof ClaimRefused) return refused(c, opened, error)
      throw error
    }
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: t('badge.declined.done', { badge: badgeTexts(opened.credential, c.get('locale')).name }),
      undo: { action: `/badges/${publicId}/restore`, label: t('component.undo') },
    })
    return c.redirect('/badges', 303)
  })

  routes.get('/claim/:token/not-for-me', async (c) => {
    const opened = await open(c)
    const { kind } = opened.situation
    if (!['register', 'sign-in', 'accept', 'mismatch', 'expired'].includes(kind)) return c.redirect(pathOf(c), 303)
    return show(c, opened, (p) => notForMePage(p), { title: c.get('t')('claim.notForMe') })
  })

  routes.post('/claim/:token/not-for-me', async (c) => {
    const opened = await open(c)
    await refuseByLink(deps, opened.claim)
    return c.redirect(pathOf(c), 303)
  })

  routes.post('/claim/:token/for-me', async (c) => {
    const opened = await open(c)
    await takeBackRefusal(deps, opened.claim)
    return c.redirect(pathOf(c), 303)
  })

  routes.post('/claim/:token/renew', async (c) => {
    const opened = await open(c)
    if (opened.situation.kind !== 'expired') return c.redirect(pathOf(c), 303)
    const network = {
      purpose: 'claim-renew',
      subject: throttledNetwork(c.get('clientAddress')),
      limit: 20,
      windowS: 3600,
    }
    const waitS =
      (await throttle(deps, network)) ||
      (await sendFreshLink(deps, {
        credentialId: opened.credential.id,
        idempotencyKey: await readIdempotencyKey(c),
      }))
    if (waitS > 0) throw new HttpError(429, 'Too many fresh links were asked for', { retryAfterS: waitS })
    const t = c.get('t')
    return page(c, deps, {
      section: 'entry',
      title: t('claim.fresh.title'),
      width: 'form',
      body: html`<p>${t('claim.fresh.text')}</p>`,
    })
  })

  // What the button shows stands at this address, and a browser may open it again.
  routes.get('/claim/:token/renew', (c) => c.redirect(`/claim/${encodeURIComponent(c.req.param('token'))}`, 303))

  routes.get('/claim/:token/correction', async (c) => correction(c, await open(c)))

  const correctionForm = z.object({
    email: z.string().optional(),
    message: z.string().max(1000, 'claim.error.message').optional(),
  })
  routes.post('/claim/:token/correction', async (c) => {
    const opened = await open(c)
    const form = await readForm(c, correctionForm)
    const errors: FieldError[] = form.ok ? [] : form.errors
    const address = parseEmailAddress(form.typed['email'] ?? '')
    if (!address) errors.unshift({ field: 'email', message: 'register.email.invalid' })
    if (!form.ok || !address) return correction(c, opened, { typed: form.typed, errors })
    const waitS = await throttle(deps, {
      purpose: 'claim-correction',
      subject: opened.credential.id,
      limit: 5,
      windowS: 86_400,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many corrections were asked for', { retryAfterS: waitS })
    await requestCorrection(deps, {
      credential: opened.credential,
      kind: 'address',
      requested: address.stored,
      message: form.data.message ?? '',
      accountId: c.get('viewer')?.accountId ?? null,
      idempotencyKey: await readIdempotencyKey(c),
    })
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: t('claim.correction.sent', { issuer: opened.credential.snapshot.issuer.name }),
    })
    return c.redirect(pathOf(c), 303)
  })

  routes.post('/claim/:token/add-address', async (c) => {
    const { viewer, opened } = await openSignedIn(c)
    if (!viewer) return toSignIn(c)
    if (opened.situation.kind !== 'mismatch') return c.redirect(pathOf(c), 303)
    if (!entries.startAddingAddress) return c.redirect('/settings/account', 303)
    return entries.startAddingAddress(c, { email: opened.claim.email, returnTo: pathOf(c) })
  })

  routes.post('/claim/:token/sign-in-code', async (c) => {
    const opened = await open(c)
    if (opened.situation.kind !== 'sign-in') return c.redirect(pathOf(c), 303)
    if (!entries.startCodeSignIn) return toSignIn(c)
    return entries.startCodeSignIn(c, { email: opened.claim.email, claim: c.req.param('token') })
  })

  routes.post('/claim/:token/switch-account', async (c) => {
    const { kind, addressHasAccount } = { addressHasAccount: false, ...(await open(c)).situation }
    // "Sign in to that account": its address is filled in. "Use a different account" may be any.
    const isThatOne = kind === 'mismatch' && addressHasAccount
    const returnTo = isThatOne ? `/sign-in?claim=${c.req.param('token')}` : `/sign-in?return=${pathOf(c)}`
    return entries.signOut ? entries.signOut(c, { returnTo }) : c.redirect(returnTo, 303)
  })

  async function open(c: Ctx): Promise<OpenedClaim> {
    const opened = await openClaim(deps, { token: c.req.param('token') ?? '', accountId: c.get('viewer')?.accountId })
    if (!opened) throw new HttpError(404, 'No credential waits behind this link')
    return opened
  }

  async function openSignedIn(c: Ctx) {
    return { viewer: c.get('viewer'), opened: await open(c) }
  }

  function pathOf(c: Ctx): string {
    return `/claim/${c.req.param('token')}`
  }

  function toSignIn(c: Ctx): Response {
    return c.redirect(`/sign-in?return=${pathOf(c)}`, 303)
  }

  function show(
    c: Ctx,
    opened: OpenedClaim,
    body: (p: ClaimPage) => Html,
    o: { title: string; ownHeading?: boolean; error?: boolean; status?: 403 | 404 | 409 | 410 },
  ): Response {
    return page(c, deps, {
      section: 'entry',
      title: o.title,
      ...(o.ownHeading ? { heading: null } : {}),
      width: 'text',
      noindex: true,
      signInHref: `/sign-in?return=${pathOf(c)}`,
      ...(o.error ? { error: true } : {}),
      ...(o.status ? { status: o.status } : {}),
      body: body({
        t: c.get('t'),
        locale: c.get('locale'),
        path: pathOf(c),
        opened,
        now: deps.now(),
        viewerEmail: c.get('viewer')?.primaryEmail,
        fields: () => formFields(c, deps),
      }),
    })
  }

  /** The page as it now stands, with the words for what was refused. */
  async function refused(c: Ctx, opened: OpenedClaim, error: ClaimRefused): Promise<Response> {
    const { status, message } = refusals[error.code]
    if (status === 404) throw new HttpError(404, 'No credential waits behind this link')
    const t = c.get('t')
    const words = t(message, { issuer: opened.credential.snapshot.issuer.name })
    return show(c, opened, (p) => html`<p class="lead">${words}</p>${claimPage(p)}`, {
      title: badgeTexts(opened.credential, c.get('locale')).name,
      ownHeading: true,
      error: true,
      status,
    })
  }

  function correction(
    c: Ctx,
    opened: OpenedClaim,
    o: { typed: Record<string, string>; errors: FieldError[] } = { typed: {}, errors: [] },
  ): Response {
    return show(c, opened, (p) => correctionPage(p, o), {
      title: c.get('t')('claim.wrongAddress'),
      error: o.errors.length > 0,
    })
  }

  routes.route('/', unsubscribeRoutes(deps))
  return routes
}
