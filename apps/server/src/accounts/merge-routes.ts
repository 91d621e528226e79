import { Hono } from 'hono'
import { z } from 'zod'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import type { AccountsDeps } from './accounts.ts'
import { mergePage } from './address-pages.ts'
import { changeById } from './link-address.ts'
import { mergeAccounts, type MergePreview, MergeRefused, previewMerge, undoMerge } from './merge-accounts.ts'
import { requireRecentProof, signedIn } from './middleware.ts'
import { browserHashOf, deviceOf } from './request.ts'
import { checkPassword, SignInRefused } from './sign-in.ts'
import { checkSecondStep, hasSecondStep } from './two-step.ts'

const mergeForm = z.object({ password: z.string().max(1000).optional(), code: z.string().max(40).optional() })
const nothing = z.object({})

/** Two accounts of one person become one, and two again. */
export function mergeRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const recent = requireRecentProof(deps)

  routes.get('/settings/account/merge/:id', recent, async (c) => {
    const preview = await previewOf(c)
    if (!preview) return nothingToMerge(c)
    return mergePage(c, deps, { preview, asksCode: await hasSecondStep(deps.db, preview.fromAccountId) })
  })

  routes.post('/settings/account/merge/:id', recent, async (c) => {
    const viewer = signedIn(c)
    const { typed } = await readForm(c, mergeForm)
    const preview = await previewOf(c)
    if (!preview) return (await isMergedAlready(c)) ? merged(c) : nothingToMerge(c)
    const asksCode = await hasSecondStep(deps.db, preview.fromAccountId)
    const again = (error: FieldError, status?: 429) =>
      mergePage(c, deps, { preview, asksCode, errors: [error], status })

    if (preview.hasPassword) {
      if (!typed['password']) return again({ field: 'password', message: 'merge.password.missing' })
      try {
        const outcome = await checkPassword(deps, {
          email: preview.email,
          password: typed['password'],
          browserHash: browserHashOf(c, deps.config),
          deviceToken: undefined,
          device: deviceOf(c),
        })
        if (outcome.kind !== 'account' || outcome.accountId !== preview.fromAccountId)
          return again({ field: 'password', message: 'merge.password.wrong' })
      } catch (error) {
        if (!(error instanceof SignInRefused)) throw error
        return error.code === 'signin.failed'
          ? again({ field: 'password', message: 'merge.password.wrong' })
          : again({ field: 'password', message: error.code, values: error.values }, 429)
      }
    }
    if (asksCode) {
      const outcome = await checkSecondStep(deps, { accountId: preview.fromAccountId, typed: typed['code'] ?? '' })
      if (outcome !== 'right')
        return again({ field: 'code', message: `second.${outcome}` }, outcome === 'wrong' ? undefined : 429)
    }
    try {
      await mergeAccounts(deps, {
        changeId: preview.changeId,
        accountId: viewer.accountId,
        sessionId: viewer.sessionId,
        device: deviceOf(c),
      })
    } catch (error) {
      if (error instanceof MergeRefused) return nothingToMerge(c)
      throw error
    }
    flash(c, deps, { kind: 'success', message: c.get('t')('merge.done') })
    return c.redirect(safeReturnPath(preview.returnTo) ?? '/settings/account', 303)
  })

  routes.post('/settings/account/merges/:id/undo', recent, async (c) => {
    await readForm(c, nothing)
    const t = c.get('t')
    try {
      await undoMerge(deps, { mergeId: c.req.param('id'), accountId: signedIn(c).accountId, device: deviceOf(c) })
      flash(c, deps, { kind: 'success', message: t('settings.merges.undone') })
    } catch (error) {
      if (!(error instanceof MergeRefused)) throw error
      flash(c, deps, { kind: 'error', message: t(error.code) })
    }
    return c.redirect('/settings/account', 303)
  })

  function previewOf(c: Ctx): Promise<MergePreview | undefined> {
    return previewMerge(deps, { changeId: c.req.param('id') ?? '', accountId: signedIn(c).accountId })
  }

  /** By another press of the same button. */
  async function isMergedAlready(c: Ctx): Promise<boolean> {
    const id = c.req.param('id') ?? ''
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return false
    const change = await changeById(deps.db, id)
    return change?.accountId === signedIn(c).accountId && change.state === 'confirmed'
  }

  function merged(c: Ctx): Response {
    flash(c, deps, { kind: 'success', message: c.get('t')('merge.done') })
    return c.redirect('/settings/account', 303)
  }

  function nothingToMerge(c: Ctx): Response {
    flash(c, deps, { kind: 'info', message: c.get('t')('merge.unknown') })
    return c.redirect('/settings/account', 303)
  }

  return routes
}
