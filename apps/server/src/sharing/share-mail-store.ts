import type { Db, Tx } from '../platform/database/database.ts'

export function insertShareMail(
  tx: Tx,
  row: { id: string; accountId: string; credentialId: string; sealed: Buffer; sentAt: Date },
) {
  return tx.insertInto('shareMails').values(row).execute()
}

/** What one person sent about one badge, newest first. */
export function shareMailsOf(db: Db, o: { accountId: string; credentialId: string }) {
  return db
    .selectFrom('shareMails')
    .select(['id', 'sealed', 'sentAt'])
    .where('accountId', '=', o.accountId)
    .where('credentialId', '=', o.credentialId)
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
}

export function deleteShareMailsBefore(db: Db, before: Date) {
  return db.deleteFrom('shareMails').where('sentAt', '<', before).execute()
}
