import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields, readIdempotencyKey } from '../platform/http/page.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import type { FieldError } from '../platform/pages/components.ts'
import { consolePage, inConsole, requirePermission, requireRole, roleName } from './console.ts'
import { roles } from './organization.ts'
import * as store from './store.ts'
import {
  cancelInvitation,
  changeRole,
  inviteMember,
  removeMember,
  resendInvitation,
  TeamRefused,
  type TeamRefusal,
} from './team.ts'
import { memberForm, nameOf, removal, team } from './team-pages.ts'

const refusals: Record<TeamRefusal, { field: string; message: MessageKey }> = {
  'team.already-member': { field: 'email', message: 'team.refused.alreadyMember' },
  'team.already-invited': { field: 'email', message: 'team.refused.alreadyInvited' },
  'team.owner-only': { field: '', message: 'team.refused.ownerOnly' },
  'team.last-owner': { field: '', message: 'team.refused.lastOwner' },
  'team.too-many': { field: '', message: 'team.refused.tooMany' },
  'team.gone': { field: '', message: 'team.refused.gone' },
}

const invitationForm = z.object({
  email: z.string().transform((typed, context) => {
    const address = parseEmailAddress(typed)
    if (address) return address
    context.addIssue({ code: 'custom', message: 'team.invite.email.shape' })
    return z.NEVER
  }),
  role: z.enum(roles, 'team.invite.role.missing'),
})
const roleForm = z.object({ role: z.enum(roles, 'team.invite.role.missing') })
const noFields = z.object({})

