import { Hono } from 'hono'
import { z } from 'zod'
import { maskEmailAddress, parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import type { AccountsDeps } from './accounts.ts'
import { confirmOverPage, confirmPage, linkCodePage, linkPage, removePage, undoPage } from './address-pages.ts'
import { AddressRefused, makePrimary, removeAddress, undoAddressChange, undoBehind } from './change-addresses.ts'
import { codeBehindLink } from './codes.ts'
import { entryOfQuery } from './entry-intent.ts'
import {
  changeById,
  confirmAddress,
  endOtherSessions,
  type LinkOutcome,
  LinkRefused,
  resendLinkCode,
  startLinking,
} from './link-address.ts'
import { requireRecentProof, requireSignedIn, signedIn } from './middleware.ts'
import { deviceOf } from './request.ts'
import { accountById, badgesSentTo, confirmedEmailsOf } from './store.ts'

const linkForm = z.object({ email: z.string().max(400).optional(), return: z.string().optional() })
const codeForm = z.object({ code: z.string().max(40).optional() })
const nothing = z.object({})
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
const isToken = (text: string) => /^[\w-]{43}$/.test(text)

/** The addresses of an account: link, confirm, make primary, remove, take back. */
export function addressRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const recent = requireRecentProof(deps)

  routes.get('/settings/account/link', recent, async (c) => {
    const intent = await deps.accounts.entries.resolve(entryOfQuery((name) => c.req.query(name)))
    return linkPage(c, deps, {
      email: intent?.email?.stored,
      returnTo: intent?.returnTo ?? safeReturnPath(c.req.query('return')),
    })
  })

  routes.post('/settings/account/link', recent, async (c) => {
    const { typed } = await readForm(c, linkForm)
    const email = parseEmailAddress(typed['email'] ?? '')
    const returnTo = safeReturnPath(typed['return'])
    const again = (message: MessageKey) =>
      linkPage(c, deps, { email: typed['email'], returnTo, errors: [{ field: 'email', message }] })
    if (!email) return again('register.email.invalid')
    try {
      const { changeId } = await startLinking(deps, {
        accountId: signedIn(c).accountId,
        email,
        returnTo,
        locale: c.get('locale'),
      })
      return c.redirect(`/settings/account/link/${changeId}`, 303)
    } catch (error) {
      if (error instanceof LinkRefused) return again(error.code)
      throw error
    }
  })

  routes.get('/settings/account/link/:id', requireSignedIn, async (c) => {
    const change = await ownChange(c)
    if (change.state === 'merging') return c.redirect(`/settings/account/merge/${change.id}`, 303)
    if (change.state !== 'pending' || change.expiresAt <= deps.now()) return c.redirect('/settings/account', 303)
    return linkCodePage(c, deps, { change })
  })

  routes.post('/settings/account/link/:id', requireSignedIn, async (c) => {
    const viewer = signedIn(c)
    const change = await ownChange(c)
    const { typed } = await readForm(c, codeForm)
    const code = typed['code'] ?? ''
    const again = (message: MessageKey, values?: Record<string, string | number>) =>
      linkCodePage(c, deps, { change, typed: code, errors: [{ field: 'code', message, values }] })
    if (!code.trim()) return again('code.missing')
    let outcome: LinkOutcome
    try {
      outcome = await confirmAddress(deps, {
        changeId: change.id,
        accountId: viewer.accountId,
        code,
        device: deviceOf(c),
      })
    } catch (error) {
      if (error instanceof LinkRefused) return again(error.code, error.values)
      throw error
    }
    if (outcome.kind === 'has-account') return c.redirect(`/settings/account/merge/${outcome.changeId}`, 303)
    await endOtherSessions(deps, viewer)
    const count = await badgesSentTo(deps.db, change.emailCanonical)
    flash(c, deps, { kind: 'success', message: c.get('t')('link.done', { email: outcome.email, count }) })
    return c.redirect(safeReturnPath(outcome.returnTo) ?? '/settings/account', 303)
  })

  routes.post('/settings/account/link/:id/resend', requireSignedIn, async (c) => {
    const change = await ownChange(c)
    await readForm(c, nothing)
    const outcome = await resendLinkCode(deps, {
      changeId: change.id,
      accountId: change.accountId,
      locale: c.get('locale'),
    })
    const t = c.get('t')
    flash(
      c,
      deps,
      outcome === 'sent'
        ? { kind: 'success', message: t('code.resent', { email: change.email }) }
        : {
            kind: 'info',
            message: t(outcome === 'too-soon' ? 'code.tooSoon' : outcome === 'limit' ? 'link.limit' : 'link.unknown'),
          },
    )
    return c.redirect(`/settings/account/link/${change.id}`, 303)
  })

  routes.get('/email/confirm/:token', async (c) => {
    const found = await changeBehind(c.req.param('token'))
    const t = c.get('t')
    if (!found) return confirmOverPage(c, deps, { text: t('link.unknown'), status: 404 })
    if (!found.isLive)
      return confirmOverPage(c, deps, {
        text: t('confirm.expired'),
        againToken: found.change.state === 'pending' ? c.req.param('token') : undefined,
        status: 410,
      })
    return confirmPage(c, deps, { token: c.req.param('token'), email: found.change.email, ...(await asker(found)) })
  })

  routes.post('/email/confirm/:token', async (c) => {
    const token = c.req.param('token')
    await readForm(c, nothing)
    const t = c.get('t')
    const found = await changeBehind(token)
    if (!found) return confirmOverPage(c, deps, { text: t('link.unknown'), status: 404 })
    try {
      const outcome = await confirmAddress(deps, { linkToken: token, device: deviceOf(c) })
      const viewer = c.get('viewer')
      const isOwn = viewer?.accountId === found.change.accountId
      if (outcome.kind === 'has-account') {
        if (isOwn) return c.redirect(`/settings/account/merge/${outcome.changeId}`, 303)
        return confirmOverPage(c, deps, { text: t('confirm.hasAccount', { email: outcome.email }) })
      }
      if (isOwn) {
        await endOtherSessions(deps, viewer)
        flash(c, deps, {
          kind: 'success',
          message: t('link.done', {
            email: outcome.email,
            count: await badgesSentTo(deps.db, found.change.emailCanonical),
          }),
        })
        return c.redirect(safeReturnPath(outcome.returnTo) ?? '/settings/account', 303)
      }
      const { name } = await asker(found)
      return confirmOverPage(c, deps, {
        title: t('confirm.done.title'),
        text: t('confirm.done', { email: outcome.email, name }),
        kind: 'success',
      })
    } catch (error) {
      if (!(error instanceof LinkRefused)) throw error
      return confirmOverPage(c, deps, { text: t('confirm.expired'), againToken: token, status: 410 })
    }
  })

  // What the button shows stands at this address, and a browser may open it again.
  routes.get('/email/confirm/:token/again', (c) =>
    c.redirect(`/email/confirm/${encodeURIComponent(c.req.param('token'))}`, 303),
  )

  routes.post('/email/confirm/:token/again', async (c) => {
    await readForm(c, nothing)
    const found = await changeBehind(c.req.param('token'))
    if (found) await resendLinkCode(deps, { changeId: found.change.id, locale: c.get('locale') })
    return confirmOverPage(c, deps, { text: c.get('t')('confirm.sentAgain') })
  })

  routes.post('/settings/account/emails/:id/primary', recent, async (c) => {
    await readForm(c, nothing)
    await changing(c, async (ids) => {
      const { email } = await makePrimary(deps, ids)
      return c.get('t')('settings.emails.madePrimary', { email })
    })
    return c.redirect('/settings/account', 303)
  })

  routes.get('/settings/account/emails/:id/remove', recent, async (c) => {
    const all = await confirmedEmailsOf(deps.db, signedIn(c).accountId)
    const email = all.find(({ id }) => id === c.req.param('id'))
    if (!email) throw new HttpError(404, 'No such address')
    return removePage(c, deps, { email, badges: await badgesSentTo(deps.db, email.canonical) })
  })

  routes.post('/settings/account/emails/:id/remove', recent, async (c) => {
    await readForm(c, nothing)
    await changing(c, async (ids) => {
      const { email } = await removeAddress(deps, ids)
      return c.get('t')('settings.emails.removed', { email })
    })
    return c.redirect('/settings/account', 303)
  })

  routes.get('/email/undo/:token', async (c) => {
    const token = c.req.param('token')
    const undo = isToken(token) ? await undoBehind(deps, token) : undefined
    if (undo?.state === 'live') return undoPage(c, deps, { token, kind: undo.kind, email: undo.email })
    const state = undo?.state ?? 'unknown'
    return confirmOverPage(c, deps, {
      title: c.get('t')('undo.title'),
      text: c.get('t')(`undo.${state}`),
      status: state === 'unknown' ? 404 : 410,
    })
  })

  routes.post('/email/undo/:token', async (c) => {
    await readForm(c, nothing)
    const t = c.get('t')
    try {
      await undoAddressChange(deps, { token: c.req.param('token'), device: deviceOf(c) })
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error
      return confirmOverPage(c, deps, { title: t('undo.title'), text: t(error.code), status: 410 })
    }
    flash(c, deps, { kind: 'success', message: t('undo.done') })
    return c.redirect('/forgot', 303)
  })

  async function ownChange(c: Ctx) {
    const id = c.req.param('id') ?? ''
    const change = isId(id) ? await changeById(deps.db, id) : undefined
    if (!change || change.accountId !== signedIn(c).accountId) throw new HttpError(404, 'No such address')
    return change
  }

  async function changeBehind(token: string) {
    const code = isToken(token)
      ? await codeBehindLink(deps.db, { purpose: 'confirm-address', linkToken: token })
      : undefined
    const change = code && (await changeById(deps.db, code.subjectId))
    if (!code || !change) return undefined
    const isOpen = ['pending', 'merging', 'confirmed'].includes(change.state)
    const isLive = change.state === 'confirmed' || (isOpen && code.usedAt === null && code.expiresAt > deps.now())
    return { change, isLive }
  }

  async function asker({ change }: { change: { accountId: string } }) {
    const account = await accountById(deps.db, change.accountId)
    const primary = (await confirmedEmailsOf(deps.db, change.accountId)).find(({ isPrimary }) => isPrimary)
    return {
      name: `${account?.givenName ?? ''} ${account?.familyName ?? ''}`.trim(),
      account: maskEmailAddress(primary?.email ?? ''),
    }
  }

  /** Does one change to an address of the signed-in account and leaves a message about how it went. */
  async function changing(
    c: Ctx,
    work: (ids: {
      accountId: string
      sessionId: string
      emailId: string
      device: ReturnType<typeof deviceOf>
    }) => Promise<string>,
  ): Promise<void> {
    const { accountId, sessionId } = signedIn(c)
    try {
      const message = await work({ accountId, sessionId, emailId: c.req.param('id') ?? '', device: deviceOf(c) })
      flash(c, deps, { kind: 'success', message })
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')(error.code) })
    }
  }

  return routes
}
