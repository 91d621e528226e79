import { type RawBuilder, sql } from 'kysely'

/**
 * The language that an account reads mail in: the one chosen under Notifications, else the account's own. Every query
 * that finds the reader of a message selects this, so that no message can forget the choice.
 *
 * @param accounts what the query calls the table `accounts`.
 */
export function mailLocale(accounts: string): RawBuilder<string> {
  return sql<string>`coalesce((select s.mail_locale from notification_settings s where s.account_id = ${sql.ref(`${accounts}.id`)}), ${sql.ref(`${accounts}.locale`)})`
}
