import type { Tx } from '../platform/database/database.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { tellOfAddressChange } from './address-notices.ts'
import { endUnfinishedOf } from './link-address.ts'
import { recordSecurityEvent } from './security-log.ts'
import { type Device, endSessions } from './sessions.ts'
import { type ConfirmedEmail, confirmedEmailsOf } from './store.ts'

export type AddressRefusal = 'address.unknown' | 'address.primary' | 'undo.unknown' | 'undo.expired' | 'undo.taken'
export class AddressRefused extends DomainError<AddressRefusal> {
  override name = 'AddressRefused'
}

/** Locks the account, so that two changes of its addresses take turns, and finds the address among its own. */
async function lockAddress(
  tx: Tx,
  o: { accountId: string; emailId: string },
): Promise<{ all: ConfirmedEmail[]; address: ConfirmedEmail }> {
  await tx.selectFrom('accounts').select('id').where('id', '=', o.accountId).forUpdate().executeTakeFirstOrThrow()
  const all = await confirmedEmailsOf(tx, o.accountId)
  const address = all.find(({ id }) => id === o.emailId)
  if (!address) throw new AddressRefused('address.unknown')
  return { all, address }
}

/** @throws {AddressRefused} */
export async function makePrimary(
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; emailId: string; device: Device },
): Promise<{ email: string }> {
  return deps.db.transaction().execute(async (tx) => {
    const { all, address } = await lockAddress(tx, o)
    if (address.isPrimary) return { email: address.email }
    const former = all.find(({ isPrimary }) => isPrimary)
    await setPrimary(tx, { accountId: o.accountId, emailId: address.id })
    await tellOfAddressChange(tx, deps, {
      accountId: o.accountId,
      kind: 'primary',
      address,
      formerPrimaryCanonical: former?.canonical,
      tell: all,
      device: o.device,
    })
    await afterChange(tx, deps, { ...o, action: 'account.address-primary', email: address.email })
    return { email: address.email }
  })
}

async function setPrimary(tx: Tx, o: { accountId: string; emailId: string }): Promise<void> {
  await tx
    .updateTable('accountEmails')
    .set({ isPrimary: false })
    .where('accountId', '=', o.accountId)
    .where('isPrimary', '=', true)
    .execute()
  await tx.updateTable('accountEmails').set({ isPrimary: true }).where('id', '=', o.emailId).execute()
}

/**
 * Closes a door: the address can be linked elsewhere, and nothing behind the door is lost. Badges that wait for it are
 * kept by the account.
 *
 * @throws {AddressRefused} the primary address, which is also the last one, cannot be removed.
 */
export async function removeAddress(
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; emailId: string; device: Device },
): Promise<{ email: string }> {
  return deps.db.transaction().execute(async (tx) => {
    const { all, address } = await lockAddress(tx, o)
    if (address.isPrimary) throw new AddressRefused('address.primary')
    await deps.accounts.tellAddressLeaving(tx, {
      accountId: o.accountId,
      email: address.email,
      canonical: address.canonical,
    })
    await closeDoor(tx, { accountId: o.accountId, address, now: deps.now() })
    await tellOfAddressChange(tx, deps, {
      accountId: o.accountId,
      kind: 'removed',
      address,
      tell: all,
      device: o.device,
    })
    await afterChange(tx, deps, { ...o, action: 'account.address-removed', email: address.email })
    return { email: address.email }
  })
}

/** Removes the address with every link and code that was mailed to it: whoever reads it has no way in any more. */
async function closeDoor(tx: Tx, o: { accountId: string; address: ConfirmedEmail; now: Date }): Promise<void> {
  await tx.deleteFrom('accountEmails').where('id', '=', o.address.id).execute()
  for (const table of ['passwordResets', 'mailedSignIns'] as const)
    await tx
      .updateTable(table)
      .set({ usedAt: o.now })
      .where('accountId', '=', o.accountId)
      .where('email', '=', o.address.email)
      .where('usedAt', 'is', null)
      .execute()
}

