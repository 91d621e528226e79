import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { type Locale, regions, type Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  copyField,
  descriptionList,
  disclosure,
  externalLink,
  field,
  icon,
  linkButton,
  radios,
  section,
  tabs,
} from '../platform/pages/components.ts'
import {
  blueskyPost,
  facebookShare,
  linkedInAddToProfile,
  linkedInPost,
  linkedInProfileEntry,
  linkedInRefresh,
  type SharedBadge,
  whatsAppMessage,
  xPost,
} from './outgoing-links.ts'
import { qrPicture } from './qr-code.ts'
import { type EmbedChoice, embedChoices } from './embed-choices.ts'
import {
  previewHeight,
  type Signature,
  signatureHtml,
  signatureMarkdown,
  type SignatureSize,
  signatureSizes,
  signatureText,
} from './signature.ts'
import { type LinksPage, linksTable, newLinkForm } from './share-link-pages.ts'

/** The parts of the panel that stand folded until somebody wants one: the ways that most people take come before them. */
export type PanelPart = 'signature' | 'website' | 'qr' | 'downloads' | 'wallet' | 'links'

export interface SharePage {
  t: Translate
  locale: Locale
  credential: HeldCredential
  /** Absolute address of the public page. */
  url: string
  productName: string
  /** Neither withdrawn nor expired: what LinkedIn's profile is for. */
  isCurrent: boolean
  /** Passes for phones, where the operator has configured them. */
  wallet?: Html | null
  fields: () => Html
  links: LinksPage['links']
  publicUrl: string
  signatureSize: SignatureSize
  embed: EmbedChoice
  /** Parts that the address asks for, so that they stand open. */
  opened: ReadonlySet<PanelPart>
  /** A link that could not be made, as it was typed. */
  newLink?: { typed: Record<string, string>; errors: readonly FieldError[] }
}

/** What goes into a signature of this badge. */
export function signatureOf(p: SharePage): Signature {
  const { credential, locale } = p
  const base = `${p.publicUrl}/b/${credential.publicId}`
  return {
    badge: badgeTexts(credential, locale).name,
    issuer: credential.snapshot.issuer.name,
    url: p.url,
    imageUrl: `${base}/signature.png?size=${p.signatureSize}`,
    altText: credential.snapshot.achievement.altText,
    size: p.signatureSize,
  }
}

/** One page from which a badge reaches any audience; with script the same markup in a dialog. The order is fixed (UX 8). */
export function sharePage(p: SharePage): Html {
  const { credential } = p
  const isPrivate = credential.visibility === 'private'
  return html`${backLink(`/badges/${credential.publicId}`, p.t('badge.back'))}<div id="share-panel" class="stack" data-shared="/badges/${credential.publicId}/shared">
${isPrivate ? question(p) : html`${link(p)}${linkedIn(p)}${networks(p)}${signatureSection(p)}${websiteSection(p)}${qrCode(p)}`}
${downloads(p)}
${credential.visibility !== 'private' && html`${p.wallet}${otherWallet(p)}`}
${privateLinks(p)}
</div>`
}

/** A part with its heading as the handle. Folded, not gone: every part is found by its name in the list of headings. */
function part(p: SharePage, o: { id: PanelPart; heading: string; lead?: string; body: Html; isOpen?: boolean }): Html {
  // The place to jump to is inside, so that browsers open the part when an address names it.
  return html`<details class="section share-part" aria-labelledby="${o.id}-heading"${o.isOpen === true || p.opened.has(o.id) ? html` open` : null}><summary class="section-head">${icon('chevron')}<h2 id="${o.id}-heading">${o.heading}</h2></summary><div class="share-part-body" id="${o.id}">${o.lead && html`<p class="section-lead">${o.lead}</p>`}${o.body}</div></details>`
}

