import { badgeTexts, dayInWords, type HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { type EmailAddress, parseEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { throttle } from '../platform/http/throttle.ts'
import { type Locale, translator } from '../platform/i18n/messages.ts'
import { newId } from '../platform/ids.ts'
import type { MailContent } from '../platform/mail/outbox.ts'
import { renderMail } from '../platform/mail/render.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { credentialUrl } from '../signing/index.ts'
import * as store from './share-mail-store.ts'

export type ShareMailRefusal = 'share-mail.too-many-today' | 'share-mail.address-today'
export class ShareMailRefused extends DomainError<ShareMailRefusal> {
  override name = 'ShareMailRefused'
}

/** People one message may go to. */
export const mostRecipients = 5
/** People one person may write to in a day, whatever the badge. */
const perPersonADay = 20
/** Messages of this kind that one address gets in a day, whoever sends them. */
const perAddressADay = 5
export const longestMessage = 500
const dayS = 86_400
const sealPurpose = 'share-mail'
const keptDays = 90

export type Recipients =
  | { ok: true; addresses: EmailAddress[] }
  | { ok: false; reason: 'missing' | 'many' }
  | { ok: false; reason: 'wrong'; typed: string }

/** Reads what was typed as recipients: separated by commas, semicolons or white space, each person once. */
export function readRecipients(typed: string): Recipients {
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== '')
  if (parts.length === 0) return { ok: false, reason: 'missing' }
  const found = new Map<string, EmailAddress>()
  for (const part of parts) {
    const address = parseEmailAddress(part)
    if (!address) return { ok: false, reason: 'wrong', typed: part.slice(0, 80) }
    if (!found.has(address.canonical)) found.set(address.canonical, address)
  }
  if (found.size > mostRecipients) return { ok: false, reason: 'many' }
  return { ok: true, addresses: [...found.values()] }
}

/**
 * True when a message names an address on the web or a mailbox, or something that mail programs turn into a link. The
 * only link in the mail is the badge's: nobody gets to send theirs under our name.
 */
export function holdsLink(text: string): boolean {
  const plain = text.normalize('NFKC')
  return /:\/\/|\bwww\.|@|[\p{L}\p{N}][.。．｡][\p{L}\p{N}-]{2,}(?:[/:?#]|\b)/iu.test(plain)
}

/**
 * Mails the link of a badge, in words that are ours but for a short message, one mail for each recipient, so that none
 * learns of the others. Replies go to the person who sends it.
 *
 * @throws {ShareMailRefused} when the person or one of the addresses has had enough for today.
 */
export async function mailBadge(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox'>,
  o: {
    accountId: string
    replyTo: string
    locale: Locale
    credential: HeldCredential
    addresses: readonly EmailAddress[]
    message: string
    idempotencyKey: string
  },
): Promise<void> {
  const { credential, message } = o
  // In one order everywhere, so that two who write to the same people do not wait for each other in a circle.
  const addresses = o.addresses.toSorted((a, b) => (a.canonical < b.canonical ? -1 : 1))
  const body = { credential: credential.id, to: addresses.map(({ canonical }) => canonical), message }
  const scope = { scope: `share-mail:${o.accountId}`, key: o.idempotencyKey, body, now: deps.now }
  const content = await mailContent(deps, o)
  await once(deps.db, scope, async (tx) => {
    await countRecipients(deps, tx, { accountId: o.accountId, credentialId: credential.id, addresses })
    for (const { stored } of addresses)
      await deps.outbox.queue(tx, {
        to: stored,
        template: 'badge-shared',
        locale: o.locale,
        optional: true,
        path: `/b/${credential.publicId}`,
        content,
      })
    const kept = { to: addresses.map(({ stored }) => stored), message }
    await store.insertShareMail(tx, {
      id: newId(),
      accountId: o.accountId,
      credentialId: credential.id,
      sealed: deps.secrets.seal(sealPurpose, JSON.stringify(kept)),
      sentAt: deps.now(),
    })
    await recordCredentialEvent(tx, {
      organizationId: credential.organizationId,
      credentialId: credential.id,
      kind: 'shared',
      channel: 'email',
      actorAccountId: o.accountId,
      at: deps.now(),
    })
  })
}

/** Counted in the transaction of the mail itself: what is refused or rolled back costs nothing. */
async function countRecipients(
  { now, secrets }: Pick<Deps, 'now' | 'secrets'>,
  tx: Tx,
  o: { accountId: string; credentialId: string; addresses: readonly EmailAddress[] },
): Promise<void> {
  const take = (purpose: string, subject: string, limit: number, cost = 1) =>
    throttle({ db: tx, now, secrets }, { purpose, subject, limit, windowS: dayS, cost })
  if ((await take('share-mail-by', o.accountId, perPersonADay, o.addresses.length)) > 0)
    throw new ShareMailRefused('share-mail.too-many-today', { count: perPersonADay })
  for (const { canonical, stored } of o.addresses) {
    const again = await take('share-mail-again', `${o.accountId} ${o.credentialId} ${canonical}`, 1)
    if (again > 0 || (await take('share-mail-to', canonical, perAddressADay)) > 0)
      throw new ShareMailRefused('share-mail.address-today', { email: stored })
  }
}

async function mailContent(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  o: { replyTo: string; locale: Locale; credential: HeldCredential; message: string },
): Promise<MailContent> {
  const { credential, locale } = o
  const t = translator(locale)
  // The name that the issuer wrote, not one that whoever sends this may choose.
  const name = credential.recipientName
  const badge = badgeTexts(credential, locale).name
  const issuer = credential.snapshot.issuer.name
  const product = config.productName
  const picture = await pictureByHash(db, credential.snapshot.picturePngHash)
  const cid = `badge.${credential.publicId}@${new URL(config.publicUrl).hostname}`
  const subject = t('share.mailed.subject', { name, badge })
  return {
    subject,
    fromName: t('share.mailed.from', { name, product }),
    replyTo: o.replyTo,
    ...(picture ? { inline: [{ cid, contentType: picture.contentType, bytes: picture.bytes }] } : {}),
    ...renderMail({
      t,
      locale,
      productName: product,
      heading: subject,
      ...(picture ? { image: { cid, alt: credential.snapshot.achievement.altText, width: 160 } } : {}),
      paragraphs: [
        t('share.mailed.text', { name, badge, issuer, date: dayInWords(locale, credential.snapshot.awardedOn) }),
        ...(o.message ? [t('share.mailed.message', { name }), ...o.message.split(/\n{2,}/)] : []),
      ],
      button: { label: t('claim.viewBadge'), url: credentialUrl(config, credential.publicId) },
      notes: [t('share.mailed.check')],
      footer: t('share.mailed.why', { name, product }),
    }),
  }
}

export interface SentMail {
  to: string[]
  message: string
  sentAt: Date
}

export async function sentMails(
  { db, secrets }: Pick<Deps, 'secrets'> & { db: Db },
  o: { accountId: string; credentialId: string },
): Promise<SentMail[]> {
  const rows = await store.shareMailsOf(db, o)
  return rows.map(({ sealed, sentAt }) => ({
    ...(JSON.parse(secrets.open(sealPurpose, sealed).toString('utf8')) as Omit<SentMail, 'sentAt'>),
    sentAt,
  }))
}

/** The addresses are other people's: they are not kept longer than the person may need them. */
export async function forgetOldMails({ db, now }: Pick<Deps, 'now'> & { db: Db }): Promise<void> {
  await store.deleteShareMailsBefore(db, new Date(now().getTime() - keptDays * 86_400_000))
}
