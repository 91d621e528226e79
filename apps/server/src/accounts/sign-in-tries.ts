import type { Deps } from '../platform/deps.ts'

type TryDeps = Pick<Deps, 'db' | 'now' | 'secrets'>

/** Eight tries in a quarter of an hour, then a pause; after it three more, then a longer one (UX 6, SECURITY S12). */
const triesBeforePause = 8
const triesAfterPause = 3
const windowMinutes = 15
const longestPauseMinutes = 60
/** NIST SP 800-63B-4 section 3.2.2: no more failures in a row than this; then only a new password helps. */
const mostInARow = 100

export type TrySubject = { address: string } | { device: string }

function bucketOf(secrets: Deps['secrets'], subject: TrySubject): string {
  const [kind, value] = 'address' in subject ? ['address', subject.address] : ['device', subject.device]
  return `sign-in:${kind}:${secrets.keyedHash('sign-in-tries', `${kind}\n${value}`).toString('base64url')}`
}

/**
 * Counts a try before the password is looked at, so that tries at the same moment cannot slip by together. The one who
 * succeeds calls {@link forgetTries}.
 *
 * @returns when the pause ends, `never` when only a new password helps, or `undefined` when the try may go on.
 */
export async function countTry(
  { db, now, secrets }: TryDeps,
  subject: TrySubject,
): Promise<{ pausedUntil: Date } | 'never' | undefined> {
  const bucket = bucketOf(secrets, subject)
  const at = now()
  return db.transaction().execute(async (tx) => {
    // One statement: between two, somebody who just signed in could forget the tries, and there would be nothing to lock.
    const row = await tx
      .insertInto('signInTries')
      .values({ bucket, tries: 0, consecutive: 0, since: at, lastAt: at })
      .onConflict((conflict) => conflict.column('bucket').doUpdateSet({ bucket }))
      .returning(['tries', 'pauses', 'consecutive', 'since', 'lastAt', 'pausedUntil'])
      .executeTakeFirstOrThrow()
    if (row.consecutive >= mostInARow) return 'never'
    if (row.pausedUntil && row.pausedUntil > at) return { pausedUntil: row.pausedUntil }

    const isLongAgo = at.getTime() - row.lastAt.getTime() > 24 * 3_600_000
    const pauses = isLongAgo ? 0 : row.pauses
    const isNewWindow = isLongAgo || (pauses === 0 && at.getTime() - row.since.getTime() > windowMinutes * 60_000)
    const tries = (isNewWindow ? 0 : row.tries) + 1
    const isLast = tries >= (pauses === 0 ? triesBeforePause : triesAfterPause)
    await tx
      .updateTable('signInTries')
      .set({
        tries: isLast ? 0 : tries,
        pauses: isLast ? pauses + 1 : pauses,
        consecutive: row.consecutive + 1,
        since: isNewWindow ? at : row.since,
        lastAt: at,
        pausedUntil: isLast ? new Date(at.getTime() + pauseMinutes(pauses) * 60_000) : null,
      })
      .where('bucket', '=', bucket)
      .execute()
    return undefined
  })
}

function pauseMinutes(pausesBefore: number): number {
  return Math.min(longestPauseMinutes, windowMinutes * 2 ** pausesBefore)
}

export async function forgetTries(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  subjects: TrySubject[],
): Promise<void> {
  if (subjects.length === 0) return
  const buckets = subjects.map((subject) => bucketOf(secrets, subject))
  await db.deleteFrom('signInTries').where('bucket', 'in', buckets).execute()
}
