import { Hono } from 'hono'
import { z } from 'zod'
import { confirmedEmailsOf, requireSignedIn } from '../accounts/index.ts'
import { openClaim } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, line, readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import { button, form, linkButton } from '../platform/pages/components.ts'
import { type LostMailboxForm, lostMailboxPage, objectionPage, saidPage } from './lost-mailbox-pages.ts'
import { objectToRebinding, openObjection } from './object.ts'
import { openProof, proveMailbox, reportLostMailbox } from './report-lost-mailbox.ts'
import { lostMailboxesOf } from './store.ts'

const nameLine = line(200, { missing: 'requests.error.name', tooLong: 'requests.error.name' })
const note = z
  .string()
  .max(1000, 'requests.error.note')
  .optional()
  .transform((text) => text?.trim() ?? '')
const address = z.string().max(1000, 'register.email.invalid').default('')
const personForm = z.object({ oldEmail: address, newEmail: address, name: nameLine, note })
/** On the page of one badge the old address is known, and nobody may choose another one. */
const claimForm = personForm.omit({ oldEmail: true })

const isToken = (text: string) => /^[\w-]{43}$/.test(text)

/** `/lost-mailbox`: for somebody who earned a badge at an address that they can no longer open. */
export function lostMailboxRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/lost-mailbox/*', async (c, next) => {
    // A token stands in the address (SECURITY S42).
    await next()
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
  })
  // Whoever agreed to older terms reads the new ones first.
  routes.use('/lost-mailbox', (c, next) => (c.get('viewer') ? requireSignedIn(c, next) : next()))

  const show = async (c: Ctx, o: Pick<LostMailboxForm, 'typed' | 'errors'> = {}) => {
    const viewer = c.get('viewer')
    const own = viewer ? await confirmedEmailsOf(deps.db, viewer.accountId) : []
    return lostMailboxPage(c, deps, {
      ...o,
      action: '/lost-mailbox',
      own: own.map(({ email }) => email),
      earlier: viewer ? await lostMailboxesOf(deps.db, viewer.accountId) : [],
    })
  }
  routes.get('/lost-mailbox', (c) => show(c))
  routes.post('/lost-mailbox', async (c) => {
    const form = await readForm(c, personForm)
    const read = await readAddresses(c, deps, form.typed, form.ok ? [] : form.errors)
    if (!form.ok || !read.ok) return show(c, { typed: form.typed, errors: read.errors })
    return report(c, deps, { ...read, name: form.data.name, note: form.data.note, credentialId: null })
  })

  routes.get('/lost-mailbox/prove/:token', async (c) => {
    const token = c.req.param('token')
    const state = isToken(token) ? await openProof(deps, token) : 'unknown'
    if (state === 'unknown') throw new HttpError(404, 'Nothing is to be proved here')
    if (state !== 'waiting') return said(c, state)
    const t = c.get('t')
    return entryPage(
      c,
      t('requests.prove.title'),
      html`<p>${t('requests.prove.text')}</p>${form({
        action: `/lost-mailbox/prove/${token}`,
        csrf: formFields(c, deps),
        className: 'form-inline',
        body: button({ label: t('requests.prove.button') }),
      })}`,
    )
  })
  routes.post('/lost-mailbox/prove/:token', async (c) => {
    await readForm(c, z.object({}))
    const token = c.req.param('token')
    const state = isToken(token) ? await proveMailbox(deps, token) : 'unknown'
    if (state === 'unknown') throw new HttpError(404, 'Nothing is to be proved here')
    return said(c, state)
  })

  routes.get('/lost-mailbox/object/:token', async (c) => {
    const token = c.req.param('token')
    const opened = isToken(token) ? await openObjection(deps, token) : undefined
    if (!opened) throw new HttpError(404, 'There is nothing to object to')
    return objectionPage(c, deps, { ...opened, path: `/lost-mailbox/object/${token}` })
  })
  routes.post('/lost-mailbox/object/:token', async (c) => {
    await readForm(c, z.object({}))
    const token = c.req.param('token')
    const state = isToken(token) ? await objectToRebinding(deps, token) : undefined
    if (!state) throw new HttpError(404, 'There is nothing to object to')
    return c.redirect(`/lost-mailbox/object/${token}`, 303)
  })

  const entryPage = (c: Ctx, title: string, body: Html) =>
    page(c, deps, { section: 'entry', title, width: 'form', noindex: true, body })
  const said = (c: Ctx, state: 'proved' | 'expired') => {
    const t = c.get('t')
    if (state === 'expired')
      return entryPage(
        c,
        t('requests.prove.expired.title'),
        html`<p>${t('requests.prove.expired')}</p>${linkButton({ href: '/lost-mailbox', label: t('requests.again'), kind: 'primary' })}`,
      )
    return saidPage(c, deps, { isProved: true })
  }
  return routes
}

/** The same from the page of one badge. */
export function lostMailboxOfClaimRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/claim/:token/lost-mailbox', async (c, next) => {
    const answer = await (c.get('viewer') ? requireSignedIn(c, next) : next())
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    return answer
  })
  const open = async (c: Ctx) => {
    const token = c.req.param('token') ?? ''
    const opened = await openClaim(deps, { token, accountId: c.get('viewer')?.accountId })
    if (!opened) throw new HttpError(404, 'No credential waits behind this link')
    return opened
  }
  const isOver = ({ situation }: Awaited<ReturnType<typeof open>>) =>
    ['accept', 'withdrawn', 'replaced'].includes(situation.kind) || (situation.kind === 'accepted' && situation.isMine)

  const show = async (
    c: Ctx,
    opened: Awaited<ReturnType<typeof open>>,
    o: Pick<LostMailboxForm, 'typed' | 'errors'> = {},
  ) => {
    const viewer = c.get('viewer')
    const own = viewer ? await confirmedEmailsOf(deps.db, viewer.accountId) : []
    const path = `/claim/${c.req.param('token')}`
    return lostMailboxPage(c, deps, {
      ...o,
      action: `${path}/lost-mailbox`,
      back: path,
      badge: { credential: opened.credential },
      own: own.map(({ email }) => email),
      earlier: [],
    })
  }
  routes.get('/claim/:token/lost-mailbox', async (c) => {
    const opened = await open(c)
    return isOver(opened) ? c.redirect(`/claim/${c.req.param('token')}`, 303) : show(c, opened)
  })
  routes.post('/claim/:token/lost-mailbox', async (c) => {
    const opened = await open(c)
    if (isOver(opened)) return c.redirect(`/claim/${c.req.param('token')}`, 303)
    const form = await readForm(c, claimForm)
    const typed = { ...form.typed, oldEmail: opened.credential.recipientEmail }
    const read = await readAddresses(c, deps, typed, form.ok ? [] : form.errors)
    if (!form.ok || !read.ok) return show(c, opened, { typed: form.typed, errors: read.errors })
    return report(c, deps, {
      ...read,
      name: form.data.name,
      note: form.data.note,
      credentialId: opened.credential.id,
    })
  })
  return routes
}

