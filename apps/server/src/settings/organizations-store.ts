import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/ids.ts'

export interface MetOrganization {
  id: string
  publicId: string
  slug: string
  name: string
  badges: number
  /** Since when its badges are taken without a click; null when they wait. */
  acceptedSince: Date | null
}

/** The organizations whose badges came to an account or to an address it has proved, by name. */
export async function organizationsMet(db: Db, accountId: string): Promise<MetOrganization[]> {
  const { rows } = await sql<MetOrganization>`
    select o.id, o.public_id as "publicId", o.slug, o.name, count(c.id)::int as badges,
           max(a.given_at) as "acceptedSince"
    from organizations o
    left join credentials c on c.organization_id = o.id and c.lifecycle in ('issued', 'withdrawn') and (
      c.account_id = ${accountId}
      or (c.account_id is null and c.recipient_email_canonical in (
        select email_canonical from account_emails where account_id = ${accountId})))
    left join auto_accepts a on a.organization_id = o.id and a.account_id = ${accountId} and a.ended_at is null
    group by o.id, o.public_id, o.slug, o.name
    having count(c.id) > 0 or max(a.given_at) is not null
    order by lower(o.name)`.execute(db)
  return rows
}

export interface EducationLink {
  id: string
  institution: string
  memberNumber: string
  signInUrl: string
  /** A badge of the institution carries the same number. */
  isConfirmed: boolean
}

/** What a person noted about where they learn. Confirmed is what an accepted badge of that institution says too. */
export async function educationLinksOf(db: Db, accountId: string): Promise<EducationLink[]> {
  const { rows } = await sql<EducationLink>`
    select e.id, e.institution, e.member_number as "memberNumber", e.sign_in_url as "signInUrl",
      exists (
        select 1 from credentials c join organizations o on o.id = c.organization_id
        where o.public_id = e.organization_public_id and c.account_id = e.account_id and e.member_number <> ''
          and c.decision in ('accepted', 'automatic') and c.recipient_reference = e.member_number
      ) as "isConfirmed"
    from education_links e where e.account_id = ${accountId} order by lower(e.institution), e.id`.execute(db)
  return rows
}

export async function countEducationLinks(db: Db, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('educationLinks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return count
}

export function insertEducationLink(
  db: Db,
  o: {
    accountId: string
    organizationPublicId: string | null
    institution: string
    memberNumber: string
    signInUrl: string
    createdAt: Date
  },
) {
  return db
    .insertInto('educationLinks')
    .values({ id: newId(), ...o })
    .execute()
}

export function deleteEducationLink(db: Db, o: { id: string; accountId: string }) {
  return db
    .deleteFrom('educationLinks')
    .where('id', '=', o.id)
    .where('accountId', '=', o.accountId)
    .returning('institution')
    .executeTakeFirst()
}

/** The organization of this site that somebody means by a name: only an exact one, and only when one alone has it. */
export async function organizationNamed(db: Db, name: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('organizations')
    .select('publicId')
    .where((eb) => eb(eb.fn('lower', ['name']), '=', name.toLowerCase()))
    .where('state', '=', 'active')
    .limit(2)
    .execute()
  return found.length === 1 ? found[0]?.publicId : undefined
}
