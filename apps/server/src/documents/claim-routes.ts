import { accountByEmail } from '../accounts/index.ts'
import { Hono } from 'hono'
import { dayInWords } from '../claiming/index.ts'
import type { EntryResolver } from '../accounts/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page } from '../platform/http/page.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import { button, chip, descriptionList, linkButton, messageBox, messageHeading } from '../platform/pages/components.ts'
import { hashToken } from '../platform/secrets.ts'
import { decideDocument, isTaken } from './decide-document.ts'
import * as store from './store.ts'
import { resendDocument } from './withdraw-document.ts'

type Situation = 'register' | 'sign-in' | 'accept' | 'mismatch' | 'accepted' | 'declined' | 'expired' | 'ended'

interface OpenedClaim {
  document: store.DocumentRow
  email: string
  emailCanonical: string
  situation: Situation
  isMine: boolean
}

/** Reads what lies behind a link from a mail; changes nothing, since scanners open links. */
async function openClaim(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { token, accountId }: { token: string; accountId: string | undefined },
): Promise<OpenedClaim | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const claim = await store.claimByTokenHash(db, hashToken(token))
  const document = claim && (await store.documentById(db, claim.documentId))
  if (!claim || !document || document.state !== 'issued') return undefined
  const isMine =
    accountId !== undefined && (await store.ownDocument(db, { publicId: document.publicId, accountId })) !== undefined
  const { email, emailCanonical } = claim
  const at = (situation: Situation): OpenedClaim => ({ document, email, emailCanonical, situation, isMine })
  if (document.validity !== 'live') return at('ended')
  if (isTaken(document)) return at('accepted')
  if (isMine) return at(document.decision === 'rejected' ? 'declined' : 'accept')
  if (document.decision === 'rejected') return at('declined')
  if (claim.expiresAt <= now()) return at('expired')
  if (accountId !== undefined) return at('mismatch')
  return at((await accountByEmail(db, emailCanonical)) ? 'sign-in' : 'register')
}

/** What such a link means to somebody who registers or signs in; see claiming. */
export function documentEntry(deps: Pick<Deps, 'now'> & { db: Db }): EntryResolver {
  return async (token) => {
    const opened = await openClaim(deps, { token, accountId: undefined })
    if (!opened || !['register', 'sign-in'].includes(opened.situation)) return undefined
    const { document } = opened
    const words = document.recipientName.trim().split(/\s+/)
    const last = words.length > 1 ? words.pop() : undefined
    return {
      email: { stored: opened.email, canonical: opened.emailCanonical },
      givenName: words.join(' '),
      ...(last ? { familyName: last } : {}),
      returnTo: `/documents/claim/${token}`,
      arrivedBy: 'mail',
      badge: { name: document.title, issuerName: document.issuerName },
      organizationName: document.issuerName,
    }
  }
}

