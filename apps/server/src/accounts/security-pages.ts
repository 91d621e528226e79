import type { Deps } from '../platform/deps.ts'
import type { Ctx, Viewer } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { type MessageKey, regions } from '../platform/i18n/messages.ts'
import {
  chip,
  dataTable,
  linkButton,
  messageBox,
  messageHeading,
  postButton,
  section,
  stack,
} from '../platform/pages/components.ts'
import { deviceName } from './device-name.ts'
import type { LinkedSignIn } from './linked-sign-ins.ts'
import type { Passkey } from './passkeys.ts'
import type { OpenSession, SecurityEvent } from './security-store.ts'
import { settingsAside } from '../platform/pages/settings-frame.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export interface SecurityView {
  /** Sections of later features, above and below. */
  before: Renderable
  after: Renderable
  viewer: Viewer
  hasPassword: boolean
  hasTwoStep: boolean
  recoveryCodesLeft: number
  passkeys: Passkey[]
  providers: { id: string; name: string; linked: LinkedSignIn | undefined }[]
  sessions: OpenSession[]
  events: SecurityEvent[]
}

/** UX 9, Privacy + Security: how the account is entered, from where, and what happened. */
export function securityPage(c: Ctx, deps: PageDeps, o: SecurityView): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('security.title'),
    section: 'settings',
    aside: settingsAside(c),
    body: stack(
      o.before,
      section({
        id: 'password',
        heading: t('signin.password'),
        body: html`<p>${t(o.hasPassword ? 'security.password.has' : 'security.password.none')}</p>${linkButton({ href: '/settings/privacy-security/password', label: t(o.hasPassword ? 'security.password.change' : 'security.password.set') })}`,
      }),
      section({ id: 'passkeys', heading: t('security.passkeys'), body: passkeys(c, deps, o.passkeys) }),
      section({ id: 'two-step', heading: t('security.twoStep'), body: twoStep(c, o) }),
      o.providers.length > 0 &&
        section({ id: 'services', heading: t('security.services'), body: services(c, deps, o) }),
      section({
        id: 'doors',
        heading: t('doors.title'),
        body: html`<p>${t('doors.about')}</p><p>${linkButton({ href: '/settings/privacy-security/doors', label: t('doors.go') })}</p>`,
      }),
      section({ id: 'sessions', heading: t('security.sessions'), body: sessions(c, deps, o) }),
      section({ id: 'log', heading: t('security.log'), body: log(c, o.events) }),
      o.after,
    ),
  })
}

function passkeys(c: Ctx, deps: PageDeps, all: Passkey[]): Renderable {
  const t = c.get('t')
  return [
    html`<p>${t('security.passkeys.about')}</p>`,
    all.length > 0 &&
      dataTable(t, {
        caption: t('security.passkeys'),
        captionHidden: true,
        columns: [
          { label: t('security.passkey.name'), isRowHeader: true, cell: ({ name }) => name },
          { label: t('security.created'), cell: ({ createdAt }) => day(c, createdAt) },
          {
            label: t('security.lastUsed'),
            cell: ({ lastUsedAt }) => (lastUsedAt ? day(c, lastUsedAt) : t('security.never')),
          },
          {
            label: t('settings.emails.actions'),
            labelHidden: true,
            cell: ({ id, name }) =>
              postButton({
                action: `/settings/privacy-security/doors/passkeys/${id}/close`,
                csrf: csrfToken(c, deps),
                label: t('settings.emails.remove'),
                accessibleName: `${t('settings.emails.remove')} ${name}`,
                small: true,
              }),
          },
        ],
        rows: all,
      }),
    html`<p>${linkButton({ href: '/settings/privacy-security/passkeys', label: t('security.passkeys.add') })}</p>`,
  ]
}

function twoStep(c: Ctx, o: SecurityView): Renderable {
  const t = c.get('t')
  if (!o.hasTwoStep)
    return html`<p>${t('security.twoStep.off')}</p>${linkButton({ href: '/settings/privacy-security/two-step', label: t('security.twoStep.turnOn') })}`
  return [
    html`<p>${chip('ok', t('security.twoStep.on'), 'check')} ${t('security.twoStep.left', { count: o.recoveryCodesLeft })}</p>`,
    o.recoveryCodesLeft <= 3 &&
      messageBox({
        kind: 'warning',
        heading: messageHeading(t, 'warning'),
        level: 3,
        body: html`<p>${t('security.twoStep.few')}</p>`,
      }),
    html`<p>${linkButton({ href: '/settings/privacy-security/two-step', label: t('security.twoStep.manage') })}</p>`,
  ]
}

