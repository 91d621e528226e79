import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import { page } from '../platform/http/page.ts'
import { newToken } from '../platform/ids.ts'
import {
  addressChip,
  button,
  chips,
  dataTable,
  form,
  formActions,
  section,
  select,
  sideNavigation,
  stack,
} from '../platform/pages/components.ts'
import type { ConfirmedEmail } from './store.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

/** UX 9, Account: the addresses that are doors to the account, and how it speaks. */
export function accountSettingsPage(c: Ctx, deps: PageDeps, o: { emails: ConfirmedEmail[] }): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('settings.account.title'),
    section: 'settings',
    aside: sideNavigation({
      label: t('settings.title'),
      items: [{ href: '/settings/account', label: t('settings.nav.account') }],
      currentPath: c.req.path,
    }),
    body: stack(
      section({
        id: 'emails',
        heading: t('settings.emails'),
        body: dataTable(t, {
          caption: t('settings.emails.caption'),
          captionHidden: true,
          columns: [
            { label: t('settings.emails.address'), cell: ({ email }) => email, isRowHeader: true },
            {
              label: t('settings.emails.state'),
              cell: ({ isPrimary, bouncedAt }) =>
                chips(isPrimary && addressChip(t, 'primary'), addressChip(t, bouncedAt ? 'bounced' : 'confirmed')),
            },
          ],
          rows: o.emails,
        }),
      }),
      section({
        id: 'language',
        heading: t('settings.language'),
        body: form({
          action: '/settings/account/language',
          csrf: csrfToken(c, deps),
          hidden: { idempotency: newToken() },
          body: [
            select({
              name: 'locale',
              label: t('settings.language.label'),
              value: c.get('locale'),
              options: [
                { value: 'en', label: t('settings.language.en'), lang: 'en' },
                { value: 'fr', label: t('settings.language.fr'), lang: 'fr' },
              ],
            }),
            formActions(button({ label: t('settings.language.save') })),
          ],
        }),
      }),
    ),
  })
}
