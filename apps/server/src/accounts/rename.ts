import type { Db } from '../platform/database/database.ts'

/** Changes how an account's person is called here. Badges keep the name that was signed into them. */
export async function renameAccount(
  db: Db,
  o: { accountId: string; givenName: string; familyName: string },
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ givenName: o.givenName, familyName: o.familyName })
    .where('id', '=', o.accountId)
    .where('closedAt', 'is', null)
    .execute()
}
