import type { Context, MiddlewareHandler } from 'hono'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { wantsJson } from '../platform/http/failures.ts'
import { html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { linkButton, section } from '../platform/pages/components.ts'
import * as store from './sharing-off-store.ts'

/**
 * An organization with minors may switch sharing off (SECURITY S59). Everybody then meets the 404 of a private badge; the
 * holder, who knows that it is there, is told why at every address that would show it to somebody else. New addresses
 * below one of these are covered as they come; a test goes through all that there are.
 */
export const refusedWhileOff = {
  badge: [
    '/badges/:id/share/*',
    '/badges/:id/shared',
    '/badges/:id/visibility',
    '/badges/:id/hide',
    '/badges/:id/badge.pkpass',
    '/b/:id/*',
    '/embed/b/:id',
  ],
  document: ['/documents/:id/share/*'],
} as const

/** Stands before the routes of every feature that shows something of a person to others. */
export function sharingOff(deps: Deps): { path: string; guard: MiddlewareHandler<Env> }[] {
  const guard =
    (find: (c: Context<Env>) => string, read: typeof store.withheldCredential): MiddlewareHandler<Env> =>
    async (c, next) => {
      const viewer = c.get('viewer')
      const publicId = viewer && find(c)
      const withheld =
        viewer && publicId && isPublicId(publicId)
          ? await read(deps.db, { publicId, accountId: viewer.accountId })
          : undefined
      return withheld ? refuse(c, withheld) : next()
    }
  const inPath = (c: Context<Env>) => c.req.path.split('/').find((part) => isPublicId(part)) ?? ''
  const inQuery = (c: Context<Env>) =>
    /\/b\/([\w-]{22})$/.exec(URL.parse(c.req.query('url') ?? '')?.pathname ?? '')?.[1] ?? ''
  return [
    ...refusedWhileOff.badge.map((path) => ({ path, guard: guard(inPath, store.withheldCredential) })),
    ...refusedWhileOff.document.map((path) => ({ path, guard: guard(inPath, store.withheldDocument) })),
    { path: '/oembed', guard: guard(inQuery, store.withheldCredential) },
  ]

  function refuse(c: Ctx, { issuerName, ownPath, files }: store.Withheld): Response {
    if (wantsJson(c)) throw new HttpError(403, 'The issuer has switched sharing off')
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('share.off.title'),
      status: 403,
      error: true,
      noindex: true,
      width: 'text',
      body: html`<p class="lead">${t('share.off.text', { issuer: issuerName })}</p><p>${t('share.off.own')}</p>${section(
        {
          heading: t('share.downloads'),
          body: html`<div class="cluster">${files.map(({ path, label }) => linkButton({ href: `${ownPath}/${path}`, label: t(label), icon: 'download', download: true }))}</div>`,
        },
      )}<p>${linkButton({ href: ownPath, label: t('share.off.back'), kind: 'quiet' })}</p>`,
    })
  }
}

/** Refuses to put into a collection what is not shown outside. */
export async function refuseWithheld(
  c: Ctx,
  { db }: Pick<Deps, 'db'>,
  o: { accountId: string; publicIds: readonly string[] },
): Promise<void> {
  const issuer = await store.withheldAmong(db, o)
  if (issuer !== undefined) throw new HttpError(403, c.get('t')('share.off.text', { issuer }), { cause: 'page' })
}

/**
 * Makes dark what an organization's badges and documents show now: public pages, private links, places in collections.
 * None of it comes back by itself; only the holder shows it again.
 */
export async function endSharing(
  tx: Tx,
  o: { organizationId: string; at: Date },
): Promise<{ badges: number; links: number }> {
  const links = await store.revokeLinks(tx, o)
  await store.leaveCollections(tx, o.organizationId)
  return { badges: await store.hideBadges(tx, o), links }
}

/** How much of an organization's is shown outside now. */
export function sharedNow(
  db: Db,
  o: { organizationId: string; now: Date },
): Promise<{ badges: number; links: number }> {
  return store.sharedNow(db, o)
}
