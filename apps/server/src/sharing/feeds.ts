import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import { escapeHtml } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import type { Profile } from './profile-store.ts'

export interface FeedOf {
  t: Translate
  locale: Locale
  profile: Profile
  badges: readonly HeldCredential[]
  publicUrl: string
  /** Counts from 1. */
  page: number
  pages: number
}

const profileUrl = ({ publicUrl, profile }: FeedOf) => `${publicUrl}/u/${profile.handle}`
const pageUrl = (o: FeedOf, kind: 'json' | 'atom', page = o.page) =>
  `${profileUrl(o)}/badges.${kind}${page > 1 ? `?page=${page}` : ''}`
const badgeUrl = ({ publicUrl }: FeedOf, { publicId }: HeldCredential) => `${publicUrl}/b/${publicId}`
const issuedAt = (badge: HeldCredential) => (badge.issuedAt ?? badge.validFrom).toISOString()
const words = ({ t, locale }: FeedOf, badge: HeldCredential) =>
  t('public.og.title', { badge: badgeTexts(badge, locale).name, issuer: badge.snapshot.issuer.name })

/** JSON Feed 1.1; `next_url` leads on until every badge was given. */
export function jsonFeed(o: FeedOf) {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: o.t('profile.feed.title', { name: o.profile.name }),
    home_page_url: profileUrl(o),
    feed_url: pageUrl(o, 'json'),
    ...(o.page < o.pages ? { next_url: pageUrl(o, 'json', o.page + 1) } : {}),
    language: o.locale,
    authors: [{ name: o.profile.name, url: profileUrl(o) }],
    items: o.badges.map((badge) => ({
      id: badgeUrl(o, badge),
      url: badgeUrl(o, badge),
      title: words(o, badge),
      content_text: badgeTexts(badge, o.locale).description,
      image: `${o.publicUrl}/pictures/${badge.snapshot.picturePngHash}.png`,
      date_published: issuedAt(badge),
      tags: badge.snapshot.achievement.skills.map(({ name }) => name),
    })),
  }
}

/** The Atom Syndication Format (RFC 4287), its pages by RFC 5005 section 3. */
export function atomFeed(o: FeedOf): string {
  const x = escapeHtml
  const updated = o.badges.map(issuedAt).sort().at(-1) ?? o.profile.updatedAt.toISOString()
  const entries = o.badges.map(
    (badge) =>
      `<entry><id>${x(badgeUrl(o, badge))}</id><title>${x(words(o, badge))}</title><link href="${x(badgeUrl(o, badge))}"/><updated>${issuedAt(badge)}</updated><summary>${x(badgeTexts(badge, o.locale).description)}</summary></entry>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${o.locale}"><id>${x(profileUrl(o))}</id><title>${x(o.t('profile.feed.title', { name: o.profile.name }))}</title><link href="${x(profileUrl(o))}"/><link rel="self" href="${x(pageUrl(o, 'atom'))}"/>${o.page > 1 ? `<link rel="previous" href="${x(pageUrl(o, 'atom', o.page - 1))}"/>` : ''}${o.page < o.pages ? `<link rel="next" href="${x(pageUrl(o, 'atom', o.page + 1))}"/>` : ''}<updated>${updated}</updated><author><name>${x(o.profile.name)}</name><uri>${x(profileUrl(o))}</uri></author>${entries.join('')}</feed>
`
}
