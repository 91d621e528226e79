import type { Db } from '../platform/database/database.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { newId } from '../platform/ids.ts'
import { localeOf } from '../platform/i18n/messages.ts'
import { type AccountsDeps, noteReached } from './accounts.ts'
import { codeMinutes, codeTries, findCode, issueCode, plainCode, setCodesAside } from './codes.ts'
import { signInMail } from './mails.ts'
import { resendSeconds } from './register.ts'
import { accountByEmail } from './store.ts'

/**
 * Mails a code that signs its reader in, when the address is proven for an account; otherwise nothing is sent and the
 * answer is the same. Asked for again in the same browser, the codes of earlier mails stay good until they expire, with
 * the wrong tries counted over all of them, as at registration. The mailbox is a first step only: a second factor is
 * asked for after it.
 */
export async function startMailedSignIn(
  deps: Omit<AccountsDeps, 'accounts'>,
  o: { email: string; browserHash: Buffer; returnTo: string },
): Promise<void> {
  const address = parseEmailAddress(o.email)
  const account = address && (await accountByEmail(deps.db, address.canonical))
  if (!account) return
  const at = deps.now()
  const locale = localeOf(account.locale)
  await deps.db.transaction().execute(async (tx) => {
    // Two wishes at the same moment take turns.
    await tx.selectFrom('accounts').select('id').where('id', '=', account.id).forUpdate().execute()
    const open = await openMailedSignIns(tx, o.browserHash, at).where('accountId', '=', account.id).executeTakeFirst()
    // A second tab asked at the same moment; the code is on its way.
    if (open && isTooSoon(open, at)) return
    const id = open?.id ?? newId()
    const said = {
      email: account.email,
      returnTo: o.returnTo,
      createdAt: at,
      expiresAt: new Date(at.getTime() + codeMinutes * 60_000),
    }
    if (open) {
      const isOver = open.codeFailures >= codeTries
      if (isOver) await setCodesAside(tx, { purpose: 'sign-in', subjectIds: [id], now: at })
      await tx
        .updateTable('mailedSignIns')
        .set({ ...said, ...(isOver ? { codeFailures: 0 } : {}) })
        .where('id', '=', id)
        .execute()
    } else {
      await tx
        .insertInto('mailedSignIns')
        .values({ ...said, id, accountId: account.id, browserHash: o.browserHash })
        .execute()
    }
    const { code } = await issueCode(tx, deps, { purpose: 'sign-in', subjectId: id })
    await deps.outbox.queue(tx, {
      to: account.email,
      template: 'sign-in-code',
      locale,
      content: signInMail(deps, locale, { code }),
    })
  })
}

/** Whether a row is about this address. */
export const isOf =
  (canonical: string | undefined) =>
  ({ email }: { email: string }) =>
    parseEmailAddress(email)?.canonical === canonical

export function isTooSoon({ createdAt, codeFailures }: { createdAt: Date; codeFailures: number }, now: Date): boolean {
  return codeFailures < codeTries && now.getTime() - createdAt.getTime() < resendSeconds * 1000
}

export type MailedOutcome =
  | { kind: 'right'; accountId: string; returnTo: string | null }
  | { kind: 'wrong'; left: number }
  /** `expired`: it was right once, which is no try. */
  | { kind: 'expired' }
  | { kind: 'over' }

/**
 * Checks the code in the browser that asked for it.
 *
 * @param o.email the address that the page is about: a browser may have asked for codes of two accounts.
 */
export async function finishMailedSignIn(
  deps: AccountsDeps,
  o: { browserHash: Buffer; typed: string; email: string },
): Promise<MailedOutcome> {
  const canonical = parseEmailAddress(o.email)?.canonical
  return deps.db.transaction().execute(async (tx) => {
    const rows = await openMailedSignIns(tx, o.browserHash, deps.now()).forUpdate().execute()
    const row = rows.find(isOf(canonical)) ?? rows[0]
    if (!row || row.codeFailures >= codeTries) return { kind: 'over' }
    const subject = { purpose: 'sign-in', subjectId: row.id, code: plainCode(o.typed) } as const
    const code = await findCode(tx, deps, subject)
    if (code?.state === 'expired') return { kind: 'expired' }
    if (!code) {
      const failures = row.codeFailures + 1
      await tx.updateTable('mailedSignIns').set({ codeFailures: failures }).where('id', '=', row.id).execute()
      return failures >= codeTries ? { kind: 'over' } : { kind: 'wrong', left: codeTries - failures }
    }
    await setCodesAside(tx, { purpose: 'sign-in', subjectIds: [row.id], now: deps.now() })
    await tx.updateTable('mailedSignIns').set({ usedAt: deps.now() }).where('id', '=', row.id).execute()
    const reached = parseEmailAddress(row.email)
    if (reached) await noteReached(tx, reached.canonical)
    return { kind: 'right', accountId: row.accountId, returnTo: row.returnTo }
  })
}

/** What a browser has asked for and not finished, the newest first. */
export function openMailedSignIns(db: Db, browserHash: Buffer, now: Date) {
  return db
    .selectFrom('mailedSignIns')
    .select(['id', 'accountId', 'email', 'codeFailures', 'returnTo', 'createdAt'])
    .where('browserHash', '=', browserHash)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
}
