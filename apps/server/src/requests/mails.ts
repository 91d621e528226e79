import { momentInWords } from '../claiming/index.ts'
import { listMembers, organizationById } from '../organizations/index.ts'
import type { Tx } from '../platform/database/database.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import { throttle } from '../platform/http/throttle.ts'
import { type Locale, locales, type MessageKey, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import type { RequestDeps } from './deps.ts'
import type { RebindingAward, RebindingView } from './store.ts'
import { addressesOf } from './store.ts'

type MailDeps = Pick<RequestDeps, 'config' | 'outbox'>

function localeOf(text: string | undefined): Locale {
  return locales.find((known) => known === text) ?? 'en'
}

/** The link that proves the new mailbox. Holds nothing that was typed: anybody may have typed it (SECURITY S13). */
export async function mailProof(
  { config, outbox }: MailDeps,
  tx: Tx,
  o: { to: string; token: string; locale: Locale },
): Promise<void> {
  const t = translator(o.locale)
  const product = config.productName
  const subject = t('requests.mail.proof.subject', { product })
  await outbox.queue(tx, {
    to: o.to,
    template: 'lost-mailbox-proof',
    locale: o.locale,
    content: {
      subject,
      fromName: product,
      ...renderMail({
        t,
        locale: o.locale,
        productName: product,
        heading: subject,
        paragraphs: [t('requests.mail.proof.text', { product })],
        button: { label: t('requests.prove.button'), url: `${config.publicUrl}/lost-mailbox/prove/${o.token}` },
        notes: [t('requests.mail.proof.life'), t('requests.mail.proof.notYou')],
        footer: t('requests.mail.proof.why', { product }),
      }),
    },
  })
}

/** Tells the issuer that something waits: its contact address, or its owners. A few times a day at most. */
export async function tellIssuer(
  deps: RequestDeps,
  tx: Tx,
  o: { organizationId: string; news: 'asked' | 'objected' },
): Promise<void> {
  const limit = { purpose: `requests-${o.news}`, subject: o.organizationId, limit: 3, windowS: 86_400 }
  if ((await throttle({ ...deps, db: tx }, limit)) > 0) return
  const organization = await organizationById(tx, o.organizationId)
  if (!organization) return
  const owners = (await listMembers(tx, o.organizationId)).filter(({ role }) => role === 'owner')
  const locale = localeOf(owners[0]?.locale)
  const t = translator(locale)
  const { config } = deps
  const to = organization.contactEmail ? [organization.contactEmail] : owners.map(({ email }) => email)
  const subject = t(`requests.mail.${o.news}.subject`)
  for (const address of to)
    await deps.outbox.queue(tx, {
      to: address,
      template: `request-${o.news}`,
      locale,
      organizationId: o.organizationId,
      content: {
        subject,
        fromName: config.productName,
        ...renderMail({
          t,
          locale,
          productName: config.productName,
          heading: subject,
          paragraphs: [t(`requests.mail.${o.news}.text`, { organization: organization.name })],
          button: { label: t('requests.mail.open'), url: `${config.publicUrl}/console/${organization.slug}/requests` },
          footer: t('requests.mail.issuerWhy', { organization: organization.name, product: config.productName }),
        }),
      },
    })
}

/**
 * Tells the old address, and every address of an account that holds one of the badges, what will happen, when, and how to
 * stop it; tells the new address from when on to expect its mail.
 */
export async function tellBothSides(
  deps: MailDeps,
  tx: Tx,
  o: {
    view: RebindingView
    awards: readonly RebindingAward[]
    holders: readonly string[]
    takesEffectAt: Date
    token: string
  },
): Promise<void> {
  const { view } = o
  const held = await addressesOf(tx, o.holders)
  const readers = new Map<string, { email: string; locale: Locale }>()
  // The spelling that the issuer wrote to, not the one that was typed (SECURITY S5).
  const [{ recipientEmail } = { recipientEmail: view.oldEmail }] = o.awards
  readers.set(view.oldEmailCanonical, { email: recipientEmail, locale: localeOf(held[0]?.locale ?? view.locale) })
  for (const { email, emailCanonical, locale } of held) readers.set(emailCanonical, { email, locale: localeOf(locale) })
  // The new address could only object to itself, and must not learn the link.
  readers.delete(view.newEmailCanonical)
  const issuer = (await organizationById(tx, view.organizationId))?.name ?? ''
  const url = `${deps.config.publicUrl}/lost-mailbox/object/${o.token}`
  for (const { email, locale } of readers.values())
    await queue(deps, tx, view, {
      to: email,
      locale,
      kind: 'announced',
      paragraphs: ['requests.mail.announced.text', 'requests.mail.announced.yours'],
      values: {
        issuer,
        when: momentInWords(locale, o.takesEffectAt),
        newEmail: maskEmailAddress(view.newEmail),
      },
      facts: badgeFacts(locale, o.awards),
      button: { label: 'requests.object.button', url },
      footer: 'requests.mail.oldWhy',
    })
  const locale = localeOf(view.locale)
  await queue(deps, tx, view, {
    to: view.newEmail,
    locale,
    kind: 'agreed',
    paragraphs: ['requests.mail.agreed.text', 'requests.mail.agreed.then'],
    values: { issuer, when: momentInWords(locale, o.takesEffectAt) },
    facts: badgeFacts(locale, o.awards),
    footer: 'requests.mail.newWhy',
  })
}

/** Tells the old address that it has happened. */
export async function tellMoved(
  deps: MailDeps,
  tx: Tx,
  o: { view: RebindingView; awards: readonly RebindingAward[] },
): Promise<void> {
  const holders = o.awards.flatMap(({ holderId }) => (holderId === null ? [] : [holderId]))
  const locale = localeOf((await addressesOf(tx, holders))[0]?.locale ?? o.view.locale)
  const organization = await organizationById(tx, o.view.organizationId)
  await queue(deps, tx, o.view, {
    to: o.awards[0]?.recipientEmail ?? o.view.oldEmail,
    locale,
    kind: 'moved',
    paragraphs: ['requests.mail.moved.text'],
    values: { issuer: organization?.name ?? '', contact: organization?.contactEmail ?? organization?.name ?? '' },
    facts: badgeFacts(locale, o.awards),
    footer: 'requests.mail.oldWhy',
  })
}

export async function tellRefused(
  deps: MailDeps,
  tx: Tx,
  { view, answer }: { view: RebindingView; answer: string },
): Promise<void> {
  const organization = await organizationById(tx, view.organizationId)
  await queue(deps, tx, view, {
    to: view.newEmail,
    locale: localeOf(view.locale),
    kind: 'refused',
    paragraphs: ['requests.mail.refused.text', 'requests.mail.refused.reason'],
    values: { issuer: organization?.name ?? '', reason: answer },
    footer: 'requests.mail.newWhy',
  })
}

/** Tells who asked that the old mailbox answered. */
export async function tellObjected(deps: MailDeps, tx: Tx, view: RebindingView): Promise<void> {
  const organization = await organizationById(tx, view.organizationId)
  await queue(deps, tx, view, {
    to: view.newEmail,
    locale: localeOf(view.locale),
    kind: 'stopped',
    paragraphs: ['requests.mail.stopped.text'],
    values: { issuer: organization?.name ?? '', contact: organization?.contactEmail ?? organization?.name ?? '' },
    footer: 'requests.mail.newWhy',
  })
}

function badgeFacts(locale: Locale, awards: readonly RebindingAward[]): [string, string][] {
  const t = translator(locale)
  return awards.map(({ badgeName, recipientName }) => [t('requests.badge'), `${badgeName} (${recipientName})`])
}

/** One message about a request, in the issuer's name; replies go to the issuer. */
async function queue(
  { config, outbox }: MailDeps,
  tx: Tx,
  view: Pick<RebindingView, 'organizationId'>,
  o: {
    to: string
    locale: Locale
    kind: 'announced' | 'agreed' | 'moved' | 'refused' | 'stopped'
    paragraphs: readonly MessageKey[]
    values: Record<string, string>
    facts?: [string, string][]
    button?: { label: MessageKey; url: string }
    footer: MessageKey
  },
): Promise<void> {
  const t = translator(o.locale)
  const organization = await organizationById(tx, view.organizationId)
  const values = { ...o.values, product: config.productName, email: o.to }
  const subject = t(`requests.mail.${o.kind}.subject`, values)
  await outbox.queue(tx, {
    to: o.to,
    template: `mailbox-${o.kind}`,
    locale: o.locale,
    organizationId: view.organizationId,
    content: {
      subject,
      fromName: t('requests.mail.from', { issuer: organization?.name ?? '', product: config.productName }),
      ...(organization?.contactEmail ? { replyTo: organization.contactEmail } : {}),
      ...renderMail({
        t,
        locale: o.locale,
        productName: config.productName,
        heading: subject,
        paragraphs: o.paragraphs.map((key) => t(key, values)),
        ...(o.facts ? { facts: o.facts } : {}),
        ...(o.button ? { button: { label: t(o.button.label), url: o.button.url } } : {}),
        footer: t(o.footer, values),
      }),
    },
  })
}
