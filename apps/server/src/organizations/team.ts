import { inOrganization } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { throttle } from '../platform/http/throttle.ts'
import { type Locale, translator } from '../platform/i18n/messages.ts'
import { newId, newToken } from '../platform/ids.ts'
import { renderMail } from '../platform/mail/render.ts'
import { hashToken } from '../platform/secrets.ts'
import { formatDate } from './formats.ts'
import { may, type Organization, type Role } from './organization.ts'
import * as store from './store.ts'

export type TeamRefusal =
  | 'team.already-member'
  | 'team.already-invited'
  | 'team.owner-only'
  | 'team.last-owner'
  | 'team.too-many'
  | 'team.gone'
export class TeamRefused extends DomainError<TeamRefusal> {
  override name = 'TeamRefused'
}

const invitationDays = 7
const hourlyInvitations = 50

interface Actor {
  accountId: string
  role: Role
  name: string
  locale: Locale
}

/** Only owners make and unmake owners. */
function mayGive(actor: Actor, role: Role): boolean {
  return role === 'owner' ? may(actor.role, 'own') : may(actor.role, 'manage')
}

/**
 * Invites somebody to the team by mail. Whether the address has an account is not told to the one who invites.
 *
 * @throws {TeamRefused}
 */
export async function inviteMember(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'outbox' | 'config'>,
  o: { organization: Organization; actor: Actor; email: EmailAddress; role: Role; key: string },
): Promise<void> {
  const { organization, actor } = o
  if (!mayGive(actor, o.role)) throw new TeamRefused('team.owner-only')
  if (await store.isMemberAddress(deps.db, organization.id, o.email.canonical))
    throw new TeamRefused('team.already-member')
  const waitS = await throttle(deps, {
    purpose: 'team-invitation',
    subject: organization.id,
    limit: hourlyInvitations,
    windowS: 3600,
  })
  if (waitS > 0) throw new TeamRefused('team.too-many', { minutes: Math.ceil(waitS / 60) })
  const body = { to: o.email.canonical, role: o.role }
  await inOrganization(deps.db, organization.id, (tx) =>
    once(tx, { scope: `organization:${organization.id}`, key: o.key, body, now: deps.now }, async () => {
      await store.lockOrganization(tx, organization.id)
      if (await store.openInvitationTo(tx, organization.id, o.email.canonical))
        throw new TeamRefused('team.already-invited')
      const id = newId()
      const token = newToken()
      await store.insertInvitation(tx, {
        id,
        organizationId: organization.id,
        email: o.email.stored,
        emailCanonical: o.email.canonical,
        role: o.role,
        tokenHash: hashToken(token),
        invitedBy: actor.accountId,
        createdAt: deps.now(),
        expiresAt: invitationEnd(deps.now()),
      })
      await queueInvitation(deps, tx, { organization, actor, to: o.email.stored, role: o.role, token })
      await recordAudit(tx, {
        organizationId: organization.id,
        actor: { accountId: actor.accountId },
        action: 'team.invited',
        object: { kind: 'invitation', id },
        detail: { role: o.role },
        at: deps.now(),
      })
    }),
  )
}

function invitationEnd(now: Date): Date {
  return new Date(now.getTime() + invitationDays * 86_400_000)
}

async function queueInvitation(
  deps: Pick<Deps, 'outbox' | 'config' | 'now'>,
  tx: Parameters<Deps['outbox']['queue']>[0],
  o: { organization: Organization; actor: Actor; to: string; role: Role; token: string },
): Promise<void> {
  // The person may have no account, so the language is that of whoever invites.
  const { locale } = o.actor
  const t = translator(locale)
  const productName = deps.config.productName
  const values = {
    name: o.actor.name,
    organization: o.organization.name,
    role: t(`role.${o.role}`),
    product: productName,
  }
  const mail = renderMail({
    t,
    locale,
    productName,
    heading: t('mail.invitation.subject', values),
    paragraphs: [t('mail.invitation.body', values), t(`role.${o.role}.may`)],
    button: { label: t('mail.invitation.button'), url: `${deps.config.publicUrl}/invite/${o.token}` },
    notes: [t('mail.invitation.ends', { date: formatDate(locale, invitationEnd(deps.now())) })],
    footer: t('mail.invitation.why', values),
  })
  await deps.outbox.queue(tx, {
    to: o.to,
    template: 'team-invitation',
    locale,
    organizationId: o.organization.id,
    content: {
      ...mail,
      subject: t('mail.invitation.subject', values),
      fromName: t('mail.invitation.from', values),
      ...(o.organization.contactEmail ? { replyTo: o.organization.contactEmail } : {}),
    },
  })
}

