import type { Db } from '../platform/database/database.ts'
import type { Ctx } from '../platform/http/context.ts'
import { flash } from '../platform/http/page.ts'
import type { AccountsDeps } from './accounts.ts'
import { beginHalfSignIn, needsSecondStep } from './half-sign-in.ts'
import { writeSessionCookie } from './middleware.ts'
import { browserHashOf, deviceOf, readDeviceToken, writeDeviceCookie } from './request.ts'
import { enter } from './sign-in.ts'

/** Opens a session and gives the browser its cookies. @returns the token by which the browser is known again. */
export async function startSession(
  c: Ctx,
  deps: Pick<AccountsDeps, 'config' | 'db' | 'now' | 'secrets'>,
  o: { accountId: string; method: string },
): Promise<string> {
  const { token, deviceToken } = await enter(deps, {
    ...o,
    device: deviceOf(c),
    deviceToken: readDeviceToken(c, deps.config),
  })
  writeSessionCookie(c, deps.config, token)
  writeDeviceCookie(c, deps.config, deviceToken)
  if (await wasLeaving(deps.db, o.accountId)) flash(c, deps, { kind: 'success', message: c.get('t')('signin.kept') })
  return deviceToken
}

/** Asked to be deleted within fourteen days; signing in is the change of mind (UX 9). Read from the settings' table. */
async function wasLeaving(db: Db, accountId: string): Promise<boolean> {
  const found = await db
    .selectFrom('accountDeletions')
    .select('accountId')
    .where('accountId', '=', accountId)
    .where('erasedAt', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

/**
 * After a first step that was right: a session, or the second step where the account asks for one. A passkey that
 * verified its holder is both steps at once and goes to {@link startSession} directly.
 */
export async function finishFirstStep(
  c: Ctx,
  deps: Pick<AccountsDeps, 'config' | 'db' | 'now' | 'secrets'>,
  o: { accountId: string; method: string; returnTo: string },
): Promise<Response> {
  const deviceToken = readDeviceToken(c, deps.config)
  if (await needsSecondStep(deps, { accountId: o.accountId, deviceToken })) {
    await beginHalfSignIn(deps, { ...o, browserHash: browserHashOf(c, deps.config) })
    return c.redirect('/sign-in/second-step', 303)
  }
  await startSession(c, deps, o)
  return c.redirect(o.returnTo, 303)
}
