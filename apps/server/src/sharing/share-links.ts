import { randomInt } from 'node:crypto'
import { accountById, confirmedEmailsOf } from '../accounts/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken, sameBytes } from '../platform/secrets.ts'
import * as store from './share-link-store.ts'
import type { ShownName } from './shown-name.ts'

const sealPurpose = 'share-link'
export const pinTries = 5
export const pinPauseMinutes = 15
/** Wrong PINs after which a link is paused until its owner resumes it: patience must not guess one of a million. */
export const pinTriesInAll = 50

export type LinkEnd = { kind: 'days'; days: 7 | 30 | 90 } | { kind: 'date'; date: string } | { kind: 'never' }

/** What a link leads to. */
export type LinkTarget =
  | { kind: 'badge'; credential: { id: string; organizationId: string } }
  | { kind: 'collection'; collectionId: string }
  | { kind: 'document'; documentId: string }

/**
 * Makes a private link: it shows one badge, collection or document to whoever has it, until its end or until it is revoked.
 *
 * @returns the PIN when one was asked for; it is shown once and stored as a keyed hash. Not new when the same form was
 * sent before.
 */
export async function createShareLink(
  { db, now, secrets }: Pick<Deps, 'now' | 'secrets'> & { db: Db },
  o: {
    accountId: string
    target: LinkTarget
    name: string
    end: LinkEnd
    wantsPin: boolean
    allowsDownload: boolean
    /** In full unless it says otherwise; files hold the name in full, so a link that allows them shows it so. */
    shownName?: ShownName
    idempotencyKey: string
  },
): Promise<{ pin: string | undefined; isNew: boolean }> {
  const { target, name, end, wantsPin: pin, allowsDownload: download, shownName = 'full' } = o
  const asked = { target, name, end, pin, download, shownName }
  let isNew = false
  const answer = await once(
    db,
    { scope: `share-link:${o.accountId}`, key: o.idempotencyKey, body: asked, now },
    async (tx) => {
      isNew = true
      const id = newId()
      const token = newToken()
      const at = now()
      const pin = o.wantsPin ? String(randomInt(1_000_000)).padStart(6, '0') : undefined
      await store.insertShareLink(tx, {
        id,
        accountId: o.accountId,
        kind: o.target.kind,
        credentialId: o.target.kind === 'badge' ? o.target.credential.id : null,
        collectionId: o.target.kind === 'collection' ? o.target.collectionId : null,
        documentId: o.target.kind === 'document' ? o.target.documentId : null,
        tokenHash: hashToken(token),
        sealedToken: secrets.seal(sealPurpose, token),
        name: o.name,
        pinHash: pin === undefined ? null : pinHash(secrets, id, pin),
        allowsDownload: o.allowsDownload,
        shownName,
        endsAt: endOf(o.end, at),
        createdAt: at,
      })
      if (o.target.kind === 'badge')
        await recordCredentialEvent(tx, {
          organizationId: o.target.credential.organizationId,
          credentialId: o.target.credential.id,
          kind: 'shared',
          channel: 'private-link',
          actorAccountId: o.accountId,
          at,
        })
      // The idempotency record keeps the PIN encrypted, for the second answer to the same click.
      return { sealedPin: pin === undefined ? null : secrets.seal(sealPurpose, pin).toString('base64url') }
    },
  )
  return {
    isNew,
    pin:
      answer.sealedPin === null
        ? undefined
        : secrets.open(sealPurpose, Buffer.from(answer.sealedPin, 'base64url')).toString(),
  }
}

/** A link with a date ends when that day is over everywhere. */
export function endOf(end: LinkEnd, now: Date): Date | null {
  if (end.kind === 'never') return null
  if (end.kind === 'days') return new Date(now.getTime() + end.days * 86_400_000)
  return new Date(Date.parse(`${end.date}T12:00:00Z`) + 86_400_000)
}

function pinHash(secrets: Deps['secrets'], linkId: string, pin: string): Buffer {
  return secrets.keyedHash('share-link-pin', `${linkId}\n${pin}`)
}

/** The address of a link, for its owner to copy again. */
export function linkPath({ secrets }: Pick<Deps, 'secrets'>, link: { sealedToken: Uint8Array }): string {
  return `/s/${secrets.open(sealPurpose, link.sealedToken).toString()}`
}

export type FoundLink = NonNullable<Awaited<ReturnType<typeof store.linkByTokenHash>>>

/** The link behind a token; nothing when it is unknown, revoked or over. Looking changes nothing. */
export async function findShareLink(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  token: string,
): Promise<FoundLink | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const link = await store.linkByTokenHash(db, hashToken(token))
  return link && (link.endsAt === null || link.endsAt > now()) ? link : undefined
}

