import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
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
}

export type AccountsDeps = Deps & { accounts: Accounts }

export function createAccounts(): Accounts {
  const listeners: ProvenAddressListener[] = []
  return {
    entries: createEntries(),
    onAddressProven: (listener) => void listeners.push(listener),
    async tellAddressProven(tx, proven) {
      for (const listener of listeners) await listener(tx, proven)
    },
  }
}
