import type { Tx } from '../platform/database/database.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { type Locale, locales } from '../platform/i18n/messages.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { codeTries, issueCode, setCodesAside } from './codes.ts'
import { limitCodeMail } from './limits.ts'
import { activationMail, alreadyRegisteredMail } from './mails.ts'
import { hashPassword } from './password-hash.ts'
import { isBrowserOf, lockRegistration, type Registration, registrationById } from './registration-store.ts'
import { spendProof } from './robot-check.ts'
import { accountByEmail } from './store.ts'
import { termsVersion } from './terms.ts'

/** Unproven names and addresses are not kept longer than this. */
const registrationDays = 7
/** Between two codes for one registration. */
export const resendSeconds = 30

export type RegisterRefusal = 'register.robot.again'
export class RegisterRefused extends DomainError<RegisterRefusal> {
  override name = 'RegisterRefused'
}

export interface RegisterInput {
  browserHash: Buffer
  email: EmailAddress
  givenName: string
  familyName: string
  country: string | undefined
  password: string
  wantsNews: boolean
  locale: Locale
  returnTo: string | undefined
  /** The solved challenge; without one the caller has applied the stricter limits. */
  proof: { hash: Buffer; expiresAt: Date } | undefined
  idempotencyKey: string
}

/**
 * Keeps what somebody wants to register with, and mails a code to the address. The record owns nothing until its mailbox
 * is proven, and each registration is a record of its own, so that nobody can prepare an account for somebody else's
 * address (SECURITY S1). An address that has an account gets a mail that says so; the answer is the same (S6).
 *
 * @throws {RegisterRefused} when the proof of work was used before.
 */
export async function register(deps: AccountsDeps, input: RegisterInput): Promise<{ registrationId: string }> {
  const passwordHash = await hashPassword(input.password)
  const mayMail = (await limitCodeMail(deps, input.email.canonical)) === 0
  const at = deps.now()
  return once(
    deps.db,
    {
      scope: `register:${input.browserHash.toString('base64url')}`,
      key: input.idempotencyKey,
      // Without the password: what is kept here is a fast hash.
      body: [input.email.canonical, input.givenName, input.familyName],
      now: deps.now,
    },
    async (tx) => {
      if (input.proof && !(await spendProof(tx, input.proof))) throw new RegisterRefused('register.robot.again')
      const registration: Registration = {
        id: newId(),
        email: input.email.stored,
        emailCanonical: input.email.canonical,
        givenName: input.givenName,
        familyName: input.familyName,
        country: input.country ?? null,
        passwordHash,
        locale: input.locale,
        wantsNews: input.wantsNews,
        termsVersion,
        returnTo: input.returnTo ?? null,
        codeFailures: 0,
        state: 'pending',
        createdAt: at,
        expiresAt: new Date(at.getTime() + registrationDays * 86_400_000),
        mailedAt: null,
        activatedAt: null,
        accountId: null,
      }
      await tx
        .insertInto('registrations')
        .values({ ...registration, browserHash: input.browserHash })
        .execute()
      if (mayMail) await mailRegistrant(tx, deps, registration)
      return { registrationId: registration.id }
    },
  )
}

/** Sends a code, or word that the address has an account already: the mailbox may know, the screen does not. */
export async function mailRegistrant(tx: Tx, deps: AccountsDeps, registration: Registration): Promise<void> {
  const known = await accountByEmail(tx, registration.emailCanonical)
  const locale = locales.find((one) => one === (known?.locale ?? registration.locale)) ?? 'en'
  if (known) {
    await deps.outbox.queue(tx, {
      to: known.email,
      template: 'already-registered',
      locale,
      content: alreadyRegisteredMail(deps, locale),
    })
  } else {
    const code = await issueCode(tx, deps, { purpose: 'activate', subjectId: registration.id })
    await deps.outbox.queue(tx, {
      to: registration.email,
      template: 'activation-code',
      locale,
      content: activationMail(deps, locale, code),
    })
  }
  await tx.updateTable('registrations').set({ mailedAt: deps.now() }).where('id', '=', registration.id).execute()
}

export type ResendOutcome = 'sent' | 'too-soon' | 'limit' | 'unknown'

/**
 * Sends a new code. An older one that has not expired stays good, unless all tries were used up.
 *
 * @param o.mayBeOtherBrowser the caller holds the link of an earlier mail, which proves that it reads the mailbox.
 */
export async function resendCode(
  deps: AccountsDeps,
  o: { registrationId: string; browserHash: Buffer; mayBeOtherBrowser?: boolean },
): Promise<ResendOutcome> {
  const known = await registrationById(deps.db, o.registrationId)
  const isTheirs = o.mayBeOtherBrowser || (await isBrowserOf(deps.db, o.registrationId, o.browserHash))
  if (!known || !isTheirs) return 'unknown'
  if (isTooSoon(known, deps.now())) return 'too-soon'
  if ((await limitCodeMail(deps, known.emailCanonical)) > 0) return 'limit'
  return deps.db.transaction().execute(async (tx) => {
    const registration = await lockRegistration(tx, o.registrationId)
    if (!registration || registration.state === 'activated' || registration.expiresAt <= deps.now()) return 'unknown'
    if (isTooSoon(registration, deps.now())) return 'too-soon'
    await freshTries(tx, registration, deps.now())
    await mailRegistrant(tx, deps, registration)
    return 'sent'
  })
}

function isTooSoon(registration: Registration, now: Date): boolean {
  return registration.mailedAt !== null && now.getTime() - registration.mailedAt.getTime() < resendSeconds * 1000
}

/** Once all tries are used up, the old codes are worth nothing, so a new one comes with new tries. */
async function freshTries(tx: Tx, registration: Registration, now: Date): Promise<void> {
  if (registration.codeFailures < codeTries) return
  await setCodesAside(tx, { purpose: 'activate', subjectIds: [registration.id], now })
  await tx.updateTable('registrations').set({ codeFailures: 0 }).where('id', '=', registration.id).execute()
}
