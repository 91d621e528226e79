import type { EmailAddress } from '../platform/email-address.ts'
import { once } from '../platform/http/idempotency.ts'
import type { AccountsDeps } from './accounts.ts'
import { limitCodeMail } from './limits.ts'
import { askForMail } from './mail-later.ts'
import { isOf, isTooSoon, openMailedSignIns } from './mailed-sign-in.ts'

export interface MailedSignInAsked {
  outcome: 'sent' | 'too-soon' | 'limit'
  /** This browser had asked for a code to the address before. */
  isAgain: boolean
}

/**
 * One press of "Send a code": looks at the limits, which hold for every address alike, and has the rest done after the
 * answer has gone. The same press again does nothing more.
 */
export async function askForMailedSignIn(
  deps: AccountsDeps,
  o: { email: EmailAddress; browserHash: Buffer; returnTo: string; idempotencyKey: string },
): Promise<MailedSignInAsked> {
  const browser = o.browserHash.toString('base64url')
  const press = { scope: `sign-in-code:${browser}`, key: o.idempotencyKey, body: o.returnTo, now: deps.now }
  return once(deps.db, press, async (tx): Promise<MailedSignInAsked> => {
    const asked = await openMailedSignIns(tx, o.browserHash, deps.now()).execute()
    const before = asked.find(isOf(o.email.canonical))
    const isAgain = before !== undefined
    if (before && isTooSoon(before, deps.now())) return { outcome: 'too-soon', isAgain }
    if ((await limitCodeMail({ ...deps, db: tx }, o.email.canonical)) > 0) return { outcome: 'limit', isAgain }
    const { returnTo } = o
    await askForMail({ ...deps, db: tx }, { kind: 'sign-in', email: o.email.stored, browser, returnTo })
    return { outcome: 'sent', isAgain }
  })
}
