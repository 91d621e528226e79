import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'

export type RequestState = 'requested' | 'allowed' | 'refused' | 'ended' | 'cancelled'

/** What an organization asked of a person, as the person reads it. */
export interface RequestToPerson {
  id: string
  organizationId: string
  organizationName: string
  organizationSlug: string
  /** Its own domain, when it was proven. */
  domain: string | null
  wantsProfile: boolean
  wantsDirectory: boolean
  message: string
  state: RequestState
  requestedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  lastSeenAt: Date | null
}

function toPerson(db: Db, accountId: string) {
  return db
    .selectFrom('peopleRequests as r')
    .innerJoin('organizations as o', 'o.id', 'r.organizationId')
    .select([
      'r.id',
      'r.organizationId',
      'o.name as organizationName',
      'o.slug as organizationSlug',
      sql<string | null>`case when o.domain_confirmed_at is null then null else o.domain end`.as('domain'),
      'r.wantsProfile',
      'r.wantsDirectory',
      'r.message',
      'r.state',
      'r.requestedAt',
      'r.answeredAt',
      'r.endedAt',
      'r.lastSeenAt',
    ])
    .where('r.state', '!=', 'cancelled')
    .where((eb) =>
      eb.or([
        eb('r.accountId', '=', accountId),
        eb.and([
          eb('r.accountId', 'is', null),
          eb('o.state', '=', 'active'),
          eb(
            'r.emailCanonical',
            'in',
            eb.selectFrom('accountEmails').select('emailCanonical').where('accountId', '=', accountId),
          ),
        ]),
      ]),
    )
}

/** Requests to one of a person's proven addresses, and those the person has answered; newest first. */
export function requestsToPerson(db: Db, accountId: string): Promise<RequestToPerson[]> {
  return toPerson(db, accountId).orderBy('r.requestedAt', 'desc').limit(200).execute()
}

export function requestToPerson(db: Db, o: { id: string; accountId: string }): Promise<RequestToPerson | undefined> {
  return toPerson(db, o.accountId).where('r.id', '=', o.id).executeTakeFirst()
}

/** Answers an open request; of any number of clicks one has the effect. @returns whether this call did it. */
export async function answerRequest(
  tx: Tx,
  o: { id: string; accountId: string; state: 'allowed' | 'refused'; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('peopleRequests')
    .set({ state: o.state, accountId: o.accountId, answeredAt: o.at })
    .where('id', '=', o.id)
    .where('state', '=', 'requested')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function endRequest(tx: Tx, o: { id: string; accountId: string; at: Date }): Promise<boolean> {
  const row = await tx
    .updateTable('peopleRequests')
    .set({ state: 'ended', endedAt: o.at })
    .where('id', '=', o.id)
    .where('accountId', '=', o.accountId)
    .where('state', '=', 'allowed')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export interface RequestOfTeam {
  id: string
  email: string
  wantsProfile: boolean
  wantsDirectory: boolean
  state: RequestState
  requestedAt: Date
}

export function requestsOfTeam(tx: Tx, organizationId: string): Promise<RequestOfTeam[]> {
  return tx
    .selectFrom('peopleRequests')
    .select(['id', 'email', 'wantsProfile', 'wantsDirectory', 'state', 'requestedAt'])
    .where('organizationId', '=', organizationId)
    .orderBy('requestedAt', 'desc')
    .limit(500)
    .execute()
}

/** Deletes requests that gave nobody anything since a moment: refused, ended, withdrawn, or never answered. */
export async function forgetRequests(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('peopleRequests')
    .where('state', '!=', 'allowed')
    .where((eb) => eb(eb.fn.coalesce('endedAt', 'answeredAt', 'requestedAt'), '<', before))
    .execute()
}

export function insertRequest(
  tx: Tx,
  o: {
    id: string
    organizationId: string
    email: string
    emailCanonical: string
    wantsProfile: boolean
    wantsDirectory: boolean
    message: string
    requestedBy: string
    requestedAt: Date
  },
) {
  return tx
    .insertInto('peopleRequests')
    .values(o)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
}

export function cancelRequest(tx: Tx, o: { id: string; organizationId: string; at: Date }) {
  return tx
    .updateTable('peopleRequests')
    .set({ state: 'cancelled', endedAt: o.at })
    .where('id', '=', o.id)
    .where('organizationId', '=', o.organizationId)
    .where('state', '=', 'requested')
    .returning('email')
    .executeTakeFirst()
}

/** A person as an organization may see them that they have allowed it. */
export interface AllowedPerson {
  requestId: string
  accountId: string
  givenName: string
  familyName: string
  headline: string
  bio: string
  pictureHash: string | null
  showsFullName: boolean
  wantsProfile: boolean
  wantsDirectory: boolean
  since: Date
}

/** The consent stands in the query itself: what was ended a moment ago is not found any more. */
function allowedPeople(tx: Tx, organizationId: string) {
  return tx
    .selectFrom('peopleRequests as r')
    .innerJoin('accounts as a', 'a.id', 'r.accountId')
    .leftJoin('profiles as p', 'p.accountId', 'a.id')
    .select([
      'r.id as requestId',
      'a.id as accountId',
      'a.givenName',
      'a.familyName',
      sql<string>`coalesce(p.headline, '')`.as('headline'),
      sql<string>`coalesce(p.bio, '')`.as('bio'),
      'p.pictureHash',
      sql<boolean>`coalesce(p.shows_full_name, true)`.as('showsFullName'),
      'r.wantsProfile',
      'r.wantsDirectory',
      sql<Date>`r.answered_at`.as('since'),
    ])
    .where('r.organizationId', '=', organizationId)
    .where('r.state', '=', 'allowed')
    .where('a.closedAt', 'is', null)
}

export function directoryOf(tx: Tx, organizationId: string): Promise<AllowedPerson[]> {
  return allowedPeople(tx, organizationId).orderBy('a.familyName').orderBy('a.givenName').limit(1000).execute()
}

export function allowedPerson(tx: Tx, o: { organizationId: string; requestId: string }) {
  return allowedPeople(tx, o.organizationId)
    .where('r.id', '=', o.requestId)
    .where('r.wantsProfile', '=', true)
    .executeTakeFirst()
}

export function noteLook(tx: Tx, o: { organizationId: string; requestId: string; at: Date }) {
  return tx
    .updateTable('peopleRequests')
    .set({ lastSeenAt: o.at })
    .where('id', '=', o.requestId)
    .where('organizationId', '=', o.organizationId)
    .execute()
}

/** A request that nobody has answered, for the message about it. */
export function openRequest(db: Db, id: string) {
  return db
    .selectFrom('peopleRequests as r')
    .innerJoin('organizations as o', 'o.id', 'r.organizationId')
    .select([
      'r.organizationId',
      'o.name as organizationName',
      'o.contactEmail',
      'r.email',
      'r.emailCanonical',
      'r.wantsProfile',
      'r.wantsDirectory',
      'r.message',
    ])
    .where('r.id', '=', id)
    .where('r.state', '=', 'requested')
    .where('o.state', '=', 'active')
    .executeTakeFirst()
}
