import type { Db, Tx } from '../platform/database/database.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import { type EmailAddress, maskEmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { throttle } from '../platform/http/throttle.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { tellOfAddressChange } from './address-notices.ts'
import { codeBehindLink, codeTries, findCode, issueCode, plainCode, setCodesAside } from './codes.ts'
import { limitCodeMail } from './limits.ts'
import { confirmAddressMail } from './mails.ts'
import { resendSeconds } from './register.ts'
import { recordSecurityEvent } from './security-log.ts'
import { type Device, endSessions } from './sessions.ts'
import { accountByEmail, accountById, confirmedEmailsOf } from './store.ts'

const changeHours = 24
/** Addresses of one account, and how many it may have codes sent to in a day: each is somebody's mailbox. */
const mostAddresses = 20
const mostMailsPerDay = 20

export type LinkRefusal =
  | 'link.own'
  | 'link.many'
  | 'link.limit'
  | 'link.often'
  | 'link.unknown'
  | 'link.wrong'
  | 'link.expired'
  | 'link.locked'
export class LinkRefused extends DomainError<LinkRefusal> {
  override name = 'LinkRefused'
}

export interface AddressChange {
  id: string
  accountId: string
  email: string
  emailCanonical: string
  codeFailures: number
  state: 'pending' | 'confirmed' | 'merging' | 'dead'
  returnTo: string | null
  mailedAt: Date | null
  provenAt: Date | null
  expiresAt: Date
}

const columns = [
  'id',
  'accountId',
  'email',
  'emailCanonical',
  'codeFailures',
  'state',
  'returnTo',
  'mailedAt',
  'provenAt',
  'expiresAt',
] as const

export function changeById(db: Db, id: string): Promise<AddressChange | undefined> {
  return db.selectFrom('addressChanges').select(columns).where('id', '=', id).executeTakeFirst()
}

/** Addresses of an account that wait for their code. */
export function waitingChangesOf(
  db: Db,
  { accountId, now }: { accountId: string; now: Date },
): Promise<AddressChange[]> {
  return db
    .selectFrom('addressChanges')
    .select(columns)
    .where('accountId', '=', accountId)
    .where('state', '=', 'pending')
    .where('expiresAt', '>', now)
    .orderBy('createdAt')
    .execute()
}

/**
 * Begins to link an address: mails it a code, whoever it belongs to; the answer is the same (SECURITY S6). Older changes
 * of the account that wait are dead from then on (S7), but for that of the same address: it goes on, and the codes of
 * its earlier mails stay good until they expire.
 *
 * @throws {LinkRefused}
 */
export async function startLinking(
  deps: AccountsDeps,
  o: { accountId: string; email: EmailAddress; returnTo?: string; locale: Locale },
): Promise<{ changeId: string }> {
  const own = await confirmedEmailsOf(deps.db, o.accountId)
  if (own.some(({ canonical }) => canonical === o.email.canonical)) throw new LinkRefused('link.own')
  if (own.length >= mostAddresses) throw new LinkRefused('link.many')
  const at = deps.now()
  return deps.db.transaction().execute(async (tx) => {
    // Clicks at the same moment take turns: the second one finds what the first began, and sends no second mail.
    await tx.selectFrom('accounts').select('id').where('id', '=', o.accountId).forUpdate().execute()
    const begun = await tx
      .selectFrom('addressChanges')
      .select(columns)
      .where('accountId', '=', o.accountId)
      .where('emailCanonical', '=', o.email.canonical)
      .where('state', '=', 'pending')
      .where('expiresAt', '>', at)
      .orderBy('createdAt', 'desc')
      .forUpdate()
      .executeTakeFirst()
    if (begun && isTooSoon(begun, at)) return { changeId: begun.id }
    const id = begun?.id ?? newId()
    const perAccount = { purpose: 'link-address', subject: o.accountId, limit: mostMailsPerDay, windowS: 86_400 }
    if ((await throttle({ ...deps, db: tx }, perAccount)) > 0) throw new LinkRefused('link.often')
    if ((await limitCodeMail({ ...deps, db: tx }, o.email.canonical)) > 0) throw new LinkRefused('link.limit')
    await tx
      .updateTable('addressChanges')
      .set({ state: 'dead' })
      .where('accountId', '=', o.accountId)
      .where('id', '!=', id)
      .where('state', 'in', ['pending', 'merging'])
      .execute()
    const said = {
      email: o.email.stored,
      returnTo: o.returnTo ?? begun?.returnTo ?? null,
      expiresAt: new Date(at.getTime() + changeHours * 3_600_000),
    }
    if (begun) {
      await freshTries(tx, begun, at)
      await tx.updateTable('addressChanges').set(said).where('id', '=', id).execute()
    } else {
      await tx
        .insertInto('addressChanges')
        .values({ ...said, id, accountId: o.accountId, emailCanonical: o.email.canonical, createdAt: at })
        .execute()
    }
    await mailChange(tx, deps, { changeId: id, accountId: o.accountId, email: o.email.stored, locale: o.locale })
    return { changeId: id }
  })
}

