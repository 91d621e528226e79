import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm, tick } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields } from '../platform/http/page.ts'
import {
  button,
  checkbox,
  errorFor,
  errorSummary,
  type FieldError,
  form,
  formActions,
  linkButton,
  radios,
  section,
  stack,
} from '../platform/pages/components.ts'
import { addPrivacyPart, settingsPage } from '../platform/pages/settings-frame.ts'
import { changeProfile, profileOf } from './profile-store.ts'
import { shownName } from './people-pages.ts'

const root = '/settings/privacy-security'
const privacyForm = z.object({
  isVisible: tick,
  allowsSearchEngines: tick,
  showName: z.enum(['full', 'initial']),
  badgeVisibility: z.enum(['private', 'link', 'public']),
})

/** Who sees what of a person, at the top of Privacy + Security; export and deletion at its end. */
export function privacyRoutes(deps: Deps): Hono<Env> {
  addPrivacyPart('visibility', { order: -10, render: (c) => visibility(c, deps) })
  addPrivacyPart('data', { order: 10, render: async (c) => data(c) })
  const routes = new Hono<Env>()

  routes.post(`${root}/visibility`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const given = await readForm(c, privacyForm)
    if (!given.ok) {
      // No page offers such an answer, so this one shows the section alone, with what is kept.
      const t = c.get('t')
      const errors = given.errors.map(({ field, message }) => ({ field, message: t(message) }))
      return settingsPage(c, deps, {
        title: t('settings.nav.security'),
        error: true,
        body: stack(errorSummary(t, errors), await visibility(c, deps, errors)),
      })
    }
    const { isVisible, showName, badgeVisibility } = given.data
    // Search engines find only what everybody may see.
    const allowsSearchEngines = given.data.allowsSearchEngines && isVisible
    await deps.db.transaction().execute((tx) =>
      changeProfile(tx, {
        accountId,
        at: deps.now(),
        change: { isVisible, allowsSearchEngines, showsFullName: showName === 'full', badgeVisibility },
      }),
    )
    flash(c, deps, { kind: 'success', message: c.get('t')('privacy.saved') })
    return c.redirect(root, 303)
  })

  return routes
}

async function visibility(
  c: Ctx,
  deps: Pick<Deps, 'db' | 'config' | 'secrets'>,
  errors: readonly FieldError[] = [],
): Promise<Html> {
  const t = c.get('t')
  const viewer = signedIn(c)
  const profile = await profileOf(deps.db, viewer.accountId)
  const name = (showsFullName: boolean) => shownName({ ...viewer, showsFullName })
  return section({
    id: 'visibility',
    heading: t('privacy.title'),
    body: form({
      action: `${root}/visibility`,
      csrf: formFields(c, deps),
      body: [
        checkbox({
          name: 'isVisible',
          label: t('privacy.visible'),
          hint: profile
            ? html`${t('privacy.visible.hint')} <a href="/u/${profile.handle}">/u/${profile.handle}</a>`
            : t('privacy.visible.hint'),
          checked: profile?.isVisible ?? false,
        }),
        checkbox({
          name: 'allowsSearchEngines',
          label: t('privacy.search'),
          hint: t('privacy.search.hint'),
          checked: profile?.allowsSearchEngines ?? false,
        }),
        radios({
          name: 'showName',
          legend: t('privacy.name'),
          error: errorFor(errors, 'showName'),
          value: (profile?.showsFullName ?? true) ? 'full' : 'initial',
          options: [
            { value: 'full', label: t('privacy.name.full', { name: name(true) }) },
            { value: 'initial', label: t('privacy.name.initial', { name: name(false) }) },
          ],
        }),
        radios({
          name: 'badgeVisibility',
          legend: t('privacy.badges'),
          error: errorFor(errors, 'badgeVisibility'),
          hint: t('privacy.badges.hint'),
          value: profile?.badgeVisibility ?? 'private',
          options: (['private', 'link', 'public'] as const).map((value) => ({
            value,
            label: t(`privacy.badges.${value}`),
          })),
        }),
        formActions(button({ label: t('privacy.save'), kind: 'secondary' })),
      ],
    }),
  })
}

function data(c: Ctx): Html {
  const t = c.get('t')
  return html`${section({
    id: 'export',
    heading: t('export.title'),
    body: html`<p>${t('export.about')}</p><p>${linkButton({ href: `${root}/export`, label: t('export.open') })}</p>`,
  })}${section({
    id: 'delete',
    heading: t('erase.title'),
    body: html`<p>${t('erase.about')}</p><p>${linkButton({ href: `${root}/delete`, label: t('erase.open') })}</p>`,
  })}`
}
