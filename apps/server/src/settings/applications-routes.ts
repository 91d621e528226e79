import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof, requireSignedIn, signedIn } from '../accounts/index.ts'
import { formatDate } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { line, readForm } from '../platform/http/forms.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, formFields, readIdempotencyKey } from '../platform/http/page.ts'
import { newToken } from '../platform/ids.ts'
import {
  button,
  checkboxes,
  copyField,
  dataTable,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  form,
  formActions,
  messageBox,
  messageHeading,
  postButton,
  section,
  select,
  stack,
} from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import { hashToken } from '../platform/secrets.ts'
import * as store from './tokens-store.ts'

const root = '/settings/applications'
const lifetimes = ['30', '90', '365'] as const
const mostTokens = 50
/** So that programs which look for leaked keys recognize ours. */
export const tokenPrefix = 'lapel_pat_'

const tokenForm = z.object({
  name: line(80, { missing: 'apps.error.name', tooLong: 'apps.error.long' }),
  scopes: z.array(z.enum(store.tokenScopes)).min(1),
  days: z.enum(lifetimes, 'apps.error.days'),
})
const revokeForm = z.object({ token: z.uuid() })

/** The section of connected apps, which a later feature makes. */
export type ConnectedAppsSection = (c: Ctx) => Promise<{ lead?: string; body: Renderable }>