/** Nothing is shared before its owner has said who may look. */
function question(p: SharePage): Html {
  const { t, credential } = p
  const evidence = credential.snapshot.evidence.filter(({ isPublic }) => isPublic).length
  return html`<form method="post" action="/badges/${credential.publicId}/share/visibility" class="form panel" novalidate>${p.fields()}
${radios({
  name: 'visibility',
  legend: t('share.private'),
  value: 'public',
  options: [
    { value: 'public', label: t('share.anyone'), hint: t('badge.visibility.public', { count: evidence }) },
    { value: 'link', label: t('share.withLink'), hint: t('badge.visibility.link', { count: evidence }) },
  ],
})}
<div class="form-actions">${button({ label: t('share.continue') })}</div></form>`
}

function link({ t, url, credential }: SharePage): Html {
  return html`${copyField(t, {
    id: 'share-link',
    label: t('share.link'),
    value: url,
    buttonLabel: t('share.copy'),
    copied: t('share.copied'),
    focusFirst: true,
    hint: credential.visibility === 'public' ? t('share.link.public') : t('share.link.unlisted'),
  })}<div data-web-share="${url}" data-web-share-label="${t('share.device')}" data-web-share-title="${credential.snapshot.achievement.name}"></div>`
}

function shared({ credential, url, locale }: SharePage): SharedBadge {
  return {
    name: badgeTexts(credential, locale).name,
    issuerName: credential.snapshot.issuer.name,
    url,
    label: credential.label,
    issuedOn: new Date(`${credential.snapshot.awardedOn}T00:00:00Z`),
    expiresOn: credential.validUntil,
    linkedInOrganizationId: credential.linkedinOrganizationId,
  }
}

function linkedIn(p: SharePage): Html {
  const { t, url } = p
  return section({
    heading: 'LinkedIn',
    body: html`<div class="cluster">${p.isCurrent && network(p, 'linkedin-profile', linkedInAddToProfile(shared(p)), t('share.linkedin.profile'), 'primary')}${network(p, 'linkedin-post', linkedInPost(url), t('share.linkedin.post'))}</div>
<p class="hint">${t('share.linkedin.logo')} ${externalLink(t, linkedInRefresh(url), t('share.linkedin.refresh'))}</p>
${p.isCurrent && disclosure({ summary: t('share.linkedin.byHand'), body: html`<p class="hint">${t('share.linkedin.byHand.text')}</p>${byHand(p)}` })}`,
  })
}

