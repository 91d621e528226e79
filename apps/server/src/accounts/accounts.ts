import type { Tx } from '../platform/database/database.ts'
import type { SignInProvider } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { type DoorKind, ownDoors } from './doors.ts'
import { type MergePart, ownMergeParts } from './merge-parts.ts'
import { createEntries, type Entries } from './entry-intent.ts'

export interface ProvenAddress {
  accountId: string
  /** As stored, and the form that is compared. */
  email: string
  canonical: string
}
/** Runs in the transaction that makes the address a door to the account. */
export type ProvenAddressListener = (tx: Tx, proven: ProvenAddress) => Promise<void>

/** What other features plug into accounts without accounts knowing them. */
export interface Accounts {
  entries: Entries
  /** Called whenever an account gets a proven address: by activating, linking, merging. */
  onAddressProven(listener: ProvenAddressListener): void
  tellAddressProven(tx: Tx, proven: ProvenAddress): Promise<void>
  /** Called before an address stops being a door, so that what waits behind it is kept. */
  onAddressLeaving(listener: ProvenAddressListener): void
  tellAddressLeaving(tx: Tx, leaving: ProvenAddress): Promise<void>
  /** What moves when two accounts become one; features declare theirs through the app. */
  readonly mergeParts: MergePart[]
  /** What lets somebody in besides the password; features add theirs through the app. */
  readonly doorKinds: DoorKind[]
  /** Other services that people may sign in with, as the operator listed them. */
  readonly providers: readonly SignInProvider[]
}

export type AccountsDeps = Deps & { accounts: Accounts }

/** Servers try for as long before they send a message back (RFC 5321, section 4.5.4.1). */
const undecidedDays = 5

/**
 * Notes on an address whether mail to it arrives or comes back, from every message that is sent to it. The person sees it
 * in the settings (UX 9). That a server takes a message ends what a refusal of before said; but where an earlier one was
 * taken too and sent back later, only one that has not come back for days does.
 */
export function noteBounces({ outbox, now }: Pick<Deps, 'outbox' | 'now'>): void {
  outbox.onDelivery(async (tx, { outcome, recipient, isLater = false }) => {
    const address = parseEmailAddress(recipient)
    if (!address) return
    if (outcome === 'bounced') {
      await tx
        .updateTable('accountEmails')
        .set({ bouncedAt: now(), bouncedLater: isLater })
        .where('emailCanonical', '=', address.canonical)
        // What is known already keeps its date.
        .where((eb) =>
          isLater ? eb.or([eb('bouncedAt', 'is', null), eb('bouncedLater', '=', false)]) : eb('bouncedAt', 'is', null),
        )
        .execute()
      return
    }
    const decided = new Date(now().getTime() - undecidedDays * 86_400_000)
    await tx
      .updateTable('accountEmails')
      .set({ bouncedAt: null, bouncedLater: false })
      .where('emailCanonical', '=', address.canonical)
      // Most messages arrive where others did, and change nothing.
      .where('bouncedAt', 'is not', null)
      .where((eb) =>
        eb.or([
          eb('bouncedLater', '=', false),
          eb.exists(
            eb
              .selectFrom('mailOutbox as m')
              .select('m.id')
              .whereRef('m.recipient', '=', 'accountEmails.email')
              .where('m.state', '=', 'sent')
              .whereRef('m.sentAt', '>', 'accountEmails.bouncedAt')
              .where('m.sentAt', '<', decided),
          ),
        ]),
      )
      .execute()
  })
}

/** Somebody used what was mailed to the address: mail arrives there, whatever came back before. */
export async function noteReached(tx: Tx, canonical: string): Promise<void> {
  await tx
    .updateTable('accountEmails')
    .set({ bouncedAt: null, bouncedLater: false })
    .where('emailCanonical', '=', canonical)
    .where('bouncedAt', 'is not', null)
    .execute()
}

export function createAccounts({ providers = [] }: { providers?: readonly SignInProvider[] } = {}): Accounts {
  const listeners: ProvenAddressListener[] = []
  const leavingListeners: ProvenAddressListener[] = []
  return {
    entries: createEntries(),
    mergeParts: [...ownMergeParts],
    doorKinds: ownDoors({ providers }),
    providers,
    onAddressProven: (listener) => void listeners.push(listener),
    async tellAddressProven(tx, proven) {
      for (const listener of listeners) await listener(tx, proven)
    },
    onAddressLeaving: (listener) => void leavingListeners.push(listener),
    async tellAddressLeaving(tx, leaving) {
      for (const listener of leavingListeners) await listener(tx, leaving)
    },
  }
}