/** Sends an invitation again with a fresh link; the old link stops working. @throws {TeamRefused} */
export async function resendInvitation(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'outbox' | 'config'>,
  o: { organization: Organization; actor: Actor; invitationId: string },
): Promise<string> {
  const { organization, actor } = o
  const waitS = await throttle(deps, {
    purpose: 'team-invitation',
    subject: organization.id,
    limit: hourlyInvitations,
    windowS: 3600,
  })
  if (waitS > 0) throw new TeamRefused('team.too-many', { minutes: Math.ceil(waitS / 60) })
  return inOrganization(deps.db, organization.id, async (tx) => {
    const invitation = await store.invitationById(tx, organization.id, o.invitationId)
    if (!invitation) throw new TeamRefused('team.gone')
    if (!mayGive(actor, invitation.role)) throw new TeamRefused('team.owner-only')
    const token = newToken()
    await store.updateInvitation(tx, organization.id, invitation.id, {
      tokenHash: hashToken(token),
      expiresAt: invitationEnd(deps.now()),
    })
    await queueInvitation(deps, tx, { organization, actor, to: invitation.email, role: invitation.role, token })
    return invitation.email
  })
}

/** @throws {TeamRefused} */
export async function cancelInvitation(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { organization: Organization; actor: Actor; invitationId: string },
): Promise<string> {
  return inOrganization(db, o.organization.id, async (tx) => {
    const invitation = await store.invitationById(tx, o.organization.id, o.invitationId)
    if (!invitation) throw new TeamRefused('team.gone')
    await store.updateInvitation(tx, o.organization.id, invitation.id, { answer: 'cancelled', answeredAt: now() })
    await recordAudit(tx, {
      organizationId: o.organization.id,
      actor: { accountId: o.actor.accountId },
      action: 'team.invitation-cancelled',
      object: { kind: 'invitation', id: invitation.id },
      at: now(),
    })
    return invitation.email
  })
}

/** Gives a member another role. @throws {TeamRefused} when that would leave the organization without an owner. */
export async function changeRole(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { organization: Organization; actor: Actor; accountId: string; role: Role },
): Promise<void> {
  await changeTeam(db, o.organization, o.accountId, async (tx, present) => {
    if (present === o.role) return
    if (!mayGive(o.actor, o.role) || !mayGive(o.actor, present)) throw new TeamRefused('team.owner-only')
    await store.setRole(tx, o.organization.id, o.accountId, o.role)
    await recordAudit(tx, {
      organizationId: o.organization.id,
      actor: { accountId: o.actor.accountId },
      action: 'team.role-changed',
      object: { kind: 'account', id: o.accountId },
      detail: { from: present, to: o.role },
      at: now(),
    })
  })
}

/** Takes a member off the team, or lets one leave. @throws {TeamRefused} */
export async function removeMember(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { organization: Organization; actor: Actor; accountId: string },
): Promise<void> {
  await changeTeam(db, o.organization, o.accountId, async (tx, present) => {
    const leaves = o.accountId === o.actor.accountId
    if (!leaves && !mayGive(o.actor, present)) throw new TeamRefused('team.owner-only')
    await store.removeMember(tx, o.organization.id, o.accountId)
    await recordAudit(tx, {
      organizationId: o.organization.id,
      actor: { accountId: o.actor.accountId },
      action: leaves ? 'team.left' : 'team.removed',
      object: { kind: 'account', id: o.accountId },
      detail: { role: present },
      at: now(),
    })
  })
}

/** Under a lock, so that two owners who remove each other at the same moment do not leave nobody. */
async function changeTeam(
  db: Deps['db'],
  organization: Organization,
  accountId: string,
  change: (tx: Parameters<typeof store.setRole>[0], present: Role) => Promise<void>,
): Promise<void> {
  await inOrganization(db, organization.id, async (tx) => {
    await store.lockOrganization(tx, organization.id)
    const present = await store.roleOf(tx, organization.id, accountId)
    if (!present) throw new TeamRefused('team.gone')
    await change(tx, present)
    if ((await store.countOwners(tx, organization.id)) === 0) throw new TeamRefused('team.last-owner')
  })
}
