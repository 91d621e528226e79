import { type Locale, regions } from '../platform/i18n/messages.ts'

const dayFormats = Object.fromEntries(
  Object.entries(regions).map(([locale, region]) => [
    locale,
    new Intl.DateTimeFormat(region, { dateStyle: 'long', timeZone: 'UTC' }),
  ]),
) as Record<Locale, Intl.DateTimeFormat>

// Making a formatter costs a hundred times what using it does.
const momentFormats = Object.fromEntries(
  Object.entries(regions).map(([locale, region]) => [
    locale,
    new Intl.DateTimeFormat(region, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }),
  ]),
) as Record<Locale, Intl.DateTimeFormat>

/** A day in words with its year: "March 4, 2026". Days of a badge are those of UTC, the same for every reader. */
export function dayInWords(locale: Locale, at: Date | string): string {
  return dayFormats[locale].format(typeof at === 'string' ? new Date(`${at.slice(0, 10)}T00:00:00Z`) : at)
}

/** Day and time with its zone: "March 4, 2026 at 2:32 p.m. UTC". */
export function momentInWords(locale: Locale, at: Date): string {
  return momentFormats[locale].format(at).concat(' UTC')
}

/** `2026-03-04`, for the `datetime` attribute. */
export function isoDay(at: Date | string): string {
  return typeof at === 'string' ? at.slice(0, 10) : at.toISOString().slice(0, 10)
}