export function documentClaimRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.use('/documents/claim/*', async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
  })

  routes.get('/documents/claim/:token', async (c) => {
    const opened = await open(c)
    return page(c, deps, {
      section: 'entry',
      title: opened.document.title,
      heading: html`<span class="serif">${opened.document.title}</span>`,
      lead: c.get('t')('claim.from', { issuer: opened.document.issuerName }),
      width: 'text',
      noindex: true,
      signInHref: `/sign-in?return=${pathOf(c)}`,
      body: body(c, opened),
    })
  })

  routes.post('/documents/claim/:token/accept', async (c) => {
    const opened = await open(c)
    const viewer = c.get('viewer')
    if (!viewer) return c.redirect(`/sign-in?return=${pathOf(c)}`, 303)
    const { publicId, title } = opened.document
    const changed = await decideDocument(deps, { publicId, accountId: viewer.accountId, decision: 'accepted' })
    if (!changed && !opened.isMine) throw new HttpError(403, 'The document was sent to another address')
    if (changed) flash(c, deps, { kind: 'success', message: c.get('t')('documents.accepted', { title }) })
    return c.redirect(`/documents/${publicId}`, 303)
  })

  routes.post('/documents/claim/:token/renew', async (c) => {
    const opened = await open(c)
    if (opened.situation !== 'expired') return c.redirect(pathOf(c), 303)
    const waitS =
      (await throttle(deps, {
        purpose: 'claim-renew',
        subject: throttledNetwork(c.get('clientAddress')),
        limit: 20,
        windowS: 3600,
      })) || (await resendDocument(deps, opened.document))
    if (waitS > 0) throw new HttpError(429, 'Too many fresh links were asked for', { retryAfterS: waitS })
    const t = c.get('t')
    return page(c, deps, {
      section: 'entry',
      title: t('claim.fresh.title'),
      width: 'form',
      body: html`<p>${t('documents.claim.fresh')}</p>`,
    })
  })

  async function open(c: Ctx): Promise<OpenedClaim> {
    const accountId = c.get('viewer')?.accountId
    const opened = await openClaim(deps, { token: c.req.param('token') ?? '', accountId })
    if (!opened) throw new HttpError(404, 'No document waits behind this link')
    return opened
  }

  function pathOf(c: Ctx): string {
    return `/documents/claim/${c.req.param('token')}`
  }

  function body(c: Ctx, { document, situation, isMine, email }: OpenedClaim): Html {
    const t = c.get('t')
    const locale = c.get('locale')
    return html`<div class="stack"><div class="chips">${
      document.domainConfirmedAt
        ? chip('ok', t('claim.domain.confirmed'), 'check')
        : chip('neutral', t('claim.domain.unconfirmed'), 'ring')
    }</div>${descriptionList([
      { term: t('documents.kind'), value: t(`documents.kind.${document.kind}`) },
      { term: t('documents.person'), value: document.recipientName },
      { term: t('documents.date'), value: dayInWords(locale, document.documentDate) },
      { term: t('documents.pages'), value: document.pages },
      ['register', 'sign-in', 'accept'].includes(situation) && { term: t('claim.sentTo'), value: email },
    ])}${actions(c, document, situation, isMine)}</div>`
  }

  function actions(c: Ctx, document: store.DocumentRow, situation: Situation, isMine: boolean): Html {
    const t = c.get('t')
    const token = c.req.param('token') ?? ''
    const post = (action: string, label: string) =>
      html`<form method="post" action="${pathOf(c)}/${action}" class="form-inline" novalidate>${formFields(c, deps)}${button({ label })}</form>`
    const view = linkButton({
      href: isMine ? `/documents/${document.publicId}` : `/sign-in?return=/documents/${document.publicId}`,
      label: t('documents.mail.view'),
      kind: 'primary',
    })
    switch (situation) {
      case 'register':
        return html`<div class="cluster">${linkButton({ href: `/register?claim=${token}`, label: t('claim.register'), kind: 'primary' })}${linkButton({ href: `/sign-in?claim=${token}`, label: t('claim.haveAccount') })}</div><p class="hint">${t('documents.private')}</p>`
      case 'sign-in':
        return html`<div class="cluster">${linkButton({ href: `/sign-in?claim=${token}`, label: t('claim.signInToAccept'), kind: 'primary' })}</div><p class="hint">${t('documents.private')}</p>`
      case 'accept':
        return html`<div class="cluster">${post('accept', t('documents.accept'))}</div><p class="hint">${t('documents.private')}</p>`
      case 'mismatch':
        return messageBox({
          kind: 'warning',
          heading: messageHeading(t, 'warning'),
          body: html`<p>${t('documents.claim.mismatch', { documentEmail: maskEmailAddress(document.recipientEmail), userEmail: c.get('viewer')?.primaryEmail ?? '' })}</p>`,
          actions: linkButton({ href: '/settings/account/link', label: t('documents.claim.addAddress') }),
        })
      case 'accepted':
        return html`<p>${t('documents.claim.accepted')}</p><div class="cluster">${view}</div>`
      case 'declined':
        return html`<p>${t('documents.claim.declined')}</p><div class="cluster">${view}</div>`
      case 'expired':
        return html`<p>${t('documents.claim.expired', { maskedEmail: maskEmailAddress(document.recipientEmail) })}</p><div class="cluster">${post('renew', t('claim.sendFresh'))}</div>`
      case 'ended':
        return html`<p>${document.validity === 'withdrawn' ? t('documents.claim.withdrawn', { issuer: document.issuerName }) : t('documents.claim.replaced', { issuer: document.issuerName })}</p>${isMine && html`<div class="cluster">${view}</div>`}`
    }
  }

  return routes
}
