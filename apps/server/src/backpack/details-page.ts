import {
  badgePicturePath,
  type BadgeState,
  badgeState,
  badgeTexts,
  dayInWords,
  expiryFact,
  type HeldCredential,
  isAccepted,
  isoDay,
  isRestorable,
  issuerMark,
  learningSections,
  measureFacts,
  momentInWords,
  reasonWords,
} from '../claiming/index.ts'
import { html, type Html, type Renderable } from '../platform/http/html.ts'
import type { Locale, MessageKey, Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  badgeChip,
  badgeHero,
  button,
  checkbox,
  copyField,
  descriptionList,
  linkButton,
  menuButton,
  menuLink,
  messageBox,
  section,
  timeline,
  visibilityChip,
} from '../platform/pages/components.ts'
import { evidencePart } from './evidence-part.ts'
import type { EvidenceItem } from './store.ts'

export interface DetailsPage {
  t: Translate
  locale: Locale
  credential: HeldCredential
  now: Date
  events: readonly { kind: string; channel: string | null; at: Date }[]
  successorPublicId: string | undefined
  /** The badge was accepted a moment ago: what can be done next. */
  justAccepted: boolean
  acceptsAutomatically: boolean
  evidence: readonly EvidenceItem[]
  fields: () => Html
}

/** Everything that a badge says, for the person it was issued to. */
export function detailsPage(p: DetailsPage): Html {
  const { t, locale, credential, now } = p
  const texts = badgeTexts(credential, locale)
  const state = badgeState(credential, now)
  const lang = texts.lang ? html` lang="${texts.lang}"` : null
  return html`${backLink('/badges', t('backpack.heading.short'))}
${p.justAccepted && state !== 'declined' && offers(p)}
${badgeHero({
  imageUrl: badgePicturePath(credential),
  imageAlt: credential.snapshot.achievement.altText,
  name: texts.name,
  lang: texts.lang,
  chips: html`${badgeChip(t, state)}${isAccepted(credential) && state !== 'withdrawn' && visibilityChip(t, credential.visibility)}${issuerMark(p, credential)}`,
  facts: html`<p class="lead">${t('badge.issuedTo', { name: credential.recipientName, issuer: credential.snapshot.issuer.name })}</p>${stateNote(p, state)}${descriptionList(
    [
      {
        term: t('badge.issued'),
        value: html`<time datetime="${isoDay(credential.snapshot.awardedOn)}">${dayInWords(locale, credential.snapshot.awardedOn)}</time>`,
      },
      { term: t('badge.expires'), value: expiryFact(p, credential) },
      { term: t('badge.sentTo'), value: credential.recipientEmail },
    ],
    { compact: true },
  )}${copyField(t, { id: 'credential-label', label: t('badge.id'), value: credential.label })}`,
  actions: actions(p, state),
  celebrate: p.justAccepted,
})}
<div class="stack">
${section({ heading: t('badge.description'), body: html`<p${lang}>${texts.description}</p>` })}
${credential.snapshot.narrative && section({ heading: t('badge.narrative'), body: html`<p>${credential.snapshot.narrative}</p>` })}
${learningSections(p, credential)}
${evidencePart({ t, publicId: credential.publicId, items: p.evidence, isFixed: !isAccepted(credential) || credential.lifecycle !== 'issued', fields: p.fields })}
${section({ heading: t('badge.measures'), body: descriptionList(measureFacts(p, credential)) })}
${isAccepted(credential) && section({ heading: t('badge.verification'), body: html`<p>${t('badge.verification.text')}</p>`, actions: linkButton({ href: `/verify?b=${credential.publicId}`, label: t('badge.verification.open'), small: true }) })}
${section({ heading: t('badge.history'), body: timeline(historyOf(p), { label: t('badge.history') }) })}
</div>`
}

/** Shown on the page that follows acceptance: three offers, none of them taken by itself. */
function offers(p: DetailsPage): Html {
  const { t, credential } = p
  const path = `/badges/${credential.publicId}`
  const issuer = credential.snapshot.issuer.name
  return section({
    heading: t('badge.next'),
    framed: true,
    body: html`<div class="stack"><div class="cluster">${linkButton({ href: `${path}/share`, label: t('backpack.share'), icon: 'share', kind: 'primary', data: shareDialog })}${!credential.sharingOffSince && linkButton({ href: `${path}/visibility`, label: t('badge.makePublic'), icon: 'globe' })}</div>
<form method="post" action="${path}/auto-accept" class="form-inline cluster" novalidate>${p.fields()}${checkbox({ name: 'auto', label: t('badge.autoAccept', { issuer }), checked: p.acceptsAutomatically })}${button({ label: t('badge.autoAccept.save'), kind: 'secondary', small: true })}</form></div>`,
  })
}

/** With script the panel opens over the page; without, the link leads to it. */
const shareDialog = { 'data-dialog-from': 'share-panel' } as const

