import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof } from '../accounts/index.ts'
import {
  correctionById,
  type CorrectionRefusal,
  CorrectionRefused,
  listCorrections,
  refuseCorrection,
} from '../claiming/index.ts'
import { addConsoleSection, addOverviewPart, inConsole, requirePermission } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, readForm, tick } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { correctionPage, overviewNote, rebindingPage, requestsPage } from './console-pages.ts'
import * as store from './store.ts'
import { refuseRebinding, vouchForRebinding, type VouchRefusal, VouchRefused } from './vouch.ts'

/** Requests of one kind on a page of the list. */
const listed = 200

const paragraph = (missing: MessageKey, tooLong: MessageKey) =>
  z
    .string({ message: missing })
    .transform((text) => text.trim())
    .pipe(z.string().min(1, missing).max(1000, tooLong))
const vouchForm = z.object({ how: paragraph('requests.error.how', 'requests.error.long'), sure: tick })
const refuseForm = z.object({ answer: paragraph('requests.error.answer', 'requests.error.long'), tell: tick })
const answerForm = refuseForm.omit({ tell: true })

const vouchWords: Record<VouchRefusal, MessageKey> = {
  'vouch.unknown': 'error.notfound',
  'vouch.closed': 'requests.vouch.closed',
  'vouch.same': 'requests.vouch.same',
  'vouch.self': 'requests.vouch.self',
  'vouch.nothing': 'requests.vouch.nothing',
}
const correctionWords: Record<CorrectionRefusal, MessageKey> = {
  'correction.unknown': 'error.notfound',
  'correction.closed': 'requests.correction.closed',
}

/** What earners ask of an issuer: corrections, and badges at a mailbox that is lost. */
export function requestsRoutes(deps: Deps): Hono<Env> {
  addConsoleSection({ path: 'requests', label: 'requests.nav', permission: 'read', order: 45 })
  addOverviewPart('requests', async (c, { organization, base }) => {
    const n = await store.countOpen(deps.db, organization.id)
    return n === 0 ? null : overviewNote(c.get('t'), { n, href: `${base}/requests` })
  })
  const routes = new Hono<Env>()
  const mayRead = requirePermission(deps, 'read')
  const mayIssue = requirePermission(deps, 'issue')
  const root = '/console/:org/requests'

  routes.get(root, mayRead, async (c) => {
    const { organization } = inConsole(c)
    const open = c.req.query('show') !== 'closed'
    return requestsPage(c, deps, {
      open,
      mailboxes: await store.listRebindings(deps.db, organization.id, { open, limit: listed }),
      corrections: await listCorrections(deps.db, organization.id, { open, limit: listed }),
    })
  })

  // A lost mailbox
  const rebindingOf = async (c: Ctx) => {
    const publicId = c.req.param('id') ?? ''
    const { organization } = inConsole(c)
    const view = isPublicId(publicId) ? await store.rebindingByPublicId(deps.db, organization.id, publicId) : undefined
    if (!view) throw new HttpError(404, 'There is no such request')
    return view
  }
  const showRebinding = async (
    c: Ctx,
    view: store.RebindingView,
    o: { typed?: Record<string, string>; errors?: FieldError[] } = {},
  ) => {
    const which = { organizationId: view.organizationId, rebindingId: view.id }
    return rebindingPage(c, deps, {
      view,
      awards: await store.awardsOf(deps.db, which),
      vouches: await store.vouchesOf(deps.db, which),
      colleagues: await store.countWhoMayVouch(deps.db, view.organizationId),
      now: deps.now(),
      ...o,
    })
  }
  const at = (c: Ctx, view: { publicId: string }) => `${inConsole(c).base}/requests/mailbox/${view.publicId}`
  routes.get(`${root}/mailbox/:id`, mayRead, async (c) => showRebinding(c, await rebindingOf(c)))
  routes.post(`${root}/mailbox/:id/vouch`, mayIssue, requireRecentProof(deps), async (c) => {
    const view = await rebindingOf(c)
    const form = await readForm(c, vouchForm)
    const errors: FieldError[] = form.ok ? [] : form.errors
    if (form.typed['sure'] === undefined) errors.push({ field: 'sure', message: 'requests.error.sure' })
    if (!form.ok || errors.length > 0) return showRebinding(c, view, { typed: form.typed, errors })
    const t = c.get('t')
    try {
      const voice = await vouchForRebinding(deps, {
        organizationId: view.organizationId,
        publicId: view.publicId,
        accountId: inConsole(c).viewer.accountId,
        how: form.data.how,
      })
      flash(c, deps, { kind: 'success', message: t(`requests.vouched.${voice}`) })
    } catch (error) {
      if (!(error instanceof VouchRefused)) throw error
      flash(c, deps, { kind: 'warning', message: t(vouchWords[error.code]) })
    }
    return c.redirect(at(c, view), 303)
  })
  routes.post(`${root}/mailbox/:id/refuse`, mayIssue, async (c) => {
    const view = await rebindingOf(c)
    const form = await readForm(c, refuseForm)
    if (!form.ok) return showRebinding(c, view, form)
    const t = c.get('t')
    try {
      await refuseRebinding(deps, {
        organizationId: view.organizationId,
        publicId: view.publicId,
        accountId: inConsole(c).viewer.accountId,
        ...form.data,
      })
      flash(c, deps, { kind: 'success', message: t('requests.refused.done') })
    } catch (error) {
      if (!(error instanceof VouchRefused)) throw error
      flash(c, deps, { kind: 'warning', message: t(vouchWords[error.code]) })
    }
    return c.redirect(at(c, view), 303)
  })

  // A correction
  const correctionOf = async (c: Ctx) => {
    const id = c.req.param('id') ?? ''
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    const request = isId ? await correctionById(deps.db, inConsole(c).organization.id, id) : undefined
    if (!request) throw new HttpError(404, 'There is no such request')
    return request
  }
  routes.get(`${root}/correction/:id`, mayRead, async (c) =>
    correctionPage(c, deps, { request: await correctionOf(c) }),
  )
  routes.post(`${root}/correction/:id/refuse`, mayIssue, async (c) => {
    const request = await correctionOf(c)
    const form = await readForm(c, answerForm)
    if (!form.ok) return correctionPage(c, deps, { request, typed: form.typed, errors: form.errors })
    const { organization, viewer, base } = inConsole(c)
    const t = c.get('t')
    try {
      await refuseCorrection(deps, {
        organizationId: organization.id,
        correctionId: request.id,
        answer: form.data.answer,
        actorAccountId: viewer.accountId,
      })
      flash(c, deps, { kind: 'success', message: t('requests.refused.done') })
    } catch (error) {
      if (!(error instanceof CorrectionRefused)) throw error
      flash(c, deps, { kind: 'warning', message: t(correctionWords[error.code]) })
    }
    return c.redirect(`${base}/requests/correction/${request.id}`, 303)
  })

  return routes
}
