import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { changeById, endUnfinishedOf } from './link-address.ts'
import type { MergePart } from './merge-parts.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'
import { accountById, confirmedEmailsOf } from './store.ts'

export const mergeUndoDays = 30

export type MergeRefusal = 'merge.unknown' | 'merge.undo.over'
export class MergeRefused extends DomainError<MergeRefusal> {
  override name = 'MergeRefused'
}

/** What would move, for the page that asks. */
export interface MergePreview {
  changeId: string
  email: string
  /** Where the person was going when they added the address: a badge that was sent to it. */
  returnTo: string | null
  fromAccountId: string
  hasPassword: boolean
  emails: string[]
  parts: { label: NonNullable<MergePart['label']>; count: number }[]
}

/**
 * The account that a proven address turned out to belong to, as far as the one who proved the address may know it.
 *
 * @returns `undefined` when there is nothing to merge.
 */
export async function previewMerge(
  deps: Pick<AccountsDeps, 'db' | 'now' | 'accounts'>,
  o: { changeId: string; accountId: string },
): Promise<MergePreview | undefined> {
  const from = await accountToMerge(deps.db, { ...o, now: deps.now() })
  if (!from) return undefined
  const parts: MergePreview['parts'] = []
  for (const part of deps.accounts.mergeParts) {
    if (part.label) parts.push({ label: part.label, count: await part.count(deps.db, from.accountId) })
  }
  const account = await accountById(deps.db, from.accountId)
  return {
    changeId: o.changeId,
    email: from.email,
    returnTo: from.returnTo,
    fromAccountId: from.accountId,
    hasPassword: Boolean(account?.passwordHash),
    emails: (await confirmedEmailsOf(deps.db, from.accountId)).map(({ email }) => email),
    parts: parts.filter(({ count }) => count > 0),
  }
}

async function accountToMerge(
  db: Db,
  o: { changeId: string; accountId: string; now: Date },
): Promise<{ accountId: string; email: string; returnTo: string | null } | undefined> {
  const change = await changeById(db, o.changeId)
  if (!change || change.accountId !== o.accountId || change.state !== 'merging' || change.expiresAt <= o.now)
    return undefined
  const owner = await db
    .selectFrom('accountEmails')
    .select('accountId')
    .where('emailCanonical', '=', change.emailCanonical)
    .executeTakeFirst()
  return owner && owner.accountId !== o.accountId
    ? { accountId: owner.accountId, email: change.email, returnTo: change.returnTo }
    : undefined
}

/**
 * Merges the account of a proven address into the one that is signed in: addresses, badges and whatever else features
 * have declared, in one transaction. Its password, factors, sessions and devices end; the other account's remain.
 *
 * The caller has checked a live sign-in to both (SECURITY S8). Two merges of the same accounts, in either direction, take
 * turns, and the second one finds nothing to merge.
 *
 * @throws {MergeRefused}
 */
export async function mergeAccounts(
  deps: AccountsDeps,
  o: { changeId: string; accountId: string; sessionId: string; device: Device },
): Promise<{ email: string }> {
  return deps.db.transaction().execute(async (tx) => {
    const found = await accountToMerge(tx, { ...o, now: deps.now() })
    if (!found) throw new MergeRefused('merge.unknown')
    await lockBoth(tx, found.accountId, o.accountId)
    // Seen again behind the locks: another merge may have been faster.
    const again = await accountToMerge(tx, { ...o, now: deps.now() })
    if (again?.accountId !== found.accountId) throw new MergeRefused('merge.unknown')

    const now = deps.now()
    const moved: Record<string, unknown> = { accountEmails: await moveAddresses(tx, found.accountId, o.accountId) }
    for (const part of deps.accounts.mergeParts)
      moved[part.name] = await part.move(tx, { from: found.accountId, into: o.accountId })
    await tx.updateTable('accounts').set({ mergedInto: o.accountId }).where('id', '=', found.accountId).execute()
    await tx.updateTable('addressChanges').set({ state: 'confirmed' }).where('id', '=', o.changeId).execute()
    await endSessions(tx, { accountId: found.accountId, now })
    await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
    await endWaysInto(tx, { accountId: found.accountId, now })
    await tx
      .insertInto('accountMerges')
      .values({
        id: newId(),
        fromAccountId: found.accountId,
        intoAccountId: o.accountId,
        moved: JSON.stringify(moved),
        mergedAt: now,
        undoUntil: new Date(now.getTime() + mergeUndoDays * 86_400_000),
      })
      .execute()
    await tell(tx, deps, { accountId: o.accountId, action: 'account.merged', device: o.device, email: found.email })
    return { email: found.email }
  })
}