function actions(p: DetailsPage, state: BadgeState): Html {
  const { t, credential, now } = p
  const path = `/badges/${credential.publicId}`
  const post = (action: string, label: string, kind: 'primary' | 'secondary' | 'quiet') =>
    html`<form method="post" action="${path}/${action}" class="form-inline" novalidate>${p.fields()}${button({ label, kind })}</form>`
  if (state === 'waiting')
    return html`${post('accept', t('badge.accept'), 'primary')}${post('decline', t('badge.decline'), 'secondary')}`
  if (state === 'declined')
    return isRestorable(credential, now) ? post('restore', t('backpack.restore'), 'primary') : html``
  const reportError = menuLink({ href: `${path}/report`, label: t('badge.report'), icon: 'warning' })
  if (state === 'withdrawn' || state === 'replaced')
    return menuButton({ label: t('component.menu.more'), items: [reportError], align: 'start' })
  return html`${linkButton({ href: `${path}/share`, label: t('backpack.share'), icon: 'share', kind: 'primary', data: shareDialog, accessibleName: `${t('backpack.share')} ${badgeTexts(credential, p.locale).name}` })}${
    credential.visibility === 'public'
      ? linkButton({ href: `${path}/visibility`, label: t('badge.makePrivate'), icon: 'lock' })
      : !credential.sharingOffSince &&
        linkButton({ href: `${path}/visibility`, label: t('badge.makePublic'), icon: 'globe' })
  }${menuButton({
    label: t('component.menu.more'),
    align: 'start',
    items: [
      menuLink({ href: `${path}/badge.png`, label: t('badge.download.png'), icon: 'download', download: true }),
      menuLink({ href: `${path}/badge.svg`, label: t('badge.download.svg'), icon: 'download', download: true }),
      credential.visibility === 'public' &&
        html`<form method="post" action="${path}/hide" class="form-inline" novalidate>${p.fields()}${button({ label: t('badge.hide'), kind: 'quiet', icon: 'chain' })}</form>`,
      credential.visibility === 'private'
        ? post('decline', t('badge.decline'), 'quiet')
        : menuLink({ href: `${path}/decline`, label: t('badge.decline'), icon: 'cross' }),
      reportError,
    ],
  })}`
}

/** What a badge that is not simply valid needs said, beside its chip. */
function stateNote(p: DetailsPage, state: BadgeState): Html | null {
  const { t, locale, credential } = p
  const issuer = credential.snapshot.issuer.name
  const contact = credential.issuerContact
  const ask = contact && linkButton({ href: `mailto:${contact}`, label: t('claim.contactIssuer'), small: true })
  const date = dayInWords(locale, credential.revokedAt ?? p.now)
  switch (state) {
    case 'waiting':
      return html`<p>${t('badge.waiting.text')}</p>`
    case 'withdrawn': {
      const reason = credential.revocation?.publicText ?? credential.revocation?.reason
      return box(
        credential.validity === 'suspended'
          ? t('badge.suspended.text', { issuer })
          : t('claim.withdrawn.text', { issuer, date }),
        reason && html`<p>${reasonWords(p, reason)}</p>`,
        ask,
      )
    }
    case 'replaced':
      return box(
        t('claim.replaced.text', { issuer, date }),
        null,
        html`${p.successorPublicId && linkButton({ href: `/badges/${p.successorPublicId}`, label: t('claim.viewNew'), small: true })}${ask}`,
      )
    case 'expired':
      return html`<p>${t('badge.expired.text')}</p>`
    case 'declined':
      return html`<p>${t('badge.declined.text')}</p>`
    default:
      return null
  }
}

function box(heading: string, body: Renderable, action: Renderable): Html {
  return messageBox({ kind: 'warning', heading, body: html`${body}`, actions: action })
}

const eventWords: Record<string, MessageKey> = {
  issued: 'badge.history.issued',
  notified: 'badge.history.notified',
  bounced: 'badge.history.bounced',
  accepted: 'badge.history.accepted',
  'accepted-automatically': 'badge.history.acceptedAutomatically',
  declined: 'badge.history.declined',
  restored: 'badge.history.restored',
  revoked: 'badge.history.revoked',
  suspended: 'badge.history.suspended',
  reinstated: 'badge.history.reinstated',
  replaced: 'badge.history.replaced',
  'correction-requested': 'badge.history.correction',
  evidence: 'badge.history.evidence',
  'correction-refused': 'requests.event.correctionRefused',
  'mailbox-lost': 'requests.event.lost',
  'mailbox-objected': 'requests.event.objected',
  'mailbox-moved': 'requests.event.moved',
}
const visibilityWords: Record<string, MessageKey> = {
  public: 'badge.history.public',
  link: 'badge.history.link',
  private: 'badge.history.private',
  organization: 'badge.history.organization',
}

function historyOf({ t, locale, events }: DetailsPage) {
  return events.flatMap(({ kind, channel, at }) => {
    const key = kind === 'visibility' ? visibilityWords[channel ?? ''] : eventWords[kind]
    const what =
      kind === 'shared' ? t('badge.history.shared', { channel: channelName(t, channel ?? 'link') }) : key && t(key)
    return what ? [{ when: momentInWords(locale, at), dateTime: at.toISOString(), what }] : []
  })
}

/** Networks are called by their own names in every language. */
const networkNames: Record<string, string> = {
  'linkedin-profile': 'LinkedIn',
  'linkedin-post': 'LinkedIn',
  x: 'X',
  facebook: 'Facebook',
  bluesky: 'Bluesky',
  mastodon: 'Mastodon',
  whatsapp: 'WhatsApp',
}
const channelWords: Record<string, MessageKey> = {
  link: 'badge.history.by.link',
  'private-link': 'badge.history.by.privateLink',
  device: 'badge.history.by.device',
  email: 'badge.history.by.email',
  signature: 'badge.history.by.signature',
  embed: 'badge.history.by.embed',
  qr: 'badge.history.by.qr',
}

function channelName(t: Translate, channel: string): string {
  return networkNames[channel] ?? t(channelWords[channel] ?? 'badge.history.by.link')
}
