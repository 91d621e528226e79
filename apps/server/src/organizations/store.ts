import type { Db } from '../platform/database/database.ts'
import type { Role } from './organization.ts'

export function organizationById(db: Db, id: string) {
  return db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
}

export function organizationByPublicId(db: Db, publicId: string) {
  return db.selectFrom('organizations').selectAll().where('publicId', '=', publicId).executeTakeFirst()
}

export function organizationBySlug(db: Db, slug: string) {
  return db.selectFrom('organizations').selectAll().where('slug', '=', slug).executeTakeFirst()
}

/** The organization that had this slug before. */
export function organizationByFormerSlug(db: Db, slug: string) {
  return db
    .selectFrom('organizationSlugs as s')
    .innerJoin('organizations as o', 'o.id', 's.organizationId')
    .selectAll('o')
    .where('s.slug', '=', slug)
    .executeTakeFirst()
}

export function membershipOf(db: Db, organizationId: string, accountId: string) {
  return db
    .selectFrom('organizationMembers')
    .select(['role'])
    .where('organizationId', '=', organizationId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
}

export interface MemberRow {
  accountId: string
  role: Role
  givenName: string
  familyName: string
  email: string
  joinedAt: Date
  lastSeenAt: Date | null
}

/** Everybody on the team, owners first. */
export async function membersOf(db: Db, organizationId: string): Promise<MemberRow[]> {
  return db
    .selectFrom('organizationMembers as m')
    .innerJoin('accounts as a', 'a.id', 'm.accountId')
    .innerJoin('accountEmails as e', (join) => join.onRef('e.accountId', '=', 'a.id').on('e.isPrimary', '=', true))
    .select((eb) => [
      'm.accountId',
      'm.role',
      'a.givenName',
      'a.familyName',
      'e.email',
      'm.createdAt as joinedAt',
      eb
        .selectFrom('sessions as s')
        .whereRef('s.accountId', '=', 'm.accountId')
        .select((s) => s.fn.max('s.lastSeenAt').as('at'))
        .as('lastSeenAt'),
    ])
    .where('m.organizationId', '=', organizationId)
    .orderBy(
      (eb) =>
        eb
          .case()
          .when('m.role', '=', 'owner')
          .then(0)
          .when('m.role', '=', 'admin')
          .then(1)
          .when('m.role', '=', 'designer')
          .then(2)
          .when('m.role', '=', 'issuer')
          .then(3)
          .else(4)
          .end(),
      'asc',
    )
    .orderBy('m.createdAt')
    .execute()
}

/** The organizations that a person works for, by name. */
export async function organizationsOf(db: Db, accountId: string) {
  return db
    .selectFrom('organizationMembers as m')
    .innerJoin('organizations as o', 'o.id', 'm.organizationId')
    .select(['o.id', 'o.slug', 'o.name', 'o.logoHash', 'o.state', 'm.role'])
    .where('m.accountId', '=', accountId)
    .orderBy('o.name')
    .execute()
}
