import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof } from '../accounts/index.ts'
import { addConsoleSection, inConsole, requirePermission } from '../organizations/index.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { isPublicId } from '../platform/ids.ts'
import * as batchStore from './batch-store.ts'
import { credentialEvents, recordCredentialEvent } from './credential-events.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { issuedCsv } from './issued-csv.ts'
import { issuedPage, issuedPerPage } from './issued-page.ts'
import * as issued from './issued-store.ts'
import { signAwardJob } from './jobs.ts'
import { selectedForm } from './settings-form.ts'
import { personPage, type PersonView } from './person-page.ts'
import * as store from './store.ts'
import { inOrganization } from '../platform/database/database.ts'

/** What a later feature adds to the page of one award: whether a withdrawal can still be taken back. */
export interface IssuedParts {
  isUndoable: (revokedAt: Date | null, now: Date) => boolean
}

/** Who got which badge, and what became of it (UX 10, Issued). */
export function issuedRoutes(deps: IssuingDeps, parts: IssuedParts): Hono<Env> {
  addConsoleSection({ path: 'issued', label: 'issued.nav', permission: 'read', order: 40 })
  const routes = new Hono<Env>()
  const mayRead = requirePermission(deps, 'read')
  const mayIssue = requirePermission(deps, 'issue')

  const readFilter = async (c: Ctx) => {
    const { organization } = inConsole(c)
    const text = (name: string) => c.req.query(name)?.trim() || undefined
    const day = (name: string) => {
      const value = text(name)
      return value && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
    }
    const templates = await issued.issuedTemplates(deps.db, organization.id)
    const batchId = text('batch')
    const batch = batchId ? await batchStore.batchByPublicId(deps.db, organization.id, batchId) : undefined
    const status = issued.issuedStatuses.find((known) => known === text('status'))
    const delivery = issued.deliveries.find((known) => known === text('notification'))
    const achievement = templates.find(({ publicId }) => publicId === text('badge'))
    const filter: issued.IssuedFilter = {
      ...(text('q') ? { text: text('q')?.slice(0, 200) } : {}),
      ...(achievement ? { achievementId: achievement.id } : {}),
      ...(batch ? { batchId: batch.id } : {}),
      ...(status ? { status } : {}),
      ...(delivery ? { delivery } : {}),
      ...(day('from') ? { from: day('from') } : {}),
      ...(day('to') ? { to: day('to') } : {}),
    }
    const query = new URLSearchParams()
    for (const name of ['q', 'badge', 'batch', 'status', 'notification', 'from', 'to']) {
      const value = text(name)
      if (value) query.set(name, value)
    }
    return { filter, query, templates, batch }
  }

  routes.get('/console/:org/issued', mayRead, async (c) => {
    const { organization } = inConsole(c)
    const { filter, query, templates, batch } = await readFilter(c)
    const pageNumber = Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1)
    const now = deps.now()
    const listed = await issued.listIssued(deps.db, organization.id, filter, {
      now,
      offset: (pageNumber - 1) * issuedPerPage,
      limit: issuedPerPage,
    })
    return issuedPage(c, deps, { ...listed, page: pageNumber, query, templates, batchNumber: batch?.number, now })
  })

  routes.get('/console/:org/issued.csv', mayRead, requireRecentProof(deps), async (c) => {
    const { organization } = inConsole(c)
    const { filter } = await readFilter(c)
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', 'attachment; filename="issued.csv"')
    c.header('cache-control', 'no-store')
    return c.body(await issuedCsv(deps, c.get('t'), { organizationId: organization.id, filter, now: deps.now() }))
  })

  const credentialOf = async (c: Ctx): Promise<store.CredentialRow> => {
    const publicId = c.req.param('id') ?? ''
    const credential = isPublicId(publicId) ? await store.credentialByPublicId(deps.db, publicId) : undefined
    if (credential?.organizationId !== inConsole(c).organization.id) throw new HttpError(404, 'There is no such award')
    return credential
  }
  routes.get('/console/:org/issued/:id', mayRead, async (c) => showAward(c, deps, await credentialOf(c), parts))

  routes.post('/console/:org/issued/:id/resend', mayIssue, async (c) => {
    const credential = await credentialOf(c)
    await readForm(c, z.object({}))
    const t = c.get('t')
    const waitS = canResend(deps, credential) ? await resend(c, deps, credential) : undefined
    if (waitS === 0)
      flash(c, deps, { kind: 'success', message: t('person.resent', { email: credential.recipientEmail }) })
    else
      flash(c, deps, {
        kind: 'warning',
        message:
          waitS === undefined ? t('person.notResent') : t('person.resendLater', { minutes: Math.ceil(waitS / 60) }),
      })
    return c.redirect(`${inConsole(c).base}/issued/${credential.publicId}`, 303)
  })

  routes.post('/console/:org/issued/:id/retry', mayIssue, async (c) => {
    const credential = await credentialOf(c)
    await readForm(c, z.object({}))
    await inOrganization(deps.db, credential.organizationId, async (tx) => {
      await store.reopenIntents(tx, {
        organizationId: credential.organizationId,
        credentialIds: [credential.id],
        actorAccountId: inConsole(c).viewer.accountId,
      })
      await deps.jobs.enqueue(tx, signAwardJob, { credentialId: credential.id })
    })
    return c.redirect(`${inConsole(c).base}/issued/${credential.publicId}`, 303)
  })

  // What is done with the rows that were ticked. Withdrawing has a page of its own, in the revoking feature.
  routes.post('/console/:org/issued/selected', mayIssue, async (c) => {
    const { organization, base } = inConsole(c)
    const form = await readForm(c, selectedForm)
    const chosen = form.ok ? form.data.select.filter(isPublicId) : []
    const t = c.get('t')
    // Back to the list as it was filtered.
    const list = (form.ok && safeReturnPath(form.data.return)) || `${base}/issued`
    if (chosen.length === 0) {
      flash(c, deps, { kind: 'warning', message: t('issued.noneSelected') })
      return c.redirect(list, 303)
    }
    if (form.ok && form.data.action === 'revoke')
      return c.redirect(`${base}/issued/revoke?${new URLSearchParams(chosen.map((id) => ['id', id]))}`, 303)
    let sent = 0
    for (const publicId of chosen) {
      const credential = await store.credentialByPublicId(deps.db, publicId)
      if (credential?.organizationId !== organization.id || !canResend(deps, credential)) continue
      if ((await resend(c, deps, credential)) === 0) sent++
    }
    flash(c, deps, {
      kind: sent === chosen.length ? 'success' : 'warning',
      message: t('issued.resentMany', { n: sent, rest: chosen.length - sent }),
    })
    return c.redirect(list, 303)
  })

  return routes
}

