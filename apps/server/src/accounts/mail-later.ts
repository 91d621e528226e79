import { z } from 'zod'
import { inTransaction } from '../platform/database/database.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import type { AccountsDeps } from './accounts.ts'
import { startMailedSignIn } from './mailed-sign-in.ts'
import { requestReset } from './reset-password.ts'

const purpose = 'mail-later'
/** What was asked for is sealed: the queue keeps no address. */
export const mailLater = defineJob<{ sealed: string }>('accounts.mail-later', { concurrency: 2, retryLimit: 5 })

const wish = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reset'), email: z.string() }),
  z.object({ kind: z.literal('sign-in'), email: z.string(), browser: z.string(), returnTo: z.string() }),
])
export type MailWish = z.infer<typeof wish>

/**
 * Does what an address was typed in for after the answer has gone: whether the address has an account here is looked at
 * only then, so that the time of the answer cannot tell (SECURITY S6).
 */
export async function askForMail(deps: Pick<AccountsDeps, 'db' | 'jobs' | 'secrets'>, asked: MailWish): Promise<void> {
  const sealed = deps.secrets.seal(purpose, JSON.stringify(asked)).toString('base64url')
  await inTransaction(deps.db, (tx) => deps.jobs.enqueue(tx, mailLater, { sealed }))
}

export async function mailNow(deps: Omit<AccountsDeps, 'accounts'>, { sealed }: { sealed: string }): Promise<void> {
  const text = deps.secrets.open(purpose, Buffer.from(sealed, 'base64url')).toString('utf8')
  const asked = wish.parse(JSON.parse(text))
  if (asked.kind === 'reset') return requestReset(deps, asked.email)
  return startMailedSignIn(deps, { ...asked, browserHash: Buffer.from(asked.browser, 'base64url') })
}