/** Both addresses, strictly; the new one is proved already when it is the account's own. */
async function readAddresses(c: Ctx, deps: Pick<Deps, 'db'>, typed: Record<string, string>, found: FieldError[]) {
  const errors = found.filter(({ field }) => !['oldEmail', 'newEmail'].includes(field))
  const oldEmail = parseEmailAddress(typed['oldEmail'] ?? '')
  const newEmail = parseEmailAddress(typed['newEmail'] ?? '')
  const viewer = c.get('viewer')
  const own = viewer ? await confirmedEmailsOf(deps.db, viewer.accountId) : []
  const isOwn = (canonical: string) => own.some((email) => email.canonical === canonical)
  if (!newEmail) errors.unshift({ field: 'newEmail', message: 'register.email.invalid' })
  else if (newEmail.canonical === oldEmail?.canonical)
    errors.unshift({ field: 'newEmail', message: 'requests.error.same' })
  if (!oldEmail) errors.unshift({ field: 'oldEmail', message: 'register.email.invalid' })
  else if (isOwn(oldEmail.canonical)) errors.unshift({ field: 'oldEmail', message: 'requests.error.own' })
  if (!oldEmail || !newEmail || errors.length > 0) return { ok: false as const, errors }
  return { ok: true as const, errors, oldEmail, newEmail, isProved: isOwn(newEmail.canonical) }
}

type Addresses = Extract<Awaited<ReturnType<typeof readAddresses>>, { ok: true }>

async function report(
  c: Ctx,
  deps: Deps,
  o: Addresses & { name: string; note: string; credentialId: string | null },
): Promise<Response> {
  const idempotencyKey = await readIdempotencyKey(c)
  const network = throttledNetwork(c.get('clientAddress'))
  const waitS =
    (await throttle(deps, { purpose: 'lost-mailbox-network', subject: network, limit: 20, windowS: 3600 })) ||
    (await throttle(deps, { purpose: 'lost-mailbox', subject: o.newEmail.canonical, limit: 12, windowS: 86_400 }))
  if (waitS > 0) throw new HttpError(429, 'Too many requests about lost mailboxes', { retryAfterS: waitS })
  await reportLostMailbox(deps, {
    ...o,
    accountId: c.get('viewer')?.accountId ?? null,
    locale: c.get('locale'),
    idempotencyKey,
  })
  return saidPage(c, deps, o.isProved ? { isProved: true } : { isProved: false, newEmail: o.newEmail.stored })
}
