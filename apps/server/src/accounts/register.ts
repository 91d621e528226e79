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
import {
  isBrowserOf,
  lockOwnRegistration,
  lockRegistration,
  type Registration,
  registrationById,
} from './registration-store.ts'
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
  /** Where the operator has it asked. */
  confirmedAge: number | undefined
  locale: Locale
  returnTo: string | undefined
  /** The solved challenge; without one the caller has applied the stricter limits. */
  proof: { hash: Buffer; expiresAt: Date } | undefined
  idempotencyKey: string
}

/**
 * Keeps what somebody wants to register with, and mails a code to the address. The record owns nothing until its mailbox
 * is proven, and each browser that registers an address has a record of its own, so that nobody can prepare an account
 * for somebody else's address (SECURITY S1). Who fills the form in again in the same browser changes their own record: a
 * code from an earlier mail stays good, whichever mail is opened first. An address that has an account gets a mail that
 * says so; the answer is the same (S6).
 *
 * @returns whether a mail is on its way; `false` when the address has had as many as it may get.
 * @throws {RegisterRefused} when the proof of work was used before.
 */
export async function register(
  deps: AccountsDeps,
  input: RegisterInput,
): Promise<{ registrationId: string; isMailed: boolean }> {
  const passwordHash = await hashPassword(input.password)
  return once(
    deps.db,
    {
      scope: `register:${input.browserHash.toString('base64url')}`,
      // The form that a person goes back to and changes has the key of before, and counts as another one.
      key: `${input.idempotencyKey}.${printOf(deps, input)}`,
      body: null,
      now: deps.now,
    },
    async (tx) => {
      if (input.proof && !(await spendProof(tx, input.proof))) throw new RegisterRefused('register.robot.again')
      const registration = await keepRegistration(tx, input, {
        passwordHash,
        termsVersion: termsVersion(deps.config),
        at: deps.now(),
      })
      const hasCode = registration.codeFailures < codeTries && isTooSoon(registration, deps.now())
      if (hasCode) return { registrationId: registration.id, isMailed: true }
      const isMailed = (await limitCodeMail({ ...deps, db: tx }, registration.emailCanonical)) === 0
      if (isMailed) {
        await freshTries(tx, registration, deps.now())
        await mailRegistrant(tx, deps, registration)
      }
      return { registrationId: registration.id, isMailed }
    },
  )
}

/** Keyed, so that the password in it cannot be guessed from what is kept. */
function printOf({ secrets }: Pick<AccountsDeps, 'secrets'>, input: RegisterInput): string {
  const { email, givenName, familyName, country, password, wantsNews, returnTo } = input
  const form = [email.stored, givenName, familyName, country, password, wantsNews, returnTo]
  return secrets.keyedHash('register-form', JSON.stringify(form)).toString('base64url')
}

/** A new record, or this browser's own one that still waits for the code of the same address. */
async function keepRegistration(
  tx: Tx,
  input: RegisterInput,
  { passwordHash, termsVersion, at }: { passwordHash: string; termsVersion: string; at: Date },
): Promise<Registration> {
  const { browserHash, email } = input
  const before = await lockOwnRegistration(tx, { browserHash, canonical: email.canonical, now: at })
  const said = {
    email: email.stored,
    givenName: input.givenName,
    familyName: input.familyName,
    country: input.country ?? null,
    passwordHash,
    locale: input.locale,
    wantsNews: input.wantsNews,
    termsVersion,
    confirmedAge: input.confirmedAge ?? null,
    returnTo: input.returnTo ?? before?.returnTo ?? null,
    createdAt: at,
    expiresAt: new Date(at.getTime() + registrationDays * 86_400_000),
  }
  if (before) {
    await tx.updateTable('registrations').set(said).where('id', '=', before.id).execute()
    return { ...before, ...said }
  }
  const registration: Registration = {
    ...said,
    id: newId(),
    emailCanonical: email.canonical,
    codeFailures: 0,
    state: 'pending',
    mailedAt: null,
    activatedAt: null,
    accountId: null,
  }
  await tx
    .insertInto('registrations')
    .values({ ...registration, browserHash })
    .execute()
  return registration
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
