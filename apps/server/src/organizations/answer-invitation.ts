import { inOrganization } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { hashToken } from '../platform/secrets.ts'
import * as store from './store.ts'

export type InvitationRefusal =
  | 'invitation.unknown'
  | 'invitation.expired'
  | 'invitation.answered'
  | 'invitation.other-address'
export class InvitationRefused extends DomainError<InvitationRefusal> {
  override name = 'InvitationRefused'
}

type Invitation = NonNullable<Awaited<ReturnType<typeof store.invitationByToken>>>

/** The invitation behind a link, as long as it can be answered. @throws {InvitationRefused} */
export async function openInvitation({ db, now }: Pick<Deps, 'db' | 'now'>, token: string): Promise<Invitation> {
  const invitation = await store.invitationByToken(db, hashToken(token))
  if (!invitation || invitation.answer === 'cancelled') throw new InvitationRefused('invitation.unknown')
  if (invitation.answeredAt) throw new InvitationRefused('invitation.answered')
  if (invitation.expiresAt <= now()) throw new InvitationRefused('invitation.expired')
  return invitation
}

/**
 * Joins the team. The link alone is not enough, since mail gets forwarded: the account must have confirmed the address
 * that was invited.
 *
 * @throws {InvitationRefused}
 */
export async function joinOrganization(
  deps: Pick<Deps, 'db' | 'now'>,
  o: { token: string; accountId: string; confirmedEmails: readonly string[] },
): Promise<{ slug: string; organizationName: string }> {
  const invitation = await openInvitation(deps, o.token)
  if (!o.confirmedEmails.includes(invitation.emailCanonical)) throw new InvitationRefused('invitation.other-address')
  const { organizationId } = invitation
  await inOrganization(deps.db, organizationId, async (tx) => {
    const locked = await store.lockInvitation(tx, organizationId, invitation.id)
    if (!locked || locked.answeredAt) throw new InvitationRefused('invitation.answered')
    await store.updateInvitation(tx, organizationId, invitation.id, { answer: 'joined', answeredAt: deps.now() })
    await store.addMember(tx, {
      organizationId,
      accountId: o.accountId,
      role: invitation.role,
      createdAt: deps.now(),
    })
    await recordAudit(tx, {
      organizationId,
      actor: { accountId: o.accountId },
      action: 'team.joined',
      object: { kind: 'invitation', id: invitation.id },
      detail: { role: invitation.role },
      at: deps.now(),
    })
  })
  return { slug: invitation.slug, organizationName: invitation.organizationName }
}

/** Says no; whoever holds the link may, as with any mail that came to the wrong person. @throws {InvitationRefused} */
export async function refuseInvitation(deps: Pick<Deps, 'db' | 'now'>, token: string): Promise<string> {
  const invitation = await openInvitation(deps, token)
  await inOrganization(deps.db, invitation.organizationId, async (tx) => {
    const locked = await store.lockInvitation(tx, invitation.organizationId, invitation.id)
    if (!locked || locked.answeredAt) throw new InvitationRefused('invitation.answered')
    await store.updateInvitation(tx, invitation.organizationId, invitation.id, {
      answer: 'refused',
      answeredAt: deps.now(),
    })
  })
  return invitation.organizationName
}
