import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'

/** Makes an export unless one is being made. @returns its id, when this call made it. */
export async function insertExport(tx: Tx, o: { accountId: string; at: Date }): Promise<string | undefined> {
  const row = await tx
    .insertInto('dataExports')
    .values({ id: randomUUID(), accountId: o.accountId, requestedAt: o.at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

export function latestExport(db: Db, accountId: string) {
  return db
    .selectFrom('dataExports')
    .select(['id', 'state', 'partsDone', 'partsTotal', 'fileHash', 'fileSize', 'requestedAt', 'readyAt', 'expiresAt'])
    .where('accountId', '=', accountId)
    .orderBy('requestedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function exportById(db: Db, id: string) {
  return db.selectFrom('dataExports').select(['id', 'accountId', 'state']).where('id', '=', id).executeTakeFirst()
}

export function noteProgress(db: Db, o: { id: string; done: number; total: number }) {
  return db
    .updateTable('dataExports')
    .set({ state: 'building', partsDone: o.done, partsTotal: o.total })
    .where('id', '=', o.id)
    .where('state', 'in', ['queued', 'building'])
    .execute()
}

/** @returns whether this call made it ready: a run that was repeated after a crash tells the person once. */
export async function markReady(
  tx: Tx,
  o: { id: string; fileHash: string; fileSize: number; at: Date; expiresAt: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('dataExports')
    .set({
      state: 'ready',
      partsDone: sql`parts_total`,
      fileHash: o.fileHash,
      fileSize: o.fileSize,
      readyAt: o.at,
      expiresAt: o.expiresAt,
    })
    .where('id', '=', o.id)
    .where('state', 'in', ['queued', 'building'])
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether an archive that can be taken has this file. */
export async function isNamed(db: Db, fileHash: string): Promise<boolean> {
  const row = await db.selectFrom('dataExports').select('id').where('fileHash', '=', fileHash).executeTakeFirst()
  return row !== undefined
}

/** Files whose time is over. */
export function overExports(db: Db, now: Date) {
  return db
    .selectFrom('dataExports')
    .select(['id', 'fileHash'])
    .where('state', '=', 'ready')
    .where('expiresAt', '<=', now)
    .limit(500)
    .execute()
}

export function markGone(db: Db, id: string) {
  return db.updateTable('dataExports').set({ state: 'gone', fileHash: null }).where('id', '=', id).execute()
}

/** What has not come to an end within a day never will. */
export function failOldExports(db: Db, before: Date) {
  return db
    .updateTable('dataExports')
    .set({ state: 'failed' })
    .where('state', 'in', ['queued', 'building'])
    .where('requestedAt', '<', before)
    .execute()
}

/** Everything about a person that is theirs, table by table, without secrets; columns named as they stand. */
export async function ownRows(db: Db, accountId: string): Promise<Record<string, unknown[]>> {
  const read = async (query: { execute(): Promise<unknown[]> }) => query.execute()
  const mine = accountId
  return {
    addresses: await read(
      db
        .selectFrom('accountEmails')
        .select(['email', 'isPrimary', 'confirmedAt', 'bouncedAt'])
        .where('accountId', '=', mine),
    ),
    consents: await read(
      db
        .selectFrom('consents')
        .select(['purpose', 'version', 'locale', 'givenAt', 'withdrawnAt'])
        .where('accountId', '=', mine),
    ),
    sessions: await read(
      db
        .selectFrom('sessions')
        .select(['userAgent', 'network', 'createdAt', 'lastSeenAt', 'endedAt'])
        .where('accountId', '=', mine),
    ),
    passkeys: await read(
      db.selectFrom('passkeys').select(['name', 'createdAt', 'lastUsedAt']).where('accountId', '=', mine),
    ),
    signInServices: await read(
      db
        .selectFrom('linkedSignIns')
        .select(['provider', 'label', 'createdAt', 'lastUsedAt'])
        .where('accountId', '=', mine),
    ),
    formerHandles: await read(db.selectFrom('formerHandles').select('handle').where('accountId', '=', mine)),
    collections: await read(
      db
        .selectFrom('collections as l')
        .leftJoin('collectionItems as i', 'i.collectionId', 'l.id')
        .leftJoin('credentials as c', 'c.id', 'i.credentialId')
        .select(['l.name', 'l.description', 'l.visibility', 'l.createdAt', 'c.publicId as badge', 'i.note'])
        .where('l.accountId', '=', mine)
        .orderBy('l.createdAt')
        .orderBy('i.position'),
    ),
    shareLinks: await read(
      db
        .selectFrom('shareLinks')
        .select([
          'kind',
          'name',
          'shownName',
          'allowsDownload',
          'endsAt',
          'opens',
          'lastOpenedAt',
          'createdAt',
          'revokedAt',
        ])
        .where('accountId', '=', mine),
    ),
    // To whom is left out: the addresses are other people's.
    mailsWithBadges: await read(
      db
        .selectFrom('shareMails as m')
        .innerJoin('credentials as c', 'c.id', 'm.credentialId')
        .select(['c.publicId as badge', 'm.sentAt'])
        .where('m.accountId', '=', mine),
    ),
    autoAccept: await read(
      db
        .selectFrom('autoAccepts as a')
        .innerJoin('organizations as o', 'o.id', 'a.organizationId')
        .select(['o.name as organization', 'a.givenAt', 'a.endedAt'])
        .where('a.accountId', '=', mine),
    ),
    employers: await read(
      db
        .selectFrom('peopleRequests as r')
        .innerJoin('organizations as o', 'o.id', 'r.organizationId')
        .select([
          'o.name as organization',
          'r.wantsProfile',
          'r.wantsDirectory',
          'r.state',
          'r.requestedAt',
          'r.answeredAt',
          'r.endedAt',
          'r.lastSeenAt',
        ])
        .where('r.accountId', '=', mine),
    ),
    educationalProviders: await read(
      db
        .selectFrom('educationLinks')
        .select(['institution', 'memberNumber', 'signInUrl', 'createdAt'])
        .where('accountId', '=', mine),
    ),
    personalTokens: await read(
      db
        .selectFrom('personalTokens')
        .select(['name', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt', 'revokedAt'])
        .where('accountId', '=', mine),
    ),
    connectedApps: await read(
      db
        .selectFrom('oauthGrants as g')
        .innerJoin('oauthClients as c', 'c.id', 'g.clientId')
        .select(['c.name', 'c.host', 'g.scopes', 'g.createdAt', 'g.lastUsedAt', 'g.expiresAt', 'g.revokedAt'])
        .where('g.accountId', '=', mine),
    ),
    notificationChoices: await read(
      db.selectFrom('notificationChoices').select(['event', 'byMail', 'inApp']).where('accountId', '=', mine),
    ),
    emailSettings: await read(
      db.selectFrom('notificationSettings').select(['digest', 'mailLocale']).where('accountId', '=', mine),
    ),
    waitingForSummary: await read(
      db.selectFrom('digestItems').select(['event', 'words', 'createdAt']).where('accountId', '=', mine),
    ),
    notifications: await read(
      db.selectFrom('notifications').select(['event', 'words', 'createdAt', 'readAt']).where('accountId', '=', mine),
    ),
    devices: await read(
      db
        .selectFrom('devices')
        .select(['createdAt', 'lastUsedAt', 'skipsSecondStepUntil'])
        .where('accountId', '=', mine),
    ),
    lostMailboxes: await read(
      db
        .selectFrom('lostMailboxes')
        .select(['oldEmail', 'newEmail', 'name', 'note', 'createdAt', 'provedAt'])
        .where('accountId', '=', mine),
    ),
    exports: await read(
      db
        .selectFrom('dataExports')
        .select(['state', 'requestedAt', 'readyAt', 'expiresAt'])
        .where('accountId', '=', mine),
    ),
    teams: await read(
      db
        .selectFrom('organizationMembers as m')
        .innerJoin('organizations as o', 'o.id', 'm.organizationId')
        .select(['o.name as organization', 'm.role', 'm.createdAt'])
        .where('m.accountId', '=', mine),
    ),
    correctionRequests: await read(
      db
        .selectFrom('correctionRequests as r')
        .innerJoin('credentials as c', 'c.id', 'r.credentialId')
        .select(['c.publicId as badge', 'r.kind', 'r.requested', 'r.message', 'r.state', 'r.answer', 'r.createdAt'])
        .where('r.fromAccountId', '=', mine),
    ),
  }
}

export interface Activity {
  at: Date
  what: string
  about: string
}

/** What happened with a person's badges, documents and account, oldest first. */
export async function activityOf(db: Db, accountId: string): Promise<Activity[]> {
  const { rows } = await sql<Activity>`
    select e.at, 'badge.' || e.kind as what, c.public_id as about
      from credential_events e join credentials c on c.id = e.credential_id where c.account_id = ${accountId}
    union all
    select e.at, 'document.' || e.kind, d.public_id
      from document_events e join documents d on d.id = e.document_id where d.account_id = ${accountId}
    union all
    select a.at, a.action, coalesce(a.object_kind, '') from audit_events a where a.actor_account_id = ${accountId}
    order by 1`.execute(db)
  return rows
}

export function ownDocuments(db: Db, accountId: string) {
  return db
    .selectFrom('documents')
    .select(['publicId', 'title', 'kind', 'documentDate', 'recipientName', 'validity', 'fileHash'])
    .where('accountId', '=', accountId)
    .where('state', '=', 'issued')
    .orderBy('issuedAt')
    .execute()
}

export function importedBadges(db: Db, accountId: string) {
  return db
    .selectFrom('importedBadges')
    .select(['publicId', 'name', 'issuerName', 'awardedOn', 'body', 'source', 'verdict', 'checkedAt'])
    .where('accountId', '=', accountId)
    .orderBy('createdAt')
    .execute()
}
