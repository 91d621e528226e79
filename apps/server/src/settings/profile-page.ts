import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { formFields } from '../platform/http/page.ts'
import {
  button,
  chip,
  columns,
  disclosure,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  fieldset,
  fileField,
  form,
  formActions,
  postButton,
  section,
  stack,
  textarea,
} from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { type Profile, socialNetworks } from './profile-store.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>
export const profileRoot = '/settings/profile'
export const mostLinks = 5
/** Networks whose pages can say that they belong to the same person. */
export const confirmable = ['mastodon', 'site'] as const

export interface ProfileView {
  givenName: string
  familyName: string
  profile: Profile
  typed?: Record<string, string>
  errors?: readonly FieldError[]
}

/** UX 9, Profile: what a person says about themselves. */
export function profileSettingsPage(c: Ctx, deps: PageDeps, o: ProfileView): Response {
  const t = c.get('t')
  return settingsPage(c, deps, {
    title: t('settings.nav.profile'),
    lead: o.profile.isVisible ? t('profile.lead.visible') : t('profile.lead.hidden'),
    error: (o.errors?.length ?? 0) > 0,
    body: stack(
      o.errors && errorSummary(t, o.errors),
      html`<p>${o.profile.isVisible && html`<a href="/u/${o.profile.handle}">${t('profile.open')}</a> · `}<a href="/settings/privacy-security#visibility">${t('profile.privacy')}</a></p>`,
      section({ id: 'name', heading: t('profile.name'), body: name(c, deps, o) }),
      section({ id: 'about', heading: t('profile.about'), body: about(c, deps, o) }),
      section({ id: 'photo', heading: t('profile.picture'), body: picture(c, deps, o) }),
      section({ id: 'links', heading: t('profile.links'), body: links(c, deps, o) }),
      section({ id: 'social', heading: t('profile.social'), body: social(c, deps, o) }),
    ),
  })
}

/** What was typed, else what is kept. */
function value(o: ProfileView, field: string, kept: string): string {
  return o.typed?.[field] ?? kept
}

function name(c: Ctx, deps: PageDeps, o: ProfileView): Renderable {
  const t = c.get('t')
  return form({
    action: `${profileRoot}/name`,
    csrf: formFields(c, deps),
    body: [
      field({
        name: 'givenName',
        label: t('profile.givenName'),
        value: value(o, 'givenName', o.givenName),
        error: errorFor(o.errors, 'givenName'),
        required: true,
        autocomplete: 'given-name',
        spellcheck: false,
      }),
      field({
        name: 'familyName',
        label: t('profile.familyName'),
        hint: t('profile.name.hint'),
        value: value(o, 'familyName', o.familyName),
        error: errorFor(o.errors, 'familyName'),
        autocomplete: 'family-name',
        spellcheck: false,
      }),
      formActions(button({ label: t('profile.name.save'), kind: 'secondary' })),
    ],
  })
}

function about(c: Ctx, deps: PageDeps, o: ProfileView): Renderable {
  const t = c.get('t')
  const { profile } = o
  const host = new URL(deps.config.publicUrl).host
  return form({
    action: `${profileRoot}/about`,
    csrf: formFields(c, deps),
    body: [
      field({
        name: 'handle',
        label: t('profile.handle'),
        hint: t('profile.handle.hint'),
        prefix: `${host}/u/`,
        value: value(o, 'handle', profile.handle),
        error: errorFor(o.errors, 'handle'),
        required: true,
        autocomplete: 'username',
        spellcheck: false,
      }),
      field({
        name: 'headline',
        label: t('profile.headline'),
        optionalLabel: t('settings.optional'),
        hint: t('profile.headline.hint'),
        value: value(o, 'headline', profile.headline),
        error: errorFor(o.errors, 'headline'),
        autocomplete: 'organization-title',
      }),
      field({
        name: 'place',
        label: t('profile.place'),
        optionalLabel: t('settings.optional'),
        value: value(o, 'place', profile.place),
        error: errorFor(o.errors, 'place'),
        autocomplete: 'address-level2',
      }),
      textarea(t, {
        name: 'bio',
        label: t('profile.bio'),
        optionalLabel: t('settings.optional'),
        hint: t('profile.bio.hint'),
        value: value(o, 'bio', profile.bio),
        error: errorFor(o.errors, 'bio'),
        rows: 6,
        count: 2000,
      }),
      formActions(button({ label: t('profile.about.save'), kind: 'secondary' })),
    ],
  })
}

