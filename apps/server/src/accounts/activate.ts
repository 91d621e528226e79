import type { Tx } from '../platform/database/database.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { recordSecurityEvent } from './security-log.ts'
import { codeTries, findCode, plainCode, setCodesAside } from './codes.ts'
import { limitCodeMail } from './limits.ts'
import { isPassword } from './password-hash.ts'
import { endUnprovenFor } from './link-address.ts'
import { mailRegistrant } from './register.ts'
import { addBrowser, isBrowserOf, lockRegistration, type Registration, registrationById } from './registration-store.ts'

export type ActivateRefusal =
  | 'code.unknown'
  | 'code.wrong'
  | 'code.expired'
  | 'code.expired.limit'
  | 'code.locked'
  | 'code.password'
  | 'code.taken'
export class ActivateRefused extends DomainError<ActivateRefusal> {
  override name = 'ActivateRefused'
}

export interface Activated {
  email: string
  returnTo: string | null
  /** The account that this very press opened; a second press, which may carry any code, opens none. */
  opened?: { accountId: string }
}

/**
 * Makes an account of a registration whose mailbox is proven by a code: account, primary address, consents. From then on
 * every other registration of that address is dead.
 *
 * A code counts in the browser that began the registration; anywhere else the password chosen there is needed as well,
 * since whoever reads the mailbox may not be the one who registered (SECURITY S1). Pressing twice is harmless.
 *
 * @throws {ActivateRefused}
 */
export async function activateRegistration(
  deps: AccountsDeps,
  o: { registrationId: string; code: string; browserHash: Buffer; password?: string },
): Promise<Activated> {
  const registration = await registrationById(deps.db, o.registrationId)
  if (!registration) throw new ActivateRefused('code.unknown')
  const isOwnBrowser = await isBrowserOf(deps.db, registration.id, o.browserHash)
  const isAllowed = isOwnBrowser || (await isPassword(registration.passwordHash, o.password ?? ''))

  try {
    // A refusal is part of the answer here: the failed try it counts has to be kept.
    const outcome = await deps.db.transaction().execute((tx) => tryCode(tx, deps, { ...o, isOwnBrowser, isAllowed }))
    if (outcome instanceof ActivateRefused) throw outcome
    return outcome
  } catch (error) {
    // Two registrations of one address were activated at the same moment; the other one was first.
    if (isUniqueViolation(error, 'account_emails_email_canonical_key')) throw new ActivateRefused('code.taken')
    throw error
  }
}

async function tryCode(
  tx: Tx,
  deps: AccountsDeps,
  o: { registrationId: string; code: string; browserHash: Buffer; isOwnBrowser: boolean; isAllowed: boolean },
): Promise<Activated | ActivateRefused> {
  const registration = await lockRegistration(tx, o.registrationId)
  const now = deps.now()
  if (!registration || (registration.expiresAt <= now && registration.state !== 'activated'))
    return new ActivateRefused('code.unknown')
  if (registration.state === 'activated')
    return o.isAllowed
      ? { email: registration.email, returnTo: registration.returnTo }
      : new ActivateRefused('code.unknown')
  if (registration.codeFailures >= codeTries) return new ActivateRefused('code.locked')
  if (!o.isAllowed) return countFailure(tx, registration, 'code.password')

  const code = await findCode(tx, deps, {
    purpose: 'activate',
    subjectId: registration.id,
    code: plainCode(o.code),
  })
  if (registration.state !== 'pending' || !code) return countFailure(tx, registration, 'code.wrong')
  if (code.state === 'expired') return sendFreshCode(tx, deps, registration)

  const accountId = await openAccount(tx, deps, registration)
  if (!o.isOwnBrowser) await addBrowser(tx, registration.id, o.browserHash)
  return { email: registration.email, returnTo: registration.returnTo, opened: { accountId } }
}

async function countFailure(
  tx: Tx,
  registration: Registration,
  refusal: 'code.wrong' | 'code.password',
): Promise<ActivateRefused> {
  const failures = registration.codeFailures + 1
  await tx.updateTable('registrations').set({ codeFailures: failures }).where('id', '=', registration.id).execute()
  const left = codeTries - failures
  return left > 0 ? new ActivateRefused(refusal, { n: left }) : new ActivateRefused('code.locked')
}

async function sendFreshCode(tx: Tx, deps: AccountsDeps, registration: Registration): Promise<ActivateRefused> {
  if ((await limitCodeMail({ ...deps, db: tx }, registration.emailCanonical)) > 0)
    return new ActivateRefused('code.expired.limit')
  await mailRegistrant(tx, deps, registration)
  return new ActivateRefused('code.expired', { email: registration.email })
}

async function openAccount(tx: Tx, deps: AccountsDeps, registration: Registration): Promise<string> {
  const now = deps.now()
  const accountId = newId()
  await tx
    .insertInto('accounts')
    .values({
      id: accountId,
      givenName: registration.givenName,
      familyName: registration.familyName,
      country: registration.country,
      passwordHash: registration.passwordHash,
      locale: registration.locale,
      createdAt: now,
    })
    .execute()
  await tx
    .insertInto('accountEmails')
    .values({
      id: newId(),
      accountId,
      email: registration.email,
      emailCanonical: registration.emailCanonical,
      isPrimary: true,
      confirmedAt: now,
    })
    .execute()
  const { termsVersion, confirmedAge } = registration
  const given: [purpose: string, version: string][] = [
    ['terms', termsVersion],
    ['privacy', termsVersion],
    ...(registration.wantsNews ? [['news', termsVersion] as [string, string]] : []),
    // That they said so, never when they were born.
    ...(confirmedAge === null ? [] : [['age', String(confirmedAge)] as [string, string]]),
  ]
  await tx
    .insertInto('consents')
    .values(
      given.map(([purpose, version]) => ({
        id: newId(),
        accountId,
        purpose,
        version,
        locale: registration.locale,
        // When it was ticked, not when it was proven.
        givenAt: registration.createdAt,
      })),
    )
    .execute()
  await tx
    .updateTable('registrations')
    .set({ state: 'activated', activatedAt: now, accountId })
    .where('id', '=', registration.id)
    .execute()
  await setCodesAside(tx, { purpose: 'activate', subjectIds: [registration.id], now })
  await endUnprovenFor(tx, { canonical: registration.emailCanonical, now, exceptRegistration: registration.id })
  await recordSecurityEvent(tx, { accountId, action: 'account.activated', at: now })
  await deps.accounts.tellAddressProven(tx, {
    accountId,
    email: registration.email,
    canonical: registration.emailCanonical,
  })
  return accountId
}
