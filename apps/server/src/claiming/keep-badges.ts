import type { Tx } from '../platform/database/database.ts'

/** Badges that wait for an address stay with the account when the address stops being a door to it. */
export async function keepBadgesOfAddress(tx: Tx, o: { accountId: string; canonical: string }): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({ accountId: o.accountId })
    .where('recipientEmailCanonical', '=', o.canonical)
    .where('accountId', 'is', null)
    .where('lifecycle', '=', 'issued')
    .execute()
}