export function teamRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const actorOf = (c: Ctx) => {
    const { viewer, role } = inConsole(c)
    return {
      accountId: viewer.accountId,
      role,
      name: `${viewer.givenName} ${viewer.familyName}`.trim(),
      locale: c.get('locale'),
    }
  }
  const message = (c: Ctx, refused: TeamRefused) => c.get('t')(refusals[refused.code].message, refused.values)

  const teamPage = async (c: Ctx, o: { typed?: Record<string, string>; errors?: readonly FieldError[] } = {}) => {
    const t = c.get('t')
    const { organization, base, viewer, role } = inConsole(c)
    return consolePage(c, deps, {
      title: t('team.title'),
      lead: t('team.lead', { name: organization.name }),
      error: (o.errors?.length ?? 0) > 0,
      body: team(t, {
        base,
        locale: c.get('locale'),
        now: deps.now(),
        me: { accountId: viewer.accountId, role },
        members: await store.membersOf(deps.db, organization.id),
        invitations: await store.openInvitations(deps.db, organization.id),
        fields: () => formFields(c, deps),
        typed: o.typed ?? {},
        errors: o.errors ?? [],
      }),
    })
  }
  /** The member in the address, when this person may see the page about them. */
  const memberOf = async (c: Ctx) => {
    const { organization } = inConsole(c)
    const member = (await store.membersOf(deps.db, organization.id)).find(
      ({ accountId }) => accountId === c.req.param('member'),
    )
    if (!member) throw new HttpError(404, 'No such member')
    return member
  }
  const memberPage = async (c: Ctx, error?: string) => {
    const t = c.get('t')
    const { base, role } = inConsole(c)
    const member = await memberOf(c)
    return consolePage(c, deps, {
      title: t('team.member.title', { name: nameOf(member) }),
      body: memberForm(t, { base, me: { role }, member, fields: formFields(c, deps), error }),
      width: 'form',
      error: error !== undefined,
    })
  }
  const removalPage = async (c: Ctx, error?: string) => {
    const t = c.get('t')
    const { base, organization, viewer } = inConsole(c)
    const member = await memberOf(c)
    const isMe = member.accountId === viewer.accountId
    return consolePage(c, deps, {
      title: isMe
        ? t('team.leave.title', { organization: organization.name })
        : t('team.remove.title', { name: nameOf(member) }),
      body: removal(t, { base, organizationName: organization.name, member, isMe, fields: formFields(c, deps), error }),
      width: 'form',
      error: error !== undefined,
    })
  }
  /** Leaving is everybody's right; taking others off the team is not. */
  const ownOrManaged = requireRole(deps)
  const manage = requirePermission(deps, 'manage')

  routes.get('/console/:org/team', requireRole(deps), (c) => teamPage(c))

  routes.post('/console/:org/team/invite', manage, async (c) => {
    const t = c.get('t')
    const form = await readForm(c, invitationForm)
    if (!form.ok)
      return teamPage(c, {
        typed: form.typed,
        errors: form.errors.map(({ field, message: key }) => ({ field, message: t(key) })),
      })
    try {
      await inviteMember(deps, {
        organization: inConsole(c).organization,
        actor: actorOf(c),
        ...form.data,
        key: await readIdempotencyKey(c),
      })
    } catch (error) {
      if (!(error instanceof TeamRefused)) throw error
      return teamPage(c, {
        typed: form.typed,
        errors: [{ field: refusals[error.code].field, message: message(c, error) }],
      })
    }
    flash(c, deps, { kind: 'success', message: t('team.invite.done', { email: form.data.email.stored }) })
    return c.redirect(`${inConsole(c).base}/team`, 303)
  })

  for (const [path, act, done] of [
    ['resend', resendInvitation, 'team.resend.done'],
    ['cancel', cancelInvitation, 'team.withdraw.done'],
  ] as const) {
    routes.post(`/console/:org/team/invitations/:invitation/${path}`, manage, async (c) => {
      await readForm(c, noFields)
      const { organization, base } = inConsole(c)
      const invitationId = uuidParam(c, 'invitation')
      try {
        const email = await act(deps, { organization, actor: actorOf(c), invitationId })
        flash(c, deps, { kind: 'success', message: c.get('t')(done, { email }) })
      } catch (error) {
        if (!(error instanceof TeamRefused)) throw error
        flash(c, deps, { kind: 'error', message: message(c, error) })
      }
      return c.redirect(`${base}/team`, 303)
    })
  }

  routes.get('/console/:org/team/:member', manage, (c) => memberPage(c))
  routes.post('/console/:org/team/:member/role', manage, async (c) => {
    const member = await memberOf(c)
    const form = await readForm(c, roleForm)
    if (!form.ok) return memberPage(c, c.get('t')('team.invite.role.missing'))
    try {
      const { organization } = inConsole(c)
      await changeRole(deps, { organization, actor: actorOf(c), accountId: member.accountId, role: form.data.role })
    } catch (error) {
      if (!(error instanceof TeamRefused)) throw error
      return memberPage(c, message(c, error))
    }
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: t('team.member.done', { name: nameOf(member), role: roleName(t, form.data.role) }),
    })
    return c.redirect(`${inConsole(c).base}/team`, 303)
  })

  routes.get('/console/:org/team/:member/remove', ownOrManaged, (c) => {
    if (c.req.param('member') !== inConsole(c).viewer.accountId)
      return manage(c, async () => undefined).then((refused) => refused ?? removalPage(c))
    return removalPage(c)
  })
  routes.post('/console/:org/team/:member/remove', ownOrManaged, async (c) => {
    const { organization, viewer, base } = inConsole(c)
    const isMe = c.req.param('member') === viewer.accountId
    if (!isMe) {
      const refused = await manage(c, async () => undefined)
      if (refused) return refused
    }
    const member = await memberOf(c)
    await readForm(c, noFields)
    try {
      await removeMember(deps, { organization, actor: actorOf(c), accountId: member.accountId })
    } catch (error) {
      if (!(error instanceof TeamRefused)) throw error
      return removalPage(c, message(c, error))
    }
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message: isMe ? t('team.left', { organization: organization.name }) : t('team.removed', { name: nameOf(member) }),
    })
    return c.redirect(isMe ? '/console' : `${base}/team`, 303)
  })
  return routes
}

/** An id that came in an address; anything else is as unknown as an id of somebody else's. */
function uuidParam(c: Ctx, name: string): string {
  const value = c.req.param(name) ?? ''
  if (!/^[0-9a-f-]{36}$/.test(value)) throw new HttpError(404, 'No such thing')
  return value
}
