import { Hono } from 'hono'
import { z } from 'zod'
import { confirmedEmailsOf, requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash, formFields, page } from '../platform/http/page.ts'
import { button, cluster, form, linkButton, messageBox } from '../platform/pages/components.ts'
import { InvitationRefused, joinOrganization, openInvitation, refuseInvitation } from './answer-invitation.ts'
import { roleName } from './console.ts'
import { logo } from './profile-pages.ts'

/** `/invite/{token}`: opening it changes nothing; joining and refusing are buttons (UX 6). */
export function inviteRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  const over = (c: Ctx, refused: InvitationRefused) => {
    if (refused.code === 'invitation.unknown') throw new HttpError(404, 'No such invitation')
    const t = c.get('t')
    const hasExpired = refused.code === 'invitation.expired'
    return page(c, deps, {
      title: t(hasExpired ? 'invite.expired.title' : 'invite.answered.title'),
      lead: t(hasExpired ? 'invite.expired' : 'invite.answered'),
      body: html`<p>${linkButton({ label: t('console.title'), href: '/console' })}</p>`,
      section: 'entry',
      width: 'form',
      status: 410,
    })
  }

  const invitationPage = async (c: Ctx) => {
    const token = c.req.param('token') ?? ''
    const t = c.get('t')
    const invitation = await openInvitation(deps, token)
    const viewer = c.get('viewer')
    const own = viewer ? await confirmedEmailsOf(deps.db, viewer.accountId) : []
    const isMine = own.some(({ canonical }) => canonical === invitation.emailCanonical)
    const organization = invitation.organizationName
    const returnTo = encodeURIComponent(`/invite/${token}`)
    const refuse = form({
      action: `/invite/${token}/refuse`,
      csrf: formFields(c, deps),
      className: 'form-inline',
      body: button({ label: t('invite.refuse'), kind: 'quiet' }),
    })
    const join = form({
      action: `/invite/${token}/join`,
      csrf: formFields(c, deps),
      className: 'form-inline',
      body: button({ label: t('invite.join', { organization }) }),
    })
    const address = maskEmailAddress(invitation.email)
    const action = !viewer
      ? html`<p>${t('invite.address', { email: address })}</p>${cluster(linkButton({ label: t('invite.signIn'), href: `/sign-in?return=${returnTo}`, kind: 'primary' }), linkButton({ label: t('invite.register'), href: `/register?return=${returnTo}` }), refuse)}`
      : isMine
        ? cluster(join, refuse)
        : html`${messageBox({ kind: 'warning', heading: t('component.warning'), body: html`<p>${t('invite.otherAddress', { email: address, userEmail: viewer.primaryEmail })}</p><p>${t('invite.otherAddress.how')}</p>` })}${cluster(linkButton({ label: t('invite.link'), href: '/settings/account/link', kind: 'primary' }), refuse)}`
    return page(c, deps, {
      title: t('invite.title', { organization }),
      lead: t('invite.lead', {
        name: `${invitation.invitedByGivenName} ${invitation.invitedByFamilyName}`.trim(),
        organization,
      }),
      body: html`${logo(invitation.logoHash, 96)}<p><strong>${t('invite.role', { role: roleName(t, invitation.role) })}</strong> ${t(`role.${invitation.role}.may`)}</p>${action}`,
      section: 'entry',
      width: 'form',
      signInHidden: true,
    })
  }

  routes.get('/invite/:token', async (c) => {
    try {
      return await invitationPage(c)
    } catch (error) {
      if (error instanceof InvitationRefused) return over(c, error)
      throw error
    }
  })
  // The gate sends who is signed out to the sign-in page, and who agreed to older terms to the new ones.
  routes.post('/invite/:token/join', requireSignedIn, async (c) => {
    const token = c.req.param('token')
    const viewer = signedIn(c)
    await readForm(c, z.object({}))
    try {
      const own = await confirmedEmailsOf(deps.db, viewer.accountId)
      const joined = await joinOrganization(deps, {
        token,
        accountId: viewer.accountId,
        confirmedEmails: own.map(({ canonical }) => canonical),
      })
      flash(c, deps, {
        kind: 'success',
        message: c.get('t')('invite.joined', { organization: joined.organizationName }),
      })
      return c.redirect(`/console/${joined.slug}`, 303)
    } catch (error) {
      if (!(error instanceof InvitationRefused)) throw error
      return error.code === 'invitation.other-address' ? c.redirect(`/invite/${token}`, 303) : over(c, error)
    }
  })
  routes.post('/invite/:token/refuse', async (c) => {
    await readForm(c, z.object({}))
    try {
      const organization = await refuseInvitation(deps, c.req.param('token'))
      const t = c.get('t')
      return page(c, deps, {
        title: t('invite.refused.title'),
        lead: t('invite.refused', { organization }),
        body: html``,
        section: 'entry',
        width: 'form',
      })
    } catch (error) {
      if (error instanceof InvitationRefused) return over(c, error)
      throw error
    }
  })
  return routes
}
