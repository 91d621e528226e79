import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { newId, newToken } from '../platform/ids.ts'
import { hashToken, type Secrets } from '../platform/secrets.ts'

export type CodePurpose = 'activate' | 'confirm-address' | 'sign-in'

export const codeMinutes = 30
/** Counted over all live codes of the same subject (SECURITY S2). */
export const codeTries = 5

/**
 * Makes a code for one purpose and one subject, and the token of a link that stands for it. Older codes of the subject
 * stay good until they expire. Neither is stored: the database keeps a keyed hash of the code, bound to purpose and
 * subject, and a hash of the token.
 *
 * The code is derived from the token with a key of the installation, so the page behind the link can fill it in while
 * the address holds no code.
 */
export async function issueCode(
  tx: Db,
  { secrets, now }: Pick<Deps, 'secrets' | 'now'>,
  { purpose, subjectId }: { purpose: CodePurpose; subjectId: string },
): Promise<{ code: string; linkToken: string }> {
  const linkToken = newToken()
  const code = codeOfLink(secrets, linkToken)
  const at = now()
  await tx
    .insertInto('codes')
    .values({
      id: newId(),
      purpose,
      subjectId,
      codeHash: hashCode(secrets, { purpose, subjectId, code }),
      linkHash: hashToken(linkToken),
      createdAt: at,
      expiresAt: new Date(at.getTime() + codeMinutes * 60_000),
    })
    .execute()
  return { code, linkToken }
}

/** Six digits, each value equally likely: 256 random bits behind a keyed hash, read until a number is below the bound. */
export function codeOfLink(secrets: Secrets, linkToken: string): string {
  const bound = Math.floor(2 ** 32 / 1_000_000) * 1_000_000
  for (let round = 0; ; round++) {
    const bytes = secrets.keyedHash('code-of-link', `${round}\n${linkToken}`)
    for (let at = 0; at < bytes.length; at += 4) {
      const number = bytes.readUInt32BE(at)
      if (number < bound) return String(number % 1_000_000).padStart(6, '0')
    }
  }
}

function hashCode(
  secrets: Secrets,
  { purpose, subjectId, code }: { purpose: CodePurpose; subjectId: string; code: string },
): Buffer {
  return secrets.keyedHash('code', `${purpose}\n${subjectId}\n${code}`)
}

/** A code as people type or paste it, in its plain form: `482 917`, `482-917` and full-width digits are read as 482917. */
export function plainCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\p{Pd}.]+/gu, '')
}

/** Whether a subject has this code: still live, or out of time. A code that was used or set aside counts as unknown. */
export async function findCode(
  tx: Db,
  { secrets, now }: Pick<Deps, 'secrets' | 'now'>,
  { purpose, subjectId, code }: { purpose: CodePurpose; subjectId: string; code: string },
): Promise<{ id: string; state: 'live' | 'expired' } | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined
  const found = await tx
    .selectFrom('codes')
    .select(['id', 'expiresAt'])
    .where('purpose', '=', purpose)
    .where('subjectId', '=', subjectId)
    .where('codeHash', '=', hashCode(secrets, { purpose, subjectId, code }))
    .where('usedAt', 'is', null)
    .orderBy('expiresAt', 'desc')
    .executeTakeFirst()
  return found && { id: found.id, state: found.expiresAt > now() ? 'live' : 'expired' }
}

/** What a mail's link stands for. Looking never uses it up (SECURITY S3). */
export async function codeBehindLink(db: Db, { purpose, linkToken }: { purpose: CodePurpose; linkToken: string }) {
  return db
    .selectFrom('codes')
    .select(['id', 'subjectId', 'expiresAt', 'usedAt'])
    .where('purpose', '=', purpose)
    .where('linkHash', '=', hashToken(linkToken))
    .executeTakeFirst()
}

/** After the last try, and after success, no code of the subject is good any more. */
export async function setCodesAside(
  tx: Db,
  { purpose, subjectIds, now }: { purpose: CodePurpose; subjectIds: string[]; now: Date },
): Promise<void> {
  if (subjectIds.length === 0) return
  await tx
    .updateTable('codes')
    .set({ usedAt: now })
    .where('purpose', '=', purpose)
    .where('subjectId', 'in', subjectIds)
    .where('usedAt', 'is', null)
    .execute()
}
