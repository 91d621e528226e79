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
