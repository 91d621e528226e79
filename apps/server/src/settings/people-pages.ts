import { consolePage, formatDate, inConsole, may } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { formFields } from '../platform/http/page.ts'
import { markdown } from '../platform/markdown.ts'
import {
  backLink,
  badgeCard,
  badgeGrid,
  button,
  checkboxes,
  chip,
  dataTable,
  emptyState,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  form,
  formActions,
  postButton,
  prose,
  section,
  stack,
  textarea,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import type { AllowedPerson, RequestOfTeam } from './people-store.ts'

type PageDeps = Pick<Deps, 'db' | 'config' | 'secrets'>

/** The name as its owner wants it shown: in full, or with the first letter of the family name. */
export function shownName(o: { givenName: string; familyName: string; showsFullName: boolean }): string {
  if (o.showsFullName) return `${o.givenName} ${o.familyName}`.trim()
  const initial = new Intl.Segmenter('und').segment(o.familyName).containing(0)?.segment
  return initial ? `${o.givenName} ${initial}.` : o.givenName
}

export interface PeopleView {
  directory: AllowedPerson[]
  requests: RequestOfTeam[]
  typed?: Record<string, string>
  what?: string[]
  errors?: readonly FieldError[]
}

/** The team's side: who allowed it to see them, what it asked for, and asking. */
export function peoplePage(c: Ctx, deps: PageDeps, o: PeopleView): Promise<Response> {
  const t = c.get('t')
  const { base, role } = inConsole(c)
  const mayAsk = may(role, 'manage')
  return consolePage(c, deps, {
    title: t('people.title'),
    lead: t('people.lead'),
    error: (o.errors?.length ?? 0) > 0,
    body: stack(
      o.errors && errorSummary(t, o.errors),
      section({ id: 'directory', heading: t('people.directory'), body: directory(c, base, o.directory) }),
      mayAsk && section({ id: 'requests', heading: t('people.requests'), body: requests(c, deps, base, o.requests) }),
      mayAsk && section({ id: 'ask', heading: t('people.ask'), body: ask(c, deps, base, o) }),
    ),
  })
}

function directory(c: Ctx, base: string, people: AllowedPerson[]): Renderable {
  const t = c.get('t')
  if (people.length === 0) return emptyState({ sentence: t('people.directory.none') })
  return dataTable(t, {
    caption: t('people.directory.caption'),
    captionHidden: true,
    rows: people,
    columns: [
      { label: t('people.directory.name'), isRowHeader: true, cell: shownName },
      { label: t('people.directory.headline'), cell: ({ headline }) => headline },
      { label: t('people.directory.since'), cell: ({ since }) => formatDate(c.get('locale'), since) },
      {
        label: t('people.directory.profile'),
        labelHidden: true,
        cell: (person) =>
          person.wantsProfile &&
          html`<a href="${base}/people-requests/${person.requestId}" aria-label="${t('people.directory.viewName', { name: shownName(person) })}">${t('people.directory.view')}</a>`,
      },
    ],
  })
}

const tones = { requested: 'warn', allowed: 'ok', refused: 'neutral', ended: 'neutral', cancelled: 'neutral' } as const
const shapes = { requested: 'clock', allowed: 'check', refused: 'cross', ended: 'ring', cancelled: 'ring' } as const

function requests(c: Ctx, deps: PageDeps, base: string, all: RequestOfTeam[]): Renderable {
  const t = c.get('t')
  if (all.length === 0) return html`<p>${t('people.requests.none')}</p>`
  return dataTable(t, {
    caption: t('people.requests.caption'),
    captionHidden: true,
    rows: all,
    columns: [
      { label: t('people.requests.email'), isRowHeader: true, cell: ({ email }) => email },
      {
        label: t('people.requests.what'),
        cell: ({ wantsProfile, wantsDirectory }) =>
          [wantsProfile && t('people.requests.profile'), wantsDirectory && t('people.requests.inDirectory')]
            .filter(Boolean)
            .join(' · '),
      },
      {
        label: t('people.requests.state'),
        cell: ({ state }) => chip(tones[state], t(`people.requests.state.${state}`), shapes[state]),
      },
      { label: t('people.requests.date'), cell: ({ requestedAt }) => formatDate(c.get('locale'), requestedAt) },
      {
        label: t('settings.orgs.actions'),
        labelHidden: true,
        cell: ({ id, email, state, wantsProfile }) => {
          if (state === 'allowed' && wantsProfile)
            return html`<a href="${base}/people-requests/${id}" aria-label="${t('people.directory.viewName', { name: email })}">${t('people.directory.view')}</a>`
          if (state !== 'requested') return null
          return postButton({
            action: `${base}/people-requests/withdraw`,
            csrf: formFields(c, deps),
            hidden: { request: id },
            label: t('people.requests.withdraw'),
            accessibleName: t('people.requests.withdrawName', { email }),
            small: true,
          })
        },
      },
    ],
  })
}

function ask(c: Ctx, deps: PageDeps, base: string, o: PeopleView): Renderable {
  const t = c.get('t')
  return form({
    action: `${base}/people-requests/ask`,
    csrf: formFields(c, deps),
    body: [
      field({
        name: 'email',
        type: 'email',
        label: t('people.ask.email'),
        hint: t('people.ask.email.hint'),
        value: o.typed?.['email'],
        error: errorFor(o.errors, 'email'),
        required: true,
        autocomplete: 'off',
      }),
      checkboxes({
        name: 'what',
        legend: t('people.ask.what'),
        values: o.what ?? [],
        error: errorFor(o.errors, 'what'),
        options: [
          { value: 'profile', label: t('people.ask.profile'), hint: t('settings.orgs.employers.sees.profile') },
          { value: 'directory', label: t('people.ask.directory'), hint: t('settings.orgs.employers.sees.directory') },
        ],
      }),
      textarea(t, {
        name: 'message',
        label: t('people.ask.message'),
        optionalLabel: t('settings.optional'),
        value: o.typed?.['message'],
        error: errorFor(o.errors, 'message'),
        rows: 3,
        count: 500,
      }),
      formActions(button({ label: t('people.ask.submit') })),
    ],
  })
}

export interface PublicBadge {
  publicId: string
  name: string
  language: string
  issuerName: string
  picturePngHash: string
  awardedOn: string
}

/** What a person allowed an organization to see: never more than name, headline, picture, text and public badges. */
export function personPage(
  c: Ctx,
  deps: PageDeps,
  o: { person: AllowedPerson; badges: PublicBadge[]; day: (day: string) => string },
): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const { person } = o
  return consolePage(c, deps, {
    title: t('people.directory.profile'),
    heading: shownName(person),
    lead: person.headline || undefined,
    body: stack(
      backLink(`${base}/people-requests`, t('people.profile.back')),
      person.pictureHash &&
        html`<p><img class="badge-image badge-image-120" src="${pictureUrl(person.pictureHash, 240)}" width="120" height="120" alt=""></p>`,
      person.bio !== '' && prose(markdown(person.bio)),
      section({
        id: 'badges',
        heading: t('people.profile.public'),
        body:
          o.badges.length === 0
            ? html`<p>${t('people.profile.noBadges')}</p>`
            : badgeGrid(
                o.badges.map((badge) =>
                  badgeCard({
                    name: badge.name,
                    href: `/b/${badge.publicId}`,
                    imageUrl: pictureUrl(badge.picturePngHash, 240),
                    issuer: badge.issuerName,
                    date: o.day(badge.awardedOn),
                    lang: badge.language,
                  }),
                ),
              ),
      }),
    ),
  })
}