function picture(c: Ctx, deps: PageDeps, o: ProfileView): Renderable {
  const t = c.get('t')
  const { pictureHash } = o.profile
  const percent = (name: 'left' | 'top' | 'size', kept: string) =>
    field({
      name,
      type: 'number',
      label: t(`profile.crop.${name}`),
      value: value(o, name, kept),
      error: errorFor(o.errors, name),
      suffix: '%',
      min: name === 'size' ? 10 : 0,
      max: 100,
      width: 'short',
      autocomplete: 'off',
    })
  return [
    pictureHash
      ? html`<p><img class="badge-image badge-image-120" src="${pictureUrl(pictureHash, 240)}" width="120" height="120" alt="${t('profile.picture.alt')}"></p>`
      : html`<p>${t('profile.picture.none')}</p>`,
    form({
      action: `${profileRoot}/picture`,
      csrf: formFields(c, deps),
      multipart: true,
      body: [
        fileField(t, {
          name: 'picture',
          label: t('profile.picture.file'),
          hint: t('profile.picture.hint'),
          error: errorFor(o.errors, 'picture'),
          accept: 'image/png,image/jpeg',
          required: true,
        }),
        disclosure({
          summary: t('profile.crop'),
          open: (['left', 'top', 'size'] as const).some((field) => errorFor(o.errors, field)),
          body: fieldset({
            id: 'crop',
            legend: t('profile.crop'),
            hint: t('profile.crop.hint'),
            body: columns(percent('left', '50'), percent('top', '50'), percent('size', '100')),
          }),
        }),
        formActions(button({ label: t('profile.picture.save'), kind: 'secondary' })),
      ],
    }),
    pictureHash &&
      postButton({
        action: `${profileRoot}/picture/remove`,
        csrf: formFields(c, deps),
        label: t('profile.picture.remove'),
      }),
  ]
}

function links(c: Ctx, deps: PageDeps, o: ProfileView): Renderable {
  const t = c.get('t')
  const isFilled = (number: number) =>
    Boolean(o.profile.links[number - 1] ?? o.typed?.[`url${number}`] ?? o.typed?.[`label${number}`])
  const filled = Array.from({ length: mostLinks }, (_, index) => index + 1).findLast(isFilled) ?? 0
  // One more than there are: five empty ones would bury what follows.
  const rows = Array.from({ length: Math.min(mostLinks, filled + 1) }, (_, index) => {
    const kept = o.profile.links[index]
    const number = index + 1
    return fieldset({
      id: `link-${number}`,
      legend: t('profile.link', { number }),
      body: columns(
        field({
          name: `label${number}`,
          label: t('profile.link.label'),
          optionalLabel: t('settings.optional'),
          value: value(o, `label${number}`, kept?.label ?? ''),
          error: errorFor(o.errors, `label${number}`),
          autocomplete: 'off',
        }),
        field({
          name: `url${number}`,
          type: 'url',
          label: t('profile.link.url'),
          optionalLabel: t('settings.optional'),
          value: value(o, `url${number}`, kept?.url ?? ''),
          error: errorFor(o.errors, `url${number}`),
          autocomplete: 'off',
        }),
      ),
    })
  })
  return form({
    action: `${profileRoot}/links`,
    csrf: formFields(c, deps),
    body: [
      filled < mostLinks - 1 && html`<p class="hint">${t('profile.links.more', { count: mostLinks })}</p>`,
      ...rows,
      formActions(button({ label: t('profile.links.save'), kind: 'secondary' })),
    ],
  })
}

function social(c: Ctx, deps: PageDeps, o: ProfileView): Renderable {
  const t = c.get('t')
  const kept = (network: string) => o.profile.social.find((link) => link.network === network)
  const toConfirm = confirmable.filter((network) => kept(network) && !kept(network)?.confirmedAt)
  return [
    html`<p>${t('profile.social.lead')}</p>`,
    form({
      action: `${profileRoot}/social`,
      csrf: formFields(c, deps),
      body: [
        ...socialNetworks.map((network) =>
          field({
            name: network,
            type: 'url',
            label: t(`profile.social.${network}`),
            optionalLabel: t('settings.optional'),
            hint: kept(network)?.confirmedAt
              ? chip('ok', t('profile.social.confirmed'), 'check')
              : t(`profile.social.${network}.hint`),
            value: value(o, network, kept(network)?.url ?? ''),
            error: errorFor(o.errors, network),
            autocomplete: 'off',
          }),
        ),
        formActions(button({ label: t('profile.social.save'), kind: 'secondary' })),
      ],
    }),
    toConfirm.length > 0 &&
      html`<p>${t('profile.social.how', { url: `${deps.config.publicUrl}/u/${o.profile.handle}` })}</p>`,
    ...toConfirm.map((network) =>
      postButton({
        action: `${profileRoot}/social/confirm`,
        csrf: formFields(c, deps),
        hidden: { network },
        label: t('profile.social.confirm', { network: t(`profile.social.${network}`) }),
      }),
    ),
  ]
}