/** The same values as in the link, for when LinkedIn's form comes up empty. */
function byHand(p: SharePage): Html {
  const { t, locale } = p
  const entry = linkedInProfileEntry(shared(p))
  const month = (year: number | undefined, number: number | undefined) =>
    year !== undefined && number !== undefined
      ? new Intl.DateTimeFormat(regions[locale], { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
          Date.UTC(year, number - 1, 1),
        )
      : t('claim.fact.never')
  return descriptionList([
    { term: t('share.linkedin.name'), value: entry.name },
    { term: t('share.linkedin.organization'), value: p.credential.snapshot.issuer.name },
    { term: t('share.linkedin.issueDate'), value: month(entry.issueYear, entry.issueMonth) },
    { term: t('share.linkedin.expirationDate'), value: month(entry.expirationYear, entry.expirationMonth) },
    { term: t('badge.id'), value: entry.certId },
    { term: t('share.linkedin.url'), value: entry.certUrl },
  ])
}

/** A plain link in a new tab; our own script counts the click, theirs is never loaded. */
function network(
  { t }: SharePage,
  channel: string,
  href: string,
  label: string,
  kind: 'primary' | 'secondary' = 'secondary',
): Html {
  return html`<a class="button button-${kind}" href="${href}" target="_blank" rel="noopener noreferrer" data-share-channel="${channel}"><span>${label}</span> <span class="visually-hidden">${t('component.newTab')}</span></a>`
}

function networks(p: SharePage): Html {
  const { t, credential, locale, url } = p
  const text = t('share.text', {
    badge: badgeTexts(credential, locale).name,
    issuer: credential.snapshot.issuer.name,
  })
  return section({
    heading: t('share.networks'),
    body: html`<div class="cluster">${network(p, 'x', xPost({ text, url }), 'X')}${network(p, 'facebook', facebookShare(url), 'Facebook')}${network(p, 'bluesky', blueskyPost({ text, url }), 'Bluesky')}${network(p, 'whatsapp', whatsAppMessage({ text, url }), 'WhatsApp')}${linkButton({ href: `/badges/${credential.publicId}/share/email`, label: t('share.email') })}</div>
${disclosure({
  summary: 'Mastodon',
  body: html`<form method="get" action="/badges/${credential.publicId}/share/mastodon" class="form" novalidate data-remember="mastodon-server">${field({ name: 'server', label: t('share.mastodon.server'), hint: t('share.mastodon.hint'), type: 'text', autocomplete: 'on', spellcheck: false, width: 'medium', required: true })}<div class="form-actions">${button({ label: t('share.mastodon.go'), kind: 'secondary' })}</div></form>`,
})}`,
  })
}

const mailPrograms = ['outlook', 'gmail', 'apple', 'thunderbird'] as const

/** To be pasted into a mail program: rich where scripts run, else to be selected in the preview. */
function signatureSection(p: SharePage): Html {
  const { t, credential } = p
  const signature = signatureOf(p)
  const path = `/badges/${credential.publicId}/share`
  return part(p, {
    id: 'signature',
    heading: t('signature.heading'),
    lead: t('signature.text'),
    body: html`${tabs({ label: t('signature.size'), items: signatureSizes.map((size) => ({ href: `${path}?size=${size}#signature`, label: t('signature.size.pixels', { size }), current: size === p.signatureSize })) })}
<iframe class="signature-preview" src="${path}/signature?size=${p.signatureSize}" title="${t('signature.preview')}" width="420" height="${previewHeight(signature)}" loading="lazy"></iframe>
<div class="field copy-field" data-copy="signature-plain" data-copy-rich="signature-html" data-copy-label="${t('signature.copy')}" data-copied="${t('signature.copied')}" data-copy-failed="${t('component.copyFailed')}" data-share-channel="signature"><label for="signature-plain">${t('signature.plain')}</label><div class="copy-row"><textarea id="signature-plain" class="input input-full input-mono" rows="3" readonly spellcheck="false">
${signatureText(signature)}</textarea></div></div>
${disclosure({
  summary: t('signature.code'),
  body: html`${copyField(t, { id: 'signature-html', label: t('signature.html'), value: signatureHtml(signature).toString(), multiline: true })}${copyField(t, { id: 'signature-markdown', label: t('signature.markdown'), value: signatureMarkdown(signature), multiline: true })}`,
})}
${mailPrograms.map((name) => disclosure({ summary: t(`signature.${name}`), body: html`<p>${t(`signature.${name}.steps`)}</p>` }))}
<p><a href="/help/email-signature">${t('signature.help')}</a></p>`,
  })
}

/** For a page of one's own. */
function websiteSection(p: SharePage): Html {
  const { t, credential, locale } = p
  const base = `${p.publicUrl}/b/${credential.publicId}`
  return part(p, {
    id: 'website',
    heading: t('embed.heading'),
    body: embedChoices(t, {
      choice: p.embed,
      path: `/badges/${credential.publicId}/share`,
      anchor: 'website',
      embedUrl: `${p.publicUrl}/embed/b/${credential.publicId}`,
      title: t('public.og.title', {
        badge: badgeTexts(credential, locale).name,
        issuer: credential.snapshot.issuer.name,
      }),
      plain: {
        url: p.url,
        imageUrl: `${base}/signature.png?size=96`,
        altText: credential.snapshot.achievement.altText,
      },
    }),
  })
}

function qrCode(p: SharePage): Html {
  const { t, url, credential } = p
  const path = `/badges/${credential.publicId}/share`
  return part(p, {
    id: 'qr',
    heading: t('share.qr'),
    body: html`<div class="qr">${qrPicture(url, t('public.qr.alt'))}</div><p class="hint break-anywhere">${url}</p><div class="cluster">${linkButton({ href: `${path}/qr.png`, label: t('share.qr.png'), download: true, icon: 'download' })}${linkButton({ href: `${path}/qr.svg`, label: t('share.qr.svg'), download: true, icon: 'download' })}</div>`,
  })
}

/** For chosen people: works while the badge is private, ends by itself, and can be taken back. */
function privateLinks(p: SharePage): Html {
  const { t, credential } = p
  const path = `/badges/${credential.publicId}/share`
  return part(p, {
    id: 'links',
    heading: t('link.private'),
    lead: t('link.private.text'),
    // Those that work are seen, and so is one that was made just now, or could not be.
    isOpen: p.links.length > 0 || p.newLink !== undefined || credential.visibility === 'private',
    body: html`${linksTable({ ...p, returnTo: path }, { showsWhat: false })}${newLinkForm(t, { action: `${path}/links`, fields: p.fields, fullName: credential.recipientName, ...p.newLink })}`,
  })
}

/** Files are the owner's own: they work whoever may see the page. */
function downloads(p: SharePage): Html {
  const { t, credential } = p
  const path = `/badges/${credential.publicId}`
  const link = (href: string, label: string) => linkButton({ href, label, download: true, icon: 'download' })
  return part(p, {
    id: 'downloads',
    isOpen: credential.visibility === 'private',
    heading: t('share.downloads'),
    lead: t('share.downloads.text'),
    body: html`<div class="cluster">${link(`${path}/badge.png`, t('badge.download.png'))}${link(`${path}/badge.svg`, t('badge.download.svg'))}${link(`${path}/certificate.pdf?size=letter`, t('certificate.download.letter'))}${link(`${path}/certificate.pdf?size=a4`, t('certificate.download.a4'))}${link(`${path}/credential.json`, t('share.download.v3'))}${link(`${path}/credential.jwt`, t('share.download.jwt'))}${credential.visibility !== 'private' && link(`${path}/assertion.json`, t('share.download.v2'))}</div>`,
  })
}

/** For wallets that take a credential by its address or by a code: the signed credential itself, nothing to convert. */
function otherWallet(p: SharePage): Html {
  const { t, credential, url } = p
  const address = `${url}/credential.json`
  return part(p, {
    id: 'wallet',
    heading: t('share.wallet'),
    lead: t('share.wallet.text'),
    body: html`${copyField(t, { id: 'wallet-address', label: t('share.wallet.address'), value: address, copied: t('share.copied') })}${disclosure({ summary: t('share.wallet.qr'), body: html`<div class="qr">${qrPicture(address, t('share.wallet.qr.alt', { badge: credential.snapshot.achievement.name }))}</div>` })}`,
  })
}

/** The last step to a server that the person named: it says where it leads before anything leaves (SECURITY S41). */
export function mastodonPage(
  p: SharePage,
  o: { server: string; host: string; href: string } | { server: string; error: string },
): Html {
  const { t, credential } = p
  const back = linkButton({ href: `/badges/${credential.publicId}/share`, label: t('share.back'), kind: 'quiet' })
  if ('href' in o)
    return html`<p>${t('share.mastodon.leave', { host: o.host })}</p><div class="cluster">${network(p, 'mastodon', o.href, t('share.mastodon.open', { host: o.host }), 'primary')}${back}</div>`
  return html`<form method="get" action="/badges/${credential.publicId}/share/mastodon" class="form" novalidate data-remember="mastodon-server">${field({ name: 'server', label: t('share.mastodon.server'), hint: t('share.mastodon.hint'), value: o.server, error: o.error, width: 'medium' })}<div class="form-actions">${button({ label: t('share.mastodon.go') })}${back}</div></form>`
}

export function shareText({ t, credential, locale }: SharePage): string {
  return t('share.text', { badge: badgeTexts(credential, locale).name, issuer: credential.snapshot.issuer.name })
}
