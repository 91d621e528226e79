import { type Locale, regions } from '../platform/i18n/messages.ts'

/** A moment in words with its zone: "March 4, 2026 at 2:32 p.m. UTC". */
export function momentInWords(locale: Locale, at: Date): string {
  const words = new Intl.DateTimeFormat(regions[locale], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${words.format(at)} UTC`
}

/** A time left in words: "4 minutes 30 seconds", "2 hours". */
export function timeInWords(locale: Locale, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const unit = (value: number, name: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(regions[locale], { style: 'unit', unit: name, unitDisplay: 'long' }).format(value)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const parts = [
    hours > 0 ? unit(hours, 'hour') : '',
    minutes > 0 ? unit(minutes, 'minute') : '',
    hours === 0 && (rest > 0 || minutes === 0) ? unit(rest, 'second') : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}
