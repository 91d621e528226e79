import type { Db } from '../platform/database/database.ts'
import { mailLocale } from '../platform/mail/language.ts'

/** Account of a proven address, by its canonical form. */
export async function accountByEmail(db: Db, canonical: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('accountEmails as e')
    .innerJoin('accounts as a', 'a.id', 'e.accountId')
    .select([
      'a.id',
      'a.givenName',
      'a.familyName',
      'a.country',
      mailLocale('a').as('locale'),
      'a.passwordHash',
      'e.email',
      'e.isPrimary',
    ])
    .where('e.emailCanonical', '=', canonical)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .executeTakeFirst()
}

export interface AccountRow {
  id: string
  givenName: string
  familyName: string
  country: string | null
  /** The language that the person reads mail in; pages take theirs from the session. */
  locale: string
  passwordHash: string | null
  /** The stored form of the address that was asked for. */
  email: string
  isPrimary: boolean
}

export interface ConfirmedEmail {
  id: string
  /** As stored: mail goes to this. */
  email: string
  canonical: string
  isPrimary: boolean
  confirmedAt: Date
  bouncedAt: Date | null
}

/** Proven addresses of an account, the primary one first. */
export async function confirmedEmailsOf(db: Db, accountId: string): Promise<ConfirmedEmail[]> {
  return db
    .selectFrom('accountEmails')
    .select(['id', 'email', 'emailCanonical as canonical', 'isPrimary', 'confirmedAt', 'bouncedAt'])
    .where('accountId', '=', accountId)
    .orderBy('isPrimary', 'desc')
    .orderBy('confirmedAt')
    .orderBy('id')
    .execute()
}

/** An account that is in use; its `locale` is the language of mail, as in {@link AccountRow}. */
export async function accountById(db: Db, accountId: string) {
  return db
    .selectFrom('accounts')
    .select(['id', 'givenName', 'familyName', 'country', 'theme', 'timeZone', 'passwordHash', 'createdAt'])
    .select(mailLocale('accounts').as('locale'))
    .where('id', '=', accountId)
    .where('closedAt', 'is', null)
    .where('mergedInto', 'is', null)
    .executeTakeFirst()
}

/** How many badges were sent to an address, whoever took them; read from the issuing feature's table. */
/** Documents that were made out to an address and signed. */
export async function documentsSentTo(db: Db, canonical: string): Promise<number> {
  const { count } = await db
    .selectFrom('documents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('recipientEmailCanonical', '=', canonical)
    .where('state', '=', 'issued')
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function badgesSentTo(db: Db, canonical: string): Promise<number> {
  const { count } = await db
    .selectFrom('credentials')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('recipientEmailCanonical', '=', canonical)
    .where('lifecycle', '=', 'issued')
    .executeTakeFirstOrThrow()
  return Number(count)
}
