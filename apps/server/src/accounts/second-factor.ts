import type { Db } from '../platform/database/database.ts'
import { passkeysOf } from './passkeys.ts'
import { hasSecondStep } from './two-step.ts'

/** The account has more than a password: a passkey, or an authenticator app. Mail is never a factor (SECURITY S10). */
export async function hasSecondFactor(db: Db, accountId: string): Promise<boolean> {
  return (await hasSecondStep(db, accountId)) || (await passkeysOf(db, accountId)).length > 0
}
