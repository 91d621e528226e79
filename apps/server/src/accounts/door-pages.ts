import type { Ctx } from '../platform/http/context.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import {
  button,
  chip,
  dataTable,
  form,
  formActions,
  linkButton,
  postButton,
  section,
  stack,
} from '../platform/pages/components.ts'
import { type Door, type DoorKind, doorsPath, type DoorsOfKind } from './doors.ts'
import { day } from './security-pages.ts'
import type { ConfirmedEmail } from './store.ts'
import { type PageDeps, subPage, formGround } from './frames.ts'

export interface DoorsView {
  kinds: DoorsOfKind[]
  emails: ConfirmedEmail[]
  hasPassword: boolean
  hasTwoStep: boolean
}

/** Everything that opens the account besides the password, to be looked through after a reset or a fright. */
export function doorsPage(c: Ctx, deps: PageDeps, o: DoorsView): Response {
  const t = c.get('t')
  const closable = o.kinds.flatMap(({ doors }) => doors.filter(({ isHere }) => !isHere)).length
  return subPage(c, deps, {
    below: 'security',
    width: undefined,
    title: t('doors.title'),
    lead: t('doors.lead'),
    body: () => [
      stack(
        closable > 1 && o.hasPassword && everything(c, deps, closable),
        !o.hasPassword &&
          html`<p>${t('doors.noPassword')} ${linkButton({ href: '/settings/privacy-security/password', label: t('security.password.set'), small: true })}</p>`,
        ...o.kinds.map(({ kind, doors }) =>
          section({ id: kind.name, heading: t(kind.heading), body: doorTable(c, deps, kind, doors) }),
        ),
        section({
          id: 'addresses',
          heading: t('settings.emails'),
          body: html`<p>${t('doors.addresses')}</p><ul>${o.emails.map(({ email }) => html`<li>${email}</li>`)}</ul><p>${linkButton({ href: '/settings/account', label: t('doors.addresses.go') })}</p>`,
        }),
        section({
          id: 'two-step',
          heading: t('security.twoStep'),
          body: html`<p>${t(o.hasTwoStep ? 'doors.twoStep.on' : 'security.twoStep.off')}</p><p>${linkButton({ href: '/settings/privacy-security/two-step', label: t(o.hasTwoStep ? 'security.twoStep.manage' : 'security.twoStep.turnOn') })}</p>`,
        }),
      ),
      html`<p>${linkButton({ href: '/dashboard', label: t('doors.done'), kind: 'primary' })}</p>`,
    ],
  })
}

function everything(c: Ctx, deps: PageDeps, count: number): Renderable {
  const t = c.get('t')
  return form({
    action: `${doorsPath}/close-all`,
    ...formGround(c, deps),
    body: [
      html`<p>${t('doors.all.effect')}</p>`,
      formActions(button({ label: t('doors.all', { count }), kind: 'danger' })),
    ],
  })
}

function doorTable(c: Ctx, deps: PageDeps, kind: DoorKind, doors: Door[]): Renderable {
  const t = c.get('t')
  if (doors.length === 0) return html`<p>${t('doors.none')}</p>`
  const nameOf = ({ name }: Door) => name || t('doors.browser')
  return dataTable(t, {
    caption: t(kind.heading),
    captionHidden: true,
    columns: [
      {
        label: t('security.passkey.name'),
        isRowHeader: true,
        cell: (door) => html`${nameOf(door)} ${door.isHere && chip('info', t('security.session.here'))}`,
      },
      { label: t('security.created'), cell: ({ createdAt }) => day(c, createdAt) },
      {
        label: t('security.lastUsed'),
        cell: ({ lastUsedAt }) => (lastUsedAt ? day(c, lastUsedAt) : t('security.never')),
      },
      {
        label: t('settings.emails.actions'),
        labelHidden: true,
        cell: (door) =>
          !door.isHere &&
          postButton({
            action: `${doorsPath}/${kind.name}/${door.id}/close`,
            ...formGround(c, deps, { back: 'doors' }),
            label: t('doors.close'),
            accessibleName: t('doors.close.one', { name: nameOf(door) }),
            small: true,
          }),
      },
    ],
    rows: doors,
  })
}
