import { contentIn } from '../achievements/index.ts'
import { consolePage, formatDate, inConsole, may } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import {
  backLink,
  badgeImage,
  button,
  chip,
  descriptionList,
  disclosure,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  linkButton,
  messageBox,
  messageHeading,
  section,
  timeline,
  visibilityChip,
} from '../platform/pages/components.ts'
import type { MessageKey, Translate } from '../platform/i18n/messages.ts'
import { momentInWords } from './formats.ts'
import { notificationChip, statusChip } from './issued-page.ts'
import { failureWords } from './row-words.ts'
import type { CredentialRow } from './store.ts'
import { postForm, type WizardDeps } from './wizard-frame.ts'

export interface PersonView {
  credential: CredentialRow
  events: readonly {
    kind: string
    channel: string | null
    at: Date
    givenName: string | null
    familyName: string | null
  }[]
  corrections: readonly { id: string; kind: string; requested: string; message: string; createdAt: Date }[]
  neighbours: { before?: { publicId: string }; after?: { publicId: string } }
  /** Why it could not be signed. */
  refusal?: string
  canUndo: boolean
  canResend: boolean
  now: Date
  errors?: readonly FieldError[]
  typedEmail?: string
}

/** One award as its issuer sees it: who, what, what happened when, what can be done. */
export function personPage(c: Ctx, deps: WizardDeps, o: PersonView): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base, role } = inConsole(c)
  const { credential } = o
  const content = contentIn(credential.snapshot.achievement, locale)
  return consolePage(c, deps, {
    // The person's name stays out of the title (UX 18.5).
    title: t('person.title'),
    heading: credential.recipientName,
    error: (o.errors?.length ?? 0) > 0,
    body: html`${backLink(`${base}/issued`, t('issued.title'))}${errorSummary(t, o.errors ?? [])}${notices(c, deps, o)}<div class="person-hero">${badgeImage(
      { src: `/pictures/${credential.snapshot.picturePngHash}.png`, alt: '', size: 96 },
    )}<div><p class="lead" lang="${content.language}">${content.name}</p><p class="chips">${statusChip(t, credential, o.now)}${notificationChip(
      t,
      credential.delivery,
    )}${credential.visibility === 'public' ? visibilityChip(t, 'public') : chip('neutral', t('issued.notPublic'), 'lock')}</p></div></div>${facts(c, o)}${
      may(role, 'issue') && actions(c, deps, o)
    }${section({
      heading: t('person.history'),
      id: 'history',
      body: timeline(
        o.events.map((event) => ({
          when: momentInWords(locale, event.at),
          dateTime: event.at.toISOString(),
          what: eventWords(t, event.kind),
          note: event.givenName === null ? undefined : `${event.givenName} ${event.familyName ?? ''}`.trim(),
        })),
        { label: t('person.history') },
      ),
    })}`,
  })
}

function facts(c: Ctx, { credential, neighbours }: PersonView): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  const { snapshot } = credential
  return descriptionList([
    { term: t('issuing.field.email'), value: credential.recipientEmail },
    credential.recipientReference !== null && {
      term: t('issuing.field.reference'),
      value: credential.recipientReference,
    },
    { term: t('person.awardedOn'), value: formatDate(locale, new Date(snapshot.awardedOn)) },
    credential.issuedAt && { term: t('person.signedAt'), value: momentInWords(locale, credential.issuedAt) },
    {
      term: t('issuing.badge.expiry'),
      value: credential.validUntil ? formatDate(locale, credential.validUntil) : t('issuing.badge.expiry.never'),
    },
    { term: t('person.label'), value: html`<code>${credential.label}</code>` },
    snapshot.narrative !== undefined && { term: t('issuing.field.narrative'), value: snapshot.narrative },
    snapshot.evidence.length > 0 && {
      term: t('person.evidence'),
      value: snapshot.evidence.map(
        ({ name, url }) =>
          html`<div>${url ? html`<a href="${url}" rel="noopener noreferrer">${name}</a>` : name}</div>`,
      ),
    },
    neighbours.before && {
      term: t('person.replaces'),
      value: html`<a href="${base}/issued/${neighbours.before.publicId}">${t('person.earlier')}</a>`,
    },
    neighbours.after && {
      term: t('person.replacedBy'),
      value: html`<a href="${base}/issued/${neighbours.after.publicId}">${t('person.later')}</a>`,
    },
    credential.revocation?.note !== undefined && { term: t('person.note'), value: credential.revocation.note },
  ])
}