async function mailChange(
  tx: Tx,
  deps: AccountsDeps,
  o: { changeId: string; accountId: string; email: string; locale: Locale },
): Promise<void> {
  const account = await accountById(tx, o.accountId)
  const primary = (await confirmedEmailsOf(tx, o.accountId)).find(({ isPrimary }) => isPrimary)
  const code = await issueCode(tx, deps, { purpose: 'confirm-address', subjectId: o.changeId })
  await deps.outbox.queue(tx, {
    to: o.email,
    template: 'confirm-address',
    locale: o.locale,
    content: confirmAddressMail(deps, o.locale, {
      ...code,
      email: o.email,
      asker: {
        name: `${account?.givenName ?? ''} ${account?.familyName ?? ''}`.trim(),
        email: maskEmailAddress(primary?.email ?? ''),
      },
    }),
  })
  await tx.updateTable('addressChanges').set({ mailedAt: deps.now() }).where('id', '=', o.changeId).execute()
}

/** Sends a new code for a change that waits. */
export async function resendLinkCode(
  deps: AccountsDeps,
  o: { changeId: string; accountId?: string; locale: Locale },
): Promise<'sent' | 'too-soon' | 'limit' | 'unknown'> {
  const known = await changeById(deps.db, o.changeId)
  if (!known || (o.accountId && known.accountId !== o.accountId)) return 'unknown'
  if (known.state !== 'pending' || known.expiresAt <= deps.now()) return 'unknown'
  if (isTooSoon(known, deps.now())) return 'too-soon'
  if ((await limitCodeMail(deps, known.emailCanonical)) > 0) return 'limit'
  return deps.db.transaction().execute(async (tx) => {
    const change = await tx
      .selectFrom('addressChanges')
      .select(columns)
      .where('id', '=', o.changeId)
      .forUpdate()
      .executeTakeFirst()
    if (change?.state !== 'pending') return 'unknown'
    // Seen again behind the lock: another press may have been faster.
    if (isTooSoon(change, deps.now())) return 'too-soon'
    await freshTries(tx, change, deps.now())
    await mailChange(tx, deps, {
      changeId: change.id,
      accountId: change.accountId,
      email: change.email,
      locale: o.locale,
    })
    return 'sent'
  })
}

/** Once all tries are used up, the old codes are worth nothing, so a new one comes with new tries. */
async function freshTries(tx: Tx, change: AddressChange, now: Date): Promise<void> {
  if (change.codeFailures < codeTries) return
  await setCodesAside(tx, { purpose: 'confirm-address', subjectIds: [change.id], now })
  await tx.updateTable('addressChanges').set({ codeFailures: 0 }).where('id', '=', change.id).execute()
}

function isTooSoon({ mailedAt }: AddressChange, now: Date): boolean {
  return mailedAt !== null && now.getTime() - mailedAt.getTime() < resendSeconds * 1000
}

export type LinkOutcome =
  | { kind: 'linked'; email: string; returnTo: string | null }
  /** The address is proven but belongs to another account: that one may be merged into this. */
  | { kind: 'has-account'; changeId: string; email: string }

/**
 * Ends the linking of an address with the code from its mailbox: typed into the account's own page, or by the button
 * behind the mail's link, which works without being signed in.
 *
 * @throws {LinkRefused}
 */
export async function confirmAddress(
  deps: AccountsDeps,
  o: { device: Device } & ({ changeId: string; accountId: string; code: string } | { linkToken: string }),
): Promise<LinkOutcome> {
  try {
    const outcome = await deps.db.transaction().execute((tx) => tryConfirm(tx, deps, o))
    if (outcome instanceof LinkRefused) throw outcome
    return outcome
  } catch (error) {
    // Somebody activated an account with it at the same moment.
    if (isUniqueViolation(error, 'account_emails_email_canonical_key')) throw new LinkRefused('link.unknown')
    throw error
  }
}

async function tryConfirm(
  tx: Tx,
  deps: AccountsDeps,
  o: { device: Device } & ({ changeId: string; accountId: string; code: string } | { linkToken: string }),
): Promise<LinkOutcome | LinkRefused> {
  const now = deps.now()
  const behindLink =
    'linkToken' in o ? await codeBehindLink(tx, { purpose: 'confirm-address', linkToken: o.linkToken }) : undefined
  const changeId = 'changeId' in o ? o.changeId : behindLink?.subjectId
  const change = changeId
    ? await tx.selectFrom('addressChanges').select(columns).where('id', '=', changeId).forUpdate().executeTakeFirst()
    : undefined
  if (!change || ('accountId' in o && change.accountId !== o.accountId)) return new LinkRefused('link.unknown')
  // Pressing twice is harmless.
  if (change.state === 'confirmed') return { kind: 'linked', email: change.email, returnTo: change.returnTo }
  if (change.state === 'merging') return { kind: 'has-account', changeId: change.id, email: change.email }
  if (change.state !== 'pending' || change.expiresAt <= now) return new LinkRefused('link.unknown')
  // It may have been merged into another one since, or closed.
  if (!(await accountById(tx, change.accountId))) return new LinkRefused('link.unknown')

  if ('code' in o) {
    if (change.codeFailures >= codeTries) return new LinkRefused('link.locked')
    const subject = { purpose: 'confirm-address', subjectId: change.id, code: plainCode(o.code) } as const
    const code = await findCode(tx, deps, subject)
    if (!code) return countFailure(tx, change)
    if (code.state === 'expired') return new LinkRefused('link.expired')
  } else if (!behindLink || behindLink.usedAt || behindLink.expiresAt <= now) return new LinkRefused('link.expired')

  await setCodesAside(tx, { purpose: 'confirm-address', subjectIds: [change.id], now })
  const other = await accountByEmail(tx, change.emailCanonical)
  if (other) {
    await tx
      .updateTable('addressChanges')
      .set({ state: 'merging', provenAt: now })
      .where('id', '=', change.id)
      .execute()
    return { kind: 'has-account', changeId: change.id, email: change.email }
  }
  await addAddress(tx, deps, { change, device: o.device })
  return { kind: 'linked', email: change.email, returnTo: change.returnTo }
}

