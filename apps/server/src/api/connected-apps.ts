import { Hono } from 'hono'
import { z } from 'zod'
import {
  deviceOf,
  type DoorKind,
  endedWithAccount,
  type MergePart,
  recordSecurityEvent,
  requireSignedIn,
  signedIn,
} from '../accounts/index.ts'
import { formatDate } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { flash, formFields } from '../platform/http/page.ts'
import { dataTable, emptyState, postButton } from '../platform/pages/components.ts'
import { type ConnectedApp, connectedAppsOf, disconnect } from './connections-store.ts'
import { scopeNamesOf } from './scopes.ts'

const page = '/settings/applications'
const disconnectForm = z.object({ app: z.uuid() })

/** The part of Settings, Applications, that lists connected apps (UX 9); the app hands it to the settings. */
export async function connectedAppsSection(
  c: Ctx,
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'secrets'>,
): Promise<{ lead?: string; body: Renderable }> {
  const t = c.get('t')
  const apps = await connectedAppsOf(deps.db, { accountId: signedIn(c).accountId, now: deps.now() })
  if (apps.length === 0) return { body: emptyState({ sentence: t('apps.connected.none') }) }
  return {
    lead: t('oauth.connected.lead'),
    body: html`${table(c, deps, apps)}<p class="hint">${t('oauth.disconnect.means')}</p>`,
  }
}

function table(c: Ctx, deps: Pick<Deps, 'config' | 'secrets'>, apps: ConnectedApp[]): Renderable {
  const t = c.get('t')
  const locale = c.get('locale')
  return dataTable(t, {
    caption: t('apps.connected'),
    captionHidden: true,
    rows: apps,
    columns: [
      {
        label: t('oauth.connected.app'),
        isRowHeader: true,
        cell: ({ name, host }) => html`${name}<br><span class="hint">${host}</span>`,
      },
      {
        label: t('oauth.connected.may'),
        cell: ({ scopes }) =>
          html`<ul>${scopeNamesOf(scopes).map((name) => html`<li>${t(`oauth.scope.${name}`)}</li>`)}</ul>`,
      },
      { label: t('oauth.connected.since'), cell: ({ createdAt }) => formatDate(locale, createdAt) },
      {
        label: t('apps.lastUsed'),
        cell: ({ lastUsedAt }) => (lastUsedAt ? formatDate(locale, lastUsedAt) : t('apps.never')),
      },
      {
        label: t('settings.orgs.actions'),
        labelHidden: true,
        cell: ({ id, name }) =>
          postButton({
            action: `${page}/disconnect`,
            csrf: formFields(c, deps),
            hidden: { app: id },
            label: t('oauth.disconnect'),
            accessibleName: t('oauth.disconnectName', { name }),
            small: true,
          }),
      },
    ],
  })
}

export function connectedAppsRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.post(`${page}/disconnect`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const given = await readForm(c, disconnectForm)
    const at = deps.now()
    const ended =
      given.ok &&
      (await deps.db.transaction().execute(async (tx) => {
        const app = await disconnect(tx, { clientId: given.data.app, accountId, at })
        if (app)
          await recordSecurityEvent(tx, {
            accountId,
            action: 'account.app-disconnected',
            at,
            device: deviceOf(c),
            detail: { name: app.name },
          })
        return app
      }))
    if (ended) flash(c, deps, { kind: 'success', message: c.get('t')('oauth.disconnected', { name: ended.name }) })
    return c.redirect(page, 303)
  })
  return routes
}

/** Connected apps as ways to what is a person's, for the page that closes them all. */
export const connectedAppDoors: DoorKind = {
  name: 'apps',
  heading: 'apps.connected',
  count: 'mail.notice.doorsLeft.apps',
  signsIn: false,
  action: 'account.app-disconnected',
  notice: 'mail.notice.appDisconnected',
  of: connectedAppsOf,
  end: (tx, { id, accountId, now }) => disconnect(tx, { clientId: id, accountId, at: now }),
}

/** Apps were let at the badges of one account; after a merge the person lets them in anew (SECURITY S8). */
export const apiMergeParts = ({ now }: Pick<Deps, 'now'>): MergePart[] => [
  endedWithAccount({ table: 'oauthGrants', column: 'accountId', endedAt: 'revokedAt', now }),
]
