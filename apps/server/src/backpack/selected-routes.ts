import { Hono } from 'hono'
import { z } from 'zod'
import { signedIn } from '../accounts/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { button, type ButtonKind, errorSummary, formActions, linkButton, radios } from '../platform/pages/components.ts'
import { declineSelected, setVisibilities, type Undone, undoSelected } from './change-selected.ts'
import { backTo, badgeList, mostSelected, selectedBadges } from './selected.ts'
import { privateLinks } from './store.ts'

const visibilities = ['private', 'link', 'public'] as const

/** What is done with several badges at once. Each begins with a page that says what will happen, and can be undone. */
export function selectedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  const chosen = { badge: z.array(z.string()).max(mostSelected).optional(), return: z.string().optional() }

  routes.get('/badges/selected/visibility', async (c) => {
    const badges = await selectedBadges(c, deps)
    return badges instanceof Response ? badges : askWho(c, badges)
  })

  const visibilityForm = z.object({ ...chosen, visibility: z.string().optional() })
  routes.post('/badges/selected/visibility', async (c) => {
    const form = await readForm(c, visibilityForm)
    if (!form.ok) throw new HttpError(400, 'Choose who may see the badges')
    const publicIds = (form.data.badge ?? []).filter(isPublicId)
    const visibility = visibilities.find((known) => known === form.data.visibility)
    if (!visibility) {
      const badges = await selectedBadges(c, deps, publicIds)
      return badges instanceof Response
        ? badges
        : askWho(c, badges, { back: backTo(form.data.return), error: c.get('t')('badge.visibility.error') })
    }
    const { accountId } = signedIn(c)
    const key = await readIdempotencyKey(c)
    const { before, same, refused } = await setVisibilities(deps, { publicIds, accountId, visibility, key })
    const changed = Object.keys(before).length
    if (changed + same === 0) throw new HttpError(404, 'There is no such badge')
    const t = c.get('t')
    const messages = [
      t(`backpack.selected.done.${visibility}`, { count: changed + same }),
      refused > 0 && t('backpack.selected.refused', { count: refused }),
    ]
    return done(c, { messages, what: 'visibility', key, changed, back: backTo(form.data.return) })
  })

  routes.get('/badges/selected/decline', async (c) => {
    const badges = await selectedBadges(c, deps)
    return badges instanceof Response ? badges : askDecline(c, badges)
  })

  routes.post('/badges/selected/decline', async (c) => {
    const form = await readForm(c, z.object(chosen))
    if (!form.ok) throw new HttpError(400, 'Choose among your badges')
    const badges = await selectedBadges(c, deps, (form.data.badge ?? []).filter(isPublicId))
    if (badges instanceof Response) return badges
    const publicIds = badges.filter(isDeclinable).map(({ publicId }) => publicId)
    const { accountId } = signedIn(c)
    const key = await readIdempotencyKey(c)
    const { declined } = await declineSelected(deps, { publicIds, accountId, key })
    const messages = [c.get('t')('backpack.selected.declined', { count: declined.length })]
    return done(c, { messages, what: 'decline', key, changed: declined.length, back: backTo(form.data.return) })
  })

  const undoForm = z.object({
    what: z.enum(['visibility', 'decline']),
    change: z.string().max(64),
    return: z.string().optional(),
  })
  routes.post('/badges/selected/undo', async (c) => {
    const form = await readForm(c, undoForm)
    if (!form.ok) throw new HttpError(400, 'There is no such change')
    const { what, change: key } = form.data
    const undone = await undoSelected(deps, { accountId: signedIn(c).accountId, what, key })
    tellUndone(c, deps, undone)
    return c.redirect(backTo(form.data.return), 303)
  })

  function done(
    c: Ctx,
    o: {
      messages: (string | false)[]
      what: 'visibility' | 'decline'
      key: string
      changed: number
      back: string
    },
  ): Response {
    const undo = { action: '/badges/selected/undo', hidden: { what: o.what, change: o.key, return: o.back } }
    const message = o.messages.filter(Boolean).join(' ')
    flash(c, deps, { kind: 'success', message, ...(o.changed > 0 ? { undo } : {}) })
    return c.redirect(o.back, 303)
  }

  function askWho(c: Ctx, badges: HeldCredential[], refused?: { back: string; error: string }): Response {
    const t = c.get('t')
    const isShowable = (badge: HeldCredential) =>
      isAccepted(badge) && ['valid', 'expired', 'suspended'].includes(statusOf(badge, deps.now()))
    const able = badges.filter(isShowable)
    const evidence = able.flatMap(({ snapshot }) => snapshot.evidence.filter(({ isPublic }) => isPublic)).length
    const live = able.filter(({ visibility }) => visibility !== 'private').length
    return ask(c, {
      action: '/badges/selected/visibility',
      title: t('backpack.selected.visibility', { count: able.length }),
      able,
      others: badges.filter((badge) => !isShowable(badge)),
      back: refused?.back ?? backTo(c.req.query('return')),
      error: refused && { field: 'visibility', message: refused.error },
      submit: { label: t('badge.visibility.save') },
      body: radios({
        name: 'visibility',
        legend: t('backpack.selected.ask', { count: able.length }),
        value: 'private',
        error: refused?.error,
        options: [
          {
            value: 'public',
            label: t('chip.visibility.public'),
            hint: t('badge.visibility.public', { count: evidence }),
          },
          { value: 'link', label: t('chip.visibility.link'), hint: t('badge.visibility.link', { count: evidence }) },
          { value: 'private', label: t('chip.visibility.private'), hint: t('badge.visibility.stops', { count: live }) },
        ],
      }),
    })
  }

  async function askDecline(c: Ctx, badges: HeldCredential[]): Promise<Response> {
    const t = c.get('t')
    const able = badges.filter(isDeclinable)
    const pages = able.filter(({ visibility }) => visibility !== 'private').length
    const links = await privateLinks(deps.db, { credentialIds: able.map(({ id }) => id), now: deps.now() })
    return ask(c, {
      action: '/badges/selected/decline',
      title: t('backpack.selected.decline', { count: able.length }),
      able,
      others: badges.filter((badge) => !isDeclinable(badge)),
      back: backTo(c.req.query('return')),
      submit: { label: t('backpack.selected.decline', { count: able.length }), kind: 'danger' },
      body: html`<p>${t('backpack.selected.decline.ask', { count: able.length, links: pages + links })}</p>`,
    })
  }

  function ask(
    c: Ctx,
    o: {
      action: string
      title: string
      /** What it is done with, and what it cannot be done with. */
      able: HeldCredential[]
      others: HeldCredential[]
      back: string
      error?: { field: string; message: string } | undefined
      submit: { label: string; kind?: ButtonKind }
      body: Html
    },
  ): Response {
    const t = c.get('t')
    const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`
    return page(c, deps, {
      section: 'earner',
      title: o.title,
      width: 'form',
      ...(o.error ? { error: true } : {}),
      body: html`${o.error && errorSummary(t, [o.error])}${badgeList(c, o.able)}${o.others.length > 0 && html`<p>${t('backpack.selected.cannot', { count: o.others.length })}</p>${badgeList(c, o.others)}`}
<form method="post" action="${o.action}" class="form" novalidate>${formFields(c, deps)}${o.able.map(({ publicId }) => hidden('badge', publicId))}${hidden('return', o.back)}
${o.able.length > 0 && o.body}
${formActions(o.able.length > 0 && button(o.submit), linkButton({ href: o.back, label: t('backpack.selected.back'), kind: 'quiet' }))}</form>`,
    })
  }

  /** Those that still say something to others, or could; a withdrawn badge stays where its owner can read why. */
  function isDeclinable(badge: HeldCredential): boolean {
    return isAccepted(badge) && !['withdrawn', 'replaced'].includes(statusOf(badge, deps.now()))
  }

  return routes
}

/** What became of an Undo: the same words wherever several badges were changed. */
export function tellUndone(c: Ctx, deps: Deps, undone: Undone | undefined): void {
  const t = c.get('t')
  if (!undone) return flash(c, deps, { kind: 'warning', message: t('backpack.undo.late') })
  const { restored, left } = undone
  const message = [
    restored > 0 && t('backpack.undo.done', { count: restored }),
    left > 0 && t('backpack.undo.left', { count: left }),
  ]
  flash(c, deps, { kind: restored > 0 ? 'success' : 'info', message: message.filter(Boolean).join(' ') })
}
