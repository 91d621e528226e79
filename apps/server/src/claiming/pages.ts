import { html, type Html, type Renderable } from '../platform/http/html.ts'
import type { FieldError } from '../platform/http/forms.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeHero,
  button,
  disclosure,
  errorFor,
  errorSummary,
  field,
  formActions,
  linkButton,
  messageBox,
  messageHeading,
  section,
  textarea,
} from '../platform/pages/components.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import { badgePicturePath, badgeTexts, issuedLine, issuerMark, learningSections, reasonWords } from './badge-parts.ts'
import type { OpenedClaim } from './claim-situation.ts'
import { dayInWords } from './dates.ts'

/** What the pages of one claim link need to know. */
export interface ClaimPage {
  t: Translate
  locale: Locale
  /** Path of the claim, which holds the token. */
  path: string
  opened: OpenedClaim
  now: Date
  viewerEmail: string | undefined
  /** What became of a correction that was asked for here. */
  notice?: Html | null
  /** The hidden inputs of a form. */
  fields: () => Html
}

/** The page behind a link from a mail: what was sent, and the one thing to do about it. */
export function claimPage(p: ClaimPage): Html {
  const { t, locale, opened } = p
  const { credential, situation } = opened
  const texts = badgeTexts(credential, locale)
  return html`${badgeHero({
    imageUrl: badgePicturePath(credential),
    imageAlt: credential.snapshot.achievement.altText,
    name: texts.name,
    lang: texts.lang,
    chips: issuerMark(p, credential),
    facts: html`<p class="lead">${t('claim.from', { issuer: credential.snapshot.issuer.name })}</p><p>${issuedLine(p, credential, p.now)}</p>${situationBlock(p)}${isOpen(situation.kind) && p.notice}`,
  })}
${situation.kind !== 'withdrawn' && situation.kind !== 'replaced' && section({ heading: t('badge.description'), body: html`<p${texts.lang ? html` lang="${texts.lang}"` : null}>${texts.description}</p>` })}
${disclosure({ summary: t('claim.whatItTook'), body: html`${learningSections(p, credential, { level: 3 })}`, boxed: true, open: situation.kind !== 'withdrawn' })}
${isOpen(situation.kind) && waysOut(p)}`
}

function isOpen(kind: OpenedClaim['situation']['kind']): boolean {
  return ['register', 'sign-in', 'accept', 'mismatch', 'expired'].includes(kind)
}

/** The action that fits, with the sentence that explains it (UX 7, the table). */
function situationBlock(p: ClaimPage): Html {
  const { t, opened } = p
  const { claim, credential, situation } = opened
  switch (situation.kind) {
    case 'register':
      return html`${sentTo(t, claim.email)}<div class="cluster">${linkButton({ href: `/register?claim=${token(p)}`, label: t('claim.register'), kind: 'primary' })}${linkButton({ href: `/sign-in?claim=${token(p)}`, label: t('claim.haveAccount') })}</div><p class="hint">${t('claim.then')}</p>`
    case 'sign-in':
      return html`${sentTo(t, claim.email)}<div class="cluster">${linkButton({ href: `/sign-in?claim=${token(p)}`, label: t('claim.signInToAccept'), kind: 'primary' })}${post(p, 'sign-in-code', { label: t('claim.sendCode'), kind: 'secondary' })}</div><p class="hint">${t('claim.then.signIn')}</p>`
    case 'accept':
      return html`${sentTo(t, credential.recipientEmail)}<div class="cluster">${post(p, 'accept', { label: t('badge.accept'), kind: 'primary' })}${post(p, 'decline', { label: t('badge.decline'), kind: 'secondary' })}</div><p class="hint">${t('claim.private')}</p>`
    case 'mismatch':
      return mismatch(p, situation.addressHasAccount)
    case 'accepted':
      return html`<p>${situation.isMine ? t('claim.accepted.mine') : t('claim.accepted')}</p><div class="cluster">${toBadge(p, situation)}</div>${!situation.isMine && lostMailbox(p)}`
    case 'expired':
      return html`${messageBox({ kind: 'info', heading: messageHeading(t, 'info'), body: html`<p>${t('claim.expired', { maskedEmail: maskEmailAddress(credential.recipientEmail) })}</p>` })}<div class="cluster">${post(p, 'renew', { label: t('claim.sendFresh'), kind: 'primary' })}${linkButton({ href: `${p.path}/lost-mailbox`, label: t('claim.cannotOpenMailbox') })}</div>`
    case 'withdrawn':
      return ended(
        p,
        t('claim.withdrawn.text', { issuer: credential.snapshot.issuer.name, date: day(p, credential.revokedAt) }),
        credential.revocation
          ? reasonWords(p, credential.revocation.publicText ?? credential.revocation.reason)
          : undefined,
      )
    case 'replaced':
      return ended(
        p,
        t('claim.replaced.text', { issuer: credential.snapshot.issuer.name, date: day(p, credential.revokedAt) }),
        situation.successorPublicId ? undefined : t('claim.replaced.mailed'),
        situation.successorPublicId &&
          linkButton({ href: `/badges/${situation.successorPublicId}`, label: t('claim.viewNew'), kind: 'primary' }),
      )
    case 'refused':
      return html`<p>${t('claim.refused.text')}</p><div class="cluster">${situation.byLink ? post(p, 'for-me', { label: t('claim.undoNotForMe'), kind: 'primary' }) : toBadge(p, situation)}</div>`
  }
}

