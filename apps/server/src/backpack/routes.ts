import { Hono } from 'hono'
import { z } from 'zod'
import { dismissHint, hints, hintsFor, requireSignedIn, signedIn } from '../accounts/index.ts'
import {
  acceptCredential,
  acceptsAutomatically,
  badgeTexts,
  ClaimRefused,
  declineCredential,
  type HeldCredential,
  isAccepted,
  correctionNotice,
  correctionsAbout,
  requestCorrection,
  restoreCredential,
  setAutoAccept,
} from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, line, readForm, tick } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import { isPublicId } from '../platform/ids.ts'
import { backpackParts, badgeParts, dashboardParts } from './added-parts.ts'
import { type ActionPage, declinePage, reportPage, visibilityPage } from './action-pages.ts'
import { dashboardPage } from './dashboard-page.ts'
import { chooseEvidence } from './choose-evidence.ts'
import { detailsPage } from './details-page.ts'
import { readQuery } from './filter-badges.ts'
import { backpackActions, backpackPage } from './list-page.ts'
import { selectedRoutes } from './selected-routes.ts'
import { setVisibility } from './set-visibility.ts'
import { backpackRows, eventsOf, evidenceOf, ownCredential, privateLinks, successorOf } from './store.ts'

export function backpackRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/dashboard', '/badges', '/badges/*']) routes.use(path, requireSignedIn)

  routes.route('/', selectedRoutes(deps))

  routes.get('/dashboard', async (c) => {
    const rows = await rowsOf(c)
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('dashboard.heading'),
      body: dashboardPage(
        { t, locale: c.get('locale'), rows, now: deps.now(), fields: () => formFields(c, deps) },
        await dashboardParts(c, signedIn(c).accountId),
        rows.length > 0 ? (await hintsFor(deps.db, signedIn(c).accountId))[0] : undefined,
      ),
    })
  })

  routes.post('/dashboard/dismiss', requireSignedIn, async (c) => {
    const form = await readForm(c, z.object({ hint: z.enum(hints) }))
    if (!form.ok) throw new HttpError(400, 'There is no such suggestion')
    await dismissHint(deps.db, { accountId: signedIn(c).accountId, hint: form.data.hint })
    flash(c, deps, { kind: 'success', message: c.get('t')('dashboard.hint.dismissed') })
    return c.redirect('/dashboard', 303)
  })

  routes.get('/badges', async (c) => {
    const rows = await rowsOf(c)
    const t = c.get('t')
    const query = readQuery(new URL(c.req.url).searchParams)
    return page(c, deps, {
      section: 'earner',
      title: t('backpack.heading'),
      actions: backpackActions({ t, rows }),
      body: backpackPage(
        { t, locale: c.get('locale'), query, rows, now: deps.now(), fields: () => formFields(c, deps) },
        query.show === 'all' && query.page === 1 ? await backpackParts(c, signedIn(c).accountId, query) : [],
      ),
    })
  })

  routes.get('/badges/:id{[A-Za-z0-9_-]{22}}', async (c) => {
    const credential = await own(c)
    const { accountId } = signedIn(c)
    const [evidence, events, successor, automatic, requests] = await Promise.all([
      evidenceOf(deps.db, credential.id),
      eventsOf(deps.db, credential.id),
      credential.replacedBy ? successorOf(deps.db, { credentialId: credential.replacedBy, accountId }) : undefined,
      acceptsAutomatically(deps.db, accountId, credential.organizationId),
      correctionsAbout(deps.db, credential.id),
    ])
    const issuer = credential.snapshot.issuer.name
    const reading = { t: c.get('t'), locale: c.get('locale') }
    return page(c, deps, {
      section: 'earner',
      title: badgeTexts(credential, c.get('locale')).name,
      heading: null,
      body: html`${correctionNotice(reading, { issuer, requests, now: deps.now(), isOwn: true })}${detailsPage({
        t: c.get('t'),
        locale: c.get('locale'),
        credential,
        now: deps.now(),
        events,
        evidence,
        successorPublicId: successor?.publicId,
        justAccepted: c.req.query('accepted') === '1' && isAccepted(credential),
        acceptsAutomatically: automatic,
        fields: () => formFields(c, deps),
      })}${await badgeParts(c, accountId, credential.id)}`,
    })
  })

  routes.post('/badges/:id/accept', async (c) => {
    const credential = await own(c)
    await claimed(acceptCredential(deps, { publicId: credential.publicId, accountId: signedIn(c).accountId }))
    const badge = badgeTexts(credential, c.get('locale')).name
    flash(c, deps, { kind: 'success', message: c.get('t')('claim.done', { badge }) })
    return c.redirect(`/badges/${credential.publicId}?accepted=1`, 303)
  })

  routes.get('/badges/:id/decline', async (c) => {
    const credential = await own(c)
    // Declining ends the public page and every private link; making private ends the page alone.
    const links = await privateLinks(deps.db, { credentialIds: [credential.id], now: deps.now() })
    return action(c, credential, c.get('t')('badge.decline.heading'), (p) =>
      declinePage({ ...p, liveLinks: p.liveLinks + links }),
    )
  })

  routes.post('/badges/:id/decline', async (c) => {
    const credential = await own(c)
    await claimed(declineCredential(deps, { publicId: credential.publicId, accountId: signedIn(c).accountId }))
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: t('badge.declined.done', { badge: badgeTexts(credential, c.get('locale')).name }),
      undo: { action: `/badges/${credential.publicId}/restore` },
    })
    return c.redirect('/badges', 303)
  })

  routes.post('/badges/:id/restore', async (c) => {
    const credential = await own(c)
    const state = await claimed(
      restoreCredential(deps, { publicId: credential.publicId, accountId: signedIn(c).accountId }),
    )
    const badge = badgeTexts(credential, c.get('locale')).name
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: state === 'waiting' ? t('badge.restored.waiting', { badge }) : t('badge.restored', { badge }),
    })
    return c.redirect(`/badges/${credential.publicId}`, 303)
  })

  routes.get('/badges/:id/visibility', async (c) => {
    const credential = await own(c)
    // An old tab: the badge's own page says what can be done with it now.
    if (!isAccepted(credential)) return c.redirect(`/badges/${credential.publicId}`, 303)
    return action(c, credential, c.get('t')('badge.visibility.heading'), (p) => visibilityPage(p))
  })

  const visibilityForm = z.object({ visibility: z.enum(['private', 'link', 'public']) })
  routes.post('/badges/:id/visibility', async (c) => {
    const credential = await ownAccepted(c)
    const form = await readForm(c, visibilityForm)
    if (!form.ok)
      return action(
        c,
        credential,
        c.get('t')('badge.visibility.heading'),
        (p) => visibilityPage(p, c.get('t')('badge.visibility.error')),
        true,
      )
    return changeVisibility(c, credential, form.data.visibility)
  })

  /** From Public to Link only: off the profile, links go on working. */
  routes.post('/badges/:id/hide', async (c) => changeVisibility(c, await ownAccepted(c), 'link'))

  routes.post('/badges/:id/evidence', async (c) => {
    const credential = await ownAccepted(c)
    const form = await readForm(c, z.object({ shown: z.array(z.string()).max(200).optional() }))
    if (!form.ok) throw new HttpError(400, 'Choose among the items of the badge')
    const { accountId } = signedIn(c)
    const shown = form.data.shown ?? []
    const count = await chooseEvidence(deps, { publicId: credential.publicId, accountId, shown })
    if (count === undefined) throw new HttpError(409, 'The badge cannot be shown')
    flash(c, deps, { kind: 'success', message: c.get('t')('badge.evidence.done', { count }) })
    return c.redirect(`/badges/${credential.publicId}`, 303)
  })

  routes.post('/badges/:id/auto-accept', async (c) => {
    const credential = await ownAccepted(c)
    const form = await readForm(c, z.object({ auto: tick }))
    if (!form.ok) throw new HttpError(400, 'The form was not complete')
    const on = form.data.auto
    const { accountId } = signedIn(c)
    await setAutoAccept(deps.db, { accountId, organizationId: credential.organizationId, on, at: deps.now() })
    const t = c.get('t')
    const issuer = credential.snapshot.issuer.name
    flash(c, deps, {
      kind: 'success',
      message: on ? t('badge.autoAccept.on', { issuer }) : t('badge.autoAccept.off', { issuer }),
    })
    return c.redirect(`/badges/${credential.publicId}`, 303)
  })

  routes.get('/badges/:id/report', async (c) => report(c, await own(c)))

  const reportForm = z.object({
    kind: z.enum(['name', 'date', 'other'], { message: 'badge.report.error.kind' }),
    requested: line(500, { missing: 'badge.report.error.requested', tooLong: 'badge.report.error.tooLong' }),
  })
  routes.post('/badges/:id/report', async (c) => {
    const credential = await own(c)
    const form = await readForm(c, reportForm)
    if (!form.ok) return report(c, credential, form)
    const { accountId } = signedIn(c)
    const waitS = await throttle(deps, {
      purpose: 'badge-report',
      subject: `${accountId} ${credential.id}`,
      limit: 10,
      windowS: 86_400,
    })
    // With what was typed, which a bare page would lose.
    if (waitS > 0) {
      c.header('retry-after', String(waitS))
      const errors: FieldError[] = [{ field: 'requested', message: 'badge.report.error.tooMany' }]
      return report(c, credential, { typed: form.typed, errors })
    }
    await requestCorrection(deps, {
      credential,
      ...form.data,
      message: '',
      accountId,
      idempotencyKey: await readIdempotencyKey(c),
    })
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')('badge.report.sent', { issuer: credential.snapshot.issuer.name }),
    })
    return c.redirect(`/badges/${credential.publicId}`, 303)
  })

  function rowsOf(c: Ctx) {
    return backpackRows(deps.db, { accountId: signedIn(c).accountId, locale: c.get('locale') })
  }

  /** The badge, when it is this person's or waits for an address of theirs; everything else is the same 404. */
  async function own(c: Ctx): Promise<HeldCredential> {
    const publicId = c.req.param('id') ?? ''
    const credential = isPublicId(publicId)
      ? await ownCredential(deps.db, { publicId, accountId: signedIn(c).accountId })
      : undefined
    if (!credential) throw new HttpError(404, 'There is no such badge')
    return credential
  }

  async function ownAccepted(c: Ctx): Promise<HeldCredential> {
    const credential = await own(c)
    if (!isAccepted(credential)) throw new HttpError(409, 'The badge has not been accepted')
    return credential
  }

  /** A refusal here means that the page was out of date: the badge changed between showing it and pressing the button. */
  async function claimed<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof ClaimRefused)) throw error
      throw new HttpError(
        error.code === 'claim.unknown' ? 404 : error.code === 'claim.withdrawn' ? 410 : 409,
        error.code,
        {
          cause: error,
        },
      )
    }
  }

  async function changeVisibility(c: Ctx, credential: HeldCredential, visibility: HeldCredential['visibility']) {
    const { accountId } = signedIn(c)
    const before = await setVisibility(deps, { publicId: credential.publicId, accountId, visibility })
    if (!before) throw new HttpError(409, 'The badge cannot be shown')
    const t = c.get('t')
    const badge = badgeTexts(credential, c.get('locale')).name
    flash(c, deps, {
      kind: 'success',
      message: t(`badge.visibility.done.${visibility}`, { badge }),
      ...(before === visibility
        ? {}
        : { undo: { action: `/badges/${credential.publicId}/visibility`, hidden: { visibility: before } } }),
    })
    return c.redirect(`/badges/${credential.publicId}`, 303)
  }

  function action(c: Ctx, credential: HeldCredential, title: string, body: (p: ActionPage) => Html, error = false) {
    return page(c, deps, {
      section: 'earner',
      title,
      width: 'form',
      ...(error ? { error } : {}),
      body: body({
        t: c.get('t'),
        locale: c.get('locale'),
        credential,
        liveLinks: credential.visibility === 'private' ? 0 : 1,
        fields: () => formFields(c, deps),
      }),
    })
  }

  function report(
    c: Ctx,
    credential: HeldCredential,
    o: { typed: Record<string, string>; errors: FieldError[] } = { typed: {}, errors: [] },
  ) {
    const title = c.get('t')('badge.report')
    return action(c, credential, title, (p) => reportPage(p, o), o.errors.length > 0)
  }

  return routes
}
