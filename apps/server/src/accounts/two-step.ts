import { randomInt } from 'node:crypto'
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

/**
 * The secret that waits for its first code. It is derived from the session that sets it up, so that opening the page
 * writes nothing and shows the same secret each time.
 */
export async function secretToConfirm(
  { db, secrets }: Pick<AccountsDeps, 'db' | 'secrets'>,
  { accountId, sessionId }: { accountId: string; sessionId: string },
): Promise<Buffer | undefined> {
  return (await hasSecondStep(db, accountId)) ? undefined : offeredSecret(secrets, { accountId, sessionId })
}

function offeredSecret(
  secrets: AccountsDeps['secrets'],
  { accountId, sessionId }: { accountId: string; sessionId: string },
): Buffer {
  return secrets.keyedHash('authenticator-offer', `${accountId}\n${sessionId}`).subarray(0, totpSecretBytes)
}

/**
 * Switches two-step sign-in on with the first code of the app. Other sessions end.
 *
 * @returns the recovery codes, which are shown this once.
 * @throws {TwoStepRefused}
 */
export async function switchOn(
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; typed: string; device: Device },
): Promise<string[]> {
  await countTryOrRefuse(deps, o.accountId)
  return deps.db.transaction().execute(async (tx) => {
    const now = deps.now()
    const secret = offeredSecret(deps.secrets, o)
    const step = stepOfCode(secret, plainCode(o.typed), { now, after: 0 })
    if (step === undefined) throw new TwoStepRefused('second.wrong')
    const inserted = await tx
      .insertInto('authenticators')
      .values({
        id: newId(),
        accountId: o.accountId,
        sealedSecret: deps.secrets.seal(purpose, secret),
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

export type SecondStepOutcome = 'right' | 'wrong' | 'paused'

/** Checks a code of the authenticator app, or a recovery code; either counts once. */
export async function checkSecondStep(
  deps: AccountsDeps,
  o: { accountId: string; typed: string; device?: Device },
): Promise<SecondStepOutcome> {
  const waitS = await throttle(deps, { purpose: 'second-step', subject: o.accountId, limit: triesPerWindow, windowS })
  if (waitS > 0) return 'paused'
  const isRight = await deps.db.transaction().execute(async (tx) => {
    const code = plainCode(o.typed)
    return /^\d{6}$/.test(code) ? useAppCode(tx, deps, o.accountId, code) : useRecoveryCode(tx, deps, { ...o, code })
  })
  if (!isRight) return 'wrong'
  await throttle(deps, { purpose: 'second-step', subject: o.accountId, limit: triesPerWindow, windowS, cost: -1 })
  return 'right'
}

async function useAppCode(tx: Tx, deps: AccountsDeps, accountId: string, code: string): Promise<boolean> {
  const row = await lockAuthenticator(tx, accountId)
  if (!row?.confirmedAt) return false
  const secret = deps.secrets.open(purpose, row.sealedSecret)
  const step = stepOfCode(secret, code, { now: deps.now(), after: row.lastStep })
  if (step === undefined) return false
  await tx.updateTable('authenticators').set({ lastStep: step }).where('id', '=', row.id).execute()
  return true
}

async function useRecoveryCode(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; code: string; device?: Device },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('recoveryCodes')
    .set({ usedAt: deps.now() })
    .where('accountId', '=', o.accountId)
    .where('codeHash', '=', hashRecoveryCode(deps, o.accountId, o.code))
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await recordSecurityEvent(tx, {
    accountId: o.accountId,
    action: 'account.recovery-code-used',
    at: deps.now(),
    device: o.device,
  })
  await tellOfSecurityChange(tx, deps, { accountId: o.accountId, what: 'mail.notice.recoveryUsed', device: o.device })
  return true
}

function lockAuthenticator(tx: Tx, accountId: string) {
  return tx
    .selectFrom('authenticators')
    .select(['id', 'sealedSecret', 'lastStep', 'confirmedAt'])
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
