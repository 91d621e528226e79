import type { Expiry } from '../achievements/index.ts'

/**
 * The last moment at which an award counts, by the template's rule; `null` when it does not end.
 *
 * @param awardedOn day of the award, `2026-03-04`.
 */
export function expiryOf(rule: Expiry, awardedOn: string): Date | null {
  if (rule.kind === 'never') return null
  if (rule.kind === 'on') return endOfDay(rule.date)
  const from = new Date(`${awardedOn}T00:00:00Z`)
  if (rule.unit === 'days') {
    from.setUTCDate(from.getUTCDate() + rule.amount)
    return endOfDay(from.toISOString().slice(0, 10))
  }
  const day = from.getUTCDate()
  from.setUTCDate(1)
  from.setUTCMonth(from.getUTCMonth() + rule.amount * (rule.unit === 'years' ? 12 : 1))
  // January 31 and one month: the last day of February.
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate()
  from.setUTCDate(Math.min(day, lastDay))
  return endOfDay(from.toISOString().slice(0, 10))
}

/** The last second of a day, in UTC. */
export function endOfDay(date: string): Date {
  return new Date(`${date}T23:59:59Z`)
}

/**
 * The moment from which an award of that day holds: now for an award of today (or of a time zone where it is tomorrow),
 * the beginning of the day for an earlier one. When it was recorded is kept apart from it (SECURITY S22).
 */
export function validFromOf(awardedOn: string, now: Date): Date {
  const day = new Date(`${awardedOn}T00:00:00Z`)
  return awardedOn < now.toISOString().slice(0, 10) ? day : now
}
