import { sql } from 'kysely'
import type { Deps } from '../deps.ts'

/**
 * Counts an attempt in a fixed window and says whether it is within the limit. Counters live in the database, so every
 * process shares them; the subject is stored as a keyed hash only (SECURITY S12, S13, S52).
 *
 * @param o.windowS length of the window in seconds.
 * @returns seconds to wait; 0 when the attempt may go on.
 */
export async function throttle(
  { db, now, secrets }: Pick<Deps, 'db' | 'now' | 'secrets'>,
  o: { purpose: string; subject: string; limit: number; windowS: number; cost?: number },
): Promise<number> {
  const at = now().getTime()
  const windowStart = new Date(Math.floor(at / (o.windowS * 1000)) * o.windowS * 1000)
  const bucket = `${o.purpose}:${secrets.keyedHash('throttle', `${o.purpose}\n${o.subject}`).toString('base64url')}`
  const { used } = await db
    .insertInto('rateLimits')
    .values({ bucket, windowStart, used: o.cost ?? 1 })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'windowStart']).doUpdateSet({ used: sql<number>`rate_limits.used + excluded.used` }),
    )
    .returning('used')
    .executeTakeFirstOrThrow()
  if (used <= o.limit) return 0
  return Math.max(1, Math.ceil((windowStart.getTime() + o.windowS * 1000 - at) / 1000))
}

/** Forgets the attempts of a subject, after it proved who it is. */
export async function resetThrottle(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  o: { purpose: string; subject: string },
): Promise<void> {
  const bucket = `${o.purpose}:${secrets.keyedHash('throttle', `${o.purpose}\n${o.subject}`).toString('base64url')}`
  await db.deleteFrom('rateLimits').where('bucket', '=', bucket).execute()
}

/** The part of a client address that is throttled: an IPv4 address, or the /64 of an IPv6 address. */
export function throttledNetwork(address: string): string {
  if (!address.includes(':')) return address
  if (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address)) return address.slice(7)
  const [head = '', tail = ''] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = address.includes('::') ? tail.split(':').filter(Boolean) : []
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
