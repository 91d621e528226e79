import { type Html, html, safeUrl } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeCard,
  badgeGrid,
  badgeHero,
  button,
  chips,
  descriptionList,
  disclosure,
  emptyState,
  field,
  filterForm,
  linkButton,
  messageBox,
  messageHeading,
  section,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { formatDate, formatNumber, logo, type Organization } from '../organizations/index.ts'
import { contentIn } from './content.ts'
import { contentFacts, contentSections, domainChip } from './parts.ts'
import type { PublishedAchievement } from './published.ts'

/** `/t/{org}/{badge}`: what it is, how to earn it, who issues it. */
export function templatePage(
  t: Translate,
  o: {
    locale: Locale
    organization: Organization
    template: PublishedAchievement & { state: string; publishedAt: Date }
    issued: number | undefined
    /** Earlier ones, the latest first. */
    versions: readonly { version: number; publishedAt: Date }[]
    jsonPath: (version: number) => string
  },
): Html {
  const { template, organization, locale } = o
  const texts = contentIn(template.content, locale)
  const lang = texts.language === locale ? undefined : texts.language
  const facts = [
    ...contentFacts(t, locale, template.content),
    o.issued !== undefined && { term: t('public.template.issued'), value: formatNumber(locale, o.issued) },
    {
      term: t('public.template.version'),
      value: t('public.template.version.value', {
        version: template.version,
        date: formatDate(locale, template.publishedAt),
      }),
    },
  ]
  return html`${
    template.state === 'archived' &&
    messageBox({
      kind: 'info',
      heading: messageHeading(t, 'info'),
      body: html`<p>${t('public.template.archived', { issuer: organization.name })}</p>`,
    })
  }${badgeHero({
    imageUrl: pictureUrl(template.picturePngHash, 512),
    imageAlt: template.content.altText,
    name: texts.name,
    lang,
    chips: domainChip(t, organization),
    facts: html`<p><a href="/o/${organization.slug}">${t('public.template.issuer', { issuer: organization.name })}</a></p>${texts.description && html`<p class="lead"${lang ? html` lang="${lang}"` : null}>${texts.description}</p>`}`,
  })}<div class="main-and-side"><div>${contentSections(t, locale, template.content)}</div><div class="side">${section({
    heading: t('public.template.facts'),
    framed: true,
    body: html`${descriptionList(facts, { compact: true })}${
      o.versions.length > 0 &&
      disclosure({
        summary: t('public.template.versions'),
        body: html`<ul>${o.versions.map(({ version, publishedAt }) => html`<li><a href="${o.jsonPath(version)}" type="application/ld+json">${t('public.template.version.value', { version, date: formatDate(locale, publishedAt) })}</a></li>`)}</ul>`,
      })
    }`,
  })}${section({
    heading: t('public.template.check'),
    framed: true,
    body: html`<p>${t('public.template.check.how')}</p><p>${linkButton({ label: t('public.template.check'), href: '/verify' })}</p><p class="hint"><a href="${o.jsonPath(template.version)}" type="application/ld+json">${t('public.template.json')}</a></p><p class="hint"><a href="/t/${organization.slug}/${template.slug}/embed">${t('embed.template.link')}</a></p>`,
  })}</div></div>`
}

/** `/o/{org}`: who issues, how to reach them, what can be earned. */
export function issuerPage(
  t: Translate,
  o: { locale: Locale; organization: Organization; templates: readonly PublishedAchievement[]; query: string },
): Html {
  const { organization } = o
  const website = safeUrl(organization.website)
  const facts = [
    website !== undefined && {
      term: t('public.issuer.website'),
      value: html`<a href="${website}" rel="ugc nofollow noopener noreferrer">${new URL(website).host}</a>`,
    },
    organization.contactEmail !== null && {
      term: t('public.issuer.contact'),
      value: html`<a href="mailto:${organization.contactEmail}">${organization.contactEmail}</a>`,
    },
  ]
  return html`<div class="issuer-head">${logo(organization.logoHash, 96)}<div class="stack"><h1 class="serif">${organization.name}</h1>${chips(domainChip(t, organization))}</div></div>${
    organization.state === 'suspended' &&
    messageBox({
      kind: 'warning',
      heading: messageHeading(t, 'warning'),
      body: html`<p>${t('public.issuer.suspended')}</p>`,
    })
  }${organization.description && html`<div class="prose">${organization.description.split(/\n{2,}/).map((text) => html`<p>${text}</p>`)}</div>`}${facts.some(Boolean) && descriptionList(facts)}${section(
    {
      id: 'badges',
      heading: t(
        organization.credentialLabel === 'badge' ? 'public.issuer.badges' : 'public.issuer.badges.micro-credential',
      ),
      body: templatesOf(t, o),
    },
  )}${section({
    heading: t('public.issuer.check', { name: organization.name }),
    framed: true,
    body: html`<p>${t('public.issuer.check.body', { name: organization.name })}</p><p>${linkButton({ label: t('public.template.check'), href: '/verify' })}</p>`,
  })}`
}

function templatesOf(
  t: Translate,
  o: { locale: Locale; organization: Organization; templates: readonly PublishedAchievement[]; query: string },
): Html {
  const { organization, locale } = o
  if (o.templates.length === 0) return html`<p>${t('public.issuer.none')}</p>`
  const wanted = folded(o.query)
  const found = o.templates.filter(({ content }) => {
    const texts = contentIn(content, locale)
    return folded(
      [texts.name, texts.description, ...content.tags, ...content.skills.map(({ name }) => name)].join(' '),
    ).includes(wanted)
  })
  const at = `/o/${organization.slug}`
  const search =
    (o.templates.length > 6 || o.query !== '') &&
    filterForm({
      action: at,
      label: t('public.issuer.search.submit'),
      body: html`${field({ name: 'q', type: 'search', label: t('public.issuer.search'), value: o.query, width: 'medium', autocomplete: 'off' })}${button({ label: t('public.issuer.search.submit'), kind: 'secondary' })}`,
    })
  if (found.length === 0)
    return html`${search}${emptyState({ sentence: t('public.issuer.nothing', { query: o.query }), action: linkButton({ label: t('public.issuer.clear'), href: at }), drawing: 'search' })}`
  return html`${search}${o.query !== '' && html`<p role="status">${t('public.issuer.found', { count: found.length })}</p>`}${badgeGrid(
    found.map((template) => {
      const texts = contentIn(template.content, locale)
      return badgeCard({
        name: texts.name,
        href: `/t/${organization.slug}/${template.slug}`,
        imageUrl: pictureUrl(template.picturePngHash, 240),
        issuer: organization.name,
        lang: texts.language === locale ? undefined : texts.language,
      })
    }),
  )}`
}

/** Search sees neither case nor accents. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
}
