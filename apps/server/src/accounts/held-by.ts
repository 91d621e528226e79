import { type RawBuilder, sql, type SqlBool } from 'kysely'

/**
 * The rule of what is somebody's, for the `where` of any table with `account_id` and `recipient_email_canonical`: it is in
 * the account, or in nobody's and was sent to an address that the account has proved (SECURITY S4, S17).
 *
 * @param rows what the query calls the table.
 */
export function isHeldBy(accountId: string, rows: string): RawBuilder<SqlBool> {
  const holder = sql.ref(`${rows}.accountId`)
  return sql<SqlBool>`(${holder} = ${accountId} or (${holder} is null and ${sql.ref(`${rows}.recipientEmailCanonical`)} in (select email_canonical from account_emails where account_id = ${accountId})))`
}
