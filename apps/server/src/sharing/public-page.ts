import {
  badgePicturePath,
  badgeTexts,
  dayInWords,
  evidenceSection,
  expiryFact,
  type HeldCredential,
  isoDay,
  issuerMark,
  learningSections,
  measureFacts,
  momentInWords,
  reasonWords,
} from '../claiming/index.ts'
import { statusOf, type CredentialStatus } from '../issuing/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeHero,
  chip,
  descriptionList,
  icon,
  linkButton,
  menuButton,
  menuLink,
  messageBox,
  section,
} from '../platform/pages/components.ts'
import { qrPicture } from './qr-code.ts'

export interface PublicPage {
  t: Translate
  locale: Locale
  credential: HeldCredential
  now: Date
  /** Absolute address of this page. */
  url: string
  /** Path of the badge template. */
  templatePath: string | undefined
  successorUrl: string | undefined
  /** Below the page's own path: private links show the same badge elsewhere. */
  downloads?: { png: string; svg: string; json: string; v2?: string; pdf?: string } | undefined
  /** Where the check of this badge is; the checker's page for public badges when left out. */
  verifyPath?: string
}

const looks = {
  valid: ['ok', 'check'],
  expired: ['neutral', 'clock'],
  withdrawn: ['bad', 'cross'],
  replaced: ['neutral', 'replace'],
  suspended: ['warn', 'pause'],
} as const satisfies Record<CredentialStatus, readonly [string, string]>

/** What everybody sees of a badge: as the owner's details without history, with the status of this moment. */
export function publicPage(p: PublicPage): Html {
  const { t, locale, credential, now } = p
  const texts = badgeTexts(credential, locale)
  const status = statusOf(credential, now)
  const [tone, shape] = looks[status]
  const lang = texts.lang ? html` lang="${texts.lang}"` : null
  const isGone = status === 'withdrawn'
  return html`${badgeHero({
    imageUrl: badgePicturePath(credential),
    imageAlt: credential.snapshot.achievement.altText,
    name: texts.name,
    lang: texts.lang,
    chips: html`${chip(tone, t(`public.status.${status}`), shape)}${issuerMark(p, credential)}`,
    facts: html`<p class="lead">${t('badge.issuedTo', { name: credential.recipientName, issuer: credential.snapshot.issuer.name })}</p>${statusNote(p, status)}<p class="status-line status-${tone}">${icon(shape)}<span class="screen-only">${t('public.checkedNow', { status: t(`public.status.${status}`) })}</span><span class="print-only">${t('layout.print.asOf', { when: momentInWords(locale, now) })}</span></p>${descriptionList(
      [
        {
          term: t('badge.issued'),
          value: html`<time datetime="${isoDay(credential.snapshot.awardedOn)}">${dayInWords(locale, credential.snapshot.awardedOn)}</time>`,
        },
        { term: t('badge.expires'), value: expiryFact(p, credential) },
        { term: t('public.issuer'), value: issuerFact(credential) },
        { term: t('badge.id'), value: credential.label },
      ],
      { compact: true },
    )}`,
    actions: html`${linkButton({ href: p.verifyPath ?? `/verify?b=${credential.publicId}`, label: t('public.verify'), kind: 'primary' })}${p.templatePath && linkButton({ href: p.templatePath, label: t('public.earn') })}${!isGone && p.downloads && downloads(p, p.downloads)}<div data-print="${t('public.print')}"></div>`,
  })}
<div class="stack">
${section({ heading: t('badge.description'), body: html`<p${lang}>${texts.description}</p>` })}
${credential.snapshot.narrative && section({ heading: t('badge.narrative'), body: html`<p>${credential.snapshot.narrative}</p>` })}
${learningSections(p, credential)}
${evidenceSection(p, credential, { isOwner: false })}
${section({ heading: t('badge.measures'), body: descriptionList(measureFacts(p, credential)) })}
<div class="print-only qr">${keptQr(p.url, t('public.qr.alt'))}<p>${p.url}</p></div>
</div>`
}

const codes = new Map<string, Html>()

/** Drawing the code takes longer than the rest of the page, and an address always gives the same one. */
function keptQr(url: string, title: string): Html {
  const key = `${url} ${title}`
  const known = codes.get(key)
  if (known) return known
  const made = qrPicture(url, title)
  codes.set(key, made)
  const [oldest] = codes.keys()
  if (codes.size > 500 && oldest !== undefined) codes.delete(oldest)
  return made
}

function issuerFact(credential: HeldCredential): Html {
  const { issuer } = credential.snapshot
  const domain = credential.domainConfirmedAt && credential.issuerDomain
  return html`<a href="/o/${credential.issuerSlug}">${issuer.name}</a>${domain && html` <span class="hint">${domain}</span>`}`
}

function downloads({ t }: PublicPage, at: NonNullable<PublicPage['downloads']>): Html {
  return menuButton({
    label: t('badge.download'),
    align: 'start',
    items: [
      menuLink({ href: at.png, label: t('badge.download.png'), icon: 'download', download: true }),
      menuLink({ href: at.svg, label: t('badge.download.svg'), icon: 'download', download: true }),
      at.pdf &&
        menuLink({
          href: `${at.pdf}?size=letter`,
          label: t('certificate.download.letter'),
          icon: 'download',
          download: true,
        }),
      at.pdf &&
        menuLink({ href: `${at.pdf}?size=a4`, label: t('certificate.download.a4'), icon: 'download', download: true }),
      menuLink({ href: at.json, label: t('share.download.v3'), icon: 'download', download: true }),
      at.v2 !== undefined && menuLink({ href: at.v2, label: t('share.download.v2'), icon: 'download', download: true }),
    ],
  })
}

/** The reason of a withdrawal is public; what the issuer noted for itself is not. */
function statusNote(p: PublicPage, status: CredentialStatus): Html | null {
  const { t, locale, credential } = p
  const issuer = credential.snapshot.issuer.name
  const date = dayInWords(locale, credential.revokedAt ?? p.now)
  const contact = credential.issuerContact
  const ask = contact && linkButton({ href: `mailto:${contact}`, label: t('claim.contactIssuer'), small: true })
  switch (status) {
    case 'withdrawn': {
      const reason = credential.revocation?.publicText
      return messageBox({
        kind: 'warning',

        heading: t('claim.withdrawn.text', { issuer, date }),
        body: reason && html`<p>${reasonWords(p, reason)}</p>`,
        actions: ask,
      })
    }
    case 'replaced':
      return messageBox({
        kind: 'warning',

        heading: t('claim.replaced.text', { issuer, date }),
        actions: html`${p.successorUrl && linkButton({ href: p.successorUrl, label: t('claim.viewNew'), small: true })}${ask}`,
      })
    case 'suspended':
      return messageBox({ kind: 'warning', heading: t('badge.suspended.text', { issuer }), actions: ask })
    default:
      return null
  }
}
