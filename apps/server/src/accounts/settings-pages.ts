import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import { type Html, html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { regions } from '../platform/i18n/messages.ts'
import { newToken } from '../platform/ids.ts'
import {
  addressChip,
  button,
  chips,
  cluster,
  dataTable,
  errorFor,
  errorSummary,
  type FieldError,
  form,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  postButton,
  section,
  select,
  stack,
} from '../platform/pages/components.ts'
import { settingsAside } from '../platform/pages/settings-frame.ts'
import { countries, timeZones } from './countries.ts'
import type { AddressChange } from './link-address.ts'
import type { ConfirmedEmail } from './store.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

/** How many badges and documents came to an address. */
interface Received {
  badges: number
  documents: number
}

export interface AccountSettings {
  emails: (ConfirmedEmail & Received)[]
  waiting: AddressChange[]
  /** No address looks like the person's own, and the advice was not sent away. */
  suggestsPersonal: boolean
  country: string | null
  timeZone: string | null
  errors?: readonly FieldError[] | undefined
  merges: { id: string; mergedAt: Date; undoUntil: Date; givenName: string; familyName: string }[]
}

type AddressRow = { kind: 'confirmed'; email: ConfirmedEmail & Received } | { kind: 'waiting'; change: AddressChange }

/** UX 9, Account: the addresses that are doors to the account, and how it speaks. */
export function accountSettingsPage(c: Ctx, deps: PageDeps, o: AccountSettings): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('settings.account.title'),
    section: 'settings',
    aside: settingsAside(c),
    error: (o.errors?.length ?? 0) > 0,
    body: stack(
      o.errors && errorSummary(t, o.errors),
      o.suggestsPersonal &&
        messageBox({
          kind: 'info',
          heading: messageHeading(t, 'info'),
          body: html`<p>${t('settings.emails.keep')}</p>`,
        }),
      section({
        id: 'emails',
        heading: t('settings.emails'),
        body: [
          addresses(c, deps, o),
          html`<p>${linkButton({ href: '/settings/account/link', label: t('settings.emails.link'), kind: 'primary' })}</p>`,
        ],
      }),
      o.merges.length > 0 && section({ id: 'merges', heading: t('settings.merges'), body: merges(c, deps, o.merges) }),
      section({ id: 'region', heading: t('settings.region'), body: region(c, deps, o) }),
      section({ id: 'language', heading: t('settings.language'), body: language(c, deps, o) }),
    ),
  })
}

function addresses(c: Ctx, deps: PageDeps, o: AccountSettings): Html {
  const t = c.get('t')
  const rows: AddressRow[] = [
    ...o.emails.map((email) => ({ kind: 'confirmed' as const, email })),
    ...o.waiting.map((change) => ({ kind: 'waiting' as const, change })),
  ]
  return dataTable(t, {
    caption: t('settings.emails.caption'),
    captionHidden: true,
    wide: true,
    columns: [
      {
        label: t('settings.emails.address'),
        isRowHeader: true,
        cell: (row) => (row.kind === 'waiting' ? row.change.email : row.email.email),
      },
      {
        label: t('settings.emails.state'),
        cell: (row) =>
          row.kind === 'waiting'
            ? addressChip(t, 'waiting')
            : html`${chips(row.email.isPrimary && addressChip(t, 'primary'), addressChip(t, row.email.bouncedAt ? 'bounced' : 'confirmed'))}${row.email.bouncedAt && html`<p class="hint">${t('settings.emails.bounced')}</p>`}`,
      },
      {
        label: t('settings.emails.badges'),
        numeric: true,
        cell: (row) => (row.kind === 'waiting' ? '' : String(row.email.badges)),
      },
      {
        label: t('settings.emails.documents'),
        numeric: true,
        cell: (row) => (row.kind === 'waiting' ? '' : String(row.email.documents)),
      },
      {
        label: t('settings.emails.actions'),
        labelHidden: true,
        cell: (row) =>
          row.kind === 'waiting'
            ? linkButton({
                href: `/settings/account/link/${row.change.id}`,
                label: t('settings.emails.waiting'),
                small: true,
              })
            : !row.email.isPrimary && addressActions(c, deps, row.email),
      },
    ],
    rows,
  })
}

function addressActions(c: Ctx, deps: PageDeps, { id, email }: ConfirmedEmail): Html {
  const t = c.get('t')
  return cluster(
    postButton({
      action: `/settings/account/emails/${id}/primary`,
      csrf: csrfToken(c, deps),
      label: t('settings.emails.makePrimary'),
      accessibleName: `${t('settings.emails.makePrimary')} ${email}`,
      small: true,
    }),
    linkButton({
      href: `/settings/account/emails/${id}/remove`,
      label: t('settings.emails.remove'),
      accessibleName: `${t('settings.emails.remove')} ${email}`,
      small: true,
    }),
  )
}

function merges(c: Ctx, deps: PageDeps, all: AccountSettings['merges']): Html {
  const t = c.get('t')
  const day = new Intl.DateTimeFormat(regions[c.get('locale')], { dateStyle: 'long' })
  return html`<ul role="list" class="stack">${all.map(
    (merge) =>
      html`<li><p>${t('settings.merges.line', {
        name: `${merge.givenName} ${merge.familyName}`.trim(),
        date: day.format(merge.mergedAt),
        until: day.format(merge.undoUntil),
      })}</p>${postButton({ action: `/settings/account/merges/${merge.id}/undo`, csrf: csrfToken(c, deps), label: t('settings.merges.undo') })}</li>`,
  )}</ul>`
}

function region(c: Ctx, deps: PageDeps, o: AccountSettings): Html {
  const t = c.get('t')
  return form({
    action: '/settings/account/region',
    csrf: csrfToken(c, deps),
    hidden: { idempotency: newToken() },
    body: [
      select({
        name: 'country',
        label: t('register.country'),
        optionalLabel: t('common.optional'),
        placeholder: t('register.country.choose'),
        options: countries(c.get('locale')),
        value: o.country ?? undefined,
        autocomplete: 'country',
        error: errorFor(o.errors, 'country'),
      }),
      select({
        name: 'timeZone',
        label: t('settings.region.timeZone'),
        hint: t('settings.region.timeZone.hint'),
        placeholder: t('settings.region.timeZone.choose'),
        options: timeZones.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
        value: o.timeZone ?? undefined,
        error: errorFor(o.errors, 'timeZone'),
      }),
      formActions(button({ label: t('settings.region.save'), kind: 'secondary' })),
    ],
  })
}

function language(c: Ctx, deps: PageDeps, o: AccountSettings): Html {
  const t = c.get('t')
  return form({
    action: '/settings/account/language',
    csrf: csrfToken(c, deps),
    hidden: { idempotency: newToken() },
    body: [
      select({
        name: 'locale',
        label: t('settings.language.label'),
        value: c.get('locale'),
        error: errorFor(o.errors, 'locale'),
        options: [
          { value: 'en', label: t('settings.language.en'), lang: 'en' },
          { value: 'fr', label: t('settings.language.fr'), lang: 'fr' },
        ],
      }),
      formActions(button({ label: t('settings.language.save'), kind: 'secondary' })),
    ],
  })
}
