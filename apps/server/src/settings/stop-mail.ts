import { confirmedEmailsOf } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Secrets } from '../platform/secrets.ts'
import { isMailEvent, type MailEvent, mailEvents } from './mail-events.ts'
import * as store from './notifications-store.ts'

const purpose = 'unsubscribe-mail'

/** An address and a kind of mail to it, as the links in messages carry them: sealed, so that nobody reads or forges one. */
export interface StopLink {
  canonical: string
  event: MailEvent
}

/** A page for people and the one click of mail programs (RFC 8058). They never end: old mail must stop mail too. */
export function stopPaths(secrets: Pick<Secrets, 'seal'>, link: StopLink): { page: string; oneClick: string } {
  const token = secrets.seal(purpose, `${link.event}\n${link.canonical}`).toString('base64url')
  return { page: `/unsubscribe/mail/${token}`, oneClick: `/api/unsubscribe/mail/${token}` }
}

export function openStopLink(secrets: Pick<Secrets, 'open'>, token: string): StopLink | undefined {
  try {
    const [event = '', canonical = ''] = secrets.open(purpose, Buffer.from(token, 'base64url')).toString().split('\n')
    return isMailEvent(event) && canonical !== '' ? { event, canonical } : undefined
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

/** Stops a kind of mail to an address, or takes that back. Doing it twice is harmless. */
export async function setMail(deps: StopDeps, o: StopLink & { on: boolean }): Promise<void> {
  const { canonical, event, on } = o
  await deps.db.transaction().execute(async (tx) => {
    const { accountId } = await store.wishOf(tx, deps.secrets, { canonical, event })
    if (accountId) await store.setByMail(tx, { accountId, event, byMail: on })
    const hash = store.addressHash(deps.secrets, canonical)
    if (!on && !accountId) await store.refuseMail(tx, { addressHash: hash, event, at: deps.now() })
    if (on) {
      const others = accountId ? await confirmedEmailsOf(tx, accountId) : []
      const hashes = [hash, ...others.map((other) => store.addressHash(deps.secrets, other.canonical))]
      await store.takeBackRefusals(tx, { addressHashes: hashes, event })
    }
  })
}
