import { badgeTexts, dayInWords, expiryWords, type HeldCredential } from '../claiming/index.ts'
import { html, type Html, safeUrl } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeCard,
  badgeChip,
  badgeGrid,
  copyField,
  disclosure,
  emptyState,
  linkButton,
  section,
} from '../platform/pages/components.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { badgeState } from '../claiming/index.ts'
import type { Profile } from './profile-store.ts'

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
    collections: readonly { slug: string; name: string; description: string }[]
    publicUrl: string
    isOwner: boolean
  },
): Html {
  const { t } = p
  const { profile } = o
  const links = [
    ...profile.links.map(({ label, url }) => ({ label: label || url, url })),
    ...profile.social.map(({ network, url }) => ({ label: network, url })),
  ].flatMap(({ label, url }) => {
    const safe = safeUrl(url)
    return safe ? [{ label, url: safe }] : []
  })
  const skills = skillsOf(o.badges)
  return html`${profile.headline && html`<p class="lead">${profile.headline}</p>`}${profile.place && html`<p>${profile.place}</p>`}
${profile.bio && html`<p class="preserve-lines">${profile.bio}</p>`}
${links.length > 0 && html`<ul class="plain-list">${links.map(({ label, url }) => html`<li><a href="${url}" rel="me ugc nofollow noopener noreferrer">${label}</a></li>`)}</ul>`}
${skills.length > 0 && section({ heading: t('badge.skills'), body: html`<ul class="plain-list">${skills.map((skill) => html`<li>${skill}</li>`)}</ul>` })}
${section({
  heading: t('profile.badges'),
  body:
    o.badges.length === 0
      ? emptyState({ sentence: t('profile.empty') })
      : badgeGrid(o.badges.map((badge) => publicCard(p, badge))),
})}
${
  o.collections.length > 0 &&
  section({
    heading: t('collection.heading'),
    body: html`<ul>${o.collections.map(({ slug, name, description }) => html`<li><a href="/u/${profile.handle}/c/${slug}">${name}</a>${description && html`<p class="hint">${description}</p>`}</li>`)}</ul>`,
  })
}
${
  o.isOwner &&
  disclosure({
    summary: t('profile.elsewhere'),
    body: html`${copyField(t, { id: 'profile-card-code', label: t('profile.card.code'), value: `[![${profile.name}](${o.publicUrl}/u/${profile.handle}/card.png)](${o.publicUrl}/u/${profile.handle})`, multiline: true })}${copyField(t, { id: 'profile-feed', label: t('profile.feed.json'), value: `${o.publicUrl}/u/${profile.handle}/badges.json` })}${copyField(t, { id: 'profile-atom', label: t('profile.feed.atom'), value: `${o.publicUrl}/u/${profile.handle}/badges.atom` })}`,
  })
}`
}

function skillsOf(badges: readonly HeldCredential[]): string[] {
  return [...new Set(badges.flatMap(({ snapshot }) => snapshot.achievement.skills.map(({ name }) => name)))].slice(
    0,
    60,
  )
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
  o: { description: string; items: readonly (HeldCredential & { note: string })[]; linksToBadges: boolean },
): Html {
  return html`${o.description && html`<p class="lead preserve-lines">${o.description}</p>`}${
    o.items.length === 0
      ? emptyState({ sentence: p.t('collection.nothing') })
      : badgeGrid(
          o.items.map((item) =>
            publicCard(p, item, {
              note: item.note,
              headingLevel: 2,
              // A private badge has no page of its own that this reader could open.
              href: o.linksToBadges && item.visibility !== 'private' ? `/b/${item.publicId}` : null,
            }),
          ),
        )
  }`
}

export function hiddenBar({ t }: Reader): Html {
  return html`<p>${t('profile.hidden')} ${linkButton({ href: '/settings/profile', label: t('profile.show'), small: true })}</p>`
}
