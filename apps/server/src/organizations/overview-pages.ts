import { type Html, html, type Renderable } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { chip, figure, linkButton, panel, section, emptyState } from '../platform/pages/components.ts'
import { logo } from './profile-pages.ts'
import { roleName } from './console.ts'
import type { Role } from './organization.ts'

export interface Choice {
  slug: string
  name: string
  logoHash: string | null
  role: Role
}

/** `/console`: the organizations that a person works for. */
export function choices(t: Translate, organizations: readonly Choice[]): Html {
  const create = linkButton({
    label: t('console.new'),
    href: '/console/new',
    kind: organizations.length === 0 ? 'primary' : 'secondary',
    icon: 'plus',
  })
  if (organizations.length === 0) return emptyState({ sentence: t('console.none'), action: create, drawing: 'people' })
  return html`<h2 class="visually-hidden">${t('console.organizations')}</h2><ul class="organization-list" role="list">${organizations.map(
    (organization) =>
      html`<li class="organization-card">${logo(organization.logoHash, 48)}<div><h3><a href="/console/${organization.slug}">${organization.name}</a></h3><p class="hint">${roleName(t, organization.role)}</p></div></li>`,
  )}</ul><p>${create}</p>`
}

export interface SetupStep {
  title: string
  why: string
  href: string | undefined
  isDone: boolean
}

/** What is left before the first real badge; it goes away when all is done. */
export function setupChecklist(t: Translate, steps: readonly SetupStep[]): Html | null {
  const left = steps.filter(({ isDone }) => !isDone).length
  if (left === 0) return null
  return section({
    id: 'setup',
    heading: t('organization.setup'),
    lead: t('organization.setup.left', { count: left }),
    body: html`<ol class="checklist" role="list">${steps.map(
      ({ title, why, href, isDone }) =>
        html`<li class="${isDone ? 'checklist-done' : 'checklist-open'}"><div class="checklist-words">${href && !isDone ? html`<a href="${href}">${title}</a>` : html`<span>${title}</span>`}${!isDone && html`<p class="hint">${why}</p>`}</div>${
          isDone
            ? chip('ok', t('organization.setup.done'), 'check')
            : chip('neutral', t('organization.setup.open'), 'ring')
        }</li>`,
    )}</ol>`,
  })
}

export function figures(
  t: Translate,
  counts: { published: string; issued: string; members: string },
  base: string,
): Html {
  return section({
    id: 'figures',
    heading: t('organization.figures'),
    body: panel(
      html`<div class="figures">${figure({ value: counts.issued, label: t('organization.figures.issued'), definition: t('organization.figures.issued.definition') })}${figure({ value: counts.published, label: t('organization.figures.published') })}${figure({ value: counts.members, label: t('organization.figures.members'), href: `${base}/team` })}</div>`,
    ),
  })
}

export function overview(parts: readonly Renderable[]): Html {
  return html`${parts}`
}