/**
 * Compares a PIN. Five wrong ones close the link for a quarter of an hour, also for the right one; fifty in all pause it,
 * and its owner is told. Browsers that entered the right one before go on seeing what is shared.
 *
 * @returns the key that opens the link for this browser, or why it does not.
 */
export async function tryPin(
  deps: Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox'>,
  link: Pick<FoundLink, 'id' | 'pinHash' | 'accountId' | 'name'>,
  pin: string,
): Promise<{ kind: 'open'; key: string } | { kind: 'wrong'; left: number } | { kind: 'wait' } | { kind: 'paused' }> {
  const { now, secrets } = deps
  const at = now()
  const blockedUntil = new Date(at.getTime() + pinPauseMinutes * 60_000)
  return deps.db.transaction().execute(async (tx) => {
    const limits = { tries: pinTries, triesInAll: pinTriesInAll, blockedUntil }
    const taken = await store.takePinTry(tx, { id: link.id, now: at, ...limits })
    if (!taken) return { kind: (await store.isPaused(tx, link.id)) ? 'paused' : 'wait' }
    const typed = pinHash(secrets, link.id, pin.replace(/[\s-]/g, ''))
    if (link.pinHash !== null && sameBytes(typed, link.pinHash)) {
      await store.forgetPinFailures(tx, link.id)
      return { kind: 'open', key: pinKey(secrets, link) }
    }
    if (taken.pausedAt) {
      await tellOfPause(deps, tx, link)
      return { kind: 'paused' }
    }
    return taken.pinFailures >= pinTries ? { kind: 'wait' } : { kind: 'wrong', left: pinTries - taken.pinFailures }
  })
}

async function tellOfPause(
  { outbox, config }: Pick<Deps, 'outbox' | 'config'>,
  tx: Tx,
  link: Pick<FoundLink, 'accountId' | 'name'>,
): Promise<void> {
  const [account, emails] = await Promise.all([accountById(tx, link.accountId), confirmedEmailsOf(tx, link.accountId)])
  const address = emails.find(({ isPrimary }) => isPrimary)
  if (!account || !address) return
  const locale = locales.find((known) => known === account.locale) ?? 'en'
  const t = translator(locale)
  const subject = t('link.paused.subject', { name: link.name })
  await outbox.queue(tx, {
    to: address.email,
    template: 'share-link-paused',
    locale,
    path: '/shares',
    content: {
      subject,
      fromName: config.productName,
      ...renderMail({
        t,
        locale,
        productName: config.productName,
        heading: subject,
        paragraphs: [t('link.paused.text', { count: pinTriesInAll }), t('link.paused.what')],
        button: { label: t('link.paused.see'), url: `${config.publicUrl}/shares` },
        footer: t('link.paused.why', { product: config.productName }),
      }),
    },
  })
}

export function resumeShareLink({ db }: { db: Db }, o: { accountId: string; id: string }): Promise<boolean> {
  return store.resume(db, o)
}

/** What a browser keeps after the right PIN: worth nothing for another link, or after the PIN was changed. */
export function pinKey(secrets: Deps['secrets'], link: Pick<FoundLink, 'id' | 'pinHash'>): string {
  return secrets
    .keyedHash('share-link-open', `${link.id}\n${link.pinHash ? Buffer.from(link.pinHash).toString('base64url') : ''}`)
    .toString('base64url')
}

export async function revokeShareLink(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { accountId: string; id?: string },
): Promise<number> {
  const { numUpdatedRows } = await store.setRevoked(db, { ...o, at: now() })
  return Number(numUpdatedRows)
}

/** Thirty more days, counted from the present end or from now; once for one form, however often it is sent. */
export async function extendShareLink(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  { idempotencyKey, ...o }: { accountId: string; id: string; idempotencyKey: string },
): Promise<Date | undefined> {
  const given = { scope: `extend-link:${o.accountId}`, key: idempotencyKey, body: o.id, now }
  const { endsAt } = await once(db, given, async (tx) => {
    const link = (await store.linksOf(tx, { accountId: o.accountId, now: now() })).find(({ id }) => id === o.id)
    if (!link?.endsAt) return { endsAt: null }
    const end = new Date(Math.max(link.endsAt.getTime(), now().getTime()) + 30 * 86_400_000)
    await store.setEnd(tx, { ...o, endsAt: end })
    return { endsAt: end.toISOString() }
  })
  return endsAt === null ? undefined : new Date(endsAt)
}