/** The page of one award; with errors, when something that was typed on it was refused. */
export async function showAward(
  c: Ctx,
  deps: IssuingDeps,
  credential: store.CredentialRow,
  { isUndoable, ...more }: IssuedParts & Partial<PersonView>,
): Promise<Response> {
  const ids = { organizationId: credential.organizationId, credentialId: credential.id }
  const now = deps.now()
  return personPage(c, deps, {
    credential,
    events: await credentialEvents(deps.db, ids),
    corrections: await issued.openCorrections(deps.db, ids),
    neighbours: await issued.neighboursOf(deps.db, credential),
    refusal: credential.lifecycle === 'intended' ? await store.refusalOf(deps.db, ids) : undefined,
    canUndo: credential.validity === 'revoked' && isUndoable(credential.revokedAt, now),
    canResend: canResend(deps, credential),
    now,
    ...more,
  })
}

/** A link is sent again while the person has not decided; before that there is none, and after it none is needed. */
function canResend(deps: IssuingDeps, credential: store.CredentialRow): boolean {
  return (
    deps.resendAwardMail !== undefined &&
    credential.lifecycle === 'issued' &&
    credential.validity === 'live' &&
    credential.decision === 'waiting'
  )
}

/** Sends a fresh link and notes it in the history, once for one form. */
async function resend(c: Ctx, deps: IssuingDeps, credential: store.CredentialRow): Promise<number> {
  const key = await readIdempotencyKey(c)
  const waitS = (await deps.resendAwardMail?.(credential.id, key)) ?? 0
  if (waitS === 0)
    await once(deps.db, { scope: `resent:${credential.id}`, key, body: null, now: deps.now }, async (tx) => {
      await recordCredentialEvent(tx, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        kind: 'resent',
        channel: 'mail',
        actorAccountId: inConsole(c).viewer.accountId,
        at: deps.now(),
      })
    })
  return waitS
}