async function afterChange(
  tx: Tx,
  deps: Pick<AccountsDeps, 'now'>,
  o: {
    accountId: string
    sessionId?: string
    device: Device
    action: 'account.address-primary' | 'account.address-removed' | 'account.address-undone'
    email: string
  },
): Promise<void> {
  const now = deps.now()
  await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
  await recordSecurityEvent(tx, {
    accountId: o.accountId,
    action: o.action,
    at: now,
    device: o.device,
    detail: { address: maskEmailAddress(o.email) },
  })
}

export async function undoBehind(deps: Pick<AccountsDeps, 'db' | 'now'>, token: string) {
  const row = await deps.db
    .selectFrom('addressUndos as u')
    .innerJoin('accounts as a', 'a.id', 'u.accountId')
    .select([
      'u.id',
      'u.accountId',
      'u.kind',
      'u.email',
      'u.emailCanonical',
      'u.formerPrimaryCanonical',
      'u.usedAt',
      'u.expiresAt',
    ])
    .where('u.tokenHash', '=', hashToken(token))
    // What was merged into another account has no doors of its own.
    .where('a.mergedInto', 'is', null)
    .where('a.closedAt', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  return { ...row, state: row.usedAt ? 'used' : row.expiresAt <= deps.now() ? 'expired' : 'live' } as const
}

/**
 * Takes a change of addresses back, by the link in its notice, and ends every session: whoever made the change may still
 * be signed in.
 *
 * @throws {AddressRefused}
 */
export async function undoAddressChange(
  deps: AccountsDeps,
  o: { token: string; device: Device },
): Promise<{ email: string }> {
  const undo = await undoBehind(deps, o.token)
  if (!undo) throw new AddressRefused('undo.unknown')
  if (undo.state === 'used') return { email: undo.email }
  if (undo.state === 'expired') throw new AddressRefused('undo.expired')
  try {
    return await deps.db.transaction().execute(async (tx) => {
      await tx.selectFrom('accounts').select('id').where('id', '=', undo.accountId).forUpdate().execute()
      await tx.updateTable('addressUndos').set({ usedAt: deps.now() }).where('id', '=', undo.id).execute()
      await takeBack(tx, deps, undo)
      await endUnfinishedOf(tx, { accountId: undo.accountId, now: deps.now() })
      await afterChange(tx, deps, {
        accountId: undo.accountId,
        device: o.device,
        action: 'account.address-undone',
        email: undo.email,
      })
      return { email: undo.email }
    })
  } catch (error) {
    if (isUniqueViolation(error, 'account_emails_email_canonical_key')) throw new AddressRefused('undo.taken')
    throw error
  }
}

async function takeBack(
  tx: Tx,
  deps: AccountsDeps,
  undo: NonNullable<Awaited<ReturnType<typeof undoBehind>>>,
): Promise<void> {
  const all = await confirmedEmailsOf(tx, undo.accountId)
  const present = all.find(({ canonical }) => canonical === undo.emailCanonical)
  if (undo.kind === 'removed') {
    if (present) return
    await tx
      .insertInto('accountEmails')
      .values({
        id: newId(),
        accountId: undo.accountId,
        email: undo.email,
        emailCanonical: undo.emailCanonical,
        confirmedAt: deps.now(),
      })
      .execute()
    await deps.accounts.tellAddressProven(tx, {
      accountId: undo.accountId,
      email: undo.email,
      canonical: undo.emailCanonical,
    })
    return
  }
  if (!present) return
  if (present.isPrimary) {
    const next =
      all.find(({ canonical }) => canonical === undo.formerPrimaryCanonical) ?? all.find(({ id }) => id !== present.id)
    if (!next) return
    await setPrimary(tx, { accountId: undo.accountId, emailId: next.id })
  }
  if (undo.kind === 'added') {
    await deps.accounts.tellAddressLeaving(tx, {
      accountId: undo.accountId,
      email: present.email,
      canonical: present.canonical,
    })
    await closeDoor(tx, { accountId: undo.accountId, address: present, now: deps.now() })
  }
}