/** The badge in the account that has it: opened, or after signing in to that account. */
function toBadge(p: ClaimPage, { isMine }: { isMine: boolean }): Html {
  const { t } = p
  const path = `/badges/${p.opened.credential.publicId}`
  if (!isMine && p.viewerEmail) return post(p, 'switch-account', { label: t('claim.otherAccount'), kind: 'primary' })
  return linkButton({ href: isMine ? path : `/sign-in?return=${path}`, label: t('claim.viewBadge'), kind: 'primary' })
}

function mismatch(p: ClaimPage, addressHasAccount: boolean): Html {
  const { t, opened } = p
  const { claim } = opened
  return html`${messageBox({
    kind: 'warning',
    heading: messageHeading(t, 'warning'),

    body: html`<p>${t('claim.mismatch', { badgeEmail: claim.email, userEmail: p.viewerEmail ?? '' })}</p>${addressHasAccount && html`<p>${t('claim.mismatch.otherAccount', { badgeEmail: claim.email })}</p>`}`,
  })}<div class="cluster">${post(p, 'add-address', {
    label: addressHasAccount ? t('claim.merge') : t('claim.addAndAccept', { email: claim.email }),
    kind: 'primary',
  })}${post(p, 'switch-account', {
    label: addressHasAccount ? t('claim.signInToThat') : t('claim.otherAccount'),
    kind: 'secondary',
  })}</div>`
}

function ended(p: ClaimPage, text: string, words: string | undefined, action?: Renderable): Html {
  const { t, opened } = p
  const contact = opened.credential.issuerContact
  return messageBox({
    kind: 'warning',
    heading: text,

    body: html`${words && html`<p>${words}</p>`}`,
    actions: html`${action}${contact && linkButton({ href: `mailto:${contact}`, label: t('claim.contactIssuer') })}`,
  })
}

function day(p: ClaimPage, at: Date | null): string {
  return dayInWords(p.locale, at ?? p.now)
}

/** Entry pages read the rest from the token themselves. */
function token({ path }: ClaimPage): string {
  return path.slice('/claim/'.length)
}

function sentTo(t: Translate, email: string): Html {
  return html`<p>${t('claim.sentTo')} <strong>${email}</strong></p>`
}

/** Every step is a POST: nothing happens when a link is opened. */
function post(p: ClaimPage, action: string, o: { label: string; kind: 'primary' | 'secondary' | 'quiet' }): Html {
  return html`<form method="post" action="${p.path}/${action}" class="form-inline" novalidate>${p.fields()}${button(o)}</form>`
}

/** For people whom the badge did not reach as it should. */
function waysOut(p: ClaimPage): Html {
  const { t } = p
  return html`<div class="stack">${disclosure({
    summary: t('claim.notMyAddress'),
    body: html`<p><a href="${p.path}/correction">${t('claim.wrongAddress')}</a></p>${p.opened.situation.kind !== 'accept' && lostMailbox(p)}`,
  })}<p><a href="${p.path}/not-for-me">${t('claim.notForMe')}</a></p></div>`
}

function lostMailbox(p: ClaimPage): Html {
  return html`<p><a href="${p.path}/lost-mailbox">${p.t('claim.cannotOpenMailbox')}</a></p>`
}

/** One question, one button: the mail's second link leads here. */
export function notForMePage(p: ClaimPage): Html {
  const { t, opened } = p
  const texts = badgeTexts(opened.credential, p.locale)
  return html`<p>${t('claim.notForMe.text', { badge: texts.name, issuer: opened.credential.snapshot.issuer.name })}</p><div class="cluster">${post(p, 'not-for-me', { label: t('claim.notForMe.button'), kind: 'primary' })}${linkButton({ href: p.path, label: t('claim.back') })}</div>`
}

/** "This address is not mine": the issuer mistyped it, or chose an old one. */
export function correctionPage(p: ClaimPage, o: { typed: Record<string, string>; errors: FieldError[] }): Html {
  const { t, opened } = p
  const issuer = opened.credential.snapshot.issuer.name
  const errors = o.errors.map(({ field: name, message, values }) => ({ field: name, message: t(message, values) }))
  return html`${errorSummary(t, errors)}<p>${t('claim.correction.text', { issuer })}</p>
<form method="post" action="${p.path}/correction" class="form" novalidate>${p.fields()}
${field({ name: 'email', type: 'email', label: t('claim.correction.email'), hint: t('claim.correction.email.hint'), autocomplete: 'email', value: o.typed['email'], error: errorFor(errors, 'email') })}
${textarea(t, { name: 'message', label: t('claim.correction.message'), optionalLabel: t('component.optional'), rows: 4, count: 1000, value: o.typed['message'], error: errorFor(errors, 'message') })}
${formActions(button({ label: t('claim.correction.send') }), linkButton({ href: p.path, label: t('claim.back'), kind: 'quiet' }))}</form>`
}
