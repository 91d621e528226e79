import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  chip,
  dataTable,
  errorFor,
  errorSummary,
  type FieldError,
  field,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  postButton,
  radios,
  section,
  backLink,
} from '../platform/pages/components.ts'
import { roleName } from './console.ts'
import { formatDate } from './formats.ts'
import { may, type Role, roles } from './organization.ts'
import type { MemberRow } from './store.ts'

export interface InvitationRow {
  id: string
  email: string
  role: Role
  createdAt: Date
  expiresAt: Date
}

export interface TeamPage {
  base: string
  locale: Locale
  now: Date
  me: { accountId: string; role: Role }
  members: readonly MemberRow[]
  invitations: readonly InvitationRow[]
  fields: () => Html
  typed: Record<string, string>
  errors: readonly FieldError[]
}

/** Roles that this person may give. */
function givable(me: { role: Role }): Role[] {
  return roles.filter((role) => (role === 'owner' ? may(me.role, 'own') : may(me.role, 'manage')))
}

export function team(t: Translate, o: TeamPage): Html {
  return html`${errorSummary(t, o.errors)}${membersTable(t, o)}${
    o.members.length === 1 && o.invitations.length === 0 && html`<p>${t('team.empty')}</p>`
  }${may(o.me.role, 'manage') && [o.invitations.length > 0 && invitationsTable(t, o), inviteForm(t, o)]}`
}

function membersTable(t: Translate, o: TeamPage): Html {
  const canManage = may(o.me.role, 'manage')
  return dataTable(t, {
    caption: t('team.members'),
    captionHidden: true,
    wide: true,
    rows: o.members,
    columns: [
      {
        label: t('team.name'),
        isRowHeader: true,
        cell: (row) =>
          html`${nameOf(row)}${row.accountId === o.me.accountId && html` <span class="hint">(${t('team.you')})</span>`}`,
      },
      { label: t('team.email'), cell: (row) => row.email },
      { label: t('team.role'), cell: (row) => roleName(t, row.role) },
      {
        label: t('team.lastActive'),
        cell: (row) => (row.lastSeenAt ? formatDate(o.locale, row.lastSeenAt) : t('team.never')),
      },
      {
        label: t('team.actions'),
        labelHidden: true,
        cell: (row) => {
          if (row.accountId === o.me.accountId)
            return linkButton({
              label: t('team.leave'),
              href: `${o.base}/team/${row.accountId}/remove`,
              kind: 'quiet',
              small: true,
            })
          if (!canManage || (row.role === 'owner' && !may(o.me.role, 'own'))) return null
          return html`<div class="cluster">${linkButton({ label: t('team.change'), accessibleName: t('team.changeFor', { name: nameOf(row) }), href: `${o.base}/team/${row.accountId}`, kind: 'quiet', small: true })}${linkButton({ label: t('team.remove'), accessibleName: t('team.removeFor', { name: nameOf(row) }), href: `${o.base}/team/${row.accountId}/remove`, kind: 'quiet', small: true })}</div>`
        },
      },
    ],
  })
}

export function nameOf(member: { givenName: string; familyName: string }): string {
  return `${member.givenName} ${member.familyName}`.trim()
}

function invitationsTable(t: Translate, o: TeamPage): Html {
  return section({
    id: 'invitations',
    heading: t('team.pending'),
    body: dataTable(t, {
      caption: t('team.pending'),
      captionHidden: true,
      rows: o.invitations,
      columns: [
        { label: t('team.email'), isRowHeader: true, cell: (row) => row.email },
        { label: t('team.role'), cell: (row) => roleName(t, row.role) },
        { label: t('team.pending.sent'), cell: (row) => formatDate(o.locale, row.createdAt) },
        {
          label: t('team.pending.state'),
          cell: (row) =>
            row.expiresAt <= o.now
              ? chip('warn', t('team.pending.expired'), 'clock')
              : chip('info', t('team.pending.waiting'), 'clock'),
        },
        {
          label: t('team.actions'),
          labelHidden: true,
          cell: (row) =>
            (row.role !== 'owner' || may(o.me.role, 'own')) &&
            html`<div class="cluster">${postButton({ action: `${o.base}/team/invitations/${row.id}/resend`, csrf: o.fields(), label: t('team.resend'), accessibleName: t('team.resendTo', { email: row.email }), kind: 'quiet', small: true })}${postButton({ action: `${o.base}/team/invitations/${row.id}/cancel`, csrf: o.fields(), label: t('team.withdraw'), accessibleName: t('team.withdrawTo', { email: row.email }), kind: 'quiet', small: true })}</div>`,
        },
      ],
    }),
  })
}

function inviteForm(t: Translate, o: TeamPage): Html {
  return section({
    id: 'invite',
    heading: t('team.invite'),
    framed: true,
    body: form({
      action: `${o.base}/team/invite`,
      csrf: o.fields(),
      body: html`${field({ name: 'email', type: 'email', label: t('team.invite.email'), hint: t('team.invite.email.hint'), value: o.typed['email'] ?? '', error: errorFor(o.errors, 'email'), autocomplete: 'off', required: true })}${roleRadios(t, givable(o.me), o.typed['role'], errorFor(o.errors, 'role'))}${formActions(button({ label: t('team.invite.submit') }))}`,
    }),
  })
}

function roleRadios(
  t: Translate,
  offered: readonly Role[],
  chosen: string | undefined,
  error: string | undefined,
): Html {
  return radios({
    name: 'role',
    legend: t('team.role'),
    value: chosen,
    error,
    options: offered.map((role) => ({ value: role, label: roleName(t, role), hint: t(`role.${role}.may`) })),
  })
}

/** One member's role. */
export function memberForm(
  t: Translate,
  o: { base: string; me: { role: Role }; member: MemberRow; fields: Html; error?: string },
): Html {
  return html`${backLink(`${o.base}/team`, t('team.title'))}${o.error && messageBox({ kind: 'error', heading: messageHeading(t, 'error'), body: html`<p>${o.error}</p>`, takesFocus: true })}${form(
    {
      action: `${o.base}/team/${o.member.accountId}/role`,
      csrf: o.fields,
      body: html`${roleRadios(t, givable(o.me), o.member.role, undefined)}${formActions(button({ label: t('team.member.submit') }), linkButton({ label: t('team.cancel'), href: `${o.base}/team`, kind: 'quiet' }))}`,
    },
  )}`
}

/** Asks before somebody is taken off the team: names the person and the effect (UX 3, dangerous actions). */
export function removal(
  t: Translate,
  o: { base: string; organizationName: string; member: MemberRow; isMe: boolean; fields: Html; error?: string },
): Html {
  return html`${o.error && messageBox({ kind: 'error', heading: messageHeading(t, 'error'), body: html`<p>${o.error}</p>`, takesFocus: true })}<p>${t(o.isMe ? 'team.leave.effect' : 'team.remove.effect', { organization: o.organizationName })}</p>${form(
    {
      action: `${o.base}/team/${o.member.accountId}/remove`,
      csrf: o.fields,
      body: formActions(
        button({ label: t(o.isMe ? 'team.leave' : 'team.remove.submit'), kind: 'danger' }),
        linkButton({ label: t('team.cancel'), href: `${o.base}/team`, kind: 'quiet' }),
      ),
    },
  )}`
}
