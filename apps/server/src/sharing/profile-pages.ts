import { badgeTexts, dayInWords, expiryWords, type HeldCredential } from '../claiming/index.ts'
import { html, type Html, safeUrl } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeCard,
  badgeChip,
  badgeGrid,
  chip,
  copyField,
  disclosure,
  emptyState,
  linkButton,
  pagination,
  portrait,
  section,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { badgeState } from '../claiming/index.ts'
import type { Profile } from './profile-store.ts'
import { markdownWords } from './signature.ts'

/** Badges on one page of a profile or a collection. */
export const badgesPerPage = 48

export interface Reader {
  t: Translate
  locale: Locale
  now: Date
}

/** What a person shows of themselves: words, skills from public badges, public badges and collections. */
export function profilePage(
  p: Reader,
  o: {
    profile: Profile
    badges: readonly HeldCredential[]
    page: number
    pages: number
    skills: readonly string[]
    collections: readonly { slug: string; name: string; description: string }[]
    publicUrl: string
    isOwner: boolean
  },
): Html {
  const { t } = p
  const { profile, skills } = o
  const address = `/u/${profile.handle}`
  return html`<div class="profile-head">${portrait({ name: profile.name, pictureUrl: profile.pictureHash ? pictureUrl(profile.pictureHash, 240) : undefined })}<div class="profile-words"><h1>${profile.name}</h1>${profile.headline && html`<p class="lead">${profile.headline}</p>`}${profile.place && html`<p class="muted">${profile.place}</p>`}</div></div>
${profile.bio && html`<p class="preserve-lines">${profile.bio}</p>`}
${linkList(t, profile)}
${skills.length > 0 && section({ heading: t('badge.skills'), body: html`<ul class="skills" role="list">${skills.map((skill) => html`<li>${skill}</li>`)}</ul>` })}
${section({
  id: 'badges',
  heading: t('profile.badges'),
  body:
    o.badges.length === 0
      ? emptyState({ sentence: t('profile.empty') })
      : html`${badgeGrid(o.badges.map((badge) => publicCard(p, badge)))}${pagination(t, { page: o.page, pages: o.pages, href: (page) => `${address}${page > 1 ? `?page=${page}` : ''}#badges` })}`,
})}
${
  o.collections.length > 0 &&
  section({
    heading: t('collection.heading'),
    body: html`<ul>${o.collections.map(({ slug, name, description }) => html`<li><a href="${address}/c/${slug}">${name}</a>${description && html`<p class="hint">${description}</p>`}</li>`)}</ul>`,
  })
}
${o.isOwner && elsewhere(p, profile, o.publicUrl)}`
}

const networks = ['linkedin', 'x', 'bluesky', 'mastodon', 'orcid', 'site'] as const

/** Each link by its network's name or the person's own word, with where it leads, and whether that page links back. */
function linkList(t: Translate, profile: Profile): Html | null {
  const links = [
    ...profile.links.map(({ label, url }) => ({ label, url, isConfirmed: false })),
    ...profile.social.map(({ network, url, confirmedAt }) => {
      const known = networks.find((name) => name === network)
      return { label: known ? t(`profile.social.${known}`) : '', url, isConfirmed: confirmedAt !== undefined }
    }),
  ].flatMap(({ url, ...link }) => {
    const safe = safeUrl(url)
    return safe && URL.canParse(safe) ? [{ ...link, url: safe, where: shortAddress(safe) }] : []
  })
  if (links.length === 0) return null
  return html`<ul class="plain-list">${links.map(({ label, url, where, isConfirmed }) => html`<li><a href="${url}" rel="me ugc nofollow noopener noreferrer">${label || where}</a>${label && html` <span class="hint break-anywhere">${where}</span>`}${isConfirmed && html` ${chip('ok', t('profile.confirmed'), 'check')}`}</li>`)}</ul>`
}

function shortAddress(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host.replace(/^www\./, '')}${pathname.replace(/\/$/, '')}`
}

/** For the owner: what to put on other pages. */
function elsewhere({ t }: Reader, profile: Profile, publicUrl: string): Html {
  const url = `${publicUrl}/u/${profile.handle}`
  return disclosure({
    summary: t('profile.elsewhere'),
    body: html`${!profile.isVisible && html`<p>${t('profile.elsewhere.hidden')}</p>`}${copyField(t, { id: 'profile-address', label: t('profile.address'), value: url })}${copyField(t, { id: 'profile-card-code', label: t('profile.card.code'), value: `[![${markdownWords(profile.name)}](${url}/card.png)](${url})`, multiline: true })}${copyField(t, { id: 'profile-feed', label: t('profile.feed.json'), value: `${url}/badges.json` })}${copyField(t, { id: 'profile-atom', label: t('profile.feed.atom'), value: `${url}/badges.atom` })}`,
  })
}

/** A badge as everybody may see it; `href` leads elsewhere where the public page is not open. */
export function publicCard(
  p: Reader,
  badge: HeldCredential,
  o: { href?: string | null; note?: string; headingLevel?: 2 | 3 } = {},
): Html {
  const texts = badgeTexts(badge, p.locale)
  const state = badgeState(badge, p.now)
  return badgeCard({
    name: texts.name,
    ...(o.href === null ? {} : { href: o.href ?? `/b/${badge.publicId}` }),
    imageUrl: pictureUrl(badge.snapshot.picturePngHash, 240),
    issuer: badge.snapshot.issuer.name,
    date: `${dayInWords(p.locale, badge.snapshot.awardedOn)} · ${expiryWords(p, badge, p.now)}`,
    dateTime: badge.snapshot.awardedOn,
    lang: texts.lang,
    headingLevel: o.headingLevel ?? 3,
    chips: state !== 'valid' && badgeChip(p.t, state),
    actions: o.note && html`<p>${o.note}</p>`,
  })
}

/** A collection for its readers, whoever they are. */
export function collectionView(
  p: Reader,
  o: {
    description: string
    items: readonly (HeldCredential & { note: string })[]
    linksToBadges: boolean
    page: number
    /** Where this collection is; its pages are below it. */
    address: string
  },
): Html {
  const pages = Math.max(1, Math.ceil(o.items.length / badgesPerPage))
  const page = Math.min(pages, o.page)
  const shown = o.items.slice((page - 1) * badgesPerPage, page * badgesPerPage)
  return html`${o.description && html`<p class="lead preserve-lines">${o.description}</p>`}${
    o.items.length === 0
      ? emptyState({ sentence: p.t('collection.nothing') })
      : html`${badgeGrid(
          shown.map((item) =>
            publicCard(p, item, {
              note: item.note,
              headingLevel: 2,
              // A private badge has no page of its own that this reader could open.
              href: o.linksToBadges && item.visibility !== 'private' ? `/b/${item.publicId}` : null,
            }),
          ),
        )}${pagination(p.t, { page, pages, href: (number) => `${o.address}${number > 1 ? `?page=${number}` : ''}` })}`
  }`
}

export function hiddenBar({ t }: Reader): Html {
  return html`<p>${t('profile.hidden')} ${linkButton({ href: '/settings/profile', label: t('profile.show'), small: true })}</p>`
}
