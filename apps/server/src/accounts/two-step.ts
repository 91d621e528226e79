import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Db, Tx } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { throttle } from '../platform/http/throttle.ts'
import { newId } from '../platform/ids.ts'
import type { AccountsDeps } from './accounts.ts'
import { plainCode } from './codes.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import type { Device } from './sessions.ts'
import { endSessions } from './sessions.ts'
import { stepOfCode, totpSecretBytes } from './totp.ts'

const purpose = 'authenticator'
export const recoveryCodeCount = 10
const triesPerWindow = 5
const windowS = 5 * 60
const offerMinutes = 15
/** NIST SP 800-63B-4 section 3.2.2: no more failures in a row than this. */
const mostInARow = 100

export type TwoStepRefusal = 'second.wrong' | 'second.paused' | 'second.gone'
export class TwoStepRefused extends DomainError<TwoStepRefusal> {
  override name = 'TwoStepRefused'
}

/** Signing in takes a second step: an authenticator app was set up and gave a right code once. */
export async function hasSecondStep(db: Db, accountId: string): Promise<boolean> {
  const found = await db
    .selectFrom('authenticators')
    .select('id')
    .where('accountId', '=', accountId)
    .where('confirmedAt', 'is not', null)
    .executeTakeFirst()
  return found !== undefined
}

const offerPurpose = 'authenticator-offer'
const offered = z.object({ accountId: z.string(), sessionId: z.string(), secret: z.string(), until: z.number() })
interface Setter {
  accountId: string
  sessionId: string
}

/**
 * A new secret that waits for its first code. It travels sealed in the browser, so that opening the page writes nothing,
 * a reload shows the same secret, and one that was never confirmed is gone after a quarter of an hour.
 */
export function offerSecret(
  { secrets, now }: Pick<AccountsDeps, 'secrets' | 'now'>,
  o: Setter,
): { secret: Buffer; sealed: string } {
  const secret = randomBytes(totpSecretBytes)
  const offer = { ...o, secret: secret.toString('base64url'), until: now().getTime() + offerMinutes * 60_000 }
  return { secret, sealed: secrets.seal(offerPurpose, JSON.stringify(offer)).toString('base64url') }
}

/** The secret of {@link offerSecret}, in the session that was shown it and in time; nothing otherwise. */
export function offeredSecret(
  { secrets, now }: Pick<AccountsDeps, 'secrets' | 'now'>,
  o: Setter & { sealed: string | undefined },
): Buffer | undefined {
  if (!o.sealed || o.sealed.length > 1000) return undefined
  try {
    const text = secrets.open(offerPurpose, Buffer.from(o.sealed, 'base64url')).toString('utf8')
    const offer = offered.parse(JSON.parse(text))
    const isTheirs = offer.accountId === o.accountId && offer.sessionId === o.sessionId
    return isTheirs && offer.until > now().getTime() ? Buffer.from(offer.secret, 'base64url') : undefined
  } catch {
    return undefined // altered, or from before the installation's secret changed
  }
}

/**
 * Switches two-step sign-in on with the first code of the app. Other sessions end.
 *
 * @returns the recovery codes, which are shown this once.
 * @throws {TwoStepRefused}
 */
export async function switchOn(
  deps: AccountsDeps,
  o: Setter & { secret: Buffer; typed: string; device: Device },
): Promise<string[]> {
  await countTryOrRefuse(deps, o.accountId)
  return deps.db.transaction().execute(async (tx) => {
    const now = deps.now()
    const step = stepOfCode(o.secret, plainCode(o.typed), { now, after: 0 })
    if (step === undefined) throw new TwoStepRefused('second.wrong')
    const inserted = await tx
      .insertInto('authenticators')
      .values({
        id: newId(),
        accountId: o.accountId,
        sealedSecret: deps.secrets.seal(purpose, o.secret),
        createdAt: now,
        confirmedAt: now,
        lastStep: step,
      })
      // Two tabs at once: one of them switches it on.
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) throw new TwoStepRefused('second.gone')
    const codes = await makeRecoveryCodes(tx, deps, o.accountId)
    await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
    await recordSecurityEvent(tx, { accountId: o.accountId, action: 'account.two-step-on', at: now, device: o.device })
    await tellOfSecurityChange(tx, deps, { accountId: o.accountId, what: 'mail.notice.twoStepOn', device: o.device })
    return codes
  })
}

/** Switches two-step sign-in off; the caller has had a recent proof. */
export async function switchOff(
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; device: Device },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const now = deps.now()
    await tx.deleteFrom('authenticators').where('accountId', '=', o.accountId).execute()
    await tx.deleteFrom('recoveryCodes').where('accountId', '=', o.accountId).execute()
    await tx.updateTable('devices').set({ skipsSecondStepUntil: null }).where('accountId', '=', o.accountId).execute()
    await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
    await recordSecurityEvent(tx, { accountId: o.accountId, action: 'account.two-step-off', at: now, device: o.device })
    await tellOfSecurityChange(tx, deps, { accountId: o.accountId, what: 'mail.notice.twoStepOff', device: o.device })
  })
}