/** `/settings/applications`: programs that read what is mine. */
export function applicationRoutes(deps: Deps & { connectedApps: ConnectedAppsSection }): Hono<Env> {
  const routes = new Hono<Env>()
  const { db } = deps

  routes.get(root, requireSignedIn, (c) => show(c))

  routes.post(`${root}/tokens`, requireRecentProof(deps), async (c) => {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    const given = await readForm(c, tokenForm)
    const body = await c.req.parseBody({ all: true })
    const scopes = [body['scopes'] ?? []].flat().filter((value): value is string => typeof value === 'string')
    const refuse = (errors: FieldError[]) => show(c, { typed: given.typed, scopes, errors })
    if (!given.ok)
      return refuse(
        given.errors.map(({ field: name, message }) => ({
          field: name.startsWith('scopes') ? 'scopes' : name,
          message: name === 'scopes' || name.startsWith('scopes.') ? t('apps.error.scopes') : t(message),
        })),
      )
    if ((await store.tokensOf(db, { accountId, now: deps.now() })).length >= mostTokens)
      return refuse([{ field: 'name', message: t('apps.error.many') }])
    const { name, days } = given.data
    const value = `${tokenPrefix}${newToken()}`
    let isNew = false
    await once(
      db,
      {
        scope: `personal-token:${accountId}`,
        key: await readIdempotencyKey(c),
        body: [name, given.data.scopes, days],
        now: deps.now,
      },
      async (tx) => {
        isNew = true
        const createdAt = deps.now()
        await store.insertToken(tx, {
          accountId,
          name,
          tokenHash: hashToken(value),
          scopes: given.data.scopes,
          createdAt,
          expiresAt: new Date(createdAt.getTime() + Number(days) * 86_400_000),
        })
        await recordAudit(tx, { actor: { accountId }, action: 'personal-token.created', at: createdAt })
        return null
      },
    )
    // Shown in the answer itself: only its hash is kept, so there is nothing to come back to.
    if (isNew) return show(c, { made: { name, value } })
    flash(c, deps, { kind: 'info', message: t('apps.shownOnce') })
    return c.redirect(root, 303)
  })

  routes.post(`${root}/tokens/revoke`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const given = await readForm(c, revokeForm)
    const revoked = given.ok && (await store.revokeToken(db, { id: given.data.token, accountId, at: deps.now() }))
    if (revoked) {
      await recordAudit(db, { actor: { accountId }, action: 'personal-token.revoked', at: deps.now() })
      flash(c, deps, { kind: 'success', message: c.get('t')('apps.revoked', { name: revoked.name }) })
    }
    return c.redirect(root, 303)
  })

  async function show(
    c: Ctx,
    o: {
      typed?: Record<string, string>
      scopes?: string[]
      errors?: FieldError[]
      made?: { name: string; value: string }
    } = {},
  ): Promise<Response> {
    const t = c.get('t')
    const tokens = await store.tokensOf(db, { accountId: signedIn(c).accountId, now: deps.now() })
    return settingsPage(c, deps, {
      title: t('settings.nav.applications'),
      error: (o.errors?.length ?? 0) > 0,
      body: stack(
        o.errors && errorSummary(t, o.errors),
        o.made &&
          messageBox({
            kind: 'success',
            heading: messageHeading(t, 'success'),
            takesFocus: true,
            body: html`<p>${t('apps.made', { name: o.made.name })}</p>${copyField(t, {
              id: 'token',
              label: t('apps.value'),
              value: o.made.value,
              buttonLabel: t('apps.copy'),
              copied: t('apps.copied'),
            })}`,
          }),
        section({ id: 'connected', heading: t('apps.connected'), ...(await deps.connectedApps(c)) }),
        section({ id: 'tokens', heading: t('apps.tokens'), lead: t('apps.tokens.lead'), body: list(c, tokens) }),
        section({ id: 'new', heading: t('apps.new'), body: newTokenForm(c, o) }),
      ),
    })
  }

  function list(c: Ctx, tokens: store.PersonalToken[]): Renderable {
    const t = c.get('t')
    const locale = c.get('locale')
    if (tokens.length === 0) return html`<p>${t('apps.tokens.none')}</p>`
    return dataTable(t, {
      caption: t('apps.tokens'),
      captionHidden: true,
      rows: tokens,
      columns: [
        { label: t('apps.name'), isRowHeader: true, cell: ({ name }) => name },
        {
          label: t('apps.scopes'),
          cell: ({ scopes }) =>
            store.tokenScopes
              .filter((scope) => scopes.includes(scope))
              .map((scope) => html`<div>${t(`apps.scope.${scope}`)}</div>`),
        },
        { label: t('apps.ends'), cell: ({ expiresAt }) => formatDate(locale, expiresAt) },
        {
          label: t('apps.lastUsed'),
          cell: ({ lastUsedAt }) => (lastUsedAt ? formatDate(locale, lastUsedAt) : t('apps.never')),
        },
        {
          label: t('settings.orgs.actions'),
          labelHidden: true,
          cell: ({ id, name }) =>
            postButton({
              action: `${root}/tokens/revoke`,
              csrf: formFields(c, deps),
              hidden: { token: id },
              label: t('apps.revoke'),
              accessibleName: t('apps.revokeName', { name }),
              small: true,
            }),
        },
      ],
    })
  }

  function newTokenForm(
    c: Ctx,
    o: { typed?: Record<string, string>; scopes?: string[]; errors?: FieldError[] },
  ): Renderable {
    const t = c.get('t')
    return form({
      action: `${root}/tokens`,
      csrf: formFields(c, deps),
      body: [
        field({
          name: 'name',
          label: t('apps.name'),
          hint: t('apps.name.hint'),
          value: o.typed?.['name'],
          error: errorFor(o.errors, 'name'),
          required: true,
          autocomplete: 'off',
        }),
        checkboxes({
          name: 'scopes',
          legend: t('apps.scopes'),
          values: o.scopes ?? ['badges:read'],
          error: errorFor(o.errors, 'scopes'),
          options: store.tokenScopes.map((scope) => ({
            value: scope,
            label: t(`apps.scope.${scope}`),
            hint: html`<code>${scope}</code>`,
          })),
        }),
        select({
          name: 'days',
          label: t('apps.ends'),
          value: o.typed?.['days'] ?? '90',
          width: 'medium',
          options: lifetimes.map((value) => ({ value, label: t('apps.days', { count: Number(value) }) })),
        }),
        formActions(button({ label: t('apps.create') })),
      ],
    })
  }

  return routes
}
