import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { Viewer } from '../platform/http/context.ts'
import { throttledNetwork } from '../platform/http/throttle.ts'
import { locales } from '../platform/i18n/messages.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import { termsVersion } from './terms.ts'

const day = 86_400_000
/** A session ends this long after it was last used … */
const restingDays = 30
/** … and this long after it began, whatever happens. */
const longestDays = 90
/** How old {@link Viewer.provedAt} may be for what is dangerous (UX 3). */
export const proofMinutes = 5

export interface Device {
  /** Network address as seen through the configured proxies. */
  address: string
  userAgent: string
}

/** @returns the token for the cookie; only its hash is stored. */
export async function createSession(
  db: Db,
  { accountId, device, now }: { accountId: string; device: Device; now: Date },
): Promise<{ token: string; sessionId: string }> {
  const token = newToken()
  const sessionId = newId()
  await db
    .insertInto('sessions')
    .values({
      id: sessionId,
      tokenHash: hashToken(token),
      accountId,
      userAgent: device.userAgent.slice(0, 300),
      network: coarseNetwork(device.address),
      createdAt: now,
      lastSeenAt: now,
      provedAt: now,
      expiresAt: new Date(now.getTime() + restingDays * day),
    })
    .execute()
  return { token, sessionId }
}

/** The person behind a session's token, or `undefined` when it ended, ran out, or never was. */
export async function viewerOf(
  { config, db, now }: Pick<Deps, 'config' | 'db' | 'now'>,
  token: string,
): Promise<Viewer | undefined> {
  const at = now()
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('accounts as a', 'a.id', 's.accountId')
    .innerJoin('accountEmails as e', (join) => join.onRef('e.accountId', '=', 'a.id').on('e.isPrimary', '=', true))
    .select([
      's.id as sessionId',
      's.lastSeenAt',
      's.createdAt',
      's.provedAt',
      'a.id as accountId',
      'a.givenName',
      'a.familyName',
      'a.locale',
      'a.theme',
      'e.email as primaryEmail',
    ])
    .select((eb) =>
      eb
        .exists(eb.selectFrom('organizationMembers as m').select(sql`1`.as('one')).whereRef('m.accountId', '=', 'a.id'))
        .as('isIssuer'),
    )
    .select((eb) =>
      eb
        .selectFrom('notifications as n')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('n.accountId', '=', 'a.id')
        .where('n.readAt', 'is', null)
        .as('unread'),
    )
    .select((eb) => {
      const agreed = eb
        .selectFrom('consents as g')
        .select(sql`1`.as('one'))
        .whereRef('g.accountId', '=', 'a.id')
        .where('g.purpose', '=', 'terms')
      // Accounts that an operator made have agreed to nothing, and are not asked here.
      return eb
        .and([eb.exists(agreed), eb.not(eb.exists(agreed.where('g.version', '=', termsVersion(config))))])
        .as('mustAgree')
    })
    .where('s.tokenHash', '=', hashToken(token))
    .where('s.endedAt', 'is', null)
    .where('s.expiresAt', '>', at)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  if (at.getTime() - row.lastSeenAt.getTime() > 5 * 60_000) await touch(db, row.sessionId, row.createdAt, at)
  return {
    accountId: row.accountId,
    sessionId: row.sessionId,
    givenName: row.givenName,
    familyName: row.familyName,
    primaryEmail: row.primaryEmail,
    locale: locales.find((known) => known === row.locale) ?? 'en',
    theme: row.theme === 'light' || row.theme === 'dark' ? row.theme : 'system',
    isIssuer: Boolean(row.isIssuer),
    unread: row.unread ?? 0,
    provedAt: row.provedAt,
    mustAgree: Boolean(row.mustAgree),
  }
}

/** Notes at most every five minutes that the session is in use, so that reading a page is not a write. */
async function touch(db: Db, sessionId: string, createdAt: Date, at: Date): Promise<void> {
  const until = new Date(Math.min(createdAt.getTime() + longestDays * day, at.getTime() + restingDays * day))
  await db
    .updateTable('sessions')
    .set((eb) => ({ lastSeenAt: at, expiresAt: eb.fn<Date>('greatest', ['expiresAt', eb.val(until)]) }))
    .where('id', '=', sessionId)
    .execute()
}

/**
 * Gives a session a new token after the person proved again who they are; the old one is worth nothing from then on
 * (SECURITY S11).
 */
export async function renewSession(db: Db, { sessionId, now }: { sessionId: string; now: Date }): Promise<string> {
  const token = newToken()
  await db
    .updateTable('sessions')
    .set({ tokenHash: hashToken(token), provedAt: now, lastSeenAt: now })
    .where('id', '=', sessionId)
    .where('endedAt', 'is', null)
    .execute()
  return token
}

export async function endSession(db: Db, { sessionId, now }: { sessionId: string; now: Date }): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('id', '=', sessionId)
    .where('endedAt', 'is', null)
    .execute()
}

/** Ends every session of an account, but for the one named. @returns how many. */
export async function endSessions(
  db: Db,
  { accountId, except, now }: { accountId: string; except?: string; now: Date },
): Promise<number> {
  let ended = db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
  if (except) ended = ended.where('id', '!=', except)
  const { numUpdatedRows } = await ended.executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Enough of an address for the person to recognize where it was, and no more: /24, or the /48 of IPv6. */
export function coarseNetwork(address: string): string {
  const network = throttledNetwork(address)
  if (!network.includes(':')) return network.replace(/\.\d+$/, '.0/24')
  return `${network
    .replace(/::\/64$/, '')
    .split(':')
    .slice(0, 3)
    .join(':')}::/48`
}
