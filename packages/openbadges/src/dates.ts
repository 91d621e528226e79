// xsd:dateTime without a clock: the library is handed every date it works with.

const dateTime = /^(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/
const dateOnly = /^(\d{4})-(\d\d)-(\d\d)$/

/**
 * Milliseconds since 1970 for an `xsd:dateTimeStamp`, or undefined when the text is not one.
 *
 * The zone is required (VC Data Model 2.0, section 4.9): the same text without a zone
 * would be another moment for every reader.
 *
 * @example
 * parseDateTimeStamp('1970-01-01T00:00:01Z') // 1000
 */
export function parseDateTimeStamp(text: unknown): number | undefined {
  const match = typeof text === 'string' ? dateTime.exec(text) : null
  if (!match || match[8] === undefined) return undefined
  return fromParts(match)
}

/**
 * Like `parseDateTimeStamp`, but tolerant of what old badges carry: no zone (read as UTC), a
 * date alone, or (Open Badges 0.5) seconds since 1970 as a number.
 */
export function parseLegacyDate(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11) return value * 1000
  if (typeof value !== 'string') return undefined
  const day = dateOnly.exec(value)
  if (day) return fromParts([value, day[1], day[2], day[3], '00', '00', '00', undefined, 'Z'])
  if (/^\d{9,11}$/.test(value)) return Number(value) * 1000
  const match = dateTime.exec(value)
  return match ? fromParts(match) : undefined
}

/**
 * Writes a moment as `YYYY-MM-DDThh:mm:ssZ`, the one form every peer accepts and
 * signs alike (dates are compared byte by byte once they are signed).
 *
 * @throws {RangeError} for text that is no date with a zone.
 *
 * @example
 * formatDateTime(new Date('2026-03-04T05:06:07.890Z')) // '2026-03-04T05:06:07Z'
 */
export function formatDateTime(moment: Date | string | number): string {
  const ms = typeof moment === 'string' ? parseDateTimeStamp(moment) : Number(moment)
  if (ms === undefined || !Number.isFinite(ms)) throw new RangeError(`not a date with a zone: ${String(moment)}`)
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, -5)}Z`
}

function fromParts(parts: readonly (string | undefined)[]): number | undefined {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && (minute > 0 || second > 0))) return undefined
  const zone = parts[8] ?? 'Z'
  const offset = zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
  if (Math.abs(offset) > 14 * 60) return undefined
  const whole = new Date(0)
  whole.setUTCFullYear(year, month - 1, day)
  whole.setUTCHours(hour, minute, second, Math.floor(Number(`0${parts[7] ?? ''}`) * 1000))
  const ms = whole.getTime() - offset * 60_000
  return Number.isFinite(ms) ? ms : undefined
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