/** Ten new recovery codes; the old ones are worth nothing. */
export async function renewRecoveryCodes(
  deps: AccountsDeps,
  o: { accountId: string; device: Device },
): Promise<string[]> {
  return deps.db.transaction().execute(async (tx) => {
    const codes = await makeRecoveryCodes(tx, deps, o.accountId)
    await recordSecurityEvent(tx, {
      accountId: o.accountId,
      action: 'account.recovery-codes-new',
      at: deps.now(),
      device: o.device,
    })
    await tellOfSecurityChange(tx, deps, { accountId: o.accountId, what: 'mail.notice.recoveryNew', device: o.device })
    return codes
  })
}

export async function recoveryCodesLeft(db: Db, accountId: string): Promise<number> {
  const rows = await db
    .selectFrom('recoveryCodes')
    .select('id')
    .where('accountId', '=', accountId)
    .where('usedAt', 'is', null)
    .execute()
  return rows.length
}

/** `capped`: so many wrong codes came in a row that codes of the app no longer count. */
export type SecondStepOutcome = 'right' | 'wrong' | 'paused' | 'capped'

/** Checks a code of the authenticator app, or a recovery code; either counts once. */
export async function checkSecondStep(
  deps: AccountsDeps,
  o: { accountId: string; typed: string; device?: Device },
): Promise<SecondStepOutcome> {
  const waitS = await throttle(deps, { purpose: 'second-step', subject: o.accountId, limit: triesPerWindow, windowS })
  if (waitS > 0) return 'paused'
  const outcome = await deps.db.transaction().execute(async (tx) => {
    const code = plainCode(o.typed)
    return /^\d{6}$/.test(code) ? useAppCode(tx, deps, { ...o, code }) : useRecoveryCode(tx, deps, { ...o, code })
  })
  if (outcome === 'right')
    await throttle(deps, { purpose: 'second-step', subject: o.accountId, limit: triesPerWindow, windowS, cost: -1 })
  return outcome
}

/** Behind the row's lock, so that a hundred codes at the same moment are a hundred, too. */
async function useAppCode(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; code: string; device?: Device },
): Promise<SecondStepOutcome> {
  const row = await lockAuthenticator(tx, o.accountId)
  if (!row?.confirmedAt) return 'wrong'
  if (row.failures >= mostInARow) return 'capped'
  const secret = deps.secrets.open(purpose, row.sealedSecret)
  const step = stepOfCode(secret, o.code, { now: deps.now(), after: row.lastStep })
  const failures = step === undefined ? row.failures + 1 : 0
  await tx
    .updateTable('authenticators')
    .set({ failures, lastStep: step ?? row.lastStep })
    .where('id', '=', row.id)
    .execute()
  if (step !== undefined) return 'right'
  if (failures < mostInARow) return 'wrong'
  const { accountId, device } = o
  await recordSecurityEvent(tx, { accountId, action: 'account.two-step-capped', at: deps.now(), device })
  await tellOfSecurityChange(tx, deps, { accountId, what: 'mail.notice.twoStepCapped', device })
  return 'capped'
}

async function useRecoveryCode(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; code: string; device?: Device },
): Promise<SecondStepOutcome> {
  const { numUpdatedRows } = await tx
    .updateTable('recoveryCodes')
    .set({ usedAt: deps.now() })
    .where('accountId', '=', o.accountId)
    .where('codeHash', '=', hashRecoveryCode(deps, o.accountId, o.code))
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return 'wrong'
  // Whoever holds a recovery code is the person: the app counts again.
  await tx.updateTable('authenticators').set({ failures: 0 }).where('accountId', '=', o.accountId).execute()
  await recordSecurityEvent(tx, {
    accountId: o.accountId,
    action: 'account.recovery-code-used',
    at: deps.now(),
    device: o.device,
  })
  await tellOfSecurityChange(tx, deps, { accountId: o.accountId, what: 'mail.notice.recoveryUsed', device: o.device })
  return 'right'
}

/**
 * A few more codes of the app, when wrong ones have closed it: whoever entered those does not know the new password. Few,
 * since whoever reads the mailbox could set one new password after the other.
 */
export async function reopenSecondStep(tx: Tx, accountId: string): Promise<void> {
  await tx
    .updateTable('authenticators')
    .set({ failures: mostInARow - 10 })
    .where('accountId', '=', accountId)
    .where('failures', '>', mostInARow - 10)
    .execute()
}

function lockAuthenticator(tx: Tx, accountId: string) {
  return tx
    .selectFrom('authenticators')
    .select(['id', 'sealedSecret', 'lastStep', 'confirmedAt', 'failures'])
    .where('accountId', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
}

async function countTryOrRefuse(deps: AccountsDeps, accountId: string): Promise<void> {
  const waitS = await throttle(deps, { purpose: 'second-step', subject: accountId, limit: triesPerWindow * 2, windowS })
  if (waitS > 0) throw new TwoStepRefused('second.paused')
}

// Without letters and digits that look alike.
const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

async function makeRecoveryCodes(tx: Tx, deps: AccountsDeps, accountId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, () =>
    Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join(''),
  )
  await tx.deleteFrom('recoveryCodes').where('accountId', '=', accountId).execute()
  await tx
    .insertInto('recoveryCodes')
    .values(
      codes.map((code) => ({
        id: newId(),
        accountId,
        codeHash: hashRecoveryCode(deps, accountId, code),
        createdAt: deps.now(),
      })),
    )
    .execute()
  return codes.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`)
}

function hashRecoveryCode(deps: Pick<AccountsDeps, 'secrets'>, accountId: string, code: string): Buffer {
  return deps.secrets.keyedHash('recovery-code', `${accountId}\n${plainCode(code).toUpperCase()}`)
}
