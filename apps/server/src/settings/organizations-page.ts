import { formatDate } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html, type Renderable, safeUrl } from '../platform/http/html.ts'
import { formFields } from '../platform/http/page.ts'
import {
  button,
  chip,
  chips,
  cluster,
  dataTable,
  descriptionList,
  disclosure,
  emptyState,
  errorFor,
  errorSummary,
  externalLink,
  field,
  type FieldError,
  form,
  formActions,
  panel,
  postButton,
  section,
  stack,
} from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import type { EducationLink, MetOrganization } from './organizations-store.ts'
import type { RequestToPerson } from './people-store.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export interface OrganizationsView {
  met: MetOrganization[]
  requests: RequestToPerson[]
  education: EducationLink[]
  /** Names of organizations of this site, offered while an institution is typed. */
  known: string[]
  typed?: Record<string, string>
  errors?: readonly FieldError[]
}

/** UX 9, Organizations: whose badges are taken without a click, who may see the profile, where the person learns. */
export function organizationsPage(c: Ctx, deps: PageDeps, o: OrganizationsView): Response {
  const t = c.get('t')
  return settingsPage(c, deps, {
    title: t('settings.nav.organizations'),
    error: (o.errors?.length ?? 0) > 0,
    body: stack(
      o.errors && errorSummary(t, o.errors),
      section({
        id: 'auto-accept',
        heading: t('settings.orgs.auto'),
        lead: t('settings.orgs.auto.lead'),
        body: autoAccept(c, deps, o.met),
      }),
      section({
        id: 'employers',
        heading: t('settings.orgs.employers'),
        lead: t('settings.orgs.employers.lead'),
        body: employers(c, deps, o.requests),
      }),
      section({
        id: 'education',
        heading: t('settings.orgs.education'),
        lead: t('settings.orgs.education.lead'),
        body: education(c, deps, o),
      }),
    ),
  })
}

function autoAccept(c: Ctx, deps: PageDeps, met: MetOrganization[]): Renderable {
  const t = c.get('t')
  const locale = c.get('locale')
  if (met.length === 0) return emptyState({ sentence: t('settings.orgs.auto.none') })
  return [
    html`<p class="hint">${t('settings.orgs.auto.private')}</p>`,
    dataTable(t, {
      caption: t('settings.orgs.auto.caption'),
      captionHidden: true,
      rows: met,
      columns: [
        {
          label: t('settings.orgs.auto.organization'),
          isRowHeader: true,
          cell: ({ slug, name, badges }) =>
            html`<a href="/o/${slug}">${name}</a><div class="hint">${t('settings.orgs.auto.badges', { count: badges })}</div>`,
        },
        {
          label: t('settings.orgs.auto.state'),
          cell: ({ acceptedSince }) =>
            acceptedSince
              ? html`${chip('ok', t('settings.orgs.auto.on'), 'check')} <span class="hint">${t('settings.orgs.auto.since', { date: formatDate(locale, acceptedSince) })}</span>`
              : chip('neutral', t('settings.orgs.auto.off'), 'ring'),
        },
        {
          label: t('settings.orgs.actions'),
          labelHidden: true,
          cell: ({ id, name, acceptedSince }) => {
            const which = acceptedSince ? 'turnOff' : 'turnOn'
            return postButton({
              action: '/settings/organizations/auto-accept',
              csrf: formFields(c, deps),
              hidden: { organization: id, to: acceptedSince ? 'off' : 'on' },
              label: t(`settings.orgs.auto.${which}`),
              accessibleName: t(`settings.orgs.auto.${which}Name`, { organization: name }),
              small: true,
            })
          },
        },
      ],
    }),
  ]
}

function employers(c: Ctx, deps: PageDeps, requests: RequestToPerson[]): Renderable {
  const t = c.get('t')
  const open = requests.filter(({ state }) => state === 'requested')
  const allowed = requests.filter(({ state }) => state === 'allowed')
  const over = requests.filter(({ state }) => state === 'refused' || state === 'ended')
  return [
    allowed.length === 0 && html`<p>${t('settings.orgs.employers.none')}</p>`,
    ...[...open, ...allowed].map((request) => employer(c, deps, request)),
    over.length > 0 &&
      disclosure({
        summary: t('settings.orgs.employers.ended'),
        body: stack(...over.map((request) => employer(c, deps, request))),
      }),
  ]
}

