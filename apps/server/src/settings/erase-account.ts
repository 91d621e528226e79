import { sql } from 'kysely'
import { accountById, confirmedEmailsOf, endSessions } from '../accounts/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { formatDate } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { translator } from '../platform/i18n/messages.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { renderMail } from '../platform/mail/render.ts'
import { erasePlan } from './erase-plan.ts'
import { localeOf } from './people-mails.ts'

export const graceDays = 14
export const eraseJob = defineJob<Record<string, never>>('settings.erase', { schedule: '53 * * * *', concurrency: 1 })

export type EraseRefusal = 'erase.other-address' | 'erase.last-owner'
export class EraseRefused extends DomainError<EraseRefusal> {
  override name = 'EraseRefused'
}

/** Organizations that nobody else owns: somebody has to, before the person can leave. */
export async function soleOwnerships(db: Db, accountId: string): Promise<{ name: string; slug: string }[]> {
  const { rows } = await sql<{ name: string; slug: string }>`
    select o.name, o.slug from organization_members m join organizations o on o.id = m.organization_id
    where m.account_id = ${accountId} and m.role = 'owner' and not exists (
      select 1 from organization_members other join accounts a on a.id = other.account_id and a.closed_at is null
      where other.organization_id = m.organization_id and other.role = 'owner' and other.account_id <> ${accountId})
    order by lower(o.name)`.execute(db)
  return rows
}

/** What other people will still see, for the page that asks. */
export async function leftBehind(
  db: Db,
  accountId: string,
): Promise<{ badges: number; open: number; documents: number }> {
  const { rows } = await sql<{ badges: number; open: number; documents: number }>`
    select (select count(*)::int from credentials where account_id = ${accountId}) as badges,
      (select count(*)::int from credentials where account_id = ${accountId} and visibility <> 'private'
        and decision in ('accepted', 'automatic')) as open,
      (select count(*)::int from documents where account_id = ${accountId}) as documents`.execute(db)
  return rows[0] ?? { badges: 0, open: 0, documents: 0 }
}

/**
 * Begins the fourteen days after which an account is erased, and signs it out everywhere. Signing in again ends them.
 *
 * @throws {EraseRefused}
 */
export async function requestErasure(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>,
  { accountId, typed }: { accountId: string; typed: string },
): Promise<Date> {
  return deps.db.transaction().execute(async (tx) => {
    const primary = (await confirmedEmailsOf(tx, accountId)).find(({ isPrimary }) => isPrimary)
    if (!primary || parseEmailAddress(typed)?.canonical !== primary.canonical)
      throw new EraseRefused('erase.other-address')
    if ((await soleOwnerships(tx, accountId)).length > 0) throw new EraseRefused('erase.last-owner')
    const at = deps.now()
    const dueAt = new Date(at.getTime() + graceDays * 86_400_000)
    // An older request that a later sign-in ended makes room for this one.
    const made = await tx
      .insertInto('accountDeletions')
      .values({ accountId, requestedAt: at, dueAt })
      .onConflict((conflict) =>
        conflict
          .column('accountId')
          .doUpdateSet({ requestedAt: at, dueAt })
          .where((eb) =>
            eb.exists(
              eb
                .selectFrom('sessions as s')
                .select('s.id')
                .whereRef('s.accountId', '=', 'accountDeletions.accountId')
                .whereRef('s.createdAt', '>', 'accountDeletions.requestedAt'),
            ),
          ),
      )
      .executeTakeFirst()
    await endSessions(tx, { accountId, now: at })
    if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) return dueAt
    await recordAudit(tx, { actor: { accountId }, action: 'account.deletion-requested', at })
    await tell(deps, tx, { accountId, to: primary.email, kind: 'asked', dueAt })
    return dueAt
  })
}

async function tell(
  deps: Pick<Deps, 'config' | 'outbox'>,
  tx: Tx,
  o: { accountId: string; to: string; kind: 'asked' | 'kept'; dueAt: Date },
): Promise<void> {
  const account = await accountById(tx, o.accountId)
  const locale = localeOf(account?.locale)
  const t = translator(locale)
  const product = deps.config.productName
  const subject = t(`erase.mail.${o.kind}.subject`, { product })
  await deps.outbox.queue(tx, {
    to: o.to,
    template: `account-deletion-${o.kind}`,
    locale,
    content: {
      subject,
      fromName: product,
      ...renderMail({
        t,
        locale,
        productName: product,
        heading: subject,
        paragraphs: [t(`erase.mail.${o.kind}.text`, { date: formatDate(locale, o.dueAt) })],
        ...(o.kind === 'asked'
          ? { button: { label: t('erase.mail.button'), url: `${deps.config.publicUrl}/sign-in` } }
          : {}),
        footer: t('erase.mail.why', { product }),
      }),
    },
  })
}

/** Erases the accounts whose days are over, and keeps those whose person signed in meanwhile. */
export async function runErasures(deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox' | 'secrets'>): Promise<void> {
  const open = await deps.db
    .selectFrom('accountDeletions as d')
    .select((eb) => [
      'd.accountId',
      'd.dueAt',
      eb
        .exists(
          eb
            .selectFrom('sessions as s')
            .select('s.id')
            .whereRef('s.accountId', '=', 'd.accountId')
            .whereRef('s.createdAt', '>', 'd.requestedAt'),
        )
        .as('cameBack'),
    ])
    .where('d.erasedAt', 'is', null)
    .limit(500)
    .execute()
  for (const { accountId, dueAt, cameBack } of open) {
    if (cameBack) await keepAccount(deps, { accountId, dueAt })
    else if (dueAt <= deps.now()) await eraseAccount(deps, accountId)
  }
}

