import { randomInt } from 'node:crypto'
import { recordCredentialEvent } from '../issuing/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken, sameBytes } from '../platform/secrets.ts'
import * as store from './share-link-store.ts'

const sealPurpose = 'share-link'
export const pinTries = 5
export const pinPauseMinutes = 15

export type LinkEnd = { kind: 'days'; days: 7 | 30 | 90 } | { kind: 'date'; date: string } | { kind: 'never' }

/** What a link leads to. */
export type LinkTarget =
  | { kind: 'badge'; credential: { id: string; organizationId: string } }
  | { kind: 'collection'; collectionId: string }
  | { kind: 'document'; documentId: string }

/**
 * Makes a private link: it shows one badge, collection or document to whoever has it, until its end or until it is revoked.
 *
 * @returns the PIN when one was asked for; it is shown once and stored as a keyed hash.
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
    idempotencyKey: string
  },
): Promise<{ pin: string | undefined }> {
  const asked = { target: o.target, name: o.name, end: o.end, pin: o.wantsPin, download: o.allowsDownload }
  const answer = await once(
    db,
    { scope: `share-link:${o.accountId}`, key: o.idempotencyKey, body: asked, now },
    async (tx) => {
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
 * Compares a PIN. Five wrong ones close the link for a quarter of an hour, also for the right one.
 *
 * @returns the key that opens the link for this browser, or how long to wait.
 */
export async function tryPin(
  { db, now, secrets }: Pick<Deps, 'now' | 'secrets'> & { db: Db },
  link: Pick<FoundLink, 'id' | 'pinHash'>,
  pin: string,
): Promise<{ kind: 'open'; key: string } | { kind: 'wrong'; left: number } | { kind: 'wait' }> {
  const at = now()
  const blockedUntil = new Date(at.getTime() + pinPauseMinutes * 60_000)
  const tries = await store.takePinTry(db, { id: link.id, now: at, tries: pinTries, blockedUntil })
  if (tries === undefined) return { kind: 'wait' }
  const isRight = link.pinHash !== null && sameBytes(pinHash(secrets, link.id, pin.replace(/[\s-]/g, '')), link.pinHash)
  if (isRight) {
    await store.forgetPinFailures(db, link.id)
    return { kind: 'open', key: pinKey(secrets, link) }
  }
  return tries >= pinTries ? { kind: 'wait' } : { kind: 'wrong', left: pinTries - tries }
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

/** Thirty more days, counted from the present end or from now. */
export async function extendShareLink(
  { db, now }: Pick<Deps, 'now'> & { db: Db },
  o: { accountId: string; id: string },
): Promise<Date | undefined> {
  const link = (await store.linksOf(db, { accountId: o.accountId, now: now() })).find(({ id }) => id === o.id)
  if (!link?.endsAt) return undefined
  const endsAt = new Date(Math.max(link.endsAt.getTime(), now().getTime()) + 30 * 86_400_000)
  await store.setEnd(db, { ...o, endsAt })
  return endsAt
}
