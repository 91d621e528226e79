import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'

export interface Registration {
  id: string
  email: string
  emailCanonical: string
  givenName: string
  familyName: string
  country: string | null
  passwordHash: string
  locale: string
  wantsNews: boolean
  termsVersion: string
  /** The age that was said to be reached; `null` where nobody asked. */
  confirmedAge: number | null
  returnTo: string | null
  codeFailures: number
  state: 'pending' | 'activated' | 'dead'
  createdAt: Date
  expiresAt: Date
  mailedAt: Date | null
  activatedAt: Date | null
  accountId: string | null
}

const columns = [
  'id',
  'email',
  'emailCanonical',
  'givenName',
  'familyName',
  'country',
  'passwordHash',
  'locale',
  'wantsNews',
  'termsVersion',
  'confirmedAge',
  'returnTo',
  'codeFailures',
  'state',
  'createdAt',
  'expiresAt',
  'mailedAt',
  'activatedAt',
  'accountId',
] as const

export function registrationById(db: Db, id: string): Promise<Registration | undefined> {
  return db.selectFrom('registrations').select(columns).where('id', '=', id).executeTakeFirst()
}

/** Locks it until the transaction ends, so that two presses of Next take turns. */
export function lockRegistration(tx: Db, id: string): Promise<Registration | undefined> {
  return tx.selectFrom('registrations').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/**
 * The registration of an address that this browser began and that waits for its code, locked until the transaction ends.
 * Where there is none, another wish of the same browser for the same address waits all the same.
 */
export async function lockOwnRegistration(
  tx: Db,
  { browserHash, canonical, now }: { browserHash: Buffer; canonical: string; now: Date },
): Promise<Registration | undefined> {
  const subject = `registration ${browserHash.toString('base64url')} ${canonical}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 0))`.execute(tx)
  return tx
    .selectFrom('registrations')
    .select(columns)
    .where('browserHash', '=', browserHash)
    .where('emailCanonical', '=', canonical)
    .where('state', '=', 'pending')
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
}

/** The browser began this registration, or gave its password. */
export async function isBrowserOf(db: Db, registrationId: string, browserHash: Buffer): Promise<boolean> {
  const found = await db
    .selectFrom('registrations as r')
    .select('r.id')
    .where('r.id', '=', registrationId)
    .where((eb) =>
      eb.or([
        eb('r.browserHash', '=', browserHash),
        eb.exists(
          eb
            .selectFrom('registrationBrowsers as b')
            .select('b.registrationId')
            .whereRef('b.registrationId', '=', 'r.id')
            .where('b.browserHash', '=', browserHash),
        ),
      ]),
    )
    .executeTakeFirst()
  return found !== undefined
}

export async function addBrowser(tx: Db, registrationId: string, browserHash: Buffer): Promise<void> {
  await tx
    .insertInto('registrationBrowsers')
    .values({ registrationId, browserHash })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The newest registration that this browser may go on with. A dead one looks alive: only its codes never match. */
export function openRegistrationOf(db: Db, browserHash: Buffer, now: Date): Promise<Registration | undefined> {
  return registrationsOf(db, browserHash)
    .where('state', 'in', ['pending', 'dead'])
    .where('expiresAt', '>', now)
    .executeTakeFirst()
}

/**
 * The registration that this browser activated and that nobody has signed in with since: its address is filled in on the
 * sign-in page, and its way goes on after it.
 */
export function justActivatedOf(db: Db, browserHash: Buffer, since: Date): Promise<Registration | undefined> {
  return registrationsOf(db, browserHash)
    .where('state', '=', 'activated')
    .where('activatedAt', '>', since)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('sessions as s')
            .select('s.id')
            .whereRef('s.accountId', '=', 'registrations.accountId')
            .whereRef('s.createdAt', '>=', 'registrations.activatedAt'),
        ),
      ),
    )
    .executeTakeFirst()
}

function registrationsOf(db: Db, browserHash: Buffer) {
  return db
    .selectFrom('registrations')
    .select(columns)
    .where((eb) =>
      eb.or([
        eb('browserHash', '=', browserHash),
        eb(
          'id',
          'in',
          eb.selectFrom('registrationBrowsers').select('registrationId').where('browserHash', '=', browserHash),
        ),
      ]),
    )
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
}

/** Registrations of an address that somebody may try to sign in with, this browser's first, then the newest. */
export async function openRegistrationsFor(
  db: Db,
  { canonical, browserHash, now, limit }: { canonical: string; browserHash: Buffer; now: Date; limit: number },
): Promise<{ id: string; passwordHash: string }[]> {
  return db
    .selectFrom('registrations')
    .select(['id', 'passwordHash'])
    .where('emailCanonical', '=', canonical)
    .where('state', 'in', ['pending', 'dead'])
    .where('expiresAt', '>', now)
    .orderBy((eb) => eb('browserHash', '=', browserHash), 'desc')
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute()
}
