import { confirmedEmailsOf } from '../accounts/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { Secrets } from '../platform/secrets.ts'
import { isMailEvent, type MailEvent, mailEvents } from './mail-events.ts'
import * as store from './notifications-store.ts'

const purpose = 'unsubscribe-mail'

/**
 * An address and a kind of mail to it, or all that is optional, as the links in messages carry them: sealed, so that
 * nobody reads or forges one.
 */
export interface StopLink {
  canonical: string
  event: MailEvent | 'all'
}

/** A page for people and the one click of mail programs (RFC 8058). They never end: old mail must stop mail too. */
export function stopPaths(secrets: Pick<Secrets, 'seal'>, link: StopLink): { page: string; oneClick: string } {
  const token = secrets.seal(purpose, `${link.event}\n${link.canonical}`).toString('base64url')
  return { page: `/unsubscribe/mail/${token}`, oneClick: `/api/unsubscribe/mail/${token}` }
}

export function openStopLink(secrets: Pick<Secrets, 'open'>, token: string): StopLink | undefined {
  try {
    const [event = '', canonical = ''] = secrets.open(purpose, Buffer.from(token, 'base64url')).toString().split('\n')
    return (isMailEvent(event) || event === 'all') && canonical !== '' ? { event, canonical } : undefined
  } catch {
    return undefined // altered, or made by another installation
  }
}

type StopDeps = Pick<Deps, 'db' | 'now' | 'secrets'>

/** What an address gets now, kind by kind. */
export async function mailTo(deps: StopDeps, canonical: string): Promise<Record<MailEvent, boolean>> {
  const wishes: [MailEvent, boolean][] = []
  for (const event of mailEvents)
    wishes.push([event, (await store.wishOf(deps.db, deps.secrets, { canonical, event })).byMail])
  return Object.fromEntries(wishes) as Record<MailEvent, boolean>
}

/** Stops a kind of mail to an address, or all that is optional, or takes that back. Doing it twice is harmless. */
export async function setMail(deps: StopDeps, o: StopLink & { on: boolean; locale: string }): Promise<void> {
  const { canonical, on, locale } = o
  await deps.db.transaction().execute(async (tx) => {
    for (const event of o.event === 'all' ? mailEvents : [o.event])
      await setOne(tx, deps, { canonical, event, on, locale })
  })
}

async function setOne(
  tx: Tx,
  { now, secrets }: StopDeps,
  { canonical, event, on, locale }: { canonical: string; event: MailEvent; on: boolean; locale: string },
): Promise<void> {
  const { accountId } = await store.wishOf(tx, secrets, { canonical, event })
  if (accountId) await store.setByMail(tx, { accountId, event, byMail: on })
  if (accountId && event === 'news') await store.recordNewsConsent(tx, { accountId, on, locale, at: now() })
  const hash = store.addressHash(secrets, canonical)
  if (!on && !accountId) await store.refuseMail(tx, { addressHash: hash, event, at: now() })
  if (on) {
    const others = accountId ? await confirmedEmailsOf(tx, accountId) : []
    const hashes = [hash, ...others.map((other) => store.addressHash(secrets, other.canonical))]
    await store.takeBackRefusals(tx, { addressHashes: hashes, event })
  }
}