/** In the order of their ids, so that a merge the other way round waits instead of blocking. */
async function lockBoth(tx: Tx, a: string, b: string): Promise<void> {
  const rows = await tx
    .selectFrom('accounts')
    .select('id')
    .where('id', 'in', [a, b])
    .where('mergedInto', 'is', null)
    .where('closedAt', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  if (rows.length !== 2) throw new MergeRefused('merge.unknown')
}

/** Links and codes that were mailed for the absorbed account, and browsers that were known to it. */
async function endWaysInto(tx: Tx, { accountId, now }: { accountId: string; now: Date }): Promise<void> {
  await endUnfinishedOf(tx, { accountId, now })
  for (const table of ['passwordResets', 'mailedSignIns'] as const)
    await tx
      .updateTable(table)
      .set({ usedAt: now })
      .where('accountId', '=', accountId)
      .where('usedAt', 'is', null)
      .execute()
  await tx.deleteFrom('devices').where('accountId', '=', accountId).execute()
}

/** The moved addresses come after the primary one, which stays. The former primary is kept for the undo. */
async function moveAddresses(tx: Tx, from: string, into: string): Promise<{ id: string; isPrimary: boolean }[]> {
  const addresses = (await confirmedEmailsOf(tx, from)).map(({ id, isPrimary }) => ({ id, isPrimary }))
  await tx
    .updateTable('accountEmails')
    .set({ accountId: into, isPrimary: false })
    .where('accountId', '=', from)
    .execute()
  return addresses
}

async function tell(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; action: 'account.merged' | 'account.merge-undone'; device: Device; email: string },
): Promise<void> {
  const { accountId, action, device } = o
  await recordSecurityEvent(tx, { accountId, action, at: deps.now(), device })
  await tellOfSecurityChange(tx, deps, {
    accountId,
    what: action === 'account.merged' ? 'mail.notice.merged' : 'mail.notice.mergeUndone',
    values: { email: o.email, days: mergeUndoDays },
    device,
  })
}

/** Merges into an account that can still be undone. */
export async function undoableMergesOf(db: Db, o: { accountId: string; now: Date }) {
  return db
    .selectFrom('accountMerges as m')
    .innerJoin('accounts as a', 'a.id', 'm.fromAccountId')
    .select(['m.id', 'm.mergedAt', 'm.undoUntil', 'a.givenName', 'a.familyName'])
    .where('m.intoAccountId', '=', o.accountId)
    .where('m.undoneAt', 'is', null)
    .where('m.undoUntil', '>', o.now)
    .orderBy('m.mergedAt', 'desc')
    .execute()
}

/**
 * Sets a merged account up again with what it brought, as far as that is still there. Its password and factors are as
 * they were; nobody is signed in to it.
 *
 * @throws {MergeRefused}
 */
export async function undoMerge(
  deps: AccountsDeps,
  o: { mergeId: string; accountId: string; device: Device },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const merge = await tx
      .selectFrom('accountMerges')
      .select(['id', 'fromAccountId', 'moved', 'undoUntil', 'undoneAt'])
      .where('id', '=', o.mergeId)
      .where('intoAccountId', '=', o.accountId)
      .forUpdate()
      .executeTakeFirst()
    const now = deps.now()
    if (!merge) throw new MergeRefused('merge.unknown')
    if (merge.undoneAt) return
    if (merge.undoUntil <= now) throw new MergeRefused('merge.undo.over')
    const sides = { from: merge.fromAccountId, into: o.accountId }
    const moved = merge.moved as Record<string, unknown>
    await returnAddresses(tx, { ...sides, moved: moved['accountEmails'] as { id: string; isPrimary: boolean }[] })
    for (const part of deps.accounts.mergeParts) await part.undo(tx, { ...sides, moved: moved[part.name] ?? [] })
    await tx.updateTable('accounts').set({ mergedInto: null }).where('id', '=', merge.fromAccountId).execute()
    await tx.updateTable('accountMerges').set({ undoneAt: now }).where('id', '=', merge.id).execute()
    await tell(tx, deps, { accountId: o.accountId, action: 'account.merge-undone', device: o.device, email: '' })
  })
}

async function returnAddresses(
  tx: Tx,
  o: { from: string; into: string; moved: { id: string; isPrimary: boolean }[] },
): Promise<void> {
  const present = (await confirmedEmailsOf(tx, o.into)).filter(({ id }) => o.moved.some((row) => row.id === id))
  // An account without an address could never be entered again.
  if (present.length === 0) throw new MergeRefused('merge.undo.over')
  const ids = present.map(({ id }) => id)
  await tx.updateTable('accountEmails').set({ accountId: o.from, isPrimary: false }).where('id', 'in', ids).execute()
  const primary = o.moved.find(({ id, isPrimary }) => isPrimary && ids.includes(id))?.id ?? ids[0] ?? ''
  await tx.updateTable('accountEmails').set({ isPrimary: true }).where('id', '=', primary).execute()
  // If one of them had become the primary address here, another one takes its place.
  const left = await confirmedEmailsOf(tx, o.into)
  if (!left.some(({ isPrimary }) => isPrimary)) {
    const next = left[0]
    if (!next) throw new MergeRefused('merge.undo.over')
    await sql`update account_emails set is_primary = true where id = ${next.id}`.execute(tx)
  }
}
