import { Hono } from 'hono'
import { z } from 'zod'
import { signedIn } from '../accounts/index.ts'
import { badgeTexts, isAccepted, type HeldCredential } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { button, formActions, linkButton, radios } from '../platform/pages/components.ts'
import { setVisibilities } from './set-visibility.ts'
import { selectedCredentials } from './store.ts'

/** The most badges that one form of the backpack may name; a page shows 24. */
export const mostSelected = 500

/** The badges that an address or a form names: `?badge=…&badge=…`. */
export function selectedIds(c: Ctx): string[] {
  return [...new Set(c.req.queries('badge') ?? [])].filter(isPublicId).slice(0, mostSelected)
}

/**
 * The chosen badges that belong to this person, in the order they were named; strangers' and unknown ones are passed
 * over alike. Nothing chosen leads back to the list, with a word about it.
 */
export async function selectedBadges(c: Ctx, deps: Deps): Promise<HeldCredential[] | Response> {
  const publicIds = selectedIds(c)
  const found = await selectedCredentials(deps.db, { accountId: signedIn(c).accountId, publicIds })
  if (found.length > 0) return found
  if (publicIds.length > 0) throw new HttpError(404, 'There is no such badge')
  flash(c, deps, { kind: 'warning', message: c.get('t')('backpack.select.none') })
  return c.redirect('/badges', 303)
}

export function badgeList(c: Ctx, badges: readonly HeldCredential[]): Html {
  const locale = c.get('locale')
  return html`<ul>${badges.map((badge) => {
    const { name, lang } = badgeTexts(badge, locale)
    return html`<li><span${lang ? html` lang="${lang}"` : null}>${name}</span> <span class="hint">${badge.snapshot.issuer.name}</span></li>`
  })}</ul>`
}

/** What is done with several badges at once. Each begins with a page that says what will happen. */
export function selectedRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/selected/visibility', async (c) => {
    const badges = await selectedBadges(c, deps)
    return badges instanceof Response ? badges : ask(c, badges)
  })

  const form = z.object({
    visibility: z.enum(['private', 'link', 'public'], { message: 'badge.visibility.error' }),
    badge: z.array(z.string()).max(mostSelected).optional(),
  })
  routes.post('/badges/selected/visibility', async (c) => {
    const read = await readForm(c, form)
    if (!read.ok) throw new HttpError(400, 'Choose who may see the badges')
    const publicIds = (read.data.badge ?? []).filter(isPublicId)
    const { accountId } = signedIn(c)
    const { visibility } = read.data
    const { changed, same, refused } = await setVisibilities(deps, { publicIds, accountId, visibility })
    const t = c.get('t')
    if (changed + same === 0) throw new HttpError(404, 'There is no such badge')
    flash(c, deps, {
      kind: 'success',
      message: [
        t(`backpack.selected.done.${visibility}`, { count: changed + same }),
        refused > 0 && t('backpack.selected.refused', { count: refused }),
      ]
        .filter(Boolean)
        .join(' '),
    })
    return c.redirect('/badges', 303)
  })

  function ask(c: Ctx, badges: HeldCredential[]): Response {
    const t = c.get('t')
    const isShowable = (badge: HeldCredential) =>
      isAccepted(badge) && ['valid', 'expired', 'suspended'].includes(statusOf(badge, deps.now()))
    const [able, others] = [badges.filter(isShowable), badges.filter((badge) => !isShowable(badge))]
    const evidence = able.flatMap(({ snapshot }) => snapshot.evidence.filter(({ isPublic }) => isPublic)).length
    const live = able.filter(({ visibility }) => visibility !== 'private').length
    return page(c, deps, {
      section: 'earner',
      title: t('backpack.selected.visibility', { count: able.length }),
      width: 'form',
      body: html`${badgeList(c, able)}${others.length > 0 && html`<p>${t('backpack.selected.cannot', { count: others.length })}</p>${badgeList(c, others)}`}
<form method="post" action="/badges/selected/visibility" class="form" novalidate>${formFields(c, deps)}${able.map(({ publicId }) => html`<input type="hidden" name="badge" value="${publicId}">`)}
${radios({
  name: 'visibility',
  legend: t('backpack.selected.ask', { count: able.length }),
  value: 'private',
  options: [
    { value: 'public', label: t('chip.visibility.public'), hint: t('badge.visibility.public', { count: evidence }) },
    { value: 'link', label: t('chip.visibility.link'), hint: t('badge.visibility.link', { count: evidence }) },
    { value: 'private', label: t('chip.visibility.private'), hint: t('badge.visibility.stops', { count: live }) },
  ],
})}
${formActions(able.length > 0 && button({ label: t('badge.visibility.save') }), linkButton({ href: '/badges', label: t('backpack.selected.back'), kind: 'quiet' }))}</form>`,
    })
  }

  return routes
}