async function keepAccount(
  deps: Pick<Deps, 'db' | 'config' | 'outbox'>,
  o: { accountId: string; dueAt: Date },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const ended = await tx
      .deleteFrom('accountDeletions')
      .where('accountId', '=', o.accountId)
      .where('erasedAt', 'is', null)
      .executeTakeFirst()
    const primary = (await confirmedEmailsOf(tx, o.accountId)).find(({ isPrimary }) => isPrimary)
    if (ended.numDeletedRows > 0n && primary) await tell(deps, tx, { ...o, to: primary.email, kind: 'kept' })
  })
}

/**
 * Removes what is a person's and leaves what is an issuer's: the record that something was issued. Public pages of the
 * person's badges say from then on that their owner removed them. One transaction, and harmless when it runs twice.
 */
export async function eraseAccount(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'secrets'>,
  accountId: string,
): Promise<void> {
  const files = await deps.db.transaction().execute(async (tx) => {
    const at = deps.now()
    const claimed = await tx
      .updateTable('accountDeletions')
      .set({ erasedAt: at })
      .where('accountId', '=', accountId)
      .where('erasedAt', 'is', null)
      .executeTakeFirst()
    if (claimed.numUpdatedRows === 0n) return []
    const ids = await withMerged(tx, accountId)
    // The door to the audit record opens for erased accounts only, and merged ones are the same person.
    for (const id of ids)
      await tx
        .insertInto('accountDeletions')
        .values({ accountId: id, requestedAt: at, dueAt: at, erasedAt: at })
        .onConflict((conflict) => conflict.column('accountId').doUpdateSet({ erasedAt: at }))
        .execute()
    const addresses = await tx
      .selectFrom('accountEmails')
      .select(['email', 'emailCanonical'])
      .where('accountId', 'in', ids)
      .execute()
    await giveUpBadges(tx, ids, at)
    await eraseMail(tx, addresses)
    const exports = await tx.deleteFrom('dataExports').where('accountId', 'in', ids).returning('fileHash').execute()
    const pictures = await tx.deleteFrom('profiles').where('accountId', 'in', ids).returning('pictureHash').execute()
    for (const [column, action] of Object.entries(erasePlan)) {
      const [table = '', name = ''] = column.split('.')
      if (action === 'delete')
        await sql`delete from ${sql.table(table)} where ${sql.ref(name)} in (${sql.join(ids)})`.execute(tx)
      if (action === 'unlink')
        await sql`update ${sql.table(table)} set ${sql.ref(name)} = null where ${sql.ref(name)} in (${sql.join(ids)})`.execute(
          tx,
        )
    }
    for (const id of ids) await sql`delete from idempotency_keys where scope like ${`%${id}%`}`.execute(tx)
    await tx.deleteFrom('accountEmails').where('accountId', 'in', ids).execute()
    await tx
      .updateTable('accounts')
      .set({ givenName: '', familyName: '', country: null, passwordHash: null, timeZone: null, closedAt: at })
      .where('id', 'in', ids)
      .execute()
    for (const id of ids) await sql`select forget_person(${id})`.execute(tx)
    for (const { pictureHash } of pictures)
      if (pictureHash) await sql`select forget_picture(${pictureHash})`.execute(tx)
    return exports.flatMap(({ fileHash }) => fileHash ?? [])
  })
  for (const hash of files) await fileStore(deps.config).remove(hash)
}

/** The account and those that were merged into it. */
async function withMerged(tx: Tx, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive mine as (
      select id from accounts where id = ${accountId}
      union select a.id from accounts a join mine on a.merged_into = mine.id
    ) select id from mine`.execute(tx)
  return rows.map(({ id }) => id)
}

/** As if each had been declined: open pages say that their owner removed them, private ones stay nothing (UX 9). */
async function giveUpBadges(tx: Tx, ids: string[], at: Date): Promise<void> {
  const badges = await tx
    .updateTable('credentials')
    .set({ accountId: null, decision: 'rejected', decidedAt: at })
    .where('accountId', 'in', ids)
    .returning(['id', 'organizationId'])
    .execute()
  for (const { id, organizationId } of badges)
    await recordCredentialEvent(tx, { organizationId, credentialId: id, kind: 'declined', at })
  await tx
    .updateTable('documents')
    .set({ accountId: null, decision: 'rejected', decidedAt: at })
    .where('accountId', 'in', ids)
    .execute()
}

/** The site's own mail forgets whom it went to; an issuer's delivery record is the issuer's. */
async function eraseMail(tx: Tx, addresses: { email: string; emailCanonical: string }[]): Promise<void> {
  if (addresses.length === 0) return
  const all = [...new Set(addresses.flatMap(({ email, emailCanonical }) => [email, emailCanonical]))]
  await tx
    .updateTable('mailOutbox')
    .set((eb) => ({
      recipient: '',
      sealed: null,
      lastError: null,
      state: eb
        .case()
        .when('state', '=', 'queued')
        .then('suppressed' as const)
        .else(eb.ref('state'))
        .end(),
    }))
    .where('recipient', 'in', all)
    .where('organizationId', 'is', null)
    .execute()
  const canonical = addresses.map(({ emailCanonical }) => emailCanonical)
  await tx.deleteFrom('registrations').where('emailCanonical', 'in', canonical).execute()
  await tx.deleteFrom('organizationInvitations').where('emailCanonical', 'in', canonical).execute()
  await sql`delete from local_mailbox where envelope_to && ${all}::text[]`.execute(tx)
}
