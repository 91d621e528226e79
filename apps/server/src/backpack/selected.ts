import { signedIn } from '../accounts/index.ts'
import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { isPublicId } from '../platform/ids.ts'
import { selectedCredentials } from './store.ts'

/** The most badges that one form of the backpack may name; a page shows 24. */
export const mostSelected = 500

/** Accepted badges in one archive, the newest; for more there is the export of all data, which a job makes. */
export const mostInArchive = 500

/** The badges that an address or a form names: `?badge=…&badge=…`. */
export function selectedIds(c: Ctx): string[] {
  return [...new Set(c.req.queries('badge') ?? [])].filter(isPublicId).slice(0, mostSelected)
}

/** The list that the person came from, with its filters. */
export function backTo(given: string | undefined): string {
  const path = safeReturnPath(given)
  return path !== undefined && /^\/badges(?:\?|$)/.test(path) ? path : '/badges'
}

/**
 * The chosen badges that belong to this person, in the order they were named; strangers' and unknown ones are passed
 * over alike. Nothing chosen leads back to the list, with a word about it.
 */
export async function selectedBadges(
  c: Ctx,
  deps: Deps,
  publicIds: readonly string[] = selectedIds(c),
): Promise<HeldCredential[] | Response> {
  const found = await selectedCredentials(deps.db, { accountId: signedIn(c).accountId, publicIds })
  if (found.length > 0) return found
  if (publicIds.length > 0) throw new HttpError(404, 'There is no such badge')
  flash(c, deps, { kind: 'warning', message: c.get('t')('backpack.select.none') })
  return c.redirect(backTo(c.req.query('return')), 303)
}

export function badgeList(c: Ctx, badges: readonly HeldCredential[]): Html {
  const locale = c.get('locale')
  return html`<ul>${badges.map((badge) => {
    const { name, lang } = badgeTexts(badge, locale)
    return html`<li><span${lang ? html` lang="${lang}"` : null}>${name}</span> <span class="hint">${badge.snapshot.issuer.name}</span></li>`
  })}</ul>`
}