function services(c: Ctx, deps: PageDeps, o: SecurityView): Renderable {
  const t = c.get('t')
  return html`<ul role="list" class="stack">${o.providers.map(({ id, name, linked }) => {
    const action = linked
      ? postButton({
          action: `/settings/privacy-security/doors/services/${linked.id}/close`,
          csrf: csrfToken(c, deps),
          label: t('security.service.unlink', { name }),
          small: true,
        })
      : // A link: a form that leads to another site is stopped by the policy for forms.
        linkButton({
          href: `/settings/privacy-security/services/${id}/link`,
          label: t('security.service.link', { name }),
          small: true,
        })
    return html`<li><div class="cluster"><span><strong>${name}</strong> ${linked && html`<span class="hint">${linked.label}</span>`}</span>${action}</div></li>`
  })}</ul>`
}

function sessions(c: Ctx, deps: PageDeps, o: SecurityView): Renderable {
  const t = c.get('t')
  const isHere = ({ id }: OpenSession) => id === o.viewer.sessionId
  return [
    dataTable(t, {
      caption: t('security.sessions'),
      captionHidden: true,
      columns: [
        {
          label: t('security.session.device'),
          isRowHeader: true,
          cell: (session) =>
            html`${deviceName(session.userAgent) ?? t('security.session.unknown')} ${isHere(session) && chip('info', t('security.session.here'))}`,
        },
        { label: t('security.session.network'), cell: ({ network }) => network },
        { label: t('security.session.seen'), cell: ({ lastSeenAt }) => moment(c, lastSeenAt) },
        {
          label: t('settings.emails.actions'),
          labelHidden: true,
          cell: (session) =>
            !isHere(session) &&
            postButton({
              action: `/settings/privacy-security/sessions/${session.id}/end`,
              csrf: csrfToken(c, deps),
              label: t('security.session.end'),
              small: true,
            }),
        },
      ],
      rows: o.sessions,
    }),
    o.sessions.length > 1 &&
      html`<p>${postButton({ action: '/settings/privacy-security/sessions/end-others', csrf: csrfToken(c, deps), label: t('security.session.endOthers') })}</p>`,
  ]
}

const eventWords: Record<string, MessageKey> = {
  'account.activated': 'security.event.activated',
  'account.signed-in': 'security.event.signedIn',
  'account.signed-out': 'security.event.signedOut',
  'account.password-reset': 'security.event.passwordReset',
  'account.password-changed': 'security.event.passwordChanged',
  'account.address-added': 'security.event.addressAdded',
  'account.address-primary': 'security.event.addressPrimary',
  'account.address-removed': 'security.event.addressRemoved',
  'account.address-undone': 'security.event.addressUndone',
  'account.merged': 'security.event.merged',
  'account.merge-undone': 'security.event.mergeUndone',
  'account.session-ended': 'security.event.sessionEnded',
  'account.two-step-on': 'security.event.twoStepOn',
  'account.two-step-off': 'security.event.twoStepOff',
  'account.two-step-capped': 'security.event.twoStepCapped',
  'account.recovery-code-used': 'security.event.recoveryUsed',
  'account.recovery-codes-new': 'security.event.recoveryNew',
  'account.passkey-added': 'security.event.passkeyAdded',
  'account.passkey-removed': 'security.event.passkeyRemoved',
  'account.sign-in-linked': 'security.event.serviceLinked',
  'account.sign-in-unlinked': 'security.event.serviceUnlinked',
  'account.token-ended': 'security.event.tokenEnded',
  'account.browser-forgotten': 'security.event.browserForgotten',
  'account.app-connected': 'security.event.appConnected',
  'account.app-disconnected': 'security.event.appDisconnected',
}

function log(c: Ctx, events: SecurityEvent[]): Renderable {
  const t = c.get('t')
  return dataTable(t, {
    caption: t('security.log'),
    captionHidden: true,
    dense: true,
    columns: [
      {
        label: t('security.event'),
        isRowHeader: true,
        cell: ({ action, detail }) => {
          const key = eventWords[action]
          const more = detail.address ?? detail.name
          return html`${key ? t(key) : action}${more && html` <span class="hint">${more}</span>`}`
        },
      },
      { label: t('security.session.seen.at'), cell: ({ at }) => moment(c, at) },
      {
        label: t('security.session.device'),
        cell: ({ detail }) =>
          [detail.userAgent && deviceName(detail.userAgent), detail.network].filter(Boolean).join(', '),
      },
    ],
    rows: events,
  })
}

export function day(c: Ctx, at: Date): Renderable {
  const words = new Intl.DateTimeFormat(regions[c.get('locale')], { dateStyle: 'long' }).format(at)
  return html`<time datetime="${at.toISOString()}">${words}</time>`
}

export function moment(c: Ctx, at: Date): Renderable {
  const words = new Intl.DateTimeFormat(regions[c.get('locale')], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(at)
  return html`<time datetime="${at.toISOString()}">${words} UTC</time>`
}