async function countFailure(tx: Tx, change: AddressChange): Promise<LinkRefused> {
  const failures = change.codeFailures + 1
  await tx.updateTable('addressChanges').set({ codeFailures: failures }).where('id', '=', change.id).execute()
  const left = codeTries - failures
  return left > 0 ? new LinkRefused('link.wrong', { n: left }) : new LinkRefused('link.locked')
}

async function addAddress(
  tx: Tx,
  deps: AccountsDeps,
  { change, device }: { change: AddressChange; device: Device },
): Promise<void> {
  const now = deps.now()
  const before = await confirmedEmailsOf(tx, change.accountId)
  await tx
    .insertInto('accountEmails')
    .values({
      id: newId(),
      accountId: change.accountId,
      email: change.email,
      emailCanonical: change.emailCanonical,
      confirmedAt: now,
    })
    .execute()
  await tx
    .updateTable('addressChanges')
    .set({ state: 'confirmed', provenAt: now })
    .where('id', '=', change.id)
    .execute()
  await endUnprovenFor(tx, { canonical: change.emailCanonical, now, exceptChange: change.id })
  await recordSecurityEvent(tx, {
    accountId: change.accountId,
    action: 'account.address-added',
    at: now,
    device,
    detail: { address: maskEmailAddress(change.email) },
  })
  await tellOfAddressChange(tx, deps, {
    accountId: change.accountId,
    kind: 'added',
    address: { email: change.email, canonical: change.emailCanonical },
    tell: before,
    device,
  })
  await deps.accounts.tellAddressProven(tx, {
    accountId: change.accountId,
    email: change.email,
    canonical: change.emailCanonical,
  })
}

/**
 * Whatever was begun for an address by somebody who had not proven it is worth nothing once it is proven (SECURITY S1):
 * registrations, and other accounts' wishes to link it.
 */
export async function endUnprovenFor(
  tx: Tx,
  o: { canonical: string; now: Date; exceptRegistration?: string; exceptChange?: string },
): Promise<void> {
  const nobody = '00000000-0000-0000-0000-000000000000'
  const registrations = await tx
    .updateTable('registrations')
    .set({ state: 'dead' })
    .where('emailCanonical', '=', o.canonical)
    .where('id', '!=', o.exceptRegistration ?? nobody)
    .where('state', '=', 'pending')
    .returning('id')
    .execute()
  await setCodesAside(tx, { purpose: 'activate', subjectIds: registrations.map(({ id }) => id), now: o.now })
  const changes = await tx
    .updateTable('addressChanges')
    .set({ state: 'dead' })
    .where('emailCanonical', '=', o.canonical)
    .where('id', '!=', o.exceptChange ?? nobody)
    .where('state', 'in', ['pending', 'merging'])
    .returning('id')
    .execute()
  await setCodesAside(tx, { purpose: 'confirm-address', subjectIds: changes.map(({ id }) => id), now: o.now })
}

/**
 * Ends what an account has begun and not finished, when its owner sets another password or takes a change back: an
 * intruder who began to link an address could otherwise finish with the mail's link, without any session (SECURITY S1, S7).
 */
export async function endUnfinishedOf(tx: Tx, o: { accountId: string; now: Date }): Promise<void> {
  const changes = await tx
    .updateTable('addressChanges')
    .set({ state: 'dead' })
    .where('accountId', '=', o.accountId)
    .where('state', 'in', ['pending', 'merging'])
    .returning('id')
    .execute()
  await setCodesAside(tx, { purpose: 'confirm-address', subjectIds: changes.map(({ id }) => id), now: o.now })
  await tx
    .updateTable('halfSignIns')
    .set({ usedAt: o.now })
    .where('accountId', '=', o.accountId)
    .where('usedAt', 'is', null)
    .execute()
}

/** Ends the account's other sessions after its doors changed (SECURITY S11). */
export async function endOtherSessions(
  deps: Pick<AccountsDeps, 'db' | 'now'>,
  o: { accountId: string; sessionId: string | undefined },
): Promise<void> {
  await endSessions(deps.db, { accountId: o.accountId, except: o.sessionId, now: deps.now() })
}