function notices(c: Ctx, deps: WizardDeps, o: PersonView): Html {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base, role } = inConsole(c)
  const { credential } = o
  const at = `${base}/issued/${credential.publicId}`
  return html`${
    credential.validity === 'revoked' &&
    credential.revokedAt &&
    messageBox({
      kind: 'error',
      heading: t('person.revoked'),
      body: html`<p>${t('person.revokedOn', {
        date: momentInWords(locale, credential.revokedAt),
        reason: credential.revocation?.publicText ?? '',
      })}</p>${o.canUndo && html`<p>${t('person.undoUntil')}</p>`}`,
      actions:
        o.canUndo &&
        may(role, 'issue') &&
        postForm(c, deps, {
          action: `${at}/undo-revoke`,
          inline: true,
          body: button({ label: t('component.undo'), kind: 'secondary' }),
        }),
    })
  }${
    o.refusal !== undefined &&
    messageBox({
      kind: 'error',
      heading: messageHeading(t, 'error'),
      body: html`<p>${failureWords(t, o.refusal)}</p>`,
      actions: postForm(c, deps, {
        action: `${at}/retry`,
        inline: true,
        body: button({ label: t('person.retry'), kind: 'secondary' }),
      }),
    })
  }${
    credential.lifecycle === 'intended' &&
    o.refusal === undefined &&
    messageBox({
      kind: 'info',
      heading: t('issued.status.signing'),
      body: html`<p>${t('person.signing')} <a href="${at}">${t('issuing.refresh')}</a></p>`,
    })
  }${o.corrections.map((request) =>
    messageBox({
      kind: 'warning',
      heading: t('person.correction'),
      body: html`<p>${t('person.correction.asks', {
        what: t(`person.correction.${correctionKind(request.kind)}`),
        requested: request.requested,
      })}</p>${request.message !== '' && html`<p>${request.message}</p>`}`,
      actions: linkButton({
        href: `${base}/requests/correction/${request.id}`,
        label: t('requests.answer'),
        small: true,
      }),
    }),
  )}`
}

function correctionKind(kind: string): 'name' | 'date' | 'address' | 'other' {
  return kind === 'name' || kind === 'date' || kind === 'address' ? kind : 'other'
}

function actions(c: Ctx, deps: WizardDeps, o: PersonView): Html | null {
  const t = c.get('t')
  const { base } = inConsole(c)
  const { credential } = o
  const at = `${base}/issued/${credential.publicId}`
  if (credential.validity !== 'live' || credential.lifecycle === 'withdrawn') return null
  const isIssued = credential.lifecycle === 'issued'
  return section({
    heading: t('person.actions'),
    id: 'actions',
    body: html`<div class="cluster">${
      o.canResend &&
      postForm(c, deps, {
        action: `${at}/resend`,
        inline: true,
        body: button({ label: t('person.resend'), kind: 'secondary' }),
      })
    }${
      isIssued &&
      credential.decision === 'waiting' &&
      postForm(c, deps, {
        action: `${base}/issued/slips`,
        inline: true,
        body: html`<input type="hidden" name="select" value="${credential.publicId}">${button({ label: t('slips.make.one'), kind: 'secondary' })}`,
      })
    }${isIssued && linkButton({ href: `${at}/replace`, label: t('person.replace') })}${linkButton({
      href: `${at}/revoke`,
      label: t('person.revoke'),
      kind: 'danger',
    })}</div>${
      isIssued &&
      credential.decision === 'waiting' &&
      disclosure({
        summary: t('person.address'),
        open: (o.errors?.length ?? 0) > 0,
        body: postForm(c, deps, {
          action: `${at}/address`,
          body: html`${field({
            name: 'email',
            type: 'email',
            label: t('person.address.new'),
            hint: t('person.address.hint'),
            value: o.typedEmail,
            error: errorFor(o.errors, 'email'),
            autocomplete: 'off',
            width: 'medium',
          })}${button({ label: t('person.address.change'), kind: 'secondary' })}`,
        }),
      })
    }`,
  })
}

const knownEvents: Record<string, MessageKey> = {
  issued: 'person.event.issued',
  notified: 'person.event.notified',
  'not-notified': 'person.event.notNotified',
  resent: 'person.event.resent',
  'slip-printed': 'person.event.slip',
  opened: 'person.event.opened',
  accepted: 'person.event.accepted',
  'accepted-automatically': 'person.event.acceptedAutomatically',
  declined: 'person.event.declined',
  restored: 'person.event.restored',
  shared: 'person.event.shared',
  'correction-requested': 'person.event.correction',
  revoked: 'person.event.revoked',
  'revocation-undone': 'person.event.undone',
  replaced: 'person.event.replaced',
  'correction-refused': 'requests.event.correctionRefused',
  'mailbox-lost': 'requests.event.lost',
  'mailbox-vouched': 'requests.event.vouched',
  'mailbox-objected': 'requests.event.objected',
  'mailbox-moved': 'requests.event.moved',
}

function eventWords(t: Translate, kind: string): string {
  const key = knownEvents[kind]
  return key ? t(key) : t('person.event.other')
}
