import { DomainError } from '../platform/errors.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { limitNetwork } from './limits.ts'
import { isPassword } from './password-hash.ts'
import { addBrowser, openRegistrationsFor } from './registration-store.ts'
import { recordSecurityEvent } from './security-log.ts'
import { createSession, type Device } from './sessions.ts'
import { countTry, forgetTries, type TrySubject } from './sign-in-tries.ts'
import { accountByEmail } from './store.ts'

export type SignInRefusal = 'signin.failed' | 'signin.paused' | 'signin.capped'
export class SignInRefused extends DomainError<SignInRefusal> {
  override name = 'SignInRefused'
}

/** Passwords of open registrations that one try is compared with; always as many, whatever the address (SECURITY S6). */
const registrationsCompared = 2
const failuresPerNetwork = 60
const networkWindowS = 15 * 60

export interface SignInInput {
  email: string
  password: string
  browserHash: Buffer
  /** Cookie of a browser that has signed in to some account before. */
  deviceToken: string | undefined
  device: Device
}

export type PasswordOutcome = { kind: 'account'; accountId: string } | { kind: 'registration'; registrationId: string }

/**
 * Looks whom an address and a password belong to: an account, by any of its proven addresses, or a registration that
 * still waits for its code. Unknown address and wrong password are one refusal, with the same work behind it.
 *
 * @throws {SignInRefused}
 */
export async function checkPassword(deps: AccountsDeps, input: SignInInput): Promise<PasswordOutcome> {
  const address = parseEmailAddress(input.email)
  const canonical = address?.canonical ?? input.email.trim().slice(0, 300).toLowerCase()
  const network = { purpose: 'sign-in', address: input.device.address, windowS: networkWindowS }
  const waitS = await limitNetwork(deps, { ...network, limit: failuresPerNetwork })
  if (waitS > 0) throw new SignInRefused('signin.paused', { minutes: Math.ceil(waitS / 60) })

  const account = address && (await accountByEmail(deps.db, address.canonical))
  const subject = await trySubject(deps, { canonical, accountId: account?.id, deviceToken: input.deviceToken })
  const paused = await countTry(deps, subject)
  if (paused === 'never') throw new SignInRefused('signin.capped')
  if (paused) {
    const minutes = Math.max(1, Math.ceil((paused.pausedUntil.getTime() - deps.now().getTime()) / 60_000))
    throw new SignInRefused('signin.paused', { minutes })
  }

  const outcome = await whoseIs(deps, { ...input, canonical, account })
  if (!outcome) throw new SignInRefused('signin.failed')
  await limitNetwork(deps, { ...network, limit: failuresPerNetwork, cost: -1 })
  await forgetTries(deps, [subject])
  return outcome
}

async function whoseIs(
  deps: AccountsDeps,
  o: SignInInput & { canonical: string; account: Awaited<ReturnType<typeof accountByEmail>> },
): Promise<PasswordOutcome | undefined> {
  if (await isPassword(o.account?.passwordHash, o.password)) return { kind: 'account', accountId: o.account?.id ?? '' }
  const open = await openRegistrationsFor(deps.db, {
    canonical: o.canonical,
    browserHash: o.browserHash,
    now: deps.now(),
    limit: registrationsCompared,
  })
  let found: string | undefined
  for (let at = 0; at < registrationsCompared; at++) {
    const registration = open[at]
    if ((await isPassword(registration?.passwordHash, o.password)) && !found) found = registration?.id
  }
  if (!found) return undefined
  // Whoever knows the password may enter the code here, too.
  await addBrowser(deps.db, found, o.browserHash)
  return { kind: 'registration', registrationId: found }
}

/** A browser that has signed in to this account before is counted by itself, so that strangers cannot slow it down. */
async function trySubject(
  { db }: Pick<AccountsDeps, 'db'>,
  o: { canonical: string; accountId: string | undefined; deviceToken: string | undefined },
): Promise<TrySubject> {
  if (!o.accountId || !o.deviceToken) return { address: o.canonical }
  const device = await db
    .selectFrom('devices')
    .select('id')
    .where('accountId', '=', o.accountId)
    .where('tokenHash', '=', hashToken(o.deviceToken))
    .executeTakeFirst()
  return device ? { device: device.id } : { address: o.canonical }
}

/** Opens a session for somebody who has proved who they are, and remembers the browser. */
export async function enter(
  deps: Pick<AccountsDeps, 'db' | 'now'>,
  o: { accountId: string; device: Device; deviceToken: string | undefined; method: string },
): Promise<{ token: string; sessionId: string; deviceToken: string }> {
  const now = deps.now()
  const deviceToken = o.deviceToken ?? newToken()
  return deps.db.transaction().execute(async (tx) => {
    const session = await createSession(tx, { accountId: o.accountId, device: o.device, now })
    await tx
      .insertInto('devices')
      .values({
        id: newId(),
        accountId: o.accountId,
        tokenHash: hashToken(deviceToken),
        createdAt: now,
        lastUsedAt: now,
      })
      .onConflict((conflict) => conflict.columns(['accountId', 'tokenHash']).doUpdateSet({ lastUsedAt: now }))
      .execute()
    await recordSecurityEvent(tx, {
      accountId: o.accountId,
      action: 'account.signed-in',
      at: now,
      device: o.device,
      detail: { method: o.method },
    })
    return { ...session, deviceToken }
  })
}
