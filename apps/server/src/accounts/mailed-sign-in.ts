import type { Db } from '../platform/database/database.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { newId } from '../platform/ids.ts'
import { localeOf } from '../platform/i18n/messages.ts'
import type { AccountsDeps } from './accounts.ts'
import { codeTries, findCode, issueCode, plainCode, setCodesAside } from './codes.ts'
import { limitCodeMail } from './limits.ts'
import { signInMail } from './mails.ts'
import { resendSeconds } from './register.ts'
import { accountByEmail } from './store.ts'

const minutes = 30

/**
 * Mails a code that signs its reader in, when the address is proven for an account; otherwise nothing is sent and the
 * answer is the same. The mailbox is a first step only: a second factor is asked for after it.
 */
export async function startMailedSignIn(
  deps: Omit<AccountsDeps, 'accounts'>,
  o: { email: string; browserHash: Buffer; returnTo: string },
): Promise<void> {
  const address = parseEmailAddress(o.email)
  if (!address || (await limitCodeMail(deps, address.canonical)) > 0) return
  const account = await accountByEmail(deps.db, address.canonical)
  if (!account) return
  const at = deps.now()
  const before = await openMailedSignIn(deps.db, o.browserHash, at).executeTakeFirst()
  // A second click a moment later; the code is on its way.
  if (before?.accountId === account.id && at.getTime() - before.createdAt.getTime() < resendSeconds * 1000) return
  const id = newId()
  const locale = localeOf(account.locale)
  await deps.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('mailedSignIns')
      .values({
        id,
        accountId: account.id,
        email: account.email,
        browserHash: o.browserHash,
        returnTo: o.returnTo,
        createdAt: at,
        expiresAt: new Date(at.getTime() + minutes * 60_000),
      })
      .execute()
    const { code } = await issueCode(tx, deps, { purpose: 'sign-in', subjectId: id })
    await deps.outbox.queue(tx, {
      to: account.email,
      template: 'sign-in-code',
      locale,
      content: signInMail(deps, locale, { code }),
    })
  })
}

export type MailedOutcome = { kind: 'right'; accountId: string; returnTo: string | null } | { kind: 'wrong' | 'over' }

/** Checks the code in the browser that asked for it. */
export async function finishMailedSignIn(
  deps: AccountsDeps,
  o: { browserHash: Buffer; typed: string },
): Promise<MailedOutcome> {
  return deps.db.transaction().execute(async (tx) => {
    const row = await openMailedSignIn(tx, o.browserHash, deps.now()).forUpdate().executeTakeFirst()
    if (!row || row.codeFailures >= codeTries) return { kind: 'over' }
    const subject = { purpose: 'sign-in', subjectId: row.id, code: plainCode(o.typed) } as const
    const code = await findCode(tx, deps, subject)
    if (code?.state !== 'live') {
      const failures = row.codeFailures + 1
      await tx.updateTable('mailedSignIns').set({ codeFailures: failures }).where('id', '=', row.id).execute()
      return { kind: failures >= codeTries ? 'over' : 'wrong' }
    }
    await setCodesAside(tx, { purpose: 'sign-in', subjectIds: [row.id], now: deps.now() })
    await tx.updateTable('mailedSignIns').set({ usedAt: deps.now() }).where('id', '=', row.id).execute()
    return { kind: 'right', accountId: row.accountId, returnTo: row.returnTo }
  })
}

function openMailedSignIn(db: Db, browserHash: Buffer, now: Date) {
  return db
    .selectFrom('mailedSignIns')
    .select(['id', 'accountId', 'codeFailures', 'returnTo', 'createdAt'])
    .where('browserHash', '=', browserHash)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
}
