/**
 * Every address on another site that Lapel leads an earner to. Plain links: no script of theirs on our pages, nothing is
 * posted for the person, no parameter that names the person. Facts: the networks' own pages, and LinkedIn's
 * add-to-profile form.
 */

export interface SharedBadge {
  name: string
  issuerName: string
  /** Absolute address that answers without signing in. */
  url: string
  /** The number printed on the page and the certificate. */
  label: string
  issuedOn: Date
  expiresOn: Date | null
  /** Numeric id of the issuer's page at LinkedIn, which brings its logo. */
  linkedInOrganizationId: string | null
}

/** Each value percent-encoded, spaces as `%20`: the networks' own apps read a `+` as a plus sign. */
function address(base: string, parameters: Record<string, string | number | null | undefined>): string {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encode(String(value))}`)
    .join('&')
  return query ? `${base}?${query}` : base
}

/** RFC 3986: also the five characters that `encodeURIComponent` leaves, which some mail programs cut addresses at. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export interface ProfileEntry {
  name: string
  organizationId: string | undefined
  organizationName: string | undefined
  issueYear: number
  /** 1 to 12. */
  issueMonth: number
  expirationYear: number | undefined
  expirationMonth: number | undefined
  certUrl: string
  certId: string
}

/**
 * What LinkedIn's certification form is filled with: also shown beside the button, for when the form comes up empty.
 * Months are 1 to 12; dates are those of the badge in UTC, as everywhere on its page.
 */
export function linkedInProfileEntry(badge: SharedBadge): ProfileEntry {
  const organizationId = /^\d{1,20}$/.exec(badge.linkedInOrganizationId?.trim() ?? '')?.[0]
  return {
    name: badge.name,
    organizationId,
    organizationName: organizationId ? undefined : badge.issuerName,
    issueYear: badge.issuedOn.getUTCFullYear(),
    issueMonth: badge.issuedOn.getUTCMonth() + 1,
    expirationYear: badge.expiresOn?.getUTCFullYear(),
    expirationMonth: badge.expiresOn ? badge.expiresOn.getUTCMonth() + 1 : undefined,
    certUrl: badge.url,
    certId: badge.label,
  }
}

export function linkedInAddToProfile(badge: SharedBadge): string {
  return address('https://www.linkedin.com/profile/add', {
    startTask: 'CERTIFICATION_NAME',
    ...linkedInProfileEntry(badge),
  })
}

/** LinkedIn takes the address alone; the preview comes from the page's Open Graph tags. */
export function linkedInPost(url: string): string {
  return address('https://www.linkedin.com/sharing/share-offsite/', { url })
}

/** Where LinkedIn can be asked to read a page again, since it keeps a preview for about a week. */
export function linkedInRefresh(url: string): string {
  return `https://www.linkedin.com/post-inspector/inspect/${encode(url)}`
}

/** A post has 280 characters, of which a link counts 23. */
export function xPost({ text, url }: { text: string; url: string }): string {
  return address('https://x.com/intent/tweet', { text: shortened(text, 280 - 24), url })
}

/** Facebook lets no text be set beforehand. */
export function facebookShare(url: string): string {
  return address('https://www.facebook.com/sharer/sharer.php', { u: url })
}

/** 300 graphemes, the address among them. */
export function blueskyPost({ text, url }: { text: string; url: string }): string {
  return address('https://bsky.app/intent/compose', { text: textWithUrl(text, url, 300) })
}

export function whatsAppMessage({ text, url }: { text: string; url: string }): string {
  return address('https://wa.me/', { text: `${text} ${url}` })
}

/** Line breaks are CR LF (RFC 6068 section 5). */
export function emailMessage({ subject, body }: { subject: string; body: string }): string {
  return address('mailto:', { subject: subject.replace(/\s+/g, ' '), body: body.replace(/\r?\n/g, '\r\n') })
}

/** Google Wallet's save page; everything is in the token that we sign. */
export function googleWalletSave(token: string): string {
  return `https://pay.google.com/gp/v/save/${token}`
}

/**
 * The compose page of the Mastodon server the person named. 500 characters is the default there.
 *
 * @returns `undefined` when what was typed does not name a server.
 */
export function mastodonPost({ server, text, url }: { server: string; text: string; url: string }): string | undefined {
  const host = mastodonServer(server)
  return host && address(`https://${host}/share`, { text: textWithUrl(text, url, 500) })
}

/** Reads `mastodon.example`, `https://mastodon.example/` and `@ada@mastodon.example`. */
export function mastodonServer(typed: string): string | undefined {
  const host = typed
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
  if (!URL.canParse(`https://${host}/`)) return undefined
  const { hostname, port, username } = new URL(`https://${host}/`)
  // A name with a dot whose last part is letters: an address of numbers is nobody's server.
  if (port || username || !/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(hostname))
    return undefined
  return hostname
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function textWithUrl(text: string, url: string, limit: number): string {
  return `${shortened(text, limit - 1 - [...graphemes.segment(url)].length)} ${url}`
}

function shortened(text: string, limit: number): string {
  const parts = Array.from(graphemes.segment(text.toWellFormed()), ({ segment }) => segment)
  return parts.length <= limit
    ? parts.join('')
    : `${parts
        .slice(0, Math.max(0, limit - 1))
        .join('')
        .trimEnd()}…`
}
