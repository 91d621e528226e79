import { type Locale, regions } from '../platform/i18n/messages.ts'

/** "Ada, Grace or Lin". */
export function formatList(locale: Locale, items: readonly string[], kind: 'and' | 'or'): string {
  return new Intl.ListFormat(regions[locale], { type: kind === 'or' ? 'disjunction' : 'conjunction' }).format(items)
}

/** "March 4, 2026". */
export function formatDate(locale: Locale, date: Date): string {
  return new Intl.DateTimeFormat(regions[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(date)
}

export function formatNumber(locale: Locale, value: number): string {
  return new Intl.NumberFormat(regions[locale]).format(value)
}

/** "4.5": a contrast, never rounded up to something better. */
export function formatRatio(locale: Locale, ratio: number): string {
  const shown = Math.floor(ratio * 10) / 10
  return new Intl.NumberFormat(regions[locale], { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(shown)
}

/** "40 %" */
export function formatShare(locale: Locale, share: number): string {
  return new Intl.NumberFormat(regions[locale], { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** "11:45 p.m. UTC" */
export function formatTime(locale: Locale, at: Date): string {
  const time = new Intl.DateTimeFormat(regions[locale], { timeStyle: 'short', timeZone: 'UTC' }).format(at)
  return `${time} UTC`
}
