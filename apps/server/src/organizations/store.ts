import type { Insertable, Updateable } from 'kysely'
import { noteChange } from '../platform/changes.ts'
import type { Db } from '../platform/database/database.ts'
import type { OrganizationInvitationsTable, OrganizationsTable } from '../platform/database/schema.ts'
import { mailLocale } from '../platform/mail/language.ts'
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

export async function roleOf(db: Db, organizationId: string, accountId: string): Promise<Role | undefined> {
  const member = await db
    .selectFrom('organizationMembers')
    .select('role')
    .where('organizationId', '=', organizationId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return member?.role
}

export interface MemberRow {
  accountId: string
  role: Role
  givenName: string
  familyName: string
  email: string
  locale: string
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
      mailLocale('a').as('locale'),
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

export async function insertOrganization(tx: Db, row: Insertable<OrganizationsTable>): Promise<void> {
  await tx.insertInto('organizations').values(row).execute()
}

export async function updateOrganization(
  tx: Db,
  organizationId: string,
  change: Updateable<Omit<OrganizationsTable, 'id' | 'publicId' | 'createdAt'>>,
): Promise<void> {
  noteChange(organizationId)
  await tx.updateTable('organizations').set(change).where('id', '=', organizationId).execute()
}

/** Locks the organization until the transaction ends, so that changes to its team take turns. */
export function lockOrganization(tx: Db, organizationId: string) {
  return tx.selectFrom('organizations').selectAll().where('id', '=', organizationId).forUpdate().executeTakeFirst()
}

/** A slug that is in use, or was, and still leads somewhere. */
export async function isSlugTaken(db: Db, slug: string, except?: string): Promise<boolean> {
  const [now, before] = await Promise.all([organizationBySlug(db, slug), organizationByFormerSlug(db, slug)])
  return [now, before].some((found) => found !== undefined && found.id !== except)
}

export async function keepFormerSlug(tx: Db, organizationId: string, slug: string): Promise<void> {
  await tx
    .insertInto('organizationSlugs')
    .values({ slug, organizationId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Takes a former slug back into use. */
export async function dropFormerSlug(tx: Db, organizationId: string, slug: string): Promise<void> {
  await tx
    .deleteFrom('organizationSlugs')
    .where('slug', '=', slug)
    .where('organizationId', '=', organizationId)
    .execute()
}

/** Names that are about as long as this one; the rule about what looks alike is not the database's. */
export function namesOfLength(db: Db, length: number, except?: string) {
  return db
    .selectFrom('organizations')
    .select(['id', 'name', 'nameSkeleton'])
    .where((eb) => eb.between(eb.fn<number>('length', ['nameSkeleton']), length - 1, length + 1))
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .execute()
}

export async function addMember(
  tx: Db,
  member: { organizationId: string; accountId: string; role: Role; createdAt: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto('organizationMembers')
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function setRole(tx: Db, organizationId: string, accountId: string, role: Role): Promise<void> {
  await tx
    .updateTable('organizationMembers')
    .set({ role })
    .where('organizationId', '=', organizationId)
    .where('accountId', '=', accountId)
    .execute()
}

export async function removeMember(tx: Db, organizationId: string, accountId: string): Promise<void> {
  await tx
    .deleteFrom('organizationMembers')
    .where('organizationId', '=', organizationId)
    .where('accountId', '=', accountId)
    .execute()
}

export async function countOwners(tx: Db, organizationId: string): Promise<number> {
  const { owners } = await tx
    .selectFrom('organizationMembers')
    .select((eb) => eb.fn.countAll<number>().as('owners'))
    .where('organizationId', '=', organizationId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return Number(owners)
}

/** True when one of the confirmed addresses of somebody on the team is this one. */
export async function isMemberAddress(db: Db, organizationId: string, emailCanonical: string): Promise<boolean> {
  const found = await db
    .selectFrom('organizationMembers as m')
    .innerJoin('accountEmails as e', 'e.accountId', 'm.accountId')
    .select('m.accountId')
    .where('m.organizationId', '=', organizationId)
    .where('e.emailCanonical', '=', emailCanonical)
    .executeTakeFirst()
  return found !== undefined
}

/** Invitations that wait for an answer, the latest first; expired ones too, so that they can be sent again. */
export function openInvitations(db: Db, organizationId: string) {
  return db
    .selectFrom('organizationInvitations')
    .select(['id', 'email', 'role', 'createdAt', 'expiresAt'])
    .where('organizationId', '=', organizationId)
    .where('answeredAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .execute()
}

export function openInvitationTo(db: Db, organizationId: string, emailCanonical: string) {
  return db
    .selectFrom('organizationInvitations')
    .select(['id'])
    .where('organizationId', '=', organizationId)
    .where('emailCanonical', '=', emailCanonical)
    .where('answeredAt', 'is', null)
    .executeTakeFirst()
}

export function invitationById(db: Db, organizationId: string, id: string) {
  return db
    .selectFrom('organizationInvitations')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('answeredAt', 'is', null)
    .executeTakeFirst()
}

export function invitationByToken(db: Db, tokenHash: Buffer) {
  return db
    .selectFrom('organizationInvitations as i')
    .innerJoin('organizations as o', 'o.id', 'i.organizationId')
    .innerJoin('accounts as a', 'a.id', 'i.invitedBy')
    .select([
      'i.id',
      'i.organizationId',
      'i.email',
      'i.emailCanonical',
      'i.role',
      'i.expiresAt',
      'i.answeredAt',
      'i.answer',
      'o.name as organizationName',
      'o.slug',
      'o.logoHash',
      'a.givenName as invitedByGivenName',
      'a.familyName as invitedByFamilyName',
    ])
    .where('i.tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

export function lockInvitation(tx: Db, organizationId: string, id: string) {
  return tx
    .selectFrom('organizationInvitations')
    .select(['id', 'role', 'emailCanonical', 'expiresAt', 'answeredAt'])
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertInvitation(tx: Db, row: Insertable<OrganizationInvitationsTable>): Promise<void> {
  await tx.insertInto('organizationInvitations').values(row).execute()
}

export async function updateInvitation(
  tx: Db,
  organizationId: string,
  id: string,
  change: Updateable<Pick<OrganizationInvitationsTable, 'tokenHash' | 'expiresAt' | 'answer' | 'answeredAt' | 'role'>>,
): Promise<void> {
  await tx
    .updateTable('organizationInvitations')
    .set(change)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

/** Organizations whose confirmed domain was last looked at 30 days ago, or a day ago when it failed then. */
export function domainsDue(db: Db, now: Date) {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
  return db
    .selectFrom('organizations')
    .select(['id'])
    .where('domainConfirmedAt', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('domainCheckedAt', '<', daysAgo(30)),
        eb.and([eb('domainFailingSince', 'is not', null), eb('domainCheckedAt', '<', daysAgo(0.9))]),
      ]),
    )
    .orderBy('domainCheckedAt')
    .limit(500)
    .execute()
}

/** What the overview counts. A page may join what other features keep. */
export async function overviewCounts(db: Db, organizationId: string) {
  const [templates, credentials, toSelf] = await Promise.all([
    db
      .selectFrom('achievements')
      .select((eb) => [
        eb.fn.countAll<number>().as('all'),
        eb.fn.countAll<number>().filterWhere('state', '=', 'published').as('published'),
      ])
      .where('organizationId', '=', organizationId)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('credentials')
      .select((eb) => eb.fn.countAll<number>().as('issued'))
      .where('organizationId', '=', organizationId)
      .where('lifecycle', '=', 'issued')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('credentials as c')
      .innerJoin('accountEmails as e', 'e.emailCanonical', 'c.recipientEmailCanonical')
      .innerJoin('organizationMembers as m', (join) =>
        join.onRef('m.accountId', '=', 'e.accountId').onRef('m.organizationId', '=', 'c.organizationId'),
      )
      .select('c.id')
      .where('c.organizationId', '=', organizationId)
      .limit(1)
      .executeTakeFirst(),
  ])
  return {
    templates: Number(templates.all),
    published: Number(templates.published),
    issued: Number(credentials.issued),
    hasTestAward: toSelf !== undefined,
  }
}