function employer(c: Ctx, deps: PageDeps, request: RequestToPerson): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const name = request.organizationName
  const isOpen = request.state === 'requested'
  const isAllowed = request.state === 'allowed'
  const scopes = [
    request.wantsProfile && t('settings.orgs.employers.sees.profile'),
    request.wantsDirectory && t('settings.orgs.employers.sees.directory'),
  ].filter((scope) => scope !== false)
  const act = (what: 'allow' | 'refuse' | 'end', kind: 'primary' | 'secondary') =>
    postButton({
      action: `/settings/organizations/employers/${what}`,
      csrf: formFields(c, deps),
      hidden: { request: request.id },
      label: t(`settings.orgs.employers.${what}`),
      accessibleName: t(`settings.orgs.employers.${what}Name`, { organization: name }),
      kind,
    })
  const since = isOpen ? request.requestedAt : (request.endedAt ?? request.answeredAt ?? request.requestedAt)
  return panel(
    html`<h3><a href="/o/${request.organizationSlug}">${name}</a></h3><p>${chips(
      stateChip(c, request),
      request.domain
        ? chip('ok', t('settings.orgs.employers.domain', { domain: request.domain }), 'check')
        : chip('neutral', t('settings.orgs.employers.noDomain'), 'ring'),
    )}</p>${descriptionList([
      {
        term: isAllowed ? t('settings.orgs.employers.sees') : t('settings.orgs.employers.wants'),
        value: html`<ul>${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>`,
      },
      {
        term: isOpen ? t('settings.orgs.employers.asked') : t('settings.orgs.employers.since'),
        value: formatDate(locale, since),
      },
      isAllowed && {
        term: t('settings.orgs.employers.lastSeen'),
        value: request.lastSeenAt ? formatDate(locale, request.lastSeenAt) : t('settings.orgs.employers.never'),
      },
      request.message !== '' && isOpen && { term: t('settings.orgs.employers.message'), value: request.message },
    ])}${isOpen && cluster(act('allow', 'primary'), act('refuse', 'secondary'))}${isAllowed && act('end', 'secondary')}`,
  )
}

function stateChip(c: Ctx, { state }: RequestToPerson): Html {
  const t = c.get('t')
  if (state === 'requested') return chip('warn', t('settings.orgs.employers.waiting'), 'clock')
  if (state === 'allowed') return chip('ok', t('settings.orgs.employers.allowed'), 'check')
  if (state === 'refused') return chip('neutral', t('settings.orgs.employers.refused'), 'cross')
  return chip('neutral', t('settings.orgs.employers.endedState'), 'ring')
}

function education(c: Ctx, deps: PageDeps, o: OrganizationsView): Renderable {
  const t = c.get('t')
  const action = '/settings/organizations/education'
  return [
    o.education.length === 0
      ? html`<p>${t('settings.orgs.education.none')}</p>`
      : dataTable(t, {
          caption: t('settings.orgs.education.caption'),
          captionHidden: true,
          rows: o.education,
          columns: [
            {
              label: t('settings.orgs.education.institution'),
              isRowHeader: true,
              cell: ({ institution }) => institution,
            },
            { label: t('settings.orgs.education.number'), cell: ({ memberNumber }) => memberNumber },
            {
              label: t('settings.orgs.education.signIn'),
              cell: ({ signInUrl }) => {
                const address = safeUrl(signInUrl)
                return address && externalLink(t, address, t('settings.orgs.education.open'))
              },
            },
            {
              label: t('settings.orgs.education.status'),
              cell: ({ isConfirmed }) =>
                isConfirmed
                  ? chip('ok', t('settings.orgs.education.confirmed'), 'check')
                  : chip('neutral', t('settings.orgs.education.stated'), 'ring'),
            },
            {
              label: t('settings.orgs.actions'),
              labelHidden: true,
              cell: ({ id, institution }) =>
                postButton({
                  action: `${action}/remove`,
                  csrf: formFields(c, deps),
                  hidden: { link: id },
                  label: t('settings.orgs.education.remove'),
                  accessibleName: t('settings.orgs.education.removeName', { institution }),
                  small: true,
                }),
            },
          ],
        }),
    disclosure({
      summary: t('settings.orgs.education.add'),
      open: o.errors !== undefined,
      boxed: true,
      body: form({
        action,
        csrf: formFields(c, deps),
        body: [
          field({
            name: 'institution',
            label: t('settings.orgs.education.institution'),
            hint: o.known.length > 0 ? t('settings.orgs.education.institution.hint') : undefined,
            value: o.typed?.['institution'],
            error: errorFor(o.errors, 'institution'),
            list: o.known.length > 0 ? 'known-institutions' : undefined,
            required: true,
            autocomplete: 'organization',
          }),
          o.known.length > 0 &&
            html`<datalist id="known-institutions">${o.known.map((name) => html`<option value="${name}"></option>`)}</datalist>`,
          field({
            name: 'memberNumber',
            label: t('settings.orgs.education.number'),
            optionalLabel: t('settings.optional'),
            value: o.typed?.['memberNumber'],
            error: errorFor(o.errors, 'memberNumber'),
            width: 'medium',
            autocomplete: 'off',
          }),
          field({
            name: 'signInUrl',
            type: 'url',
            label: t('settings.orgs.education.signIn'),
            optionalLabel: t('settings.optional'),
            hint: t('settings.orgs.education.signIn.hint'),
            value: o.typed?.['signInUrl'],
            error: errorFor(o.errors, 'signInUrl'),
            autocomplete: 'url',
          }),
          formActions(button({ label: t('settings.orgs.education.add'), kind: 'secondary' })),
        ],
      }),
    }),
  ]
}
